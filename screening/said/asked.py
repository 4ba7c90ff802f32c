"""What was asked about a contact and what was answered, in the words of a page: facts, never the rules' proposal."""

from collections.abc import Iterable, Iterator
from typing import Any

from routing_rules import clocks
from routing_rules.rules import Field, Ruleset
from screening import codes
from screening.db import Json
from screening.models import Contact, Participation
from screening.scoring import service as scoring

HOUSEHOLD = "The household"
NOT_ASKED = "Not asked"
NO_RULES = "Cannot be listed: the rules of that day cannot be used. What is not shown here is not known"
Row = dict[str, Any]


def groups(contact: Contact, children: Iterable[Participation]) -> list[Row]:
    """Give what was answered of the household, then of each of these children; core safety questions first.

    A core safety question that nobody answered is there too: unknown is never "no".
    """
    rules = scoring.rules_or_none(clocks.london_date(contact.first_received_at))
    household: Row = {"id": None, "name": HOUSEHOLD, "rows": list(_of_household(contact, rules))}
    found: list[Row] = [
        {"id": child.id, "name": child.full_name, "rows": list(_of_child(contact, child, rules))} for child in children
    ]
    return [group for group in (household, *found) if group["rows"]]


def in_danger(contact: Contact) -> list[str]:
    """Name those of whom it was said that a child is in danger now: a fact, whatever the rules make of it."""
    said = [(HOUSEHOLD.lower(), contact.answers), *((child.full_name, child.answers) for child in contact.children)]
    return [name for name, answers in said if answers.get(codes.DANGER_NOW) == "yes"]


def _of_household(contact: Contact, rules: Ruleset | None) -> Iterator[Row]:
    if rules is None:
        yield {"key": "Safety questions", "value": NO_RULES, "missing": True}
    # What is about both is asked of each child; where no child is named, of the household.
    scopes = ("household",) if contact.children else ("household", "both")
    yield from _rows(contact.answers, rules, [field for field in _core(rules) if field.scope in scopes])


def _of_child(contact: Contact, child: Participation, rules: Ruleset | None) -> Iterator[Row]:
    # What was answered of the household is shown there.
    owed = [field for field in _core(rules) if field.scope != "household" and field.id not in contact.answers]
    return _rows(child.answers, rules, owed)


def _rows(answers: Json, rules: Ruleset | None, owed: list[Field]) -> Iterator[Row]:
    fields = rules.fields if rules else {}
    core, owed_ids = [field.id for field in _core(rules)], {field.id for field in owed}
    rest = [name for name in fields if name not in core]
    unheard_of = [name for name in answers if name not in fields]
    for name in (*core, *rest, *unheard_of):
        if name in answers or name in owed_ids:
            yield _row(fields[name].question if name in fields else _plain(name), answers.get(name))


def _row(question: str, answer: Any) -> Row:
    words = NOT_ASKED if answer is None else codes.ANSWERS.get(answer, str(answer))
    return {"key": question, "value": words, "missing": answer is None or answer in codes.NO_ANSWERS}


def _core(rules: Ruleset | None) -> list[Field]:
    return [field for field in rules.fields.values() if field.core_safety] if rules else []


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
