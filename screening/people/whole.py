"""A person of the index as a whole: what all records that make them up say, as the viewer may know it."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import codes, telling
from screening.access import viewing, worker_viewer
from screening.db import db, now
from screening.models import Contact, Participation, Person, PersonAddress, PersonAlert, PersonLink
from screening.people import groups, queries, ties
from screening.people.alerts import KIND_WORDS, alerts_of
from screening.people.identifiers import KINDS as IDENTIFIERS
from screening.people.involved import involvements_of
from screening.people.record import details
from screening.people.ties import Tie
from screening.wording import LONDON, birth_day, long_day

Row = dict[str, Any]
NAME_WORDS = {
    "given": "First name",
    "family": "Family name",
    "also_known_as": "Also known as",
    "former": "Former name",
}
MOST_CONTACTS = 100


def of(person: Person) -> Row:
    """Give all that the person's page shows, but for the journal and the addresses."""
    ids = groups.members(person.id)
    contacts, not_open = contacts_of(ids)
    involvements, cases_not_checked = involvements_of(ids)
    return {
        "names": [{"key": NAME_WORDS[one.kind], "value": one.name} for one in details(person, "names")],
        "facts": [*_birth(person), telling.said("Sex", codes.SEXES.get(person.sex or ""))],
        "phones": [one.phone for one in details(person, "phones")],
        "identifiers": [
            {"key": IDENTIFIERS[one.scheme][1], "value": one.value} for one in details(person, "identifiers")
        ],
        "alerts": [alert_row(alert) for alert in alerts_of(ids)],
        "involvements": involvements,
        "cases_not_checked": cases_not_checked,
        "family": relatives_of(person, ids),
        "contacts": contacts,
        "not_open": not_open,
    }


def addresses_of(person: Person, hidden: Collection[UUID], *, reveal: bool = False) -> list[Row]:
    """List where somebody lives and lived, the present first; of a hidden address not where it is."""
    rows = [_address(home, home.id in hidden, reveal) for home in details(person, "addresses")]
    return sorted(rows, key=lambda row: row["until"] or date.max, reverse=True)


def alert_row(alert: PersonAlert) -> Row:
    """Give one alert in words; one whose day of review is past says so."""
    names = queries.user_names([alert.made_by_id, alert.ended_by_id])
    return {
        "id": alert.id,
        "kind": alert.kind,
        "kind_words": KIND_WORDS[alert.kind],
        "words": alert.words,
        "source": names[alert.made_by_id] if alert.made_by_id else alert.source,
        "made_at": alert.made_at,
        "review_on": alert.review_on,
        "overdue": alert.ended_at is None and alert.review_on < now().astimezone(LONDON).date(),
        "ended_at": alert.ended_at,
        "ended_by": names[alert.ended_by_id] if alert.ended_at else None,
        "ended_because": alert.ended_because,
    }


def contacts_of(person_ids: Collection[UUID]) -> tuple[list[Row], int]:
    """List the contacts in which somebody was confirmed to be this person, newest first, and count those out of reach.

    Of a contact that the viewer may not open, that there is one is told, and no more. A restricted one of which they
    may not know is not counted.
    """
    confirmed = select(PersonLink.participation_id).where(
        PersonLink.person_id.in_(person_ids), PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
    )
    people = select(Participation).where(Participation.id.in_(confirmed))
    by_contact = {one.contact_id: one for one in db.session.scalars(people)}
    newest = select(Contact).where(Contact.id.in_(by_contact)).order_by(Contact.first_received_at.desc(), Contact.seq)
    found = list(db.session.scalars(newest.limit(MOST_CONTACTS)))
    with viewing(worker_viewer("people")):
        every = set(db.session.scalars(select(Participation.contact_id).where(Participation.id.in_(confirmed))))
        known = select(Contact.id).where(Contact.id.in_(every - by_contact.keys()), Contact.restricted.is_(False))
        not_open = len(db.session.scalars(known).all())
    return [_contact(contact, by_contact[contact.id]) for contact in found], not_open


def _contact(contact: Contact, person: Participation) -> Row:
    return {
        "reference": contact.reference,
        "at": contact.first_received_at,
        "as_words": "Child" if person.role == "child" else (person.relationship_to_child or "Adult").capitalize(),
        "name": person.full_name,
        "children": telling.children(contact),
        "state": contact.state,
    }


def _birth(person: Person) -> list[Row]:
    due, at = person.expected_delivery_date, now()
    born = f"{birth_day(person.date_of_birth)}, {telling.age_words(person, at)}" if person.date_of_birth else None
    rows = [telling.said("Born", born or (None if person.is_unborn else telling.age_words(person, at)))]
    if person.is_unborn:
        rows = []
    if due:
        rows.append({"key": "Due" if person.is_unborn else "Was due", "value": long_day(due)})
    return rows


def _address(home: PersonAddress, protected: bool, reveal: bool) -> Row:
    words = ", ".join(part for part in (home.line_1, home.town, home.postcode) if part) or "Not written down"
    span = [f"from {long_day(home.since)}" if home.since else "", f"until {long_day(home.until)}" if home.until else ""]
    return {
        "id": home.id,
        "words": words if reveal or not protected else None,
        "when": " ".join(part for part in span if part),
        "until": home.until,
        "protected": protected,
    }


def household_of(person: Person, ids: list[UUID]) -> list[Row]:
    """List who else lives in the household, as its source tells it; nobody of whom the viewer may not know."""
    if person.household_id is None:
        return []
    question = select(Person).where(
        Person.household_id == person.household_id, Person.id.not_in(ids), Person.merged_into_id.is_(None)
    )
    return [_other(one) for one in db.session.scalars(question.order_by(Person.number))]


def relatives_of(person: Person, ids: list[UUID]) -> list[Row]:
    """List relatives, each with whether they live in the household, then who else does."""
    mates = {row["person_id"]: row for row in household_of(person, ids)}
    # Two records that were merged may both say who the mother is.
    related = {(tie.other.id, tie.words): _other(tie.other) | _tie_row(tie) for tie in ties.ties(ids)}.values()
    rows = [row | {"in_household": mates.pop(row["person_id"], None) is not None} for row in related]
    return rows + [row | {"words": "In the household", "until": None, "in_household": False} for row in mates.values()]


def _other(person: Person) -> Row:
    return {"person_id": person.id, "name": person.full_name, "age_words": telling.age_words(person, now())}


def _tie_row(tie: Tie) -> Row:
    return {"words": tie.words, "until": tie.row.until}
