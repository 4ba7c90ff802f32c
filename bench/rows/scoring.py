"""Scoring one contact, with its full explanation, against the whole sample ruleset.

Rules are compiled before. First from a validated body in memory to the whole screening: level and urgency as ranges,
every finding with its reasons, what is open, what to ask next, for each child; the floor is `json.loads` of the same
bytes. Then the rules alone, from facts in memory to the same screening; the floor is zen-engine with trace, which runs
the same rules once for each child, on facts that were gathered for it before.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import contacts
from bench.agreement import make_sure_they_agree, unsaid
from bench.house import House
from bench.sizes import Size
from bench.table import Row, at_most
from bench.zen_table import ZenTable, as_zen_reads
from routing_rules import ruleset
from routing_rules.evaluate import evaluate
from routing_rules.facts import ContactFacts
from routing_rules.rules import Ruleset
from routing_rules.screen import screen
from screening.db import machine_time
from screening.scoring import service as scoring

MILLISECONDS = 1000
BAR = at_most(1, "ms")


def measure(_house: House, size: Size) -> list[Row]:
    """Take each example's median, and the median of those."""
    rules, at = ruleset.sample(), machine_time()
    bodies = [json.loads(content) for content in contacts.examples()]
    scored = [_median(lambda body=body: scoring.score_body(body, at, rules), size.scorings) for body in bodies]
    parsed = [_median(lambda content=content: json.loads(content), size.scorings) for content in contacts.examples()]
    facts = [scoring.facts_of_body(body, at) for body in bodies]
    return [
        Row(
            "score one contact, median",
            statistics.median(scored),
            "ms",
            BAR,
            statistics.median(parsed),
            "json.loads",
            note=f"{len(rules.rules)} rules, {len(scored)} examples; the slowest takes {max(scored):.2g} ms.",
        ),
        _beside_zen(facts, rules, size),
    ]


def _beside_zen(examples: Sequence[ContactFacts], rules: Ruleset, size: Size) -> Row:
    table = ZenTable(rules)
    make_sure_they_agree(examples, rules, table)
    ours, zens = [], []
    for facts in examples:
        ours.append(_median(lambda facts=facts: screen(facts, rules), size.scorings))
        children = [as_zen_reads(outcome) for outcome in evaluate(facts, rules)]
        zens.append(_median(lambda children=children: [table.traced(one) for one in children], size.scorings))
    still_open, fired = unsaid(examples, rules, table)
    hard = sum(rule.hard for rule in still_open)
    note = (
        f"both fire the same once nothing is unknown. As the examples are, zen says nothing of {len(still_open)} rules "
        f"that are open, {hard} of them hard, and of {len(fired)} that fired. "
        f"The slowest takes {max(ours):.2g} ms, zen's {max(zens):.2g} ms."
    )
    return Row("run and explain the rules, median", statistics.median(ours), "ms", BAR, statistics.median(zens),
        "zen, traced", note=note)  # fmt: skip


def _median(work: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * MILLISECONDS
