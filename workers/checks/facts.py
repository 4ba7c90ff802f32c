"""What the check of our own records establishes for the rules. A candidate whom nobody confirmed sets no fact.

The same name and the same whole date of birth is sure enough to count on. Contacts that may be about somebody else are
not counted, and what is counted is then only the least that there may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from screening.checks import queries
from workers.checks.open_cases import OpenCase


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found when one person was looked up.

    `at_address` are the earlier contacts about a child at the same first line and postcode, None where the home is not
    known; `siblings` those of them that are about another child.
    """

    earlier: list[dict[str, Any]]
    at_address: list[dict[str, Any]] | None
    siblings: list[dict[str, Any]]
    cases: Sequence[OpenCase]
    sure_of_cases: bool


def established(looked: Looked, received: datetime) -> dict[str, Any]:
    """Give the facts about one person by their field's id; what is not sure is left out."""
    return (
        _counts(looked.earlier, received)
        | _around(looked, received)
        | _open(looked.cases, sure_of_cases=looked.sure_of_cases)
    )


def _around(looked: Looked, received: datetime) -> dict[str, int]:
    """Count what happened at the home. An address is no guess at who somebody is: each of these contacts counts."""
    if looked.at_address is None:
        return {}
    return {
        f"{name}_contacts_{count['months']}_months": count["contacts"]
        for name, entries in (("address", looked.at_address), ("sibling", looked.siblings))
        for count in queries.counts(entries, received)
    }


def _counts(earlier: list[dict[str, Any]], received: datetime) -> dict[str, Any]:
    """Count the contacts that are surely about this person; where more may be, they are so many at least."""
    sure = queries.counts([entry for entry in earlier if entry["sure"]], received)
    every = queries.counts(earlier, received)
    found: dict[str, Any] = {}
    for of_sure, of_all in zip(sure, every, strict=True):
        name, least = f"contacts_{of_all['months']}_months", of_sure["contacts"]
        if of_sure == of_all:
            found[name] = least
        elif least:
            found[name] = {"at_least": least}
    return found


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
