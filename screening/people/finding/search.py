"""Who may this be: candidates of the index with their reasons, for a call that goes on and for what happens later.

The first look reads the keys of what is known of somebody. The second, for when no candidate is likely, looks under
every name that a typed one may stand for. A record whom the viewer may not know of is not there: it is left out where
cards are read, before anything is compared, counted or shared out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any
from typing import cast as as_type
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, cast, func, literal, select

from routing_rules import clocks
from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.models import PersonCard
from screening.people.finding.known_names import KnownNames, known_names
from screening.people.finding.lookups import MOST_CANDIDATES, by_key, by_name
from screening.people.matching import Card, card_of, fact_to_ask, from_text, query_keys, score, share_out
from screening.people.matching.reasons import Reason
from screening.people.matching.score import Ranked, Scored

# A key that more people share finds nobody by itself (docs/matching.md); on the second look these do.
MOST_OF_A_KEY, MOST_OF_A_COMMON_KEY = 200, 1_000
# The first look compares those who share most: most searches end there. The second goes on to all.
MOST_AT_FIRST = 150
LIKELY = 0.95
# In bits: a list goes down to here, so that it never hides that candidates exist (docs/matching.md).
LEAST_WEIGHT = -5.0
SEES_PROTECTED = "people.read"


@dataclass(frozen=True)
class Candidate:
    """Somebody who it may be. `posterior` is 0 to 1, `weight` in bits; each reason keeps its field."""

    person_id: UUID
    posterior: float
    weight: float
    model: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Found:
    """The answer. `ask` is the fact that would tell the first two apart; `stage` how many looks it took."""

    candidates: list[Candidate]
    ask: str | None
    stage: int


@dataclass(frozen=True)
class _Question:
    card: Card
    names: KnownNames


@dataclass(frozen=True)
class _First:
    """What the first look gives: who was compared, who shares less and was not, and keys that too many share."""

    ranked: list[Ranked]
    rest: list[int]
    common: list[int]


def search(described: Json, limit: int = 10) -> Found:
    """Look somebody up as one types: a second look only where the first found nobody likely.

    Args:
        described: what is known of them, in the contract's shape (`DescribedPersonSchema`).
        limit: how many candidates to give.
    """
    question = _question(described)
    first = _first_look(question)
    if first.ranked and first.ranked[0].posterior >= LIKELY:
        return _found(question, first.ranked, limit, stage=1)
    return _found(question, _second_look(question, first), limit, stage=2)


def search_thoroughly(described: Json, limit: int = 10) -> Found:
    """Look somebody up when there is time: both looks, however likely the first candidate is."""
    question = _question(described)
    return _found(question, _second_look(question, _first_look(question)), limit, stage=2)


def record_search(described: Json, found: Found, contact_id: UUID | None = None) -> None:
    """Write down that a search was made: what was looked for as hashes, whom it showed, in which call if any."""
    detail = {
        "terms": {field: audit.hashed(str(said)) for field, said in sorted(described.items())},
        "shown": [str(candidate.person_id) for candidate in found.candidates],
        "stage": found.stage,
    }
    audit.record("people.searched", contact_id=contact_id, detail=detail)


def _question(described: Json) -> _Question:
    return _Question(card_of(described, today=clocks.london_date(now())), known_names())


def _first_look(question: _Question) -> _First:
    keys, population = query_keys(question.card), question.names.population
    numbers, common = by_key(keys, most=MOST_OF_A_KEY, population=population)
    ranked = share_out(_scored(question, numbers[:MOST_AT_FIRST]), population)
    return _First(ranked, numbers[MOST_AT_FIRST:], common)


def _second_look(question: _Question, first: _First) -> list[Ranked]:
    population = question.names.population
    shared, _ = by_key(first.common, most=MOST_OF_A_COMMON_KEY, population=population)
    found = dict.fromkeys(_in_turn(by_name(question.card, question.names), first.rest, shared))
    seen = {_number(ranked) for ranked in first.ranked}
    # Whom the first look scored keeps that score: the same two cards come to the same.
    kept = [(one.id, one.scored) for one in first.ranked]
    new = islice((number for number in found if number not in seen), MOST_CANDIDATES - len(kept))
    return share_out([*kept, *_scored(question, list(new))], population)


def _in_turn(*lists: list[int]) -> Iterator[int]:
    rounds = zip_longest(*lists)
    return (number for one_of_each in rounds for number in one_of_each if number is not None)


def _scored(question: _Question, numbers: list[int]) -> list[tuple[Any, Scored]]:
    frequencies = question.names.frequencies
    return [(of, score(question.card, card, frequencies)) for of, card in _cards(numbers)] if numbers else []


def _cards(numbers: list[int]) -> list[tuple[tuple[int, str], Card]]:
    whole = func.coalesce(PersonCard.whole_card, PersonCard.card)
    shown = whole if viewer().kind == "worker" or viewer().may(SEES_PROTECTED) else PersonCard.card
    theirs = PersonCard.person_number == func.any(literal(numbers, ARRAY(Integer)))
    # Ids as text: of hundreds, ten are shown.
    columns = PersonCard.person_number, cast(PersonCard.person_id, Text), shown
    rows = db.session.execute(select(*columns).where(theirs))
    return [((number, person_id), from_text(card)) for number, person_id, card in rows]


def _number(ranked: Ranked) -> int:
    number, _ = as_type("tuple[int, str]", ranked.id)
    return number


def _candidate(ranked: Ranked) -> Candidate:
    _, person_id = as_type("tuple[int, str]", ranked.id)
    scored = ranked.scored
    return Candidate(UUID(person_id), ranked.posterior, scored.weight, scored.model, scored.reasons)


def _found(question: _Question, ranked: list[Ranked], limit: int, *, stage: int) -> Found:
    shown = [one for one in ranked[:limit] if one.scored.weight >= LEAST_WEIGHT]
    return Found([_candidate(one) for one in shown], _ask(question.card, shown), stage)


def _ask(query: Card, shown: list[Ranked]) -> str | None:
    if len(shown) < 2 or shown[0].posterior >= LIKELY:
        return None
    first, second = (one.scored.candidate for one in shown[:2])
    return fact_to_ask(first, second, query)
