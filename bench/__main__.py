"""`python -m bench [--quick] [--people N] [ROW ...]`: measures each budget of the design and prints the table.

Exit 0, also where a bar is missed: that is a fact, and the table says it. Exit 1 where something could not be measured.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.house import House
from bench.rows import audit, crowd, history, hour, people, posting, routing, scoring, start
from bench.sizes import QUICK, WHOLE, Size
from bench.table import CouldNotMeasure, Row, shown

# In the order in which they are measured: what writes much comes last.
MEASURES: dict[str, Callable[[House, Size], list[Row]]] = {
    "scoring": scoring.measure,
    "start": start.measure,
    "posting": posting.measure,
    "routing": routing.measure,
    "hour": hour.measure,
    "audit": audit.measure,
    "people": people.measure,
    "history": history.measure,
    "crowd": crowd.measure,
}
NOT_HERE = "Not measured here: `make test` (time it as it is)."


def main(arguments: list[str]) -> int:
    """Measure what is asked for; give the exit status."""
    asked = _parser().parse_args(arguments)
    size = QUICK if asked.quick else WHOLE
    if asked.people:
        size = replace(size, people=tuple(asked.people))
    rows: list[Row] = []
    problems: list[str] = []
    _say(f"{os.cpu_count()} processors; {_load()}.")
    with House() as house:
        for name in asked.rows or MEASURES:
            begun = time.monotonic()
            try:
                rows += MEASURES[name](house, size)
            except CouldNotMeasure as problem:
                problems.append(f"{name} could not be measured. {problem}")
            _say(f"{name}: {time.monotonic() - begun:.0f} s; {_load()}.")
    print(shown(rows))
    print(NOT_HERE)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure each budget, as ratios in one run.")
    parser.add_argument("--quick", action="store_true", help="small sizes, in under two minutes; to try a change")
    parser.add_argument("--people", type=int, action="append", help="size of the index of people; may be said again")
    parser.add_argument("rows", nargs="*", choices=[*MEASURES, []], metavar="ROW", help=", ".join(MEASURES))
    return parser


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _load() -> str:
    # Processes of others that wanted to run while we measured make every number worse.
    return f"load {Path('/proc/loadavg').read_text().split()[0]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
