"""Whether work on a contact may end or be passed on: each child's chronology was reviewed, and nothing came since.

One place says it for the page, the API and whatever works on many at once. What protects a child is never held up: red
work, and what the emergency duty team hands over, goes on, and whoever receives it is told what is missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks, policy
from screening.access import viewing, worker_viewer
from screening.chronology.gaps import gaps_of
from screening.chronology.queries import Review, entries_of, newest_review
from screening.chronology.subject import Subject, children_of
from screening.db import db, now
from screening.deciding import whom
from screening.errors import Invalid
from screening.models import ChronologyOverride, Contact, DangerAlert, QueueItem, Referral
from screening.models.queue_item import OPEN_STATES

FIELD = "/chronology"
# A form that shows what is missing does not say all of it twice.
SAID_BELOW = "The chronology is not ready. What is missing is said below."
WHAT_TO_DO = "Open the contact's chronology and review it, or ask a manager to let it go on without."
HELD = "Work does not end, and is not passed on, before this is done or a manager lets it go on without:"
CLOSING = "A decision that ends the team's work waits until this is done. What protects the child does not:"
NOT_HELD = "This cannot wait, and is not held up. Whoever receives it is told to finish it:"
SENT_BACK = "It may go back as it is. Whoever receives it is told to finish it:"
SENT_ON = "It came to the wrong team, and may go on as it is. Whoever receives it is told to finish it:"
NEVER = "not_reviewed"
# Somebody else works with the child from then on.
HANDS_ON = ("another_authority", "open_case")
NOT_REVIEWED = "Nobody has reviewed it yet"


@dataclass(frozen=True)
class Missing:
    """One thing that keeps one child's chronology from being ready. `keys` tell it again."""

    child_id: UUID
    child: str
    words: str
    keys: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say whose and what."""
        return f"{self.child}: {self.words}."


@dataclass(frozen=True)
class Notice:
    """What a form says of the chronologies before it is sent. `held` is True where what is missing stops it.

    `passed` is what a manager let pass, where nothing else is missing: nobody has done it all the same.
    """

    reference: str
    words: str
    missing: list[str]
    passed: list[str]
    held: bool


def missing(contact: Contact, child_ids: Collection[UUID | None] | None = None) -> list[Missing]:
    """List what keeps the chronologies of a contact's children from being ready, but for what a manager let pass.

    `child_ids` are the children it is about; left out, they are those whom the contact's work is about now.
    """
    return _every(contact, child_ids, passed=_let_pass(contact.id))


def missing_to_all(contact: Contact) -> list[Missing]:
    """List what is missing whoever looks, also what a manager let pass."""
    with viewing(worker_viewer("chronology")):
        return _every(contact, None)


def of_subject(subject: Subject, passed: Collection[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Say what one chronology lacks, in words with the keys of it; nothing where it is ready.

    `passed` are the keys of what a manager let pass.
    """
    entries, review = entries_of(subject), newest_review(subject)
    lacks: list[tuple[str, tuple[str, ...]]] = []
    new = [entry.key for entry in entries if entry.state == "new" and entry.key not in passed]
    if review is None and NEVER not in passed:
        lacks.append((NOT_REVIEWED, (NEVER,)))
    if new:
        many = "1 entry nobody has looked at" if len(new) == 1 else f"{len(new)} entries nobody has looked at"
        lacks.append((many, tuple(new)))
    unknown = [gap for gap in gaps_of(subject, entries) if gap.key not in passed and not _knew_of(review, gap.key)]
    lacks += [(gap.words.removesuffix("."), (gap.key,)) for gap in unknown]
    return lacks


def closing_problems(
    contact: Contact, child_id: UUID | None, *, stage: str, outcome: str, urgency: str
) -> dict[str, list[str]]:
    """Say, by pointer, what is missing before this decision ends the team's work with a child; nothing where it may.

    Only outcomes that end the work, or hand it on, are held: what protects a child, and every first decision, is not.
    What cannot wait is handed on to whoever protects the child there, as `passing_on` lets it go.
    """
    closing = policy.packaged().read("chronology_closing_outcomes", clocks.london_date(now()), tuple)
    if stage != "team" or outcome not in closing:
        return {}
    if outcome in HANDS_ON and (urgency == "red" or any(_cannot_wait(item) for item in _open_leads(contact))):
        return {}
    return _problems(missing(contact, [child_id]))


def refuse_ending(item: QueueItem) -> None:
    """Let work on a contact that was referred end where the chronologies are ready.

    Raises:
        Invalid: something is missing; says exactly what.
    """
    if _is_referred(item.contact_id) and (lacks := missing(item.contact)):
        raise Invalid("The chronology is not ready.", fields=_problems(lacks))


def passing_on(item: QueueItem) -> str:
    """Let an item be passed on: give the line for whoever receives it, or nothing where nothing is missing.

    A team that has worked on a referral passes it on with its chronology reviewed. Red work, a child in danger, what
    the emergency duty team hands over, and what came back to be sent to the right team are never held: the line says
    what is to be done.

    Raises:
        Invalid: something is missing, and it can wait; says exactly what.
    """
    if not _is_looked_at(item):
        return ""
    lacks = missing(item.contact)
    if lacks and _can_be_held(item):
        raise Invalid("The chronology is not ready.", fields=_problems(lacks))
    return to_finish(lacks)


def passing_back(item: QueueItem) -> str:
    """Give the line for whoever receives what is sent back. It is never held: it may have come to the wrong team."""
    return to_finish(missing(item.contact)) if _is_looked_at(item) else ""


def on_passing_back(item: QueueItem) -> Notice | None:
    """Say on the form that sends an item back what is left to finish; None where that is not asked of it."""
    return _notice(item.contact, None, SENT_BACK, held=False) if _is_looked_at(item) else None


def on_passing(item: QueueItem) -> Notice | None:
    """Say on the form that passes an item on whether it is ready; None where that is not asked of it."""
    if not _is_looked_at(item):
        return None
    held = _can_be_held(item)
    words = HELD if held else SENT_ON if _came_back(item) and not _cannot_wait(item) else NOT_HELD
    return _notice(item.contact, None, words, held=held)


def on_ending(item: QueueItem) -> Notice | None:
    """Say on the form that ends an item whether it is ready; None where that is not asked of it."""
    return _notice(item.contact, None, HELD) if _is_referred(item.contact_id) else None


def on_closing(contact: Contact, child_id: UUID | None) -> Notice | None:
    """Say on the form of a team's decision whether the child's chronology is ready; None where no child is named."""
    return _notice(contact, [child_id], CLOSING) if child_id else None


def to_finish(lacks: Sequence[Missing]) -> str:
    """Say, without naming anybody, what whoever receives the work has to finish."""
    children = len({one.child_id for one in lacks})
    if not lacks:
        return ""
    whose = "1 child" if children == 1 else f"{children} children"
    return f" Chronology to finish, of {whose}: it was passed on before it was reviewed."


def _every(contact: Contact, child_ids: Collection[UUID | None] | None, passed: Collection[str] = ()) -> list[Missing]:
    about = list(child_ids if child_ids is not None else children_meant(contact))
    return [
        # A child's own id stands before: the same gap of two children is two.
        Missing(child.id, child.full_name, words, tuple(f"{child.id}:{key}" for key in keys))
        for child, subject in children_of(contact, about)
        for words, keys in of_subject(subject, _of_child(passed, child.id))
    ]


def _of_child(passed: Collection[str], child_id: UUID) -> set[str]:
    return {key.removeprefix(f"{child_id}:") for key in passed if key.startswith(f"{child_id}:")}


def children_meant(contact: Contact) -> list[UUID | None]:
    """List the children whom the work on a contact is about: those referred, or all before that."""
    return whom(contact, "team" if _is_referred(contact.id) else "contact")


def _notice(contact: Contact, about: Collection[UUID | None] | None, words: str, *, held: bool = True) -> Notice:
    lacks = missing(contact, about)
    passed = [] if lacks else _every(contact, about)
    sentences = [one.sentence for one in lacks]
    return Notice(contact.reference, words, sentences, [one.sentence for one in passed], held)


def _is_looked_at(item: QueueItem) -> bool:
    # What a team has not begun to work on is only placed elsewhere.
    return (item.step == "referral" and item.state == "accepted") or _is_from_duty(item)


def _can_be_held(item: QueueItem) -> bool:
    return not (_is_from_duty(item) or _cannot_wait(item) or _came_back(item))


def _came_back(item: QueueItem) -> bool:
    # A team is proposed for it: who has it now says whose it is, and has not worked with the child.
    return item.proposed_team_id is not None


def _is_from_duty(item: QueueItem) -> bool:
    return item.team is not None and item.team.kind == "edt"


def _is_referred(contact_id: UUID) -> bool:
    return bool(db.session.scalar(select(exists().where(Referral.contact_id == contact_id))))


def _knew_of(review: Review | None, key: str) -> bool:
    return review is not None and key in review.row.gaps


def _problems(lacks: Sequence[Missing]) -> dict[str, list[str]]:
    if not lacks:
        return {}
    return {FIELD: ["The chronology is not ready.", *(one.sentence for one in lacks), WHAT_TO_DO]}


def _cannot_wait(item: QueueItem) -> bool:
    in_danger = exists().where(DangerAlert.contact_id == item.contact_id, DangerAlert.acknowledged_at.is_(None))
    return item.urgency == "red" or bool(db.session.scalar(select(in_danger)))


def _open_leads(contact: Contact) -> Sequence[QueueItem]:
    leads = (QueueItem.contact_id == contact.id, QueueItem.leads, QueueItem.state.in_(OPEN_STATES))
    return db.session.scalars(select(QueueItem).where(*leads)).all()


def _let_pass(contact_id: UUID) -> set[str]:
    rows = db.session.scalars(select(ChronologyOverride).where(ChronologyOverride.contact_id == contact_id))
    return {key for row in rows for one in row.missing for key in one["keys"]}
