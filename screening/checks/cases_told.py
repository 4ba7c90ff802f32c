"""The case system told something new: whoever of an open contact it may be about is looked up again.

A list promises one task, which goes on in parts. What was only told again, word for word, is no news, and is left
alone; but once lists are fresh again after they were too old, everybody is looked up whom that had left not checked.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import tasks
from screening.checks import changed_people, looking_up, said_who
from screening.checks.changed_people import FIRST
from screening.db import db
from screening.models import BackgroundCheck, Involvement, InvolvementList, Participation, Person, PersonLink
from screening.people import alike, groups
from screening.people.alike import Asked
from screening.people.case_lists import HIDDEN_KINDS


def promise(told: InvolvementList, beyond: UUID = FIRST, *, state: str = "told") -> None:
    """Promise to look at open contacts again.

    Args:
        told: the list.
        beyond: the last person of a contact who was looked at.
        state: `fresh` where lists were too old before this one, else `told`.
    """
    urgency = "red" if beyond == FIRST else "amber"
    tasks.promise(tasks.CASES_TOLD, f"{told.id}:{state}:{beyond}", urgency=urgency)


def look_at_some(key: str) -> None:
    """Promise a new look for whoever a list may have told something new of, and to go on later; `key` is the task's."""
    _, list_id, state, beyond = key.split(":")
    told = db.session.get_one(InvolvementList, UUID(list_id))
    news = (
        Involvement.source == told.source,
        Involvement.loaded_at == told.read_at,
        Involvement.kind.not_in(HIDDEN_KINDS),
    )
    records = set(groups.all_members(list(db.session.scalars(_records(news)))))
    if UUID(beyond) == FIRST:
        said_who.records_changed(records, list_id)
    numbers = sorted(db.session.scalars(select(Person.number).where(Person.id.in_(records))))

    def may_be_told_of(people: Sequence[Participation]) -> list[Participation]:
        found = {*changed_people.may_be_one_of(people, numbers), *_alike(people, news)}
        return list(found | set(_not_checked(people)) if state == "fresh" else found)

    last = changed_people.look(UUID(beyond), list_id, may_be_told_of)
    if last is not None:
        promise(told, last, state=state)


def _records(news: tuple[Any, ...]) -> Any:
    return select(Involvement.person_id).where(*news, Involvement.person_id.is_not(None)).distinct()


def _alike(people: Sequence[Participation], news: tuple[Any, ...]) -> list[Participation]:
    """Find who is like somebody told of, as they were said to be or as a record that may be theirs has them."""
    asked = {one.id: [alike.asked(one)] for one in people}
    for participation_id, record in _of_records(people):
        asked[participation_id].append(record)
    every = [one for several in asked.values() for one in several]
    told = [
        alike.of_involvement(row) for row in db.session.scalars(select(Involvement).where(*news, alike.may_be(every)))
    ]
    return [
        person
        for person in people
        if any(alike.compare(one, row).is_candidate for one in asked[person.id] for row in told)
    ]


def _of_records(people: Sequence[Participation]) -> list[tuple[UUID, Asked]]:
    said = select(PersonLink.participation_id, PersonLink.person_id).where(
        PersonLink.participation_id.in_([one.id for one in people]),
        PersonLink.answer != "refused",
        PersonLink.replaced_at.is_(None),
    )
    links = db.session.execute(said).all()
    members = groups.members_of({row.person_id for row in links})
    records = {one.record_id: one for one in alike.records({id_ for ids in members.values() for id_ in ids})}
    return [(row.participation_id, records[id_]) for row in links for id_ in members[row.person_id] if id_ in records]


def _not_checked(people: Sequence[Participation]) -> list[Participation]:
    """Find whose check says that something was not checked."""
    standing = select(BackgroundCheck.participation_id).where(
        BackgroundCheck.participation_id.in_([one.id for one in people]),
        BackgroundCheck.kind == looking_up.KIND,
        BackgroundCheck.replaced_at.is_(None),
        BackgroundCheck.problem.is_not(None),
    )
    found = set(db.session.scalars(standing))
    return [one for one in people if one.id in found]
