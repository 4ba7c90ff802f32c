"""Versions, drafts and rules as their pages show them: in words, with nothing that only a programmer reads."""

from datetime import date
from typing import Any

from flask import url_for

from routing_rules import words
from routing_rules.compare import KIND_WORDS, Change
from routing_rules.rules import URGENCIES, Rule, Ruleset
from screening.access import viewer
from screening.admin import queries
from screening.admin.problem_words import known_words
from screening.db import Json
from screening.models import RulesDraft, RulesetInForce
from screening.wording import LEVELS, long_day, urgency_words

LOOKED_UP = "Looked up or worked out"
STATES = {"draft": "Being written", "proposed": "Proposed", "published": "Published", "discarded": "Discarded"}


def digits(row: RulesetInForce) -> str:
    """Name a version in an address: the digits that a screening's label shows."""
    return row.hash[:12]


def version(row: RulesetInForce, counts_now: RulesetInForce | None) -> Json:
    """Say of a version what it is called, when it counts, who put it in force and who adopted it."""
    rules, day = queries.rules_of(row), queries.today()
    return {
        "href": url_for("rules.version", digits=digits(row)),
        "name": rules.name if rules else "Damaged rules",
        "version": rules.version if rules else digits(row),
        "label": rules.label if rules else digits(row),
        "rules": len(rules.rules) if rules else None,
        "damaged": rules is None,
        "in_force_from": row.in_force_from,
        "state": _state(row, counts_now, day),
        "sample": row.sample,
        "adoption": _adoption(row),
        "review_late": bool(row.review_on and row.review_on < day),
        "review_on": row.review_on,
        "by": _by(row),
        "withdrawn": _withdrawn(row),
    }


def _state(row: RulesetInForce, counts_now: RulesetInForce | None, day: date) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if counts_now is not None and row.hash == counts_now.hash:
        return "in_force"
    return "to_come" if row.in_force_from > day else "earlier"


def _adoption(row: RulesetInForce) -> str:
    if row.sample:
        return "Adopted by no partnership"
    names = row.adopted_by or [name for name in (row.first_approver, row.second_approver) if name]
    on = f" on {long_day(row.adopted_on)}" if row.adopted_on else ""
    review = f", to be reviewed by {long_day(row.review_on)}" if row.review_on else ""
    return f"Adopted by {words.listed(names) if names else 'nobody named'}{on}{review}"


def _by(row: RulesetInForce) -> str:
    proposed, published = queries.name_of(row.proposed_by_id), queries.name_of(row.published_by_id)
    if proposed and published:
        return f"Proposed by {proposed}, published by {published}"
    return "Published by the command line" if row.published_at else "Loaded with the sample county"


def _withdrawn(row: RulesetInForce) -> str:
    if row.withdrawn_at is None:
        return ""
    return f"Withdrawn by {queries.name_of(row.withdrawn_by_id) or 'somebody'}: {row.withdrawn_because or ''}"


def draft(row: RulesDraft) -> Json:
    """Say of a draft what it is called, where it is, and who has it there."""
    ended = {"by": row.ended_by.name, "at": row.ended_at} if row.ended_by and row.ended_at else None
    proposed = {"by": row.proposed_by.name, "at": row.proposed_at} if row.proposed_by and row.proposed_at else None
    return {
        "href": url_for("rules_drafts.page", draft_id=row.id),
        "title": row.title,
        "state": row.state,
        "state_words": STATES[row.state],
        "made": {"by": row.made_by.name, "at": row.made_at},
        "proposed": proposed,
        "ended": ended,
        "in_force_from": row.in_force_from,
        "why": row.why,
        "version": row.version,
        "mine": row.proposed_by_id == viewer().user_id,
    }


def changes(found: list[Change]) -> list[Json]:
    """Group a difference by what it does, those that raise first: [{kind, title, changes}]."""
    groups = []
    for kind, title in KIND_WORDS.items():
        told = [change.words for change in found if change.kind == kind]
        if told:
            groups.append({"kind": kind, "title": title, "changes": told})
    return groups


def by_gravity(rules: Ruleset, draft_id: Any = None) -> list[Json]:
    """Group rules by level and urgency, gravest first, and in these by the section of what they look at."""
    places = {id(rule): place for place, rule in enumerate(rules.rules)}
    found: dict[tuple[int, str], dict[str, list[Json]]] = {}
    for rule in sorted(rules.rules, key=lambda one: (-one.level, -URGENCIES.index(one.urgency))):
        section = _section(rule, rules)
        sections = found.setdefault((rule.level, rule.urgency), {})
        href = url_for("rule_in_draft.edit", draft_id=draft_id, place=places[id(rule)]) if draft_id else None
        sections.setdefault(section, []).append(_rule(rule, rules) | {"edit_href": href})
    return [
        {
            "id": f"level-{level}-{urgency}",
            "level": LEVELS[level],
            "urgency": urgency,
            "urgency_words": urgency_words(urgency),
            "count": sum(len(ours) for ours in sections.values()),
            "sections": [{"title": title, "rules": sections[title]} for title in _in_order(sections, rules)],
        }
        for (level, urgency), sections in found.items()
    ]


def _section(rule: Rule, rules: Ruleset) -> str:
    looked_at = (rules.fields.get(name) for name in rule.fields)
    asked = next((one for one in looked_at if one is not None and not one.derived), None)
    return rules.sections.get(asked.section, asked.section) if asked else LOOKED_UP


def _in_order(sections: dict[str, list[Json]], rules: Ruleset) -> list[str]:
    named = [title for title in rules.sections.values() if title in sections]
    return [*named, *(title for title in sections if title not in named)]


def _rule(rule: Rule, rules: Ruleset) -> Json:
    return {
        "id": rule.id,
        "text": rule.text,
        "hard": rule.hard,
        "any_child": rule.any_child,
        "groups": words.groups(rule, rules),
        "must_do": [rules.must_do.get(code, code) for code in rule.must_do],
        "specialisms": [rules.specialisms.get(code, code) for code in rule.specialisms],
        "source": rule.source.get("cite", ""),
        "source_words": words.SOURCE_KIND_WORDS.get(rule.source.get("kind", ""), "nobody says how sure"),
        "ours": rule.source.get("kind") == "our_suggestion",
        "lesson": rule.lesson,
        "dates": words.dates_words(rule),
        "examples": [_example(*said, rules) for example in rule.examples for said in example.items()],
    }


def _example(kind: str, known: Any, rules: Ruleset) -> Json:
    said = [known_words(name, value, rules) for name, value in known.items()]
    return {"kind": "Fires" if kind == "fires" else "Just does not", "said": "; ".join(said)}


def questions(rules: Ruleset) -> list[Json]:
    """List the questions by section, each with what it is for and how many rules look at it."""
    used = {name: sum(name in rule.fields for rule in rules.rules) for name in rules.fields}
    found: dict[str, list[Json]] = {}
    for one in rules.fields.values():
        section = LOOKED_UP if one.derived else rules.sections.get(one.section, one.section)
        found.setdefault(section, []).append(
            {
                "words": words.capital(one.words),
                "help": one.help,
                "about": words.capital(words.DIRECTION_WORDS.get(one.direction, one.direction)),
                "core": one.core_safety,
                "used": used[one.id],
            }
        )
    return [{"title": title, "questions": ours} for title, ours in found.items()]
