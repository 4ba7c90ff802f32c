"""The standing rule for red: nothing is asked by itself before the partnership has signed for it."""

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from routing_rules import policy
from screening import tasks
from screening.checks import standing_rule
from screening.db import db
from screening.models import BackgroundCheck, Task
from tests.screening.checks import given
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")
SIGNED = ("Supt Invented, police, 2026-11-02", "Dr Invented, health, 2026-11-03")


@pytest.fixture
def rule(monkeypatch):
    """Say what the rule names, and who signed."""

    def said(registers=("police",), signed_by=SIGNED):
        changes = {"partners_standing_rule": registers, "partners_standing_rule_signed_by": signed_by}
        entries = dict(policy.packaged().entries)
        for name, value in changes.items():
            entries[name] = dataclasses.replace(entries[name], values=((date(1900, 1, 1), value),))
        changed = policy.Policy(entries)
        monkeypatch.setattr(policy, "packaged", lambda: changed)

    return said


def red(**more):
    given.partner()
    return given.contact(urgency="red", level=4, **more)


def test_as_shipped_it_asks_nothing_and_promises_nothing():
    contact = red()

    standing_rule.look_at(contact.id)

    assert standing_rule.ask(contact.id) == []
    assert (
        db.session.scalar(select(Task).where(Task.kind == tasks.STANDING_RULE, Task.contact_id == contact.id)) is None
    )


@pytest.mark.parametrize("changes", [{"signed_by": ()}, {"registers": ()}])
def test_a_rule_that_names_nobody_or_that_nobody_signed_asks_nothing(rule, changes):
    rule(**changes)

    assert standing_rule.ask(red().id) == []


def test_a_signed_one_asks_about_a_red_contact_and_says_who_signed(rule):
    rule()
    contact = red()

    [check] = standing_rule.ask(contact.id)

    assert (check.kind, check.asked_by_id) == ("police", None)
    assert check.reason == f"Standing rule for red, signed by {', '.join(SIGNED)}."


def test_it_asks_once(rule):
    rule()
    contact = red()
    standing_rule.ask(contact.id)

    assert standing_rule.ask(contact.id) == []


def test_it_asks_about_nothing_but_red(rule):
    rule()
    given.partner()

    assert standing_rule.ask(given.contact(urgency="amber").id) == []


def test_it_asks_only_what_a_person_could(rule):
    rule()
    given.partner()
    contact = rows.contact(urgency="red", level=4)
    rows.person(contact)

    assert standing_rule.ask(contact.id) == []
    assert db.session.scalar(select(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id)) is None


def test_it_looks_when_something_has_changed(rule):
    rule()
    contact = red()

    standing_rule.look_at(contact.id)

    promised = select(Task).where(Task.kind == tasks.STANDING_RULE, Task.contact_id == contact.id)
    assert db.session.scalars(promised).one().queue == "urgent"
