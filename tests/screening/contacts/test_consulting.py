"""A handler asks a social worker on duty, who reads the call as it is typed and answers, and can do no more."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.danger import queries
from screening.db import db
from screening.models import AuditEntry, Consultation, Contact, Task
from tests.screening.contacts.bodies import form
from tests.screening.people import made
from tests.screening.queues import given
from workers import danger

pytestmark = pytest.mark.usefixtures("context")
JSON = {"Accept": "application/json"}
SAID = form(narrative="She says he hit her.", children__0__given_name="Ada")


@pytest.fixture
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def priya(noon, signed_in):
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    found = re.search(r"FD-\w+", location).group()
    priya.post(f"/contacts/{found}/autosave", data={**SAID, "version": "0"})
    return found


@pytest.fixture
def asked(priya, reference):
    data = {**SAID, "version": "1", "consult_question": "Do I tell the mother?"}
    assert priya.post(f"/contacts/{reference}/consult", data=data, headers=JSON).json == {"asked": True}
    return f"/consultations/{the_consultation().id}"


def the_consultation():
    return db.session.scalars(select(Consultation)).one()


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def test_the_record_says_that_nobody_has_answered_yet_and_leads_there(priya, signed_in, reference, asked):
    priya.post(f"/contacts/{reference}/danger", data={**SAID, "version": "1"}, headers=JSON)

    page = signed_in("sarah").get(f"/contacts/{reference}").text

    assert "Nobody has answered yet." in page
    assert f'href="{asked}"' in page


def answered(client, asked):
    return client.post(f"{asked}/answer", data={"answer": "Not yet. Ask where he is."})


@pytest.mark.parametrize(("user_name", "told"), [("sarah", True), ("grace", True), ("edith", False), ("henry", False)])
def test_those_on_duty_are_asked_on_whatever_page_and_follow_the_call(signed_in, asked, user_name, told):
    somebody = signed_in(user_name)

    assert ("Priya Nair asks about a call" in somebody.get("/messages/to-ring").text) is told
    assert somebody.get(asked).status_code == (200 if told else 404)


def test_who_asked_and_who_is_on_duty_are_told_once_nobody_answered_in_time(priya, signed_in, reference, asked):
    task = db.session.scalars(select(Task).where(Task.kind == "consult_unanswered")).one()
    assert task.run_after == the_consultation().asked_at + timedelta(seconds=120)
    sarah = signed_in("sarah")

    danger.unanswered(task.subject_id)

    late = "Nobody has answered in 120 seconds"
    assert late in priya.get(f"/contacts/{reference}/consultations").text
    assert late in priya.get(f"/contacts/{reference}/take").text
    assert late in sarah.get("/messages/to-ring").text


def test_what_was_answered_in_time_is_late_to_nobody(signed_in, asked):
    answered(signed_in("sarah"), asked)

    danger.unanswered(the_consultation().id)

    assert the_consultation().escalated_at is None


@pytest.fixture
def protected_child(priya, reference, asked):
    data = {**SAID, **form(children__0__address__line_1="86 Surrey Drive", children__0__address__postcode="SO23 8UB")}
    priya.post(f"/contacts/{reference}/autosave", data={**data, "version": "1"}, headers=JSON)
    person = made.person("Ada Marlow")
    made.link(contact(reference).children[0], person)
    made.alert(person, "protected_address")
    db.session.commit()
    return asked


def test_a_protected_home_is_shown_to_who_is_asked_only_for_a_reason(signed_in, protected_child):
    sarah = signed_in("sarah")

    page = sarah.get(protected_child).text
    assert "Address withheld: protected" in page
    assert "86 Surrey Drive" not in page + sarah.get(f"{protected_child}/live").text
    assert sarah.post(f"{protected_child}/addresses").status_code == 422
    assert "86 Surrey Drive" in sarah.post(f"{protected_child}/addresses", data={"reason": "visit"}).text
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.address_read")).one()


def test_whoever_is_asked_reads_what_is_typed_by_now(priya, signed_in, reference, asked):
    priya.post(
        f"/contacts/{reference}/autosave", data={**SAID, "narrative": "She says he hit her twice.", "version": "1"}
    )

    page = signed_in("sarah").get(f"{asked}/live").text
    assert "She says he hit her twice." in page
    assert "Ada" in page


@pytest.mark.parametrize(
    "way",
    [
        "autosave",
        "save",
        "check",
        "send",
        "danger",
        "short-path",
        "short",
        "who",
        "matches",
        "close",
        "consult",
        "panel",
        "set-aside",
        "own-view",
    ],
)
def test_whoever_is_asked_neither_types_nor_sends(signed_in, reference, asked, way):
    sarah = signed_in("sarah")

    answer = sarah.post(
        f"/contacts/{reference}/{way}",
        data={**SAID, "narrative": "Mine", "version": "1", "of": "children.0", "who": "children.0 back x"},
    )

    assert answer.status_code == 404
    assert contact(reference).state == "taking"


@pytest.mark.parametrize("page", ["take", "check", "short", "journal-key"])
def test_whoever_is_asked_is_not_shown_the_handlers_own_pages(signed_in, reference, asked, page):
    assert signed_in("sarah").get(f"/contacts/{reference}/{page}").status_code == 404


def test_whoever_is_asked_is_not_offered_to_finish_the_call(signed_in, reference, asked):
    page = signed_in("sarah").get("/contacts/").text

    assert f"/contacts/{reference}/take" not in page


def test_the_handler_sees_the_answer_beside_the_call(priya, signed_in, reference, asked):
    assert answered(signed_in("sarah"), asked).location == asked

    page = priya.get(f"/contacts/{reference}/consultations").text
    assert "Sarah Okafor" in page
    assert "Not yet. Ask where he is." in page


def test_once_it_is_answered_the_others_on_duty_read_it_no_more(signed_in, asked):
    answered(signed_in("sarah"), asked)

    assert signed_in("tom").get(asked).status_code == 404
    assert signed_in("sarah").get(asked).status_code == 200
    assert "asks about a call" not in signed_in("grace").get("/danger/alerts").text


@pytest.mark.parametrize(("state", "told"), [("received", True), ("decided", False), ("closed", False)])
def test_a_question_about_a_contact_that_was_decided_or_ended_asks_nobody(signed_in, reference, asked, state, told):
    one = contact(reference)
    one.received_at = one.decided_at = one.first_received_at
    one.state = state
    db.session.commit()

    assert ("asks about a call" in signed_in("sarah").get("/danger/alerts").text) is told


def test_the_newest_question_is_shown_however_many_wait(signed_in, reference, asked):
    first = the_consultation()
    same = {"contact_id": first.contact_id, "asked_by_id": first.asked_by_id, "out_of_hours": False}
    waiting = [Consultation(**same, question=f"{n}?", asked_at=first.asked_at) for n in range(queries.MOST_SHOWN)]
    db.session.add_all(waiting)
    db.session.flush()
    newest = db.session.scalars(select(Consultation.id).order_by(Consultation.seq.desc())).first()
    db.session.commit()

    page = signed_in("sarah").get("/danger/alerts").text

    assert f"/consultations/{newest}" in page
    assert page.count("asks about a call") == queries.MOST_SHOWN


def test_a_question_is_answered_once(signed_in, asked):
    answered(signed_in("sarah"), asked)

    answer = answered(signed_in("sarah"), asked)

    assert answer.status_code == 409
    assert "Sarah Okafor answered this at" in answer.text


def test_an_empty_answer_is_no_answer(signed_in, asked):
    assert signed_in("sarah").post(f"{asked}/answer", data={"answer": " "}).status_code == 422


@pytest.mark.parametrize(("times", "words", "status"), [(1, "x" * 50_001, 422), (2, "Not yet. Ask where he is.", 409)])
def test_an_answer_that_is_not_kept_stays_on_the_page(signed_in, asked, times, words, status):
    sarah = signed_in("sarah")

    for _ in range(times):
        page = sarah.post(f"{asked}/answer", data={"answer": words})

    assert page.status_code == status
    assert f">{words}</textarea>" in page.text
    assert "Ada" in page.text


def test_what_is_not_text_in_an_answer_is_left_out(signed_in, asked):
    signed_in("sarah").post(f"{asked}/answer", data={"answer": "Not yet.\x0b Wait.\r\nI ring."})

    assert the_consultation().answer == "Not yet. Wait.\nI ring."


def test_the_same_question_that_comes_twice_is_one(priya, reference, asked):
    data = {**SAID, "version": "1", "consult_question": "Do I tell the mother?"}

    priya.post(f"/contacts/{reference}/consult", data=data, headers=JSON)

    assert the_consultation().question == "Do I tell the mother?"


def test_without_javascript_what_was_typed_is_kept_with_the_question(priya, reference):
    data = {**SAID, "narrative": "He is back.", "version": "1", "consult_question": ""}

    answer = priya.post(f"/contacts/{reference}/consult", data=data)

    assert "He is back." in priya.get(answer.location).text


def test_it_stays_on_the_record(priya, signed_in, reference, asked):
    answered(signed_in("sarah"), asked)
    priya.post(f"/contacts/{reference}/send", data={"version": "1"})

    page = signed_in("sarah").get(f"/contacts/{reference}").text
    assert "Do I tell the mother?" in page
    assert "Not yet. Ask where he is." in page


def test_a_restricted_call_is_asked_of_its_named_readers_only(signed_in, reference, asked):
    contact(reference).restricted = True
    db.session.flush()

    assert signed_in("sarah").get(asked).status_code == 404
