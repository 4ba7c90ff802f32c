"""E-mail that was not taken: written down, and listed until a person says that they rang whoever sent it."""

import hashlib
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from screening import audit
from screening.access import viewer
from screening.config import Settings
from screening.db import db, new_id, now
from screening.errors import NotFound
from screening.models import RefusedEmail
from screening.sealing import seal, unseal

TOO_LARGE, UNREADABLE, NOT_KEPT = "too_large", "unreadable", "not_kept"
REFUSALS = {
    TOO_LARGE: "It was larger than we take.",
    UNREADABLE: "It was no e-mail that can be read.",
    NOT_KEPT: "It could not be kept, though it came more than once. Tell support.",
    # Letters are taken today whatever is attached; these were refused before.
    "wrong_kind": "An attachment was of a kind that we did not take.",
    "too_many": "It had more attachments than we took.",
}
MOST_SHOWN = 200


def refuse(reason: str, size: int, sender: str, settings: Settings) -> None:
    """Write down that an e-mail was not taken, so that somebody rings who sent it."""
    row = _row(reason, size, sender, settings)
    db.session.add(row)
    audit.record("email.refused", subject=("refused_email", row.id), detail={"reason": reason, "size": size})


def count_not_kept(raw: bytes, sender: str, settings: Settings) -> None:
    """Count a message that could not be kept: one that comes again and still cannot be has to be rung about."""
    new = _row(NOT_KEPT, len(raw), sender, settings)
    values = {"id": new.id, "came_at": new.came_at, "reason": NOT_KEPT, "size": new.size, "sealed": new.sealed}
    question = insert(RefusedEmail).values(key=_key(raw), **values)
    again = question.on_conflict_do_update(index_elements=["key"], set_={"tries": RefusedEmail.tries + 1})
    tries = db.session.execute(again.returning(RefusedEmail.tries)).scalar_one()
    audit.record("email.not_kept", detail={"tries": tries, "size": len(raw)})


def kept_after_all(raw: bytes) -> None:
    """Take a message off the list that could be kept when it came again."""
    mine = update(RefusedEmail).where(RefusedEmail.key == _key(raw), RefusedEmail.rung_at.is_(None))
    db.session.execute(mine.values(rung_at=now()))


def waiting() -> list[RefusedEmail]:
    """List what was not taken and nobody rang about yet, the first first."""
    question = select(RefusedEmail).where(RefusedEmail.waits()).order_by(RefusedEmail.seq)
    return list(db.session.scalars(question.limit(MOST_SHOWN)))


def ring(refused_id: UUID) -> None:
    """Say that the viewer rang whoever sent it. Once said it stays as it was said first.

    Raises:
        NotFound: there is none.
    """
    row = db.session.get(RefusedEmail, refused_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such e-mail. Look at the list again.")
    if row.rung_at is None:
        row.rung_at, row.rung_by_id = now(), viewer().user_id
        audit.record("email.refused_rung", subject=("refused_email", row.id))


def sender_of(row: RefusedEmail, settings: Settings) -> str:
    """Say who sent it, by its own word."""
    return unseal(settings.draft_key, row.sealed, bound_to=f"refused/{row.id}")


def _row(reason: str, size: int, sender: str, settings: Settings) -> RefusedEmail:
    refused_id = new_id()
    sealed = seal(settings.draft_key, sender, bound_to=f"refused/{refused_id}")
    return RefusedEmail(id=refused_id, came_at=now(), reason=reason, size=size, sealed=sealed)


def _key(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()
