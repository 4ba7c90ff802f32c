"""Scoring one contact, with its full explanation, against the whole sample ruleset.

From a validated body in memory to the whole screening: level and urgency as ranges, every finding with its reasons,
what is open, what to ask next, for each child. Rules are compiled before. The floor is `json.loads` of the same bytes.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import contacts
from bench.house import House
from bench.sizes import Size
from bench.table import Row, at_most
from routing_rules import ruleset
from screening import scoring
from screening.db import machine_time

MILLISECONDS = 1000


def measure(_house: House, size: Size) -> list[Row]:
    """Take each example's median, and the median of those."""
    rules, at = ruleset.sample(), machine_time()
    scored, parsed = [], []
    for content in contacts.examples():
        body = json.loads(content)
        scored.append(_median(lambda body=body: scoring.score_body(body, at, rules), size.scorings))
        parsed.append(_median(lambda content=content: json.loads(content), size.scorings))
    note = f"{len(rules.rules)} rules, {len(scored)} examples; the slowest takes {max(scored):.2g} ms."
    return [
        Row(
            "score one contact, median",
            statistics.median(scored),
            "ms",
            at_most(1, "ms"),
            statistics.median(parsed),
            "json.loads",
            note=note,
        )
    ]


def _median(work: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * MILLISECONDS
