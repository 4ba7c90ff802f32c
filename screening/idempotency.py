"""A request that comes twice is answered twice and done once. The answer is kept in the transaction that it tells of.

A twin that comes while the first is still being written waits for it at the unique key, and then gets its answer.
Refusals are not kept: after a 4xx or a 5xx nothing was done, and the same key may be used again.
"""

import hashlib
from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from screening.access import viewer
from screening.db import Json, db, now
from screening.errors import BadRequest, Invalid
from screening.models import IdempotentAnswer

LONGEST_KEY = 200
Answer = tuple[int, Json]


def once(write: Callable[[], Answer], *, route: str, key: str, body: bytes) -> Answer:
    """Do a write once for this client, route and key; a repeat gets the first one's answer.

    Args:
        write: does it, and gives its status and answer. The caller opens the transaction around all of this.
        route: the method and path, so that one key may be used on two.
        key: what the client calls this request, 1 to 200 characters.
        body: as it came, to tell a repeat from another request under the same key.

    Raises:
        BadRequest: there is no key, or it is too long.
        Invalid: the key was used before with another body.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadRequest("Send an Idempotency-Key of 1 to 200 characters, new for each request that is not a repeat.")
    place = {"client": viewer().client or viewer().id, "route": route, "key": key}
    digest = hashlib.sha256(body).digest()
    first = insert(IdempotentAnswer).values(**place, body_sha256=digest, created_at=now()).on_conflict_do_nothing()
    if db.session.execute(first.returning(IdempotentAnswer.key)).first() is None:
        return _earlier(place, digest)
    status, answer = write()
    db.session.execute(update(IdempotentAnswer).filter_by(**place).values(status=status, answer=answer))
    return status, answer


def _earlier(place: dict[str, str], digest: bytes) -> Answer:
    row = db.session.scalars(select(IdempotentAnswer).filter_by(**place)).one()
    if row.body_sha256 != digest:
        message = "This Idempotency-Key was used before with another body. Use a new key, or send the same body."
        raise Invalid(message, fields={"": ["The body differs from the first one under this key."]})
    return row.status or 200, row.answer or {}
