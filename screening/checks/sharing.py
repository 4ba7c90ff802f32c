"""What a partner is told about somebody: who it is, and why they are asked. Never what the contact is about.

A protected address is never told (hazard H6): then no address is, neither theirs nor of who may live with them.
"""

from collections.abc import Callable
from typing import Any

from screening import audit
from screening.db import Json, db, now
from screening.models import BackgroundCheck, Contact, Participation, Partner, Person
from screening.people.protected import is_protected
from screening.wording import birth_day

Part = Callable[[Participation, Person], Any]


def identity(person: Participation, record: Person, partner: Partner) -> Json:
    """Give what this partner is told of who somebody is: only the parts that are agreed with them, and are known."""
    told = {name: PARTS[name](person, record) for name in partner.shares}
    return {"role": person.role} | {name: value for name, value in told.items() if value}


def _names(person: Participation, record: Person) -> Json | None:
    kinds = {"given_names": "given", "family_names": "family", "also_known_as": "also_known_as"}
    found = {key: [one.name for one in record.names if one.kind == kind] for key, kind in kinds.items()}
    said = {"given_names": [person.given_name], "family_names": [person.family_name]}
    whole = {key: names or [name for name in said.get(key, []) if name] for key, names in found.items()}
    return {key: names for key, names in whole.items() if names}


def _address(person: Participation, record: Person) -> Json | None:
    if is_protected(db.session.get_one(Contact, person.contact_id), person, record.id):
        return None
    parts = {"line_1": person.address_line_1, "town": person.town, "postcode": person.postcode}
    return {name: value for name, value in parts.items() if value}


def _born(person: Participation, record: Person) -> str | None:
    return record.date_of_birth or person.date_of_birth


def _expected(person: Participation, _: Person) -> str | None:
    return person.expected_delivery_date.isoformat() if person.expected_delivery_date else None


def _nhs_number(_: Participation, record: Person) -> str | None:
    return next((one.value for one in record.identifiers if one.scheme == "nhs_number"), None)


PARTS: dict[str, Part] = {
    "names": _names,
    "date_of_birth": _born,
    "expected_delivery_date": _expected,
    "address": _address,
    "nhs_number": _nhs_number,
}


def still_told(check: BackgroundCheck) -> Json:
    """Give what was kept that a partner is told, without an address that was protected since."""
    told: Json = (check.shared or {}).get("person", {})
    if "address" not in told:
        return told
    person = db.session.get(Participation, check.participation_id) if check.participation_id else None
    if person is not None and not is_protected(db.session.get_one(Contact, check.contact_id), person, check.person_id):
        return told
    return {name: value for name, value in told.items() if name != "address"}


def in_words(told: Json) -> list[tuple[str, str]]:
    """Give what is told of somebody as rows of a page: the same for who opens the form and for who rings."""
    names, address = told.get("names", {}), told.get("address", {})
    rows = [
        ("Name", " ".join([*names.get("given_names", []), *names.get("family_names", [])])),
        ("Also known as", ", ".join(names.get("also_known_as", []))),
        ("Date of birth", birth_day(told.get("date_of_birth", ""))),
        ("Expected", told.get("expected_delivery_date", "")),
        ("Address", ", ".join(address[part] for part in ("line_1", "town", "postcode") if part in address)),
        ("NHS number", told.get("nhs_number", "")),
    ]
    return [(key, value) for key, value in rows if value]


def keep(check: BackgroundCheck, partner: Partner, told: Json) -> None:
    """Write down exactly what goes to whom, in the transaction after which it leaves."""
    check.shared = {"to": partner.name, "at": now().isoformat(), "lawful_basis": check.lawful_basis, "person": told}
    detail = {"kind": check.kind, "partner": str(partner.id), "parts": sorted(told)}
    audit.record("check.shared", contact_id=check.contact_id, subject=("check", check.id), detail=detail)
