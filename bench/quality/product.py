"""The same questions asked of the product: `frontdoor people load`, then `frontdoor people search`, on PostgreSQL."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.quality.callers import Asked
from bench.quality.counties import Size, asked_in
from bench.quality.measure import Tally, measure
from bench.table import CouldNotMeasure

COMMAND = (sys.executable, "-c", "from screening.cli import main; main()")
ENDS_WITHIN_SECONDS = 600


def measured(universe: str, size: Size, seed: int) -> dict[str, Tally]:
    """Load a county, ask everything, and count.

    Raises:
        CouldNotMeasure: a command failed, or did not answer every question.
    """
    lines, asked = asked_in(universe, size, seed)
    with tempfile.TemporaryDirectory(prefix="fd-quality-") as folder:
        people, questions = Path(folder) / "people.jsonl", Path(folder) / "questions.jsonl"
        people.write_text(_lines(lines), encoding="utf-8")
        questions.write_text(_lines([one.described for one in asked]), encoding="utf-8")
        environ = os.environ | {"FRONTDOOR_DATA": str(Path(folder) / "data")}
        _run(["migrate"], environ)
        _run(["people", "load", str(people)], environ)
        answers = [json.loads(line) for line in _run(["people", "search", str(questions)], environ).splitlines()]
    return measure(asked, _replayed(asked, answers))


def _lines(values: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def _run(arguments: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], env=environ, capture_output=True, text=True, timeout=ENDS_WITHIN_SECONDS, check=False
    )
    if done.returncode:
        raise CouldNotMeasure(f"frontdoor {arguments[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _replayed(asked: list[Asked], answers: list[dict[str, Any]]) -> Any:
    if len(answers) != len(asked):
        raise CouldNotMeasure(f"{len(asked)} questions were asked and {len(answers)} answered.")
    given = iter(answers)

    def search(_: dict[str, Any]) -> list[tuple[str, float]]:
        return [(one["source_id"], one["posterior"]) for one in next(given)["candidates"]]

    return search
