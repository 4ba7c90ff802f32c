"""A chronology tells whoever has to give a second view nothing of what the first one wrote."""

import pytest

from screening.chronology.draft import DECISION
from screening.decisions import again
from screening.errors import Conflict
from screening.kept_back import KEPT_BACK
from tests.screening.chronology import made as chronology
from tests.screening.decisions import given

pytestmark = pytest.mark.usefixtures("context")
WORRIED = "Marmalade."


@pytest.fixture
def ben():
    """A child whose decision stands, in words that were copied into one which waits for a second view."""
    contact = given.contact("Ada Marlow", "Ben Marlow", level=4, urgency="red")
    first, second = [
        given.lower(contact, child=child, rationale=_rationale(child), confirmed_same=["worried"])
        for child in contact.children
    ]
    given.confirm(second)
    assert (first.stands, second.stands) == (False, True)
    return second.child


def _rationale(child):
    return given.answer(child).rationale | {"worried": WORRIED}


def test_words_that_a_decision_awaiting_their_view_has_too_are_kept_back_from_one_who_gives_it_alone(ben):
    told = {by: WORRIED in chronology.one(ben, DECISION, by).words for by in ("sarah", "grace")}

    assert told == {"sarah": True, "grace": False}
    assert KEPT_BACK in chronology.one(ben, DECISION, "grace").words


def test_neither_what_was_kept_of_them_nor_a_copy_made_before_tells_them(ben):
    chronology.touch(ben, DECISION, "reworded", words="Marmalade, in short.")
    copy = chronology.copied(ben)

    entry = chronology.one(ben, DECISION, "grace")
    assert "Marmalade" not in f"{entry.words} {entry.original} {entry.note}"
    assert ("Marmalade" in chronology.printed(copy, ben), "Marmalade" in chronology.printed(copy, ben, "grace")) == (
        True,
        False,
    )


def test_what_is_kept_back_from_them_they_neither_keep_nor_hand_on(ben):
    chronology.review(ben, by="grace")

    assert chronology.one(ben, DECISION, "grace").state == "new"
    with pytest.raises(Conflict, match="Give it first"):
        chronology.touch(ben, DECISION, "kept", by="grace")
    with pytest.raises(Conflict, match="Give it first"):
        chronology.copied(ben, by="grace")


def test_what_was_kept_of_a_decision_leads_nobody_who_views_the_one_that_took_its_place():
    contact = given.contact(level=4, urgency="red")
    made = given.decide(contact, level=4, urgency="red", outcome="strategy_discussion")
    child = made.child
    chronology.touch(child, DECISION, "kept")
    with chronology.seen_as("grace"):
        again.ask(made, "The nurse says otherwise.")
    before = DECISION in chronology.kinds(child, "grace")

    given.lower(contact)

    told = {by: DECISION in chronology.kinds(child, by) for by in ("sarah", "grace")}
    assert (before, told) == (True, {"sarah": True, "grace": False})
