"""What the last look promises is what routing then does."""

from datetime import UTC, datetime

from routing_rules import clocks
from screening.contacts import checking

TUESDAY_MORNING = datetime(2026, 11, 24, 10, tzinfo=UTC)
GREEN = {"urgency": {"at_least": "green"}, "hard_open": False, "unscreened": False}


def test_even_green_is_to_be_decided_within_a_working_day():
    assert checking.due_at(GREEN, TUESDAY_MORNING) == clocks.contact_decision_due_at(TUESDAY_MORNING)
    assert checking.due_at(GREEN, TUESDAY_MORNING) < clocks.due_at("green", TUESDAY_MORNING)


def test_an_error_away_from_its_field_names_it():
    named = checking.named({"children.0.date_of_birth": "There is no such day.", "referrer.email": "Write one."})

    assert list(named.values()) == ["Child 1, date of birth: There is no such day.", "Caller, email: Write one."]
