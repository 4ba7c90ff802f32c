"""What was read and written, by whom. `record()` writes in the transaction it speaks of; one linker chains afterwards.

The chain is apart from the entries so that writers never queue behind each other: whichever ringer holds the
advisory lock links committed entries that have no link yet. The key is not in the database, so that somebody with
the database alone can neither make the chain again nor write an entry: each carries a seal that the service made. An
entry deleted before its link (within about a second) is the stated limit.
"""

import hashlib
import hmac
import json
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert

from screening.access import viewer
from screening.db import db, new_id, now
from screening.models import AuditEntry, AuditLink

LINK_LOCK = 7_331_001
GENESIS = bytes(32)
# How far behind the newest link an entry may still commit and be linked by the next pass. `verify()` looks at all.
LATE_COMMITS = 100_000
# What an entry's seal is over, in this order.
SEALED = (
    "at", "id", "actor_kind", "actor_id", "action", "contact_id", "subject_kind", "subject_id", "detail",
)  # fmt: skip
_keys = {"own": ""}
# The closed list of what can stand in the audit: an action that is not here is refused.
ACTIONS = frozenset(
    {
        "contact.opened", "contact.draft_saved", "contact.sent", "contact.closed", "contact.taken_over",
        "contact.read", "contact.danger",
        "contact.list_read", "screening.made", "check.answered", "contact.routed", "queue.read", "queue.claimed",
        "queue.seen",
        "queue.accepted", "queue.returned", "queue.moved", "queue.allocated", "queue.raised", "queue.escalated",
        "decision.made", "decision.confirmed", "referral.created", "message.sent", "message.failed",
        "message.withheld", "message.written", "message.told_by_phone", "message.read", "task.parked", "task.retried",
        "session.signed_in", "session.refused", "session.signed_out", "access.refused", "token.made", "token.revoked",
        "user.written", "county.seeded", "county.written", "rules.published", "board.read", "audit.read",
    }
)  # fmt: skip


def record(
    action: str,
    *,
    contact_id: UUID | None = None,
    subject: tuple[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down that the viewer did this. `detail` holds ids, states and counts, never personal data.

    Raises:
        ValueError: the action is not on the closed list.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not an audit action. Add it to ACTIONS with its meaning.")
    who = viewer()
    kind, subject_id = subject or (None, None)
    entry = AuditEntry(
        at=now(),
        id=new_id(),
        actor_kind=who.kind,
        actor_id=who.id,
        action=action,
        contact_id=contact_id,
        subject_kind=kind,
        subject_id=None if subject_id is None else str(subject_id),
        detail=detail or {},
    )
    entry.seal = seal_of(_keys["own"], [getattr(entry, name) for name in SEALED])
    db.session.add(entry)


def use_key(key: str) -> None:
    """Take the key with which this process seals what it records; said once, when the app is made."""
    _keys["own"] = key


def seal_of(key: str, values: Sequence[Any]) -> bytes:
    """Compute an entry's seal: HMAC-SHA-256 over all of it but its number. `values` in the order of SEALED."""
    return hmac.new(key.encode(), _body(values), hashlib.sha256).digest()


def link_pending(key: str, *, most: int = 2000) -> int | None:
    """Chain committed entries that have no link yet, in order of `seq`; say how many.

    Returns None where another process is linking. The caller opens the transaction.
    """
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(LINK_LOCK))):
        return None
    n, prev = _head()
    links = []
    recent = AuditEntry.seq > _last_linked() - LATE_COMMITS
    for entry in db.session.execute(_unlinked().where(recent).limit(most)):
        n, prev_before = n + 1, prev
        prev = link_hash(key, n, prev_before, entry)
        links.append({"n": n, "entry_seq": entry.seq, "prev": prev_before, "hash": prev})
    if links:
        db.session.execute(insert(AuditLink), links)
    return len(links)


def _head() -> tuple[int, bytes]:
    last = db.session.execute(select(AuditLink.n, AuditLink.hash).order_by(AuditLink.n.desc()).limit(1)).first()
    return (last.n, last.hash) if last else (0, GENESIS)


def _last_linked() -> int:
    return db.session.scalar(select(AuditLink.entry_seq).order_by(AuditLink.n.desc()).limit(1)) or 0


def _columns() -> Any:
    return (AuditEntry.seq, *(getattr(AuditEntry, name) for name in SEALED), AuditEntry.seal)


def _unlinked() -> Any:
    # Committed entries without a link, wherever their seq stands: a slow transaction may commit a lower one late.
    linked = select(AuditLink.entry_seq).where(AuditLink.entry_seq == AuditEntry.seq).exists()
    return select(*_columns()).where(~linked).order_by(AuditEntry.seq)


def link_hash(key: str, n: int, prev: bytes, entry: Row[Any]) -> bytes:
    """Compute a link: HMAC-SHA-256 over its place, the link before, and every column of the entry."""
    return hmac.new(key.encode(), _body([n, prev, *entry]), hashlib.sha256).digest()


def _body(values: Iterable[Any]) -> bytes:
    plain = [_plain(value) for value in values]
    return json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else value


@dataclass(frozen=True)
class Verification:
    """The outcome of reading the whole chain. `problem` is None where it is whole."""

    links: int
    head: str
    problem: str | None


def verify(key: str, *, expect_head: str | None = None) -> Verification:
    """Read the chain from its first link and name the first place that is wrong.

    Finds entries that were edited, deleted, inserted or put in another order and, given the head that was noted
    outside, links cut off the end. Link pending entries first.
    """
    n, prev = 0, GENESIS
    seen_expected = expect_head in (None, prev.hex())
    with closing(_chain()) as chain:
        for link, entry in chain:
            problem = _first_problem(key, n + 1, prev, (link, entry))
            if problem:
                return Verification(n, prev.hex(), problem)
            n, prev = link.n, link.hash
            seen_expected = seen_expected or prev.hex() == expect_head
    if not seen_expected:
        return Verification(n, prev.hex(), "The expected head is not in the chain: its end was cut off or made again.")
    stray = db.session.execute(_unlinked().limit(1)).first()
    problem = f"Entry {stray.seq} has no link: it was inserted after the linker ran." if stray else None
    return Verification(n, prev.hex(), problem)


def _chain() -> Generator[tuple[Any, Row[Any] | None], None, None]:
    query = (
        select(AuditLink.n, AuditLink.prev, AuditLink.hash, AuditLink.entry_seq, *_columns())
        .outerjoin(AuditEntry, AuditEntry.seq == AuditLink.entry_seq)
        .order_by(AuditLink.n)
        .execution_options(yield_per=5000)
    )
    with db.session.execute(query) as rows:
        for row in rows:
            yield row, (row[4:] if row.at is not None else None)  # type: ignore[misc]


def _first_problem(key: str, expected_n: int, prev: bytes, found: tuple[Any, Any]) -> str | None:
    link, entry = found
    if link.n != expected_n:
        return f"Link {expected_n} is missing: the next one found is {link.n}."
    if entry is None:
        return f"Entry {link.entry_seq} at link {link.n} was deleted."
    if link.prev != prev or link.hash != link_hash(key, link.n, prev, entry):
        return f"Entry {link.entry_seq} at link {link.n} was edited, or its link was put in another place."
    # Linked though it never came from the service: it was inserted before the linker ran.
    if entry[-1] != seal_of(key, entry[1:-1]):
        return f"Entry {link.entry_seq} at link {link.n} was inserted: it does not carry the service's seal."
    return None


def oldest_unlinked_age() -> timedelta | None:
    """Say how long the oldest unlinked entry has waited; more than 10 s is an alarm."""
    at = db.session.scalar(_unlinked().with_only_columns(AuditEntry.at).limit(1))
    return None if at is None else now() - at


def role_may_change_audit() -> bool:
    """Say whether the database role of this process could edit or delete entries. It must not."""
    question = text("select has_table_privilege('audit', 'UPDATE') or has_table_privilege('audit', 'DELETE')")
    return bool(db.session.scalar(question))
