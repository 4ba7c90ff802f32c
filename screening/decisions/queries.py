"""What a viewer sees of decisions. A second person does not see the first one's answer before they gave their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from screening import codes
from screening.db import db
from screening.deciding import in_force, whom
from screening.decisions.awaited.service import may_be_decided_again
from screening.decisions.given_back import given_back
from screening.decisions.turns import stage_now, stage_of
from screening.decisions.words import EXPLORED_WORDS, RATIONALE_WORDS, STOOD_WORDS, told_words
from screening.errors import NotFound
from screening.kept_back import hidden_by, is_hidden, reasons_shown
from screening.models import Contact, Decision, Screening, TelephoneAgreement, User
from screening.wording import level_words, moment, urgency_words

NOT_FOUND = "There is no such contact. Check the reference, or choose it from your queue."


def contact_of(reference: str) -> Contact:
    """Find a contact by its reference.

    Raises:
        NotFound: there is none, or none that the viewer may know of.
    """
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference))
    if contact is None:
        raise NotFound(NOT_FOUND)
    return contact


def decision_of(contact: Contact, decision_id: UUID) -> Decision:
    """Find one decision on a contact.

    Raises:
        NotFound: the contact has no such decision.
    """
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.contact_id != contact.id:
        raise NotFound("There is no such decision on this contact. Open the contact to see those that there are.")
    return decision


def decisions_of(contact: Contact) -> list[dict[str, Any]]:
    """Say a contact's decisions as its page shows them, the oldest first; those that were replaced, too."""
    question = select(Decision).where(Decision.contact_id == contact.id).order_by(Decision.seq)
    found = db.session.scalars(question.options(joinedload(Decision.decided_by), joinedload(Decision.confirmed_by)))
    return [_shown(contact, decision) for decision in found if hidden_by(decision) is None]


def awaiting_second_view(contact: Contact) -> list[dict[str, Any]]:
    """List what still needs a second person, without saying what was decided: {id, child, by, at, may_confirm}."""
    return [
        {
            "id": decision.id,
            "child": child_name(contact, decision.child_id),
            "by": decision.decided_by.name,
            "at": decision.decided_at,
            "may_confirm": is_hidden(decision),
        }
        for decision in in_force(contact.id)
        if decision.awaits_second_view
    ]


def to_decide(contact: Contact) -> list[UUID | None]:
    """List the children without a decision in force where the contact is, and those back with the viewer."""
    back = {one.child_id: None for one in given_back(contact)}
    asked = dict.fromkeys([*back, *whom(contact, stage_now(contact))])
    made = {
        (decision.child_id, decision.stage)
        for decision in in_force(contact.id)
        if not decision.differs and not may_be_decided_again(decision)
    }
    return [child_id for child_id in asked if (child_id, stage_of(contact, child_id)) not in made]


def child_name(contact: Contact, child_id: UUID | None) -> str:
    """Say a child's name, or words for one whom nobody could name."""
    return next((child.full_name for child in contact.children if child.id == child_id), "No child named")


def second_by(decision: Decision) -> tuple[str, datetime | None]:
    """Say who gave the second view, and when."""
    view = decision.second_view or {}
    user = db.session.get(User, UUID(view["by"])) if view.get("by") else decision.confirmed_by
    at = datetime.fromisoformat(view["at"]) if view.get("at") else decision.confirmed_at
    return user.name if user else "A second person", at


def view_words(view: Any) -> str:
    """Say an outcome, level and urgency in one line."""
    outcome, level, urgency = view["outcome"], level_words(view["level"]), urgency_words(view["urgency"])
    return f"{codes.OUTCOMES[outcome]}. {level}. {urgency}"


def _shown(contact: Contact, decision: Decision) -> dict[str, Any]:
    outcome = codes.OUTCOMES[decision.outcome]
    if there := decision.accepted_elsewhere:
        outcome = f"{outcome}, accepted there by {there['who']}, {there['when']}"
    return {
        "id": decision.id,
        "child": child_name(contact, decision.child_id),
        "outcome_words": f"Team decision, {outcome.lower()}" if decision.stage == "team" else outcome,
        "level": decision.level,
        "urgency": decision.urgency,
        "by": decision.decided_by.name,
        "at": decision.decided_at,
        "rationale": _rationale(contact, decision),
        "stood_on": _stood_on(contact, decision),
        "family_told": told_words(decision.family_told),
        "against_reason": decision.against_reason,
        "second": second_words(decision),
    }


def _rationale(contact: Contact, decision: Decision) -> list[tuple[str, str]]:
    reasons = reasons_shown(decision)
    return [(words, _part(contact, decision, part, reasons[part])) for part, words in RATIONALE_WORDS.items()]


def _part(contact: Contact, decision: Decision, part: str, reason: str) -> str:
    how = (decision.explored or {}).get(part)
    said = [EXPLORED_WORDS[how]] if how in EXPLORED_WORDS and how != "explored" else []
    same_id = (decision.same_as or {}).get(part)
    same = db.session.get(Decision, UUID(same_id)) if same_id else None
    # Whose it is, too, would tell of a decision that the viewer must not see yet.
    told = same is not None and hidden_by(same) is None
    whose = [f"The same as for {child_name(contact, same.child_id)}, confirmed for this child"] if same and told else []
    return ". ".join([*said, reason.rstrip(".") if whose else reason, *whose])


def _stood_on(contact: Contact, decision: Decision) -> list[tuple[str, str]]:
    """Say by what rules it was scored, and how the checks stood: whether each had answered, never what it found."""
    if decision.stood_on is None:
        return []
    screening = db.session.get_one(Screening, decision.screening_id)
    rows = [("Scored", f"{moment(screening.screened_at)}, by rules {screening.ruleset.partition('+')[0]}")]
    names = {str(person.id): person.full_name for person in contact.participations}
    for check in decision.stood_on["checks"]:
        about = names.get(check["about"])
        name = f"{codes.check_name(check['kind'])}, about {about}" if about else codes.check_name(check["kind"])
        if check["stood"] == "answered":
            rows.append((name, f"answered at {moment(datetime.fromisoformat(check['answered_at']))}"))
        else:
            rows.append((name, f"not checked, {STOOD_WORDS[check['stood']]}; decided knowing that"))
    return rows


def _denied_words(decision: Decision, who: str, when: str) -> str:
    view = decision.second_view or {}
    at, note = moment(datetime.fromisoformat(view["denied_at"])), ""
    kept = _telephone(decision)
    if kept is not None:
        note = f": {kept.note}"
    said = f"Said to be agreed by {who} by telephone{when}" if kept and _same(decision) else f"Rang {who}{when}"
    return f"Not in effect. {said}; {who} denied it at {at}{note}"


def _taken_back_words(decision: Decision, at: datetime) -> str:
    return f"Never in effect: {decision.decided_by.name} took it back at {moment(at)}: {decision.withdrawn_because}"


def _telephone(decision: Decision) -> TelephoneAgreement | None:
    return db.session.scalar(select(TelephoneAgreement).where(TelephoneAgreement.decision_id == decision.id))


def _by_telephone(kept: TelephoneAgreement) -> str:
    who, wrote = kept.manager.name, kept.kept_by.name
    signed = "Not countersigned yet"
    if kept.countersigned_at is not None:
        signed = f"{who} countersigned it at {moment(kept.countersigned_at)}"
    words = kept.said.rstrip(".")
    return f'Asked by telephone at {moment(kept.rung_at)}; {wrote} wrote it down: "{words}". {signed}'


def _same(decision: Decision) -> bool:
    view = decision.second_view or {}
    return all(view.get(part) == getattr(decision, part) for part in ("outcome", "level", "urgency"))


def second_words(decision: Decision) -> str | None:
    """Say whether a second person has agreed, or None where nobody had to."""
    if not decision.needs_second_person:
        return None
    who, at = second_by(decision)
    when = f" at {moment(at)}" if at else ""
    if decision.is_denied:
        return _denied_words(decision, who, when)
    kept = _telephone(decision)
    # What is agreed to is in effect, whatever else was written to it: a version before this one may agree to any.
    if decision.confirmed_by_id is not None:
        if kept is not None:
            return f"{who} agreed{when}. {_by_telephone(kept)}"
        return f"{who} decided the same{when}, before seeing this"
    if decision.withdrawn_at is not None:
        return _taken_back_words(decision, decision.withdrawn_at)
    if decision.awaits_second_view:
        return "Not in effect yet: a second person has to give their own view"
    if decision.second_view is None:
        return "Never in effect: it was decided anew"
    differed = f"Never in effect: {who} would have decided otherwise{when}. {view_words(decision.second_view)}"
    return f"{differed}. {_by_telephone(kept)}" if kept is not None else differed
