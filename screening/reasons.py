"""Why an item of a queue asks for attention: each reason by itself, and taken away by what raised it alone.

`attention` is all of them in words, the newest first, for the lists; `reasons` is what they are made of. What accepting
the work answers is kept as read, so that it stands again where the acceptance is taken back.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from screening.db import Json, db, now
from screening.models import QueueItem
from screening.models.queue_item import OPEN_STATES

# It waits for somebody to have it, or for a place: over once they do, and of no use to the next team.
LADDER, PLACING = "ladder", "placing"
# Something is late. Which one is named after a colon: it ends when that comes, too.
CALL, CHECK, MESSAGE = "call", "check", "message"
# These end with what they wait for, whoever accepts the work meanwhile. `awaited` may name what, after a colon.
APPROVAL, AWAITED, SECOND_PERSON, UNSETTLED = "approval", "awaited", "second_person", "unsettled"
STANDS = frozenset({APPROVAL, AWAITED, SECOND_PERSON, UNSETTLED})


def give(item: QueueItem, words: str, *, cause: str | None = None) -> None:
    """Let an item ask for attention, in words without personal data; of one cause (None: the words) only the newest."""
    cause = cause or words
    kept = [reason for reason in _of(item) if reason["cause"] != cause]
    _keep(item, [{"cause": cause, "words": words, "at": now().isoformat()}, *kept])


def take_away(item: QueueItem, cause: str) -> None:
    """Take away what one cause gave."""
    if since(item, cause):
        _keep(item, [reason for reason in _of(item) if reason["cause"] != cause])


def settle(contact_id: UUID, cause: str) -> None:
    """Take away what one cause gave from all that is open of a contact."""
    asks = QueueItem.state.in_(OPEN_STATES), QueueItem.attention_at.is_not(None)
    question = select(QueueItem).where(QueueItem.contact_id == contact_id, *asks).order_by(QueueItem.seq)
    locked = question.with_for_update(of=QueueItem).execution_options(populate_existing=True)
    for item in db.session.scalars(locked):
        take_away(item, cause)
    db.session.flush()


def since(item: QueueItem, cause: str) -> datetime | None:
    """Say since when an item asks for attention by one cause; None where it does not."""
    given = (reason for reason in _of(item) if reason["cause"] == cause and _is_shown(reason))
    return next((_at(reason, "at") for reason in given), None)


def shown(item: QueueItem, *, but: Collection[str] = ()) -> list[str]:
    """List in words what an item asks attention for, the newest first; without the causes in `but`."""
    return _said([reason for reason in _of(item) if reason["cause"] not in but])


def asked(item: QueueItem) -> list[str]:
    """List all that an item asked attention for, read or not, the newest first, and why it is here; each once."""
    return list(dict.fromkeys([*(reason["words"] for reason in _of(item)), item.why]))


def accepted(item: QueueItem) -> None:
    """Keep as read what somebody has read who accepted the item; what waits for something else stands."""
    _read(item, [reason for reason in _of(item) if reason["cause"].partition(":")[0] not in STANDS])


def allocated(item: QueueItem) -> None:
    """Keep as read that nobody had the item; whoever was given it has read nothing else yet."""
    _read(item, [reason for reason in _of(item) if reason["cause"] == LADDER])


def restore(item: QueueItem) -> None:
    """Show again what was read by who gave the item up, since they had it."""
    again = [
        {**reason, "read_at": None} if _at(reason, "read_at") == item.accepted_at else reason for reason in _of(item)
    ]
    _keep(item, again)


def ended(item: QueueItem) -> None:
    """Let an item ask for no attention any more; what it asked for is kept with it."""
    item.attention = item.attention_at = None


def carry(old: QueueItem, new: QueueItem) -> None:
    """Let the item that takes another one's place ask for what that one asked, but for where it was to go."""
    asked = [reason for reason in old.reasons or [] if _is_shown(reason)]
    _keep(new, [*(new.reasons or []), *(reason for reason in asked if reason["cause"] not in (LADDER, PLACING))])


def _of(item: QueueItem) -> list[Json]:
    """Give an item's reasons, the newest first; what the release before wrote or took away counts."""
    reasons = list(item.reasons or [])
    if item.attention == _words(reasons):
        return reasons
    if item.attention is None or item.attention_at is None:
        return [reason if reason.get("read_at") else {**reason, "read_at": reason["at"]} for reason in reasons]
    told = {"cause": item.attention, "words": item.attention, "at": item.attention_at.isoformat()}
    return [told, *reasons]


def _keep(item: QueueItem, reasons: list[Json]) -> None:
    item.reasons, item.attention = reasons, _words(reasons)
    shown = [at for reason in reasons if _is_shown(reason) and (at := _at(reason, "at"))]
    item.attention_at = max(shown, default=None)


def _read(item: QueueItem, which: list[Json]) -> None:
    at = (item.accepted_at or now()).isoformat()
    _keep(item, [{**one, "read_at": at} if one in which and _is_shown(one) else one for one in _of(item)])


def _words(reasons: list[Json]) -> str | None:
    return " ".join(_said(reasons)) or None


def _said(reasons: list[Json]) -> list[str]:
    # Two causes may ask for the same, such as a second view that is denied: it is said once.
    return list(dict.fromkeys(reason["words"] for reason in reasons if _is_shown(reason)))


def _at(reason: Json, when: str) -> datetime | None:
    return datetime.fromisoformat(reason[when]) if reason.get(when) else None


def _is_shown(reason: Json) -> bool:
    return not reason.get("read_at")
