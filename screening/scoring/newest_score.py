"""The score of a contact that counts: its newest. One that is still being taken has none."""

from uuid import UUID

from sqlalchemy import Select, select

from screening.db import db
from screening.models import Screening


def newest_score(contact_id: UUID) -> Screening:
    """Find the newest score of a contact that was received.

    Raises:
        NoResultFound: it was never scored.
    """
    return db.session.scalars(_newest(contact_id)).one()


def newest_score_or_none(contact_id: UUID) -> Screening | None:
    """Find the newest score of a contact; None while it is being taken."""
    return db.session.scalar(_newest(contact_id))


def _newest(contact_id: UUID) -> Select[Screening]:
    return select(Screening).where(Screening.contact_id == contact_id).order_by(Screening.seq.desc()).limit(1)
