"""A stored screening scored again is, byte for byte, what was kept; and what is not is found."""

import tracemalloc
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from routing_rules import clocks
from screening.db import db
from screening.models import RulesetInForce, Screening
from screening.scoring import replaying
from screening.scoring.replaying import Published, Window, canonical, replay
from tests.screening.replay import given

pytestmark = pytest.mark.usefixtures("context")
EVERYTHING = Window()


def counted(window=EVERYTHING, references=()):
    return Counter(one.outcome for one in replay(window, references))


def change(contact, **values):
    db.session.execute(update(Screening).where(Screening.contact_id == contact.id).values(**values))


def test_every_kind_of_contact_is_the_same_again():
    assert counted() == Counter()
    given.some()

    assert counted() == {"same": 5}


def test_the_order_of_keys_is_not_a_difference_and_the_order_of_a_list_is():
    assert canonical({"b": 1, "a": [1, 2]}) == canonical({"a": [1, 2], "b": 1})
    assert canonical({"a": [2, 1]}) != canonical({"a": [1, 2]})


def test_letters_beyond_ascii_stand_as_they_are():
    assert canonical({"a": "É"}) == '{"a":"É"}'.encode()


@pytest.mark.parametrize(
    "by_hand", [{"findings": []}, {"hard_open": None}, {"added": 1}, {"level": {"at_least": 1, "at_most": 1}}]
)
def test_an_output_that_was_changed_by_hand_is_found(by_hand):
    given.received()
    tampered = given.received(given.bruised_baby())
    change(tampered, output=_screening(tampered).output | by_hand)

    assert [one.reference for one in replay(EVERYTHING) if one.outcome == "wrong"] == [tampered.reference]


def _screening(contact):
    return db.session.scalars(select(Screening).where(Screening.contact_id == contact.id)).one()


def test_facts_that_were_changed_by_hand_are_found():
    change(given.received(given.bruised_baby()), facts={"answers": {}, "children": [], "derived": {}})

    assert counted() == {"wrong": 1}


def test_facts_that_cannot_be_read_are_found():
    change(given.received(), facts={"answers": None})

    assert counted() == {"wrong": 1}


def test_a_difference_to_another_engine_is_reported_as_that():
    contact = given.received()
    change(contact, engine="1", output={"of": "another shape"})

    assert counted() == {"other_engine": 1}


def test_what_another_engine_scored_alike_is_the_same():
    change(given.received(), engine="1")

    assert counted() == {"same": 1}


def test_what_could_not_be_scored_then_is_counted_apart():
    change(given.received(), output=None, ruleset="none", urgency_at_least="red")

    assert counted() == {"not_scored": 1}


def test_rules_that_are_not_kept_are_said_to_be_gone():
    change(given.received(), ruleset="2020.1+sha256:000000000000")

    assert counted() == {"no_rules": 1}


def test_a_label_without_digits_names_no_rules():
    assert Published().on("sha256:%", clocks.london_date(db.session.scalar(select(func.clock_timestamp())))) is None


def test_rules_that_ended_before_the_day_of_receipt_do_not_count():
    contact = given.received(given.bruised_baby())
    day = clocks.london_date(contact.first_received_at)
    fired = _screening(contact).output["findings"][0]["rule"]
    loaded = given.rules_with(fired, effective={"to": day - timedelta(days=1)})
    db.session.add(
        RulesetInForce(hash=loaded.hash, yaml=loaded.text, in_force_from=day + timedelta(days=9), sample=True)
    )
    db.session.flush()

    found = Published().on(loaded.label, day)

    assert len(found.rules) == len(loaded.rules) - 1
    assert len(Published().on(loaded.label, day - timedelta(days=1)).rules) == len(loaded.rules)


def test_only_contacts_first_received_in_the_window_are_scored_again():
    today = clocks.london_date(given.received().first_received_at)
    tomorrow = today + timedelta(days=1)

    assert counted(Window(since=today, until=tomorrow)) == {"same": 1}
    assert counted(Window(since=tomorrow)) == Counter()
    assert counted(Window(until=today)) == Counter()


def test_contacts_are_taken_by_their_references():
    given.received()
    wanted = given.received()

    assert [one.reference for one in replay(EVERYTHING, (wanted.reference,))] == [wanted.reference]
    assert replaying.not_found((wanted.reference, "FD-NOTTHERE1")) == ["FD-NOTTHERE1"]


def test_thousands_of_screenings_take_no_more_memory_than_a_few_chunks():
    given.copies(given.received(), 4999)
    counts = Counter()
    tracemalloc.start()
    try:
        for done, one in enumerate(replay(EVERYTHING), 1):
            counts[one.outcome] += 1
            if done == 3 * replaying.CHUNK_ROWS:
                few = tracemalloc.get_traced_memory()[1]
        many = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert counts == {"same": 5000}
    assert many < few * 1.2
