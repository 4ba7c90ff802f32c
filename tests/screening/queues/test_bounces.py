"""Work that comes back and back: the third time a named manager has it, who is somebody, and awake."""

import pytest

from screening.db import db, now
from screening.models import NamedReader
from screening.queues import service
from screening.queues.queries import team_queue
from screening.queues.wanted import Wanted
from tests.screening.queues import given
from tests.screening.queues.test_service import REASON, act, seen_as
from tests.screening.rota.given import shift

pytestmark = pytest.mark.usefixtures("context")


def sent_back(times=2, team="winchester", by="winnie", **more):
    item = given.item(given.contact(restricted=more.pop("restricted", False)), team, returns=times, **more)
    return act(by, service.send_back, item, reason=REASON, to_team="havant")


def test_the_third_return_waits_for_one_named_manager_and_escalates_until_it_is_accepted():
    given.clock_at(given.TUESDAY_NOON)

    following = sent_back()

    assert (following.holder.name, following.team.slug) == ("Grace Lindqvist", "duty-manager")
    assert (following.state, following.accepted_at, following.returns) == ("waiting", None, 3)
    assert following.accept_due_at > now()
    assert following.attention == "Sent back 3 times: Grace Lindqvist says which team has it."
    # Said once beside it: by whom it came, and whom they propose.
    assert following.why.startswith("Sent back by ")


def test_a_second_return_goes_where_the_first_went():
    given.clock_at(given.TUESDAY_NOON)

    following = sent_back(times=1)

    assert (following.holder, following.team.slug) == (None, "screening")


def test_the_manager_who_holds_least_is_named():
    given.clock_at(given.TUESDAY_NOON)
    given.item(given.contact(), "mash", state="accepted", holder_id=given.user("grace").id, accepted_at=now())

    assert sent_back().holder.name == "Ines Carvalho"


def test_the_manager_on_call_is_named_before_all_others():
    given.clock_at(given.TUESDAY_NIGHT)
    shift("duty-manager", "grace", "2026-11-24T21:00", "2026-11-25T08:00", kind="on_call_manager")

    assert sent_back(urgency="red").holder.name == "Grace Lindqvist"


def test_who_is_off_is_named_after_who_is_at_work():
    given.clock_at(given.TUESDAY_NOON)
    for team in ("screening", "mash", "duty-manager"):
        shift(team, "ines", "2026-11-24T09:00", "2026-11-24T17:00")

    assert sent_back().holder.name == "Ines Carvalho"


def test_whoever_sends_it_back_is_not_named_for_it():
    given.clock_at(given.TUESDAY_NOON)

    assert sent_back(team="mash", by="grace").holder.name == "Ines Carvalho"


def test_where_no_duty_manager_is_left_another_manager_is_named():
    given.clock_at(given.TUESDAY_NOON)
    for name in ("grace", "ines"):
        given.user(name).disabled_at = now()

    following = sent_back()

    assert (following.holder.name, following.team.slug) == ("Henry Castell", "basingstoke-and-deane")


def test_red_at_night_is_named_for_a_manager_of_emergency_duty_or_goes_to_that_team():
    given.clock_at(given.TUESDAY_NIGHT)
    following = sent_back(urgency="red")
    assert (following.holder.name, following.team.slug) == ("Ines Carvalho", "emergency-duty")

    given.user("ines").disabled_at = now()
    following = sent_back(urgency="red")

    assert (following.holder, following.team.slug) == (None, "emergency-duty")
    told = given.items_of(following.contact)[-1]
    assert (told.team.slug, told.leads) == ("duty-manager", False)
    assert told.why.startswith("Sent back 3 times")


def test_a_restricted_contact_is_named_only_for_who_may_know_of_it():
    given.clock_at(given.TUESDAY_NOON)
    item = given.item(given.contact(restricted=True), "winchester", returns=2)
    for name in ("winnie", "ines"):
        db.session.add(NamedReader(contact_id=item.contact_id, user_id=given.user(name).id))

    following = act("winnie", service.send_back, item, reason=REASON, to_team="havant")

    assert following.holder.name == "Ines Carvalho"


def test_the_named_manager_finds_it_under_mine_and_accepts_it():
    given.clock_at(given.TUESDAY_NOON)
    following = sent_back()

    with seen_as("grace"):
        assert [row.item for row in team_queue("duty-manager", Wanted(tab="mine")).rows] == [following]
    act("grace", service.accept, following)

    assert (following.state, following.accepted_at is None) == ("accepted", False)
