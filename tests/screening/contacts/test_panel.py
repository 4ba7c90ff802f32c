"""The side panel of a call leads with what to ask, for what is typed now, and keeps the level behind one's own view."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import AuditEntry, Contact, CueSetAside, Draft, OwnView
from tests.screening.contacts.bodies import QUESTIONS, form

pytestmark = pytest.mark.usefixtures("context")
CALL = form(
    narrative="Came to school late.",
    children__0__given_name="Ada",
    children__0__family_name="Marlow",
    children__0__date_of_birth="2/5/2018",
)
# No core safety question is left to ask.
ANSWERED = {
    "answers__other_children_at_risk": "no",
    **{f"children__0__answers__{name}": "no" for name in QUESTIONS if name != "child_safe_now"},
    "children__0__answers__child_safe_now": "yes",
}
HURT = {"children__0__answers__injury_seen": "yes", "children__0__date_of_birth": "1/11/2024"}
JSON = {"Accept": "application/json"}
BRUISE = "There was a bruise on her arm."


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    answer = priya.post("/contacts/", data={"kind": "request_for_service"})
    return re.search(r"FD-\w+", answer.location).group()


@pytest.fixture
def ask(priya, reference):
    def panel(on_show=(), in_focus="", **fields):
        typed = {**CALL, **form(**fields), "on_show": list(on_show), "in_focus": in_focus}
        answer = priya.post(f"/contacts/{reference}/panel", data=typed)
        assert answer.status_code == 200
        return unescape(answer.text)

    return panel


@pytest.fixture
def press(priya, reference):
    def pressed(action, version=0, **fields):
        return priya.post(f"/contacts/{reference}/{action}", data={**CALL, **fields, "version": version}, headers=JSON)

    return pressed


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def asked(panel):
    return re.findall(r'name="on_show" value="(\w+)"', panel)


def test_it_says_what_to_ask_next(ask):
    panel = ask(children__0__answers__injury_seen="yes", children__0__date_of_birth="")

    assert "Ask next" in panel
    assert "Can the child crawl or pull up to stand by themselves?" in panel


def test_a_childs_age_is_asked_where_it_is_written(ask):
    panel = ask(**ANSWERED, children__0__answers__missing_now="yes", children__0__date_of_birth="")

    assert 'href="#children-0-age_years_estimated" data-ask="children.0.age_years_estimated"' in panel
    assert "#answers-age_years" not in panel


def test_the_call_goes_on_while_its_core_questions_are_answered_one_by_one(priya, reference, ask, press):
    said = {}
    for version, (question, answer) in enumerate(reversed(ANSWERED.items())):
        said[question] = answer
        ask(**said)
        press("autosave", version, **form(**said))
        assert priya.get(f"/contacts/{reference}/take").status_code == 200


def test_a_safety_question_that_no_rule_looks_at_is_asked_without_what_it_could_change(ask):
    panel = ask(**{name: answer for name, answer in ANSWERED.items() if name.startswith("children")})

    assert "Are there other children who live there" in panel
    assert "Asked in every contact" in panel


def test_it_follows_what_is_typed_and_keeps_none_of_it(ask, reference):
    assert "Red, within 4 hours" in ask(children__0__answers__immediate_danger="yes")
    assert db.session.scalars(select(Draft).where(Draft.contact_id == contact(reference).id)).all() == []


def test_the_questions_on_show_stay_where_they_are(ask):
    low = {"children__0__answers__low_mood": "yes", **ANSWERED}
    backwards = asked(ask(**low))[::-1]

    assert len(backwards) == 3
    assert asked(ask(on_show=backwards, **low)) == backwards


def test_it_lives_with_anything_that_is_typed(ask):
    assert "Ask next" in ask(children__0__date_of_birth="x", children__0__age_years_estimated="tiny")


def test_it_says_what_cannot_be_read_while_the_caller_is_there(ask):
    assert "Child 1, date of birth:" in ask(children__0__date_of_birth="31/2/2019")


def test_it_calls_nothing_unreadable_that_is_only_missing(ask):
    assert "cannot be read" not in ask(narrative="")


def test_guidance_is_about_the_question_in_hand(ask):
    panel = ask(in_focus="children.0.answers.independently_mobile")

    assert "Rolling over does not count." in panel
    assert "A bruise or injury in a small child who cannot move by themselves" in panel
    assert "HIPS procedures 3.15" in panel


def test_guidance_lives_with_any_name_of_a_field(ask):
    assert "Shows what the rules say" in ask(in_focus="children.0.answers.no_such_question")


def test_a_lesson_shows_once_its_rule_is_near(ask):
    assert "A review in Bury" not in ask()
    assert "A review in Bury" in ask(**HURT)


def test_words_in_the_account_propose_a_question(ask):
    assert "You wrote ‘There was a bruise on her arm’" in ask(narrative=BRUISE)


def test_words_in_the_account_answer_nothing(press, reference, priya):
    press("autosave", narrative="There was no bruise on her arm. She was not missing.")

    page = priya.get(f"/contacts/{reference}/take").text
    assert "You wrote" in page
    assert re.findall(r'name="[^"]*answers\.[^"]*" type="radio" value="\w+" checked', page) == []


def test_danger_that_was_sent_is_an_answer_of_the_page_and_is_asked_no_more(priya, reference, ask):
    priya.post(f"/contacts/{reference}/danger", data={**CALL, "version": "0"})

    page = priya.get(f"/contacts/{reference}/take").text
    (said,) = re.findall(r'<input type="hidden" name="(answers\.\w+)" value="yes" *>', page)
    panel = ask(**{said: "yes"})
    assert "Red, within 4 hours" in panel
    assert "immediate_danger" not in asked(panel)


def test_danger_that_nobody_sent_is_no_answer_of_the_page(priya, reference):
    page = priya.get(f"/contacts/{reference}/take").text

    assert 'name="answers.immediate_danger" value="yes" disabled' in page


def test_a_question_that_was_asked_is_proposed_no_more(ask):
    assert "You wrote" not in ask(narrative=BRUISE, children__0__answers__injury_seen="unknown")


def test_a_question_that_was_set_aside_is_never_proposed_again(ask, press):
    answer = press("set-aside", set_aside="injury_seen", narrative=BRUISE)

    assert "You wrote" not in answer.json["html"]
    assert "You wrote" not in ask(narrative=BRUISE)
    assert db.session.scalars(select(CueSetAside.question)).all() == ["injury_seen"]


def test_only_a_question_of_the_rules_can_be_set_aside(press):
    assert press("set-aside", set_aside="no_such_question").status_code == 422


def test_the_level_is_not_told_before_ones_own_view(ask):
    panel = ask(**HURT)

    assert "Show the level and why" not in panel
    assert "Because" not in panel


def test_red_is_told_at_once_whatever_is_kept(ask):
    assert "Red, within 4 hours" in ask(children__0__answers__immediate_danger="yes")


def test_ones_own_view_opens_the_level_with_what_would_change_it(ask, press):
    press("own-view", own_level="2", own_urgency="green")
    panel = ask(**HURT)

    assert re.search(r'<details[^>]*id="panel-level-details"\s*>', panel)
    assert "Would change if" in panel
    assert "makes it level 4, red" in panel


def test_ones_own_view_is_kept_with_the_score_of_that_moment(press):
    press("own-view", own_level="2", own_urgency="green", **{"children.0.answers.immediate_danger": "yes"})

    kept = db.session.scalars(select(OwnView)).one()
    assert (kept.stage, kept.level, kept.urgency, kept.child_id) == ("call", 2, "green", None)
    assert kept.score["draft"] == 1
    assert kept.score["urgency"]["at_least"] == "red"
    assert kept.score["ruleset"].startswith("2026.11")


def test_the_first_own_view_is_the_one_that_counts(press):
    press("own-view", own_level="2", own_urgency="green")
    press("own-view", own_level="4", own_urgency="red", version=1)

    assert db.session.scalars(select(OwnView.level)).all() == [2]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.own_view")).all()
    assert len(entries) == 1


@pytest.mark.parametrize(("level", "urgency"), [("", "green"), ("2", ""), ("5", "green"), ("2", "purple")])
def test_half_a_view_is_no_view(press, level, urgency):
    assert press("own-view", own_level=level, own_urgency=urgency).status_code == 422
    assert db.session.scalars(select(OwnView)).all() == []


def test_without_javascript_a_button_of_the_panel_goes_back_to_it(priya, reference):
    said = {**CALL, "version": 0, "own_level": "2", "own_urgency": "green"}

    answer = priya.post(f"/contacts/{reference}/own-view", data=said)
    assert answer.location.endswith(f"/contacts/{reference}/take#panel-level")
