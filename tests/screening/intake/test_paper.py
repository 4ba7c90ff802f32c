"""A contact taken down on paper is entered with its true time; a form that is still out is not forgotten."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from screening.contacts import live
from screening.db import db, now
from screening.models import Contact, PaperForm
from screening.wording import LONDON

pytestmark = pytest.mark.usefixtures("context")
YESTERDAY = datetime.now(LONDON) - timedelta(days=1)


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def number(priya):
    """The number of one form that was printed."""
    answer = priya.post("/contacts/paper-form", data={"how_many": "1"})
    return int(re.search(r"first=(\d+)", answer.location).group(1))


def entered(client, number, **changes):
    typed = {
        "number": str(number),
        "day": f"{now() - timedelta(days=1):%d/%m/%Y}",
        "time": "14:05",
        "taken_by": "Priya Nair",
        "contact_type": "request_for_service",
    }
    return client.post("/contacts/paper", data=typed | changes)


def test_its_clock_runs_from_when_it_was_taken_on_paper(priya, number):
    answer = entered(priya, number)

    contact = db.session.scalars(select(Contact)).one()
    local = contact.first_received_at.astimezone(LONDON)
    assert answer.location == f"/contacts/{contact.reference}/take"
    assert (contact.state, f"{local:%H:%M}") == ("taking", "14:05")
    assert local.date() == (now() - timedelta(days=1)).astimezone(LONDON).date()


def test_a_call_with_nothing_said_that_was_noted_on_paper_goes_on_to_the_short_path(priya, number):
    answer = entered(priya, number, contact_type="hoax")

    contact = db.session.scalars(select(Contact)).one()
    assert answer.location == f"/contacts/{contact.reference}/short"


def test_the_page_says_that_it_was_taken_on_paper_and_on_which_day(priya, number):
    page = " ".join(priya.get(entered(priya, number).location).text.split())

    assert re.search(r"On paper <strong><time [^>]*>14:05 on ", page)


def test_what_was_entered_late_is_still_the_handlers_to_read_once_it_is_sent(priya, number):
    reference = re.search(r"FD-\w+", entered(priya, number, day="1/10/2026").location).group()
    priya.post(f"/contacts/{reference}/save", data={"version": "0", "narrative": "Alone at home."})

    answer = priya.post(f"/contacts/{reference}/send")

    assert priya.get(answer.location).status_code == 200


def test_a_form_is_entered_once(priya, number):
    entered(priya, number)

    assert entered(priya, number).status_code == 409


def test_a_number_that_was_never_printed_is_refused(priya):
    answer = entered(priya, 4_000_000)

    assert (answer.status_code, "No form of this number" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "1/1/2090"}, "in the future"),
        ({"day": "soon"}, "Write the day"),
        ({"time": "25:00"}, "Write the time of day"),
        ({"taken_by": " "}, "Write who took the call"),
        ({"contact_type": ""}, "Choose what kind"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_at_its_field(priya, number, changes, words):
    answer = entered(priya, number, **changes)

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_form_that_is_out_is_listed_until_it_is_entered(priya, number):
    out = f"Form {number}</span>" in priya.get("/contacts/paper").text
    entered(priya, number)

    assert (out, f"Form {number}</span>" in priya.get("/contacts/paper").text) == (True, False)


def test_a_form_that_was_not_used_takes_a_reason(priya, number):
    refused = priya.post(f"/contacts/paper/{number}/unused", data={"why": "no"}).status_code
    taken = priya.post(f"/contacts/paper/{number}/unused", data={"why": "Coffee was spilt on it."}).status_code

    assert (refused, taken) == (422, 302)
    assert db.session.get(PaperForm, number).spoiled == "Coffee was spilt on it."


def test_the_blank_form_has_the_sections_and_questions_of_the_screen_in_their_order(priya, number):
    page = priya.get(f"/contacts/paper-form?first={number}&last={number}").text

    titles = re.findall(r"govuk-heading-s\">\d\. ([^<]+)<", page)
    assert titles == [title for _, title in live.SECTIONS]
    assert f"Form {number}" in page
    assert "Is any child in danger right now" in page


def test_a_form_without_a_number_is_entered_and_gets_one(priya):
    answer = entered(priya, "None")

    form = db.session.scalars(select(PaperForm)).one()
    assert (answer.status_code, form.contact_id is not None, form.number > 0) == (302, True, True)


def test_a_number_left_out_is_asked_for(priya):
    assert entered(priya, "").status_code == 422


def test_a_contact_opened_by_mistake_frees_its_form_to_be_entered(priya, number):
    reference = re.search(r"FD-\w+", entered(priya, number).location).group()

    priya.post(f"/contacts/{reference}/close")

    assert f"Form {number}" in priya.get("/contacts/paper").text
    assert entered(priya, number).status_code == 302
