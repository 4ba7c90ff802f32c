"""The minutes around the change of shift: what comes after the signature, and what emergency duty leaves behind."""

import pytest
from sqlalchemy import select

from screening import tasks
from screening.db import db, now
from screening.errors import Conflict
from screening.models import QueueItem, Task, Team
from screening.queues import placing
from screening.queues.handover import packs
from tests.screening.queues import given
from tests.screening.queues.handover.test_night import GONE, KEY, MORNING, by, came, composed
from tests.screening.rota import given as rota
from tests.screening.rota.given import at

pytestmark = pytest.mark.usefixtures("context")
NINE = at("2026-11-25T09:00")


@pytest.fixture
def signed(context):
    """The morning's handover, signed a quarter of an hour before the change."""
    given.clock_at(at("2026-11-25T02:00"))
    came()
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        packs.sign(pack.id, KEY, not_reached=GONE)
    return pack


def alerts_of(contact):
    rows = select(QueueItem).where(QueueItem.contact_id == contact.id, QueueItem.accept_due_at.is_(None))
    return {(row.team.slug, row.why) for row in db.session.scalars(rows)}


def test_nobody_signs_long_before_the_change_of_shift(context):
    given.clock_at(at("2026-11-25T02:00"))
    came()
    pack = composed(at("2026-11-25T08:36"), "to_day")

    with by("sarah"), pytest.raises(Conflict, match="Sign from"):
        packs.sign(pack.id, KEY, not_reached=GONE)


def test_a_red_that_came_after_the_signature_is_in_the_handover_and_who_took_over_is_told(signed):
    given.clock_at(at("2026-11-25T08:50"))
    red = came(urgency="red")
    packs.ensure()

    with by("sarah"):
        shown = {one["reference"]: one for one in packs.shown(signed, KEY)}
        packs.open_one(signed.id, red.reference)
        opened = {one["reference"]: one["opened_by"] for one in packs.shown(signed, KEY)}
    assert [one["since_signed"] for one in shown.values()] == [True, False]
    assert opened[red.reference] == {str(given.user("sarah").id)}
    assert {team for team, _ in alerts_of(red)} == {"screening", "duty-manager"}


def test_what_comes_after_the_change_of_shift_is_not_added_to_what_was_signed(signed):
    given.clock_at(at("2026-11-25T09:05"))
    red = came("screening", urgency="red")
    packs.ensure()

    with by("sarah"):
        assert red.reference not in {one["reference"] for one in packs.shown(signed, KEY)}


def test_what_emergency_duty_left_unaccepted_goes_to_the_day_team_as_it_closes(signed):
    given.clock_at(at("2026-11-25T08:50"))
    red, held = came(urgency="red"), came(state="accepted", holder_id=given.user("edith").id, accepted_at=now())
    due_at = given.lead_of(red).due_at
    given.clock_at(NINE)
    packs.ensure()

    lead = given.lead_of(red)
    assert (lead.team.slug, lead.state, lead.due_at) == ("screening", "waiting", due_at)
    assert "duty-manager" in {team for team, _ in alerts_of(red)}
    assert given.lead_of(held).team.slug == "emergency-duty"


def test_what_emergency_duty_still_holds_is_handed_over_by_name_and_shown_to_who_is_open_once_each_morning(context):
    given.clock_at(at("2026-11-25T02:00"))
    holds = {"state": "accepted", "accepted_at": now()}
    amber = came(**holds, holder_id=given.user("edith").id)
    red = came(urgency="red", **holds, holder_id=given.user("edith").id)
    pack = composed(MORNING, "to_day")
    before = alerts_of(amber)
    given.clock_at(NINE)
    packs.ensure()
    (alert,) = (one for one in given.items_of(amber) if one.accept_due_at is None)
    placing.end(alert)
    packs.ensure()

    words = "Edith Marsh of Emergency duty team holds this, and their shift is over."
    with by("sarah"):
        entries = {one["reference"]: (one["holder"], one["holder_goes"]) for one in packs.shown(pack, KEY)}
    assert entries[amber.reference] == ("Edith Marsh", True)
    assert before == set()
    assert [(alert.team.slug, alert.why.startswith(words))] == [("screening", True)]
    assert len([one for one in given.items_of(amber) if one.accept_due_at is None]) == 1
    assert {team for team, _ in alerts_of(red)} == {"screening", "duty-manager"}


@pytest.fixture
def no_day_team(context):
    """A county whose duty manager takes over from emergency duty."""
    db.session.scalars(select(Team).where(Team.kind == "screening")).one().active = False
    given.clock_at(at("2026-11-25T02:00"))


def climbs(contact):
    """The alerts of a contact whose ladder is looked at, by the slug of their team."""
    promised = select(Task.subject_id).where(Task.kind == tasks.ESCALATE, Task.key.endswith(":told"))
    return [one.team.slug for one in given.items_of(contact) if one.id in set(db.session.scalars(promised))]


def test_of_what_is_grave_and_held_as_emergency_duty_closes_the_duty_manager_is_told_by_ladder_too(no_day_team):
    held = came(urgency="red", state="accepted", holder_id=given.user("edith").id, accepted_at=now())
    composed(MORNING, "to_day")
    given.clock_at(NINE)
    packs.ensure()

    assert (len(alerts_of(held)), climbs(held)) == (1, ["duty-manager"])


def test_of_a_red_that_came_after_the_duty_managers_signature_they_are_told_by_ladder_too(no_day_team):
    pack = composed(MORNING, "to_day")
    with by("grace"):
        packs.sign(pack.id, KEY, not_reached=GONE)
    given.clock_at(at("2026-11-25T08:50"))
    red = came(urgency="red")
    packs.ensure()

    assert (len(alerts_of(red)), climbs(red)) == (1, ["duty-manager"])


def test_what_is_held_by_somebody_who_is_at_work_by_day_too_is_told_to_nobody(context):
    given.clock_at(at("2026-11-25T02:00"))
    rota.shift("screening", "ines", "2026-11-25T09:00", "2026-11-25T17:00")
    held = came(state="accepted", holder_id=given.user("ines").id, accepted_at=now())
    composed(MORNING, "to_day")
    given.clock_at(NINE)
    packs.ensure()

    assert alerts_of(held) == set()
