"""A decision that stands is made again where somebody who may says why: it stays on file, in effect until then."""

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.decisions import again, service
from screening.errors import Conflict, Invalid, NotAllowed
from screening.models import Message, Referrer, Task
from screening.queues import placing
from tests.screening.decisions import given
from tests.screening.messages import given as messages
from tests.screening.queues import given as rows
from tests.screening.queues import tokens
from workers import receipts

pytestmark = pytest.mark.usefixtures("context")
ADVICE = {"outcome": "information_and_advice", "level": 2, "urgency": "amber"}
BECAUSE = "The school saw a new bruise."


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


def ended():
    """A contact that the screening team decided, and that ended with it; gives it with its decision."""
    contact = given.contact()
    decision = given.decide(contact, **ADVICE)
    assert contact.state == "closed"
    return contact, decision


def ask(decision, *, by="grace", because=BECAUSE):
    with given.seen_as(by):
        return again.ask(decision, because)


def test_an_ended_contact_is_open_again_with_its_clock_and_the_decision_as_it_was():
    contact, decision = ended()
    first_received, was_due = contact.first_received_at, given.items_of(contact)[0].due_at

    row = ask(decision)

    lead = given.lead_of(contact)
    assert (contact.state, contact.first_received_at) == ("decided", first_received)
    assert (lead.team.slug, lead.state, lead.due_at) == ("screening", "waiting", was_due)
    assert lead.accept_due_at > now()
    assert (decision.in_force, decision.stands) == (True, True)
    assert (row.owner.user_name, row.said["because"]) == ("sarah", BECAUSE)
    assert len(rows.audited(contact, "decision.asked_again")) == 1


def test_who_decided_decides_again_and_the_contact_ends_or_goes_on_by_that():
    contact, decision = ended()
    row = ask(decision)

    newer = given.decide(contact, outcome="assessment")

    assert (decision.corrected_by_id, newer.in_force) == (newer.id, True)
    assert (row.answer, row.said["because"]) == ("decided_again", BECAUSE)
    assert [one.decision_id for one in given.referrals_of(contact)] == [newer.id]
    assert len(given.route_tasks_of(contact)) == 1


@pytest.mark.parametrize("by", ["sarah", "tom"])
def test_neither_who_decided_nor_a_colleague_who_holds_nothing_asks_for_it(by):
    _, decision = ended()

    with pytest.raises(NotAllowed):
        ask(decision, by=by)


def test_whoever_holds_what_came_late_asks_and_that_is_done_with_the_reason():
    contact, decision = ended()
    placing.late_answer(contact.id, "A check came late.")
    item = placing.held_item(contact.id)
    item.state, item.holder_id, item.accepted_at = "accepted", given.user("tom").id, now()
    db.session.flush()

    ask(decision, by="tom")

    assert (item.state, item.return_reason) == ("done", BECAUSE)
    assert contact.state == "decided"


def test_it_is_asked_for_once_and_with_words():
    _, decision = ended()
    with pytest.raises(Invalid):
        ask(decision, because=" ")
    ask(decision)

    with pytest.raises(Conflict, match="asked for already"):
        ask(decision)


def test_why_it_is_asked_for_stays_where_the_family_refuses_meanwhile():
    contact = given.contact()
    row = ask(given.decide(contact))
    given.answered(contact, "agreement", "refused")

    assert row.said["who"] == "Grace Lindqvist"
    assert row.said["because"].startswith(f"{BECAUSE.rstrip('.')}. Refused the service: Mother")


def test_what_the_team_decided_since_is_what_counts():
    contact = given.contact(step="referral", team="winchester", holder="winnie")
    first = given.decisions_of(contact)[0]
    team = given.decide(contact, by="winnie")

    with pytest.raises(Conflict, match="not the one that counts"):
        ask(first, by="henry")
    ask(team, by="henry")

    with given.seen_as("winnie"):
        assert service.turn(contact, team.child_id).replaces is team


def test_what_is_known_to_be_red_by_now_is_decided_again_by_reds_clock():
    contact, decision = ended()
    given.rules_say(contact, level=4, urgency="red")

    row = ask(decision)

    assert (row.due_at - now()).total_seconds() == pytest.approx(4 * 3600, abs=5)
    assert given.lead_of(contact).urgency == "red"
    own = next(one for one in given.items_of(contact) if one.step == "returned")
    assert (own.urgency, own.level, own.due_at) == ("red", 4, row.due_at)


@pytest.mark.parametrize(("outcome", "told"), [("assessment", True), ("information_and_advice", False)])
def test_the_referrer_is_told_anew_only_where_it_ends_otherwise(outcome, told):
    contact = given.contact()
    db.session.add(Referrer(contact_id=contact.id, **messages.SCHOOL))
    decision = given.decide(contact, **ADVICE)
    receipts.record(receipts.prepare_outcome(contact.id), receipts.Delivery("sent"))
    given.clock_at(now().replace(hour=13))
    ask(decision)

    given.decide(contact, **{**ADVICE, "outcome": outcome})

    promised = db.session.scalars(select(Task).where(Task.contact_id == contact.id, Task.kind == "outcome")).all()
    letter = receipts.prepare_outcome(contact.id)
    assert len(promised) == 2
    assert (letter is not None) is told
    if letter is not None:
        assert "in place of anything that we told you before" in " ".join(letter.letter.get_content().split())
    assert db.session.scalars(select(Message).where(Message.contact_id == contact.id, Message.kind == "outcome")).one()


def test_a_manager_asks_on_the_page_of_the_decisions_and_a_program_in_their_name(signed_in, client):
    contact, decision = ended()
    db.session.commit()
    grace, place = signed_in("grace"), f"/contacts/{contact.reference}/decisions/{decision.id}/again"

    listed = grace.get(f"/contacts/{contact.reference}?tab=decision").text
    short = grace.post(place, data={"because": ""})
    kept = grace.post(place, data={"because": BECAUSE})
    after = grace.get(f"/contacts/{contact.reference}?tab=decision").text
    token, path = tokens.of_user("grace"), f"/contacts/{contact.reference}/decisions/{decision.id}/again"
    twice = tokens.post(client, token, path, {"because": BECAUSE}, version=None)

    assert place in listed
    assert (short.status_code, kept.status_code) == (422, 302)
    assert place not in after
    assert BECAUSE in after
    assert twice.status_code == 409


@pytest.mark.parametrize("tab", ["summary", "decision", "history"])
def test_the_contact_says_whichever_part_is_open_that_it_is_to_be_decided_again_and_why(signed_in, tab):
    contact, decision = ended()
    ask(decision)
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{contact.reference}?tab={tab}").text

    assert "Ada Marlow: decide what happens next" in page
    assert f"Grace Lindqvist: {BECAUSE}" in page
    assert "Sarah Okafor decides it" in page
    assert "Decide what happens next<" in page


def test_who_decides_again_reads_on_the_form_why(signed_in):
    contact, decision = ended()
    ask(decision)
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{contact.reference}/decide/{decision.child_id}").text

    assert f"Grace Lindqvist: {BECAUSE}" in page


def test_a_manager_who_may_not_decide_it_is_given_no_way_that_leads_nowhere(signed_in):
    contact, decision = ended()
    ask(decision)
    db.session.commit()

    page = signed_in("grace").get(f"/contacts/{contact.reference}").text

    assert "Sarah Okafor decides it" in page
    assert "Decide what happens next<" not in page
