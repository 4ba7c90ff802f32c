"""Which contacts of a list are of one home: a view of the list and nothing more. Nothing is linked by it.

Of one home are those about people who were confirmed and live in one household of the index, and those for which the
same door was said. Who is restricted is not looked at, so that a group never tells of them.
"""

from collections.abc import Hashable, Sequence

from sqlalchemy import select

from routing_rules import clocks
from screening.db import db, now
from screening.models import Contact, Participation, Person, PersonLink, QueueItem
from screening.people.matching.home import home_of


def together(items: Sequence[QueueItem]) -> list[list[QueueItem]]:
    """Put items of one home together, each group where its first item stands; two queries however many they are."""
    keys = _keys(items)
    group_of: dict[Hashable, list[QueueItem]] = {}
    groups: list[list[QueueItem]] = []
    for item in items:
        joined = {id(group_of[key]): group_of[key] for key in keys[item.id] if key in group_of}.values()
        # What joins two groups makes them one, where the first of them stands.
        first, *others = sorted(joined, key=groups.index) if joined else [_begun(groups)]
        for other in others:
            first += other
            groups.remove(other)
        first.append(item)
        for one in first:
            group_of.update(dict.fromkeys(keys[one.id], first))
    return groups


def _begun(groups: list[list[QueueItem]]) -> list[QueueItem]:
    groups.append([])
    return groups[-1]


def _keys(items: Sequence[QueueItem]) -> dict[Hashable, set[Hashable]]:
    households = _households({item.contact_id for item in items})
    return {
        item.id: {("contact", item.contact_id)} | households.get(item.contact_id, set()) | _doors(item.contact)
        for item in items
    }


def _households(contact_ids: set[Hashable]) -> dict[Hashable, set[Hashable]]:
    question = (
        select(Participation.contact_id, Person.household_id)
        .join(PersonLink, PersonLink.participation_id == Participation.id)
        .join(Person, Person.id == PersonLink.person_id)
        .where(Participation.contact_id.in_(contact_ids), Person.household_id.is_not(None))
        .where(PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None))
        .where(Participation.left_out_at.is_(None))
    )
    found: dict[Hashable, set[Hashable]] = {}
    for contact_id, household_id in db.session.execute(question):
        found.setdefault(contact_id, set()).add(("household", household_id))
    return found


def _doors(contact: Contact) -> set[Hashable]:
    today = clocks.london_date(now())
    at_home = [*contact.children, *(adult for adult in contact.adults if adult.in_household)]
    homes = [home_of({"line_1": one.address_line_1, "postcode": one.postcode}, today=today) for one in at_home]
    # A street or a postcode alone is many homes.
    return {("door", home.postcode, home.number, home.flat) for home in homes if home and home.postcode and home.number}
