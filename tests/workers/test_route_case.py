"""What routing is asked of a contact: the same while it is taken, when it has come, and when it is scored anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from routing_rules.route import route
from screening import route_facts, validation
from screening.contacts import live, service
from screening.contacts.next_holder import next_holder
from screening.contacts.schemas import ContactSchema
from screening.db import db, new_id, now
from screening.models import QueueItem, Team
from screening.scoring.newest_score import newest_score
from tests.screening.contacts.bodies import QUESTIONS, body, child
from tests.screening.queues import given
from workers import route_case, routing

pytestmark = pytest.mark.usefixtures("context")
SAFE = dict.fromkeys(QUESTIONS, "no") | {"child_safe_now": "yes"}
HOME = {"address": {"postcode": "SO23 8UG"}}
ASIDE = [
    {"given_name": "Jo", "in_household": True, "address": {"postcode": "PO9 1AA"}},
    {"given_name": "Al", "in_household": False, "address": {"postcode": "GU51 1AA"}},
]
CALLS = {
    "a worry, with two homes": body(children=[child(**HOME)], adults=ASIDE),
    "danger now": body(children=[child(answers={"immediate_danger": "yes"}, **HOME)]),
    "a bruised baby": body(children=[child(date_of_birth="2026-08-01", answers={"injury_seen": "yes"}, **HOME)]),
    "no home known": body(children=[child(answers=SAFE)]),
    "advice about no child": body(contact_type="request_for_information", children=[]),
    "a silent call": body(contact_type="silent", children=[]),
}
RED = {"level": {"at_least": 4}, "urgency": {"at_least": "red"}, "hard_open": False, "unscreened": False}


def sent(said):
    """A call that was taken, looked at a last time and sent: the contact, and who was promised to hold it."""
    checked = validation.load(ContactSchema(), said)
    contact = service.open_call(contact_type=said["contact_type"])
    promised = next_holder(contact, checked, live.score(contact, checked))
    service.receive_call(contact=contact, body=checked)
    return contact, promised


@pytest.mark.parametrize("at", [given.TUESDAY_NOON, given.TUESDAY_NIGHT])
@pytest.mark.parametrize("said", CALLS.values(), ids=CALLS)
def test_what_the_last_look_promises_is_where_the_contact_goes(said, at):
    given.clock_at(at)
    contact, promised = sent(said)

    routing.route_contact(contact.id, "received")

    lead = given.lead_of(contact)
    assert promised == {"name": lead.team.name, "because": lead.why}


@pytest.mark.parametrize("said", CALLS.values(), ids=CALLS)
def test_a_call_as_typed_tells_what_its_rows_tell(said):
    contact, _ = sent(said)

    typed = route_facts.told_so_far(contact, validation.load(ContactSchema(), said))

    assert typed == route_facts.told_by(contact)


def test_a_home_is_a_childs_or_that_of_an_adult_who_lives_there_the_childs_first():
    contact, _ = sent(CALLS["a worry, with two homes"])

    assert route_facts.told_by(contact).areas == ("SO23", "PO9")


def test_a_team_is_not_counted_as_carrying_the_contact_that_is_placed():
    contact = given.contact(urgency="amber")
    before = route_facts.teams(beside=contact.id).found
    given.item(contact, "screening")

    assert route_facts.teams(beside=contact.id).found == before
    assert route_facts.teams(beside=new_id()).found != before


def test_of_equal_teams_the_last_look_promises_the_one_that_carries_less():
    given.clock_at(given.TUESDAY_NOON)
    template = given.team("screening")
    shape = {name: getattr(template, name) for name in ("kind", "areas", "specialisms", "hours", "capacity")}
    db.session.add(Team(slug="a-second-team", name="A second screening team", **shape))
    db.session.flush()
    given.item(given.contact(), "a-second-team", urgency="red")
    db.session.execute(delete(QueueItem).where(QueueItem.team_id == template.id))
    contact, promised = sent(CALLS["a worry, with two homes"])

    routing.route_contact(contact.id, "received")

    assert promised == {"name": "Screening team", "because": given.lead_of(contact).why}
    assert "Lightest load of its equals: 0% of what it can carry" in promised["because"]


def test_what_could_not_be_scored_is_in_doubt_about_everything():
    contact = given.contact()

    case = route_case.case_on_receipt(contact, None)

    assert (case.urgency, case.level, case.hard_open, case.unscreened) == (None, None, True, True)


def test_a_contact_scored_anew_is_asked_about_as_it_came_with_all_loads_equal():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact, postcode="SO23 8UG")
    given.item(given.contact(), "screening")
    output = newest_score(contact.id).output
    as_routed = route_case.read(contact, "received", now(), [], route_facts.teams(beside=contact.id))
    given.clock_at(given.TUESDAY_NIGHT)

    anew = route_case.case_on_receipt(contact, output)

    assert {team.open_items for team in anew.teams} == {0}
    assert replace(anew, teams=()) == replace(as_routed, at=contact.received_at, teams=())


def test_another_score_of_the_same_contact_may_go_to_another_team():
    given.clock_at(given.TUESDAY_NOON)
    contact = given.contact(urgency="amber")
    given.person(contact, postcode="SO23 8UG")
    output = newest_score(contact.id).output

    went = [route(route_case.case_on_receipt(contact, scored)).chosen.team for scored in (output, RED)]

    assert went == ["screening", "mash"]


def test_a_call_that_was_sent_after_offices_closed_is_asked_about_as_of_then():
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(urgency="red", first_received_at=given.TUESDAY_NOON)
    contact.received_at = given.TUESDAY_NIGHT - timedelta(minutes=1)

    assert route(route_case.case_on_receipt(contact, RED)).chosen.team == "emergency-duty"
