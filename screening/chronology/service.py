"""A person reviews a chronology: keeps, rewords, drops, adds, says how far it was looked at. The caller commits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.access import require, viewer
from screening.chronology import gaps
from screening.chronology.queries import Entry, current_row, entries_of
from screening.chronology.subject import PERSON, Subject, found
from screening.db import db, new_id, now
from screening.errors import Conflict, Invalid, NotFound
from screening.locks import lock_contact
from screening.models import ChronologyEntry, ChronologyReview, Contact
from screening.models.chronology_entry import OWN
from screening.people import queries
from screening.wording import moment

NO_ENTRY = "There is no such entry any more. Open the chronology again."
NO_CONTACT = "There is no contact of that reference that you may open. Leave it out, or correct it."
TO_SAY = "Write what is known of what is missing, and what it all adds up to."
YOUR_VIEW = "You are asked for your own view of another child of this contact. Give it first: then this is shown whole."
NOT_OWN = "An entry of your own has no draft to go back to. Write it anew, or drop it."


@dataclass(frozen=True, kw_only=True)
class Touch:
    """What somebody makes of one entry. `state` is kept, reworded or dropped; `significance` None stays as it is."""

    state: str
    words: str = ""
    reason: str = ""
    significance: str | None = None


@dataclass(frozen=True, kw_only=True)
class Added:
    """An entry of somebody's own. `happened` is a date in part; `reference` the contact it comes from, or nothing."""

    happened: str
    words: str
    source: str
    significance: str
    reference: str = ""


def touch(subject: Subject, key: str, what: Touch, *, seen: UUID | None) -> ChronologyEntry:
    """Keep, reword or drop an entry. What was there stays on file, and the draft's own words with it.

    Args:
        subject: whose chronology it is.
        key: which entry.
        what: what is made of it.
        seen: the answer that the viewer saw, None where there was none.

    Raises:
        NotAllowed: the viewer may not write.
        NotFound: there is no such entry that they may see.
        Conflict: somebody has answered since; says who and when.
        Invalid: the words or the reason are missing.
    """
    require("chronology.write")
    subject = _held(subject)
    entry = next((one for one in entries_of(subject) if one.key == key), None)
    if entry is None:
        raise NotFound(NO_ENTRY)
    _refuse_answered(entry, seen)
    _refuse_incomplete(entry, what)
    refuse_kept_back([entry])
    before = current_row(subject, key)
    if before:
        before.replaced_at = now()
        db.session.flush()
    row = _row(entry, what, before)
    db.session.add(row)
    db.session.flush()
    _record(f"chronology.{what.state}", subject, row)
    return row


def add(subject: Subject, what: Added) -> ChronologyEntry:
    """Add an entry of one's own.

    Raises:
        NotAllowed: the viewer may not write.
        Invalid: the contact that it comes from is none that they may open.
    """
    require("chronology.write")
    subject = _held(subject)
    contact_id = _contact_named(what.reference)
    row = ChronologyEntry(
        **_anchor(subject, contact_id),
        kind=OWN,
        source_id=new_id(),
        state="added",
        happened=what.happened,
        original=what.words,
        words=what.words,
        source=what.source,
        significance=what.significance,
        **_by_me(),
    )
    db.session.add(row)
    db.session.flush()
    _record("chronology.added", subject, row)
    return row


def review(subject: Subject, *, shown: Collection[str], words: str) -> ChronologyReview:
    """Say that all that was shown was looked at: what nobody touched is kept as it is drafted.

    What arrived since the page was made stays new, and so does what is not shown to them yet.

    Args:
        subject: whose chronology it is.
        shown: the keys of the entries that the viewer saw.
        words: what it adds up to, and what is known of the gaps; needed where there are any.

    Raises:
        NotAllowed: the viewer may not write.
        Invalid: something is missing, and nobody said what is known of that.
    """
    require("chronology.write")
    subject = _held(subject)
    entries = entries_of(subject)
    missing = gaps.gaps_of(subject, entries)
    if missing and not words.strip():
        raise Invalid("The review was not kept.", fields={"/words": [TO_SAY]})
    _keep_as_drafted(entry for entry in entries if entry.key in shown)
    row = ChronologyReview(
        **subject.anchor,
        reviewed_to=now(),
        reviewed_by_id=viewer().user_id,
        words=words.strip() or None,
        gaps=[gap.key for gap in missing],
        restricted=subject.restricted_ids,
    )
    db.session.add(row)
    db.session.flush()
    _record("chronology.reviewed", subject, row)
    return row


def _keep_as_drafted(entries: Iterable[Entry]) -> None:
    for entry in entries:
        if entry.state == "new" and not entry.is_kept_back:
            db.session.add(_row(entry, Touch(state="kept"), None))


def refuse_kept_back(entries: Iterable[Entry]) -> None:
    """Refuse to keep or hand on what the viewer is not shown yet.

    Raises:
        Conflict: one of the entries has words of a decision on which they have still to give a view of their own.
    """
    if any(entry.is_kept_back for entry in entries):
        raise Conflict(YOUR_VIEW)


def _held(subject: Subject) -> Subject:
    """Hold the child's record, or the contact, so that of two who write at once the second sees the first."""
    if subject.of == PERSON:
        queries.lock_people([subject.id])
    elif subject.parts:
        lock_contact(subject.parts[0].contact_id)
    db.session.flush()
    return found(subject.of, subject.id)


def _refuse_answered(entry: Entry, seen: UUID | None) -> None:
    if entry.row_id != seen and entry.at:
        raise Conflict(f"{entry.by} has looked at this at {moment(entry.at)}. Open the chronology again.")


def _refuse_incomplete(entry: Entry, what: Touch) -> None:
    wrong: dict[str, list[str]] = {}
    if what.state == "reworded" and not what.words.strip():
        wrong["/words"] = ["Write it in your own words."]
    if what.state == "dropped" and not what.reason.strip():
        wrong["/reason"] = ["Write why it is no part of the chronology."]
    if what.state == "kept" and entry.kind == OWN and not entry.is_dropped:
        wrong["/state"] = [NOT_OWN]
    if wrong:
        raise Invalid("Nothing was changed.", fields=wrong)


def _row(entry: Entry, what: Touch, before: ChronologyEntry | None) -> ChronologyEntry:
    draft = entry.draft
    own = before.words if before and before.kind == OWN else None
    state = "added" if own and what.state == "kept" else what.state
    where = (
        {"person_id": before.person_id, "participation_id": before.participation_id, "contact_id": before.contact_id}
        if before
        else _where(entry)
    )
    return ChronologyEntry(
        **where,
        kind=entry.kind,
        source_id=before.source_id if before else draft.source_id if draft else None,
        state=state,
        happened=draft.happened if draft else entry.happened,
        original=draft.words if draft else before.original if before else entry.words,
        words=what.words.strip() if what.state == "reworded" else own,
        source=draft.source if draft else entry.source,
        significance=what.significance or entry.significance,
        reason=what.reason.strip() or None if what.state == "dropped" else None,
        **_by_me(),
    )


def _where(entry: Entry) -> dict[str, UUID | None]:
    part = entry.draft.part if entry.draft else None
    if part:
        return {"participation_id": part.id, "person_id": None, "contact_id": part.contact_id}
    return {"participation_id": None, "person_id": entry.draft.person_id if entry.draft else None, "contact_id": None}


def _anchor(subject: Subject, contact_id: UUID | None) -> dict[str, UUID | None]:
    own = subject.parts[0].contact_id if subject.of != PERSON else None
    return {**subject.anchor, "contact_id": own or contact_id}


def _contact_named(reference: str) -> UUID | None:
    if not reference.strip():
        return None
    named = select(Contact.id).where(Contact.reference == reference.strip().upper(), Contact.received_at.is_not(None))
    contact_id = db.session.scalar(named)
    if contact_id is None:
        raise Invalid("The entry was not added.", fields={"/reference": [NO_CONTACT]})
    return contact_id


def _by_me() -> dict[str, object]:
    return {"made_by_id": viewer().user_id, "made_at": now()}


def _record(action: str, subject: Subject, row: ChronologyEntry | ChronologyReview) -> None:
    contact_id = row.contact_id if isinstance(row, ChronologyEntry) else None
    detail = {"of": subject.of, "id": str(subject.id)}
    audit.record(action, contact_id=contact_id, subject=("chronology", row.id), detail=detail)
