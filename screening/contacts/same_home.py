"""Other children whom we know at the address of a child in the call: offered, and added only by a person.

Who may open people sees who they are. Anybody else hears that there are some, and asks the caller.
"""

from collections.abc import Collection
from uuid import UUID

from screening import audit
from screening.access import viewer
from screening.contacts import forms
from screening.db import Json, now
from screening.errors import Conflict, Invalid
from screening.models import Contact, Person
from screening.people import living_there
from screening.people.finding.live_search import READS
from screening.telling import age_words

NOT_THERE = "This child is not offered any more. Look at who is at this address now, and choose again."


def offered(contact: Contact, body: Json, typed: Json, but: Collection[UUID]) -> Json | None:
    """Say what is known of other children at somebody's address: `named`, and `unnamed`, whether there are any.

    None where nobody is. `but` are records that were said to be somebody in the call.
    """
    found = [person for person in living_there.children_at(typed.get("address", {}), but) if not _in_call(person, body)]
    if not found:
        return None
    if not viewer().may(READS):
        return {"named": [], "unnamed": True}
    audit.record(
        "person.candidates_read",
        contact_id=contact.id,
        detail={"shown": [str(person.id) for person in found], "because": "same home"},
    )
    named = [{"id": person.id, "name": person.full_name, "age": age_words(person, now())} for person in found]
    return {"named": named, "unnamed": False}


def add(body: Json, chosen: str) -> tuple[Json, str]:
    """Put a child who is offered among those of the call, at the same address; give also where they stand on the page.

    Nobody is linked by it: whether it is them is asked as of everybody.

    Args:
        body: the draft.
        chosen: the place of the child whose address it is, and the record: `0 PERSON-ID`.

    Raises:
        Invalid: it cannot be read, or the call holds no more children.
        Conflict: that child is not at this address any more, or not known to the viewer.
    """
    place, _, person_id = chosen.partition(" ")
    children = body.get("children", [])
    if not place.isdecimal() or int(place) >= len(children) or len(children) >= forms.MOST_ITEMS:
        raise Invalid(NOT_THERE)
    address = children[int(place)].get("address", {})
    there = {str(person.id): person for person in living_there.children_at(address)} if viewer().may(READS) else {}
    if person_id not in there:
        raise Conflict(NOT_THERE)
    added = _said(there[person_id]) | {"address": dict(address)}
    return body | {"children": [*children, added]}, f"#children-{len(children)}"


def _said(person: Person) -> Json:
    due = person.expected_delivery_date
    said = {
        "given_name": " ".join(person.named("given")),
        "family_name": " ".join(person.named("family")),
        "date_of_birth": person.date_of_birth or "",
        "expected_delivery_date": due.isoformat() if due and person.is_unborn else "",
        "sex": person.sex or "",
    }
    return {name: words for name, words in said.items() if words}


def _in_call(person: Person, body: Json) -> bool:
    names = {_name(child) for child in body.get("children", [])}
    return person.full_name.casefold() in names


def _name(child: Json) -> str:
    return " ".join(str(child[part]) for part in ("given_name", "family_name") if child.get(part)).casefold()
