"""What was answered stands before whoever decides, in plain words; what the rules make of it does not."""

import pytest

from screening.db import db
from tests.screening.decisions import given

pytestmark = pytest.mark.usefixtures("context")
DANGER = "Is any child in danger right now, or will they be when they go home?"
REACH = "Can the person you are worried about get to the child today?"
OTHERS = "Are there other children who live there or stay there?"
BANNER = "A child is in danger now"
PLACES = ("summary", "people", "decide", "briefing")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def shown(signed_in):
    """Read a contact at a place of its own, as Sarah, who holds it."""

    def at(contact, place):
        db.session.commit()
        here = f"/contacts/{contact.reference}"
        paths = {"decide": f"{here}/decide/{contact.children[0].id if contact.children else 'contact'}"}
        return (
            signed_in("sarah")
            .get(paths.get(place, f"{here}/briefing" if place == "briefing" else f"{here}?tab={place}"))
            .text
        )

    return at


@pytest.fixture
def second_view(signed_in):
    """Read the page on which Grace gives the second view."""

    def of(contact):
        decision = given.lower(contact)
        db.session.commit()
        return signed_in("grace").get(f"/contacts/{contact.reference}/second-view/{decision.id}").text

    return of


def answered(household=None, child=None, **score):
    contact = given.contact(**score)
    contact.answers = household or {}
    contact.children[0].answers = child or {}
    db.session.flush()
    return contact


def answer_in(page, question):
    """Give the words that stand beside a question; each time it is asked."""
    parts = page.split(f"<dt>{question}</dt>")[1:]
    return [part.split("</dd>")[0].replace("</span>", "").rpartition(">")[2] for part in parts]


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_about_a_child_is_read_once_beside_its_question(shown, place):
    contact = answered(child={"alleged_adult_has_access": "yes"})

    assert answer_in(shown(contact, place), REACH) == ["Yes"]


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_about_the_household_is_read_beside_its_question(shown, place):
    contact = answered({"other_children_at_risk": "yes"})

    assert answer_in(shown(contact, place), OTHERS) == ["Yes"]


def test_the_second_person_reads_the_answers(second_view):
    contact = answered({"other_children_at_risk": "yes"}, {"alleged_adult_has_access": "no"}, level=4, urgency="red")

    page = second_view(contact)

    assert (answer_in(page, OTHERS), answer_in(page, REACH)) == (["Yes"], ["No"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("no", "No"),
        ("unknown", "Not known"),
        ("refused", "Refused, would not say"),
        ("not_safe_to_ask", "Not safe to ask"),
    ],
)
def test_an_answer_is_said_in_plain_words(shown, answer, words):
    contact = answered(child={"immediate_danger": answer})

    assert answer_in(shown(contact, "decide"), DANGER) == [words]


@pytest.mark.parametrize("place", PLACES)
def test_a_safety_question_that_nobody_answered_was_not_asked(shown, place):
    page = shown(answered(), place)

    assert (answer_in(page, OTHERS), answer_in(page, DANGER)) == (["Not asked"], ["Not asked"])


def test_where_no_child_is_named_what_is_about_a_child_was_not_asked_either(shown):
    page = shown(given.nameless(), "decide")

    assert (answer_in(page, OTHERS), answer_in(page, DANGER)) == (["Not asked"], ["Not asked"])


def test_what_was_answered_of_the_household_is_not_called_unasked_of_a_child(shown):
    contact = answered({"immediate_danger": "no"})

    assert answer_in(shown(contact, "summary"), DANGER) == ["No"]


def test_an_answer_other_than_a_safety_question_shows_too(shown):
    contact = answered(child={"injury_seen": "yes"})

    assert answer_in(shown(contact, "decide"), "Has anyone seen a bruise, burn, bite or other mark?") == ["Yes"]


def test_another_question_that_nobody_asked_is_left_out(shown):
    assert "Has anyone seen a bruise" not in shown(answered(), "decide")


def test_an_answer_to_what_the_rules_no_longer_ask_is_not_lost(shown):
    contact = answered(child={"an_older_question": "yes"})

    assert answer_in(shown(contact, "decide"), "An older question") == ["Yes"]


def test_the_decider_of_one_child_reads_no_other_childs_answers(shown):
    contact = given.contact("Ada Marlow", "Ben Marlow")
    contact.children[0].answers, contact.children[1].answers = {"immediate_danger": "no"}, {"immediate_danger": "yes"}

    assert answer_in(shown(contact, "decide"), DANGER) == ["No"]


@pytest.mark.parametrize("place", PLACES)
def test_child_in_danger_now_shows_as_a_banner(shown, place):
    contact = answered({"immediate_danger": "yes"})

    assert shown(contact, place).count(BANNER) == 1


def test_the_second_person_is_shown_the_banner(second_view):
    contact = answered({"immediate_danger": "yes"}, level=4, urgency="red")

    assert BANNER in second_view(contact)


def test_the_banner_names_the_child_of_whom_it_was_said(shown):
    contact = given.contact("Ada Marlow", "Ben Marlow")
    contact.children[1].answers = {"immediate_danger": "yes"}

    assert "Said when it was taken, of Ben Marlow." in shown(contact, "decide")


def test_no_banner_where_danger_is_not_known(shown):
    contact = answered(child={"immediate_danger": "unknown"})

    assert BANNER not in shown(contact, "decide")


def test_what_is_read_scrolls_by_keyboard_too(shown):
    assert '<div class="fd-reading" role="region" aria-label="What was said and found" tabindex="0">' in shown(
        answered(), "decide"
    )


def test_the_proposal_is_not_shown_with_the_answers(shown):
    contact = answered({"immediate_danger": "yes"}, level=4, urgency="red")

    page = shown(contact, "decide")

    assert "Too little food" not in page
    assert "fd-level__title" not in page
