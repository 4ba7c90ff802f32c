"""Lines of a file that could not land: what is wrong with each, and all of them as a file to mend and send again."""

import csv
import io
import json
from typing import Any

from sqlalchemy import select

from screening import audit
from screening.db import db
from screening.intake.csv_reading import COLUMNS, quoted
from screening.intake.notifications import BEYOND
from screening.models import Contact, ImportedFile, ImportedRow
from screening.sealing import unseal


def refused_of(file: ImportedFile) -> list[ImportedRow]:
    """List a file's refused lines, in its order."""
    question = select(ImportedRow).where(ImportedRow.file_id == file.id, ImportedRow.state == "refused")
    return list(db.session.scalars(question.order_by(ImportedRow.line)))


def references_of(rows: list[ImportedRow]) -> dict[Any, str]:
    """Tell the references of the contacts that refused lines came after, by id: those in the viewer's reach."""
    wanted = {row.contact_id for row in rows if row.contact_id}
    found = db.session.scalars(select(Contact).where(Contact.id.in_(wanted))).all() if wanted else []
    return {contact.id: contact.reference for contact in found}


def as_csv(file: ImportedFile, key: bytes) -> str:
    """Give the refused lines as a file; its columns are those that are read, with what stood beyond them at the end."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in refused_of(file):
        said = json.loads(unseal(key, row.sealed or b"", bound_to=f"import/{row.id}"))
        writer.writerow(map(quoted, [*(said.get(name, "") for name in COLUMNS), *said.get(BEYOND, ())]))
    return out.getvalue()


def note_downloaded(file_id: Any) -> None:
    """Write down that somebody took the refused lines away: they name people."""
    audit.record("import.read", subject=("imported_file", file_id), detail={"part": "refused"})
