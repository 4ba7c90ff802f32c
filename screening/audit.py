"""What was read and written, by whom. `record()` writes in the transaction it speaks of; one linker chains afterwards.

The chain is apart from the entries so that writers never queue behind each other: whichever ringer holds the
advisory lock links committed entries that have no link yet. The key is not in the database, so that somebody with
the database alone can neither make the chain again nor write an entry: each carries a seal that the service made over
all of it, and a link is over the seal. An entry deleted together with its promise of a link, before it has one (within
about a second), is the stated limit.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Row, Text, any_, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from screening.access import viewer
from screening.db import db, new_id, now
from screening.models import AuditEntry, AuditLink
from screening.models.audit_entry import AuditPending

LINK_LOCK = 7_331_001
GENESIS = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a link is over where the entry did not carry the service's seal when it was linked.
UNSEALED = b"not sealed"
# How many links `verify()` reads at once.
BLOCK = 10_000
FAR_APART = 10 * BLOCK
# What an entry's seal is over, in this order.
SEALED = (
    "at", "id", "actor_kind", "actor_id", "action", "contact_id", "subject_kind", "subject_id", "detail",
)  # fmt: skip
_keys = {"own": ""}
# The closed list of what can stand in the audit: an action that is not here is refused.
ACTIONS = frozenset(
    {
        "contact.opened", "contact.draft_saved", "contact.sent", "contact.closed", "contact.taken_over",
        "contact.opened_again",
        "contact.read", "contact.danger", "contact.added_to", "contact.cue_set_aside", "contact.own_view",
        "call_safe.turned_on", "call_safe.turned_off",
        "consultation.asked", "consultation.answered", "consultation.escalated",
        "contact.missing_noted", "contact.missing_found",
        "contact.take_over_asked", "contact.late", "contact.searched_by_number",
        "callback.promised", "callback.tried", "callback.decided", "callback.taken_over", "callback.raised",
        "callback.ended", "callback.read", "callback.list_read",
        "danger.raised", "danger.acknowledged", "danger.escalated",
        "contact.list_read", "screening.made", "check.answered", "check.asked", "check.shared",
        "check.withheld", "check.withdrawn", "check.chased", "check.list_read", "check.form_read", "contact.routed",
        "queue.read", "queue.claimed",
        "queue.seen",
        "queue.accepted", "queue.returned", "queue.moved", "queue.allocated", "queue.raised", "queue.escalated",
        "queue.lowered",
        "queue.undone", "escalation.told", "escalation.taken", "escalation.over", "escalation.read",
        "queue.threshold_view",
        "chronology.read", "chronology.kept", "chronology.reworded", "chronology.dropped", "chronology.added",
        "chronology.reviewed", "chronology.overridden", "chronology.copied", "chronology.copy_read",
        "awaited.began", "awaited.tried", "awaited.ended", "awaited.late", "awaited.read", "awaited.list_read",
        "strategy.called", "strategy.recorded", "strategy.action_done", "strategy.read", "referral.need_said",
        "decision.begun", "decision.made", "decision.confirmed", "referral.created", "message.sent", "message.failed",
        "message.taken", "message.raised", "reply.opened", "reply.kept",
        "disagreement.made", "disagreement.placed", "disagreement.answered", "disagreement.read",
        "disagreement.list_read",
        "message.withheld", "message.written", "message.told_by_phone", "message.read", "task.parked", "task.retried",
        "sharing.recorded", "sharing.answered", "do_not_alert.set", "do_not_alert.ended",
        "session.signed_in", "session.refused", "session.signed_out", "access.refused", "token.made", "token.revoked",
        "display.left", "display.ended",
        "rota.written", "rota.withdrawn", "team.hours_changed",
        "staff.skills", "staff.leave_written", "staff.leave_withdrawn",
        "handover.composed", "handover.read", "handover.words_added", "handover.opened", "handover.signed",
        "handover.escalated", "handover.added_to", "handover.still_held",
        "night.triaged", "night.countersigned", "night.page_read",
        "decision.agreed_by_telephone", "decision.countersigned", "decision.countersign_late",
        "referral.withdrawn", "referral.stands_again", "contact.reopened",
        "decision.asked_again", "decision.taken_back",
        "user.written", "county.seeded", "county.written", "rules.published", "rules.drafted", "rules.changed",
        "rules.proposed", "rules.withdrawn", "rules.adopted", "rules.discarded", "rules.replayed", "rules.replay_read",
        "board.read", "calibration.read", "audit.read", "people.searched", "people.loaded", "people.reindexed",
        "involvements.loaded", "referral.sent", "referral.acknowledged", "referral.compared",
        "person.read", "person.address_read", "person.changed", "person.alert", "person.candidates_read",
        "link.answered", "child.settled", "person.withheld", "person.withheld_read", "person.withheld_seen_to",
        "paper.printed", "paper.entered", "paper.spoiled", "import.received", "import.read",
        "web_form.asked", "web_form.refused", "web_form.sent", "web_form.begun",
        "email.received", "email.refused", "email.refused_rung", "email.not_kept", "email.opened", "email.scanned",
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


def hashed(term: str) -> str:
    """Hash what was looked for under this process's key: the same term is told again, and nobody can read it."""
    return _Hasher(_keys["own"]).term(term)


def seal_of(key: str, values: Sequence[Any]) -> bytes:
    """Compute an entry's seal: HMAC-SHA-256 over all of it but its number. `values` in the order of SEALED."""
    at, *others = values
    return _Hasher(key).seal([(at - EPOCH) // timedelta(microseconds=1), *others])


class _Hasher:
    """Computes seals and links under one key, which it takes in once: half of the work for texts as short as these."""

    def __init__(self, key: str) -> None:
        self._keyed = hmac.new(key.encode(), digestmod=hashlib.sha256)

    def seal(self, values: Sequence[Any]) -> bytes:
        """Seal an entry: `values` as SEALED, its time in microseconds from EPOCH on."""
        return self._hash(_body(values).encode())

    def has_sealed(self, entry: Sequence[Any]) -> bool:
        """Say whether an entry, as `_columns()` reads it, carries the seal that it must."""
        _, seal, *values, detail = entry
        return bool(seal == self.seal([*values, _detail(detail)]))

    def link(self, n: int, prev: bytes, seq: int, seal: bytes) -> bytes:
        """Hash a link: over its place, the link before, and the entry's number and seal, which stands for the rest.

        No seal is over a text that begins as this one does.
        """
        return self._hash(b"link %d %d %b %b" % (n, seq, prev, seal))

    def term(self, term: str) -> str:
        """Hash a term that was looked for; no seal or link is over a text that begins as this one does."""
        return self._hash(b"term %b" % term.encode()).hex()

    def _hash(self, text: bytes) -> bytes:
        hashing = self._keyed.copy()
        hashing.update(text)
        return hashing.digest()


_body = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode
_detail = json.JSONDecoder().decode


def link_pending(key: str, *, most: int = 2000) -> int | None:
    """Chain committed entries that have no link yet, in order of `seq`; say how many.

    Returns None where another process is linking. The caller opens the transaction.
    """
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(LINK_LOCK))):
        return None
    hasher = _Hasher(key)
    entries = _pending(most)
    n, prev = _head() if entries else (0, GENESIS)
    links = []
    for entry in entries:
        # One that does not carry the service's seal is linked as what it is, so that editing is told from inserting.
        seal = entry.seal if hasher.has_sealed(entry) else UNSEALED
        n, before, prev = n + 1, prev, hasher.link(n + 1, prev, entry.seq, seal)
        links.append({"n": n, "entry_seq": entry.seq, "prev": before, "hash": prev})
    if links:
        db.session.execute(insert(AuditLink), links)
        db.session.execute(delete(AuditPending).where(AuditPending.seq.in_([entry.seq for entry in entries])))
    return len(links)


def _pending(most: int) -> Sequence[Row[Any]]:
    question = select(AuditPending.seq, AuditPending.at).order_by(AuditPending.seq).limit(most)
    promised = db.session.execute(question).all()
    if not promised:
        return []
    # Said with their times, so that only the months they are in are looked into.
    seqs, times = zip(*promised, strict=True)
    within = AuditEntry.seq.in_(seqs), AuditEntry.at.between(min(times), max(times))
    return db.session.execute(select(*_columns()).where(*within).order_by(AuditEntry.seq)).all()


def _head() -> tuple[int, bytes]:
    last = db.session.execute(select(AuditLink.n, AuditLink.hash).order_by(AuditLink.n.desc()).limit(1)).first()
    return (last.n, last.hash) if last else (0, GENESIS)


def _columns() -> tuple[Any, ...]:
    # As they are sealed, so that Python need not make times and ids of them, and texts of these again.
    microseconds = cast(func.extract("epoch", AuditEntry.at) * 1_000_000, BigInteger)
    as_texts = {name: cast(getattr(AuditEntry, name), Text) for name in ("id", "contact_id", "detail")}
    sealed = (as_texts.get(name, getattr(AuditEntry, name)) for name in SEALED[1:])
    return (AuditEntry.seq, AuditEntry.seal, microseconds, *sealed)


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
    hasher = _Hasher(key)
    for link, entry in _chain():
        problem = _first_problem(hasher, n + 1, prev, (link, entry))
        if problem:
            return Verification(n, prev.hex(), problem)
        n, prev = link.n, link.hash
        seen_expected = seen_expected or prev.hex() == expect_head
    if not seen_expected:
        return Verification(n, prev.hex(), "The expected head is not in the chain: its end was cut off or made again.")
    return Verification(n, prev.hex(), _loose_end(hasher))


def verify_some(key: str, most: int) -> str | None:
    """Read the last links, and a stretch that starts anywhere before them; name the first place that is wrong, or None.

    Cheap enough for every minute: over a day it has most likely seen every link of a month. `verify()` is sure.
    """
    last, _ = _head()
    hasher = _Hasher(key)
    starts = {max(0, last - most), secrets.randbelow(max(1, last))}
    return next((problem for start in sorted(starts) if (problem := _wrong_from(hasher, start, most))), None)


def _wrong_from(hasher: _Hasher, n: int, most: int) -> str | None:
    before = db.session.scalar(select(AuditLink.hash).where(AuditLink.n == n)) if n else GENESIS
    if before is None:
        return f"Link {n} is missing."
    question = select(AuditLink.n, AuditLink.prev, AuditLink.hash, AuditLink.entry_seq).where(AuditLink.n > n)
    links = db.session.execute(question.order_by(AuditLink.n).limit(most)).all()
    entries = _entries_of([link.entry_seq for link in links]) if links else {}
    for link in links:
        if problem := _first_problem(hasher, n + 1, before, (link, entries.get(link.entry_seq))):
            return problem
        n, before = link.n, link.hash
    return None


def _chain() -> Iterator[tuple[Any, Sequence[Any] | None]]:
    # Links and entries by themselves: joined, every link would be looked for in the entries of every month.
    question = select(AuditLink.n, AuditLink.prev, AuditLink.hash, AuditLink.entry_seq).order_by(AuditLink.n)
    links = db.session.execute(question.limit(BLOCK)).all()
    while links:
        entries = _entries_of([link[3] for link in links])
        for link in links:
            yield link, entries.get(link[3])
        links = db.session.execute(question.where(AuditLink.n > links[-1].n).limit(BLOCK)).all()


def _entries_of(seqs: list[int]) -> dict[int, Sequence[Any]]:
    first, last = min(seqs), max(seqs)
    question = select(*_columns()).where(AuditEntry.seq.between(first, last))
    if last - first > FAR_APART:
        # Somebody linked to a number far away, or many were rolled back: not all between is to be held in memory.
        question = question.where(AuditEntry.seq == any_(literal(seqs, ARRAY(BigInteger))))
    return {entry[0]: entry for entry in db.session.execute(question).all()}


def _first_problem(hasher: _Hasher, expected_n: int, prev: bytes, found: tuple[Any, Any]) -> str | None:
    (n, link_prev, link_is, seq), entry = found
    if n != expected_n:
        return f"Link {expected_n} is missing: the next one found is {n}."
    if entry is None:
        return f"Entry {seq} at link {n} was deleted."
    if link_prev != prev or link_is != hasher.link(n, prev, seq, entry[1]):
        # Linked though it never came from the service: it was inserted before the linker ran.
        if link_is == hasher.link(n, prev, seq, UNSEALED):
            return f"Entry {seq} at link {n} was inserted: it does not carry the service's seal."
        return f"Entry {seq} at link {n} was edited, or its link was put in another place."
    return None if hasher.has_sealed(entry) else f"Entry {seq} at link {n} was edited."


def _loose_end(hasher: _Hasher) -> str | None:
    linked = select(AuditLink.n).where(AuditLink.entry_seq == AuditEntry.seq).exists()
    waits = select(AuditPending.seq).where(AuditPending.seq == AuditEntry.seq).exists()
    stray = db.session.scalar(select(func.min(AuditEntry.seq)).where(~linked, ~waits))
    if stray is not None:
        return f"Entry {stray} has no link and waits for none: it was inserted, or its promise of a link was deleted."
    # What is recorded meanwhile waits for its link, as it should.
    for entry in db.session.execute(select(*_columns()).where(waits).order_by(AuditEntry.seq)):
        if not hasher.has_sealed(entry):
            return f"Entry {entry.seq} was inserted: it does not carry the service's seal."
    twice = db.session.scalar(select(AuditEntry.seq).group_by(AuditEntry.seq).having(func.count() > 1).limit(1))
    if twice is not None:
        return f"Entry {twice} was inserted: there is another of its number."
    there = select(AuditEntry.seq).where(AuditEntry.seq == AuditPending.seq).exists()
    gone = db.session.scalar(select(func.min(AuditPending.seq)).where(~there))
    return None if gone is None else f"Entry {gone} was deleted before it had a link."


def oldest_unlinked_age() -> timedelta | None:
    """Say how long the oldest unlinked entry has waited; more than 10 s is an alarm."""
    at = db.session.scalar(select(AuditPending.at).order_by(AuditPending.seq).limit(1))
    return None if at is None else now() - at
