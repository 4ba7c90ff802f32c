"""A person keeps, rewords, drops and adds; what was there stays on file, and what comes later is new."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.chronology import copying, gaps, queries, service
from screening.chronology.copying import Cut, For
from screening.chronology.service import Added, Touch
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import ChronologyEntry, DoNotAlert
from tests.screening.chronology import made as chronology
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def gap_words(part, by="sarah"):
    with chronology.seen_as(by):
        whose = chronology.of(part)
        return [gap.words for gap in gaps.gaps_of(whose, queries.entries_of(whose))]


def test_own_words_stand_beside_what_was_drafted():
    part = chronology.child()
    drafted = chronology.one(part, "contact").words

    chronology.touch(part, "contact", "reworded", words="Hungry at school.", significance="critical")

    entry = chronology.one(part, "contact")
    assert (entry.words, entry.original) == ("Hungry at school.", drafted)
    assert (entry.significance, entry.because, entry.by) == ("critical", "by whom looked at it", "Sarah Okafor")


def test_every_answer_stays_on_file():
    part = chronology.child()
    chronology.touch(part, "contact", "dropped", reason="Another child.")
    chronology.touch(part, "contact", "kept", by="tom")

    rows = db.session.scalars(select(ChronologyEntry).order_by(ChronologyEntry.seq)).all()
    assert [(row.state, row.replaced_at is None) for row in rows] == [("dropped", False), ("kept", True)]


@pytest.mark.parametrize(("state", "field"), [("dropped", "/reason"), ("reworded", "/words")])
def test_what_a_change_needs_is_asked_for(state, field):
    with pytest.raises(Invalid) as problem:
        chronology.touch(chronology.child(), "contact", state)

    assert list(problem.value.fields) == [field]


def test_of_two_who_answer_at_once_the_second_is_told_who_was_first():
    part = chronology.child()
    with chronology.seen_as("tom"):
        whose = chronology.of(part)
        seen = chronology.one(part, "contact", "tom")
    chronology.touch(part, "contact", "kept")

    with chronology.seen_as("tom"), pytest.raises(Conflict, match="Sarah Okafor has looked at this at"):
        service.touch(whose, seen.key, Touch(state="dropped", reason="No."), seen=seen.row_id)


def test_an_entry_that_is_not_there_is_not_found():
    part = chronology.child()

    with chronology.seen_as("sarah"), pytest.raises(NotFound):
        service.touch(chronology.of(part), "contact~nobody", Touch(state="kept"), seen=None)


def test_who_may_not_write_changes_nothing():
    part = chronology.child(contact={"taken_by_id": given.user("priya").id})

    with chronology.seen_as("priya"), pytest.raises(NotAllowed):
        service.review(chronology.of(part), shown=[], words="All well.")


def test_an_entry_of_ones_own_takes_its_place_by_its_day():
    part = chronology.child()
    own = Added(happened="2020-03", words="Began to speak.", source="Health visitor", significance="significant")
    with chronology.seen_as("sarah"):
        service.add(chronology.of(part), own)

    assert chronology.kinds(part) == ["birth_said", "own", "contact"]


def test_what_it_was_made_from_having_changed_is_said():
    part = chronology.child()
    chronology.touch(part, "contact", "kept")
    part.contact.narrative = "She came to school hungry and bruised."

    assert "bruised" in chronology.one(part, "contact").note


def test_a_kept_entry_whose_row_counts_no_longer_stays_and_says_so():
    part = chronology.child()
    decision = given.decision(part)
    chronology.touch(part, "decision", "kept")
    decision.needs_second_person = True

    assert chronology.one(part, "decision").note == queries.GONE


def test_a_review_keeps_what_was_shown_and_what_comes_later_is_new():
    part = chronology.child()
    row = chronology.review(part)
    given.decision(part)

    assert row.reviewed_to <= now()
    assert {entry.kind: entry.state for entry in chronology.entries(part)} == {
        "birth_said": "kept", "contact": "kept", "decision": "new"
    }  # fmt: skip


def test_what_arrived_after_the_page_was_made_is_not_reviewed_with_it():
    part = chronology.child()
    with chronology.seen_as("sarah"):
        shown = [entry.key for entry in chronology.entries(part)]
    given.decision(part)
    with chronology.seen_as("sarah"):
        service.review(chronology.of(part), shown=shown, words="Awaited.")

    assert chronology.one(part, "decision").state == "new"


def test_a_review_with_gaps_says_what_is_known_of_them():
    with pytest.raises(Invalid) as problem:
        chronology.review(chronology.child(), words=" ")

    assert list(problem.value.fields) == ["/words"]


def test_gaps_are_pointed_out():
    old = now() - timedelta(days=400)
    part = chronology.child(school=None, born=None, contact={"first_received_at": old})
    chronology.answered(part, "waiting")

    words = " ".join(gap_words(part))

    for gap in (
        "has not answered",
        "Nothing between",
        "Which school",
        "When the child was born",
        "Nobody has confirmed",
    ):
        assert gap in words


def test_a_child_known_and_heard_of_lately_has_no_gap():
    part = chronology.child()
    chronology.known(part)
    chronology.cases_told()

    assert gap_words(part) == []


def test_a_copy_shows_that_something_is_left_out_and_keeps_neither_its_words_nor_its_day():
    part = chronology.child()
    given.decision(part)
    to = For(**{**vars(chronology.TO), "left_out_because": "It is about the mother."})

    copy = chronology.copied(part, to, decision=Cut("left_out"), contact=Cut("no_source", ("hungry",)))

    gone = next(line for line in copy.lines if line["left_out"])
    assert (gone["words"], gone["happened"], gone["source"]) == (None, None, None)
    told = next(line for line in copy.lines if "school" in (line["words"] or ""))
    assert "hungry" not in told["words"]
    assert copying.BLACK in told["words"]
    assert told["source"] is None


def test_a_copy_from_which_something_is_left_out_says_why():
    with pytest.raises(Invalid) as problem:
        chronology.copied(chronology.child(), contact=Cut("left_out"))

    assert list(problem.value.fields) == ["/left_out_because"]


def test_words_to_black_out_that_are_not_there_are_refused():
    to = For(**{**vars(chronology.TO), "left_out_because": "Safety."})

    with pytest.raises(Invalid) as problem:
        chronology.copied(chronology.child(), to, contact=Cut("whole", ("hungri",)))

    assert list(problem.value.fields) == ["/entries/1/words"]


def test_no_copy_is_made_for_whom_word_must_not_reach():
    part = chronology.child()
    mark = {"organisation": "Oakbank Primary School", "why": "The father works there."}
    db.session.add(DoNotAlert(participation_id=part.id, made_by_id=given.user("sarah").id, made_at=now(), **mark))

    with pytest.raises(Invalid) as problem:
        chronology.copied(part)

    assert "/organisation" in problem.value.fields
