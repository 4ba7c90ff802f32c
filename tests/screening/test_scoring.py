"""Scoring fails nothing that is being saved: what cannot be scored is kept for a person, as urgent."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.db import db, now
from screening.scoring import service as scoring
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def test_a_contact_whose_facts_cannot_be_read_is_kept_as_unscored():
    contact = given.contact()
    check = given.check(given.person(contact))
    check.outcome, check.found, check.answered_at = "information_found", {"facts": None}, now()

    screening = scoring.score(contact, reason="check")

    assert (screening.output, screening.level_at_least, screening.urgency_at_least) == (None, 4, "red")


def test_a_database_that_fails_while_scoring_is_no_score():
    contact = given.contact()
    now()
    # Every table is out of reach from here on.
    db.session.execute(text("set local search_path to nowhere"))

    with pytest.raises(DBAPIError):
        scoring.score(contact, reason="sent")


@pytest.mark.parametrize(
    ("marked", "unborn"),
    [(["expected_delivery_date"], "yes"), (["date_of_birth", "age_years_estimated", "expected_delivery_date"], None)],
)
def test_a_baby_whose_due_date_alone_nobody_knows_is_unborn_while_it_is_typed_and_once_it_is_kept(marked, unborn):
    marks = dict.fromkeys(marked, "unknown")
    contact = given.contact()
    child = given.person(contact, "", not_known=marks)
    db.session.expire(contact, ["participations"])

    typed = scoring.facts_of_body({"children": [{"not_known": marks}]}, now()).children[0].derived
    kept = scoring.facts_of(contact).children[0].derived

    assert (typed.get("unborn"), kept.get("unborn"), child.is_unborn) == (unborn, unborn, unborn == "yes")
