"""What the check of our own records establishes for the rules. A candidate whom nobody confirmed sets no fact.

The same name and the same whole date of birth is sure enough to count on; anything less leaves the fact unknown, so
that a person looks. Counts only ever raise, so an established pattern stands whatever else may be found.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from screening.checks import queries
from workers.checks.open_cases import OpenCase

# The fewest earlier contacts that a rule makes a pattern of: as many sure ones count, even beside unsure ones.
PATTERN_FROM = 2


def established(
    earlier: list[dict[str, Any]], cases: Sequence[OpenCase], received: datetime, *, sure_of_cases: bool
) -> dict[str, Any]:
    """Give the facts about one person by their field's id; what is not sure is left out."""
    return _counts(earlier, received) | _open(cases, sure_of_cases=sure_of_cases)


def _counts(earlier: list[dict[str, Any]], received: datetime) -> dict[str, int]:
    sure = queries.counts([entry for entry in earlier if entry["sure"]], received)
    every = queries.counts(earlier, received)
    return {
        f"contacts_{of_all['months']}_months": of_sure["contacts"]
        for of_sure, of_all in zip(sure, every, strict=True)
        if of_sure == of_all or of_sure["contacts"] >= PATTERN_FROM
    }


def _open(cases: Sequence[OpenCase], *, sure_of_cases: bool) -> dict[str, str]:
    open_now = [case for case in cases if case.row.ended_on is None]
    found = {}
    for fact, kinds in (
        ("open_to_social_care", None),
        ("protection_plan", ("protection_plan",)),
        ("looked_after", ("looked_after",)),
    ):
        alike = [case for case in open_now if _is_of(case, kinds)]
        if any(case.likeness.is_strong and case.fresh for case in alike):
            found[fact] = "yes"
        elif not alike and sure_of_cases:
            found[fact] = "no"
    return found


def _is_of(case: OpenCase, kinds: tuple[str, ...] | None) -> bool:
    return case.row.kind in kinds if kinds else case.row.kind != "early_help"
