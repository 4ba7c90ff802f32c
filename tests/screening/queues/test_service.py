"""Work changes hands: one holder, reasons kept, clocks untouched, every action audited."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import Task
from screening.queues import caseload, claiming, placing, service
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
REASON = "The family lives in Havant since May."


def seen_as(user_name):
    db.session.flush()
    return viewing(user_viewer(given.user(user_name)))


def act(user_name, action, item, **more):
    with seen_as(user_name):
        return action(item.id, version=item.version, **more)


@pytest.fixture
def waiting(context):
    given.clock_at(given.TUESDAY_NOON)
    return given.item(given.contact(), "screening")


def test_accepting_makes_one_holder_and_is_audited(waiting):
    act("sarah", service.accept, waiting)

    assert (waiting.state, waiting.holder.name) == ("accepted", "Sarah Okafor")
    assert waiting.accepted_at is not None
    assert len(given.audited(waiting.contact, "queue.accepted")) == 1


def test_who_comes_second_is_told_who_was_first_and_when(waiting):
    version = waiting.version
    act("sarah", service.accept, waiting)

    with seen_as("tom"), pytest.raises(Conflict) as refused:
        service.accept(waiting.id, version=version)

    assert refused.value.message == "Accepted by Sarah Okafor at 12:00."


def test_accepting_twice_oneself_changes_nothing(waiting):
    version = waiting.version
    act("sarah", service.accept, waiting)

    with seen_as("sarah"):
        service.accept(waiting.id, version=version)

    assert len(given.audited(waiting.contact, "queue.accepted")) == 1


def test_an_item_that_changed_since_it_was_opened_is_not_accepted(waiting):
    with seen_as("sarah"), pytest.raises(Stale):
        service.accept(waiting.id, version=waiting.version + 1)


def test_accepting_ends_what_asked_for_attention(waiting):
    placing.flag(waiting, "Nobody accepted it.")

    act("sarah", service.accept, waiting)

    assert (waiting.attention, waiting.attention_at) == (None, None)


def test_a_claim_keeps_an_item_for_a_quarter_of_an_hour(waiting):
    act("sarah", service.claim, waiting)

    assert waiting.claimed_by.name == "Sarah Okafor"
    assert timedelta(minutes=14) < waiting.claimed_until - now() <= timedelta(minutes=15)
    assert len(given.audited(waiting.contact, "queue.claimed")) == 1


@pytest.mark.parametrize("action", [service.claim, service.accept])
def test_what_somebody_is_reading_cannot_be_taken(waiting, action):
    act("sarah", service.claim, waiting)

    with pytest.raises(Conflict) as refused:
        act("tom", action, waiting)

    assert refused.value.message == "Sarah Okafor is working on this. It is free again at 12:15."


def work_on(user_name, item):
    with seen_as(user_name):
        claiming.work_on(item.id)
    db.session.refresh(item)


def test_who_writes_in_a_form_keeps_it_softly_while_they_write_and_its_version_stays(waiting):
    version = waiting.version
    work_on("sarah", waiting)
    given.clock_at(given.TUESDAY_NOON + timedelta(minutes=10))
    work_on("sarah", waiting)
    work_on("tom", waiting)

    assert (waiting.claimed_by.name, waiting.version) == ("Sarah Okafor", version)
    assert timedelta(minutes=24) < waiting.claimed_until - given.TUESDAY_NOON < timedelta(minutes=26)
    assert len(given.audited(waiting.contact, "queue.claimed")) == 1


def test_what_is_red_is_kept_for_nobody(waiting):
    work_on("sarah", waiting)
    waiting.urgency = "red"

    act("tom", service.accept, waiting)

    assert waiting.holder.name == "Tom Whitlock"


def test_a_claim_that_ran_out_is_no_claim(waiting):
    act("sarah", service.claim, waiting)
    given.clock_at(given.TUESDAY_NOON + timedelta(minutes=16))

    act("tom", service.accept, waiting)

    assert waiting.holder.name == "Tom Whitlock"


def test_who_claimed_may_accept(waiting):
    act("sarah", service.claim, waiting)

    act("sarah", service.accept, waiting)

    assert (waiting.state, waiting.claimed_by_id) == ("accepted", None)


@pytest.mark.parametrize("user_name", ["winnie", "nadia", "edith"])
def test_an_item_of_another_team_does_not_exist(waiting, user_name):
    with pytest.raises(NotFound):
        act(user_name, service.accept, waiting)


def test_a_restricted_contact_does_not_exist_for_who_is_not_named(waiting):
    waiting.contact.restricted = True

    with pytest.raises(NotFound):
        act("sarah", service.accept, waiting)


def test_a_call_handler_accepts_nothing(waiting):
    with pytest.raises(NotAllowed):
        act("priya", service.accept, waiting)


@pytest.mark.parametrize("reason", ["", "   ", "too short", " 9 chars. "])
def test_a_return_needs_a_reason(reason):
    item = given.item(given.contact(), "winchester")

    with pytest.raises(Invalid) as refused:
        act("winnie", service.send_back, item, reason=reason, to_team="havant")

    assert set(refused.value.fields) == {"/reason"}


@pytest.mark.parametrize("to_team", ["", "no-such-team", "winchester"])
def test_a_return_needs_another_team_that_exists(to_team):
    item = given.item(given.contact(), "winchester")

    with pytest.raises(Invalid) as refused:
        act("winnie", service.send_back, item, reason=REASON, to_team=to_team)

    assert set(refused.value.fields) == {"/to_team"}


def test_a_return_goes_back_to_the_screening_team_with_reason_proposal_and_count():
    given.clock_at(given.TUESDAY_NOON)
    item = given.item(given.contact(), "winchester", returns=1)

    following = act("winnie", service.send_back, item, reason=REASON, to_team="havant")

    assert (item.state, item.return_reason, item.ended_by.name) == ("returned", REASON, "Winnie Asante")
    proposed = given.team("havant").id
    assert (following.team.slug, following.proposed_team_id, following.returns) == ("screening", proposed, 2)
    assert following.came_from is item
    assert len(given.audited(item.contact, "queue.returned")) == 1


def test_a_red_return_at_night_goes_to_the_emergency_duty_team():
    given.clock_at(given.TUESDAY_NIGHT)
    item = given.item(given.contact(urgency="red"), "winchester", urgency="red")

    following = act("winnie", service.send_back, item, reason=REASON, to_team="havant")

    assert following.team.slug == "emergency-duty"


def test_what_emergency_duty_sends_back_at_night_goes_to_the_duty_manager_and_not_to_a_closed_team():
    given.clock_at(given.TUESDAY_NIGHT)
    item = given.item(given.contact(urgency="red"), "emergency-duty", urgency="red")

    following = act("edith", service.send_back, item, reason=REASON, to_team="havant")

    assert following.team.slug == "duty-manager"


def test_what_the_screening_team_sends_back_goes_to_the_duty_manager(waiting):
    following = act("sarah", service.send_back, waiting, reason=REASON, to_team="mash")

    assert following.team.slug == "duty-manager"


def test_no_move_touches_the_clocks_of_the_contact():
    contact = given.contact(first_received_at=given.TUESDAY_NOON - timedelta(days=2))
    item = given.item(contact, "winchester")
    due_at, received = item.due_at, contact.first_received_at

    back = act("winnie", service.send_back, item, reason=REASON, to_team="havant")
    on = act("sarah", service.transfer, back, reason=REASON, to_team="havant")

    assert (back.due_at, on.due_at, contact.first_received_at) == (due_at, due_at, received)


def test_a_transfer_puts_the_item_in_the_other_teams_queue(waiting):
    following = act("sarah", service.transfer, waiting, reason=REASON, to_team="havant")

    assert (waiting.state, following.state, following.team.slug) == ("done", "waiting", "havant")
    assert len(given.audited(waiting.contact, "queue.moved")) == 1


def test_the_other_team_has_its_own_time_to_accept(waiting):
    following = act("sarah", service.transfer, waiting, reason=REASON, to_team="havant")

    promised = db.session.scalars(select(Task).where(Task.subject_id == following.id, Task.kind == "escalate")).one()
    assert promised.run_after == following.accept_due_at > now()


def test_a_social_worker_of_a_team_does_not_transfer():
    item = given.item(given.contact(), "winchester")

    with pytest.raises(NotAllowed):
        act("winnie", service.transfer, item, reason=REASON, to_team="havant")


def test_what_a_colleague_holds_is_moved_by_them_or_a_manager(waiting):
    act("sarah", service.accept, waiting)

    with pytest.raises(Conflict):
        act("tom", service.transfer, waiting, reason=REASON, to_team="havant")
    following = act("grace", service.transfer, waiting, reason=REASON, to_team="havant")

    assert following.team.slug == "havant"


def test_what_has_left_the_queue_cannot_be_accepted(waiting):
    version = waiting.version
    act("sarah", service.transfer, waiting, reason=REASON, to_team="havant")

    with seen_as("tom"), pytest.raises(Conflict) as refused:
        service.accept(waiting.id, version=version)

    assert refused.value.message.startswith("Sarah Okafor passed this on at 12:00.")


def test_what_no_team_holds_is_placed_without_a_reason_by_who_may_route():
    item = given.item(given.contact(), None)

    following = act("grace", service.transfer, item, reason="", to_team="mash")

    assert following.team.slug == "mash"


def test_what_no_team_holds_does_not_exist_for_who_may_not_route():
    item = given.item(given.contact(), None)

    with pytest.raises(NotFound):
        act("winnie", service.send_back, item, reason=REASON, to_team="mash")


def test_a_restricted_contact_that_no_team_holds_is_placed_only_by_who_is_named():
    item = given.item(given.contact(restricted=True), None)

    with pytest.raises(NotFound):
        act("grace", service.transfer, item, reason="", to_team="mash")


def test_a_manager_gives_an_item_to_a_member_of_the_team(waiting):
    act("grace", service.allocate, waiting, to_user="tom")

    assert (waiting.state, waiting.holder.name) == ("accepted", "Tom Whitlock")
    assert len(given.audited(waiting.contact, "queue.allocated")) == 1


def test_a_manager_gives_on_what_somebody_holds(waiting):
    act("sarah", service.accept, waiting)

    act("grace", service.allocate, waiting, to_user="tom")

    assert waiting.holder.name == "Tom Whitlock"


@pytest.mark.parametrize("to_user", ["winnie", "nobody", ""])
def test_an_item_is_given_only_within_its_team(waiting, to_user):
    with pytest.raises(Invalid):
        act("grace", service.allocate, waiting, to_user=to_user)


def test_only_a_manager_allocates(waiting):
    with pytest.raises(NotAllowed):
        act("sarah", service.allocate, waiting, to_user="tom")


def test_a_full_caseload_needs_a_reason(waiting):
    tom = given.user("tom")
    for _ in range(15):
        given.item(given.contact(), "screening", urgency="red", state="accepted", holder_id=tom.id, accepted_at=now())
    assert caseload.of(tom.id) == caseload.most()

    with pytest.raises(Invalid):
        act("grace", service.allocate, waiting, to_user="tom")
    act("grace", service.allocate, waiting, to_user="tom", override_reason="Tom knows this family.")

    assert waiting.allocated_because == "Tom knows this family."


def test_what_would_take_a_caseload_past_the_most_needs_a_reason_before_it_is_full(waiting):
    tom, adds = given.user("tom"), caseload.of_item(waiting)
    while caseload.of(tom.id) + adds <= caseload.most():
        green = given.contact(urgency="green")
        given.item(green, "screening", urgency="green", state="accepted", holder_id=tom.id, accepted_at=now())
    assert caseload.of(tom.id) < caseload.most()

    with pytest.raises(Invalid, match="should not be given more"):
        act("grace", service.allocate, waiting, to_user="tom")


@pytest.mark.parametrize(("old", "new"), [("done", "accepted"), ("returned", "waiting"), ("done", "waiting")])
def test_a_change_that_is_not_on_the_list_is_refused(waiting, old, new):
    waiting.state = old

    with db.session.no_autoflush, pytest.raises(ValueError, match="cannot go"):
        placing.change(waiting, new)
    db.session.expire(waiting)


def test_an_alert_is_seen_and_leaves_the_queue():
    alert = given.item(given.contact(), "screening", leads=False, accept_due_at=None)

    act("sarah", service.mark_seen, alert)

    assert (alert.state, alert.ended_by.name) == ("done", "Sarah Okafor")


def test_work_is_not_put_away_as_seen(waiting):
    with pytest.raises(Conflict, match="Accept it"):
        act("sarah", service.mark_seen, waiting)
