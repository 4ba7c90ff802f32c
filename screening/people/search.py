"""Who may this be: candidates of the index with their reasons, for a call that goes on and for what happens later.

The first look reads the keys of what is known of somebody. The second, for when no candidate is likely, looks under
every name that a typed one may stand for. A record whom the viewer may not know of is not there: it is left out where
cards are read, before anything is compared, counted or shared out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Float, Integer, SmallInteger, bindparam, func, literal, select, text

from routing_rules import clocks
from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.models import PersonCard
from screening.people.known_names import KnownNames, known_names
from screening.people.matching import Card, card_of, fact_to_ask, from_text, query_keys, rank
from screening.people.matching.keys import name_tokens, token_key, years_allowed
from screening.people.matching.reasons import Reason
from screening.people.matching.score import Ranked

# matching.md A5: a key that more people share finds nobody by itself; what is compared stays under 15 ms.
MOST_OF_A_KEY, MOST_CANDIDATES = 200, 400
# On the second look: of a common key, and of one name that a typed one may stand for.
MOST_OF_A_COMMON_KEY, MOST_OF_A_NAME = 1_000, 400
# Without any age every year is looked into, so only the likeliest names are.
NAMES_WITHOUT_AGE = 60
LIKELY = 0.95
# Of what the first look found, what is still compared beside what the second finds.
KEPT_OF_FIRST = 100
# matching.md A5: list down to this weight, and never hide that candidates exist.
LEAST_WEIGHT = -5.0
SEES_PROTECTED = "people.read"
EVERY_YEAR, NO_YEAR = (-32768, 32767), (0, 0)

# Each key by itself and with a limit, in the order of its index: however many rows there are, and whatever the planner
# believes of them, it never reads the table through.
BY_KEY = text(
    """
    with hit as materialized (
        select asked.key, found.person_number
          from unnest(:keys) as asked(key)
         cross join lateral (select person_number from person_key where person_key.key = asked.key
                              order by person_number limit :most + 1) as found
    ),
    sized as (select key, person_number, count(*) over (partition by key) as people from hit)
    (select person_number, cast(null as bigint) as key from sized where people <= :most
      group by person_number order by sum(:known - ln(people)) desc, person_number limit :candidates)
    union all
    select null, key from sized where people > :most group by key
    """
).bindparams(bindparam("keys", type_=ARRAY(BigInteger())), bindparam("known", type_=Float()))
BY_NAME = text(
    """
    with hit as materialized (
        select asked.turn, asked.likeness, found.person_number
          from unnest(:turns, :keys, :likenesses, :firsts, :lasts) as asked(turn, key, likeness, first, last)
         cross join lateral (select person_number from person_token
                              where person_token.key = asked.key and born_year between asked.first and asked.last
                              order by born_year, person_number limit :most) as found
    ),
    of_turn as (select turn, person_number, max(likeness) as likeness from hit group by turn, person_number)
    select person_number from of_turn group by person_number having count(*) > 1
     order by sum(likeness) desc, person_number limit :candidates
    """
).bindparams(
    bindparam("turns", type_=ARRAY(Integer())),
    bindparam("keys", type_=ARRAY(BigInteger())),
    bindparam("likenesses", type_=ARRAY(Float())),
    bindparam("firsts", type_=ARRAY(SmallInteger())),
    bindparam("lasts", type_=ARRAY(SmallInteger())),
)


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


def search(described: Json, limit: int = 10) -> Found:
    """Look somebody up as one types: a second look only where the first found nobody likely.

    Args:
        described: what is known of them, in the contract's shape (`DescribedPersonSchema`).
        limit: how many candidates to give.
    """
    question = _question(described)
    first, common = _first_look(question)
    if first and first[0].posterior >= LIKELY:
        return _found(question, first, limit, stage=1)
    return _found(question, _second_look(question, first, common), limit, stage=2)


def search_thoroughly(described: Json, limit: int = 10) -> Found:
    """Look somebody up when there is time: both looks, however likely the first candidate is."""
    question = _question(described)
    return _found(question, _second_look(question, *_first_look(question)), limit, stage=2)


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


def _first_look(question: _Question) -> tuple[list[Ranked], list[int]]:
    """Rank who shares the rarest keys; give also the keys that too many share."""
    numbers, common = _by_key(query_keys(question.card), MOST_OF_A_KEY, question)
    return _ranked(question, numbers), common


def _second_look(question: _Question, first: list[Ranked], common: list[int]) -> list[Ranked]:
    """Add who is found by any two names, and who shares the keys that are common."""
    kept = [_number(ranked) for ranked in first[:KEPT_OF_FIRST]]
    shared, _ = _by_key(common, MOST_OF_A_COMMON_KEY, question) if common else ([], [])
    alike = _by_name(question)
    new = dict.fromkeys(number for pair in _in_turn(alike, shared) for number in pair)
    numbers = list(dict.fromkeys([*kept, *new]))[:MOST_CANDIDATES]
    return _ranked(question, numbers)


def _by_key(keys: list[int], most: int, question: _Question) -> tuple[list[Any], list[int]]:
    asked = {
        "keys": keys,
        "most": most,
        "known": log(max(question.names.population, 2)),
        "candidates": MOST_CANDIDATES,
    }
    rows = db.session.execute(BY_KEY, asked).all()
    return [row.person_number for row in rows if row.key is None], [row.key for row in rows if row.key is not None]


def _by_name(question: _Question) -> list[int]:
    typed = name_tokens(question.card)
    if len(typed) < 2:
        return []
    years = years_allowed(question.card)
    spans = [(years[0] - 1, years[-1]), NO_YEAR] if years else [EVERY_YEAR]
    asked = [
        (turn, token_key(name), 1 - place / 1_000, *span)
        for turn, token in enumerate(typed)
        for place, name in enumerate(_alike(question, token, has_age=bool(years)))
        for span in spans
    ]
    if not asked:
        return []
    names = ("turns", "keys", "likenesses", "firsts", "lasts")
    columns = dict(zip(names, map(list, zip(*asked, strict=True)), strict=True))
    limits = {"most": MOST_OF_A_NAME, "candidates": MOST_CANDIDATES}
    return list(db.session.scalars(BY_NAME, columns | limits))


def _alike(question: _Question, token: str, *, has_age: bool) -> list[str]:
    found = [token, *question.names.alike(token)]
    return found if has_age else found[:NAMES_WITHOUT_AGE]


def _in_turn(ones: list[int], others: list[int]) -> Iterable[tuple[int, ...]]:
    for place in range(max(len(ones), len(others))):
        yield tuple(found[place] for found in (ones, others) if place < len(found))


def _ranked(question: _Question, numbers: list[Any]) -> list[Ranked]:
    if not numbers:
        return []
    names = question.names
    return rank(question.card, _cards(numbers), population=names.population, frequencies=names.frequencies)


def _cards(numbers: list[int]) -> Iterable[tuple[tuple[int, UUID], Card]]:
    whole = func.coalesce(PersonCard.whole_card, PersonCard.card)
    shown = whole if viewer().kind == "worker" or viewer().may(SEES_PROTECTED) else PersonCard.card
    theirs = PersonCard.person_number == func.any(literal(numbers, ARRAY(Integer)))
    rows = db.session.execute(select(PersonCard.person_number, PersonCard.person_id, shown.label("card")).where(theirs))
    return [((number, person_id), from_text(card)) for number, person_id, card in rows]


def _number(ranked: Ranked) -> int:
    number, _ = cast("tuple[int, UUID]", ranked.id)
    return number


def _candidate(ranked: Ranked) -> Candidate:
    _, person_id = cast("tuple[int, UUID]", ranked.id)
    scored = ranked.scored
    return Candidate(person_id, ranked.posterior, scored.weight, scored.model, scored.reasons)


def _found(question: _Question, ranked: list[Ranked], limit: int, *, stage: int) -> Found:
    shown = [one for one in ranked[:limit] if one.scored.weight >= LEAST_WEIGHT]
    return Found([_candidate(one) for one in shown], _ask(question.card, shown), stage)


def _ask(query: Card, shown: list[Ranked]) -> str | None:
    if len(shown) < 2 or shown[0].posterior >= LIKELY:
        return None
    first, second = (one.scored.candidate for one in shown[:2])
    return fact_to_ask(first, second, query)
