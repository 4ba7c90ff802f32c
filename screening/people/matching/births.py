"""Two births compared: whole dates, dates in part, ages that somebody said, and children not yet born."""

from datetime import date
from functools import lru_cache

from screening.people.matching.card import Card
from screening.people.matching.keys import EARLY_DAYS, LATE_DAYS

NEAR_DAYS, DUE_NEAR_DAYS, YEAR_DAYS, MONTH_DAYS = 500, 30, 365.25, 31

Span = tuple[int, int]


def born_level(query: Card, candidate: Card) -> str | None:
    """Compare two births; None where one says nothing."""
    one, other = query.born, candidate.born
    if one is None or other is None:
        return _due_level(query, candidate)
    if one == other and one[0] == one[1]:
        return "exact"
    if query.is_estimated or candidate.is_estimated:
        return _age_level(one, other, max(query.out_years, candidate.out_years))
    if one[0] == one[1] and other[0] == other[1]:
        return day_level(one[0], other[0])
    return _part_level(one, other)


@lru_cache(maxsize=1 << 16)
def day_level(one: int, other: int) -> str:
    """Compare two whole dates that are not the same."""
    first, second = date.fromordinal(one), date.fromordinal(other)
    if first.year == second.year and (first.month, first.day) == (second.day, second.month):
        return "swapped"
    equal = (first.year == second.year) + (first.month == second.month) + (first.day == second.day)
    if equal == 2:
        return "digit" if _one_digit(first, second) else "two_parts"
    return "near" if abs(one - other) <= NEAR_DAYS else "differ"


def years_apart(one: Span, other: Span) -> float:
    """Give how many years lie between two spans; none where they touch."""
    return max(one[0] - other[1], other[0] - one[1], 0) / YEAR_DAYS


def _one_digit(first: date, second: date) -> bool:
    ones, others = first.strftime("%Y%m%d"), second.strftime("%Y%m%d")
    return sum(a != b for a, b in zip(ones, others, strict=True)) == 1 or sorted(ones) == sorted(others)


def _age_level(one: Span, other: Span, out_years: int) -> str:
    apart = years_apart(one, other)
    if apart == 0:
        return "age"
    if apart <= out_years / 2:
        return "age_near"
    if apart <= out_years:
        return "age_far"
    return "age_out" if apart <= 2 * out_years else "differ"


def _part_level(one: Span, other: Span) -> str:
    apart = years_apart(one, other)
    if apart == 0:
        return "month" if max(one[1] - one[0], other[1] - other[0]) <= MONTH_DAYS else "year"
    return "near" if apart * YEAR_DAYS <= NEAR_DAYS else "differ"


def _due_level(query: Card, candidate: Card) -> str | None:
    if query.due is not None and candidate.due is not None:
        apart = abs(query.due - candidate.due)
        return "due_near" if apart <= DUE_NEAR_DAYS else "due_differ"
    due = query.due if query.due is not None else candidate.due
    born = query.born or candidate.born
    if due is None or born is None:
        return None
    return "due_born" if born[0] - LATE_DAYS <= due <= born[1] + EARLY_DAYS else "differ"
