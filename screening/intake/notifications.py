"""Notifications by the file: each line lands once, however often it is sent; what cannot land is kept for a person."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from routing_rules import clocks
from screening import audit, validation
from screening.access import viewer
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db, new_id, now
from screening.errors import Invalid, NotFound, ScreeningError
from screening.intake.csv_reading import Line, column_of, people_of, to_body
from screening.models import Contact, ImportedFile, ImportedRow, QueueItem
from screening.models.queue_item import OPEN_STATES
from screening.queues import service as queues
from screening.sealing import seal

MOST_FILES = 50
CHANGED = "This reference came before with other words. Read both, and add to that contact."
WITH_OTHERS = "Another line of the same reference is wrong, so none of them landed. Mend that one."
UNEXPECTED = "It could not be read, and nobody foresaw why. Tell support, and enter it by hand now."
# Where the cells beyond the last column are kept: no column has this name.
BEYOND = ""
# Lines of one address are locked in turn, so that two who send one file do not land a line twice.
LINE_LOCK = 7_331_900


@dataclass(frozen=True)
class Came:
    """What became of a file so far."""

    file: ImportedFile
    landed: int
    before: int
    refused: int

    @property
    def not_read(self) -> int:
        """How many of its lines nothing is known of: it stopped on the way."""
        return self.file.lines - self.landed - self.before - self.refused


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


def land(file: ImportedFile, lines: list[Line], key: bytes) -> None:
    """Make lines of one reference a contact, once; or keep them with what is wrong. What was read stays as it is.

    The caller opens a transaction for each reference, so that one that fails takes no other with it.
    """
    left = _not_read(file, lines)
    earlier = _landed_before(lines[0].key)
    if earlier:
        for line in left:
            _beside_earlier(file, line, earlier, key)
        return
    problems = {line.number: line.problems for line in left if line.problems}
    if left and not problems:
        problems = _received(file, left)
    if problems:
        _refuse(file, left, problems, key)


def keep_unexpected(file: ImportedFile, lines: list[Line], key: bytes) -> None:
    """Keep lines that could not be read for a reason that nobody foresaw, so that they take no others with them."""
    left = _not_read(file, lines)
    _refuse(file, left, {line.number: {"line": [UNEXPECTED]} for line in left}, key)


def _not_read(file: ImportedFile, lines: list[Line]) -> list[Line]:
    db.session.execute(select(func.pg_advisory_xact_lock(LINE_LOCK)))
    read = set(db.session.scalars(select(ImportedRow.line).where(ImportedRow.file_id == file.id)))
    return [line for line in lines if line.number not in read]


def _row(file: ImportedFile, line: Line, **settled: Any) -> ImportedRow:
    household = audit.hashed(line.home)[:32] if line.home else None
    return ImportedRow(
        file_id=file.id,
        line=line.number,
        digest=line.digest,
        household=household,
        **{"id": new_id(), "row_key": line.key, "problems": {}, **settled},
    )


def _received(file: ImportedFile, lines: list[Line]) -> dict[int, dict[str, list[str]]]:
    today = clocks.london_date(now())
    try:
        with db.session.begin_nested():
            body = validation.load(ContactSchema(), to_body(lines, today))
            contact_id = service.receive_sent(body=body).id
    except Invalid as problem:
        return _by_line(problem, lines, today)
    for place, line in enumerate(lines):
        # One row alone bears the reference: it can land once, whatever it is sent with.
        row_key = line.key if place == 0 else None
        db.session.add(_row(file, line, state="landed", contact_id=contact_id, row_key=row_key))
    db.session.flush()
    return {}


def _by_line(problem: Invalid, lines: list[Line], today: date) -> dict[int, dict[str, list[str]]]:
    wrong: dict[int, dict[str, list[str]]] = {}
    for pointer, words in problem.fields.items():
        column, place = column_of(pointer)
        role = pointer.split("/")[1] if "/" in pointer else ""
        people = people_of(lines, today, role) if role in ("children", "adults") else []
        line = people[place][0] if place < len(people) else lines[0]
        wrong.setdefault(line.number, {})[column] = words
    return wrong


def _refuse(
    file: ImportedFile, lines: list[Line], problems: dict[int, dict[str, list[str]]], key: bytes, **more: Any
) -> None:
    for line in lines:
        # Lines of one reference land together or not at all.
        wrong = problems.get(line.number, {"line": [WITH_OTHERS]})
        row_id = new_id()
        said = json.dumps(line.values | {BEYOND: line.beyond}, ensure_ascii=False)
        sealed = seal(key, said, bound_to=f"import/{row_id}")
        db.session.add(_row(file, line, id=row_id, state="refused", problems=wrong, sealed=sealed, **more))
    db.session.flush()


def _landed_before(reference: str | None) -> list[ImportedRow]:
    """Find the rows that landed under a reference: all those of its contact."""
    if reference is None:
        return []
    first = select(ImportedRow.contact_id).where(ImportedRow.row_key == reference, ImportedRow.state == "landed")
    question = select(ImportedRow).where(ImportedRow.contact_id.in_(first), ImportedRow.state == "landed")
    return list(db.session.scalars(question))


def _beside_earlier(file: ImportedFile, line: Line, earlier: list[ImportedRow], key: bytes) -> None:
    contact_id = earlier[0].contact_id
    if line.digest in {row.digest for row in earlier}:
        db.session.add(_row(file, line, state="before", contact_id=contact_id))
        db.session.flush()
    else:
        # Which contact it is, a page tells whoever may see it.
        _refuse(file, [line], {line.number: {"reference": [CHANGED]}}, key, contact_id=contact_id)


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
        .where(ImportedRow.file_id == file.id, ImportedRow.state != "refused")
        .order_by(ImportedRow.line)
    )
    homes: dict[str, list[tuple[Contact, QueueItem | None]]] = {}
    seen: set[Any] = set()
    for contact, row, item in db.session.execute(question):
        # Several lines may be one contact: it stands once, with the home of the first.
        if contact.id not in seen:
            homes.setdefault(row.household or str(row.id), []).append((contact, item))
        seen.add(contact.id)
    shown = [str(contact.id) for home in homes.values() for contact, _ in home]
    audit.record("import.read", subject=("imported_file", file.id), detail={"contacts": shown})
    return sorted(homes.values(), key=len, reverse=True)


def assign(
    chosen: Sequence[tuple[Any, int]], *, to_team: str, to_user: str, reason: str, override_reason: str
) -> dict[str, str]:
    """Pass items on to a team, or give them to a member of their own team: each by itself. Nothing is decided.

    Args:
        chosen: (id of the item, its version as it was seen).
        to_team: where they go; blank to leave them where they are.
        to_user: who is to have them; blank for nobody yet.
        reason: why it is passed on to a team, as for one.
        override_reason: why it is given to somebody whose caseload is full or who is away, as for one.

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
                    queues.allocate(item_id, version=version, to_user=to_user, override_reason=override_reason)
        except ScreeningError as problem:
            words = [word for said in problem.fields.values() for word in said]
            left[str(item_id)] = " ".join([problem.message, *words])
    return left
