"""Scores a stored screening again, from its own facts and with the rules that it names: is it what was kept?

Reads only, in chunks, so that memory does not grow with the number of screenings.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select

from routing_rules import clocks, ruleset
from routing_rules.facts import ContactFacts
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from routing_rules.screen import ENGINE, screen
from screening.db import Json, db
from screening.models import Contact, RulesetInForce, Screening
from screening.wording import LONDON

CHUNK_ROWS = 200
# Rulesets are loaded, and cut down to a day, once; this many are kept.
KEPT = 32
# The digits of its ruleset's hash that a screening's label ends with.
LABEL_DIGITS = 12

# same: byte for byte what was kept. other_engine: not the same, and made by another engine, as is expected.
# wrong: not the same on the same engine. not_scored: it could not be scored then. no_rules: its rules are gone.
OUTCOMES = ("same", "other_engine", "wrong", "not_scored", "no_rules")
OnDay = Callable[[date], Ruleset]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Contacts first received on the days from `since` to before `until`, in London; None is without an end."""

    since: date | None = None
    until: date | None = None

    def holds(self) -> list[ColumnElement[bool]]:
        """Say it as SQL."""
        found = []
        if self.since is not None:
            found.append(Contact.first_received_at >= _midnight(self.since))
        if self.until is not None:
            found.append(Contact.first_received_at < _midnight(self.until))
        return found


@dataclass(frozen=True)
class Replayed:
    """One stored screening, scored again: of which contact, and how it came out (one of OUTCOMES)."""

    seq: int
    reference: str
    outcome: str


@dataclass
class Published:
    """The rules that screenings name by their label, as they stood on a day; each loaded once."""

    _loaded: dict[str, OnDay | None] = field(default_factory=dict)

    def on(self, label: str, day: date) -> Ruleset | None:
        """Give the rules of a label on a day; None where they are not kept, or cannot be used."""
        if label not in self._loaded:
            if len(self._loaded) >= KEPT:
                self._loaded.clear()
            rules = _find(label)
            self._loaded[label] = by_day(rules) if rules else None
        found = self._loaded[label]
        return found(day) if found else None


def by_day(rules: Ruleset) -> OnDay:
    """Give a function that cuts rules down to those in force on a day, and does so once for each of the last days."""
    return lru_cache(maxsize=KEPT)(rules.in_force)


def canonical(output: Json) -> bytes:
    """Write an output in the one form in which two are compared: keys in order, no spaces, UTF-8.

    PostgreSQL's JSONB keeps the order of lists and the values, and not the order of keys or the spaces.
    """
    return json.dumps(output, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def score_again(facts: Json, rules: Ruleset) -> Json:
    """Score stored facts. Give the rules as they were in force on the day of receipt."""
    return screen(ContactFacts.from_json(facts), rules)


def replay(window: Window, references: tuple[str, ...] = ()) -> Iterator[Replayed]:
    """Score every stored screening of the window again, or those of some contacts, in the order they were made."""
    published, after = Published(), 0
    while rows := db.session.execute(_chunk(window, references, after)).all():
        for row in rows:
            yield Replayed(row.seq, row.reference, _outcome(row, published))
        after = rows[-1].seq


def not_found(references: tuple[str, ...]) -> list[str]:
    """List the references that no contact has."""
    found = set(db.session.scalars(select(Contact.reference).where(Contact.reference.in_(references))))
    return [reference for reference in references if reference not in found]


def _chunk(window: Window, references: tuple[str, ...], after: int) -> Any:
    kept = (Screening.seq, Screening.ruleset, Screening.engine, Screening.facts, Screening.output)
    question = select(*kept, Contact.reference, Contact.first_received_at).join(
        Contact, Contact.id == Screening.contact_id
    )
    question = question.where(Screening.seq > after, *window.holds())
    if references:
        question = question.where(Contact.reference.in_(references))
    return question.order_by(Screening.seq).limit(CHUNK_ROWS)


def _outcome(row: Any, published: Published) -> str:
    if row.output is None:
        return "not_scored"
    rules = published.on(row.ruleset, clocks.london_date(row.first_received_at))
    if rules is None:
        return "no_rules"
    if _same(row, rules):
        return "same"
    return "wrong" if row.engine == ENGINE else "other_engine"


def _same(row: Any, rules: Ruleset) -> bool:
    try:
        return canonical(score_again(row.facts, rules)) == canonical(row.output)
    except (KeyError, TypeError, ValueError, AttributeError):
        # What this engine made it can score again: facts that cannot be read are not what was kept.
        return False


def _find(label: str) -> Ruleset | None:
    digits = label.rpartition("sha256:")[2]
    if len(digits) != LABEL_DIGITS:
        return None
    kept = select(RulesetInForce.yaml).where(RulesetInForce.hash.startswith(digits, autoescape=True))
    text = db.session.scalar(kept)
    try:
        return ruleset.load_published(text) if text else None
    except RulesetError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
