"""`frontdoor rules calibration` as it is typed: what the page counts, for the person whose token it is."""

import json

import pytest
from sqlalchemy import select

from screening.db import db, transaction
from screening.models import AuditEntry
from tests.screening.oversight import rated
from tests.screening.queues import given

pytestmark = pytest.mark.commits
MARCH = ("--since", "2026-03", "--until", "2026-03")


@pytest.fixture
def counted(frontdoor):
    with transaction():
        given.clock_at(given.TUESDAY_NOON)
        rated.decided(rated.contact({"neglect": (3, "amber")}), 3, "amber")
        rated.decided(rated.contact({"neglect": (3, "amber")}), 2, "green")


def test_it_counts_what_the_page_does_in_words(as_person, counted):
    told = as_person("sarah")("calibration", *MARCH)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("2026-03 to 2026-03: 2 contacts received.\n")
    assert "2 decided, 1 lower and 0 higher than proposed; 0 answered, 0 about right." in told.stdout
    assert "- neglect fired 2 times. neglect words." in told.stdout
    with transaction():
        read = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "calibration.read")).one()
        assert (read.actor_kind, read.actor_id) == ("user", str(given.user("sarah").id))


def test_it_gives_the_counts_as_data(as_person, counted):
    found = json.loads(as_person("sarah")("calibration", *MARCH, "--json").stdout)

    assert (found["contacts"], found["decided"], found["lower"], found["people"]) == (2, 2, 1, [])


def test_people_are_named_only_to_who_may_see_their_numbers(as_person, counted):
    with transaction():
        name = given.user("sarah").name

    assert f"{name}: 0 own views" in as_person("aisha")("calibration", *MARCH).stdout
    assert name not in as_person("sarah")("calibration", *MARCH).stdout


def test_a_month_that_is_none_is_refused_by_field(as_person):
    told = as_person("sarah")("calibration", "--since", "March")

    assert (told.returncode, "    /since: Write a month as 2026-11." in told.stderr) == (1, True)


def test_who_may_not_read_the_rules_is_refused(as_person):
    assert as_person("owen")("calibration").returncode == 1
