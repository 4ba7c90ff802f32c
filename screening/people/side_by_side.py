"""Two records side by side, field by field, and what came to the kept one after a merge. Shows no protected address."""

from typing import Any

from sqlalchemy import select

from screening import codes, telling
from screening.db import Json, db, now
from screening.models import Contact, Participation, Person, PersonAlert, PersonLink, PersonMerge
from screening.people import changes_told, groups, whole
from screening.people.alerts import KIND_WORDS, alerts_of
from screening.people.homes import hidden_homes
from screening.people.identifiers import KINDS as IDENTIFIERS
from screening.people.record import DETAILS, details, row_of
from screening.wording import birth_day, long_day

Row = dict[str, Any]
PROTECTED = "Protected address"
ROW_WORDS = {"names": "Name", "addresses": "Address", "phones": "Telephone", "identifiers": "Number"}


def compared(kept: Person, merged: Person) -> list[Row]:
    """Give both records field by field. `choice` is there where they differ and only one value can be right."""
    sides = [_side(person, (kept, merged)) for person in (kept, merged)]
    lines = [line for line in LINES if line[0] != "Due date" or any(side["Due date"] for side in sides)]
    return [
        {
            "key": key,
            "kept": sides[0][key],
            "merged": sides[1][key],
            "same": sides[0][key] == sides[1][key],
            "choice": choice if choice and sides[0][key] and sides[1][key] and sides[0][key] != sides[1][key] else "",
        }
        for key, choice in lines
    ]


LINES = (
    ("Name", "name"),
    ("Other names", ""),
    ("Born", "birth"),
    ("Due date", "due"),
    ("Sex", "sex"),
    ("Household", "household"),
    ("Addresses", ""),
    ("Telephones", ""),
    ("Numbers", ""),
    ("Alerts", ""),
    ("Contacts", ""),
)


def _side(person: Person, pair: tuple[Person, Person]) -> dict[str, list[str]]:
    ids = groups.members(person.id)
    alerts = alerts_of(ids)
    homes = whole.addresses_of(person, hidden_homes([person]))
    others = [one for one in details(person, "names") if one.kind not in ("given", "family")]
    contacts, not_open = whole.contacts_of(ids)
    mates = [row["name"] for row in whole.household_of(person, [one.id for one in pair])]
    born = person.date_of_birth or person.age_years_estimated is not None
    return {
        "Name": [person.full_name],
        "Other names": [f"{one.name} ({whole.NAME_WORDS[one.kind].lower()})" for one in others],
        "Born": [_born(person)] if born else [],
        "Due date": [long_day(person.expected_delivery_date)] if person.expected_delivery_date else [],
        "Sex": [codes.SEXES[person.sex]] if person.sex else [],
        "Household": [f"With {', '.join(mates)}" if mates else "Alone"] if person.household_id else [],
        "Addresses": [f"{home['words'] or PROTECTED} {home['when']}".strip() for home in homes],
        "Telephones": [one.phone for one in details(person, "phones")],
        "Numbers": [f"{IDENTIFIERS[one.scheme][1]} {one.value}" for one in details(person, "identifiers")],
        "Alerts": [f"{KIND_WORDS[one.kind]}: {one.words}" for one in alerts if one.ended_at is None],
        "Contacts": [f"{row['reference']}, {long_day(row['at'].date())}" for row in contacts]
        + ([f"{not_open} more that you may not open"] if not_open else []),
    }


def _born(person: Person) -> str:
    day = birth_day(person.date_of_birth) if person.date_of_birth else None
    return ", ".join(part for part in (day, telling.age_words(person, now())) if part)


def stays(merge: PersonMerge, kept: Person) -> list[str]:
    """List, in words, what was given to the kept record since a merge: undone, it stays there, for a person to move."""
    family = changes_told.family_since(merge.kept_id, merge.taken["change"])
    return [*_details_since(merge, kept), *family, *_alerts_since(merge), *_contacts_since(merge)]


def _details_since(merge: PersonMerge, kept: Person) -> list[str]:
    found = []
    for kind in DETAILS:
        given_back = {row["id"]: row for row in merge.taken["added"][kind]}
        before = {row["id"]: row for row in merge.kept_before[kind]}
        before |= {row_id: rows[1] for row_id, rows in merge.taken["changed"][kind].items()}
        for row in details(kept, kind):
            now_said = row_of(kind, row)
            if now_said not in (given_back.get(now_said["id"]), before.get(now_said["id"])):
                found.append(f"{ROW_WORDS[kind]}: {_words(kind, now_said)}")
    return found


def _words(kind: str, row: Json) -> str:
    if kind == "addresses" and row["protected"]:
        return PROTECTED.lower()
    said = [row[name] for name in DETAILS[kind][1] if name not in ("kind", "scheme", "protected", "uprn")]
    return ", ".join(str(one) for one in said if one)


def _alerts_since(merge: PersonMerge) -> list[str]:
    question = select(PersonAlert).where(PersonAlert.person_id == merge.kept_id, PersonAlert.made_at > merge.merged_at)
    return [f"Alert: {KIND_WORDS[one.kind]}, {one.words}" for one in db.session.scalars(question)]


def _contacts_since(merge: PersonMerge) -> list[str]:
    answered = select(PersonLink.participation_id).where(
        PersonLink.person_id == merge.kept_id,
        PersonLink.replaced_at.is_(None),
        PersonLink.answer == "confirmed",
        PersonLink.answered_at > merge.merged_at,
    )
    people = list(db.session.scalars(select(Participation).where(Participation.id.in_(answered))))
    question = select(Contact).where(Contact.id.in_({one.contact_id for one in people}))
    by_id = {contact.id: contact for contact in db.session.scalars(question)}
    return [f"Contact {by_id[one.contact_id].reference}: {one.full_name}" for one in people if one.contact_id in by_id]
