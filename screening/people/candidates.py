"""Who somebody in a contact may be: what the search finds, with what people said of each. A person decides."""

from dataclasses import dataclass, field
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from screening import audit
from screening.db import db
from screening.models import Participation, Person
from screening.people import links
from screening.people.describing import as_said
from screening.people.finding.search import Candidate, Found, search_thoroughly
from screening.people.links import Current, Shown

# How many are looked at, and how many of them are listed.
LOOKED_AT, LISTED = 20, 7
# matching.md A5: the bands in which a likeness is put into words.
VERY_LIKELY, POSSIBLE = 0.99, 0.50
# How long one search may take: somebody waits for the page.
LIMIT_MS = 5_000
NAMED = ("proposed", "doubted", "not_sure")
NOTHING_TO_ASK, NOT_CHECKED = Found([], None, 0), Found([], None, 0)
log = structlog.get_logger()


@dataclass(frozen=True)
class Who:
    """What is known of who somebody in a contact is, for one viewer.

    `listed` are candidates of whom nobody said that it is not them, likeliest first; `refused` are the others, and are
    shown folded. `named` are those whom somebody proposed, doubted or was not sure of, and whom the search finds not.
    `ask` is the one fact that would tell the first two apart. `checked` is False where the search failed.
    """

    participation: Participation
    people: dict[UUID, Person]
    said: dict[UUID, Current]
    confirmed: Current | None = None
    listed: list[Candidate] = field(default_factory=list)
    refused: list[Current] = field(default_factory=list)
    named: list[Current] = field(default_factory=list)
    ask: str | None = None
    checked: bool = True


def sure_words(posterior: float) -> str:
    """Say how sure the service is that two are the same person. It is never certain."""
    if posterior >= VERY_LIKELY:
        return "Very likely the same"
    return "Possible" if posterior >= POSSIBLE else "Less likely"


def of_people(participations: list[Participation]) -> list[Who]:
    """Look up who the people of a contact may be, for the viewer; whom that showed is audited."""
    said = links.current([one.id for one in participations])
    found = [_who(one, said.get(one.id, [])) for one in participations]
    shown = sorted({str(person_id) for who in found for person_id in who.people})
    if participations:
        audit.record("person.candidates_read", contact_id=participations[0].contact_id, detail={"shown": shown})
    return found


def shown_of(participation: Participation, person: Person) -> Shown:
    """Give what the service shows of this candidate now; nothing where the search does not find them."""
    for candidate in _search(participation).candidates:
        if candidate.person_id == person.id:
            reasons = [{"field": reason.field, "words": reason.words} for reason in candidate.reasons]
            return Shown(candidate.model, candidate.posterior, candidate.weight, reasons)
    return Shown()


def _who(participation: Participation, said: list[Current]) -> Who:
    found = _search(participation)
    by_kept = {one.kept_id: one for one in said}
    listed = [one for one in found.candidates if not _is_refused(by_kept.get(one.person_id))][:LISTED]
    refused = [one for one in said if one.link.answer == "refused"]
    people = people_of({one.person_id for one in listed} | by_kept.keys())
    shown = {one.person_id for one in listed}
    # Whoever was confirmed stands above, and not once more among the candidates.
    confirmed = links.confirmed_of(said)
    return Who(
        participation=participation,
        people=people,
        said=by_kept,
        confirmed=confirmed,
        listed=[
            one for one in listed if one.person_id in people and not (confirmed and one.person_id == confirmed.kept_id)
        ],
        refused=[one for one in refused if one.kept_id in people],
        named=[one for one in said if one.link.answer in NAMED and one.kept_id in people.keys() - shown],
        ask=found.ask if not confirmed else None,
        checked=found is not NOT_CHECKED,
    )


def _search(participation: Participation) -> Found:
    """Look somebody up; what fails takes nothing with it, and is told as not checked."""
    described = as_said(participation)
    if not described.keys() - {"sex"}:
        return NOTHING_TO_ASK
    try:
        with db.session.begin_nested():
            db.session.execute(select(func.set_config("statement_timeout", str(LIMIT_MS), True)))
            return search_thoroughly(described, LOOKED_AT)
    except Exception as problem:  # noqa: BLE001  mended: the page stands, and says that this was not checked
        # The kind only: the message of an exception may hold what somebody said.
        log.error("candidates_failed", kind=type(problem).__name__)
        return NOT_CHECKED


def _is_refused(said: Current | None) -> bool:
    return said is not None and said.link.answer == "refused"


def people_of(person_ids: set[UUID]) -> dict[UUID, Person]:
    """Find people by their ids, with their names and addresses; none of whom the viewer may not know."""
    question = select(Person).where(Person.id.in_(person_ids))
    loaded = question.options(selectinload(Person.names), selectinload(Person.addresses))
    return {person.id: person for person in db.session.scalars(loaded)}
