"""What asks for attention stands side by side, goes with the work, and is taken away by its own cause alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from screening import reasons
from screening.access import user_viewer, viewing, worker_viewer
from screening.db import db, now
from screening.queues import placing, service, undoing
from tests.screening.queues import given
from workers import routing
from workers.checks import follow_up

pytestmark = pytest.mark.usefixtures("context")
MOVED = "They live over there, as their mother said twice."


@pytest.fixture(autouse=True)
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def item():
    return given.item(given.contact(), "screening")


def by(user_name, act, item, **said):
    db.session.flush()
    with viewing(user_viewer(given.user(user_name))):
        return act(item.id, version=item.version, **said)


def words(item):
    return [reason["words"] for reason in item.reasons if not reason.get("read_at")]


def test_one_warning_does_not_write_over_another(item):
    placing.flag(item, follow_up.LATE)
    placing.flag(item, "A call was promised and not made.")

    assert item.attention == f"A call was promised and not made. {follow_up.LATE}"


def test_the_newest_of_one_cause_stands_with_its_own_time(item):
    placing.flag(item, "Raised 2 times.", cause=reasons.LADDER)
    given.clock_at(now() + timedelta(minutes=5))
    placing.flag(item, "Raised 3 times.", cause=reasons.LADDER)

    assert (item.attention, item.attention_at) == ("Raised 3 times.", now())


def test_what_is_settled_takes_away_its_own_words_alone(item):
    placing.wait_for_approval(item.contact_id, waits=True)
    placing.flag(item, follow_up.LATE)

    placing.wait_for_approval(item.contact_id, waits=False)

    assert (item.attention, reasons.since(item, reasons.APPROVAL)) == (follow_up.LATE, None)


def test_who_accepts_has_read_it_but_for_what_waits_for_somebody_else(item):
    placing.flag(item, follow_up.LATE)
    placing.flag(item, placing.APPROVAL, cause=reasons.APPROVAL)
    placing.flag(item, "Still waited for.", cause=f"{reasons.AWAITED}:{uuid4()}")

    by("sarah", service.accept, item)

    assert words(item) == ["Still waited for.", placing.APPROVAL]


def test_what_was_read_stands_again_where_the_acceptance_is_taken_back(item):
    placing.flag(item, follow_up.LATE)
    by("sarah", service.accept, item)

    by("sarah", undoing.undo, item)

    assert words(item) == [follow_up.LATE]


def test_who_is_given_the_work_has_read_nothing_yet(item):
    placing.flag(item, "Nobody accepted it.", cause=reasons.LADDER)
    placing.flag(item, follow_up.LATE)

    by("grace", service.allocate, item, to_user="tom", override_reason="He knows them.")

    assert words(item) == [follow_up.LATE]


def test_what_is_passed_on_asks_the_next_team_what_it_asked_here(item):
    placing.flag(item, "Nobody accepted it.", cause=reasons.LADDER)
    placing.flag(item, placing.APPROVAL, cause=reasons.APPROVAL)

    following = by("grace", service.transfer, item, reason=MOVED, to_team="havant")
    back = by("grace", undoing.undo, following)

    assert [(one.team.slug, words(one)) for one in (following, back)] == [
        ("havant", [placing.APPROVAL]),
        ("screening", [placing.APPROVAL]),
    ]
    assert (item.attention, item.attention_at) == (None, None)


def test_what_is_routed_on_as_a_referral_asks_what_it_asked_before():
    contact = given.contact(level=4)
    child = given.person(contact, postcode="SO23 8UG")
    placing.flag(given.item(contact, "screening"), follow_up.LATE)
    given.decision(child, "assessment", referral=True)
    contact.state, contact.decided_at = "decided", given.TUESDAY_NOON

    with viewing(worker_viewer("test")):
        routing.route_contact(contact.id, "referral")

    assert follow_up.LATE in words(given.lead_of(contact))


def test_what_the_release_before_wrote_counts_beside_what_stands(item):
    placing.flag(item, placing.APPROVAL, cause=reasons.APPROVAL)
    item.attention, item.attention_at = "A check came late.", now()

    placing.flag(item, "A call was promised and not made.")

    assert set(words(item)) == {"A check came late.", placing.APPROVAL, "A call was promised and not made."}


def test_what_the_release_before_took_away_stays_away(item):
    placing.flag(item, "A check came late.")
    item.attention = item.attention_at = None

    placing.flag(item, "A call was promised and not made.")

    assert words(item) == ["A call was promised and not made."]


def test_the_same_words_of_two_causes_are_said_once(item):
    placing.flag(item, placing.APPROVAL, cause="one")
    placing.flag(item, placing.APPROVAL, cause="other")

    assert (reasons.shown(item), item.attention) == ([placing.APPROVAL], placing.APPROVAL)
