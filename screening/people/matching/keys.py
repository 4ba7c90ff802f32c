"""Keys under which a card is found: two cards that share one are worth comparing. About 30 for a person.

Each key repairs one way in which a caller and a record differ (docs/matching.md has the table). Codes are computed
here, never in SQL, so that the index and a question can not disagree.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import blake2b
from itertools import combinations, permutations

from screening.people.matching.card import Card
from screening.people.matching.home import Home, street_name
from screening.people.matching.names import first_sound, first_sounds, short_forms, sound, sounds

# Names beyond the sixth make more keys than they find people.
MOST_TOKENS = 6
# An adult's guessed age asks for twelve years: with six names that would be 800 keys.
FEW_YEARS, MOST_TOKENS_OF_MANY_YEARS = 6, 4
# A child is born from ten weeks before to three weeks after the day expected (docs/matching.md).
EARLY_DAYS, LATE_DAYS = 70, 21


def index_keys(card: Card) -> set[int]:
    """Give the keys under which the index keeps a person: signed 64-bit, the same on every machine."""
    return {key_of(text) for text in _index_texts(card)}


def query_keys(card: Card) -> list[int]:
    """Give the keys to look a person up by: those of the index, and those that undo what callers get wrong."""
    return sorted({key_of(text) for text in (*_index_texts(card), *_query_texts(card))})


def token_keys(card: Card) -> set[int]:
    """Give a key for each of the person's names: the second look finds people by any two (`expand`)."""
    return {token_key(token) for token in name_tokens(card)}


def token_key(token: str) -> int:
    """Give the key of one name."""
    return key_of(f"token {token}")


def key_of(text: str) -> int:
    """Hash a key's text to a signed 64-bit number."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def name_tokens(card: Card) -> tuple[str, ...]:
    """Give every name of a person once."""
    return tuple(dict.fromkeys((*card.given, *card.middle, *card.family, *card.other)))


def birth_years(card: Card) -> tuple[int, ...]:
    """Give the years of birth that a person may have, with no allowance; for an unborn child the year it is due."""
    if card.born is None:
        return () if card.due is None else (date.fromordinal(card.due).year,)
    first, last = (date.fromordinal(day).year for day in card.born)
    return tuple(range(first, last + 1))


def years_allowed(card: Card) -> tuple[int, ...]:
    """Give the years of birth to look under: wider where an age was only said."""
    years = birth_years(card)
    return tuple(range(years[0] - card.out_years, years[-1] + card.out_years + 1)) if years else ()


def years_near(card: Card) -> tuple[int, ...]:
    """Give the years of birth inside which the second look finds people: one more on each side."""
    years = years_allowed(card)
    return tuple(range(years[0] - 1, years[-1] + 2)) if years else ()


def _index_texts(card: Card) -> Iterator[str]:
    yield from _name_texts(card)
    yield from _birth_texts(card, birth_years(card))
    yield from _home_texts(card)
    yield from (f"phone {phone}" for phone in card.phones)
    yield from (f"id {identifier}" for identifier in card.identifiers)


def _name_texts(card: Card) -> Iterator[str]:
    codes = sorted({sound(token) for token in name_tokens(card)[:MOST_TOKENS]})
    yield from (f"pair {one} {other}" for one, other in combinations(codes, 2))
    for family in card.family:
        yield from (f"name {given} {family}" for given in card.given[:1])
        yield from (f"initial {given[0]} {family[:4]} {sound(family)[:3]}" for given in card.given[:1])


def _birth_texts(card: Card, years: Iterable[int]) -> Iterator[str]:
    years = tuple(years)
    tokens = name_tokens(card)[: MOST_TOKENS if len(years) <= FEW_YEARS else MOST_TOKENS_OF_MANY_YEARS]
    for year in years:
        yield from (f"year {year} {sound(token)}" for token in (*card.given, *card.family))
        yield from (f"broken {year} {first_sound(one)} {sound(other)}" for one, other in permutations(tokens, 2))
        starts = sorted({token[:2] for token in tokens})
        yield from (f"starts {year} {one} {other}" for one, other in combinations(starts, 2))
    if card.born is not None and card.born[0] == card.born[1]:
        yield from _day_texts(card, date.fromordinal(card.born[0]))
    if card.due is not None:
        yield from _due_texts(card, [date.fromordinal(card.due)])


def _day_texts(card: Card, day: date) -> Iterator[str]:
    yield f"born {day.isoformat()}"
    for given in card.given[:1]:
        yield f"day {day.month}-{day.day} given {given[0]}"
        yield f"month {day.year}-{day.month} given {given[0]}"
        yield f"day of year {day.year}--{day.day} given {given[0]}"
    for family in card.family[:2]:
        yield f"day {day.month}-{day.day} family {family[0]}"


def _due_texts(card: Card, days: Iterable[date]) -> Iterator[str]:
    for month in sorted({f"{day.year}-{day.month}" for day in days}):
        yield from (f"due {month} {sound(family)}" for family in card.family)


def _home_texts(card: Card) -> Iterator[str]:
    for home in card.homes:
        if home.postcode:
            yield f"postcode {home.postcode}"
        if home.number and home.street:
            yield f"door {home.number} {sound(street_name(home.street).replace(' ', ''))}"
            yield from (f"door {home.number} {area} {first_sound(home.street)}" for area in _areas(home))
        if home.street:
            yield from (f"street {sound(street_name(home.street).replace(' ', ''))} {area}" for area in _areas(home))
        area = home.outward or home.town
        if area:
            yield from (f"area {area} {sound(given)}" for given in card.given[:1])
        if home.is_current:
            yield from _slip_texts(card, home)


def _slip_texts(card: Card, home: Home) -> Iterator[str]:
    # One wrong character of a postcode leaves two of its three parts whole: area, sector and unit.
    if home.outward:
        yield from (f"area {home.outward} {sound(family)}" for family in card.family)
    if home.postcode:
        yield from _postcode_slips(home, {first_sound(name) for name in (*card.given[:1], *card.family)})


def _areas(home: Home) -> list[str]:
    return [area for area in (home.outward, home.town) if area]


def _postcode_slips(home: Home, starts: Iterable[str]) -> Iterator[str]:
    sector, unit = home.postcode[-3], home.postcode[-2:]
    for start in sorted(starts):
        yield f"slip {home.outward} {sector} . {start}"
        yield f"slip {home.outward} . {unit} {start}"
        yield f"slip . {sector} {unit} {start}"


def _query_texts(card: Card) -> Iterator[str]:
    yield from _other_name_texts(card)
    starts = {start for name in (*card.given[:1], *card.family) for start in first_sounds(name)}
    yield from (text for home in card.homes if home.postcode for text in _postcode_slips(home, starts))
    yield from _birth_texts(card, years_allowed(card))
    if card.born is not None and card.born[0] == card.born[1]:
        born = date.fromordinal(card.born[0])
        if born.day <= 12:
            yield from _day_texts(card, born.replace(month=born.day, day=born.month))
        # A newborn may still be in the index as a child expected.
        yield from _due_texts(card, (born + timedelta(days=days) for days in range(-LATE_DAYS, EARLY_DAYS + 1, 7)))
    if card.due is not None:
        due = date.fromordinal(card.due)
        yield from _due_texts(card, (due + timedelta(days=days) for days in (-30, 0, 30)))


def _other_name_texts(card: Card) -> Iterator[str]:
    firsts = dict.fromkeys((*card.given, *card.middle, *card.other))
    for first in firsts:
        for given in sorted({first, *short_forms(first)}):
            yield from (f"name {given} {family}" for family in (*card.family, *card.other))
            codes = [(sound(given), sound(family)) for family in card.family]
            yield from (f"pair {one} {other}" for one, other in map(sorted, codes))
    tokens = name_tokens(card)[:MOST_TOKENS]
    for initial in (token for token in tokens if len(token) == 1):
        others = [sound(token) for token in tokens if token != initial]
        known = [(year, first) for year in years_allowed(card) for first in first_sounds(initial)]
        yield from (f"broken {year} {first} {other}" for year, first in known for other in others)
    for one, other in permutations(tokens, 2):
        # Second codes: Siobhan may be written by either of its two sounds.
        yield from (f"pair {a} {b}" for a, b in (sorted((x, y)) for x in sounds(one) for y in sounds(other)))
        yield f"name {one} {other}"
        yield f"initial {one[0]} {other[:4]} {sound(other)[:3]}"
