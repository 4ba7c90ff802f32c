"""How fast `audit verify` reads the chain: entries in a second, from its first link to the last.

Entries are sealed and written in bulk, linked by the linker itself, and verified by the function that the command
calls. The floor is HMAC-SHA-256 alone over as many texts of the same length.
"""

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bench.house import AUDIT_KEY, County, House
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_least
from screening import audit, create_app
from screening.config import Settings
from screening.db import db, new_id, now, transaction
from screening.models import AuditEntry

AT_ONCE = 5000


def measure(house: House, size: Size) -> list[Row]:
    """Fill, link and verify; then hash as much and nothing else."""
    linking, verifying, links = _link_and_verify(house.county("audit"), size.audit_entries)
    note = f"{links:,} entries; linking them took {links / linking:,.0f} entries/s."
    return [
        Row(
            "audit verify",
            links / verifying,
            "entries/s",
            at_least(50_000, "entries/s"),
            links / _bare(links),
            "bare HMAC",
            floor_unit="/s",
            note=note,
        )
    ]


def _link_and_verify(county: County, count: int) -> tuple[float, float, int]:
    app = create_app(Settings.from_environ(county.environ))
    with app.app_context():
        _fill(county, count)
        begun = time.monotonic()
        with transaction():
            while audit.link_pending(AUDIT_KEY):
                pass
        linked = time.monotonic()
        with transaction():
            found = audit.verify(AUDIT_KEY)
        ended = time.monotonic()
        db.session.remove()
        db.engine.dispose()
    if found.problem:
        raise CouldNotMeasure(f"The chain is not whole: {found.problem}")
    return linked - begun, ended - linked, found.links


def _fill(county: County, count: int) -> None:
    """Write what a month of reading leaves, in order."""
    first = now() - timedelta(days=30)
    for start in range(0, count, AT_ONCE):
        entries = [_entry(first + timedelta(seconds=10 * n)) for n in range(start, min(start + AT_ONCE, count))]
        with transaction():
            db.session.execute(insert(AuditEntry), entries)
    with county.connect() as database:
        database.execute("analyze")


def _entry(at: datetime) -> dict[str, Any]:
    who, what = str(new_id()), new_id()
    values = (at, new_id(), "user", who, "contact.read", what, "contact", str(what), {"why": "opened", "from": "queue"})
    return {**dict(zip(audit.SEALED, values, strict=True)), "seal": audit.seal_of(AUDIT_KEY, values)}


def _bare(count: int) -> float:
    entry = [count, "0" * 64, count, "2026-11-25T09:00:00.000000+00:00", *["0" * 36] * 2, "user", "contact.read"]
    body = json.dumps([*entry, *["0" * 36] * 2, {"why": "opened", "from": "queue"}]).encode()
    key = AUDIT_KEY.encode()
    begun = time.monotonic()
    for _ in range(count):
        hmac.new(key, body, hashlib.sha256).digest()
    return time.monotonic() - begun
