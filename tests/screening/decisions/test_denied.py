"""A manager denies what was said to be agreed by telephone: it stands no more, and nobody's protection is withdrawn."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from screening.db import db, now
from screening.decisions import by_telephone, queries
from screening.decisions.again import ask
from screening.decisions.answers import View
from screening.decisions.by_telephone import Call
from screening.messages.overtaken import OVERTAKEN
from screening.models import Message, ReferralDelivery, Referrer, Task
from tests.screening.decisions import given
from tests.screening.messages import given as messages
from tests.screening.queues import tokens
from tests.screening.rota import given as rota
from tests.screening.rota.given import at
from workers import countersign, receipts
from workers.routing import route_contact

pytestmark = pytest.mark.usefixtures("context")
ADVICE = {"outcome": "information_and_advice", "level": 1, "urgency": "green"}
GRAVE = {"level": 4, "urgency": "red", "outcome": "strategy_discussion"}


@pytest.fixture(autouse=True)
def _at_night(context):
    given.clock_at(at("2026-11-24T22:00"))
    rota.night()


def night(*names, **more):
    return given.contact(*names, **{"holder": "edith", "team": "emergency-duty", "level": 4, "urgency": "red", **more})


def agreed(contact, *, by="edith", which=0, **lower):
    """Decided lower than the rules say, and said to be agreed by Ines by telephone."""
    decision = given.lower(contact, by=by, child=contact.children[which], **lower)
    view = View(outcome=decision.outcome, level=decision.level, urgency=decision.urgency)
    call = Call(manager_id=given.user("ines").id, rung_at=now() - timedelta(minutes=5), said="The same", view=view)
    with given.seen_as(by):
        kept = by_telephone.keep(decision=decision, call=call)
    assert decision.stands
    _committed()
    return decision, kept


def deny(kept):
    """In the morning; and what follows by itself."""
    given.clock_at(at("2026-11-25T09:30"))
    with given.seen_as("ines"):
        by_telephone.countersign(kept.id, confirms=False, note="I said level 4")
    _committed()
    countersign.late(kept.id)


def _committed():
    db.session.flush()
    db.session.execute(text("set constraints contact_ends_decided immediate"))
    db.session.execute(text("set constraints contact_ends_decided deferred"))


def tasks_of(contact, kind):
    return list(db.session.scalars(select(Task).where(Task.contact_id == contact.id, Task.kind == kind)))


def told_managers(contact):
    grace = given.user("grace")
    return [
        one for one in given.items_of(contact) if not one.leads and one.team_id in {team.id for team in grace.teams}
    ]


def test_a_denied_referral_that_has_gone_nowhere_is_withdrawn_and_decided_again():
    contact = night()
    decision, kept = agreed(contact)
    before = len(given.referrals_of(contact))
    deny(kept)
    route_contact(contact.id, "referral")

    assert (before, given.referrals_of(contact), decision.stands) == (1, [], False)
    assert (contact.state, contact.decided_at, contact.referred_at) == ("received", None, None)
    assert given.lead_of(contact).attention.startswith("Ines Carvalho does not confirm")
    assert (given.lead_of(contact).step, given.waits(contact, "agreement")) == ("received", None)
    assert told_managers(contact)

    again = given.decide(contact, by="edith", **GRAVE)
    route_contact(contact.id, "referral")

    assert (again.stands, decision.corrected_by_id, contact.state) == (True, again.id, "decided")
    assert (len(given.referrals_of(contact)), given.lead_of(contact).step) == (1, "referral")
    assert len(tasks_of(contact, "outcome")) == len({task.key for task in given.route_tasks_of(contact)}) == 2
    assert given.waits(contact, "returned") is None


def test_the_history_shows_who_was_said_to_agree_and_who_denied_it_and_when():
    contact = night()
    decision, kept = agreed(contact)
    deny(kept)

    words = queries.second_words(decision)
    assert words.startswith("Not in effect. Said to be agreed by Ines Carvalho by telephone at ")
    assert "; Ines Carvalho denied it at " in words
    assert words.endswith(": I said level 4")


def test_a_contact_that_had_ended_is_open_again_with_those_who_are_there_by_day_and_with_who_decided():
    contact = night()
    _, kept = agreed(contact, **ADVICE)
    before = contact.state
    deny(kept)

    lead = given.lead_of(contact)
    own = next(one for one in given.items_of(contact) if one.step == "returned")
    assert (before, contact.state) == ("closed", "received")
    assert (lead.team.slug, lead.state, lead.urgency) == ("screening", "waiting", "red")
    assert (own.holder.name, own.state, bool(told_managers(contact))) == ("Edith Marsh", "accepted", True)
    assert [task.subject_id for task in tasks_of(contact, "escalate") if task.subject_id == lead.id]
    # They decide again by the clock of what the rules say, not by that of what is denied.
    assert (own.urgency, own.level, own.priority) == ("red", 4, 1)
    assert abs(own.due_at - at("2026-11-25T13:30")) < timedelta(minutes=1)

    given.decide(contact, by="edith", **GRAVE)

    assert (contact.state, given.waits(contact, "returned")) == ("decided", None)


def test_a_child_who_is_with_a_team_stays_with_it_and_is_decided_again_by_a_person():
    contact = night()
    decision, kept = agreed(contact)
    route_contact(contact.id, "referral")
    given.referred(contact, "winchester", holder="winnie")
    deny(kept)

    lead = given.lead_of(contact)
    assert (contact.state, len(given.referrals_of(contact))) == ("decided", 1)
    assert (lead.team.slug, lead.holder.name, decision.stands) == ("winchester", given.user("winnie").name, False)
    assert (lead.attention.startswith("Ines Carvalho does not confirm"), lead.urgency, lead.level) == (True, "red", 4)
    with given.seen_as("edith"):
        assert queries.to_decide(contact) == [contact.children[0].id]

    again = given.decide(contact, by="edith", **GRAVE)

    assert (again.stage, again.stands, given.lead_of(contact).team.slug) == ("contact", True, "winchester")


def test_what_a_team_decided_since_counts_and_it_is_told():
    contact = night()
    _, kept = agreed(contact)
    route_contact(contact.id, "referral")
    given.referred(contact, "winchester", holder="winnie")
    given.decide(contact, by="winnie", **GRAVE)
    deny(kept)

    lead = given.lead_of(contact)
    assert (contact.state, given.waits(contact, "returned")) == ("decided", None)
    assert "Read what was decided since." in lead.attention


def test_a_brother_in_danger_goes_on_to_his_team_while_the_denied_decision_is_made_again():
    contact = night("Ada Marlow", "Ben Marlow")
    given.decide(contact, by="edith", child=contact.children[0], **GRAVE)
    _, kept = agreed(contact, which=1, **ADVICE)
    deny(kept)
    route_contact(contact.id, "referral")
    lead = given.referred(contact, "winchester", holder="winnie")

    assert (contact.state, lead.step, len(given.referrals_of(contact))) == ("decided", "referral", 1)
    with given.seen_as("winnie"):
        assert queries.to_decide(contact) == [child.id for child in contact.children]
    given.decide(contact, by="winnie", **GRAVE)
    assert contact.state == "decided"


def test_a_referral_that_the_case_system_was_handed_is_not_withdrawn():
    contact = night()
    _, kept = agreed(contact)
    delivery = db.session.scalars(select(ReferralDelivery)).one()
    delivery.state, delivery.sent_at = "sent", now()
    deny(kept)
    route_contact(contact.id, "referral")

    assert (len(given.referrals_of(contact)), given.lead_of(contact).step) == (1, "referral")
    assert given.waits(contact, "returned").decision_id == kept.decision_id


def first_referred_and_denied_after():
    """Referred, decided anew by telephone before it was placed, and that one denied."""
    contact = night()
    given.decide(contact, by="edith", **GRAVE)
    with given.seen_as("ines"):
        ask(given.decisions_of(contact)[0], "Her father rang.")
    _, kept = agreed(contact)
    return contact, kept


def test_decided_again_as_at_first_the_first_referral_is_the_one_that_goes():
    contact, kept = first_referred_and_denied_after()
    first = given.decisions_of(contact)[0]
    for task in tasks_of(contact, "send_referral"):
        task.state = "done"
    deny(kept)
    given.decide(contact, by="edith", **GRAVE)

    delivery = db.session.scalars(select(ReferralDelivery)).one()
    pending = [task.subject_id for task in tasks_of(contact, "send_referral") if task.state == "pending"]
    assert [one.decision_id for one in given.referrals_of(contact)] == [first.id]
    assert (delivery.gave_way, pending) == (False, [delivery.referral_id])


def test_decided_again_as_at_first_there_is_a_new_referral_where_the_first_is_withdrawn_there():
    contact, kept = first_referred_and_denied_after()
    gave_way = ReferralDelivery.superseded_by_id.is_not(None)
    delivery = db.session.scalars(select(ReferralDelivery).where(gave_way)).one()
    delivery.state, delivery.acknowledged_at, delivery.withdrawn_at = "acknowledged", now(), now()
    deny(kept)
    made = given.decide(contact, by="edith", **GRAVE)

    assert made.id in {one.decision_id for one in given.referrals_of(contact)}


def test_a_team_decision_that_is_denied_opens_its_contact_again_with_the_team():
    contact = night(holder="winnie", team="winchester", step="referral")
    with given.seen_as("henry"):
        given.letting_pass.override(contact, reason="Moved in yesterday.")
    _, kept = agreed(contact, by="winnie", **ADVICE)
    before = contact.state
    deny(kept)

    lead = given.lead_of(contact)
    assert (before, contact.state) == ("closed", "decided")
    assert (lead.team.slug, lead.step, lead.state) == ("winchester", "referral", "waiting")


def test_who_was_told_the_outcome_is_rung_and_the_new_one_goes_to_them():
    contact = night()
    db.session.add(Referrer(contact_id=contact.id, **messages.SCHOOL))
    _, kept = agreed(contact, **ADVICE)
    letter = _outcome(contact)
    letter.state, letter.sent_at = "sent", now()
    number = letter.message_id
    db.session.flush()
    deny(kept)
    between = (letter.state, letter.reason, receipts.prepare_outcome(contact.id))
    given.decide(contact, by="edith", **GRAVE)
    outgoing = receipts.prepare_outcome(contact.id)

    assert between == ("failed", OVERTAKEN, None)
    assert (letter.state, letter.message_id == number) == ("pending", False)
    assert "in place of anything that we told you before" in " ".join(outgoing.letter.get_content().split())


def _outcome(contact):
    made = Message(
        contact_id=contact.id, kind="outcome", message_id="<1@example.org>", state="pending", created_at=now()
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_it_is_decided_again_by_page_and_by_program(client, signed_in):
    contact = night("Ada Marlow", "Ben Marlow")
    kept = [agreed(contact, which=which, **ADVICE)[1] for which in (0, 1)]
    for one in kept:
        deny(one)
    db.session.commit()
    first, second = contact.children
    edith, token = signed_in("edith"), tokens.of_user("edith")
    place = f"/contacts/{contact.reference}/decide/{first.id}"
    shown = edith.get(place)
    edith.post(place, data={"action": "own_view", "own_level": "4", "own_urgency": "red"})
    sent = edith.post(place, data=given.form(contact, **GRAVE))
    body = given.body(second, **GRAVE) | {"explored": {"views": "explored", "identity": "explored"}}
    by_program = tokens.post(client, token, f"/contacts/{contact.reference}/decisions", body, version=contact.version)

    assert (shown.status_code, sent.status_code, by_program.status_code) == (200, 302, 201)
    assert contact.state == "decided"


def test_once_it_is_decided_again_nobody_is_told_to_decide_again():
    contact = night()
    _, kept = agreed(contact)
    deny(kept)
    before = [one for one in told_managers(contact) if one.state == "waiting" and "Decide again" in one.why]
    given.decide(contact, by="edith", **GRAVE)

    assert [one.state for one in before] == ["done"]
    assert "Decide again" not in (given.lead_of(contact).attention or "")


def test_what_the_manager_says_instead_stands_on_the_contact_for_who_decides_again(signed_in):
    contact = night()
    deny(agreed(contact)[1])
    db.session.commit()

    page = signed_in("edith").get(f"/contacts/{contact.reference}").text

    assert "it is not in effect. Ines Carvalho: I said level 4" in page
