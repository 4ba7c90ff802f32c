"""The people of a contact as rows: from the first save of the draft on, and the same rows once it is sent.

They stand in the places that they have in the list. The page that a save comes from was made on the version before, so
a place is the same person until somebody is taken out; then those behind move up, each as the row they were.
"""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import update

from routing_rules import clocks
from screening import dates, tasks
from screening.checks import looking_up
from screening.contacts import said
from screening.contacts.people_schemas import AdultSchema, ChildSchema
from screening.db import Json, db, new_id, now
from screening.models import Contact, Participation, PersonLink
from screening.names import name_key
from screening.said import dates_said

WHOLE_DAY = len("2027-03-14")
LISTS = {"child": "children", "adult": "adults"}
SCHEMAS: dict[str, type[Schema]] = {"child": ChildSchema, "adult": AdultSchema}
SAME_NAME = (
    "given_name", "family_name", "date_of_birth", "age_years_estimated", "sex", "ethnicity", "disabilities",
    "where_now", "school", "gp", "language", "interpreter", "communication", "views", "in_household",
    "alleged_harm_to", "works_with_children", "safe_contact", "not_known",
)  # fmt: skip


def keep_draft(contact: Contact, body: Json) -> None:
    """Keep who is known so far of a call, as far as it can be read, and ask our own records about them."""
    typed = said.as_sent(body, clocks.london_date(contact.first_received_at))
    fitting = {name: [readable(role, person) for person in typed.get(name, [])] for role, name in LISTS.items()}
    people = write(contact, fitting)
    if promises := looking_up.while_taking(people):
        tasks.promise_all(promises)


def readable(role: str, person: Json) -> Json:
    """Take what can be read of somebody; what cannot is kept in the draft, and asked for again."""
    schema, kept = SCHEMAS[role](), dict(person)
    while True:
        try:
            loaded: Json = schema.load(kept)
            return loaded
        except ValidationError as problem:
            wrong = [name for name in kept if name in problem.messages_dict]
            if not wrong:
                return {}
            for name in wrong:
                del kept[name]


def take_out(contact: Contact, role: str, place: int) -> None:
    """Take somebody out of a draft: the row is left out, and those behind move up."""
    of_role = [person for person in contact.participations if person.role == role]
    _leave_out(contact, [person for person in of_role if person.position == place])
    for person in of_role:
        if person.position > place and person.left_out_at is None:
            person.position -= 1
            # One after another: no two may stand in the same place.
            db.session.flush()


def write(contact: Contact, body: Json) -> list[Participation]:
    """Write who is in a contact, children first: rows that are there in their places, and new ones. Gives all."""
    standing = {(person.role, person.position): person for person in contact.participations}
    said_on = clocks.london_date(contact.first_received_at)
    given = {
        (role, place): _values(role, person, said_on)
        for role, name in LISTS.items()
        for place, person in enumerate(body[name])
    }
    _leave_out(contact, [person for key, person in standing.items() if key not in given])
    people = []
    for (role, place), values in given.items():
        person = standing.get((role, place))
        if person is None:
            person = Participation(id=new_id(), contact_id=contact.id, role=role, position=place, **values)
            db.session.add(person)
        else:
            _say_anew(person, values)
        people.append(person)
    db.session.flush()
    db.session.expire(contact, ["participations"])
    return people


def _leave_out(contact: Contact, people: list[Participation]) -> None:
    if not people:
        return
    for person in people:
        person.left_out_at = now()
    looking_up.give_up_answers(person.id for person in people)
    _unlink(people)
    db.session.flush()
    db.session.expire(contact, ["participations"])


def _say_anew(person: Participation, values: dict[str, Any]) -> None:
    if _is_somebody_else(person, values):
        _unlink([person])
    for name, value in values.items():
        setattr(person, name, value)


def _is_somebody_else(person: Participation, values: dict[str, Any]) -> bool:
    """Say whether a name or birth was changed, and not only filled in."""
    names_before, names = set((person.name_key or "").split()), set((values["name_key"] or "").split())
    births_before = (person.date_of_birth, person.expected_delivery_date)
    births = (values["date_of_birth"], values["expected_delivery_date"])
    changed = any(before and before != after for before, after in zip(births_before, births, strict=True))
    return changed or not names_before <= names


def _unlink(people: list[Participation]) -> None:
    """Let what was said of candidates count no longer: it was said of somebody else. It stays on record."""
    standing = update(PersonLink).where(
        PersonLink.participation_id.in_([person.id for person in people]), PersonLink.replaced_at.is_(None)
    )
    db.session.execute(standing.values(replaced_at=now()).execution_options(synchronize_session="fetch"))


def _values(role: str, person: Json, said_on: date) -> dict[str, Any]:
    born = dates.span(person["date_of_birth"]) if "date_of_birth" in person else (None, None)
    address, due = person.get("address", {}), person.get("expected_delivery_date")
    age_as_of = person.get("age_as_of") or (said_on if "age_years_estimated" in person else None)
    return {
        "name_key": name_key(person.get("given_name"), person.get("family_name")),
        "born_earliest": born[0],
        "born_latest": born[1],
        "expected_delivery_date": dates_said.middle(due) if due else None,
        "due_in_part": due if due and len(due) < WHOLE_DAY else None,
        "age_as_of": age_as_of if role == "child" else None,
        "address_line_1": address.get("line_1"),
        "town": address.get("town"),
        "postcode": address.get("postcode"),
        "relationship_to_child": person.get("relationship"),
        "answers": person.get("answers", {}),
        # What only children have, and what only adults have, too: people with the same columns are one INSERT.
        **{name: person.get(name) for name in SAME_NAME},
    }
