"""How somebody can be reached without putting anybody in danger: as they said it, in words for whoever rings."""

from collections.abc import Iterator

from screening.db import Json

RING = {"yes": "May be rung", "no": "Must not be rung", "unknown": "Not known whether it is safe to ring"}
WRITE = {"yes": "may be written to", "no": "must not be written to", "unknown": "not known whether it is safe to write"}
VOICEMAIL = {"yes": "A voicemail may be left", "no": "Leave no voicemail", "unknown": "Leave no voicemail: not asked"}
NOT_ASKED = "Nobody asked how to ring them safely: say who you are to nobody else, and leave no voicemail."


def words(safe: Json | None) -> list[str]:
    """Say it in sentences, what must not be done among them; what was not asked is never a yes."""
    return [f"{sentence}." for sentence in _sentences(safe)] if safe else [NOT_ASKED]


def _sentences(safe: Json) -> Iterator[str]:
    ring, write = safe.get("may_ring", "unknown"), safe.get("may_write", "unknown")
    yield f"{RING[ring]}; {WRITE[write]}"
    if safe.get("number"):
        yield f"Ring on {safe['number']} only"
    if safe.get("times"):
        yield f"When: {safe['times']}"
    if ring != "no":
        yield VOICEMAIL[safe.get("voicemail", "unknown")]
    if safe.get("address"):
        yield f"Write to {safe['address']} only"
    if safe.get("may_say"):
        yield f"Say only: {safe['may_say']}"
