"""What a piece of work weighs in a caseload, and who should not be given more."""

from datetime import date

import pytest

from screening.db import db, now
from screening.decisions.awaited import service as awaited
from screening.errors import Invalid
from screening.models import StaffLeave
from screening.queues import caseload, service
from tests.screening.queues import given
from tests.screening.queues.test_service import seen_as

pytestmark = pytest.mark.usefixtures("context")
SEVEN, TODAY = date(2019, 1, 1), date(2026, 11, 24)
AMBER, YOUNG, MORE_CHILD = 2, 1, 1


@pytest.fixture(autouse=True)
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


def family(*born, level=2, urgency="amber", step="received"):
    contact = given.contact()
    for place, day in enumerate(born):
        given.person(contact, f"Child {place}", position=place, born_earliest=day, born_latest=day)
    return given.item(contact, "screening", level=level, urgency=urgency, step=step)


def accepted(item, user_name="tom"):
    item.state, item.holder_id, item.accepted_at = "accepted", given.user(user_name).id, now()
    db.session.flush()
    return item


def carried(user_name="tom"):
    members = caseload.of_members(given.team("screening").id)
    return next(one for one in members if one.user.user_name == user_name)


def ask_police(item):
    given.check(item.contact.children[0], "police", asked_by_id=given.user("sarah").id)


def test_an_older_child_alone_weighs_the_urgency():
    assert caseload.of_item(family(SEVEN)) == AMBER


@pytest.mark.parametrize(("level", "more"), [(1, 0), (2, 0), (3, 1), (4, 2)])
def test_a_higher_level_weighs_more(level, more):
    assert caseload.of_item(family(SEVEN, level=level)) == AMBER + more


def test_each_more_child_weighs_until_the_fourth():
    assert caseload.of_item(family(SEVEN, SEVEN)) == AMBER + MORE_CHILD
    assert caseload.of_item(family(*[SEVEN] * 9)) == AMBER + 3 * MORE_CHILD


@pytest.mark.parametrize("born", [(date(2025, 6, 1),), (None,), ()])
def test_a_baby_weighs_more_and_so_does_an_age_that_nobody_knows(born):
    assert caseload.of_item(family(*born)) == AMBER + YOUNG


def test_a_referral_weighs_more_than_a_contact_that_is_screened():
    assert caseload.of_item(family(SEVEN, step="referral")) > caseload.of_item(family(SEVEN))


def test_what_waits_on_a_partner_is_shown_and_weighs_nothing():
    ask_police(accepted(family(SEVEN)))

    assert (carried().weight, carried().items, carried().paused) == (0, 1, 1)


@pytest.mark.parametrize(("kind", "put_aside"), [("agreement", 1), ("step_down", 1), ("strategy_discussion", 0)])
def test_what_waits_for_a_family_or_early_help_weighs_nothing_and_a_strategy_discussion_is_never_put_aside(
    kind, put_aside
):
    item = accepted(family(SEVEN))
    awaited.wait_for(kind, given.decision(item.contact.children[0]))

    assert carried().paused == put_aside


def test_what_is_red_is_never_put_aside():
    ask_police(accepted(family(SEVEN, urgency="red")))

    assert (carried().weight, carried().paused) == (3, 0)


def test_whoever_carries_work_already_is_given_more():
    accepted(family(SEVEN))
    item = family(SEVEN)

    with seen_as("grace"):
        service.allocate(item.id, version=item.version, to_user="tom")
    db.session.flush()

    assert item.holder.name == "Tom Whitlock"
    assert given.audited(item.contact, "queue.allocated")[0].detail["caseload"] == AMBER


def test_somebody_who_is_away_is_given_work_with_a_reason_alone():
    tom, grace, item = given.user("tom"), given.user("grace"), family(SEVEN)
    db.session.add(
        StaffLeave(user_id=tom.id, first_day=TODAY, last_day=TODAY, written_at=now(), written_by_id=grace.id)
    )
    db.session.flush()

    with seen_as("grace"):
        with pytest.raises(Invalid) as refused:
            service.allocate(item.id, version=item.version, to_user="tom")
        service.allocate(item.id, version=item.version, to_user="tom", override_reason="He comes in for it.")

    assert "away until" in refused.value.fields["/override_reason"][0]
    assert item.holder.name == tom.name
