"""A record of the index as JSON: what the journal keeps before and after a change, and what a merge gives back.

Left out are `version` and `number`: the one counts writings, the other stands for the person in the index; neither says
anything of them.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from screening.db import Json
from screening.models import Person, PersonAddress, PersonIdentifier, PersonName, PersonPhone

FIELDS = (
    "id", "source", "source_id", "sex", "date_of_birth", "born_earliest", "born_latest", "age_years_estimated",
    "age_as_of", "expected_delivery_date", "household_id", "restricted", "merged_into_id", "made_at",
)  # fmt: skip
# What each kind of detail says, beside its id and its place in the list.
DETAILS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "names": (PersonName, ("kind", "name")),
    "addresses": (PersonAddress, ("line_1", "town", "postcode", "uprn", "since", "until", "protected")),
    "phones": (PersonPhone, ("phone",)),
    "identifiers": (PersonIdentifier, ("scheme", "value")),
}


def snapshot(person: Person) -> Json:
    """Give one record whole: every field, and every name, address, number and identifier with its id and place."""
    whole = {name: plain(getattr(person, name)) for name in FIELDS}
    return whole | {kind: [row_of(kind, row) for row in details(person, kind)] for kind in DETAILS}


def row_of(kind: str, row: Any) -> Json:
    """Give one name, address, number or identifier as JSON."""
    return {name: plain(getattr(row, name)) for name in ("id", "position", *DETAILS[kind][1])}


def said_by(kind: str, row: Any) -> tuple[Any, ...]:
    """Give what a detail says, whatever its id and place: two that say the same are equal."""
    return tuple(getattr(row, name) for name in DETAILS[kind][1])


def details(person: Person, kind: str) -> list[Any]:
    """List a person's details of one kind, in their order."""
    return sorted(getattr(person, kind), key=lambda row: (row.position, str(row.id)))


def copied(kind: str, row: Any, position: int) -> Any:
    """Make a row that says the same, at another place; it has an id of its own as soon as it is written."""
    model, names = DETAILS[kind]
    return model(position=position, **{name: getattr(row, name) for name in names})


def next_positions(person: Person, kind: str) -> Iterator[int]:
    """Count on from the last place that is taken."""
    last = max((row.position for row in getattr(person, kind)), default=-1)
    while True:
        last += 1
        yield last


def plain(value: Any) -> Any:
    """Give a value as JSON has it: days, moments and ids as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def typed(model: Any, name: str, value: Any) -> Any:
    """Read a value of the journal as its column has it: the way back from `plain`."""
    kind: Any = model.__table__.c[name].type.python_type
    if value is None or isinstance(value, kind):
        return value
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
