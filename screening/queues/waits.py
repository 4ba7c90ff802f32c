"""Whom a piece of work waits on, and since when: the ball is in somebody else's court, or it is in nobody's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from screening import codes, reasons
from screening.db import any_of, db
from screening.models import Awaited, BackgroundCheck, Decision, QueueItem
from screening.models.queue_item import OPEN_STATES, SECOND_PERSON
from screening.queues.placing import APPROVAL

# Whom work may wait on, in the words of a list. Partners are named by their register.
OTHERS = {
    SECOND_PERSON: "A second person",
    "approval": "A manager, about sharing",
    "elsewhere": "Another authority",
    "agreement": "The family, about the service",
    "step_down": "Early help, to take a child on",
    "strategy_discussion": "A strategy discussion",
}
# Of what a decision waits for, what others do; another authority is told by the decision itself.
AWAITED = ("agreement", "step_down", "strategy_discussion")
# A child may be at risk of significant harm: that work is not put aside while the discussion is awaited.
NEVER_PUTS_ASIDE = frozenset({"strategy_discussion"})
ON_WHOM = codes.REGISTERS | OTHERS


@dataclass(frozen=True)
class Wait:
    """One thing that a contact waits for. `code` is of ON_WHOM."""

    code: str
    since: datetime

    @property
    def on(self) -> str:
        """On whom, in words."""
        return ON_WHOM.get(self.code, codes.check_name(self.code))


def on_others() -> ColumnElement[bool]:
    """Say, as SQL, which items wait on somebody else."""
    return _on_any_of(OTHERS)


def puts_aside() -> ColumnElement[bool]:
    """Say, as SQL, which items there is nothing to do about until somebody else has answered."""
    return _on_any_of(code for code in OTHERS if code not in NEVER_PUTS_ASIDE)


def _on_any_of(codes_of_others: Iterable[str]) -> ColumnElement[bool]:
    partner = exists().where(BackgroundCheck.contact_id == QueueItem.contact_id, *_asked_of_partner())
    return and_(QueueItem.leads, or_(partner, *(_on(code) for code in codes_of_others)))


def on(code: str) -> ColumnElement[bool]:
    """Say, as SQL, which items wait on one of ON_WHOM."""
    return and_(QueueItem.leads, _on(code))


def of(items: Sequence[QueueItem]) -> dict[UUID, list[Wait]]:
    """List what each contact waits for, the longest first, in four queries however many they are."""
    leading = [item for item in items if item.leads and item.state in OPEN_STATES]
    contact_ids = {item.contact_id for item in leading}
    found: dict[UUID, list[Wait]] = defaultdict(list)
    asked = [
        _on_partners(contact_ids),
        _on_second_persons(contact_ids),
        _on_elsewhere(contact_ids),
        _on_awaited(contact_ids),
    ]
    for contact_id, wait in [one for part in asked for one in part] + [*_on_approval(leading)]:
        found[contact_id].append(wait)
    return {contact_id: _once(waits) for contact_id, waits in found.items()}


def _once(waits: list[Wait]) -> list[Wait]:
    """Keep the longest of each: a partner who was asked about three children is one to wait on."""
    longest: dict[str, Wait] = {}
    for wait in sorted(waits, key=lambda one: one.since):
        longest.setdefault(wait.code, wait)
    return list(longest.values())


def _on(code: str) -> ColumnElement[bool]:
    if code == SECOND_PERSON:
        # Another item of the contact, in a table of its own beside the one that is listed.
        other = QueueItem.__table__.alias()
        return exists().where(
            other.c.contact_id == QueueItem.contact_id, other.c.step == SECOND_PERSON, other.c.state.in_(OPEN_STATES)
        )
    if code == "approval":
        # Never null, which is neither this nor its opposite.
        return func.coalesce(QueueItem.attention, "").contains(APPROVAL)
    if code == "elsewhere":
        return exists().where(Decision.contact_id == QueueItem.contact_id, *_passed_on())
    if code in AWAITED:
        waits = (Awaited.contact_id == QueueItem.contact_id, Awaited.kind == code, Awaited.ended_at.is_(None))
        return exists().where(*waits)
    if code in codes.REGISTERS:
        asked = _asked_of_partner()
        return exists().where(BackgroundCheck.contact_id == QueueItem.contact_id, BackgroundCheck.kind == code, *asked)
    return false()


def _asked_of_partner() -> tuple[ColumnElement[bool], ...]:
    # What nobody may be sent is rung: that waits on us.
    sent = or_(BackgroundCheck.way.is_(None), BackgroundCheck.way != "phone")
    open_ = and_(BackgroundCheck.outcome.is_(None), BackgroundCheck.replaced_at.is_(None))
    return (BackgroundCheck.kind != "own_records", open_, sent)


def _passed_on() -> tuple[ColumnElement[bool], ...]:
    # Until a second person agrees it has passed nothing on, and is not told to the one who has still to say.
    stands = or_(~Decision.needs_second_person, Decision.confirmed_by_id.is_not(None))
    passed_on = and_(Decision.corrected_by_id.is_(None), Decision.outcome == "another_authority")
    return (stands, passed_on, Decision.accepted_elsewhere.is_(None))


# Made once, as every list of a queue asks them.
ON_PARTNERS = select(BackgroundCheck.contact_id, BackgroundCheck.kind, BackgroundCheck.asked_at).where(
    BackgroundCheck.contact_id == any_of("contact_ids"), *_asked_of_partner()
)
ON_SECOND_PERSONS = select(QueueItem.contact_id, QueueItem.queued_at).where(
    QueueItem.contact_id == any_of("contact_ids"), QueueItem.step == SECOND_PERSON, QueueItem.state.in_(OPEN_STATES)
)
ON_ELSEWHERE = select(Decision.contact_id, Decision.decided_at).where(
    Decision.contact_id == any_of("contact_ids"), *_passed_on()
)


def _on_partners(contact_ids: Iterable[UUID]) -> list[tuple[UUID, Wait]]:
    found = db.session.execute(ON_PARTNERS, {"contact_ids": list(contact_ids)})
    return [(contact_id, Wait(kind, at)) for contact_id, kind, at in found]


def _on_second_persons(contact_ids: Iterable[UUID]) -> list[tuple[UUID, Wait]]:
    found = db.session.execute(ON_SECOND_PERSONS, {"contact_ids": list(contact_ids)})
    return [(contact_id, Wait(SECOND_PERSON, at)) for contact_id, at in found]


def _on_elsewhere(contact_ids: Iterable[UUID]) -> list[tuple[UUID, Wait]]:
    found = db.session.execute(ON_ELSEWHERE, {"contact_ids": list(contact_ids)})
    return [(contact_id, Wait("elsewhere", at)) for contact_id, at in found]


def _on_awaited(contact_ids: Iterable[UUID]) -> list[tuple[UUID, Wait]]:
    question = select(Awaited.contact_id, Awaited.kind, Awaited.began_at).where(
        Awaited.contact_id.in_(contact_ids), Awaited.kind.in_(AWAITED), Awaited.ended_at.is_(None)
    )
    return [(contact_id, Wait(kind, at)) for contact_id, kind, at in db.session.execute(question)]


def _on_approval(items: Iterable[QueueItem]) -> list[tuple[UUID, Wait]]:
    waiting = [(item, reasons.since(item, reasons.APPROVAL)) for item in items]
    return [(item.contact_id, Wait("approval", since)) for item, since in waiting if since]
