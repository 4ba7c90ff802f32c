"""Earlier contacts as a timeline, and the pattern in them, from what the checks of our own records found.

What the viewer may open is named. Of the rest they learn on which day it came and what came of it, as on the page of
the checks: whoever acts on a contact reads of all that came before it.
"""

from dataclasses import dataclass
from typing import Any

from routing_rules import clocks
from screening import codes, telling
from screening.checks.queries import ShownCheck
from screening.models import Contact
from screening.record import provenance
from screening.record.provenance import Item
from screening.wording import long_day

# What a check found of contacts that came before: about these people themselves, and about brothers and sisters.
TIMELINE = ("earlier", "family_contacts")
THIS = "This contact."
CLOSER = " More often of late."


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What came before, newest first, each with its day; and how often."""

    timeline: list[Item]
    pattern: list[Item]


def earlier_of(contact: Contact, checks: list[ShownCheck]) -> Earlier:
    """Gather the earlier contacts about anybody in this one, each once."""
    looked = [check for check in checks if check.found and "earlier" in check.found]
    entries: dict[str, tuple[dict[str, Any], ShownCheck]] = {}
    for check in looked:
        for entry in (entry for part in TIMELINE for entry in (check.found or {}).get(part, [])):
            entries.setdefault(entry["contact_id"], (entry, check))
        for entry in (check.found or {}).get("out_of_reach", []):
            # It has no id that the viewer may know: the moment at which it came is its own.
            entries.setdefault(entry["first_received_at"], (entry, check))
    newest_first = sorted(entries.values(), key=lambda one: one[0]["first_received_at"], reverse=True)
    received = long_day(clocks.london_date(contact.first_received_at))
    return Earlier(
        timeline=[
            Item(words=f"{received}, {contact.reference}: {THIS}", source=provenance.contact(contact)),
            *(Item(words=_words(entry, check), source=provenance.check(check)) for entry, check in newest_first),
        ],
        pattern=[item for check in looked for item in _pattern(check)],
    )


def _words(entry: dict[str, Any], check: ShownCheck) -> str:
    if "part" in entry:
        return telling.out_of_reach_words(entry, _about(check))
    if "likeness" in entry:
        return telling.earlier_words(entry)
    words = f"{telling.earlier_day(entry)}, {entry['reference']}: {entry['name']}, a brother or sister."
    return words + telling.earlier_outcome(entry)


def _pattern(check: ShownCheck) -> list[Item]:
    found = check.found or {}
    counts = {count["months"]: count["contacts"] for count in found.get("counts", [])}
    told = []
    if any(counts.values()):
        within = ", ".join(f"{number} in {months} months" for months, number in sorted(counts.items()))
        told.append(f"{_about(check)}: {within}, before this one.{CLOSER if _closer(counts) else ''}")
    return [Item(words=words, source=provenance.check(check)) for words in told]


def _about(check: ShownCheck) -> str:
    return check.person or codes.check_name(check.kind)


def _closer(counts: dict[int, int]) -> bool:
    """Say whether at least two, and more than half, of a year's contacts came in its newest quarter."""
    newest, year = counts.get(3, 0), counts.get(12, 0)
    return newest >= 2 and newest * 2 > year
