"""The index is written anew: everybody is found as this release finds them, and what an older one wrote goes."""

import pytest
from sqlalchemy import insert, select, update

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import PersonCard, PersonKey, PersonToken
from screening.people.finding import index, rewriting
from screening.people.finding.rewriting import Place
from screening.people.matching import from_text, index_keys
from screening.people.matching.form import form
from tests.screening.people import made
from tests.screening.people.indexed import home, person, unindexed

pytestmark = pytest.mark.usefixtures("context")
HOME = home("86 Surrey Drive", "PO9 9ZZ")


def rewritten(**more):
    place = Place()
    while (further := rewriting.rewrite_next(place, **more)) is not None:
        place = further
    return place


def card_of(row):
    return db.session.get(PersonCard, row.number, populate_existing=True)


def as_an_older_release_wrote(row):
    db.session.execute(update(PersonCard).where(PersonCard.person_number == row.number).values(form=1, card="?"))
    db.session.execute(update(PersonKey).where(PersonKey.person_number == row.number).values(key=PersonKey.key + 1))
    db.session.execute(insert(PersonToken).values(key=1, born_year=0, person_number=row.number))


def keys_of(row):
    return set(db.session.scalars(select(PersonKey.key).where(PersonKey.person_number == row.number)))


def test_a_card_of_another_form_is_written_as_it_would_be_now():
    row = person("Kathryn", "Smyth", born="2018-05-02", homes=[HOME])
    before = card_of(row).card
    as_an_older_release_wrote(row)

    rewritten()

    assert (card_of(row).card, card_of(row).form) == (before, form())
    assert index_keys(from_text(before)) <= keys_of(row)


def test_the_keys_of_the_older_form_are_taken_away_and_no_others():
    row, other = person("Kathryn", "Smyth"), person("Ada", "Marlow")
    before = keys_of(row), keys_of(other)
    as_an_older_release_wrote(row)
    rewritten()

    swept = sum(rewriting.sweep())

    assert (keys_of(row), keys_of(other)) == before
    assert swept == len(before[0]) + 1


def test_an_alert_from_before_homes_were_protected_takes_the_home_off_the_card():
    row = person("Kathryn", "Smyth", homes=[HOME])
    made.alert(row, "protected_address")
    assert from_text(card_of(row).card).homes

    rewritten(everybody=True)

    assert not from_text(card_of(row).card).homes
    assert from_text(card_of(row).whole_card).homes


def test_who_has_no_card_gets_one():
    row = unindexed("Kathryn", "Smyth")

    rewritten()

    assert card_of(row) is not None


def test_a_person_that_took_another_in_is_found_under_the_names_of_both():
    kept, other = person("Kathryn", "Smyth"), person("Zuzanna", "Okonkwo")
    other.merged_into_id = kept.id
    index.put(other)
    before = card_of(kept).card
    as_an_older_release_wrote(kept)

    place = rewritten()

    assert (card_of(kept).card, card_of(other), place.written) == (before, None, 1)


def test_a_run_that_ended_half_way_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(rewriting, "AT_ONCE", 2)
    rows = [person("Kathryn", "Smyth") for _ in range(5)]
    for row in rows:
        as_an_older_release_wrote(row)

    rewriting.rewrite_next(Place())

    assert rewritten().written == 3


def test_whom_somebody_is_saving_is_left_to_them_and_told(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            row = person("Kathryn", "Smyth")
            as_an_older_release_wrote(row)
            number = row.number
        with transaction(), db.engine.connect() as other, other.begin():
            other.execute(select(PersonCard.__table__).where(PersonCard.person_number == number).with_for_update())

            place = rewriting.rewrite_next(Place())

    assert (place.written, place.held) == (0, 1)


def test_the_doctor_counts_whom_another_release_wrote():
    row = person("Kathryn", "Smyth")
    as_an_older_release_wrote(row)
    person("Ada", "Marlow")

    old = db.session.scalars(select(PersonCard.person_number).where(rewriting.of_another_form(form()))).all()

    assert old == [row.number]
