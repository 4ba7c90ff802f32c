"""People in the words of the contract: the shape that `people load` reads and a search is asked in."""

from datetime import date
from typing import Any

from screening.db import Json
from screening.models import Participation, Person, PersonAddress

# How a kind of name is called in the contract: a name that was changed is one they are also known as.
NAMES = {
    "given": "given_names",
    "family": "family_names",
    "also_known_as": "also_known_as",
    "former": "also_known_as",
}
# The other way round: the kind that a name of each field is kept as.
KIND_OF = {"given_names": "given", "family_names": "family", "also_known_as": "also_known_as"}
ADDRESS_PARTS = ("line_1", "town", "postcode", "since", "until")


def described(person: Person) -> Json:
    """Describe a record, leaving out what is not known. The household is our own id of it."""
    told: Json = {field: [] for field in NAMES.values()}
    for name in person.names:
        told[NAMES[name.kind]].append(name.name)
    told |= {
        "sex": person.sex,
        "date_of_birth": person.date_of_birth,
        "age_years_estimated": person.age_years_estimated,
        "age_as_of": _plain(person.age_as_of),
        "expected_delivery_date": _plain(person.expected_delivery_date),
        "household": str(person.household_id) if person.household_id else None,
        "addresses": [address_described(address) for address in person.addresses],
        "phones": [phone.phone for phone in person.phones],
        **{identifier.scheme: identifier.value for identifier in reversed(person.identifiers)},
    }
    return {field: value for field, value in told.items() if value not in (None, [])}


def as_said(person: Participation) -> Json:
    """Describe somebody of a contact as they were said to be, leaving out what was not said."""
    home = {"line_1": person.address_line_1, "town": person.town, "postcode": person.postcode}
    told: Json = {
        "given_names": [person.given_name] if person.given_name else [],
        "family_names": [person.family_name] if person.family_name else [],
        "sex": person.sex,
        "date_of_birth": person.date_of_birth,
        "age_years_estimated": person.age_years_estimated,
        "age_as_of": _plain(person.age_as_of),
        "expected_delivery_date": _plain(person.expected_delivery_date),
        "addresses": [{part: value for part, value in home.items() if value}] if any(home.values()) else [],
    }
    return {field: value for field, value in told.items() if value not in (None, [])}


def address_described(address: PersonAddress) -> Json:
    """Describe one address, leaving out what is not known."""
    parts = {part: _plain(getattr(address, part)) for part in ADDRESS_PARTS}
    return {part: value for part, value in parts.items() if value}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
