"""A child is in danger now: those on duty are told on every page, one of them has it, and nobody else is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.danger import queries
from screening.db import db, now
from screening.models import Contact, DangerAlert, Escalation, NamedReader, QueueItem, Task
from screening.queues.escalation import escalate
from tests.screening.contacts import bodies
from tests.screening.contacts.bodies import form
from tests.screening.queues import given
from workers import danger, routing

pytestmark = pytest.mark.usefixtures("context")
BANNER = "Child in danger now."


@pytest.fixture
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def night(context):
    given.clock_at(given.TUESDAY_NIGHT)


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


def sent(client):
    location = client.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    client.post(f"/contacts/{reference}/danger", data=form(children__0__given_name="Ada", version="0"))
    return reference


def the_alert():
    return db.session.scalars(select(DangerAlert)).one()


def has_it(client):
    return client.post(f"/danger/alerts/{the_alert().id}/acknowledge")


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(("user_name", "told"), [("sarah", True), ("grace", True), ("edith", False), ("henry", False)])
def test_by_day_the_screening_team_and_the_duty_manager_are_told_on_whatever_page(priya, signed_in, user_name, told):
    sent(priya)

    assert (BANNER in signed_in(user_name).get("/messages/to-ring").text) is told


@pytest.mark.usefixtures("night")
def test_at_night_emergency_duty_is_told_too(priya, signed_in):
    sent(priya)

    assert BANNER in signed_in("edith").get("/danger/alerts").text


@pytest.mark.usefixtures("noon")
def test_who_is_told_reads_the_contact_before_it_is_in_any_queue(priya, signed_in):
    reference = sent(priya)

    assert signed_in("grace").get(f"/contacts/{reference}").status_code == 200
    assert signed_in("henry").get(f"/contacts/{reference}").status_code == 404


@pytest.mark.usefixtures("noon")
def test_once_somebody_has_it_the_others_on_duty_reach_it_by_their_queues_alone(priya, signed_in):
    reference = sent(priya)
    has_it(signed_in("sarah"))

    assert signed_in("grace").get(f"/contacts/{reference}").status_code == 404
    assert signed_in("sarah").get(f"/contacts/{reference}").status_code == 200


@pytest.mark.usefixtures("noon")
def test_a_restricted_contact_is_told_to_its_named_readers_only(priya, signed_in):
    reference = sent(priya)
    contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user("tom").id))
    db.session.flush()

    assert BANNER not in signed_in("sarah").get("/danger/alerts").text
    assert BANNER in signed_in("tom").get("/danger/alerts").text
    assert has_it(signed_in("sarah")).status_code == 404


@pytest.mark.usefixtures("noon")
def test_a_handler_is_told_who_has_it(priya, signed_in):
    reference = sent(priya)
    assert "Nobody has seen it yet" in priya.get(f"/contacts/{reference}/danger/seen").text

    assert has_it(signed_in("sarah")).location == f"/contacts/{reference}"

    assert "Seen by Sarah Okafor 12:00" in priya.get(f"/contacts/{reference}/danger/seen").text
    assert BANNER not in signed_in("tom").get("/danger/alerts").text


@pytest.mark.usefixtures("noon")
def test_a_second_person_is_told_who_has_it_already(priya, signed_in):
    sent(priya)
    has_it(signed_in("sarah"))

    answer = has_it(signed_in("tom"))

    assert answer.status_code == 409
    assert "Sarah Okafor has had this since" in answer.text


@pytest.mark.usefixtures("noon")
def test_a_second_person_who_reached_it_by_the_alert_alone_is_told_too(priya, signed_in):
    sent(priya)
    has_it(signed_in("sarah"))

    answer = has_it(signed_in("grace"))

    assert answer.status_code == 409
    assert "Sarah Okafor has had this since" in answer.text
    assert has_it(signed_in("henry")).status_code != 409


def test_saying_it_twice_changes_nothing(priya, signed_in):
    sent(priya)
    sarah = signed_in("sarah")
    first = has_it(sarah), the_alert().acknowledged_at

    assert has_it(sarah).status_code == 302
    assert the_alert().acknowledged_at == first[1]


def test_a_handler_cannot_say_that_they_have_it(priya):
    sent(priya)

    assert has_it(priya).status_code == 403


def test_the_form_that_comes_twice_raises_one_alert(priya):
    reference = sent(priya)
    priya.post(f"/contacts/{reference}/danger", data=form(version="1"))

    assert the_alert().contact_id


@pytest.mark.usefixtures("noon")
def test_an_alert_that_nobody_saw_in_time_is_the_duty_managers_and_is_said_on_both_screens(priya, signed_in):
    reference = sent(priya)
    alert = the_alert()
    given.item(db.session.get_one(Contact, alert.contact_id), "mash", urgency="red", level=4)

    danger.unseen(alert.id)

    assert "The duty manager is told. Ring Screening team, 01632 960101." in page_words(
        priya.get(f"/contacts/{reference}/danger/seen")
    )
    assert "Nobody has taken it in 60 seconds" in signed_in("sarah").get("/danger/alerts").text
    manager = given.team("duty-manager")
    assert db.session.scalars(select(QueueItem.why).where(QueueItem.team_id == manager.id)).one().startswith("Child in")


@pytest.mark.usefixtures("noon")
def test_once_somebody_has_it_though_late_nobody_is_told_any_more_that_nobody_has(priya, signed_in):
    sent(priya)
    given.item(db.session.get_one(Contact, the_alert().contact_id), "mash", urgency="red", level=4)
    danger.unseen(the_alert().id)
    told = db.session.scalars(select(QueueItem).where(QueueItem.step == "attention")).all()
    escalate(told[0].id)
    climbs = db.session.scalars(select(Escalation).where(Escalation.queue_item_id == told[0].id)).one()
    before = (told[0].state, climbs.ended_at)
    db.session.commit()
    has_it(signed_in("sarah"))
    db.session.expire_all()

    assert before == ("waiting", None)
    assert {one.state for one in told} == {"done"}
    assert climbs.ended_at is not None
    asks = db.session.scalars(select(QueueItem.attention).where(QueueItem.attention.is_not(None))).all()
    assert not [words for words in asks if "nobody on duty" in words]


def page_words(answer):
    return " ".join(answer.text.split())


def test_the_duty_manager_is_told_by_a_promise_made_with_the_alert(priya):
    sent(priya)
    task = db.session.scalars(select(Task).where(Task.kind == "danger_unseen")).one()

    assert task.run_after - the_alert().raised_at == timedelta(seconds=60)


def test_nobody_is_told_of_an_alert_that_somebody_has(priya, signed_in):
    sent(priya)
    has_it(signed_in("sarah"))

    danger.unseen(the_alert().id)

    assert the_alert().escalated_at is None


@pytest.mark.parametrize("whose", ["household", "child"])
@pytest.mark.usefixtures("noon")
def test_what_comes_from_a_system_and_says_danger_is_told_to_those_on_duty(signed_in, whose):
    yes = {"immediate_danger": "yes"}
    said = {"answers": yes} if whose == "household" else {"children": [bodies.child(answers=yes)]}
    with viewing(worker_viewer("a school")):
        received = service.receive_sent(body=ContactSchema().load(bodies.body(**said, channel="api")))

    page = page_words(signed_in("sarah").get("/danger/alerts"))
    assert f"{BANNER}</strong> A partner&#39;s system sent" in page
    assert the_alert().contact_id == received.id
    assert the_alert().raised_by_id is None


@pytest.mark.usefixtures("noon")
def test_danger_now_is_to_be_taken_within_its_own_clock(priya):
    sent(priya)
    contact = db.session.get_one(Contact, the_alert().contact_id)

    with viewing(worker_viewer("test")):
        routing.route_contact(contact.id, "received")

    lead = db.session.scalars(select(QueueItem).where(QueueItem.leads)).one()
    assert (lead.urgency, lead.priority, lead.due_at - contact.first_received_at) == ("red", 0, timedelta(minutes=15))


@pytest.mark.usefixtures("noon")
def test_an_alert_on_a_contact_in_no_queue_any_more_is_shown_again_and_told(priya):
    sent(priya)
    given.item(db.session.get_one(Contact, the_alert().contact_id), "mash", urgency="red", level=4, state="done")

    danger.unseen(the_alert().id)

    manager = given.team("duty-manager")
    assert db.session.scalars(select(QueueItem.why).where(QueueItem.team_id == manager.id)).one().startswith("Child in")


@pytest.mark.usefixtures("noon")
def test_where_nobody_can_be_told_the_task_fails(priya):
    sent(priya)

    with pytest.raises(danger.NobodyTold):
        danger.unseen(the_alert().id)


@pytest.mark.usefixtures("noon")
def test_the_newest_that_wait_are_shown_however_many_there_are(priya, signed_in):
    sent(priya)
    first = the_alert()
    same = {"contact_id": first.contact_id, "raised_by_id": first.raised_by_id, "out_of_hours": False}
    db.session.add_all(DangerAlert(**same, raised_at=first.raised_at) for _ in range(queries.MOST_SHOWN + 1))
    db.session.flush()
    by_age = list(db.session.scalars(select(DangerAlert).order_by(DangerAlert.seq)))
    newest, taken = by_age[-2].id, by_age[-1].id
    by_age[-1].acknowledged_at, by_age[-1].acknowledged_by_id = now(), given.user("sarah").id
    db.session.commit()

    page = signed_in("tom").get("/danger/alerts").text

    assert f"/danger/alerts/{newest}/acknowledge" in page
    assert page.count(BANNER) == queries.MOST_SHOWN
    assert str(taken) not in page
