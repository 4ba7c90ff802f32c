"""What a later score changed, said on the record: up as a warning, down as a proposal, never before one's own view."""

import pytest

from screening import audit
from screening.access import user_viewer, viewing
from screening.db import db
from screening.record.history import events_of
from screening.record.rescored import rescored
from screening.scoring.newest_score import newest_score
from tests.screening.queues import given as rows
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
FINDING = {
    "rule": "bruise",
    "text": "Bruise on a baby",
    "because": ["Bruise seen"],
    "level": 4,
    "urgency": "red",
    "source": "S",
}


@pytest.fixture
def contact():
    found = rows.contact(urgency="amber", level=2)
    rows.person(found)
    rows.item(found)
    db.session.commit()
    return found


def page(client, contact, tab="summary"):
    return client.get(f"/contacts/{contact.reference}?tab={tab}").text


def scored_again(contact, urgency="red", level=4, **more):
    output = {"ruleset": "test", "findings": [FINDING], "open": [], "ask_next": []} | more
    row = rows.screening(contact, urgency=urgency, level=level, output=output)
    row.reason = "check"
    db.session.commit()


def test_who_had_it_open_is_told_what_changed_since(signed_in, contact):
    sarah = signed_in("sarah")
    page(sarah, contact)
    scored_again(contact)

    text = page(sarah, contact, "checks")

    assert "Since you opened this: a check answered" in text
    assert "Level went up from 2 to 4 because of ‘Bruise on a baby’." in text


def test_several_that_came_are_one_banner_with_a_count_and_lose_nothing(signed_in, contact):
    sarah = signed_in("sarah")
    page(sarah, contact)
    for _ in range(3):
        scored_again(contact)

    text = page(sarah, contact, "checks")

    assert text.count(">Since you opened this") == 1
    assert "Since you opened this, 3 times, the newest: a check answered" in text
    assert "Level went up from 2 to 4 because of ‘Bruise on a baby’." in text
    assert "It was scored again, and nothing changed." not in text


def test_what_came_and_went_again_is_not_told_as_both(signed_in, contact):
    sarah = signed_in("sarah")
    low = FINDING | {"level": 1, "urgency": "green"}
    scored_again(contact, level=2, urgency="amber", findings=[])
    page(sarah, contact)
    scored_again(contact, level=2, urgency="amber", findings=[low])
    scored_again(contact, level=2, urgency="amber", findings=[])

    news = page(sarah, contact, "checks").partition("Since you opened this")[2].partition("</div>")[0]

    assert "It was scored again, and nothing changed." in news
    assert "New:" not in news
    assert "No longer:" not in news


def test_what_came_and_went_and_came_again_is_told(signed_in, contact):
    sarah = signed_in("sarah")
    low = FINDING | {"level": 1, "urgency": "green"}
    scored_again(contact, level=2, urgency="amber", findings=[])
    page(sarah, contact)
    for findings in ([low], [], [low]):
        scored_again(contact, level=2, urgency="amber", findings=findings)

    news = page(sarah, contact, "checks").partition("Since you opened this")[2].partition("</div>")[0]

    assert "New:" in news
    assert "No longer:" not in news


def test_once_read_it_is_no_longer_news_and_still_on_the_summary(signed_in, contact):
    sarah = signed_in("sarah")
    page(sarah, contact)
    scored_again(contact)
    page(sarah, contact)

    text = page(sarah, contact)

    assert "Since you opened this" not in text
    assert "What later scores changed" in text


def test_nothing_is_news_to_who_never_opened_it(signed_in, contact):
    scored_again(contact)

    assert "Since you opened this" not in page(signed_in("sarah"), contact)


def test_the_history_says_what_each_score_changed(contact):
    scored_again(contact)
    audit.record("screening.made", contact_id=contact.id, subject=("screening", newest_score(contact.id).id))

    with viewing(user_viewer(rows.user("sarah"))):
        told = [event["text"] for event in events_of(contact, rescored(contact)) if event["title"] == "Scored"]

    assert (told[0] or "").startswith("Level went up from 2 to 4")


def test_a_lower_score_only_proposes(signed_in, contact):
    scored_again(contact, "green", 1, findings=[])

    text = page(signed_in("sarah"), contact)

    assert "The newest score proposes level 1, green. Nothing was lowered: it stays level 2, amber" in text


def test_who_is_about_to_decide_is_not_told_before_their_own_view(signed_in, contact):
    item = rows.lead_of(contact)
    item.state, item.holder_id, item.accepted_at = "accepted", rows.user("sarah").id, rows.TUESDAY_NOON
    scored_again(contact, "green", 1, findings=[])

    text = page(signed_in("sarah"), contact)

    assert "What that changed opens once your own view is kept." in text
    assert "Level went" not in text
    assert "proposes level" not in text


def test_who_may_not_see_rules_is_told_level_and_urgency_alone(signed_in, contact):
    rows.item(contact, "mash", leads=False)
    scored_again(contact)

    text = page(signed_in("marcus"), contact)

    assert "Level went up from 2 to 4." in text
    assert "Bruise on a baby" not in text


def test_a_handler_is_told_nothing_of_it(signed_in, contact):
    contact.taken_by_id = rows.user("priya").id
    scored_again(contact)

    assert "Level went up" not in page(signed_in("priya"), contact)


def test_a_program_reads_what_changed(client, contact):
    scored_again(contact)
    headers = tokens.headers(tokens.of_client("integration"))

    found = client.get(f"/api/v1/contacts/{contact.reference}", headers=headers).json["rescored"]

    assert (found[0]["way"], found[0]["reason"]) == ("up", "A check answered")
