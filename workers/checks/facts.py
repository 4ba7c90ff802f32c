"""What the check of our own records establishes for the rules. A candidate whom nobody confirmed sets no fact.

Sure is what stands on a record that a person confirmed; or, where the index has no record of it, on the same whole
name and the same whole date of birth. What may be about somebody else is given as possible: it makes a rule open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from screening.checks import queries
from screening.db import Json
from workers.checks.open_cases import OpenCase

DANGER = "danger_to_child"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found when one person was looked up.

    `at_address` are the earlier contacts about a child at the same first line and postcode, None where the home is not
    known; `siblings` those of them that are about another child. `family` are the earlier contacts about brothers and
    sisters, wherever they live.
    """

    earlier: list[Json]
    at_address: list[Json] | None
    siblings: list[Json]
    cases: Sequence[OpenCase]
    sure_of_cases: bool
    family: list[Json] = field(default_factory=list)
    alerts: list[Json] = field(default_factory=list)

    def without(self, hidden: Callable[[Json], bool], hidden_case: Callable[[OpenCase], bool]) -> "Looked":
        """Give what is left for somebody who may not know of the rest."""

        def kept(entries: list[Json]) -> list[Json]:
            return [entry for entry in entries if not hidden(entry)]

        return replace(
            self,
            earlier=kept(self.earlier),
            at_address=None if self.at_address is None else kept(self.at_address),
            siblings=kept(self.siblings),
            family=kept(self.family),
            alerts=kept(self.alerts),
            cases=[case for case in self.cases if not hidden_case(case)],
        )


def established(looked: Looked, received: datetime) -> dict[str, Any]:
    """Give the facts about one person by their field's id; what is only possible is marked, or left out."""
    return (
        _counts(looked.earlier, received)
        | _around(looked, received)
        | _open(looked.cases, sure_of_cases=looked.sure_of_cases)
        | _danger(looked.alerts)
    )


def _around(looked: Looked, received: datetime) -> dict[str, Any]:
    """Count what happened at the home and to the family. An address is no guess at who somebody is."""
    found: dict[str, Any] = {}
    if looked.at_address is not None:
        found |= _as_facts("address", looked.at_address, looked.at_address, received)
    sure = [*looked.siblings, *(entry for entry in looked.family if entry["standing"] == "confirmed")]
    if looked.at_address is not None or looked.family:
        found |= _as_facts("sibling", sure, [*looked.siblings, *looked.family], received)
    if looked.at_address is None:
        # Whoever lives at a home that is not known was not looked for: there may be more, and never "none".
        found = {name: count for name, count in found.items() if count}
        found = {name: {"at_least": count} if isinstance(count, int) else count for name, count in found.items()}
    return found


def _as_facts(whose: str, sure: list[Json], every: list[Json], received: datetime) -> dict[str, Any]:
    return {f"{whose}_{name}": count for name, count in _split(sure, every, received).items()}


def _counts(earlier: list[Json], received: datetime) -> dict[str, Any]:
    """Count the contacts that are surely about this person; where more may be, they are so many at least."""
    return _split([entry for entry in earlier if entry["sure"]], earlier, received)


def _split(sure: list[Json], every: list[Json], received: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    of_sure, of_every = queries.counts(sure, received), queries.counts(every, received)
    for least, most in zip(of_sure, of_every, strict=True):
        name, count = f"contacts_{least['months']}_months", least["contacts"]
        if count == most["contacts"]:
            found[name] = count
        else:
            found[name] = ({"at_least": count} if count else {}) | {"possible": most["contacts"]}
    return found


def _open(cases: Sequence[OpenCase], *, sure_of_cases: bool) -> dict[str, Any]:
    open_now = [case for case in cases if case.row.is_open]
    found: dict[str, Any] = {}
    for fact, kinds in (
        ("open_to_social_care", None),
        ("protection_plan", ("protection_plan",)),
        ("looked_after", ("looked_after",)),
    ):
        of_kind = [case for case in open_now if _is_of(case, kinds)]
        if any(case.sure and case.fresh for case in of_kind):
            found[fact] = "yes"
        elif of_kind:
            found[fact] = {"possible": "yes"}
        elif sure_of_cases:
            found[fact] = "no"
    return found


def _is_of(case: OpenCase, kinds: tuple[str, ...] | None) -> bool:
    return case.row.kind in kinds if kinds else case.row.kind != "early_help"


def _danger(alerts: list[Json]) -> dict[str, Any]:
    of_danger = [alert["standing"] for alert in alerts if alert["kind"] == DANGER]
    if "confirmed" in of_danger:
        return {"danger_alert": "yes"}
    return {"danger_alert": {"possible": "yes"}} if of_danger else {}
