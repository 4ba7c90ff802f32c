"""The index of people: what finds a person is written, rewritten and taken away with the person's change."""

from datetime import date

import pytest
from sqlalchemy import func, select, text

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import NameToken, PersonCard, PersonKey, PersonName, PersonToken, Task
from screening.people.finding import index
from screening.people.matching import card_of, from_text, index_keys, query_keys
from screening.people.matching.keys import token_key
from tests.screening.people.indexed import home, person

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 11, 26)


def keys_of(row):
    return set(db.session.scalars(select(PersonKey.key).where(PersonKey.person_number == row.number)))


def found_by(**said):
    keys = query_keys(card_of(said, today=TODAY))
    return set(db.session.scalars(select(PersonKey.person_number).where(PersonKey.key.in_(keys))))


def tokens_of(row):
    asked = select(PersonToken.key, PersonToken.born_year).where(PersonToken.person_number == row.number)
    return {tuple(found) for found in db.session.execute(asked)}


def test_a_person_is_kept_under_the_keys_of_their_card():
    row = person("Kathryn", "Smyth", born="2018-05-02", homes=[home("86 Surrey Drive", "PO9 9ZZ")])

    card = from_text(db.session.get(PersonCard, row.number).card)

    assert card.given == ("kathryn",)
    assert keys_of(row) == index_keys(card)


def test_a_changed_name_takes_the_old_keys_away():
    row = person("Kathryn", "Smyth")

    row.names[1].name = "Okonkwo"
    index.put(row)

    assert row.number not in found_by(given_names=["Kathryn"], family_names=["Smyth"])
    assert row.number in found_by(given_names=["Kathryn"], family_names=["Okonkwo"])


def test_what_did_not_change_stays():
    row = person("Kathryn", "Smyth", born="2018-05-02")
    before = keys_of(row), tokens_of(row)

    index.put(row)

    assert (keys_of(row), tokens_of(row)) == before


def test_tokens_are_kept_by_the_year_of_birth():
    row = person("Kathryn", "Smyth", born="2018-05-02")

    assert tokens_of(row) == {(token_key("kathryn"), 2018), (token_key("smyth"), 2018)}


def test_a_birth_that_becomes_known_moves_the_tokens():
    row = person("Kathryn", "Smyth")

    row.date_of_birth, row.born_earliest, row.born_latest = "2018", date(2018, 1, 1), date(2018, 12, 31)
    index.put(row)

    assert {year for _, year in tokens_of(row)} == {2018}


def merged():
    kept, other = person("Kathryn", "Smyth"), person("Katya", "Okonkwo", phones=["07700 900123"])
    other.merged_into_id = kept.id
    index.put(other)
    return kept, other


def test_after_a_merge_the_kept_record_is_found_under_the_names_of_both():
    kept, other = merged()

    assert {kept.number} == found_by(given_names=["Katya"], family_names=["Okonkwo"])
    assert {kept.number} == found_by(phones=["07700 900123"])
    assert keys_of(other) == set()


def test_a_merge_of_merges_is_found_through_the_last_that_was_kept():
    kept, _ = merged()
    last = person("Ekaterina", "Petrova")
    kept.merged_into_id = last.id

    index.put(kept)

    assert {last.number} == found_by(phones=["07700 900123"])


def test_after_a_merge_is_undone_each_is_found_alone():
    kept, other = merged()

    other.merged_into_id = None
    for row in (kept, other):
        index.put(row)

    assert {other.number} == found_by(phones=["07700 900123"])
    assert {kept.number} == found_by(given_names=["Kathryn"], family_names=["Smyth"])


def test_a_card_shows_no_protected_address_and_the_whole_card_does():
    row = person(homes=[home("9 Quay Lane", "PO1 1ZZ", protected=True), home("86 Surrey Drive", "PO9 9ZZ")])

    card = db.session.get(PersonCard, row.number)

    assert [one.street for one in from_text(card.card).homes] == ["surrey drive"]
    assert [one.street for one in from_text(card.whole_card).homes] == ["quay lane", "surrey drive"]
    assert row.number in found_by(addresses=[{"postcode": "PO1 1ZZ"}])


def test_a_restriction_is_on_the_card_as_well():
    row = person()

    row.restricted = True
    index.put(row)

    assert db.session.get(PersonCard, row.number).restricted


def test_names_are_counted_as_given_and_as_family_names():
    for given, family in (("James", "Smith"), ("Anne James", "Smith"), ("Ada", "James")):
        person(given, family)

    index.recount()

    assert {row.token: (row.given, row.family) for row in db.session.scalars(select(NameToken))} == {
        "james": (2, 1),
        "smith": (0, 2),
        "anne": (1, 0),
        "ada": (1, 0),
    }


def test_a_name_that_nobody_has_any_more_is_counted_as_held_by_none():
    row = person("Kathryn", "Smyth")
    row.names[1].name = "Okonkwo"
    index.put(row)

    index.recount()

    assert (db.session.get(NameToken, "smyth").family, db.session.get(NameToken, "okonkwo").family) == (0, 1)


def test_the_names_are_promised_to_be_counted_once_each_time_that_the_index_doubles():
    rows = [person() for _ in range(9)]

    keys = set(db.session.scalars(select(Task.key).where(Task.kind == tasks.COUNT_NAMES)))

    assert keys == {f"count_names:{row.number.bit_length()}" for row in rows}


def test_a_person_is_saved_while_somebody_counts_their_name(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            person("Kathryn", "Smyth")
        with transaction(), db.engine.connect() as other, other.begin():
            other.execute(index.COUNTED)
            db.session.execute(text("set local lock_timeout = '1s'"))
            row = person("Kathryn", "Smyth")

            assert db.session.get(PersonCard, row.number) is not None


def test_a_name_that_is_new_is_in_the_vocabulary_at_once():
    person("Zuzanna", "Zielinska")

    assert db.session.scalar(select(func.count()).where(NameToken.token == "zielinska")) == 1


def test_a_former_name_finds_a_person_too():
    row = person("Kathryn", "Smyth")
    row.names.append(PersonName(kind="former", position=9, name="Okonkwo"))

    index.put(row)

    assert row.number in found_by(given_names=["Kathryn"], family_names=["Okonkwo"])
