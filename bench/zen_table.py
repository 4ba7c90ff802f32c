"""The rules as one decision table of zen-engine: the floor of running them. Measures nothing.

A row for each rule, a column for each field; `any` and `at_least` are expressions in columns of their own, which zen
answers sooner than a row for every way to meet them. It has no word for unknown: what is missing matches no cell, and
an expression that meets a missing number is dropped whole, in silence. Its trace names the rows that matched and what
they looked at, and says nothing of the others.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import zen

from routing_rules.evaluate import Outcome
from routing_rules.rules import Condition, Rule, Ruleset

# What is known of all children together stands beside what is known of one.
POOLED = "any_child"
SEVERAL = ("any", "at_least")
TRACED = {"trace": True}


class ZenTable:
    """A ruleset as zen runs it."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._decision = zen.ZenEngine().create_decision(json.dumps(_model([_row(rule) for rule in ruleset.rules])))

    def traced(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Run every rule, with zen's own account of it."""
        return self._decision.evaluate(facts, TRACED)

    def fired(self, facts: dict[str, Any]) -> set[str]:
        """Name the rules that matched."""
        return {row["rule"] for row in self.traced(facts)["result"]}


def as_zen_reads(outcome: Outcome) -> dict[str, Any]:
    """Lay out what is known of a child, and of all children together, as the table looks it up."""
    return {**outcome.known, POOLED: dict(outcome.pooled)}


def _row(rule: Rule) -> dict[str, str]:
    place = f"{POOLED}." if rule.any_child else ""
    needed, several = rule.at_least
    row: dict[str, str] = {}
    for one in rule.all:
        name = place + one.field
        row[name] = f"{row[name]} and {_cell(one)}" if name in row else _cell(one)
    if rule.any:
        row["any"] = " or ".join(_claims(rule.any, place))
    if needed:
        row["at_least"] = f"count([{', '.join(_claims(several, place))}], #) >= {needed}"
    return row | {"_id": rule.id, "rule": json.dumps(rule.id)}


def _cell(condition: Condition) -> str:
    value = json.dumps(condition.value)
    return value if condition.operator == "is" else f"{condition.operator} {value}"


def _claims(conditions: Iterable[Condition], place: str) -> Iterator[str]:
    for one in conditions:
        operator = "==" if one.operator == "is" else one.operator
        yield f"{place}{one.field} {operator} {json.dumps(one.value)}"


def _model(rows: list[dict[str, str]]) -> dict[str, Any]:
    columns = dict.fromkeys(name for row in rows for name in row if name not in ("_id", "rule"))
    table = {
        "hitPolicy": "collect",
        "inputs": [_column(name) | ({} if name in SEVERAL else {"field": name}) for name in columns],
        "outputs": [_column("rule") | {"field": "rule"}],
        "rules": rows,
    }
    nodes = (("facts", "inputNode", {}), ("rules", "decisionTableNode", table), ("found", "outputNode", {}))
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": name, "name": name, "type": kind, "content": content, "position": {"x": 0, "y": 0}}
            for name, kind, content in nodes
        ],
        "edges": [_edge("facts", "rules"), _edge("rules", "found")],
    }


def _column(name: str) -> dict[str, str]:
    return {"id": name, "name": name, "type": "expression"}


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
