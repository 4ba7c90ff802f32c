"""The table: what a row holds, what a bar asks of it, and the arithmetic of both. Measures nothing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADINGS = ("row", "measured", "floor", "ratio", "bar", "")
# From here on a number is read better whole than with three digits.
WHOLE_FROM = 100


class CouldNotMeasure(Exception):
    """Something did not come about that has to be there before a number means anything. Says what, in words."""


@dataclass(frozen=True)
class Bar:
    """What is asked: of the measured value itself, or of its ratio to the floor."""

    limit: float
    of: str
    most: bool
    words: str

    def holds(self, row: "Row") -> bool:
        """Say whether the row keeps it; on the bar is inside."""
        value = row.measured if self.of == "measured" else row.ratio
        if value is None or math.isnan(value):
            return False
        return value <= self.limit if self.most else value >= self.limit


@dataclass(frozen=True)
class Row:
    """One line of the table. A floor of None is a row that stands against its bar alone."""

    what: str
    measured: float
    unit: str
    bar: Bar
    floor: float | None = None
    floor_words: str = ""
    floor_unit: str | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times its floor the row is."""
        return self.measured / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """The word in the last column."""
        return "holds" if self.bar.holds(self) else "MISSES"


def at_most(limit: float, unit: str) -> Bar:
    """Ask that the value itself is no more than this."""
    return Bar(limit, "measured", True, f"<= {limit:g} {unit}")


def at_least(limit: float, unit: str) -> Bar:
    """Ask that the value itself is no less than this."""
    return Bar(limit, "measured", False, f">= {limit:,.0f} {unit}")


def at_most_times(limit: float) -> Bar:
    """Ask for no more than so many times the floor."""
    return Bar(limit, "ratio", True, f"<= {limit:g} x floor")


def at_least_times(limit: float) -> Bar:
    """Ask for no less than so many times the floor, or that share of it."""
    return Bar(limit, "ratio", False, f">= {limit:g} x floor")


def percentile(values: Iterable[float], share: float) -> float:
    """Give the smallest value that `share` (0 to 1) of them do not exceed.

    Raises:
        CouldNotMeasure: there are none.
    """
    ordered = sorted(values)
    if not ordered:
        raise CouldNotMeasure("Nothing was measured where a percentile was wanted.")
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def shown(rows: Sequence[Row]) -> str:
    """Lay the rows out for a terminal, their notes beneath."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    laid_out = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    ]
    laid_out.insert(1, "  ".join("-" * width for width in widths).rstrip())
    notes = [f"  {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*laid_out, "", *notes]) if notes else "\n".join(laid_out)


def number(value: float) -> str:
    """Write a number with three digits, or whole where it is large."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"


def _cells(row: Row) -> tuple[str, ...]:
    unit = row.unit if row.floor_unit is None else row.floor_unit
    floor = "-" if row.floor is None else f"{number(row.floor)} {unit} {row.floor_words}".strip()
    ratio = "-" if row.ratio is None else number(row.ratio)
    return (row.what, f"{number(row.measured)} {row.unit}", floor, ratio, row.bar.words, row.verdict)
