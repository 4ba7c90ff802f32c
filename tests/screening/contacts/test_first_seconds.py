"""The first ten seconds: five kinds of call, what an open line may tell, and a young person's own path."""

import re

import pytest
from sqlalchemy import func, select

from screening.contacts import drafts
from screening.db import db
from screening.leaving import may_leave
from screening.models import Contact, DangerAlert
from screening.scoring import service as scoring
from tests.screening.contacts.bodies import form

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


def opened(client, kind):
    return re.search(r"FD-\w+", client.post("/contacts/", data={"kind": kind}).location).group()


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def body_of(client, reference):
    key = client.application.extensions["front_door"].draft_key
    return drafts.latest(contact(reference), key).body


def test_a_handler_begins_with_five_kinds_of_call(priya):
    page = priya.get("/contacts/").text

    assert re.findall(r'data-key="(\d)"', page) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("kind", ["silent", "abandoned", "hoax", "wrong_number"])
def test_every_call_on_the_short_path_is_kept_with_an_outcome_of_its_own(priya, kind):
    reference = opened(priya, "silent")

    answer = priya.post(f"/contacts/{reference}/short", data={"contact_type": kind})

    assert answer.location.endswith("/sent")
    assert (contact(reference).state, contact(reference).contact_type) == ("received", kind)


def test_nobody_is_to_be_told_anything_once_a_call_with_nothing_said_has_ended(priya):
    reference = opened(priya, "silent")
    priya.post(f"/contacts/{reference}/short", data={"contact_type": "hoax"})

    page = priya.get(f"/contacts/{reference}/sent").text

    assert "Tell the caller" not in page
    assert "rings" not in page
    assert "no number and no email address were given" in page


def test_an_abandoned_call_is_to_the_rules_a_silent_one(priya):
    reference = opened(priya, "silent")
    priya.post(f"/contacts/{reference}/short", data={"contact_type": "abandoned"})

    assert scoring.facts_of(contact(reference)).derived["contact_type"] == "silent"


def test_what_was_said_to_an_open_line_and_heard_is_in_the_account(priya):
    reference = opened(priya, "silent")

    fields = {"contact_type": "silent", "narrative": "A television", "tap_there": "none"}
    priya.post(f"/contacts/{reference}/short", data=fields)

    account = contact(reference).narrative
    assert account.startswith("A television\nSaid to the line: Is somebody there?")
    assert account.endswith("Heard: nothing heard.")


@pytest.mark.parametrize("heard", ["yes", "no"])
def test_a_line_that_answered_by_a_tap_is_not_sent_as_silent(priya, heard):
    reference = opened(priya, "silent")

    answer = priya.post(f"/contacts/{reference}/short", data={"contact_type": "silent", "tap_child": heard})

    assert answer.status_code == 422
    assert "Somebody answered by a tap" in answer.text
    assert contact(reference).state == "taking"


def test_a_silent_call_that_turns_out_otherwise_goes_on_as_a_worry_with_nothing_lost(priya):
    reference = opened(priya, "silent")
    fields = {"contact_type": "silent", "narrative": "Whispering", "tap_there": "yes", "tap_danger": "yes"}

    answer = priya.post(f"/contacts/{reference}/short/take", data=fields)

    kept = body_of(priya, reference)
    assert answer.location == f"/contacts/{reference}/take"
    assert kept["narrative"].startswith("Whispering\n")
    assert "Are you in danger now? Once for yes, twice for no. Heard: one tap" in kept["narrative"]
    assert kept["contact_type"] == "request_for_service"
    assert kept["children"] == [{"answers": {"immediate_danger": "yes"}}]


def test_what_was_taken_down_before_the_short_path_is_kept_on_the_way_back(priya):
    reference = opened(priya, "request_for_service")
    before = form(version="0", narrative="A man shouted", referrer__phone="01632 960111")
    priya.post(f"/contacts/{reference}/short-path", data=before)

    priya.post(f"/contacts/{reference}/short/take", data={"narrative": "A man shouted", "contact_type": "hoax"})

    assert body_of(priya, reference)["referrer"] == {"phone": "01632 960111"}


def test_an_open_line_is_told_to_those_on_duty_as_red_by_one_button(priya):
    reference = opened(priya, "silent")

    heard = {"contact_type": "silent", "narrative": "Screaming", "tap_there": "yes"}
    answers = [priya.post(f"/contacts/{reference}/short/danger", data=heard) for _ in range(2)]

    sent = contact(reference)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (sent.state, sent.contact_type, sent.answers) == (
        "received",
        "request_for_service",
        {"immediate_danger": "yes"},
    )
    assert sent.narrative.startswith("Screaming\nSaid to the line: Is somebody there?")
    assert db.session.scalar(select(func.count()).select_from(DangerAlert)) == 1


def test_a_young_person_is_known_as_the_caller_from_the_first_key(priya):
    reference = opened(priya, "young_person")

    assert body_of(priya, reference)["referrer"] == {"source_code": "1C"}


def test_a_young_persons_own_words_stand_before_all_other_questions(priya):
    reference = opened(priya, "young_person")

    page = priya.get(f"/contacts/{reference}/take").text

    places = [page.index(f'id="{name}"') for name in ("section-young", "section-worry", "section-caller")]
    assert places == sorted(places)
    assert "Do not promise to keep it secret." in page
    assert page.count('name="narrative"') == 1


@pytest.mark.parametrize("kind", ["request_for_service", "young_person"])
def test_the_list_numbers_the_sections_as_they_stand_on_the_page(priya, kind):
    reference = opened(priya, kind)

    page = priya.get(f"/contacts/{reference}/take").text

    listed = re.findall(r'data-section-link="(\w+)">\s*<[^>]+><[^>]+>(\d)</span>', page)
    stand = re.findall(r'data-section="(\w+)"', page)
    assert listed == [(name, str(number)) for number, name in enumerate(stand, 1)]


def test_what_a_young_person_chose_is_kept_with_the_contact(priya):
    reference = opened(priya, "young_person")
    chosen = {"kind": "callback", "to_number": "07700 900123", "by_when": "16:30"}
    fields = form(narrative="I am scared to go home.", referrer__source_code="1C", version="1")
    fields |= {f"promises.0.{name}": value for name, value in chosen.items()}
    priya.post(f"/contacts/{reference}/autosave", data=fields)

    priya.post(f"/contacts/{reference}/send", data={"version": 2})

    assert contact(reference).promises == [chosen]


def test_nothing_is_sent_to_a_young_person_who_did_not_choose_it(priya):
    reference = opened(priya, "young_person")
    words = form(narrative="I am scared.", referrer__source_code="1C", referrer__email="a@example.org", version="1")
    priya.post(f"/contacts/{reference}/autosave", data=words)

    priya.post(f"/contacts/{reference}/send", data={"version": 2})

    assert not may_leave(contact(reference), "receipt").allowed
