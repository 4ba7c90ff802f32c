"""Earlier contacts from the same telephone number: how many and when; which, only to who may know of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Contact, Referrer
from screening.telephones import e164

MOST_SHOWN = 5
MOST_COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What came from a number before. `seen` are those that the viewer may open, newest first."""

    count: int
    last_at: datetime | None
    seen: list[Contact]


def earlier(number: str, contact_id: UUID | None = None) -> Earlier | None:
    """Look up earlier contacts from a number, which is audited as a search; None where it is no number.

    Whoever takes a call learns that it is not the first. A restricted contact counts for its named readers alone.
    `contact_id` is the call at hand, which does not count.
    """
    said = e164(number)
    if said is None:
        return None
    with viewing(worker_viewer("callers")):
        open_to_all = [one.first_received_at for one in _from(said, contact_id) if not one.restricted]
    seen = _from(said, contact_id)
    at = sorted([*open_to_all, *(one.first_received_at for one in seen if one.restricted)], reverse=True)
    shown = seen[:MOST_SHOWN]
    detail = {"terms": {"phone": audit.hashed(said)}, "shown": [str(one.id) for one in shown], "count": len(at)}
    audit.record("contact.searched_by_number", contact_id=contact_id, detail=detail)
    return Earlier(count=len(at), last_at=at[0] if at else None, seen=shown)


def _from(said: str, but: UUID | None) -> list[Contact]:
    question = select(Contact).where(Contact.id.in_(select(Referrer.contact_id).where(Referrer.phone_e164 == said)))
    others = question.where(Contact.id != but) if but else question
    newest_first = others.order_by(Contact.first_received_at.desc(), Contact.seq.desc())
    return list(db.session.scalars(newest_first.limit(MOST_COUNTED)))
