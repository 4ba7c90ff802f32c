"""Which people of a contact live where nobody may be told (hazard H6): what the caller said may give it away.

In doubt they do: an address that was told once cannot be taken back.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from routing_rules import clocks
from screening.access import viewing, worker_viewer
from screening.db import now
from screening.models import Contact, Participation, PersonAddress
from screening.people import groups, links
from screening.people.homes import mates_alerted, protected_homes, same_home
from screening.people.matching import Home
from screening.people.matching.home import home_of

WITHHELD = "Address withheld: protected"


def is_protected(contact: Contact, participation: Participation, record_id: UUID | None = None) -> bool:
    """Say whether where somebody in a contact lives is told to nobody; `record_id` is a record that is theirs too."""
    if participation not in contact.participations:
        # They were left out of it since: nobody looks at where they live any more.
        return True
    more = {participation.id: [record_id]} if record_id else {}
    return participation.id in people_protected(contact, more)


def people_protected(contact: Contact, more: Mapping[UUID, Collection[UUID]] | None = None) -> set[UUID]:
    """Find the people of a contact whose address is told to nobody: who is protected, and who may live with them.

    Args:
        contact: the contact.
        more: records, by the participation, that are theirs beside the one who was confirmed.
    """
    said = {person.id: list(_said(person, contact)) for person in contact.participations}
    # Whoever may know of the records.
    with viewing(worker_viewer("protected homes")):
        records = _records(said, more or {})
        known = {id_: protected_homes(ids) for id_, ids in records.items()}
        theirs = {id_ for id_, homes in known.items() if any(home.person_id in records[id_] for home in homes)}
        theirs |= {id_ for id_, ids in records.items() if mates_alerted(ids)}
        places: list[Home | PersonAddress] = [home for id_ in theirs for home in said[id_]]
        places += [home for homes in known.values() for home in homes]
        return theirs | {id_ for id_, homes in said.items() if _is_one_of(homes, places)}


def _is_one_of(homes: Iterable[Home], places: Collection[Home | PersonAddress]) -> bool:
    return any(same_home(home, place) for home in homes for place in places)


def _records(participation_ids: Iterable[UUID], more: Mapping[UUID, Collection[UUID]]) -> dict[UUID, set[UUID]]:
    """Give all records that make up each person, those that were merged since among them."""
    confirmed = links.confirmed_records(list(participation_ids))
    found = {id_: {*confirmed.get(id_, ()), *more.get(id_, ())} for id_ in {*confirmed, *more}}
    return {id_: {one for members in groups.members_of(ids).values() for one in members} for id_, ids in found.items()}


def _said(person: Participation, contact: Contact) -> Iterable[Home]:
    """Give where somebody lives by what was said: their own address, and the household's if they may live there."""
    own = _home(person)
    if own:
        yield own
    # The household is the first child's home. Where nothing is said, they may live there.
    lives_there = person.in_household is not False if own is None else bool(person.in_household)
    household = next((home for child in contact.children if (home := _home(child))), None)
    if household and lives_there:
        yield household


def _home(person: Participation) -> Home | None:
    parts = {"line_1": person.address_line_1, "town": person.town, "postcode": person.postcode}
    found = home_of({key: part for key, part in parts.items() if part}, today=clocks.london_date(now()))
    return found if found and (found.street or found.number or found.postcode) else None
