"""Taken back by who did it, until somebody on the other side has opened it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening import audit
from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.models import OwnView, Task
from screening.queues import placing, service, undoing
from tests.screening.queues import given
from tests.screening.queues.test_service import REASON, act, seen_as

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def held():
    item = placing.place(given.QueueItem(**waiting_values("winchester")))
    return act("winnie", service.accept, item)


def waiting_values(team):
    contact, at = given.contact(), now()
    values = {"step": "referral", "urgency": "amber", "level": 2, "priority": 4, "why": "Assessment."}
    due = {"due_at": at + timedelta(hours=4), "accept_due_at": at + timedelta(hours=1)}
    return {"contact_id": contact.id, "team_id": given.team(team).id, **values, **due}


def opened(contact, by):
    with viewing(user_viewer(given.user(by))):
        audit.record("contact.read", contact_id=contact.id, detail={"part": "summary"})
    db.session.flush()


def undone(by, item):
    return act(by, undoing.undo, item)


def test_a_return_that_nobody_opened_is_taken_back_as_it_was_and_is_no_bounce(held):
    accepted_at, due_at = held.accepted_at, held.due_at
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")

    stands = undone("winnie", following)

    assert (stands.team.slug, stands.state, stands.holder.name) == ("winchester", "accepted", "Winnie Asante")
    assert (stands.accepted_at, stands.due_at, stands.returns) == (accepted_at, due_at, 0)
    assert given.lead_of(held.contact) is stands
    (entry,) = given.audited(held.contact, "queue.undone")
    assert entry.detail == {"what": "return"}


def test_a_transfer_is_taken_back_from_a_team_that_its_sender_is_not_in():
    item = given.item(given.contact(), "screening")
    following = act("sarah", service.transfer, item, reason=REASON, to_team="havant")

    stands = undone("sarah", following)

    assert (stands.team.slug, stands.state, stands.holder) == ("screening", "waiting", None)
    assert stands.accept_due_at == item.accept_due_at


def test_once_somebody_over_there_opened_it_nothing_is_taken_back_and_they_are_named(held):
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")
    opened(held.contact, "tom")

    with pytest.raises(Conflict, match=r"Tom Whitlock opened this at 12:0\d"):
        undone("winnie", following)
    with seen_as("winnie"):
        assert undoing.what_may_be_undone(following) is None


def test_that_the_sender_or_a_bystander_read_it_again_takes_nothing_away(held):
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")
    opened(held.contact, "winnie")
    opened(held.contact, "aisha")

    assert undone("winnie", following).team.slug == "winchester"


def test_nobody_else_takes_back_what_somebody_sent(held):
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")

    with pytest.raises(NotFound):
        undone("tom", following)


def test_what_was_taken_back_is_not_taken_back_again(held):
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")
    stands = undone("winnie", following)

    with pytest.raises(NotFound):
        undone("winnie", stands)


def test_an_acceptance_is_taken_back_and_the_item_waits_with_its_own_clock_and_escalation(held):
    accept_due_at = held.accept_due_at
    task = db.session.scalars(select(Task).where(Task.subject_id == held.id)).one()
    task.state = "done"

    undone("winnie", held)

    assert (held.state, held.holder, held.accept_due_at) == ("waiting", None, accept_due_at)
    again = db.session.scalars(select(Task).where(Task.subject_id == held.id, Task.state == "pending")).one()
    assert again.run_after == accept_due_at


def test_an_escalation_that_is_promised_still_is_not_promised_twice(held):
    undone("winnie", held)

    assert len(db.session.scalars(select(Task).where(Task.subject_id == held.id)).all()) == 1


@pytest.mark.parametrize("begun", ["late", "own_view"])
def test_an_acceptance_on_which_work_was_begun_stays(held, begun):
    if begun == "late":
        held.accepted_at = now() - timedelta(minutes=16)
    else:
        view = {"stage": "team", "level": 3, "urgency": "amber", "kept_at": now()}
        db.session.add(OwnView(contact_id=held.contact_id, user_id=given.user("winnie").id, **view))
    db.session.flush()

    with pytest.raises(Conflict, match="Return it with a reason"):
        undone("winnie", held)


@pytest.mark.parametrize("held_before", [True, False])
def test_an_allocation_is_taken_back_until_who_was_given_it_opened_it(held_before):
    item = given.item(given.contact(), "screening")
    if held_before:
        act("sarah", service.accept, item)
    before = (item.state, item.holder, item.accepted_at)
    act("grace", service.allocate, item, to_user="tom")
    opened(item.contact, "sarah")

    undone("grace", item)

    assert (item.state, item.holder, item.accepted_at) == before
    act("grace", service.allocate, item, to_user="tom")
    opened(item.contact, "tom")
    with pytest.raises(Conflict, match="Tom Whitlock opened this"):
        undone("grace", item)


def test_whoever_took_something_back_is_told_that_they_did_and_nobody_else_is(held, signed_in):
    following = act("winnie", service.send_back, held, reason=REASON, to_team="havant")
    place, version = f"/queues/items/{following.id}/undo", following.version
    db.session.commit()
    winnie = signed_in("winnie")

    answer = winnie.post(place, data={"version": version})

    told = f"{held.contact.reference}: you took back the return"
    assert told in winnie.get(answer.location).text
    assert told not in signed_in("nadia").get(answer.location).text
