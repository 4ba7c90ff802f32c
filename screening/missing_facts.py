"""What is still to be found out about a contact: one row for each thing, open until somebody has found it out.

A fact about who told us is told only to who may know them, and the words of a withheld address to nobody here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import audit, codes
from screening.access import viewer
from screening.db import db, new_id, now
from screening.errors import Conflict, Invalid, NotFound
from screening.models import Contact, MissingFact, Participation, User
from screening.people.protected import WITHHELD, people_protected
from screening.scoring import service as scoring
from screening.wording import value_words

WHY_WORDS = {
    "not_asked": "not asked",
    "unknown": "the caller did not know",
    "refused": "the caller would not say",
    "not_safe_to_ask": "not safe to ask",
    "unreadable": "said, and could not be read",
}
WHOSE = {"children": "Child", "adults": "Adult", "referrer": "Caller", "narrative": "Account", "promises": "Promise"}
ROLES = {"child": "children", "adult": "adults"}
NOT_NAMED = ("value", "answers", "not_known")


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing that is not known. `field` is its path, `words` what was said of it; `by_id` who wrote that down."""

    field: str
    why: str
    words: str | None = None
    said_at: datetime
    by_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """One of them as a person reads it."""

    id: UUID
    words: str
    noted: str
    due_at: datetime


def note(contact: Contact, missing: Iterable[Missing], due_at: datetime) -> None:
    """Keep what somebody is to find out by `due_at`; each field once."""
    people = {f"{ROLES[one.role]}.{one.position}": one.id for one in contact.participations}
    rows = {
        one.field: MissingFact(
            id=new_id(),
            contact_id=contact.id,
            participation_id=people.get(".".join(one.field.split(".")[:2])),
            field=one.field,
            why=one.why,
            words=one.words,
            said_at=one.said_at,
            noted_by_id=one.by_id,
            due_at=due_at,
        )
        for one in missing
    }
    db.session.add_all(rows.values())
    if rows:
        audit.record("contact.missing_noted", contact_id=contact.id, detail={"fields": sorted(rows)})


def open_of(contact: Contact) -> list[Told]:
    """List what is still to be found out of a contact that the viewer may read, in the order it was noted."""
    question = select(MissingFact).where(MissingFact.contact_id == contact.id, MissingFact.found_at.is_(None))
    rows = [one for one in db.session.scalars(question.order_by(MissingFact.seq)) if _may_know(one)]
    withheld = people_protected(contact) if rows else set()
    names = _names(rows)
    return [
        Told(
            id=one.id,
            words=_told(one, contact, hidden=_is_hidden(one, withheld)),
            noted=names.get(one.noted_by_id, "the service") if one.noted_by_id else "the service",
            due_at=one.due_at,
        )
        for one in rows
    ]


def found(contact: Contact, fact_id: UUID, words: str) -> None:
    """Keep what somebody found out. The contact itself is not changed by it: what was said then, stays.

    Raises:
        Invalid: no words.
        NotFound: there is no such fact in this contact.
        Conflict: somebody found it out before.
    """
    said = words.strip()
    if not said:
        raise Invalid("Nothing was kept.", fields={"/words": ["Write what you found out, or that it cannot be known."]})
    question = select(MissingFact).where(MissingFact.id == fact_id, MissingFact.contact_id == contact.id)
    fact = db.session.scalar(question.with_for_update())
    if fact is None or not _may_know(fact):
        raise NotFound("There is no such open question in this contact.")
    if fact.found_at is not None:
        raise Conflict("Somebody has found this out already. Load the page again to read it.")
    fact.found_at, fact.found_by_id, fact.found_words = now(), viewer().user_id, said
    audit.record("contact.missing_found", contact_id=contact.id, subject=("missing_fact", fact.id))


def told(contact: Contact, said: Mapping[str, object], unreadable: Collection[str] = ()) -> None:
    """Close what the caller told after all: each field that was added since, or a part of it, by its path.

    What is again `unreadable`, by its path, closes nothing.
    """
    question = select(MissingFact).where(MissingFact.contact_id == contact.id, MissingFact.found_at.is_(None))
    for fact in db.session.scalars(question):
        words = [
            value_words(value)
            for path, value in said.items()
            if f"{path}.".startswith(f"{fact.field}.") and _is_told(value)
            if not any(f"{path}.".startswith(f"{wrong}.") for wrong in unreadable)
        ]
        if words:
            fact.found_at, fact.found_by_id, fact.found_words = now(), viewer().user_id, ", ".join(words)
            audit.record("contact.missing_found", contact_id=contact.id, subject=("missing_fact", fact.id))


def found_of(contact: Contact) -> list[tuple[str, str, datetime]]:
    """List what was found out: in words, by whom and when."""
    question = select(MissingFact).where(MissingFact.contact_id == contact.id, MissingFact.found_at.is_not(None))
    rows = [one for one in db.session.scalars(question.order_by(MissingFact.found_at)) if _may_know(one)]
    withheld = people_protected(contact) if rows else set()
    names = _names(rows)
    return [
        (
            f"{label(one.field, contact)}: {WITHHELD if _is_hidden(one, withheld) else one.found_words}",
            names.get(one.found_by_id, "somebody"),
            one.found_at,
        )
        for one in rows
        if one.found_at and one.found_by_id
    ]


def field_words(steps: list[str]) -> str:
    """Name a field by the steps of its path, as the page does: children, 0, sex → "Child 1, sex"."""
    whose, *rest = steps
    words = WHOSE.get(whose, whose)
    if rest and rest[0].isdecimal():
        words += f" {int(rest.pop(0)) + 1}"
    parts = [words, *(step for step in rest if step not in NOT_NAMED and not step.isdecimal())]
    plain = ", ".join(parts).replace("_", " ")
    return plain[:1].upper() + plain[1:]


def label(field: str, contact: Contact) -> str:
    """Name a field with whose it is: a question of the rules in its own words."""
    steps = field.split(".")
    whose = _whose(steps, contact)
    if "answers" not in steps:
        return ", ".join(part for part in (whose, field_words(steps).partition(", ")[2] if whose else "") if part) or (
            field_words(steps)
        )
    rules = scoring.rules_or_none(clocks.london_date(contact.first_received_at))
    known = rules.fields.get(steps[-1]) if rules else None
    question = known.question if known else steps[-1].replace("_", " ")
    return f"{whose}: {question}" if whose else question


def _whose(steps: list[str], contact: Contact) -> str:
    people: dict[str, list[Participation]] = {"children": contact.children, "adults": contact.adults}
    listed = people.get(steps[0], [])
    if len(steps) < 2 or not steps[1].isdecimal() or int(steps[1]) >= len(listed):
        return ""
    return listed[int(steps[1])].full_name


def _told(fact: MissingFact, contact: Contact, *, hidden: bool) -> str:
    why = WHY_WORDS[fact.why]
    said = f': "{fact.words}"' if fact.words and not hidden else ""
    return f"{label(fact.field, contact)} ({why}{said})"


def _is_told(value: object) -> bool:
    # "Lives in the home? No" is an answer.
    return value not in (None, "", []) and not codes.is_no_answer(value)


def _is_hidden(fact: MissingFact, withheld: Collection[UUID | None]) -> bool:
    """Say whether its words may tell where somebody lives of whom nobody may be told."""
    return fact.participation_id in withheld and ".address" in fact.field


def _may_know(fact: MissingFact) -> bool:
    return not fact.field.startswith(("referrer", "promises")) or viewer().may("contact.read_referrer")


def _names(rows: list[MissingFact]) -> dict[UUID, str]:
    ids = {one for row in rows for one in (row.noted_by_id, row.found_by_id) if one}
    users = db.session.scalars(select(User).where(User.id.in_(ids))) if ids else ()
    return {user.id: user.name for user in users}


def marks(body: object, path: str = "") -> Iterator[tuple[str, str]]:
    """List what a body in the API's shape says is not known: the path of each field, and why."""
    if isinstance(body, list):
        for place, one in enumerate(body):
            yield from marks(one, f"{path}{place}.")
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "not_known":
                yield from ((f"{path}{field}", why) for field, why in value.items())
            elif codes.is_no_answer(value):
                yield f"{path}{name}", str(value)
            else:
                yield from marks(value, f"{path}{name}.")
