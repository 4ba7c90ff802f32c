"""A team's own decision that needs a team which acts: the contact is placed by it, and nothing of it ends before."""

import pytest
from sqlalchemy import select

from routing_rules import clocks
from screening.db import db, now
from screening.decisions import queries, what_follows
from screening.decisions.awaited import queries as waited
from screening.decisions.awaited.answering import answers_for
from screening.left_waiting.held_late import is_held_late
from screening.models import QueueItem, Routing
from screening.record import words
from tests.screening.decisions import given
from tests.screening.decisions import test_referred_anew as anew
from tests.screening.decisions import test_strategy as strategy

pytestmark = pytest.mark.usefixtures("context")
GRAVE, HUB, MASH = anew.GRAVE, anew.HUB, anew.MASH


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


def of_a_hub(*names, **changed):
    """Early help that a hub has taken on, and then decided on: a strategy discussion about the first child."""
    contact = anew.early_help(*names)
    winnie = given.user("winnie")
    winnie.teams = [*winnie.teams, given.given.team(HUB)]
    anew.with_the_hub(contact, state="accepted", holder_id=winnie.id, accepted_at=now())
    given.answered(contact, "agreement", "given")
    decision = given.decide(contact, by="winnie", **{**GRAVE, **changed})
    return contact, decision


def moved(*names, **changed):
    contact, decision = of_a_hub(*names, **changed)
    anew.run_route(contact)
    return contact, decision


def went(contact):
    return db.session.scalars(select(Routing).where(Routing.contact_id == contact.id).order_by(Routing.seq)).all()[-1]


def test_a_hubs_strategy_discussion_goes_to_the_team_that_acts_with_its_reason_and_clock():
    contact, decision = of_a_hub()
    before = given.lead_of(contact)
    given.clock_at(given.TUESDAY_NOON + strategy.timedelta(hours=3))
    anew.run_route(contact)

    lead = given.lead_of(contact)
    assert (before.team.slug, before.state) == (HUB, "done")
    assert (lead.team.slug, lead.state, lead.urgency, lead.level, lead.priority) == (MASH, "waiting", "red", 4, 1)
    assert lead.why.startswith(f"{before.team.name} decided: strategy discussion. The MASH acts on this at once")
    assert lead.due_at == clocks.deadline("strategy_discussion_red", decision.decided_at)
    assert lead.accept_due_at == clocks.accept_due_at("red", now())
    shown = words.routing(went(contact), lead.team, {})
    assert (shown["step_words"], shown["team"]) == ("Decided by the team", lead.team.name)


def test_who_decided_is_told_by_name_and_what_is_left_of_the_chronology_goes_with_it():
    contact, _ = moved()

    told = [one for one in given.items_of(contact) if "Go on with what protects" in one.why]
    assert [(one.team.slug, one.holder.user_name) for one in told] == [(HUB, "winnie")]
    assert "Chronology to finish, of 1 child" in given.lead_of(contact).why


def test_a_clock_that_had_run_out_is_not_the_next_teams():
    contact, _ = of_a_hub()
    given.lead_of(contact).due_at = now() - strategy.timedelta(days=9)
    anew.run_route(contact)

    assert given.lead_of(contact).due_at > now()


def test_the_team_that_acts_itself_keeps_it_and_the_record_says_why():
    contact = strategy.decided()
    lead = given.lead_of(contact)
    anew.run_route(contact)

    assert (given.lead_of(contact), lead.state) == (lead, "accepted")
    assert went(contact).reasons[0] == f"{lead.team.name} decided it, and its own social workers act on it."
    assert given.waits(contact, "returned") is None


def test_at_night_what_cannot_wait_goes_to_who_is_at_work():
    given.clock_at(given.given.TUESDAY_NIGHT)
    contact = strategy.decided()
    anew.run_route(contact)

    assert given.lead_of(contact).team.kind == "edt"
    assert went(contact).runners_up[0]["team"] == "winchester"


def test_it_does_not_end_before_the_team_that_has_it_has_decided():
    contact, _ = moved()
    discussion = strategy.called(contact)
    strategy.held(contact, discussion)

    assert (contact.state, given.lead_of(contact).state) == ("decided", "waiting")


def agreed_while_the_worker_is_down():
    contact, _ = of_a_hub(outcome="assessment", level=3, urgency="amber")
    given.answered(contact, "agreement", "given", by="winnie")
    return contact


def agreed_to_the_same_before():
    contact = agreed_while_the_worker_is_down()
    anew.run_route(contact)
    given.referred(contact, HUB, holder="winnie")
    given.decide(contact, by="winnie", outcome="assessment")
    return contact


def covered_before():
    contact, _ = moved()
    strategy.held(contact, strategy.called(contact))
    given.referred(contact, HUB, holder="winnie")
    given.decide(contact, by="winnie", **GRAVE)
    return contact


@pytest.mark.parametrize("decided", [agreed_while_the_worker_is_down, agreed_to_the_same_before, covered_before])
def test_it_does_not_end_before_it_is_placed(decided):
    contact = decided()
    before = contact.state
    anew.run_route(contact)

    assert (before, contact.state) == ("decided", "decided")
    assert given.lead_of(contact).team.slug != HUB
    assert given.waits(contact, "returned") is not None


def test_where_its_team_keeps_it_and_nothing_is_waited_for_it_ends_as_it_is_placed():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.decide(contact, by="winnie")
    given.answered(contact, "agreement", "given", by="winnie")
    before = contact.state
    given.placed(contact)

    assert (before, contact.state) == ("decided", "closed")


def test_the_team_that_has_it_decides_and_then_it_ends_once_the_discussion_is_held(app):
    contact, first = moved()
    marcus = given.referred(contact, MASH, holder="marcus").holder
    with app.test_request_context(), given.seen_as("marcus"):
        assert queries.to_decide(contact) == [contact.children[0].id]
        assert answers_for(given.waits(contact, "returned")) == {}
        assert "who has it now decides, too" in waited.shown(contact, given.waits(contact, "returned"))["why"]
    own = given.decide(contact, by="marcus", **GRAVE)
    given.placed(contact)

    assert (first.corrected_by_id, own.decided_by_id) == (own.id, marcus.id)
    assert (given.waits(contact, "returned"), contact.state) == (None, "decided")
    strategy.held(contact, strategy.called(contact, by="marcus"), by="marcus")
    assert contact.state == "closed"


def test_what_is_accepted_where_it_went_and_not_decided_there_is_held_late_after_its_clock():
    contact, _ = moved()
    lead = given.referred(contact, MASH, holder="marcus")
    lead.decide_due_at = now() - strategy.timedelta(minutes=1)
    db.session.flush()
    late = select(QueueItem.id).where(QueueItem.contact_id == contact.id, is_held_late(now()))
    before = db.session.scalars(late).all()
    given.decide(contact, by="marcus", **GRAVE)

    assert (before, db.session.scalars(late).all()) == ([lead.id], [])


def test_what_the_team_that_acts_decides_stays_with_it():
    contact, _ = moved()
    given.referred(contact, MASH, holder="marcus")
    given.decide(contact, by="marcus", **GRAVE)
    anew.run_route(contact)

    assert given.lead_of(contact).team.slug == MASH
    assert given.waits(contact, "returned") is None


def test_a_red_child_does_not_wait_for_a_brother_who_is_not_decided():
    contact, _ = moved("Ada Marlow", "Ben Marlow")
    given.referred(contact, MASH, holder="marcus")

    with given.seen_as("marcus"):
        assert [queries.child_name(contact, one) for one in queries.to_decide(contact)] == ["Ada Marlow", "Ben Marlow"]


def test_decided_otherwise_before_it_was_placed_it_stays():
    contact, decision = of_a_hub()
    decision.outcome = "early_help"
    db.session.flush()
    lead = given.lead_of(contact)
    anew.run_route(contact)

    assert given.lead_of(contact) is lead


def test_where_the_rules_fail_the_hub_keeps_it_and_a_manager_is_asked(monkeypatch):
    contact, _ = of_a_hub()
    lead = given.lead_of(contact)
    monkeypatch.setattr("workers.routing._ask_rules", lambda _case: None)
    anew.run_route(contact)

    assert given.lead_of(contact) is lead
    assert "Routing failed" in lead.attention


def test_where_no_team_was_found_it_does_not_end_before_who_has_it_then_has_decided(monkeypatch, app):
    contact, _ = of_a_hub(outcome="assessment", level=3, urgency="amber")
    monkeypatch.setattr("workers.routing._ask_rules", lambda _case: None)
    anew.run_route(contact)
    given.answered(contact, "agreement", "given", by="winnie")

    assert contact.state == "decided"
    with app.test_request_context(), given.seen_as("winnie"):
        assert "No team that acts on it" in waited.shown(contact, given.waits(contact, "returned"))["why"]


def test_what_the_duty_manager_decides_does_not_end_before_who_acts_has_decided():
    contact, _ = of_a_hub(outcome="assessment", level=3, urgency="amber")
    anew.run_route(contact)
    team = given.lead_of(contact).team.kind
    given.referred(contact, "duty-manager", holder="grace")
    given.decide(contact, by="grace")
    given.agree(contact, by="grace")

    assert (team, contact.state) == ("duty_manager", "decided")
    assert given.waits(contact, "returned") is not None


def test_red_by_an_alert_stays_red_where_less_was_decided():
    contact, _ = of_a_hub(outcome="assessment", level=3, urgency="amber")
    given.lead_of(contact).urgency = "red"
    anew.run_route(contact)

    assert given.lead_of(contact).urgency == "red"


def test_the_page_after_it_says_that_it_may_go_on_by_itself(app):
    contact, decision = of_a_hub()
    with app.test_request_context(), given.seen_as("winnie"):
        shown = what_follows.shown(contact, decision)
        anew.run_route(contact)
        after = what_follows.shown(contact, decision)

    assert (shown["being_placed"], shown["on_its_way"]) == (True, False)
    assert (after["being_placed"], after["next_holder"]["name"]) == (False, given.given.team(MASH).name)
