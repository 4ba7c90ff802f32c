"""What finds a person: their card, their keys, the tokens of their names. Written in the transaction of the change.

Which keys to take away is worked out from the card that was there, so that `person_key` needs no second index. A
record that was merged has no card: the one that took it in is found under the names of both.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks
from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db, now
from screening.models import NameToken, Person, PersonCard, PersonKey, PersonToken
from screening.people import groups
from screening.people.describing import address_described, described
from screening.people.homes import hidden_homes
from screening.people.matching import Card, card_of, from_text, index_keys, to_text
from screening.people.matching.form import form
from screening.people.matching.home import home_of
from screening.people.matching.keys import birth_years, name_tokens, token_key

RECOUNT_LOCK = 7_331_014
# What nobody is called any more stays, as held by none: who saves that very name meanwhile never loses it.
COUNTED = text(
    """
    insert into name_token (token, given, family)
    select token, count(*) filter (where kind = 'given'), count(*) filter (where kind = 'family')
      from (select token, kind
              from person_card,
                   lateral (values ('given', 1), ('given', 2), ('family', 3), ('other', 4)) as part(kind, place),
                   lateral string_to_table(split_part(coalesce(whole_card, card), E'\\t', place), ' ') as token
             where token <> ''
             union all
            select token, 'known' from name_token) as said
     group by token
     order by token
        on conflict (token) do update set given = excluded.given, family = excluded.family, seq = default
    """
)


@dataclass(frozen=True)
class Entry:
    """What the index holds of one person. `whole_card` is there where some of their addresses are protected."""

    card: Card
    whole_card: Card | None = None

    @property
    def whole(self) -> Card:
        """The card with everything on it: it gives the keys."""
        return self.whole_card or self.card

    def keys(self) -> set[int]:
        """Give the keys under which they are found."""
        return index_keys(self.whole)

    def tokens(self) -> set[tuple[int, int]]:
        """Give each name's key with the earliest year of birth, 0 where that is not known."""
        years = birth_years(self.whole)
        return {(token_key(token), years[0] if years else 0) for token in name_tokens(self.whole)}

    def names(self) -> list[dict[str, Any]]:
        """Give each word of their names as a row of the vocabulary, in order."""
        given, family = {*self.whole.given, *self.whole.middle}, set(self.whole.family)
        return [
            {"token": token, "given": int(token in given), "family": int(token in family)}
            for token in sorted(name_tokens(self.whole))
        ]

    def texts(self) -> tuple[str, str | None]:
        """Give both cards as they are kept."""
        return to_text(self.card), to_text(self.whole_card) if self.whole_card else None


def put(person: Person) -> None:
    """Have a person found as they now are; one that was merged, through the record that took it in.

    Call it after every change of a person, a name, an address, a number, a restriction, a merge or an alert that
    protects where they live, in the same transaction; after a merge was undone, for both.
    """
    db.session.flush()
    with viewing(worker_viewer("index")):
        records = groups.records_of(person.id)
        if records[0] is not person:
            _take_out(person)
        _put(records)


def put_new(people: Sequence[Person]) -> None:
    """Have many people found who are new to the index and merged with nobody; then count their names."""
    db.session.flush()
    today = clocks.london_date(now())
    # They have no alerts yet, and no household mate who was in the index before them.
    hidden = {home.id for person in people for home in person.addresses if home.protected}
    entries = [(person, _entry(person, today, hidden)) for person in people]
    for person, entry in entries:
        db.session.add(_new_card(person, entry))
    keys = [row for person, entry in entries for row in _key_rows(person.number, entry.keys())]
    tokens = [row for person, entry in entries for row in _token_rows(person.number, entry.tokens())]
    db.session.execute(insert(PersonKey), keys)
    db.session.execute(insert(PersonToken), tokens)
    db.session.flush()
    recount()


def entry_of(records: Sequence[Person], hidden: Collection[UUID], today: date) -> Entry:
    """Work out what finds a person: the record that is kept, then those that it took in.

    Args:
        records: of one person.
        hidden: the ids of those of their addresses that are not shown (`homes.hidden_homes`).
        today: the day in London.
    """
    entries = [_entry(record, today, hidden) for record in records]
    card = reduce(_with, (entry.card for entry in entries))
    if not any(entry.whole_card for entry in entries):
        return Entry(card)
    return Entry(card, reduce(_with, (entry.whole for entry in entries)))


def write(person: Person, row: PersonCard | None, entry: Entry) -> None:
    """Write somebody's card, with what it is found by; `row` is the card that was there, locked."""
    # A card of another release may not even be readable; the keys that it had go when the index is swept.
    before = entry_kept(row) if row is not None and row.form in (None, form()) else None
    if row is None:
        db.session.add(_new_card(person, entry))
    else:
        row.restricted, (row.card, row.whole_card), row.form = person.restricted, entry.texts(), form()
    db.session.flush()
    _write_keys(person.number, before, entry)
    _add_names(entry)


def entry_kept(row: PersonCard) -> Entry:
    """Read a card back."""
    return Entry(from_text(row.card), from_text(row.whole_card) if row.whole_card else None)


def recount() -> None:
    """Count anew how common each name is. Estimates: between counts only names that are new are added."""
    db.session.execute(select(func.pg_advisory_xact_lock(RECOUNT_LOCK)))
    db.session.execute(COUNTED)


def _entry(record: Person, today: date, hidden: Collection[UUID]) -> Entry:
    whole = card_of(described(record), today=today)
    if not any(address.id in hidden for address in record.addresses):
        return Entry(whole)
    shown = [home_of(address_described(one), today=today) for one in record.addresses if one.id not in hidden]
    return Entry(replace(whole, homes=tuple(dict.fromkeys(home for home in shown if home))), whole)


def _with(kept: Card, merged: Card) -> Card:
    # The names of a merged record are names that the kept one is also known by.
    return replace(
        kept,
        other=tuple(dict.fromkeys((*kept.other, *name_tokens(merged)))),
        born=kept.born or merged.born,
        homes=tuple(dict.fromkeys((*kept.homes, *merged.homes))),
        phones=tuple(dict.fromkeys((*kept.phones, *merged.phones))),
        identifiers=tuple(dict.fromkeys((*kept.identifiers, *merged.identifiers))),
    )


def _put(records: Sequence[Person]) -> None:
    person = records[0]
    row = _card_of(person.number)
    write(person, row, entry_of(records, hidden_homes(records), clocks.london_date(now())))
    if row is None:
        # Once the index has doubled, what was counted before it says half of the truth.
        tasks.promise(tasks.COUNT_NAMES, str(person.number.bit_length()), urgency="green")


def _new_card(person: Person, entry: Entry) -> PersonCard:
    card, whole_card = entry.texts()
    return PersonCard(
        person_number=person.number,
        person_id=person.id,
        restricted=person.restricted,
        card=card,
        whole_card=whole_card,
        form=form(),
    )


def _take_out(person: Person) -> None:
    row = _card_of(person.number)
    if row is not None:
        _write_keys(person.number, entry_kept(row), None)
        db.session.delete(row)
        db.session.flush()


def _card_of(number: int) -> PersonCard | None:
    return db.session.get(PersonCard, number, with_for_update=True, populate_existing=True)


def _write_keys(number: int, before: Entry | None, after: Entry | None) -> None:
    keys_before, keys = (found.keys() if found else set() for found in (before, after))
    tokens_before, tokens = (found.tokens() if found else set() for found in (before, after))
    if gone := sorted(keys_before - keys):
        theirs = PersonKey.key == func.any(literal(gone, ARRAY(BigInteger)))
        db.session.execute(delete(PersonKey).where(theirs, PersonKey.person_number == number))
    for key, year in sorted(tokens_before - tokens):
        of_year = PersonToken.key == key, PersonToken.born_year == year, PersonToken.person_number == number
        db.session.execute(delete(PersonToken).where(*of_year))
    new_keys, new_tokens = _key_rows(number, keys - keys_before), _token_rows(number, tokens - tokens_before)
    for model, rows in ((PersonKey, new_keys), (PersonToken, new_tokens)):
        if rows:
            db.session.execute(insert(model).on_conflict_do_nothing(), rows)


def _key_rows(number: int, keys: set[int]) -> list[dict[str, int]]:
    return [{"key": key, "person_number": number} for key in sorted(keys)]


def _token_rows(number: int, tokens: set[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"key": key, "born_year": year, "person_number": number} for key, year in sorted(tokens)]


def _add_names(entry: Entry) -> None:
    names = entry.names()
    # Asked for first: an insert would wait for whoever counts the same name, and that takes seconds.
    asked = select(NameToken.token).where(NameToken.token.in_([name["token"] for name in names]))
    there = set(db.session.scalars(asked)) if names else set()
    if new := [name for name in names if name["token"] not in there]:
        db.session.execute(insert(NameToken).on_conflict_do_nothing(), new)
