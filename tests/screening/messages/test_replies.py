"""What a professional answers by the link in a message: once, kept, scored, and shown to whom it concerns."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening import codes, leaving
from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.messages.replies import links
from screening.models import Callback, ContactAddition, DangerAlert, Disagreement, ReplyLink
from screening.queues import placing
from screening.said import added, adding
from screening.scoring import service as scoring
from screening.signing_in import tries
from tests.screening.messages import given
from tests.screening.queues import given as rows
from workers import additions, callbacks

pytestmark = pytest.mark.usefixtures("context")
SECRET = "a secret of the test"
NAME = {"name": "Ms Adeyemi, Oakbank School"}
WORDS = "Her grandmother collects her today, not her father."


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def settings(app):
    return app.extensions["front_door"]


@pytest.fixture
def linked(settings):
    """A contact in the screening team's queue, and the link in one of its messages."""

    def made(kind="receipt", **more):
        contact = given.contact(**more)
        rows.item(contact)
        message = given.message(contact, kind, state="sent")
        _, token = links.link_for(message, contact, settings.secret_key)
        db.session.commit()
        return contact, f"/reply/{token}"

    return made


def added_to(contact):
    return list(db.session.scalars(select(ContactAddition).where(ContactAddition.contact_id == contact.id)))


def of(model, contact):
    return db.session.scalars(select(model).where(model.contact_id == contact.id)).all()


def later(**time):
    given.clock_at(given.TUESDAY_NOON + timedelta(**time))
    db.session.commit()


def test_only_a_hash_of_the_links_secret_is_kept(linked):
    _, path = linked()
    token = path.rpartition("/")[2]

    kept = db.session.execute(select(ReplyLink.__table__)).mappings().all()

    assert kept
    assert token not in str(kept)


@pytest.mark.parametrize(
    "referrer", [given.NEIGHBOUR | {"safe_to_reply": "yes"}, given.SCHOOL | {"safe_to_reply": "no"}]
)
def test_no_link_goes_to_the_public_or_where_it_is_not_safe(referrer, settings):
    contact = given.contact(referrer)

    assert links.link_for(given.message(contact, "receipt", state="pending"), contact, settings.secret_key) is None


def test_no_link_goes_where_an_alleged_adult_may_read_it(settings):
    contact = given.contact(given.SCHOOL)
    given.alleged(contact, "Gary Adeyemi", works_with_children="yes")

    assert not leaving.may_leave(contact, leaving.REPLY_LINK).allowed


def test_the_page_says_the_reference_and_nothing_of_the_family(client, linked):
    contact, path = linked()
    rows.person(contact, "Tamsin Quillfeather")
    db.session.commit()

    page = client.get(path)

    assert page.status_code == 200
    assert contact.reference in page.text
    assert not [word for word in ("Tamsin", "Quillfeather", "Oakbank", "Adeyemi") if word in page.text]
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_what_is_added_is_on_record_as_from_whom_and_by_the_link(client, linked):
    contact, path = linked()

    assert client.post(path, data=NAME | {"words": WORDS}).status_code == 302

    with viewing(user_viewer(given.user("sarah"))):
        entry = added.said_since(contact)[0]
    assert entry.words == [WORDS]
    assert entry.by == f"{NAME['name']}, by the link in our message, not signed in"


def test_who_may_not_know_the_referrer_reads_only_that_it_came_by_the_link(client, linked):
    contact, path = linked()
    client.post(path, data=NAME | {"words": WORDS})
    contact.taken_by_id = None
    db.session.commit()

    with viewing(user_viewer(given.user("winnie"))):
        assert not added.viewer().may("contact.read_referrer")
        assert added.said_by(contact, added_to(contact)[0]) == "By the link in our message, not signed in"


def test_a_yes_is_taken_and_an_answer_that_we_have_is_never_taken_away(client, linked):
    answers = {"violence_at_home": "no", "needs_medical_help": "yes", "alleged_adult_has_access": "unknown"}
    contact, path = linked(answers=answers)

    client.post(
        path,
        data=NAME | {"violence_at_home": "yes", "needs_medical_help": "no", "alleged_adult_has_access": "no"},
    )

    db.session.refresh(contact)
    assert contact.answers == {"violence_at_home": "yes", "needs_medical_help": "yes", "alleged_adult_has_access": "no"}
    assert {change["path"]: change["after"] for change in added_to(contact)[0].changes} == {
        "answers.violence_at_home": "yes",
        "answers.needs_medical_help": "no",
        "answers.alleged_adult_has_access": "no",
    }


def test_a_child_in_danger_is_alerted_scored_again_and_raised(client, linked):
    contact, path = linked()

    client.post(path, data=NAME | {codes.DANGER_NOW: "yes"})
    additions.follow(added_to(contact)[0].id)

    assert of(DangerAlert, contact)
    assert (rows.lead_of(contact).urgency, rows.lead_of(contact).level) == ("red", 4)
    assert rows.lead_of(contact).attention


@pytest.mark.parametrize("state", ["received", "decided"])
def test_danger_said_by_the_link_is_shown_with_who_said_it_how_and_when(client, linked, signed_in, state):
    contact, path = linked(state=state)
    later(hours=2)

    client.post(path, data=NAME | {codes.DANGER_NOW: "yes"})

    page = signed_in("sarah").get(f"/contacts/{contact.reference}").text
    assert "14:00" in page.partition("A child is in danger now")[2].partition("after it was sent")[0]
    assert (
        "after it was sent, of the household: Ms Adeyemi, Oakbank School, by the link in our message, not signed in"
        in page
    )
    assert "Said when it was taken" not in page


def test_what_is_added_to_a_decided_contact_is_work_for_who_had_it_and_changes_no_fact(client, linked):
    contact, path = linked(state="decided", answers={"violence_at_home": "unknown"})

    client.post(path, data=NAME | {"violence_at_home": "yes", "words": WORDS})
    additions.follow(added_to(contact)[0].id)

    db.session.refresh(contact)
    assert contact.answers == {"violence_at_home": "unknown"}
    assert additions.LATE[1:] in rows.items_of(contact)[0].attention


def ended(linked, **more):
    """A green contact that was decided and closed, and the link in its outcome; nothing of it is open."""
    contact, path = linked("outcome", state="decided", urgency="green", level=1, **more)
    contact.state = "closed"
    item = rows.lead_of(contact)
    item.urgency, item.level, item.priority, item.state, item.ended_at = "green", 1, 5, "done", now()
    db.session.commit()
    return contact, path


def followed_yes(client, contact, path, question):
    client.post(path, data=NAME | {question: "yes"})
    additions.follow(added_to(contact)[-1].id)
    return next(item for item in rows.items_of(contact) if item.step == "attention" and not item.is_alert)


def test_a_yes_after_the_end_is_work_as_grave_as_it_makes_the_contact(client, linked):
    contact, path = ended(linked, answers={"needs_medical_help": "no"})

    item = followed_yes(client, contact, path, "needs_medical_help")

    assert (item.team.slug, item.urgency, item.level, item.priority) == ("screening", "red", 4, 1)
    assert item.accept_due_at <= now() + timedelta(hours=1)
    assert "say whether the decision still holds" in item.attention
    assert [one.team.kind for one in rows.items_of(contact) if one.is_alert] == ["duty_manager"]
    db.session.refresh(contact)
    assert (contact.state, contact.answers) == ("closed", {"needs_medical_help": "no"})


def test_a_red_that_comes_after_the_end_at_night_is_with_emergency_duty(client, linked):
    contact, path = ended(linked)
    later(hours=10)

    item = followed_yes(client, contact, path, "needs_medical_help")

    assert (item.team.slug, placing.held_item(contact.id)) == ("emergency-duty", item)


def test_a_yes_that_came_late_counts_in_each_later_score_until_one_of_ours_takes_it_back(client, linked):
    contact, path = ended(linked)
    followed_yes(client, contact, path, "needs_medical_help")
    keep = {"path": "answers.needs_medical_help", "words": "Hurt", "before": "yes", "after": "no"}

    assert scoring.score(contact, reason="check").urgency_at_least == "red"
    adding.keep(contact, [keep], by=given.user("sarah").id)
    assert scoring.score(contact, reason="check").urgency_at_least != "red"


def test_please_ring_me_is_a_promised_call_and_its_team_is_told_at_once(client, linked):
    contact, path = linked()

    client.post(path, data=NAME | {"ring": "yes", "number": "01632 960555", "by_when": "16:30"})

    call = of(Callback, contact)[0]
    assert (call.to_whom, call.number, call.by_when, call.owner_id) == (NAME["name"], "01632 960555", "16:30", None)
    [task] = given.tasks_of(contact, "callback_late")
    assert task.run_after <= now()
    callbacks.raise_late(call.id, task.key)
    assert "nobody has it yet" in rows.lead_of(contact).attention


def test_a_call_that_nobody_has_yet_is_said_to_be_late_only_once_it_is(client, linked, signed_in):
    contact, path = linked()
    client.post(path, data=NAME | {"ring": "yes", "number": "01632 960555", "by_when": "16:30"})
    call = of(Callback, contact)[0]
    callbacks.raise_late(call.id, given.tasks_of(contact, "callback_late")[0].key)

    early = signed_in("sarah").get("/calls-promised").text
    later(hours=5)
    late = signed_in("sarah").get("/calls-promised").text

    assert ("nobody has it: the team is told" in early, "late: the team" in early) == (True, False)
    assert "late: the team is told" in late


def test_whoever_holds_the_contact_owes_the_call(client, linked):
    contact, path = linked()
    item = rows.lead_of(contact)
    item.state, item.holder_id = "accepted", given.user("sarah").id
    db.session.commit()

    client.post(path, data=NAME | {"number": "01632 960555"})

    assert of(Callback, contact)[0].owner_id == given.user("sarah").id


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ring": "yes"}, "number"),
        ({"words": ""}, "words"),
        ({"number": "01632 960555", "by_when": "soonish"}, "by_when"),
    ],
)
def test_what_cannot_be_read_is_shown_again_with_all_that_was_typed(client, linked, typed, field):
    contact, path = linked()

    page = client.post(path, data=NAME | {"disagree": ""} | typed)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert NAME["name"] in page.text
    assert not added_to(contact)


def test_a_link_is_used_once_and_then_says_only_that_we_have_it(client, linked):
    _, path = linked()
    client.post(path, data=NAME | {"words": WORDS})

    page = client.get(path)

    assert "We have it" in page.text
    assert WORDS not in page.text


CALL, ADDED, READ = "The call that you asked for", "What you added", "reads what you disagree with"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"disagree": "She is not safe there."}, [READ]),
        ({"words": WORDS, "ring": "yes", "number": "01632 960555"}, [CALL, ADDED]),
    ],
)
def test_it_says_of_what_was_sent_only_what_becomes_of_that(client, linked, typed, said):
    _, path = linked("outcome")
    client.post(path, data=NAME | typed)

    page = client.get(path).text

    assert {one for one in (CALL, ADDED, READ) if one in page} == set(said)


def test_a_child_in_danger_said_by_link_is_told_as_an_answer_to_our_message(client, linked, signed_in):
    contact, path = linked()
    contact.channel = "web"
    db.session.commit()
    client.post(path, data=NAME | {codes.DANGER_NOW: "yes"})

    assert "An answer to our message sent <a" in signed_in("sarah").get("/danger/alerts").text


def test_a_double_click_adds_once(client, linked):
    contact, path = linked()
    for _ in range(2):
        client.post(path, data=NAME | {"words": WORDS, "number": "01632 960555"})

    assert (len(added_to(contact)), len(of(Callback, contact))) == (1, 1)


def test_what_is_typed_on_a_page_that_stood_open_is_kept_though_the_link_ended(client, linked):
    contact, path = linked()
    later(days=14, hours=3)

    assert client.get(path).status_code == 410
    page = client.post(path, data={"words": f"{WORDS}\x00"})

    assert "We have it" in page.text
    assert "came after the link was used or had ended" in added_to(contact)[0].changes[0]["after"]
    assert WORDS in added_to(contact)[0].changes[0]["after"]


def test_what_comes_too_late_is_shown_back_with_whom_to_ring(client, linked):
    contact, path = linked()
    later(days=16)

    page = client.post(path, data=NAME | {"words": WORDS})

    assert page.status_code == 410
    assert WORDS.replace("'", "&#39;") in page.text
    assert "was not kept" in page.text
    assert "Ring us now" in page.text
    assert not added_to(contact)


@pytest.fixture
def replaced(linked, settings):
    """An outcome's first link, and that of the same message written anew, and sent, an hour later."""
    contact, first = linked("outcome")
    later(hours=1)
    message = given.message_of(contact, "outcome")
    message.written_at = message.sent_at = now()
    _, token = links.link_for(message, contact, settings.secret_key)
    db.session.commit()
    return contact, first, f"/reply/{token}"


def test_once_a_message_was_written_anew_its_first_link_leads_to_the_newest_and_to_us(client, replaced):
    contact, first, second = replaced

    page = client.get(first)

    assert (page.status_code, client.get(second).status_code) == (410, 200)
    said = ("There is a newer message", contact.reference, "ring us: 01632")
    assert [words in page.text for words in said] == [True] * 3


def test_a_link_that_was_replaced_says_nothing_once_it_is_not_safe_to_write(client, replaced):
    contact, first, _ = replaced
    contact.referrer.safe_to_reply = "no"
    db.session.commit()

    page = client.get(first)

    assert (page.status_code, "newer message" in page.text, contact.reference in page.text) == (410, False, False)


def test_what_was_typed_on_the_page_of_a_link_that_was_replaced_is_kept_as_of_the_earlier_message(client, replaced):
    contact, first, second = replaced

    answer = client.post(first, data={**NAME, "words": WORDS, "disagree": "Nobody saw her."})
    later(hours=30)
    too_late = client.post(first, data={**NAME, "words": "One more thing."})

    (addition,), (disagreement,) = added_to(contact), of(Disagreement, contact)
    assert (answer.status_code, "We have it" in answer.text) == (200, True)
    assert addition.changes[0]["after"].endswith(f"earlier message, and may be about what that one told.]\n\n{WORDS}")
    assert disagreement.words.startswith("[This came by the link of an earlier message")
    assert ("One more thing." in too_late.text, client.get(second).status_code) == (True, 200)


def test_a_link_works_until_the_newer_message_has_left_and_what_it_brings_is_of_the_earlier_one(client, replaced):
    contact, first, _ = replaced
    message = given.message_of(contact, "outcome")
    message.state, message.sent_at = "pending", None
    db.session.commit()

    page = client.get(first)
    client.post(first, data={**NAME, "words": WORDS})

    (addition,) = added_to(contact)
    assert (page.status_code, "There is a newer message" in page.text) == (200, False)
    assert addition.changes[0]["after"].endswith(f"earlier message, and may be about what that one told.]\n\n{WORDS}")


def test_what_was_typed_before_the_newer_message_left_is_kept_from_when_it_left(client, replaced):
    contact, first, _ = replaced
    later(hours=40)
    given.message_of(contact, "outcome").sent_at = now()
    later(hours=41)

    client.post(first, data={**NAME, "words": WORDS})

    assert len(added_to(contact)) == 1


def test_an_unknown_link_and_an_old_one_read_alike(client, linked):
    _, path = linked()
    later(days=16)

    assert client.get(path).text == client.get(f"/reply/{'A' * 43}").text


def test_a_link_shows_nothing_once_it_is_not_safe_to_write(client, linked):
    contact, path = linked()
    contact.referrer.safe_to_reply = "no"
    db.session.commit()

    assert client.get(path).status_code == 410


def test_links_are_tried_only_so_often(client, monkeypatch):
    monkeypatch.setattr("screening.signing_in.tries.MOST_FROM_ADDRESS", 2)

    assert [client.get(f"/reply/{'A' * 43}").status_code for _ in range(3)] == [410, 410, 429]


def test_i_disagree_is_offered_on_an_outcome_only(client, linked):
    _, receipt = linked("receipt")
    _, outcome = linked("outcome")

    assert "I disagree" not in client.get(receipt).text
    assert "I disagree" in client.get(outcome).text


def test_a_disagreement_where_there_is_nothing_to_disagree_with_is_kept_as_words(client, linked):
    contact, path = linked("receipt")

    client.post(path, data=NAME | {"disagree": WORDS})

    assert added_to(contact)[0].changes[0]["after"] == WORDS
    assert not of(Disagreement, contact)


def test_a_browser_that_keeps_no_cookies_may_answer(app, linked, monkeypatch):
    contact, path = linked()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    answer = app.test_client(use_cookies=False).post(path, data=NAME | {"words": WORDS})

    assert (answer.status_code, len(added_to(contact))) == (302, 1)


def test_who_tried_too_often_gets_their_words_back(client, linked, monkeypatch):
    _, path = linked()
    monkeypatch.setattr(tries, "MOST_FROM_ADDRESS", 0)

    refused = client.post(path, data=NAME | {"words": WORDS})

    assert (refused.status_code, WORDS in refused.text) == (429, True)
