"""Entries are drafted from what happened each time they are read, and follow who the child is said to be."""

from datetime import date

import pytest

from screening.access import user_viewer, viewing
from screening.chronology import queries, subject
from screening.chronology.service import Added, add
from screening.db import db, now
from screening.models import NamedReader, PersonAddress, StrategyDiscussion, StrategyRecord
from screening.people import links, merging
from screening.people.links import Shown
from tests.screening.chronology import made as chronology
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def of_person(person, by="sarah"):
    with chronology.seen_as(by):
        return [entry.kind for entry in queries.entries_of(subject.of_person(person.id))]


def test_what_happened_in_a_contact_is_drafted_in_order():
    part = chronology.child()
    given.decision(part, referral=True)
    chronology.answered(part, "nothing_known")

    assert chronology.kinds(part) == ["birth_said", "contact", "check", "decision", "referral"]


def test_a_draft_says_its_date_its_source_and_why_it_weighs_what_it_does():
    part = chronology.child(urgency="red")

    entry = chronology.one(part, "contact")

    assert (entry.significance, entry.because) == ("critical", "it was red")
    assert entry.source == f"Contact {part.contact.reference}"
    assert entry.words.endswith("She came to school hungry.")
    assert dates_of(part)[0] == "2018-05-02"


def dates_of(part):
    return [entry.happened for entry in chronology.entries(part)]


def test_a_date_of_birth_in_part_stays_in_part():
    part = chronology.child(
        born=None, date_of_birth="2018", born_earliest=date(2018, 1, 1), born_latest=date(2018, 12, 31)
    )

    assert chronology.one(part, "birth_said").happened == "2018"


def test_what_a_second_person_has_still_to_see_has_not_happened():
    part = chronology.child()
    made_by = given.decision(part)
    made_by.needs_second_person = True

    assert "decision" not in chronology.kinds(part)


def test_a_move_is_said_from_one_contact_to_the_next():
    first = chronology.child(address_line_1="1 Mill Street", postcode="PO9 1AA")
    person = chronology.known(first)
    second = chronology.child(address_line_1="86 Surrey Drive", postcode="SO23 8UG")
    made.link(second, person)

    moved = chronology.one(second, "move_said")

    assert moved.words == "Said to live at 86 Surrey Drive, SO23 8UG. Before: 1 Mill Street, PO9 1AA."


def test_a_protected_address_is_in_no_entry_also_not_where_it_was_kept_before():
    part = chronology.child()
    person = chronology.known(part)
    person.addresses = [PersonAddress(position=0, line_1="1 Mill Street", postcode="PO9 1AA", since=date(2024, 1, 1))]
    chronology.touch(part, "move", "reworded", words="She fled to 1 Mill Street.")
    person.addresses[0].protected = True

    entry = chronology.one(part, "move")

    assert "Mill" not in f"{entry.words} {entry.original} {entry.note}"


def test_a_copy_shows_no_address_that_was_protected_since_it_was_made():
    part = chronology.child()
    person = chronology.known(part)
    person.addresses = [PersonAddress(position=0, line_1="1 Mill Street", postcode="PO9 1AA", since=date(2024, 1, 1))]
    copy = chronology.copied(part)
    before = chronology.printed(copy, part)
    person.addresses[0].protected = True

    assert ("Mill" in before, "Mill" in chronology.printed(copy, part)) == (True, False)


def test_births_moves_and_cases_come_from_the_record():
    part = chronology.child()
    person = chronology.known(part)
    baby = made.person("Bo Marlow", born="2024-06")
    made.related(baby, person, "sibling")
    given.involvement(born=chronology.BORN, kind="protection_plan", person_id=person.id)

    assert {"birth", "sibling_birth", "involvement"} <= set(chronology.kinds(part))
    assert chronology.one(part, "involvement").significance == "critical"


def test_a_birth_that_was_kept_is_listed_for_nobody_who_may_not_know_the_sibling():
    part = chronology.child()
    baby = made.person("Bo Marlow", born="2024-06")
    made.related(baby, chronology.known(part), "sibling")
    chronology.touch(part, "sibling_birth", "kept")
    copy = chronology.copied(part)
    made.restricted(baby, "tom")

    listed = {by: "sibling_birth" in chronology.kinds(part, by) for by in ("sarah", "tom")}
    assert listed == {"sarah": False, "tom": True}
    printed = {by: "Bo Marlow" in chronology.printed(copy, part, by) for by in ("sarah", "tom")}
    assert printed == {"sarah": False, "tom": True}


def test_a_child_joins_the_chronology_of_who_they_are_confirmed_to_be_and_leaves_it_again():
    first, second = chronology.child(), chronology.child()
    person = chronology.known(first)
    chronology.touch(second, "contact", "reworded", words="Fed at school.")
    assert of_person(person).count("contact") == 1

    with chronology.seen_as("sarah"):
        links.answer(second, person, "confirmed", Shown())
    assert chronology.entries(first) == chronology.entries(second)
    assert "Fed at school." in [entry.words for entry in chronology.entries(first)]

    with chronology.seen_as("sarah"):
        links.answer(second, person, "refused", Shown())
    assert of_person(person).count("contact") == 1
    assert chronology.one(second, "contact").words == "Fed at school."


def test_a_chronology_follows_a_merge_and_its_undoing():
    first, second = chronology.child(), chronology.child()
    kept, other = chronology.known(first), chronology.known(second)
    chronology.touch(second, "birth", "dropped", reason="Said twice.")
    with chronology.seen_as("grace"):
        merge = merging.merge(
            kept.id, other.id, versions=(kept.version, other.version), choices={}, why="Same child.",
            because="The school says that they are one child.",
        )  # fmt: skip
    assert of_person(kept).count("contact") == 2
    assert of_person(other) == of_person(kept)

    with chronology.seen_as("grace"):
        merging.unmerge(merge.id, because="They are two.")
    assert of_person(kept).count("contact") == 1
    assert chronology.one(second, "birth").state == "dropped"


def test_an_entry_from_a_contact_that_one_may_not_see_does_not_exist():
    part = chronology.child()
    person = chronology.known(part)
    hidden = chronology.child(contact={"restricted": True})
    made.link(hidden, person)
    db.session.add(NamedReader(contact_id=hidden.contact_id, user_id=given.user("tom").id))
    chronology.touch(hidden, "contact", "reworded", by="tom", words="What only Tom may know.")
    with chronology.seen_as("tom"):
        whose = chronology.of(part)
        add(whose, Added(happened="2026", words="Told in secret.", source="It.", significance="critical",
                         reference=hidden.contact.reference))  # fmt: skip

    assert len(chronology.entries(part, "tom")) - len(chronology.entries(part, "sarah")) == 2
    with viewing(user_viewer(given.user("sarah"))):
        assert subject.of_child(part).not_open == 0


def test_what_was_asked_about_another_child_is_none_of_this_one():
    part = chronology.child()
    chronology.answered(given.person(part.contact, "Bo Marlow"), "nothing_known")
    chronology.answered(given.person(part.contact, "Cal Marlow", role="adult"), "nothing_known")

    assert chronology.kinds(part).count("check") == 1


def discussed(part, **said):
    """A strategy discussion about a child: called, and held where it is said what it came to."""
    sarah = given.user("sarah").id
    one = StrategyDiscussion(
        contact_id=part.contact_id, called_at=now(), called_by_id=sarah, because="Bruises on her arms."
    )
    db.session.add(one)
    db.session.flush()
    if said:
        child = {"child": str(part.id), "reason": "Unexplained injury.", **said}
        record = {"how": "video", "took_part": [{"agency": "police", "name": "DS Hale", "role": ""}]}
        record |= {"missing": {"health": "Nobody answered."}, "children": [child], "medical": "not_needed"}
        moments = {"held_at": now(), "recorded_at": now(), "recorded_by_id": sarah}
        one.records.append(StrategyRecord(**record, **moments))
    db.session.flush()


def test_a_strategy_discussion_that_started_section_47_is_drafted_in_three_entries():
    part = chronology.child()
    discussed(part, section_47="joint")

    found = [entry for entry in chronology.entries(part) if entry.source.startswith("Strategy discussion")]
    assert [(entry.kind, entry.significance) for entry in found] == [
        ("strategy_called", "critical"),
        ("strategy_held", "critical"),
        ("section_47", "critical"),
    ]
    assert found[1].words == "Strategy discussion held (video meeting), with police; without health."
    assert found[2].words == "Section 47 starts, joint with police. Unexplained injury."


def test_a_discussion_that_is_not_held_yet_is_drafted_for_whom_it_was_decided_on():
    part = chronology.child()
    other = given.person(part.contact, "Ben Marlow")
    given.decision(part, outcome="strategy_discussion")
    discussed(part)

    assert ("strategy_called" in chronology.kinds(part), "strategy_called" in chronology.kinds(other)) == (True, False)


def test_a_discussion_that_did_not_start_section_47_says_so():
    part = chronology.child()
    discussed(part, section_47="no")

    assert "section_47" not in chronology.kinds(part)
    assert "Section 47 does not start. Unexplained injury." in chronology.one(part, "strategy_held").words
