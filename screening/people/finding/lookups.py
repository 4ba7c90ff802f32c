"""Numbers of people whom keys and names lead to. Nobody's record is read: only what `index` wrote to find them by."""

from math import log

from sqlalchemy import ARRAY, BigInteger, Float, Integer, SmallInteger, bindparam, text

from screening.db import db
from screening.people.finding.known_names import KnownNames
from screening.people.matching import Card
from screening.people.matching.keys import name_tokens, token_key, years_allowed

MOST_CANDIDATES = 400
# Of one name that a typed one may stand for. Without any age, every year is looked into for the likeliest names alone.
MOST_OF_A_NAME, NAMES_WITHOUT_AGE = 400, 60
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


def by_key(keys: list[int], *, most: int, population: int) -> tuple[list[int], list[int]]:
    """Give who shares keys that no more than `most` people share, rarest first; and the keys that more do."""
    if not keys:
        return [], []
    asked = {"keys": keys, "most": most, "known": log(max(population, 2)), "candidates": MOST_CANDIDATES}
    rows = db.session.execute(BY_KEY, asked).all()
    return [row.person_number for row in rows if row.key is None], [row.key for row in rows if row.key is not None]


def by_name(card: Card, known: KnownNames) -> list[int]:
    """Give who has two of the typed names, or of those that they may stand for, and the right age; likeliest first."""
    typed = name_tokens(card)
    if len(typed) < 2:
        return []
    years = years_allowed(card)
    spans = [(years[0] - 1, years[-1]), NO_YEAR] if years else [EVERY_YEAR]
    asked = [
        (turn, token_key(name), 1 - place / 1_000, *span)
        for turn, token in enumerate(typed)
        for place, name in enumerate(_alike(known, token, has_age=bool(years)))
        for span in spans
    ]
    names = ("turns", "keys", "likenesses", "firsts", "lasts")
    columns = dict(zip(names, map(list, zip(*asked, strict=True)), strict=True))
    limits = {"most": MOST_OF_A_NAME, "candidates": MOST_CANDIDATES}
    return list(db.session.scalars(BY_NAME, columns | limits))


def _alike(known: KnownNames, token: str, *, has_age: bool) -> list[str]:
    found = [token, *known.alike(token)]
    return found if has_age else found[:NAMES_WITHOUT_AGE]
