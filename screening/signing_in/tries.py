"""How often somebody may try a password, or a link: counted before it is looked at."""

import hashlib
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import delete, func, select

from screening.db import db, now, transaction
from screening.errors import TooMany
from screening.models import SignInFailure

# Cyber Essentials v3.2: at most 10 tries in 5 minutes. They are counted for one account from one address, because a
# count for the account alone would let anybody keep its owner out, by ten wrong passwords from anywhere.
MOST_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=5)
# One address may be a whole office behind its proxy, at the start of a shift; one that tries many accounts stops here.
MOST_FROM_ADDRESS = 100
# Many addresses at one account: from here on each of them waits 2, 4, 8 … seconds after its own last try. An address
# with no failed try for the account waits for nobody, so that its owner always gets in.
MOST_AT_ACCOUNT = 20
LONGEST_DELAY_SECONDS = 30


def _keys(user_name: str) -> tuple[bytes, bytes, bytes]:
    """Give what tries are counted by: the account at this address, the address, the account."""
    address = request.remote_addr or ""
    both, from_address, at_account = (
        hashlib.sha256(f"{kind}:{value}".encode()).digest()
        for kind, value in (("both", f"{address} {user_name}"), ("address", address), ("account", user_name))
    )
    return both, from_address, at_account


def note_try(user_name: str) -> list[int]:
    """Count a try as failed before its password is looked at, so that parallel tries do not pass the limit.

    Raises:
        TooMany: there were too many already; this one is not counted.
    """
    keys = _keys(user_name)
    # Always in one order, so that two tries never wait for each other; held for the count, not for the password.
    for lock in sorted(int.from_bytes(key[:8], signed=True) for key in keys):
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))
    _throttle(*keys)
    rows = [SignInFailure(key_hash=key, failed_at=now()) for key in keys]
    db.session.add_all(rows)
    db.session.flush()
    return [row.seq for row in rows]


def forget(tried: list[int]) -> None:
    """Take back tries that were counted as failed: the password was right."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.seq.in_(tried)))


def refuse_too_many_tries(what: str) -> None:
    """Count what an address tries without an account, and let it pass until it is too often.

    Raises:
        TooMany: it tried too often; a real person needs a few tries.
    """
    key = hashlib.sha256(f"{what}:{request.remote_addr or ''}".encode()).digest()
    with transaction():
        tried, _ = _failures(key)
        if tried < MOST_FROM_ADDRESS:
            db.session.add(SignInFailure(key_hash=key, failed_at=now()))
    if tried >= MOST_FROM_ADDRESS:
        raise TooMany(
            "Too many tries. Wait 5 minutes and try again.", retry_after_seconds=int(FAILURE_WINDOW.total_seconds())
        )


def _throttle(both: bytes, from_address: bytes, at_account: bytes) -> None:
    own, last = _failures(both)
    if own >= MOST_FAILURES or _failures(from_address)[0] >= MOST_FROM_ADDRESS:
        wait = int(FAILURE_WINDOW.total_seconds())
        raise TooMany("Too many tries. Wait 5 minutes and try again.", retry_after_seconds=wait)
    beyond = _failures(at_account)[0] - MOST_AT_ACCOUNT
    if beyond >= 0 and last:
        delay = min(2 ** (beyond + 1), LONGEST_DELAY_SECONDS)
        if now() - last < timedelta(seconds=delay):
            raise TooMany(f"Too many tries. Wait {delay} seconds and try again.", retry_after_seconds=delay)


def _failures(key: bytes) -> tuple[int, datetime | None]:
    """Count a key's failed tries in the window; tell also when the last of them was."""
    which = (SignInFailure.key_hash == key, SignInFailure.failed_at > now() - FAILURE_WINDOW)
    count, last = db.session.execute(select(func.count(), func.max(SignInFailure.failed_at)).where(*which)).one()
    return count, last
