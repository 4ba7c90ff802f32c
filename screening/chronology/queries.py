"""A child's chronology as a viewer sees it: drafts, with what people made of them, and who reviewed it last."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from screening import dates
from screening.chronology.draft import DECISION, MOVES, SIBLING_BIRTH, Draft, key_of
from screening.chronology.drafting import drafts_of
from screening.chronology.significance import BY_A_PERSON
from screening.chronology.subject import Subject
from screening.db import db
from screening.kept_back import hidden_by
from screening.models import ChronologyCopy, ChronologyEntry, ChronologyReview, Contact, Decision, Person, User
from screening.models.chronology_entry import OWN
from screening.people.protected import WITHHELD
from screening.people.queries import user_names

CHANGED = "What this was made from says something else now: {words}"
GONE = "What this was made from counts no longer. Look whether it is still right."
# The kind of an entry, and the row behind it.
Source = tuple[str, UUID]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `state` is new where nobody has looked at it yet, or one of ChronologyEntry's.

    `original` is what the draft said, where somebody wrote their own words; `note` what came since.
    """

    key: str
    kind: str
    state: str
    happened: str
    words: str
    source: str
    significance: str
    because: str
    original: str = ""
    note: str = ""
    reason: str | None = None
    contact_id: UUID | None = None
    reference: str | None = None
    row_id: UUID | None = None
    by: str = ""
    at: datetime | None = None
    draft: Draft | None = None

    @property
    def is_dropped(self) -> bool:
        """True where a person took it out, with a reason."""
        return self.state == "dropped"

    @property
    def is_kept_back(self) -> bool:
        """True until the viewer has given their own view of another child, whose words these are."""
        return self.draft is not None and self.draft.kept_back


@dataclass(frozen=True)
class Review:
    """The newest review, with who made it. `words` are empty where the viewer may not see all that the reviewer saw."""

    row: ChronologyReview
    by: str
    words: str


def entries_of(subject: Subject) -> list[Entry]:
    """List the entries of a chronology, oldest first; dropped ones too."""
    rows, drafts = _rows(subject), {draft.key: draft for draft in drafts_of(subject)}
    names = user_names([row.made_by_id for row in rows.values()])
    looked_at = [_looked_at(row, drafts.get(key), names[row.made_by_id]) for key, row in rows.items()]
    new = [_new(draft) for key, draft in drafts.items() if key not in rows]
    references = _references(entry.contact_id for entry in looked_at)
    every = new + [replace(one, reference=references.get(one.contact_id)) for one in looked_at]
    return sorted(every, key=lambda entry: (dates.span(entry.happened)[0], entry.draft.order if entry.draft else 0))


def newest_review(subject: Subject) -> Review | None:
    """Find who reviewed the chronology last, and to when; None where nobody did."""
    question = select(ChronologyReview, User.name).join(User, User.id == ChronologyReview.reviewed_by_id)
    newest = question.where(_of(ChronologyReview, subject)).order_by(ChronologyReview.seq.desc()).limit(1)
    found = db.session.execute(newest).first()
    if found is None:
        return None
    row, name = found
    hidden = {str(one) for one in row.restricted} - _visible(row.restricted)
    return Review(row, name, "" if hidden else row.words or "")


def copies_of(subject: Subject) -> list[tuple[ChronologyCopy, str]]:
    """List the copies that were made for somebody, newest first, with by whom."""
    question = select(ChronologyCopy, User.name).join(User, User.id == ChronologyCopy.made_by_id)
    rows = db.session.execute(question.where(_of(ChronologyCopy, subject)).order_by(ChronologyCopy.seq.desc()))
    return [(copy, name) for copy, name in rows]


def lines_of(copy: ChronologyCopy, subject: Subject) -> list[dict[str, Any]]:
    """Give the lines of a copy of a child's chronology; where an address is protected by now, it is not told.

    None comes from a contact, or tells of a sibling, that the viewer may not see.
    """
    seen = _visible(line["contact"] for line in copy.lines if line["contact"])
    told = _told(_source_in(line["key"]) for line in copy.lines)
    may_see = [line for line in copy.lines if not line["contact"] or line["contact"] in seen]
    drafts = {draft.key: draft for draft in drafts_of(subject)}
    return [_as_told_now(line, drafts) for line in may_see if _source_in(line["key"]) in told]


def current_row(subject: Subject, key: str) -> ChronologyEntry | None:
    """Find what was made of one entry."""
    return _rows(subject).get(key)


def _rows(subject: Subject) -> dict[str, ChronologyEntry]:
    question = select(ChronologyEntry).where(_of(ChronologyEntry, subject), ChronologyEntry.replaced_at.is_(None))
    rows = db.session.scalars(question.order_by(ChronologyEntry.seq)).all()
    told = _told((row.kind, row.source_id) for row in rows)
    found: dict[str, ChronologyEntry] = {}
    for row in rows:
        if (row.kind, row.source_id) not in told:
            continue
        # Two records that are one person by now may each have an answer: what is kept outweighs what was dropped.
        key = key_of(row.kind, row.source_id, row.participation_id)
        before = found.get(key)
        if before is None or before.state == "dropped" or row.state != "dropped":
            found[key] = row
    return found


def _of(model: Any, subject: Subject) -> ColumnElement[bool]:
    return or_(model.participation_id.in_(subject.part_ids), model.person_id.in_(subject.record_ids))


def _new(draft: Draft) -> Entry:
    significance, because = draft.weight
    return Entry(
        key=draft.key,
        kind=draft.kind,
        state="new",
        happened=draft.happened,
        words=draft.words,
        source=draft.source,
        significance=significance,
        because=because,
        contact_id=draft.part.contact_id if draft.part else None,
        reference=draft.part.contact.reference if draft.part else None,
        draft=draft,
    )


def _looked_at(row: ChronologyEntry, draft: Draft | None, by: str) -> Entry:
    # Where an address is protected by now, or nobody can say whether it is, no old words give it away.
    withheld = draft.withheld or draft.kept_back if draft else row.kind in MOVES
    plain = draft.words if draft else WITHHELD
    ruled = draft.weight if draft else (row.significance, "")
    return Entry(
        key=key_of(row.kind, row.source_id, row.participation_id),
        kind=row.kind,
        state=row.state,
        happened=row.happened,
        words=plain if withheld else row.words or row.original,
        original=row.original if row.state == "reworded" and not withheld else "",
        source=row.source,
        significance=row.significance,
        because=ruled[1] if ruled[0] == row.significance and ruled[1] else BY_A_PERSON,
        note="" if withheld else _note(row, draft),
        reason=row.reason,
        contact_id=row.contact_id,
        row_id=row.id,
        by=by,
        at=row.made_at,
        draft=draft,
    )


def _note(row: ChronologyEntry, draft: Draft | None) -> str:
    if row.kind == OWN:
        return ""
    if draft is None:
        return GONE
    changed = draft.words != row.original or draft.happened != row.happened
    return CHANGED.format(words=draft.words) if changed else ""


def _references(contact_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = {one for one in contact_ids if one}
    found: dict[UUID | None, str] = {}
    for id_, reference in db.session.execute(select(Contact.id, Contact.reference).where(Contact.id.in_(wanted))):
        found[id_] = reference
    return found


def _visible(contact_ids: Iterable[Any]) -> set[str]:
    wanted: Sequence[UUID] = [UUID(str(one)) for one in contact_ids]
    return (
        {str(one) for one in db.session.scalars(select(Contact.id).where(Contact.id.in_(wanted)))} if wanted else set()
    )


def _as_told_now(line: dict[str, Any], drafts: Mapping[str, Draft]) -> dict[str, Any]:
    (kind, _), draft = _source_in(line["key"]), drafts.get(line["key"])
    if draft and draft.kept_back and not line["left_out"]:
        return {**line, "words": draft.words, "withheld": line["withheld"] or 1}
    # As for entries: where nobody can say whether it is protected, it is not told.
    withheld = draft.withheld if draft else kind in MOVES
    if line["left_out"] or not withheld:
        return line
    return {**line, "words": WITHHELD, "withheld": line["withheld"] or 1}


def _source_in(key: str) -> Source:
    kind, _, source_id = key.partition("~")
    return kind, UUID(source_id.partition("~")[0])


def _told(sources: Iterable[Source]) -> set[Source]:
    """Find those whose row the viewer may know of: not of every sibling, nor what would lead their own view."""
    every = set(sources)
    siblings, made = ({id_ for kind, id_ in every if kind == one} for one in (SIBLING_BIRTH, DECISION))
    return every - _of_kind(SIBLING_BIRTH, siblings - _known(siblings)) - _of_kind(DECISION, _would_lead(made))


def _of_kind(kind: str, ids: Iterable[UUID]) -> set[Source]:
    return {(kind, id_) for id_ in ids}


def _known(siblings: Collection[UUID]) -> set[UUID]:
    found = db.session.scalars(select(Person.id).where(Person.id.in_(siblings))) if siblings else ()
    return set(found)


def _would_lead(made: Collection[UUID]) -> set[UUID]:
    found = db.session.scalars(select(Decision).where(Decision.id.in_(made))) if made else ()
    return {one.id for one in found if hidden_by(one) is not None}
