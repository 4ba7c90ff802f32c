"""The records that make up one person. A merge moves nothing, so whoever reads a person reads the whole group."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text

from screening.db import db
from screening.models import Person

# Up from each record that was asked for to the one that took it in at last, then down to all that it took in.
GROUPS = """
    with recursive
    up(asked, id, merged_into_id) as (
        select id, id, merged_into_id from person where id = any(:asked)
        union all
        select up.asked, person.id, person.merged_into_id from up join person on person.id = up.merged_into_id
    ),
    member(asked, id, depth) as (
        select asked, id, 0 from up where merged_into_id is null
        union all
        select member.asked, person.id, depth + 1 from member join person on person.merged_into_id = member.id
    )
    select member.asked, member.id from member join person on person.id = member.id
    order by member.depth, person.number
"""


def members_of(person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Give, for each record, the ids of all records that make up the same person: the one that is kept stands first.

    A record that is in no merge is a group of its own; one that does not exist is left out. The caller found the
    records: all of a group are restricted alike, so that this tells of nobody whom the viewer may not know.
    """
    question = text(GROUPS).bindparams(bindparam("asked", type_=ARRAY(Uuid())))
    found: dict[UUID, list[UUID]] = {}
    for asked, member in db.session.execute(question, {"asked": list(person_ids)}) if person_ids else ():
        found.setdefault(asked, []).append(member)
    return found


def members(person_id: UUID) -> list[UUID]:
    """Give the ids of the records that make up one person, the kept one first; see `members_of`."""
    return members_of([person_id]).get(person_id, [person_id])


def records_of(person_id: UUID) -> list[Person]:
    """Give the records that make up one person, the kept one first; none of whom the viewer may not know."""
    ids = members(person_id)
    found = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[id_] for id_ in ids if id_ in found]


def all_members(person_ids: Collection[UUID]) -> list[UUID]:
    """Give the ids of all records that make up these people, each once; see `members_of`."""
    groups = members_of(person_ids).values()
    return list(dict.fromkeys(member for group in groups for member in group))
