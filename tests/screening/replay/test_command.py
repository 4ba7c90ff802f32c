"""`frontdoor rules replay` as it is typed."""

import json

import pytest
from sqlalchemy import func, select, update

from screening.db import db, transaction
from screening.models import AuditEntry, Screening
from tests.screening.replay import given

pytestmark = pytest.mark.commits


@pytest.fixture
def contacts(frontdoor):
    with transaction():
        return given.some()


def tamper(contact):
    with transaction():
        change = update(Screening).where(Screening.contact_id == contact.id)
        db.session.execute(
            change.values(output=func.jsonb_set(Screening.output, db.text("'{hard_open}'"), db.text("'1'")))
        )


def test_it_counts_what_is_the_same_and_is_audited(frontdoor, contacts):
    told = frontdoor("rules", "replay")

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "5 stored screenings scored again.\n          5  the same, byte for byte\n"
    with transaction():
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "rules.replayed")) == 1


def test_an_output_changed_by_hand_is_found_and_named(frontdoor, contacts):
    tamper(contacts[1])

    told = frontdoor("rules", "replay")

    assert told.returncode == 1
    assert f"Look at: {contacts[1].reference}" in told.stdout


def test_one_contact_is_scored_again_by_its_reference_as_json(frontdoor, contacts):
    tamper(contacts[1])

    told = frontdoor("rules", "replay", contacts[0].reference, "--json")

    assert told.returncode == 0
    assert json.loads(told.stdout)["counts"] == {
        "same": 1, "other_engine": 0, "wrong": 0, "not_scored": 0, "no_rules": 0
    }  # fmt: skip


def test_a_reference_that_no_contact_has_is_said(frontdoor, contacts):
    told = frontdoor("rules", "replay", "FD-NOTTHERE1")

    assert (told.returncode, told.stderr) == (1, "No contact has the reference FD-NOTTHERE1.\n")


def test_days_bound_what_is_scored_again(frontdoor, contacts):
    assert "0 stored" in frontdoor("rules", "replay", "--until", "2020-01-01").stdout
    assert "5 stored" in frontdoor("rules", "replay", "--since", "2020-01-01", "--until", "2099-01-01").stdout


@pytest.fixture
def others(frontdoor, contacts):
    return frontdoor.file("few.yaml", given.few_rules().text)


def graver_than_the_least():
    """How many children were scored above level 1 or green."""
    with transaction():
        outputs = list(db.session.scalars(select(Screening.output)))
    children = [child for output in outputs for child in output["children"] or [output]]
    return len([one for one in children if (one["level"]["at_least"], one["urgency"]["at_least"]) != (1, "green")])


def test_other_rules_are_tried_and_told_in_words(frontdoor, others):
    told = frontdoor("rules", "replay", "--against", others)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"Of 6 children, 0 would move up, {graver_than_the_least()} would move down")
    assert "no longer fires" in told.stdout


def test_other_rules_are_tried_as_json(frontdoor, others):
    told = json.loads(frontdoor("rules", "replay", "--against", others, "--days", "30", "--json").stdout)

    assert (told["days"], told["contacts"], told["children"]) == (30, 5, 6)
    assert told["moved"]["down"] == graver_than_the_least() > 0


def test_rules_that_are_not_sound_are_not_tried(frontdoor):
    told = frontdoor("rules", "replay", "--against", frontdoor.file("bad.yaml", "rules: []"))

    assert told.returncode == 1
    assert "bad.yaml, line 1" in told.stderr


@pytest.mark.parametrize("more", [["FD-NOTTHERE1"], ["--since", "2026-01-01"]])
def test_what_does_not_go_with_other_rules_is_wrong_usage(frontdoor, others, more):
    assert frontdoor("rules", "replay", "--against", others, *more).returncode == 2


def test_days_alone_are_wrong_usage(frontdoor):
    assert frontdoor("rules", "replay", "--days", "30").returncode == 2
