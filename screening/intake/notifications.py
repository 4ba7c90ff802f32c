"""Notifications by the file: each line lands once, however often it is sent; what cannot land is kept for a person."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from routing_rules import clocks
from screening import audit, validation
from screening.access import viewer
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db, new_id, now
from screening.errors import Invalid, NotFound, ScreeningError
from screening.intake.csv_reading import COLUMN_OF, COLUMNS, Line, to_body
from screening.models import Contact, ImportedFile, ImportedRow, QueueItem
from screening.models.queue_item import OPEN_STATES
from screening.queues import service as queues
from screening.sealing import seal, unseal

MOST_FILES = 50
CHANGED = "This reference came before with other words: {reference}. Read both, and add to that contact."
# Lines of one address are locked in turn, so that two who send one file do not land a line twice.
LINE_LOCK = 7_331_900


@dataclass(frozen=True)
class Came:
    """What became of a file so far."""

    file: ImportedFile
    landed: int
    before: int
    refused: int


def file_of(content: bytes, lines: int) -> ImportedFile:
    """Find a file by its content, or begin it."""
    sha256 = hashlib.sha256(content).digest()
    db.session.execute(select(func.pg_advisory_xact_lock(LINE_LOCK)))
    found = db.session.scalar(select(ImportedFile).where(ImportedFile.sha256 == sha256))
    if found is None:
        found = ImportedFile(
            id=new_id(), sha256=sha256, imported_at=now(), imported_by_id=viewer().user_id, lines=lines
        )
        db.session.add(found)
        db.session.flush()
        audit.record("import.received", subject=("imported_file", found.id), detail={"lines": lines})
    return found


def land(file: ImportedFile, line: Line, key: bytes) -> ImportedRow:
    """Make a line a contact, once; or keep it with what is wrong. A line of this file that was read stays as it is.

    The caller opens a transaction for each line, so that one that fails takes no other with it.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(LINE_LOCK)))
    read = db.session.scalar(select(ImportedRow).where(ImportedRow.file_id == file.id, ImportedRow.line == line.number))
    if read is not None:
        return read
    row = ImportedRow(
        id=new_id(),
        file_id=file.id,
        line=line.number,
        row_key=line.key,
        digest=line.digest,
        household=audit.hashed(line.home)[:32] if line.home else None,
        problems={},
    )
    _settle(row, line, key)
    db.session.add(row)
    db.session.flush()
    return row


def _settle(row: ImportedRow, line: Line, key: bytes) -> None:
    problems = dict(line.problems)
    earlier = _landed_before(line.key)
    if earlier is not None and earlier.digest == row.digest:
        row.state, row.contact_id = "before", earlier.contact_id
        return
    if earlier is not None:
        problems["reference"] = [CHANGED.format(reference=_reference_of(earlier))]
    if not problems:
        problems = _received(row, line)
    if problems:
        row.state, row.problems = "refused", problems
        row.sealed = seal(key, json.dumps(line.values, ensure_ascii=False), bound_to=f"import/{row.id}")


def _received(row: ImportedRow, line: Line) -> dict[str, list[str]]:
    try:
        with db.session.begin_nested():
            body = validation.load(ContactSchema(), to_body(line, clocks.london_date(now())))
            row.contact_id = service.receive_sent(body=body).id
    except Invalid as problem:
        return {COLUMN_OF.get(pointer, pointer or "line"): words for pointer, words in problem.fields.items()}
    row.state = "landed"
    return {}


def _landed_before(reference: str | None) -> ImportedRow | None:
    if reference is None:
        return None
    question = select(ImportedRow).where(ImportedRow.row_key == reference, ImportedRow.state == "landed")
    return db.session.scalar(question)


def _reference_of(row: ImportedRow) -> str:
    contact = db.session.get(Contact, row.contact_id)
    return contact.reference if contact else "a contact that you may not see"


def came(file: ImportedFile) -> Came:
    """Count what became of a file's lines."""
    question = select(ImportedRow.state, func.count()).where(ImportedRow.file_id == file.id).group_by(ImportedRow.state)
    counts: dict[str, int] = dict(db.session.execute(question).all())
    return Came(file, counts.get("landed", 0), counts.get("before", 0), counts.get("refused", 0))


def files() -> list[Came]:
    """List the newest files with what became of them."""
    newest = select(ImportedFile).order_by(ImportedFile.seq.desc()).limit(MOST_FILES)
    return [came(file) for file in db.session.scalars(newest)]


def file_by_id(file_id: Any) -> ImportedFile:
    """Find a file.

    Raises:
        NotFound: there is none.
    """
    file = db.session.get(ImportedFile, file_id)
    if file is None:
        raise NotFound("There is no such file. Look at the list of files again.")
    return file


def refused_of(file: ImportedFile) -> list[ImportedRow]:
    """List a file's refused lines, in its order."""
    question = select(ImportedRow).where(ImportedRow.file_id == file.id, ImportedRow.state == "refused")
    return list(db.session.scalars(question.order_by(ImportedRow.line)))


def refused_as_csv(file: ImportedFile, key: bytes) -> str:
    """Give the refused lines as a file to mend and send again; its columns are those that are read."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in refused_of(file):
        writer.writerow(json.loads(unseal(key, row.sealed or b"", bound_to=f"import/{row.id}")))
    return out.getvalue()


def note_downloaded(file_id: Any) -> None:
    """Write down that somebody took the refused lines away: they name people."""
    audit.record("import.read", subject=("imported_file", file_id), detail={"part": "refused"})


def to_sort(file: ImportedFile) -> list[list[tuple[Contact, QueueItem | None]]]:
    """List a file's contacts with who holds each, those of one home together, homes with more children first.

    Only contacts in the viewer's reach; what is shown is audited.
    """
    question = (
        select(Contact, ImportedRow, QueueItem)
        .join(ImportedRow, ImportedRow.contact_id == Contact.id)
        .outerjoin(
            QueueItem,
            (QueueItem.contact_id == Contact.id) & QueueItem.leads & QueueItem.state.in_(OPEN_STATES),
        )
        .where(ImportedRow.file_id == file.id)
        .order_by(ImportedRow.line)
    )
    homes: dict[str, list[tuple[Contact, QueueItem | None]]] = {}
    for contact, row, item in db.session.execute(question):
        homes.setdefault(row.household or str(row.id), []).append((contact, item))
    shown = [str(contact.id) for home in homes.values() for contact, _ in home]
    audit.record("import.read", subject=("imported_file", file.id), detail={"contacts": shown})
    return sorted(homes.values(), key=len, reverse=True)


def assign(chosen: Sequence[tuple[Any, int]], *, to_team: str, to_user: str, reason: str) -> dict[str, str]:
    """Pass items on to a team, or give them to a member of their own team: each by itself. Nothing is decided.

    Args:
        chosen: (id of the item, its version as it was seen).
        to_team: where they go; blank to leave them where they are.
        to_user: who is to have them; blank for nobody yet.
        reason: why, as for one.

    Returns:
        What was not done, by the id of its item, with why. The rest is done.
    """
    left: dict[str, str] = {}
    for item_id, version in chosen:
        try:
            with db.session.begin_nested():
                if to_team:
                    queues.transfer(item_id, version=version, reason=reason, to_team=to_team)
                else:
                    queues.allocate(item_id, version=version, to_user=to_user, override_reason=reason or None)
        except ScreeningError as problem:
            words = [word for said in problem.fields.values() for word in said]
            left[str(item_id)] = " ".join([problem.message, *words])
    return left
