"""What the last look promises is what routing then does."""

import html
import re
from datetime import UTC, datetime

import pytest

from routing_rules import clocks
from screening.contacts import checking
from tests.screening.contacts.bodies import form

TUESDAY_MORNING = datetime(2026, 11, 24, 10, tzinfo=UTC)
GREEN = {"urgency": {"at_least": "green"}, "hard_open": False, "unscreened": False}


def test_even_green_is_to_be_decided_within_a_working_day():
    assert checking.due_at(GREEN, TUESDAY_MORNING) == clocks.contact_decision_due_at(TUESDAY_MORNING)
    assert checking.due_at(GREEN, TUESDAY_MORNING) < clocks.due_at("green", TUESDAY_MORNING)


def test_an_error_away_from_its_field_names_it():
    named = checking.named({"children.0.date_of_birth": "There is no such day.", "referrer.email": "Write one."})

    assert list(named.values()) == ["Child 1, date of birth: There is no such day.", "Caller, email: Write one."]


@pytest.fixture
def page(signed_in):
    """What Priya reads on the last look of a call."""
    priya = signed_in("priya")

    def read(**fields):
        location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
        answer = priya.post(location.replace("/take", "/check"), data={**form(**fields), "version": 0})
        return priya.get(answer.location).text

    return read


def rows(page):
    pairs = re.findall(r'summary-list__key">([^<]+)</dt>\s*<dd[^>]*>(?:<span[^>]*>)?([^<]*)', page)
    return {html.unescape(key): html.unescape(value) for key, value in pairs}


@pytest.mark.usefixtures("context")
def test_the_last_look_shows_every_answer_with_the_way_to_change_it(page):
    text = page(
        children__0__given_name="Ada",
        children__0__where_now__place="School",
        children__0__where_now__not_known__with_whom="refused",
        children__0__answers__immediate_danger="no",
        children__0__answers__injury_seen="yes",
        views__child_not_explored="not_seen",
    )

    found = rows(text)
    assert found["Ada: where now"] == "School"
    assert found["Ada: with whom"] == "Refused, would not say"
    assert found["Ada: Is any child in danger right now, or will they be when they go home?"] == "No"
    assert found["Ada: Has anyone seen a bruise, burn, bite or other mark?"] == "Yes"
    assert found["Are there other children who live there or stay there?"] == "Not asked yet"
    assert found["The child's view"] == "Not explored. The caller has not seen or spoken with them"
    assert found["The family's view"] == found["How identity matters here"] == "Not explored yet"
    assert "/take#children-0-answers-injury_seen" in text


@pytest.mark.usefixtures("context")
def test_the_last_look_shows_the_letter_itself_and_what_was_promised(page):
    text = page(
        referrer__email="adeyemi@example.org",
        referrer__safe_to_reply="yes",
        referrer__source_code="2A",
        children__0__given_name="Ada",
        promises__0__kind="callback",
        promises__0__by_when="16:30",
    )

    letter = re.search(r'class="fd-letter">([^<]+)', text).group(1)
    assert "To add to it or to ask about it, ring" in letter
    assert "Ada" not in letter
    assert rows(text)["You promised"] == "To ring back, by 16:30"


@pytest.mark.usefixtures("context")
def test_what_the_account_calls_for_and_nobody_asked_is_not_answered_yet(page):
    text = page(narrative="He punched her. Black eye today.", children__0__given_name="Ruby")

    unanswered = text[text.index("Not answered yet") :]
    assert "Has anyone seen a bruise, burn, bite or other mark?" in unanswered
    assert "You wrote ‘Black eye today’" in unanswered


@pytest.mark.usefixtures("context")
def test_what_was_asked_and_is_not_known_is_told_from_what_nobody_asked(page):
    text = page(children__0__given_name="Ruby", children__0__answers__needs_medical_help="unknown")

    unanswered = html.unescape(text[text.index("Not answered yet") :])
    assert "Is the child hurt or unwell and in need of medical help now? (asked: not known)" in unanswered
    assert "Ruby: where they are now, and with whom" in unanswered
    assert unanswered.count("(asked:") == 1


@pytest.mark.usefixtures("context")
def test_before_it_is_sent_it_says_where_ones_own_view_and_the_rules_differ(signed_in):
    priya = signed_in("priya")
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    view = form(narrative="Came late.", own_level="4", own_urgency="red", version="0")
    priya.post(location.replace("/take", "/own-view"), data=view)

    text = priya.get(location.replace("/take", "/check")).text

    assert "You said level 4, red. The rules say at least level 1, green." in text

    priya.post(location.replace("/take", "/send"), data=form(narrative="Came late.", version="1"))

    assert "You said red, level 4; it could not be screened." in priya.get(location.replace("/take", "/sent")).text


@pytest.mark.usefixtures("context")
def test_what_cannot_be_read_is_shown_and_does_not_take_the_button_away(page):
    text = page(narrative="Hungry.", children__0__date_of_birth="umpteen")

    assert "Kept as you wrote it" in text
    assert "Send to" in text
