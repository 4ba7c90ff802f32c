"""A contact looked at in shadow: each child as it was scored beside what other rules say, and where each would go."""

import pytest
from sqlalchemy import select, update

from routing_rules import ruleset
from screening.db import db
from screening.models import Screening
from screening.scoring import shadow
from screening.scoring.replaying import Window, by_day
from screening.scoring.service import score
from screening.scoring.shadow import Shadow, contacts_after, look_at_all
from screening.scoring.shadow_groups import groups_of
from tests.screening.contacts.bodies import child
from tests.screening.queues import given as rows
from tests.screening.replay import given

pytestmark = pytest.mark.usefixtures("context")
OPEN, SHUT = {"hard_open": True}, {"hard_open": False}


def side(level=2, urgency="amber", **more):
    return {"level": {"at_least": level}, "urgency": {"at_least": urgency}, "hard_open": False, **more}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (side(), side(), "same"),
        (side(), side(level=3), "up"),
        (side(), side(urgency="red"), "up"),
        (side(), side(level=1), "down"),
        (side(), side(urgency="green"), "down"),
        # Up wins over down: nobody is to overlook it.
        (side(), side(level=1, urgency="red"), "up"),
        (side(), side(**OPEN), "opened"),
        (side(**OPEN), side(), "closed"),
        (side(), side(level=1, **OPEN), "opened"),
        (side(**OPEN), side(level=3), "up"),
        (side(**OPEN), side(level=1), "down"),
    ],
)
def test_a_move_is_by_level_or_urgency_and_then_by_open_rules(before, after, moved):
    assert shadow._moved(before, after) == moved


def look(*contacts, rules=None):
    return Shadow(by_day(rules or ruleset.sample()), shadow.teams()).look(contacts)


def test_the_same_rules_move_nobody():
    seen = look(*given.some())

    assert [len(one.children) for one in seen] == [1, 1, 2, 1, 1]
    assert {one.moved for found in seen for one in found.children} == {"same"}
    assert all(one.before == one.after for found in seen for one in found.children)


def test_other_rules_are_set_beside_what_was_kept():
    baby = given.received(given.bruised_baby())

    (one,) = look(baby, rules=given.few_rules())[0].children

    assert (one.id, one.moved) == (baby.children[0].id, "down")
    assert one.before["level"]["at_least"] > one.after["level"]["at_least"] == 1
    assert one.before["rules"]
    assert set(one.before["rules"]) <= set(one.texts)


def test_the_newest_screening_is_the_one_that_is_compared():
    baby = given.received(given.bruised_baby())
    baby.children[0].answers = {}
    score(baby, reason="check")

    (one,) = look(baby)[0].children

    assert one.moved == "same"
    assert one.before["level"]["at_least"] < 4


def test_both_sides_are_routed_as_on_receipt_with_nothing_open():
    baby = given.received(given.bruised_baby())
    rows.clock_at(rows.TUESDAY_NOON)
    baby.received_at = baby.first_received_at = rows.TUESDAY_NOON
    score(baby, reason="check")

    (one,) = look(baby, rules=given.few_rules())[0].children

    assert one.before["urgency"]["at_least"] == "red"
    assert (one.before["team"], one.after["team"]) == ("mash", "screening")


def test_a_contact_without_a_named_child_is_one_row_for_nobody():
    (one,) = look(given.received(children=[]))[0].children

    assert one.id is None
    assert set(one.groups.values()) == {"unknown"}


def test_a_contact_that_was_not_scored_is_left_out():
    contact = given.received()
    change = update(Screening).where(Screening.contact_id == contact.id)
    db.session.execute(change.values(output=None, urgency_at_least="red"))

    assert look(contact)[0].children == ()


def test_a_contact_whose_record_cannot_be_read_is_left_out_and_the_others_are_not():
    broken, whole = given.received(), given.received()
    db.session.execute(update(Screening).where(Screening.contact_id == broken.id).values(facts={"answers": []}))

    assert [bool(one.children) for one in look(broken, whole)] == [False, True]


def test_what_another_engine_scored_is_marked():
    contact = given.received()
    db.session.execute(update(Screening).where(Screening.contact_id == contact.id).values(engine="1"))

    assert look(contact)[0].other_engine


def test_only_contacts_that_were_sent_are_looked_at():
    sent = given.received()
    rows.contact(state="taking")

    assert contacts_after(0, Window(), 10) == [sent]


def test_a_restricted_contact_is_in_no_number():
    open_to_all, restricted = given.received(), given.received()
    restricted.restricted = True

    assert contacts_after(0, Window(), 10) == [open_to_all]


def test_every_contact_is_looked_at_whatever_the_size_of_a_chunk(monkeypatch):
    monkeypatch.setattr(shadow, "CHUNK_CONTACTS", 2)
    contacts = given.some()

    seen = list(look_at_all(ruleset.sample(), Window()))

    assert [one.contact_id for one in seen] == [contact.id for contact in contacts]


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        ({"ethnicity": "WBRI", "disabilities": ["NONE"], "sex": "F"}, ("white", "no", "F")),
        ({"ethnicity": "WROM", "disabilities": ["LD", "AUT"], "sex": "M"}, ("traveller", "yes", "M")),
        ({"ethnicity": "REFU", "disabilities": [], "sex": "U"}, ("unknown", "unknown", "unknown")),
        ({}, ("unknown", "unknown", "unknown")),
    ],
)
def test_what_is_not_known_of_a_child_is_a_group_of_its_own(said, groups):
    contact = given.received(children=[child(**said)])

    found = groups_of(contact.children[0], "under_5")

    assert (found["ethnicity"], found["disability"], found["sex"], found["age"]) == (*groups, "under_5")


def test_looking_writes_nothing():
    given.some()
    before = db.session.scalars(select(Screening.id).order_by(Screening.seq)).all()

    list(look_at_all(ruleset.sample(), Window()))

    assert db.session.scalars(select(Screening.id).order_by(Screening.seq)).all() == before
    assert not db.session.new
    assert not db.session.dirty
