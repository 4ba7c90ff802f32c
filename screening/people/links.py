"""Who a person of a contact is, as people said. Nothing is linked by itself (hazard H7).

Each answer is a row, with who gave it, when, and what the service had shown; a later answer replaces it, and both are
kept. Links stay on the record that was answered about, also when that is merged into another.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import flag_modified

from screening import audit
from screening.access import require, viewer, viewing, worker_viewer
from screening.checks import said_who, standing_rule
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.locks import lock_contact
from screening.models import Participation, Person, PersonLink
from screening.models.person_link import HANDLER_ANSWERS
from screening.people import groups, queries, service
from screening.wording import moment

ANSWER_WORDS = {
    "proposed": "proposed",
    "doubted": "call handler doubts it is them",
    "confirmed": "confirmed",
    "refused": "not them",
    "not_sure": "not sure",
}
TAKEN_BACK = "taken back"
NOTHING_TO_TAKE_BACK = "There is nothing of yours to take back here: somebody has answered since. Look again."
CANNOT_SETTLE = "Who this is cannot be settled here. Ask the duty manager."


@dataclass(frozen=True)
class Shown:
    """What the service had shown of a candidate: nothing where they were found otherwise than by a score."""

    model: str | None = None
    posterior: float | None = None
    weight: float | None = None
    reasons: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Current:
    """An answer that holds now. `kept_id` is the record under which the person is read today."""

    link: PersonLink
    kept_id: UUID
    by: str

    @property
    def when_words(self) -> str:
        """Say by whom and when."""
        return f"{self.by} at {moment(self.link.answered_at)}"


def answer(participation: Participation, person: Person, said: str, shown: Shown) -> PersonLink:
    """Keep what somebody says of a candidate. A handler may only propose or doubt; neither undoes an answer.

    Raises:
        NotAllowed: the viewer may not say this.
        NotFound: the viewer may not know of the contact or the person any more.
        Conflict: somebody else confirmed who this is, or answered before a handler; or the record was merged.
    """
    require("people.find" if said in HANDLER_ANSWERS else "people.link")
    if lock_contact(participation.contact_id) is None:
        raise NotFound(queries.NO_CONTACT)
    person = _still_whole(person.id)
    now_said = current([participation.id]).get(participation.id, [])
    _refuse_settled(participation, person, said, now_said)
    same = next((one.link for one in now_said if one.link.person_id == person.id), None)
    if same is not None and same.answer == said:
        return same
    _replace(participation, person, said)
    link = _kept(participation, person, said, shown)
    _tell(participation, link, said)
    if said in HANDLER_ANSWERS:
        said_who.ask_again(participation)
    else:
        said_who.answered(participation)
        said_who.family_changed(person.id)
    return link


def _kept(participation: Participation, person: Person, said: str, shown: Shown) -> PersonLink:
    """Keep an answer, with who gave it and what they had been shown."""
    link = PersonLink(
        participation_id=participation.id,
        person_id=person.id,
        answer=said,
        answered_by_id=viewer().user_id,
        answered_at=now(),
        **vars(shown),
    )
    db.session.add(link)
    db.session.flush()
    return link


def make_person(participation: Participation) -> PersonLink:
    """Make a person of the index of somebody whom nobody in it matches, and confirm that it is them.

    Raises:
        NotAllowed: the viewer may not.
        NotFound: the viewer may not know of the contact any more.
        Conflict: somebody confirmed who this is.
    """
    require("people.link")
    if lock_contact(participation.contact_id) is None:
        raise NotFound(queries.NO_CONTACT)
    if _is_confirmed(participation.id):
        confirmed = confirmed_of(current([participation.id]).get(participation.id, []))
        raise Conflict(f"Already confirmed by {confirmed.when_words}." if confirmed else CANNOT_SETTLE)
    return answer(participation, service.make_from(participation), "confirmed", Shown())


def take_back(participation: Participation, person_id: UUID) -> None:
    """Let the viewer's own proposal or doubt count no longer. It stays on record; what others said stays as it is.

    Raises:
        NotFound: the viewer may not know of the contact any more.
        Conflict: they said no such thing.
    """
    require("people.find")
    if lock_contact(participation.contact_id) is None:
        raise NotFound(queries.NO_CONTACT)
    for one in current([participation.id]).get(participation.id, []):
        own = one.link.answered_by_id == viewer().user_id
        if one.kept_id == person_id and one.link.answer in HANDLER_ANSWERS and own:
            one.link.replaced_at = now()
            _tell(participation, one.link, TAKEN_BACK)
            said_who.ask_again(participation)
            return
    raise Conflict(NOTHING_TO_TAKE_BACK)


def current(participation_ids: Collection[UUID]) -> dict[UUID, list[Current]]:
    """List the answers that hold now, by the participation; none about a person of whom the viewer may not know."""
    question = (
        select(PersonLink, Person.id)
        .join(Person, Person.id == PersonLink.person_id)
        .where(PersonLink.participation_id.in_(participation_ids), PersonLink.replaced_at.is_(None))
        .order_by(PersonLink.seq)
    )
    links = [link for link, _ in db.session.execute(question)] if participation_ids else []
    if not links:
        return {}
    kept = groups.members_of({link.person_id for link in links})
    names = queries.user_names([link.answered_by_id for link in links])
    found: dict[UUID, list[Current]] = {}
    for link in links:
        one = Current(link, kept[link.person_id][0], names[link.answered_by_id])
        found.setdefault(link.participation_id, []).append(one)
    return found


def confirmed_of(said: Iterable[Current]) -> Current | None:
    """Give the answer that says who it is, if somebody confirmed that."""
    return next((one for one in said if one.link.answer == "confirmed"), None)


def confirmed_records(participation_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Give, for each participation whose person was confirmed, the ids of all records that make up that person."""
    found = {participation_id: confirmed_of(said) for participation_id, said in current(participation_ids).items()}
    people = groups.members_of({one.link.person_id for one in found.values() if one})
    return {participation_id: people[one.link.person_id] for participation_id, one in found.items() if one is not None}


def _still_whole(person_id: UUID) -> Person:
    # Held for reading until the commit, so that it is not merged away beneath the answer.
    question = select(Person).where(Person.id == person_id).with_for_update(read=True, of=Person)
    person = db.session.scalar(question.execution_options(populate_existing=True))
    if person is None:
        raise NotFound(queries.NOT_FOUND)
    queries.refuse_merged(person)
    return person


def _refuse_settled(participation: Participation, person: Person, said: str, now_said: list[Current]) -> None:
    confirmed = confirmed_of(now_said)
    if said in HANDLER_ANSWERS:
        given = next((one for one in now_said if one.kept_id == person.id and _outweighs(one, said)), confirmed)
        if given:
            words = ANSWER_WORDS[given.link.answer]
            raise Conflict(f"{given.by} has answered already: {words}, at {moment(given.link.answered_at)}.")
        return
    if said != "confirmed":
        return
    if confirmed and confirmed.kept_id != person.id and confirmed.link.answered_by_id != viewer().user_id:
        words = f"{confirmed.by} confirmed somebody else at {moment(confirmed.link.answered_at)}."
        raise Conflict(f"{words} Say “Not them” or “Not sure” of that person first, if you know better.")
    if confirmed is None and _is_confirmed(participation.id):
        raise Conflict(CANNOT_SETTLE)


def _outweighs(given: Current, said: str) -> bool:
    """Say whether an answer stands against what a handler says: a doubt undoes nobody else's proposal."""
    own = given.link.answered_by_id == viewer().user_id
    return given.link.answer not in HANDLER_ANSWERS or (said == "doubted" and given.link.answer != said and not own)


def _is_confirmed(participation_id: UUID) -> bool:
    """Say whether somebody confirmed who this is, be it one of whom the viewer may not know."""
    with viewing(worker_viewer("links")):
        return confirmed_of(current([participation_id]).get(participation_id, [])) is not None


def _replace(participation: Participation, person: Person, said: str) -> None:
    """Let what held until now hold no more: of all records of this person; and, on a confirmation, the one before."""
    about = PersonLink.person_id.in_(groups.members(person.id))
    ends = about | (PersonLink.answer == "confirmed") if said == "confirmed" else about
    held = (PersonLink.participation_id == participation.id, PersonLink.replaced_at.is_(None))
    db.session.execute(update(PersonLink).where(*held, ends).values(replaced_at=now()))


def _tell(participation: Participation, link: PersonLink, said: str) -> None:
    detail = {"participation": str(participation.id), "person": str(link.person_id), "answer": said}
    audit.record("link.answered", contact_id=participation.contact_id, subject=("link", link.id), detail=detail)
    contact = lock_contact(participation.contact_id)
    if contact is not None:
        # Who has the contact open is told that there is more.
        flag_modified(contact, "state")
    db.session.flush()
    if said == "confirmed":
        standing_rule.look_at(participation.contact_id)
