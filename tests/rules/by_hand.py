"""A calendar of four years written by hand, the moments of tests in words, and a county's own numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime

from routing_rules.clocks import LONDON
from routing_rules.policy import Policy, packaged

BANK_HOLIDAYS = {
    date(year, month, day)
    for year, days in {
        2025: [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
        2026: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
        2027: [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
        2028: [(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)],
    }.items()
    for month, day in days
}
SUMMER_TIME = {
    2025: (date(2025, 3, 30), date(2025, 10, 26)),
    2026: (date(2026, 3, 29), date(2026, 10, 25)),
    2027: (date(2027, 3, 28), date(2027, 10, 31)),
    2028: (date(2028, 3, 26), date(2028, 10, 29)),
}


def at(text: str) -> datetime:
    """Read a London wall-clock time; `later` marks the second of two, when the clocks go back."""
    text, later, _ = text.partition(" later")
    wall = datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=1 if later else 0)
    return wall.astimezone(UTC)


def with_numbers(**changed: object) -> Policy:
    """The sample county's numbers, with some changed."""
    entries = dict(packaged().entries)
    for name, value in changed.items():
        entries[name] = replace(entries[name], values=((date(1900, 1, 1), value),))
    return Policy(entries)
