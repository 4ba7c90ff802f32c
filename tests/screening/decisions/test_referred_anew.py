"""A first decision made again that leads elsewhere takes effect: the contact goes to the team that acts on it."""

import pytest
from sqlalchemy import select

from screening.db import db
from screening.decisions import again, queries, what_follows
from screening.decisions.grounds import same_as_siblings
from screening.models import Routing
from screening.record import words
from tests.screening.decisions import given
from tests.screening.decisions import test_denied as telephone
from tests.screening.rota import given as rota
from tests.screening.rota.given import at
from workers.routing import route_contact

pytestmark = pytest.mark.usefixtures("context")
GRAVE = {"level": 4, "urgency": "red", "outcome": "strategy_discussion"}
HUB, MASH = "early-help-test-valley", "mash"


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


def with_the_hub(contact, **more):
    """What was decided as early help is with a hub: waiting there, or accepted."""
    route_contact(contact.id, "referral")
    item = given.lead_of(contact)
    item.team, item.team_id = given.given.team(HUB), given.given.team(HUB).id
    for name, value in more.items():
        setattr(item, name, value)
    db.session.flush()
    return item


def early_help(*names):
    contact = given.contact(*names)
    for child in contact.children:
        given.decide(contact, child=child, outcome="early_help", level=2)
    return contact


def refused():
    contact = early_help()
    old = with_the_hub(contact)
    given.answered(contact, "agreement", "refused")
    return contact, old, given.decide(contact, **GRAVE)


def asked_again():
    contact = early_help()
    old = with_the_hub(contact)
    with given.seen_as("grace"):
        again.ask(given.decisions_of(contact)[0], "A new bruise.")
    return contact, old, given.decide(contact, **GRAVE)


def denied():
    given.clock_at(at("2026-11-24T22:00"))
    rota.night()
    contact = telephone.night()
    _, kept = telephone.agreed(contact)
    old = with_the_hub(contact)
    telephone.deny(kept)
    return contact, old, given.decide(contact, by="edith", **GRAVE)


def run_route(contact):
    """Do what was promised last: the first one's referral was routed before."""
    key = max(given.route_tasks_of(contact), key=lambda task: task.seq).key
    route_contact(contact.id, key.rsplit(":", 1)[-1])
    for task in given.route_tasks_of(contact):
        task.state = "done"
    db.session.flush()


@pytest.mark.parametrize("made_again", [refused, asked_again, denied])
def test_decided_again_it_goes_to_the_team_that_acts_and_the_one_that_had_it_is_told(made_again):
    contact, old, decision = made_again()
    before = given.lead_of(contact).team.slug
    run_route(contact)

    lead, told = given.lead_of(contact), [one for one in given.items_of(contact) if "Go on with" in one.why]
    assert (before, old.state) == (HUB, "done")
    assert (lead.team.slug, lead.state, lead.urgency, lead.level, lead.priority) == (MASH, "waiting", "red", 4, 1)
    assert [one.team.slug for one in told] == [HUB]
    assert decision.id in {one.decision_id for one in given.referrals_of(contact)}
    went = db.session.scalars(select(Routing).where(Routing.contact_id == contact.id).order_by(Routing.seq)).all()
    shown = words.routing(went[-1], lead.team, {})
    assert (shown["step_words"], shown["team"]) == ("Decided again", lead.team.name)


@pytest.mark.parametrize("made_again", [refused, denied])
def test_nobody_is_offered_what_is_the_next_teams_to_decide(app, made_again):
    contact, _, decision = made_again()
    with app.test_request_context(), given.seen_as(decision.decided_by.user_name):
        shown = what_follows.shown(contact, decision)
        assert (shown["on_its_way"], shown["next_child"]) == (True, None)
        run_route(contact)
        shown = what_follows.shown(contact, decision)

    assert (shown["on_its_way"], shown["next_child"], shown["next_holder"]["name"]) == (
        False,
        None,
        given.given.team(MASH).name,
    )


def test_who_had_accepted_it_is_told_by_name_and_has_it_until_it_is_placed():
    contact = early_help()
    nadia = given.user("nadia")
    with_the_hub(contact, state="accepted", holder_id=nadia.id, accepted_at=given.given.now())
    given.answered(contact, "agreement", "refused")
    given.decide(contact, **GRAVE)
    held = given.lead_of(contact)
    assert (held.team.slug, held.holder_id) == (HUB, nadia.id)
    run_route(contact)

    assert [one.holder_id for one in given.items_of(contact) if "Go on with" in one.why] == [nadia.id]


def test_where_the_rules_fail_who_has_it_keeps_it_and_a_manager_is_asked(monkeypatch):
    contact, old, _ = refused()
    monkeypatch.setattr("workers.routing._ask_rules", lambda _case: None)
    run_route(contact)

    assert given.lead_of(contact) is old
    assert "Routing failed" in old.attention


def test_the_same_again_stays_where_it_is():
    contact = early_help()
    with_the_hub(contact)
    given.answered(contact, "agreement", "refused")
    before = len(given.route_tasks_of(contact))
    given.decide(contact, outcome="early_help", level=2)

    assert (len(given.route_tasks_of(contact)), len(given.referrals_of(contact))) == (before, 1)


def test_a_brother_who_is_in_danger_after_all_goes_with_her_to_the_team_that_acts():
    contact = early_help("Ada Marlow", "Ben Marlow")
    with_the_hub(contact)
    with given.seen_as("grace"):
        again.ask(given.decisions_of(contact)[1], "A new bruise.")
    given.decide(contact, child=contact.children[1], **GRAVE)
    run_route(contact)

    assert given.lead_of(contact).team.slug == MASH
    assert len(given.referrals_of(contact)) == 3
    with given.seen_as("sarah"):
        assert [queries.child_name(contact, one) for one in queries.to_decide(contact)] == ["Ada Marlow", "Ben Marlow"]


def test_a_childs_own_words_are_not_a_sisters_who_has_the_same():
    contact = early_help("Ada Marlow", "Ben Marlow", "Cam Marlow")
    ada, ben, cam = contact.children
    first, second, _ = given.decisions_of(contact)
    second.rationale = first.rationale
    db.session.flush()
    with given.seen_as("sarah"):
        alike = {
            child: set(same_as_siblings(contact, "contact", given.answer(child, rationale=first.rationale)))
            for child in (ada, ben, cam)
        }

    assert (alike[ada], alike[ben]) == (set(), set())
    assert alike[cam] == set(given.RATIONALE_PARTS)
