"""The disagreements that wait for an answer, as far as the viewer may answer them; reads only, and audited."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from screening import audit
from screening.access import viewer
from screening.db import db
from screening.errors import NotFound
from screening.messages.disagreements import whom
from screening.messages.disagreements.service import NOT_FOUND
from screening.models import Contact, Disagreement

MOST_ROWS = 200


def waiting() -> list[Disagreement]:
    """List what waits for the viewer, next to breach first: of their teams, or of nobody; never what they decided."""
    found = _found(and_(Disagreement.answered_at.is_(None), _mine()))
    parts = whom.had_parts({row.contact_id for row in found})
    mine = [row for row in found if viewer().user_id not in parts[row.contact_id]]
    audit.record("disagreement.list_read", detail={"disagreements": [str(row.id) for row in mine]})
    return mine


def answered() -> list[Disagreement]:
    """List what was answered of the viewer's teams, the newest first."""
    return _found(and_(Disagreement.answered_at.is_not(None), _mine()))[::-1][:20]


def one(disagreement_id: UUID) -> Disagreement:
    """Find one.

    Raises:
        NotFound: there is none that the viewer may know of.
    """
    found = _found(Disagreement.id == disagreement_id)
    if not found:
        raise NotFound(NOT_FOUND)
    audit.record("disagreement.read", contact_id=found[0].contact_id, subject=("disagreement", found[0].id))
    return found[0]


def of_contact(contact: Contact) -> list[Disagreement]:
    """List those about a contact, oldest first."""
    return _found(Disagreement.contact_id == contact.id)


def before(found: Disagreement) -> list[Disagreement]:
    """List what was said and answered before, oldest first, where somebody disagrees with an answer."""
    rows, chain, about_id = {row.id: row for row in of_contact(found.contact)}, [], found.about_id
    while about_id is not None and about_id in rows:
        chain.append(rows[about_id])
        about_id = chain[-1].about_id
    return chain[::-1]


def _mine() -> ColumnElement[bool]:
    return or_(Disagreement.team_id.in_(viewer().team_ids), Disagreement.team_id.is_(None))


def _found(which: ColumnElement[bool]) -> list[Disagreement]:
    # The contact is a column of the answer, so that the viewer's reach is a part of the question.
    question = (
        select(Disagreement, Contact)
        .join(Contact, Contact.id == Disagreement.contact_id)
        .options(
            contains_eager(Disagreement.contact), joinedload(Disagreement.team), joinedload(Disagreement.answered_by)
        )
        .where(which)
        .order_by(Disagreement.due_at, Disagreement.seq)
        .limit(MOST_ROWS)
    )
    return [row for row, _ in db.session.execute(question)]
