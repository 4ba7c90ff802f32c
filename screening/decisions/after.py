"""What follows a decision: once every child is decided, the referral is created and routed, or the contact ends."""

from uuid import UUID

from sqlalchemy import select

from screening import audit, reasons, tasks
from screening.access import viewer
from screening.cases import handing_over
from screening.db import db, now
from screening.deciding import ever_made, in_force, included_in, whom
from screening.decisions import by_team, clock_of_work, referring_anew
from screening.decisions.awaited import following
from screening.decisions.awaited.service import holds_open
from screening.decisions.children.finding import unsettled_for_all
from screening.decisions.proposal import REFERRAL_OUTCOMES
from screening.decisions.turns import lead_item, stage_now
from screening.models import Contact, Decision, QueueItem, Referral
from screening.models.queue_item import OPEN_STATES

DECIDED_AGAIN = "A child's first decision was made again. Open Decisions to read it."
UNSETTLED = "Decided, but we came to know of another child: decide for them, too, or say why they are left out."


def follow(contact: Contact, stage: str) -> None:
    """Move the contact on where every one of its children has a decision that stands; else leave it where it is.

    It stays, too, while a child whom we came to know of meanwhile is neither decided here nor left out; its holder is
    told.
    """
    following.bring_into_line(contact)
    by_team.route(contact)
    standing = _standing(contact, stage)
    if stage == "contact" and contact.referred_at is not None:
        _go_on_decided_again(contact, list(standing.values()))
        return
    if set(whom(contact, stage)) - set(standing) or contact.state == "closed":
        return
    _hand_to_open_cases(contact, list(standing.values()))
    if unsettled_for_all(contact):
        raise_attention(contact, UNSETTLED)
        return
    raise_attention(contact, None)
    clock_of_work.settle(contact, list(standing.values()))
    if stage == "contact":
        _end_screening(contact, list(standing.values()))
    else:
        _refer_new(contact, list(standing.values()))
        if any(made.stage == "contact" and not made.stands for made in in_force(contact.id)):
            _tell_anew(contact)
        _close_or_wait(contact)


def end_if_settled(contact: Contact) -> None:
    """End a contact that only waited for an answer: every child is decided, and nothing keeps it ours any more."""
    stage = stage_now(contact)
    standing = _standing(contact, stage)
    clock_of_work.wait(contact)
    # What the release before let a team decide was not always promised to be placed.
    by_team.route(contact)
    if contact.state != "decided" or _stays_ours(contact) or set(whom(contact, stage)) - set(standing):
        return
    if unsettled_for_all(contact):
        raise_attention(contact, UNSETTLED)
    # What is on its way to the team that acts is theirs to end.
    elif stage == "team" or all(decision.outcome not in REFERRAL_OUTCOMES for decision in standing.values()):
        close(contact)


def _refer_new(contact: Contact, decisions: list[Decision]) -> list[Decision]:
    """Refer the children for whom that was decided and who are not referred by it; give what was new.

    Such are a child who was included late, and one whose first decision was made again and leads elsewhere.
    """
    referred = referring_anew.referred_for_good(contact, decisions)
    # What the team decided since counts, whoever agrees to the first decision after that.
    settled = referred | {child for child, made in _standing(contact, "team").items() if made not in decisions}
    if None in referred:
        # Who is named by now is meant by the referral of the child whom nobody could name; who was included is not.
        settled |= {child.id for child in contact.children} - included_in(contact.id).keys()
    new = [made for made in decisions if made.outcome in REFERRAL_OUTCOMES and made.child_id not in settled]
    if new:
        _create_referrals(contact, new)
    return new


def _hand_to_open_cases(contact: Contact, decisions: list[Decision]) -> None:
    """Have the team that works with the family already take what was linked to its case."""
    for made in (one for one in decisions if one.outcome == "open_case"):
        ids = {"contact_id": contact.id, "subject_id": made.id}
        tasks.promise(tasks.OPEN_CASE, str(made.id), urgency=made.urgency, **ids)


def _close_or_wait(contact: Contact) -> None:
    if _stays_ours(contact):
        clock_of_work.wait(contact)
    else:
        close(contact)


def _stays_ours(contact: Contact) -> bool:
    """Say whether something is waited for, or a team decided what another may have to act on and that is not placed."""
    return holds_open(contact.id) or by_team.is_being_placed(contact.id)


def _go_on_decided_again(contact: Contact, decisions: list[Decision]) -> None:
    """A first decision stands only after the contact went on: the child is referred now, and who holds it is told."""
    if contact.state == "closed":
        return
    if new := _refer_new(contact, decisions):
        referring_anew.route(contact, new)
    _hand_to_open_cases(contact, decisions)
    _tell_anew(contact)
    item = lead_item(contact.id)
    if item is not None and item.holder_id != viewer().user_id:
        reasons.give(item, DECIDED_AGAIN)
    end_if_settled(contact)


def raise_attention(contact: Contact, words: str | None) -> None:
    """Show with the item that leads that a child is to be settled, or that none is any more."""
    item = lead_item(contact.id)
    if item is not None and words is not None:
        reasons.give(item, words, cause=reasons.UNSETTLED)
    elif item is not None:
        reasons.take_away(item, reasons.UNSETTLED)


def _standing(contact: Contact, stage: str) -> dict[UUID | None, Decision]:
    decisions = (decision for decision in in_force(contact.id) if decision.stage == stage)
    return {decision.child_id: decision for decision in decisions if decision.stands}


def _end_screening(contact: Contact, decisions: list[Decision]) -> None:
    contact.state, contact.decided_at = "decided", contact.decided_at or now()
    again = _again(contact)
    tasks.promise(tasks.OUTCOME, f"{contact.id}{again}", contact_id=contact.id)
    referred = [decision for decision in decisions if decision.outcome in REFERRAL_OUTCOMES]
    if not referred:
        # Passed to another authority: ours, with its clock, until a named person there accepts it.
        _close_or_wait(contact)
        return
    _refer_new(contact, referred)
    urgency = referring_anew.gravest(referred)
    # The screening team holds it until the worker has placed it: a contact is never in no queue.
    tasks.promise(tasks.ROUTE, f"{contact.id}{again}:referral", contact_id=contact.id, urgency=urgency)


def _tell_anew(contact: Contact) -> None:
    # What the referrer was told may have been taken back, or not have been written while a child was undecided.
    tasks.promise(tasks.OUTCOME, f"{contact.id}{_state_of(ever_made(contact.id))}", contact_id=contact.id)


def _again(contact: Contact) -> str:
    """Tell what is promised after a denial, or a decision that was made again, from what was promised before it."""
    made = ever_made(contact.id)
    return _state_of(made) if any(one.is_denied or one.corrected_by_id for one in made) else ""


def _state_of(decisions: list[Decision]) -> str:
    return f":{max(one.seq for one in decisions)}.{sum(one.stands for one in decisions)}"


def _create_referrals(contact: Contact, decisions: list[Decision]) -> None:
    at = now()
    # The first referral is the one whose clocks run.
    contact.referred_at = contact.referred_at or at
    source_code = contact.referrer.source_code if contact.referrer else None
    referrals = [
        Referral(
            contact_id=contact.id,
            child_id=decision.child_id,
            decision_id=decision.id,
            source_code=source_code,
            primary_need=decision.primary_need,
            referred_at=at,
        )
        for decision in decisions
    ]
    db.session.add_all(referrals)
    db.session.flush()
    handing_over.hand_over(contact, referrals)
    audit.record("referral.created", contact_id=contact.id, detail={"children": len(decisions)})


def close(contact: Contact) -> None:
    """End a contact, with the work that is open on it.

    What another team does beside it goes on until they end it, and what somebody was told until they have seen it.
    """
    contact.state, lead = "closed", lead_item(contact.id)
    # Flushed first: the database asks that what is closed was decided.
    db.session.flush()
    question = select(QueueItem).where(QueueItem.contact_id == contact.id, QueueItem.state.in_(OPEN_STATES))
    for item in [one for one in db.session.scalars(question) if not _goes_on(one, lead)]:
        item.state, item.ended_at, item.ended_by_id = "done", now(), viewer().user_id
        item.claimed_by_id = item.claimed_until = item.attention = item.attention_at = None
    db.session.flush()
    audit.record("contact.closed", contact_id=contact.id)
    if any(made.stage == "team" for made in in_force(contact.id)):
        # The referrer hears how it ended, where that is not what they were told.
        tasks.promise(tasks.OUTCOME, f"{contact.id}:ended{_state_of(ever_made(contact.id))}", contact_id=contact.id)


def _goes_on(item: QueueItem, lead: QueueItem | None) -> bool:
    # What nobody has seen yet, and such as what the allegations officer has to do: no decision settles it.
    return item.is_to_be_seen or (item.is_beside and (lead is None or item.team_id != lead.team_id))
