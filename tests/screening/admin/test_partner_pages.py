"""Which partners are set up and whether they answer: for operations and administrators, with nothing about anybody."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func

from screening.checks import answers
from screening.db import db, now
from screening.models import Partner
from tests.screening.checks import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def entry(signed_in):
    """The words of one register on the page, as somebody sees it."""

    def read(name, user="owen"):
        db.session.commit()
        page = signed_in(user).get("/partners").text
        found = re.search(rf'data-label="Register">{name}(.*?)</tr>', page, re.DOTALL).group(1)
        return " ".join(re.sub(r"<[^>]+>", " ", found).split())

    return read


@pytest.mark.parametrize(
    ("adapter", "words", "where"),
    [
        ("http", "By program", "http://127.0.0.1:9"),
        ("form", "By form", "police@example.org"),
        ("phone", "By telephone", "01632 960201"),
    ],
)
@pytest.mark.parametrize("user", ["owen", "adam"])
def test_who_keeps_a_register_and_how_they_are_asked_is_shown(entry, adapter, words, where, user):
    given.partner(adapter=adapter)

    said = entry("Police", user)

    assert f"{words} {where}" in said


def test_a_register_that_nobody_keeps_is_not_set_up(entry):
    assert entry("Police").startswith("Not set up")


def test_a_service_that_is_left_alone_is_said_to_be_until_its_rest_is_over(entry):
    partner = given.partner(failures=5)
    partner.rests_until = db.session.scalar(db.select(func.clock_timestamp())) + timedelta(minutes=1)
    assert "Circuit open Left alone for a while after 5 failures" in entry("Police")

    partner.rests_until -= timedelta(minutes=2)

    assert "Circuit open" not in entry("Police")


def test_what_is_outstanding_and_late_is_counted_and_nobody_is_named(entry, signed_in):
    given.partner()
    for name in ("Ada Marlow", "Bel Marlow"):
        check = given.asked(given.contact(name))
    check.due_at = now() - timedelta(minutes=1)

    said = entry("Police")

    assert "2 waiting 1 late None yet" in said
    page = signed_in("owen").get("/partners").text
    assert [hidden for hidden in ("Marlow", "FD-") if hidden in page] == []


def test_a_failure_is_no_answer(entry):
    given.partner()
    check = given.asked(given.contact())
    check.outcome, check.answered_at = "failed", now()

    said = entry("Police")

    assert "None yet Last failed" in said


def test_an_answer_is_the_last_answer_and_outstanding_no_more(entry):
    given.partner()
    answers.keep(given.asked(given.contact()), answers.Answer(outcome="nothing_known"))

    said = entry("Police")

    assert "0 waiting" in said
    assert "None yet" not in said


def test_the_name_of_a_secret_is_shown_and_never_the_secret(entry, monkeypatch):
    monkeypatch.setenv("PARTNER_POLICE", "swordfish")
    given.partner(token_name="PARTNER_POLICE")

    said = entry("Police")

    assert "PARTNER_POLICE" in said
    assert "swordfish" not in said


@pytest.mark.parametrize("user", ["priya", "sarah", "grace", "aisha"])
def test_nobody_else_sees_the_page(signed_in, user):
    assert signed_in(user).get("/partners").status_code == 403


def test_only_partners_on_the_list_are_shown(entry):
    given.partner(active=False)

    assert entry("Police").startswith("Not set up")
    assert db.session.scalar(db.select(func.count()).select_from(Partner)) >= 1
