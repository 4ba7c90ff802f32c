"""`python -m bench.quality [levels]`: measures how well people are found and prints the table.

Exit 0 where every bar is kept, 1 where one is missed. `levels` prints how often each level is seen instead.
"""

import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from bench.quality import febrl, levels, product
from bench.quality.callers import ABSENT, HARD, MIXED, ORDINARY
from bench.quality.counties import WHOLE, in_memory
from bench.quality.measure import Tally, both
from bench.table import CouldNotMeasure

FEBRL_LEAST = {"4": 0.998, "3": 0.996}
FIRST_LEAST, OF_FIVE_LEAST, WRONGLY_MOST = 0.97, 0.99, 0.015
# Not those on which weights were looked at (1 to 5).
SEEDS = {"written names": 11, "faker names": 12}
PRODUCT_SEED = 13
CORES = 2


@dataclass(frozen=True)
class Line:
    """One line of the table. `kept` is None where nothing is asked of it."""

    what: str
    asked: int | None
    figure: str
    bar: str = ""
    kept: bool | None = None


def main(arguments: list[str]) -> int:
    """Measure, print, and give the exit status."""
    if arguments == ["levels"]:
        levels.show()
        return 0
    begun = time.monotonic()
    try:
        lines, categories = _measured()
    except CouldNotMeasure as problem:
        print(f"Could not be measured. {problem}")
        return 1
    for line in lines:
        print(_shown(line))
    print("\nBy category, where not all are first or some are linked wrongly:")
    for words in categories:
        print(words)
    print(f"\n{time.monotonic() - begun:.0f} s")
    return 1 if any(line.kept is False for line in lines) else 0


def _measured() -> tuple[list[Line], list[str]]:
    with ProcessPoolExecutor(CORES) as pool:
        # The longest first.
        on_postgres = pool.submit(product.measured, "written names", WHOLE, PRODUCT_SEED)
        febrls = {name: pool.submit(febrl.figures, name) for name in FEBRL_LEAST}
        counties: dict[str, Future[dict[str, Tally]]] = {
            name: pool.submit(in_memory, name, WHOLE, seed) for name, seed in SEEDS.items()
        }
        counties["product"] = on_postgres
        lines = [_febrl_line(name, found.result()) for name, found in febrls.items()]
        categories: list[str] = []
        for name, found in counties.items():
            tallies = found.result()
            lines += _county_lines(name, tallies)
            categories += [f"  {name}: {words}" for words in _category_words(tallies)]
    return lines, categories


def _febrl_line(name: str, found: dict[str, float]) -> Line:
    least = FEBRL_LEAST[name]
    words = f"precision {found['precision']:.4f}, recall {found['recall']:.4f} (keys {found['keys']:.4f})"
    return Line(f"FEBRL {name}: {words}", None, f"F1 {found['f1']:.4f}", f">= {least}", found["f1"] >= least)


def _county_lines(name: str, tallies: dict[str, Tally]) -> list[Line]:
    every, absent = both(tallies, ORDINARY, HARD), tallies[ABSENT]
    first, five, wrongly = every.shares["first"], every.shares["of_five"], absent.shares["wrongly"]
    lines = [
        Line(f"{name}: first", every.asked, f"{first:.4f}", f">= {FIRST_LEAST}", first >= FIRST_LEAST),
        Line(f"{name}: of five", every.asked, f"{five:.4f}", f">= {OF_FIVE_LEAST}", five >= OF_FIVE_LEAST),
        Line(
            f"{name}: linked though not there", absent.asked, f"{wrongly:.4f}", f"<= {WRONGLY_MOST}",
            wrongly <= WRONGLY_MOST,
        ),
    ]  # fmt: skip
    for kind in (ORDINARY, HARD, MIXED):
        shares = tallies[kind].shares
        words = f"first {shares['first']:.4f}, of five {shares['of_five']:.4f}, at 0.95 {shares['linked']:.4f}"
        lines.append(Line(f"{name}: {kind}", tallies[kind].asked, words))
    return lines


def _category_words(tallies: dict[str, Tally]) -> list[str]:
    def words(category: str, tally: Tally) -> str:
        shares = tally.shares
        if category.startswith(ABSENT):
            return f"{category}: linked {shares['wrongly']:.3f}"
        return f"{category}: first {shares['first']:.3f}, of five {shares['of_five']:.3f}"

    return [words(name, tally) for name, tally in tallies.items() if ": " in name and tally.missed]


def _shown(line: Line) -> str:
    asked = "" if line.asked is None else f"{line.asked:,}"
    verdict: dict[bool | None, str] = {None: "", True: "kept", False: "MISSED"}
    return f"{line.what:<72} {asked:>6}  {line.figure:<52} {line.bar:<9} {verdict[line.kept]}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
