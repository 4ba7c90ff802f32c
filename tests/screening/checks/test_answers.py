"""What a partner may answer, judged the same however it comes: what they do not state stays unknown."""

import pytest

from screening.checks import answers
from screening.checks.answers import Garbled
from screening.db import db, now
from screening.models import Partner, Person, PersonLink
from screening.scoring import family_history
from tests.screening.checks import given
from tests.screening.people import made

PARTNER = Partner(register="police", answers=["adult_poses_risk", "missing_before"])
FOUND = {"outcome": "information_found", "words": "Missing twice."}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], ""),
        ({}, "/outcome"),
        ({"outcome": "all clear"}, "/outcome"),
        ({**FOUND, "words": 3}, "/words"),
        ({**FOUND, "words": "x" * 20_001}, "/words"),
        ({**FOUND, "words": "\x00"}, "/words"),
        ({**FOUND, "facts": []}, "/facts"),
        ({**FOUND, "facts": ["yes"]}, "/facts"),
        ({**FOUND, "facts": {"missing_before": True}}, "/facts"),
        ({**FOUND, "as_at": "yesterday"}, "/as_at"),
        ({**FOUND, "as_at": "2026-02-30"}, "/as_at"),
        ({**FOUND, "score": 0}, "/score"),
        ({"outcome": "information_found"}, "/words"),
        ({"outcome": "information_found", "facts": {"missing_before": "unknown"}}, "/words"),
        ({"outcome": "nothing_known", "facts": {"missing_before": "yes"}}, "/outcome"),
    ],
)
def test_what_is_no_answer_is_refused_by_its_place(body, wrong):
    with pytest.raises(Garbled) as refused:
        answers.read(body, PARTNER)

    assert wrong in refused.value.fields


def test_only_what_was_stated_about_agreed_questions_is_a_fact():
    said = {"missing_before": "yes", "adult_poses_risk": "unknown", "looked_after": "no"}

    answer = answers.read({**FOUND, "facts": said}, PARTNER)

    assert (answer.facts, answer.left_out) == ({"missing_before": "yes"}, 1)


def answered(contact, facts, **more):
    check = given.asked(contact)
    answers.keep(check, answers.Answer(outcome="information_found", words="Invented.", facts=facts), **more)
    db.session.flush()
    return check


def household():
    """A contact with a mother and a father, both confirmed, and a partner who is asked about adults."""
    given.partner(about=["adult"])
    contact = given.contact()
    adults = [
        given.given.person(contact, name, role="adult", position=place, in_household=True)
        for place, name in enumerate(("Mary Marlow", "Gary Marlow"))
    ]
    db.session.expire(contact)
    for adult in adults:
        given.confirm(adult)
    return contact, *adults


def stated_of(adult, yes_or_no):
    check = given.asked(adult.contact, children=[adult.id])
    facts = {"adult_poses_risk": yes_or_no}
    answers.keep(check, answers.Answer(outcome="information_found", words="Invented.", facts=facts))
    db.session.flush()


@pytest.mark.usefixtures("context")
class TestFacts:
    @pytest.mark.parametrize(
        ("before", "stated", "after"),
        [
            (None, "yes", "yes"),
            ("unknown", "yes", "yes"),
            ("no", "yes", "yes"),
            ("yes", "no", "yes"),
            (None, "no", "no"),
            ("refused", "no", "no"),
            ("no", "no", "no"),
        ],
    )
    def test_a_yes_always_counts_and_a_no_only_where_nobody_knew(self, before, stated, after):
        given.partner()
        contact = given.contact()
        child = contact.children[0]
        child.answers = {"missing_before": before} if before else {}

        answered(contact, {"missing_before": stated})

        assert family_history.answered(contact)[child.id]["missing_before"] == after

    def test_what_is_stated_of_one_child_says_nothing_of_another(self):
        given.partner(about=["child"])
        contact = given.contact()
        other = given.given.person(contact, "Ben Marlow")

        answered(contact, {"missing_before": "yes"})

        assert "missing_before" not in family_history.answered(contact)[other.id]

    def test_an_answer_about_whom_they_turned_out_not_to_be_is_no_fact(self):
        given.partner()
        contact = given.contact()
        child = contact.children[0]
        answered(contact, {"missing_before": "yes"})

        link = db.session.scalars(db.select(PersonLink).where(PersonLink.participation_id == child.id)).one()
        link.replaced_at = now()
        db.session.flush()

        assert "missing_before" not in family_history.answered(contact)[child.id]

    @pytest.mark.parametrize("asked_first", [True, False])
    def test_a_yes_counts_after_a_merge_whichever_record_was_asked_about(self, asked_first):
        given.partner()
        contact = given.contact()
        child = contact.children[0]
        record = db.session.scalars(db.select(Person)).one()
        kept = made.person("Ada Marlow")
        if asked_first:
            answered(contact, {"missing_before": "yes"})
        record.merged_into_id = kept.id
        if not asked_first:
            answered(contact, {"missing_before": "yes"})

        assert family_history.answered(contact)[child.id]["missing_before"] == "yes"

    @pytest.mark.parametrize(("asked_first", "counts"), [(True, True), (False, False)])
    def test_after_a_merge_is_undone_a_yes_counts_for_the_record_that_it_is_about(self, asked_first, counts):
        given.partner()
        contact = given.contact()
        child = contact.children[0]
        record = db.session.scalars(db.select(Person)).one()
        kept = made.person("Ada Marlow")
        if asked_first:
            answered(contact, {"missing_before": "yes"})
        record.merged_into_id = kept.id
        if not asked_first:
            answered(contact, {"missing_before": "yes"})

        record.merged_into_id = None
        db.session.flush()

        assert ("missing_before" in family_history.answered(contact)[child.id]) is counts

    def test_a_no_about_one_adult_is_no_answer_for_another(self):
        contact, mother, _ = household()

        stated_of(mother, "no")

        assert "adult_poses_risk" not in family_history.answered(contact)[None]

    def test_a_no_about_every_adult_is_one(self):
        contact, mother, father = household()

        stated_of(mother, "no")
        stated_of(father, "no")

        assert family_history.answered(contact)[None]["adult_poses_risk"] == "no"

    @pytest.mark.parametrize("order", [("yes", "no"), ("no", "yes")])
    def test_a_yes_about_any_adult_counts(self, order):
        contact, *adults = household()

        for adult, yes_or_no in zip(adults, order, strict=True):
            stated_of(adult, yes_or_no)

        assert family_history.answered(contact)[None]["adult_poses_risk"] == "yes"

    def test_the_first_answer_stays(self):
        given.partner()
        check = answered(given.contact(), {"missing_before": "yes"})

        assert not answers.keep(check, answers.Answer(outcome="nothing_known"))
        assert check.outcome == "information_found"

    def test_we_cannot_say_is_a_refusal_with_its_words_and_never_nothing_known(self):
        given.partner()
        check = given.asked(given.contact())

        answers.keep(check, answers.Answer(outcome="cannot_say", words="Ask the unit in Leeds."))

        assert (check.outcome, check.problem, check.found) == ("refused", "Ask the unit in Leeds.", None)
