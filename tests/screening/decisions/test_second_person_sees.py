"""Nothing that a second person can open tells them the first one's answer before they have given their own."""

from html import unescape

import pytest
from sqlalchemy import select

from screening import codes
from screening.db import db
from screening.models import QueueItem
from screening.models.decision import RATIONALE_PARTS
from screening.queues import waits
from screening.record.pages import TABS
from screening.wording import level_words
from tests.screening.decisions import given
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
OUTCOME, LEVEL, SAME = "information_and_advice", 1, ("worried", "history")
# Words that stand nowhere else.
MARKS = ("quixotry", "zephyrine", "umbrageous", "obsidian", "marmalade")
CHOSEN = (codes.OUTCOMES[OUTCOME], level_words(LEVEL))
# Its choices are all outcomes and all levels: that none of them is chosen has a test of its own.
CHOICES = ("second_view.form", "decisions.decide")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def lowered():
    """Two children decided lower than level 4, two parts written alike; each awaits a second view."""
    contact = given.contact("Ada Marlow", "Ben Marlow", level=4, urgency="red")
    for child, mark in zip(contact.children, ("alpha", "beta"), strict=True):
        rationale = {part: f"Quixotry {mark} {part}." for part in RATIONALE_PARTS} | dict.fromkeys(SAME, "Marmalade.")
        given.decide(
            contact,
            child=child,
            outcome=OUTCOME,
            level=LEVEL,
            urgency="green",
            rationale=rationale,
            confirmed_same=list(SAME),
            against_reason=f"Zephyrine {mark}.",
            for_referrer=f"Umbrageous {mark}.",
            family_told={"who": "Aunt", "when": "today", "how": f"Obsidian {mark}", "unsafe_because": ""},
        )
    db.session.commit()
    return contact


def pages(app, contact, decision):
    """Every address, of a page or of the API, that takes the contact's reference or a child of it: {endpoint: path}."""
    known = {"reference": contact.reference, "decision_id": decision.id, "child": decision.child_id, "of": "child"}
    known |= {"id_": decision.child_id}
    adapter = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        about = {"reference", "id_"} & set(rule.arguments)
        if "GET" in rule.methods and about:
            values = {part: known.get(part, contact.id if part != "place" else 0) for part in rule.arguments}
            found[rule.endpoint] = adapter.build(rule.endpoint, values)
    tabs = {f"record.page-{tab}": f"{found['record.page']}?tab={tab}" for tab in TABS}
    return found | tabs


def told(app, contact, decision, *words):
    """Open all of it as Grace, on the pages and with a token: what opened, and where one of some words stands."""
    client, token = app.test_client().sign_in("grace"), tokens.headers(tokens.of_user("grace"))
    opened, found = [], []
    for endpoint, path in pages(app, contact, decision).items():
        answer = client.get(path, headers=token if path.startswith("/api/") else None)
        text = unescape(answer.text).casefold()
        opened += [endpoint] if answer.status_code == 200 else []
        found += [
            f"{endpoint}: {word}"
            for word in words
            if word.casefold() in text and not (word in CHOSEN and endpoint in CHOICES)
        ]
    return opened, found


def give_view(app, contact, decision, level=LEVEL):
    data = {"outcome": OUTCOME, "level": level, "urgency": "green"}
    place = f"/contacts/{contact.reference}/second-view/{decision.id}"
    answer = app.test_client().sign_in("grace").post(place, data=data)
    assert answer.status_code == 302, answer.text
    return place


def test_no_page_and_no_answer_of_the_api_tells_a_second_person_what_the_first_one_wrote_or_chose(app, lowered):
    first, _ = given.decisions_of(lowered)

    opened, found = told(app, lowered, first, *MARKS, *CHOSEN)

    assert {"record.page-decision", "record.briefing", "record_api.briefing", "second_view.form"} <= set(opened)
    assert found == []


def test_giving_a_view_of_one_child_tells_that_ones_answer_alone(app, lowered):
    first, second = given.decisions_of(lowered)
    given_at = give_view(app, lowered, first)

    _, found = told(app, lowered, second, "Quixotry alpha", "beta")

    assert "Quixotry alpha" in app.test_client().sign_in("grace").get(given_at).text
    assert "record.page-decision: Quixotry alpha" in found
    assert [place for place in found if "beta" in place] == []


def test_that_words_are_those_of_another_child_is_told_once_both_views_are_given(app, lowered):
    first, second = given.decisions_of(lowered)
    record = f"/contacts/{lowered.reference}?tab=decision"
    give_view(app, lowered, second)
    before = app.test_client().sign_in("grace").get(record).text

    give_view(app, lowered, first)

    assert "beta identity" in before
    assert "The same as for Ada Marlow" not in before
    assert "The same as for Ada Marlow" in app.test_client().sign_in("grace").get(record).text


def test_words_copied_from_another_child_are_not_told_before_the_view_of_that_child_is_given(app, lowered):
    first, second = given.decisions_of(lowered)
    given_at = give_view(app, lowered, second)

    _, before = told(app, lowered, second, "Marmalade")
    give_view(app, lowered, first)

    assert before == []
    assert "Marmalade" in app.test_client().sign_in("grace").get(given_at).text


def test_what_is_decided_anew_is_not_told_by_what_it_replaced(app, lowered):
    first, _ = given.decisions_of(lowered)
    given_at = give_view(app, lowered, first, level=4)
    given.decide(
        lowered, child=first.child, outcome=OUTCOME, level=LEVEL, urgency="green", against_reason="Seen by a nurse."
    )
    db.session.commit()

    grace = app.test_client().sign_in("grace")
    for place in (given_at, f"/contacts/{lowered.reference}?tab=decision", f"/contacts/{lowered.reference}/briefing"):
        page = grace.get(place, follow_redirects=True)
        assert page.status_code == 200
        assert "Quixotry alpha" not in page.text


def test_no_list_says_that_a_child_was_passed_on_before_a_second_person_agreed():
    contact = given.contact(level=4, urgency="red")
    decision = given.lower(contact, outcome="another_authority")
    before = waiting_elsewhere(contact)

    given.confirm(decision)

    assert (before, waiting_elsewhere(contact)) == ((False, False), (True, True))


def waiting_elsewhere(contact):
    """Whether the contact is listed as waiting on another authority, and whether the filter finds it so."""
    lead = given.lead_of(contact)
    listed = "elsewhere" in [wait.code for wait in waits.of([lead])[contact.id]]
    found = db.session.scalar(select(QueueItem.id).where(QueueItem.id == lead.id, waits.on("elsewhere")))
    return listed, found is not None
