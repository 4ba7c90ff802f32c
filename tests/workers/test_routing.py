"""Where contacts go: by urgency, hours, home, who knows the child, and what happens when nothing matches."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from routing_rules import clocks
from screening.db import db, now
from screening.models import Person, Routing, Task, Team
from screening.queues import placing
from tests.screening.queues import given
from workers import routing
from workers.routing import route_contact

pytestmark = pytest.mark.usefixtures("context")
BORN = date(2018, 5, 2)


def routing_of(contact, step="received"):
    return db.session.scalars(select(Routing).where(Routing.contact_id == contact.id, Routing.step == step)).one()


def teams_told(contact):
    return {item.team.slug for item in given.items_of(contact) if not item.leads}


def test_amber_in_office_hours_goes_to_the_screening_team():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "screening"
    assert given.lead_of(contact).urgency == "amber"


def test_red_goes_straight_to_the_mash_and_the_screening_team_is_told():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="red", level=4)
    given.person(contact, postcode="SO23 8UG")

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "mash"
    assert "screening" in teams_told(contact)


@pytest.mark.parametrize("urgency", ["red", "amber"])
def test_what_cannot_wait_goes_to_the_emergency_duty_team_at_night(urgency):
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(urgency=urgency)
    given.person(contact)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "emergency-duty"


def test_green_waits_in_the_screening_queue_at_night():
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(urgency="green", level=1)
    given.person(contact)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "screening"


def test_a_contact_that_could_not_be_scored_is_urgent():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency=None, level=4)

    route_contact(contact.id, "received")

    item = given.lead_of(contact)
    assert item.urgency == "red"
    assert item.due_at <= contact.first_received_at + timedelta(hours=4)


def test_with_no_team_at_all_a_contact_is_in_nobodys_queue_with_an_alarm():
    db.session.execute(update(Team).values(active=False))
    contact = given.contact(urgency="green")

    route_contact(contact.id, "received")

    item = given.lead_of(contact)
    assert item.team_id is None
    assert item.attention
    assert routing_of(contact).needs_attention


def test_where_no_team_matches_the_duty_manager_places_it():
    db.session.execute(update(Team).where(Team.kind != "duty_manager").values(active=False))
    contact = given.contact(urgency="amber")

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "duty-manager"
    assert given.lead_of(contact).attention


def test_failing_rules_leave_the_contact_with_an_alarm_not_without_a_place():
    # A referral that no decision stands behind: the rules refuse to guess.
    contact = given.contact(urgency="green", state="decided")

    route_contact(contact.id, "referral")

    item = given.lead_of(contact)
    assert (item.team_id, item.due_at) == (None, contact.first_received_at)
    assert "tell support" in item.attention


def test_a_second_run_routes_nothing_twice():
    contact = given.contact()
    given.person(contact)

    route_contact(contact.id, "received")
    before = given.items_of(contact)
    route_contact(contact.id, "received")

    assert given.items_of(contact) == before
    assert len(given.audited(contact, "contact.routed")) == 1


@pytest.mark.parametrize("state", ["taking", "decided", "closed"])
def test_a_contact_that_is_not_to_be_routed_is_left_alone(state):
    contact = given.contact(state=state)

    route_contact(contact.id, "received")

    assert given.items_of(contact) == []


def test_the_reasons_and_runners_up_are_kept():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="red", level=4)
    given.person(contact, postcode="SO23 8UG")

    route_contact(contact.id, "received")

    routing = routing_of(contact)
    assert routing.reasons
    assert {"team", "reason"} <= set(routing.runners_up[0])


def test_a_child_open_to_a_social_work_team_goes_to_that_teams_duty_queue():
    given.clock_at(given.TUESDAY_NOON)
    given.involvement("Ada Marlow", born=BORN, team_slug="havant")
    contact = given.contact(urgency="amber")
    given.person(contact, "Ada Marlow", born=BORN)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "havant"


def test_an_unconfirmed_likeness_never_decides_where_a_contact_goes():
    given.clock_at(given.TUESDAY_NOON)
    given.involvement("Ada Marlowe", name_key="ada marlowe", born=BORN, team_slug="havant")
    contact = given.contact(urgency="amber")
    given.person(contact, "Ada Marlow", born=BORN)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "screening"
    assert any("Confirm who this is" in reason for reason in routing_of(contact).reasons)


def test_an_involvement_told_too_long_ago_is_only_something_to_confirm():
    given.clock_at(given.TUESDAY_NOON)
    given.involvement("Ada Marlow", born=BORN, as_at=given.TUESDAY_NOON - timedelta(hours=25))
    contact = given.contact(urgency="amber")
    given.person(contact, "Ada Marlow", born=BORN)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "screening"
    assert any("not checked since" in reason for reason in routing_of(contact).reasons)


def test_an_allegation_record_neither_routes_nor_shows():
    given.clock_at(given.TUESDAY_NOON)
    given.involvement("Ada Marlow", born=BORN, kind="allegation", team_slug="lado")
    contact = given.contact(urgency="amber")
    given.person(contact, "Ada Marlow", born=BORN)

    route_contact(contact.id, "received")

    assert given.lead_of(contact).team.slug == "screening"
    assert not any("Confirm" in reason for reason in routing_of(contact).reasons)


def test_an_escalation_is_promised_for_when_it_must_have_been_accepted():
    contact = given.contact()

    route_contact(contact.id, "received")

    item = given.lead_of(contact)
    promised = db.session.scalars(select(Task).where(Task.kind == "escalate", Task.subject_id == item.id)).one()
    assert promised.run_after == item.accept_due_at


def test_the_due_time_runs_from_first_received():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="red", level=4, first_received_at=given.TUESDAY_NOON - timedelta(hours=3))

    route_contact(contact.id, "received")

    assert given.lead_of(contact).due_at == given.TUESDAY_NOON + timedelta(hours=1)


def test_a_referral_ends_the_screening_item_and_goes_to_the_district_team():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber", level=4)
    child = given.person(contact, postcode="SO23 8UG")
    route_contact(contact.id, "received")
    screening_item = given.lead_of(contact)
    given.decision(child, "assessment", referral=True)
    contact.state, contact.decided_at = "decided", given.TUESDAY_NOON

    route_contact(contact.id, "referral")

    assert screening_item.state == "done"
    assert given.lead_of(contact).team.slug == "winchester"
    assert given.lead_of(contact).step == "referral"


def test_the_gravest_childs_outcome_decides_where_the_bundle_goes():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber", level=4)
    children = [given.person(contact, name, postcode="SO23 8UG") for name in ("Ada Marlow", "Ben Marlow")]
    given.decision(children[0], "early_help", referral=True)
    given.decision(children[1], "strategy_discussion", referral=True)
    contact.state, contact.decided_at = "decided", given.TUESDAY_NOON

    route_contact(contact.id, "referral")

    assert given.lead_of(contact).team.slug == "mash"


def referred_as(urgency, *, scored="amber"):
    """A contact that the rules scored otherwise than it was decided, and its team's item."""
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency=scored, level=4)
    made = given.decision(given.person(contact, postcode="SO23 8UG"), "assessment", referral=True)
    made.urgency, contact.state, contact.decided_at = urgency, "decided", given.TUESDAY_NOON
    route_contact(contact.id, "referral")
    return given.lead_of(contact)


def test_what_was_decided_red_reaches_its_team_with_the_clocks_of_red():
    item = referred_as("red")

    assert (item.urgency, item.priority) == ("red", 1)
    assert item.accept_due_at < given.TUESDAY_NOON + timedelta(hours=1, minutes=1)


def test_what_two_people_lowered_reaches_its_team_as_they_decided():
    item = referred_as("amber", scored="red")

    assert (item.urgency, item.priority) == ("amber", 4)


def test_work_beside_the_lead_goes_on_after_the_referral():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber", level=4)
    child = given.person(contact, postcode="SO23 8UG")
    beside = given.item(contact, "mash", leads=False)
    alert = given.item(contact, "duty-manager", leads=False, accept_due_at=None)
    unseen = given.item(contact, "duty-manager", leads=False, accept_due_at=None, step=placing.ATTENTION)
    given.decision(child, "assessment", referral=True)
    contact.state, contact.decided_at = "decided", given.TUESDAY_NOON

    route_contact(contact.id, "referral")

    assert (beside.state, alert.state, unseen.state) == ("waiting", "done", "waiting")


def test_a_contact_that_turns_red_moves_by_itself_while_nobody_has_opened_it():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact)
    route_contact(contact.id, "received")
    given.screening(contact, urgency="red", level=4)

    route_contact(contact.id, "raised")

    assert given.lead_of(contact).team.slug == "mash"
    assert given.lead_of(contact).step == "received"


def test_a_contact_that_turns_red_stays_with_who_opened_it_and_asks_for_attention():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact)
    route_contact(contact.id, "received")
    item = given.lead_of(contact)
    item.state, item.holder_id = "accepted", given.user("sarah").id
    given.screening(contact, urgency="red", level=4)

    route_contact(contact.id, "raised")

    assert given.lead_of(contact) is item
    assert "propose another team" in item.attention


def test_raising_never_lowers():
    contact = given.contact(urgency="red", level=4)
    item = given.item(contact, "mash", urgency="red", level=4)

    rose = placing.raise_items(
        contact.id,
        urgency="green",
        level=1,
        hard_open=False,
        first_received_at=contact.first_received_at,
        why="test",
    )

    assert (rose, item.urgency, item.level) == (False, "red", 4)


def test_a_hard_rule_that_opens_shortens_the_clock_though_the_urgency_stays():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    item = given.item(contact, due_at=given.TUESDAY_NOON + timedelta(days=3))
    received = contact.first_received_at

    rose = placing.raise_items(
        contact.id, urgency="amber", level=2, hard_open=True, first_received_at=received, why="a check found more."
    )

    assert not rose
    assert (item.urgency, item.priority, item.due_at) == ("amber", 2, clocks.due_at("hard_open", received))
    assert item.attention.endswith("a check found more.")


def test_what_a_person_has_placed_meanwhile_stays_there():
    contact = given.contact(urgency="amber")
    placed = given.item(contact, "havant", state="accepted", holder_id=given.user("tom").id)

    route_contact(contact.id, "received")

    assert given.lead_of(contact) is placed


def test_what_is_held_when_routing_is_given_up_stays_with_its_holder_and_asks_for_attention():
    contact = given.contact(urgency="amber")
    held = given.item(contact, "screening", state="accepted", holder_id=given.user("sarah").id)

    routing.give_up(contact.id)

    assert (given.lead_of(contact), held.attention) == (held, routing.NOT_ROUTED)


@pytest.mark.parametrize(("restricted", "told"), [(False, True), (True, False)])
def test_the_open_case_of_a_restricted_person_is_in_no_words_that_every_reader_sees(restricted, told):
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact, born=BORN)
    person = Person(made_at=now(), restricted=restricted)
    db.session.add(person)
    db.session.flush()
    given.involvement(born=BORN, kind="protection_plan", person_id=person.id)

    route_contact(contact.id, "received")

    assert any("May be known" in reason for reason in routing_of(contact).reasons) == told
