"""What waits climbs from who has it to the manager on call, by clock, until a person acts; and never tells nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.escalation import ladder, queries
from screening.models import Escalation, EscalationNotice, Membership, NamedReader, RotaShift, Task
from screening.queues import escalation, placing, service
from tests.screening.decisions import given as decided
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


def waiting(urgency="red", team="screening", **more):
    contact = given.contact(urgency=urgency, **more.pop("contact", {}))
    values = {"urgency": urgency, "accept_due_at": now() - timedelta(minutes=1), **more}
    return given.item(contact, team, **values)


def told(item):
    """Who was told of an item, step by step."""
    found = db.session.scalars(
        select(EscalationNotice)
        .join(Escalation, Escalation.id == EscalationNotice.escalation_id)
        .where(Escalation.contact_id == item.contact_id, EscalationNotice.user_id.is_not(None))
        .order_by(EscalationNotice.seq)
    )
    steps = {}
    for notice in found:
        steps.setdefault(notice.step, []).append(notice.user.user_name)
    return {step: sorted(set(names)) for step, names in steps.items()}


def later(minutes):
    given.clock_at(now() + timedelta(minutes=minutes))


def shift(user_name, team, kind="on_duty", **more):
    at = now()
    values = {"starts_at": at - timedelta(hours=3), "ends_at": at + timedelta(hours=5), "written_at": at}
    row = RotaShift(team_id=given.team(team).id, user_id=given.user(user_name).id, kind=kind, **{**values, **more})
    db.session.add(row)
    db.session.flush()


def open_escalation(item):
    return ladder.open_of(item.id)


def as_user(user_name):
    return viewing(user_viewer(given.user(user_name)))


def test_nobody_holds_it_so_its_team_is_told_first():
    item = waiting()

    escalation.escalate(item.id)

    assert list(told(item)) == ["team"]
    assert "sarah" in told(item)["team"]


def test_whoever_holds_it_past_its_time_is_told_first_and_alone():
    held = {"state": "accepted", "holder_id": given.user("sarah").id, "accepted_at": now(), "accept_due_at": None}
    item = waiting(**held, due_at=now() - timedelta(minutes=1))

    escalation.escalate(item.id)

    assert told(item) == {"owner": ["sarah"]}


def accepted(step, team, holder):
    """Red work whose first clock ran out long ago, accepted just now."""
    if step == "referral":
        item = given.lead_of(decided.contact(holder=None, team=team, step=step, level=4, urgency="red"))
    else:
        item = given.item(decided.contact(), team, step=step, leads=False)
    item.urgency, item.level, item.due_at = "red", 4, now() - timedelta(hours=1)
    db.session.flush()
    with as_user(holder):
        return service.accept(item.id, version=item.version)


@pytest.mark.parametrize(
    ("step", "team", "holder", "hours", "words"),
    [
        ("referral", "winchester", "winnie", 4, "Nobody decided it"),
        ("second_person", "duty-manager", "grace", 1, "Nobody gave the second view"),
    ],
)
def test_what_was_accepted_and_left_climbs_by_a_clock_from_when_it_was_accepted(step, team, holder, hours, words):
    item = accepted(step, team, holder)
    later(60 * hours - 1)
    assert escalation.promise_overdue() == 0

    later(2)

    assert escalation.promise_overdue() == 1
    escalation.escalate(item.id)
    assert told(item) == {"owner": [holder]}
    assert item.attention.startswith(words)


def test_a_referral_that_was_decided_climbs_no_more_while_it_waits_for_the_family():
    item = accepted("referral", "winchester", "winnie")
    decided.decide(item.contact, by="winnie", level=4, urgency="red")
    later(60 * 5)

    escalation.escalate(item.id)

    assert item.state == "accepted"
    assert (escalation.promise_overdue(), told(item)) == (0, {})


def test_who_gives_up_what_they_accepted_is_told_no_more():
    item = accepted("referral", "winchester", "winnie")

    placing.put_back(item)

    assert (item.state, item.decide_due_at) == ("waiting", None)


def test_nobody_is_told_again_before_the_clock_of_the_step_has_run():
    item = waiting()
    escalation.escalate(item.id)
    later(9)

    escalation.escalate(item.id)

    assert list(told(item)) == ["team"]


def test_it_climbs_from_the_team_to_the_manager_to_who_is_on_call():
    shift("ines", "duty-manager", "on_call_manager")
    item = waiting()
    for _ in range(3):
        escalation.escalate(item.id)
        later(11)

    assert list(told(item)) == ["team", "manager", "on_call"]
    assert told(item)["on_call"] == ["ines"]


def test_who_is_on_call_is_told_again_until_somebody_acts():
    shift("ines", "duty-manager", "on_call_manager")
    item = waiting()
    for _ in range(4):
        escalation.escalate(item.id)
        later(16)

    assert open_escalation(item).times == 4
    service_item = db.session.scalars(select(Task).where(Task.subject_id == item.id, Task.state == "pending")).all()
    assert max(task.run_after for task in service_item) > now() - timedelta(minutes=16)


def test_whoever_is_off_duty_is_left_alone():
    shift("tom", "screening")
    item = waiting()

    escalation.escalate(item.id)

    assert told(item) == {"team": ["tom"]}


def test_a_team_that_is_closed_is_passed_over_for_who_is_on_call():
    given.clock_at(given.TUESDAY_NIGHT)
    at = now()
    for team in ("winchester", "duty-manager"):
        for user in ("henry", "grace"):
            if db.session.get(Membership, (given.user(user).id, given.team(team).id)):
                shift(user, team, starts_at=at + timedelta(hours=11), ends_at=at + timedelta(hours=19))
    shift("ines", "duty-manager", "on_call_manager")
    item = waiting(team="winchester")

    escalation.escalate(item.id)

    assert told(item) == {"on_call": ["ines"]}


def test_where_everybody_is_off_duty_somebody_is_told_all_the_same():
    for membership in db.session.scalars(select(Membership)):
        if membership.team_id in (given.team("screening").id, given.team("duty-manager").id):
            db.session.delete(membership)
    db.session.flush()
    item = waiting()

    escalation.escalate(item.id)

    assert any(told(item).values())


def test_of_a_restricted_contact_its_named_readers_alone_are_told():
    item = waiting(contact={"restricted": True})
    db.session.add(NamedReader(contact_id=item.contact_id, user_id=given.user("tom").id))
    db.session.flush()

    for _ in range(3):
        escalation.escalate(item.id)
        later(16)

    assert {name for names in told(item).values() for name in names} == {"tom"}


def test_a_colleague_who_is_said_to_have_done_harm_is_not_told():
    item = waiting()
    sarah = given.user("sarah")
    given.person(item.contact, sarah.name, role="adult", alleged_harm_to=[0])

    escalation.escalate(item.id)

    assert "sarah" not in told(item)["team"]


def test_what_turns_red_is_told_at_once_though_a_clock_runs():
    item = waiting("amber")
    escalation.escalate(item.id)
    item.urgency = "red"
    db.session.flush()

    escalation.escalate(item.id)

    assert len(told(item)) == 2


def test_red_is_told_one_by_one_and_the_rest_in_a_digest():
    red, amber = waiting("red"), waiting("amber")
    escalation.escalate(red.id)
    escalation.escalate(amber.id)
    found = db.session.execute(
        select(Escalation.urgency, EscalationNotice.way).join(
            Escalation, Escalation.id == EscalationNotice.escalation_id
        )
    )

    assert set(found.all()) == {("red", "email"), ("red", "webhook"), ("amber", "digest")}


def test_a_person_has_one_digest_however_much_waits():
    for _ in range(3):
        escalation.escalate(waiting("amber").id)
    sarah = given.user("sarah").id

    digests = db.session.scalars(select(Task).where(Task.kind == "tell_digest", Task.subject_id == sarah)).all()

    assert len(digests) == 1


def test_i_have_it_stops_the_clock_until_the_contacts_own_runs_out():
    item = waiting(due_at=now() + timedelta(hours=2))
    escalation.escalate(item.id)
    with as_user("sarah"):
        ladder.take(open_escalation(item).id)
    later(30)

    escalation.escalate(item.id)

    assert list(told(item)) == ["team"]
    assert open_escalation(item).taken_by.user_name == "sarah"


def test_i_have_it_and_nothing_done_by_the_contacts_own_clock_climbs_on():
    item = waiting(due_at=now() + timedelta(hours=2))
    escalation.escalate(item.id)
    with as_user("sarah"):
        ladder.take(open_escalation(item).id)
    later(121)

    escalation.escalate(item.id)

    assert list(told(item)) == ["team", "manager"]
    assert open_escalation(item).taken_by_id is None


def test_of_two_who_say_it_the_second_reads_who_was_first():
    item = waiting()
    escalation.escalate(item.id)
    with as_user("sarah"):
        ladder.take(open_escalation(item).id)

    with as_user("tom"), pytest.raises(Conflict, match="Sarah Okafor has had this since"):
        ladder.take(open_escalation(item).id)


def test_who_was_not_told_has_nothing_to_say():
    item = waiting()
    escalation.escalate(item.id)

    with as_user("winnie"), pytest.raises(NotFound):
        ladder.take(open_escalation(item).id)


def test_somebody_accepting_it_ends_it():
    item = waiting()
    escalation.escalate(item.id)
    db.session.refresh(item)
    with as_user("sarah"):
        assert queries.told_to_viewer() != []
        service.accept(item.id, version=item.version)

        assert queries.told_to_viewer() == []
    assert open_escalation(item) is None


def test_what_the_duty_manager_is_told_climbs_to_who_is_on_call():
    shift("ines", "duty-manager", "on_call_manager", starts_at=now() + timedelta(minutes=10))
    item = waiting()
    placing.tell_duty_manager(item, "A call was promised and not made.")
    alert = next(one for one in given.items_of(item.contact) if one.came_from_id == item.id)

    escalation.escalate(alert.id)
    later(11)
    escalation.escalate(alert.id)

    assert list(told(alert)) == ["manager", "on_call"]


def test_what_is_overdue_with_no_task_left_is_found_by_its_clock():
    held = {"state": "accepted", "holder_id": given.user("sarah").id, "accepted_at": now(), "accept_due_at": None}
    item = waiting(**held, due_at=now() - timedelta(minutes=1))

    assert escalation.promise_overdue() == 1
    tasks = db.session.scalars(select(Task).where(Task.subject_id == item.id, Task.kind == "escalate")).all()
    assert len(tasks) == 1


def test_what_is_on_the_ladder_is_found_again_once_its_clock_has_run():
    item = waiting()
    escalation.escalate(item.id)
    while_it_runs = escalation.promise_overdue()
    given.clock_at(open_escalation(item).next_at + timedelta(minutes=1))

    assert (while_it_runs, escalation.promise_overdue()) == (0, 1)


def test_who_was_told_what_when_is_kept_with_the_contact():
    item = waiting()
    escalation.escalate(item.id)
    with as_user("sarah"):
        ladder.take(open_escalation(item).id)

    rows = queries.of_contact(item.contact)

    mine = next(row for row in rows if row["who"] == "Sarah Okafor")
    assert (mine["step"], mine["at"], mine["taken_at"]) == ("the team", now(), now())
    assert mine["words"].startswith("Nobody accepted it by")


def test_it_stands_on_the_pages_of_who_was_told_and_of_nobody_else(signed_in):
    item = waiting()
    escalation.escalate(item.id)
    db.session.commit()

    assert item.contact.reference in signed_in("sarah").get("/told/").text
    assert "fd-told__words" in signed_in("sarah").get("/board/").text
    assert item.contact.reference not in signed_in("winnie").get("/told/").text


def test_i_have_it_is_said_on_the_page_and_opens_the_contact(signed_in):
    item = waiting()
    escalation.escalate(item.id)
    sarah = signed_in("sarah")

    answer = sarah.post(f"/told/{open_escalation(item).id}/take")

    assert answer.headers["Location"].endswith(item.contact.reference)
    assert "I have it" in sarah.get(f"/contacts/{item.contact.reference}?tab=history").text
