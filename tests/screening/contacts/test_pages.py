"""A handler takes a contact: it saves itself, nothing typed is lost, and it is sent once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening.contacts import drafts
from screening.db import db, now, transaction
from screening.models import AuditEntry, Contact, ContactAddition, County, Draft, RulesetInForce, Task
from tests.screening.contacts.bodies import QUESTIONS, form
from tests.screening.queues.given import TUESDAY_NIGHT, TUESDAY_NOON, clock_at

pytestmark = pytest.mark.usefixtures("context")
CALL = form(
    narrative="Came to school hungry.",
    children__0__given_name="Ada",
    children__0__family_name="Marlow",
    children__0__date_of_birth="2/5/2018",
    referrer__name="Ms Adeyemi",
    referrer__safe_to_reply="yes",
)


# No core safety question is left to ask.
ANSWERED = {
    "answers__other_children_at_risk": "no",
    **{f"children__0__answers__{name}": "no" for name in QUESTIONS if name != "child_safe_now"},
    "children__0__answers__child_safe_now": "yes",
}


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    answer = priya.post("/contacts/", data={"kind": "request_for_service"})
    return re.search(r"FD-\w+", answer.location).group()


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def autosave(client, reference, version=0, **fields):
    return client.post(f"/contacts/{reference}/autosave", data={**CALL, **form(**fields), "version": version})


def test_opening_a_call_gives_a_reference_at_once(reference):
    assert contact(reference).state == "taking"


def test_the_call_page_shows_its_eight_sections(priya, reference):
    page = priya.get(f"/contacts/{reference}/take").text

    assert len(re.findall(r'class="fd-section"', page)) == 8


def groups_of(page):
    return re.findall(r'class="fd-questions__title">([^<]+)<', page)


def test_what_a_kind_of_contact_is_not_asked_comes_last_and_is_still_there(priya, reference):
    about_a_child = groups_of(priya.get(f"/contacts/{reference}/take").text)
    autosave(priya, reference, contact_type="request_for_information")
    advice = priya.get(f"/contacts/{reference}/take").text

    assert "Not asked in this kind of contact" not in about_a_child
    assert groups_of(advice)[-1] == "Not asked in this kind of contact"
    assert 'name="children[0].answers.injury_seen"' in advice or "children.0.answers.injury_seen" in advice


def test_a_question_whose_answer_is_a_number_is_typed(priya, reference):
    autosave(priya, reference, answers__dash_yes_count="15")

    page = priya.get(f"/contacts/{reference}/take").text
    field = re.search(r'<input[^>]*name="answers.dash_yes_count"[^>]*>', page).group()
    assert 'value="15"' in field
    assert 'inputmode="numeric"' in field


def test_a_draft_saves_itself_and_says_when(priya, reference):
    answer = autosave(priya, reference)

    assert answer.json["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer.json["saved_at"])
    assert {section["id"]: section["words"] for section in answer.json["sections"]}["children"] == "1 named"


def test_saving_the_same_words_again_makes_no_new_version(priya, reference):
    autosave(priya, reference)

    assert autosave(priya, reference, version=1).json["version"] == 1


def test_a_second_window_is_told_that_the_first_saved(priya, reference):
    autosave(priya, reference)

    answer = autosave(priya, reference, version=0, narrative="Something else")

    assert answer.status_code == 409


def test_what_was_typed_comes_back_as_it_was_typed(priya, reference):
    autosave(priya, reference, children__0__date_of_birth="umpteen")

    assert 'value="umpteen"' in priya.get(f"/contacts/{reference}/take").text


def test_a_child_is_added_without_javascript(priya, reference):
    answer = priya.post(f"/contacts/{reference}/save", data={**CALL, "version": 0, "add_child": "1"})

    page = priya.get(answer.location.partition("#")[0]).text
    assert answer.location.endswith("#children-1")
    assert 'id="children-1"' in page


def test_an_adult_is_removed_without_javascript(priya, reference):
    fields = form(adults__0__given_name="Gary", adults__1__given_name="Mel")
    priya.post(f"/contacts/{reference}/save", data={**CALL, **fields, "version": 0, "remove_adult": "0"})

    page = priya.get(f"/contacts/{reference}/take").text
    assert 'value="Mel"' in page
    assert 'value="Gary"' not in page


def test_checking_shows_what_was_said_and_where_it_goes(priya, reference):
    assert "Came to school hungry." in last_look(priya, reference, TUESDAY_NOON)


SCREENED = {f"children__0__answers__{question}": "no" for question in QUESTIONS} | {
    "children__0__answers__child_safe_now": "yes"
}
# Whether so young a child with an injury can move is not known.
OPEN = {"children__0__answers__injury_seen": "yes", "children__0__date_of_birth": "2024"}


@pytest.mark.parametrize(
    ("moment", "fields", "team"),
    [
        (TUESDAY_NOON, {}, "Screening team"),
        (TUESDAY_NOON, {"children__0__answers__immediate_danger": "yes"}, "Multi-agency safeguarding hub"),
        # Unscreened, a grave question that is open, amber and red do not wait for the morning; green does.
        (TUESDAY_NIGHT, {}, "Emergency duty team"),
        (TUESDAY_NIGHT, SCREENED, "Screening team"),
        (TUESDAY_NIGHT, SCREENED | OPEN, "Emergency duty team"),
        (TUESDAY_NIGHT, {"children__0__answers__immediate_danger": "yes"}, "Emergency duty team"),
    ],
)
def test_the_last_look_names_who_will_hold_it(priya, reference, moment, fields, team):
    assert f"Send to {team}" in last_look(priya, reference, moment, **fields)


def test_the_last_look_sends_questions_to_the_information_service(priya):
    clock_at(TUESDAY_NOON)
    location = priya.post("/contacts/", data={"kind": "request_for_information"}).location
    answer = priya.post(location.replace("/take", "/check"), data={"narrative": "Whom do I ask?", "version": 0})

    assert "Send to Family information service" in priya.get(answer.location).text


def last_look(client, reference, moment, **fields):
    clock_at(moment)
    contact(reference).first_received_at = moment
    db.session.flush()
    answer = client.post(f"/contacts/{reference}/check", data={**CALL, **form(**fields), "version": 0})
    return client.get(answer.location).text


def test_what_blocks_is_named_and_links_to_its_field(priya, reference):
    autosave(priya, reference, narrative="", children__0__date_of_birth="umpteen")

    answer = priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert answer.status_code == 422
    assert f"/contacts/{reference}/take#narrative" in answer.text
    assert contact(reference).state == "taking"


def test_sending_gives_the_reference_to_say(priya, reference):
    autosave(priya, reference)

    answer = priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert reference in priya.get(answer.location).text
    assert contact(reference).state == "received"
    assert contact(reference).children[0].date_of_birth == "2018-05-02"


def test_a_double_click_sends_one_contact(priya, reference):
    autosave(priya, reference)

    answers = [priya.post(f"/contacts/{reference}/send", data={"version": 1}) for _ in range(2)]

    assert {answer.location for answer in answers} == {f"/contacts/{reference}/sent"}
    assert db.session.scalar(select(func.count()).where(Task.kind == "receipt")) == 1


def test_danger_now_sends_what_there_is_as_red(priya, reference):
    answer = priya.post(f"/contacts/{reference}/danger", data=form(children__0__given_name="Ada", version="0"))

    assert answer.location == f"/contacts/{reference}/sent"
    assert "Red, within 4 hours" in priya.get(answer.location).text


DANGER = {
    "referrer.email": "adeyemi@oak",
    "referrer.phone": "01632 960177",
    "children.0.given_name": "Ada",
    "children.0.date_of_birth": "umpteen",
    "children.0.disabilities": "HEARTY",
    "children.1.sex": "X",
    "adults.0.alleged_harm_to": "7",
    "answers.no_such_question": "yes",
    "answers.injury_seen": "perhaps",
}


def test_danger_now_sends_what_can_be_read_and_names_the_rest(priya, reference):
    answer = priya.post(f"/contacts/{reference}/danger", data={**DANGER, "narrative": "Come\x07 now", "version": "0"})

    page = priya.get(answer.location).text
    assert "Red, within 4 hours" in page
    for words in ("Caller, email", "Child 1, date of birth", "Child 2, sex", "Adult 1, alleged harm to", "Account"):
        assert words in page
    sent = contact(reference)
    assert sent.narrative == "Come now"
    assert (sent.referrer.email, sent.referrer.phone) == (None, "01632 960177")
    assert sent.children[0].given_name == "Ada"


def test_whom_an_adult_is_said_to_have_harmed_outlives_what_cannot_be_read(priya, reference):
    priya.post(f"/contacts/{reference}/danger", data={**DANGER, "version": "0"})

    assert contact(reference).adults[0].alleged_harm_to


def test_danger_now_waits_for_no_other_window(priya, reference):
    autosave(priya, reference)

    answer = priya.post(f"/contacts/{reference}/danger", data=form(narrative="Now", version="0"))

    assert answer.location == f"/contacts/{reference}/sent"
    assert "could not be sent" not in priya.get(answer.location).text
    assert contact(reference).narrative == "Came to school hungry."
    added = db.session.scalars(select(ContactAddition)).one()
    assert added.changes[0]["after"] == "Came to school hungry.\n\nNow"


def test_what_danger_now_left_out_stays_in_the_draft(app, priya, reference):
    priya.post(f"/contacts/{reference}/danger", data={**DANGER, "version": "0"})

    kept = drafts.latest(contact(reference), app.extensions["front_door"].draft_key)
    assert kept.body["referrer"]["email"] == "adeyemi@oak"


def test_a_call_is_taken_although_no_rules_are_in_force(priya, reference):
    db.session.execute(RulesetInForce.__table__.delete())
    autosave(priya, reference)

    assert "treat as red" in priya.get(f"/contacts/{reference}/take").text
    answer = priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert "Red, within 4 hours" in priya.get(answer.location).text


def test_a_grave_question_that_is_open_says_how_soon_somebody_looks(priya, reference):
    autosave(priya, reference, children__0__answers__injury_seen="yes", children__0__date_of_birth="2024")

    answer = priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert "Look within 4 hours: not settled" in priya.get(answer.location).text


def test_nobody_is_told_of_a_receipt_without_an_address(priya, reference):
    autosave(priya, reference)
    answer = priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert "No receipt is sent: no number and no email address were given." in priya.get(answer.location).text


def test_a_silent_call_is_kept_with_one_question(priya):
    location = priya.post("/contacts/", data={"kind": "silent"}).location
    assert location.endswith("/short")

    answer = priya.post(location, data={"contact_type": "silent", "narrative": "Somebody breathing"})

    assert answer.location.endswith("/sent")


def test_a_short_call_sent_twice_is_sent_once(priya):
    location = priya.post("/contacts/", data={"kind": "silent"}).location

    answers = [priya.post(location, data={"contact_type": "silent"}) for _ in range(2)]

    assert {answer.location for answer in answers} == {location.replace("/short", "/sent")}
    assert db.session.scalar(select(func.count()).where(Task.kind == "route")) == 1


def test_a_short_path_asks_what_it_was(priya, reference):
    answer = priya.post(f"/contacts/{reference}/short", data={"narrative": "Nobody there"})

    assert answer.status_code == 422
    assert "Nobody there" in answer.text


def test_a_draft_of_somebody_else_does_not_exist(signed_in, reference):
    callum = signed_in("callum")

    assert [callum.get(f"/contacts/{reference}/{page}").status_code for page in ("take", "check", "sent")] == [404] * 3
    assert callum.post(f"/contacts/{reference}/panel").status_code == 404
    assert autosave(callum, reference).status_code == 404


def test_what_is_sent_can_no_longer_be_typed_over(priya, reference):
    autosave(priya, reference)
    priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert autosave(priya, reference, version=1, narrative="Changed").status_code == 200


def test_a_handler_sees_where_their_contact_is(priya, reference):
    autosave(priya, reference)
    priya.post(f"/contacts/{reference}/send", data={"version": 1})

    assert reference in priya.get("/contacts/").text


def test_an_unfinished_call_is_offered_again(priya, reference):
    autosave(priya, reference)

    assert f"/contacts/{reference}/take" in priya.get("/contacts/").text


def test_a_call_opened_by_mistake_is_closed(priya, reference):
    assert f"/contacts/{reference}/close" in priya.get("/contacts/").text

    answer = priya.post(f"/contacts/{reference}/close")

    assert contact(reference).state == "closed"
    assert f"/contacts/{reference}/take" not in priya.get(answer.location).text
    assert priya.get(f"/contacts/{reference}/take").status_code == 404
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "contact.closed")) == 1


def test_what_the_page_chooses_by_itself_was_not_typed(priya, reference):
    data = {"channel": "phone", "contact_type": "request_for_service", "version": 0}
    priya.post(f"/contacts/{reference}/autosave", data=data)

    assert priya.post(f"/contacts/{reference}/close").status_code == 302


def test_a_call_with_words_is_not_closed_although_they_were_taken_out(priya, reference):
    autosave(priya, reference)
    priya.post(f"/contacts/{reference}/autosave", data={"version": 1})

    assert f"/contacts/{reference}/close" not in priya.get("/contacts/").text
    assert priya.post(f"/contacts/{reference}/close").status_code == 409
    assert contact(reference).state == "taking"


def test_a_colleagues_empty_call_is_not_closed(signed_in, reference):
    contact(reference).first_received_at = now() - timedelta(minutes=31)
    db.session.flush()

    assert signed_in("grace").post(f"/contacts/{reference}/close").status_code == 404


@pytest.mark.parametrize("path", ["", "?tab=history", "/sent"])
def test_a_closed_empty_call_breaks_no_page(signed_in, priya, reference, path):
    priya.post(f"/contacts/{reference}/close")

    assert [one.get(f"/contacts/{reference}{path}").status_code < 500 for one in (priya, signed_in("sarah"))] == [
        True
    ] * 2


@pytest.fixture
def left(priya, reference):
    """A call that Priya began 31 minutes ago and has not sent."""
    autosave(priya, reference)
    contact(reference).first_received_at = now() - timedelta(minutes=31)
    db.session.flush()
    return reference


def test_a_call_left_unsent_is_shown_to_a_manager(signed_in, left):
    assert f"/contacts/{left}/take" in signed_in("grace").get("/contacts/").text


def test_a_call_that_is_going_on_is_its_handlers_alone(signed_in, priya, reference):
    autosave(priya, reference)

    assert reference not in signed_in("grace").get("/contacts/").text


@pytest.mark.parametrize("minutes", [0, 31])
def test_a_call_that_is_going_on_is_not_open_to_who_screens(signed_in, priya, reference, minutes):
    autosave(priya, reference)
    contact(reference).first_received_at = now() - timedelta(minutes=minutes)
    db.session.flush()
    sarah = signed_in("sarah")

    assert sarah.get(f"/contacts/{reference}/take").status_code == 404
    assert sarah.get(f"/contacts/{reference}").status_code == 404
    assert reference not in sarah.get("/contacts/").text


def test_who_screens_takes_calls_of_their_own(signed_in):
    sarah = signed_in("sarah")
    location = sarah.post("/contacts/", data={"kind": "request_for_service"}).location

    assert sarah.get(location).status_code == 200


def test_of_the_calls_left_the_newest_are_listed(signed_in, monkeypatch, priya, left):
    monkeypatch.setattr(drafts, "MOST_LEFT", 1)
    second = re.search(r"FD-\w+", priya.post("/contacts/", data={"kind": "notification"}).location).group()
    contact(second).first_received_at = now() - timedelta(minutes=31)
    db.session.flush()

    page = signed_in("grace").get("/contacts/").text

    assert second in page
    assert left not in page


def test_a_manager_finishes_a_call_that_was_left(signed_in, left):
    grace = signed_in("grace")

    answer = grace.post(f"/contacts/{left}/send", data={"version": 1})

    assert grace.get(answer.location).status_code == 200
    assert contact(left).state == "received"


def test_operations_take_no_calls(signed_in):
    assert signed_in("owen").get("/contacts/").status_code == 403


def test_text_is_shown_as_typed_and_never_run(priya, reference):
    autosave(priya, reference, narrative="<script>alert(1)</script> {{ 7*7 }}")

    page = priya.get(f"/contacts/{reference}/take").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page


def move_clock(minutes):
    with transaction():
        db.session.execute(update(County).values(clock_shift=County.clock_shift + timedelta(minutes=minutes)))


def test_typing_keeps_a_session_alive(priya, reference):
    for version in range(3):
        move_clock(10)
        assert autosave(priya, reference, version, narrative=f"Typed {version}").status_code == 200


def test_saving_what_is_saved_keeps_no_session_alive(priya, reference):
    autosave(priya, reference)
    move_clock(10)
    autosave(priya, reference, version=1)
    move_clock(10)

    assert priya.get("/").location.startswith("/sign-in")


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def test_who_was_signed_out_while_typing_is_told_so(guarded, client):
    """[F29]"""
    answer = client.post("/contacts/FD-TEST/autosave", data=CALL, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json["title"] == "Sign in to continue"


def test_a_page_that_outlived_its_session_saves_after_the_next_sign_in(priya, reference, guarded):
    refused = autosave(priya, reference, csrf_token="of the last session")
    token = priya.get("/sign-in/token").json["csrf_token"]

    assert refused.status_code == 400
    assert autosave(priya, reference, csrf_token=token).status_code == 200


def reads(reference):
    which = (AuditEntry.action == "contact.read", AuditEntry.contact_id == contact(reference).id)
    return list(db.session.scalars(select(AuditEntry.detail).where(*which)))


@pytest.mark.parametrize("page", ["take", "check", "short"])
def test_a_page_that_shows_a_draft_is_a_read(priya, reference, page):
    autosave(priya, reference)

    priya.get(f"/contacts/{reference}/{page}")

    assert reads(reference) == [{"draft": 1}]


def test_the_list_of_what_colleagues_left_is_a_read(signed_in, left):
    signed_in("grace").get("/contacts/")

    lists = list(db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "contact.list_read")))
    assert {"list": "drafts", "contacts": [str(contact(left).id)]} in lists


def test_every_version_of_a_draft_is_audited(priya, reference):
    autosave(priya, reference)
    autosave(priya, reference, version=1, narrative="More")

    assert db.session.scalar(select(func.count()).select_from(Draft)) == 2
