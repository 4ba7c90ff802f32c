"""How fast `audit verify` reads the chain: entries in a second, from its first link to the last.

Entries are filled with SQL, linked by the linker itself, and verified by the function that the command calls. The
floor is HMAC-SHA-256 alone over as many texts of the same length.
"""

import hashlib
import hmac
import json
import secrets
import time

from bench.house import County, House
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_least
from screening import audit, create_app
from screening.config import Settings
from screening.db import db, transaction

KEY = secrets.token_urlsafe(48)
FILL = """
insert into audit (at, id, actor_kind, actor_id, action, contact_id, subject_kind, subject_id, detail)
select clock_timestamp() - interval '30 days' + n * interval '10 seconds', uuidv7(), 'user', uuidv7()::text,
       'contact.read', uuidv7(), 'contact', uuidv7()::text, '{"why": "opened", "from": "queue"}'
  from generate_series(1, %s) as n
"""


def measure(house: House, size: Size) -> list[Row]:
    """Fill, link and verify; then hash as much and nothing else."""
    county = house.county("audit")
    with county.connect() as database:
        database.execute(FILL, (size.audit_entries,))
        database.execute("analyze")
    linking, verifying, links = _link_and_verify(county)
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


def _link_and_verify(county: County) -> tuple[float, float, int]:
    app = create_app(Settings.from_environ(county.environ))
    with app.app_context():
        begun = time.monotonic()
        with transaction():
            while audit.link_pending(KEY):
                pass
        linked = time.monotonic()
        with transaction():
            found = audit.verify(KEY)
        ended = time.monotonic()
        db.session.remove()
        db.engine.dispose()
    if found.problem:
        raise CouldNotMeasure(f"The chain is not whole: {found.problem}")
    return linked - begun, ended - linked, found.links


def _bare(count: int) -> float:
    entry = [count, "0" * 64, count, "2026-11-25T09:00:00.000000+00:00", *["0" * 36] * 2, "user", "contact.read"]
    body = json.dumps([*entry, *["0" * 36] * 2, {"why": "opened", "from": "queue"}]).encode()
    key = KEY.encode()
    begun = time.monotonic()
    for _ in range(count):
        hmac.new(key, body, hashlib.sha256).digest()
    return time.monotonic() - begun
