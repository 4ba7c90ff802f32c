"""A search as a program is answered: candidates with our id, the source's, how likely and why; written down."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening.access import viewer
from screening.db import Json, db
from screening.models import Person
from screening.people.candidates import people_of
from screening.people.finding.live_search import HOME
from screening.people.finding.search import SEES_PROTECTED, Candidate, record_search, search
from screening.people.homes import hidden_homes
from screening.people.loading.contract import described_of
from screening.people.loading.reading import without_wrong_identifiers
from screening.people.matching import MODEL


def answer(asked: Mapping[str, Any]) -> Json:
    """Look somebody up for a program, in the caller's transaction; `asked` as `AskedPersonSchema` gives it."""
    # A wrong NHS number says nothing of anybody; it must not speak against the right person.
    kept, _ = without_wrong_identifiers(asked)
    described = described_of(kept)
    found = search(described)
    record_search(described, found)
    source_ids, hidden = _source_ids(found.candidates), _hidden(found.candidates)
    candidates = [_told(candidate, source_ids, hides=candidate.person_id in hidden) for candidate in found.candidates]
    return {"candidates": candidates, "ask": found.ask, "model": MODEL}


def _source_ids(candidates: list[Candidate]) -> dict[Any, str | None]:
    asked = select(Person.id, Person.source_id).where(Person.id.in_([one.person_id for one in candidates]))
    return {row.id: row.source_id for row in db.session.execute(asked)}


def _hidden(candidates: list[Candidate]) -> set[UUID]:
    """Find those of whom a home is not shown: that one agrees with what was asked would give it away."""
    if viewer().may(SEES_PROTECTED):
        return set()
    people = people_of({one.person_id for one in candidates})
    hidden = hidden_homes(people.values())
    return {id_ for id_, person in people.items() if any(home.id in hidden for home in person.addresses)}


def _told(candidate: Candidate, source_ids: Mapping[Any, str | None], *, hides: bool) -> Json:
    return {
        "person": str(candidate.person_id),
        "source_id": source_ids.get(candidate.person_id),
        "posterior": round(candidate.posterior, 4),
        "weight": round(candidate.weight, 2),
        "reasons": [reason.words for reason in candidate.reasons if not (hides and reason.field == HOME)],
    }
