"""What stands around every page: the places, that no partnership adopted the rules, that a sample is a sample."""

from datetime import date

import pytest
from sqlalchemy import update

from screening.db import db
from screening.models import County, RulesetInForce
from screening.scoring import rules_in_force

pytestmark = pytest.mark.usefixtures("context")
ADOPTED = {
    "sample": False,
    "first_approver": "Partnership chair",
    "second_approver": "Director",
    "adopted_by": ["Partnership chair", "Director"],
    "adopted_on": date(2026, 11, 1),
    "review_on": date(2027, 11, 1),
}
NOT_ADOPTED = "Rules not adopted by any partnership."


def adopt():
    db.session.execute(update(RulesetInForce).values(**ADOPTED))
    return db.session.scalars(db.select(RulesetInForce.hash)).one()


def start(client):
    return client.get("/contacts/").text


def test_a_page_of_the_sample_county_says_both(signed_in):
    assert f"{NOT_ADOPTED} Do not enter real people." in start(signed_in("priya"))


def test_once_they_are_adopted_no_page_says_that_they_are_not(signed_in):
    adopt()

    page = start(signed_in("priya"))
    assert NOT_ADOPTED not in page
    assert "Do not enter real people." in page


def test_a_countys_own_pages_say_that_its_rules_are_not_adopted(signed_in):
    priya = signed_in("priya")
    db.session.execute(update(County).values(sample=False))

    page = start(priya)
    assert NOT_ADOPTED in page
    assert "Do not enter real people." not in page


def test_who_adopted_the_rules_of_a_screening_is_said():
    digits = adopt()[:12]

    words = rules_in_force.status(db.session(), f"2026.11+sha256:{digits}")
    assert words == "adopted by Partnership chair and Director on 1 November 2026"


def test_rules_that_are_not_kept_are_adopted_by_nobody():
    assert rules_in_force.status(db.session(), "none") == "sample rules, adopted by no partnership"


def test_the_place_where_one_is_stands_in_the_line_and_the_others_are_folded(signed_in):
    grace = signed_in("grace")

    line, _, folded = grace.get("/messages/to-ring").text.partition('<details class="fd-header__more">')

    assert ">To ring<" in line
    assert ">Waited for<" in folded
    assert ">To ring<" in grace.get("/rota/").text.partition('<details class="fd-header__more">')[2]
