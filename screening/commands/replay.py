"""`frontdoor rules replay`: stored screenings scored again, to prove them or to try other rules. Changes nothing."""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from routing_rules import clocks, ruleset
from routing_rules.ruleset import RulesetError
from screening import audit
from screening.cli import running_app
from screening.db import Json, now, transaction
from screening.errors import BadRequest, NotFound
from screening.scoring import replaying, shadow, shadow_tally
from screening.scoring.replaying import Window

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
MOST_NAMED = 20
WORDS = {
    "same": "the same, byte for byte",
    "other_engine": "different, made by another release of the engine: differences reported",
    "wrong": "DIFFERENT, though made by this release of the engine",
    "not_scored": "could not be scored then, and so cannot be now",
    "no_rules": "NOT SCORED AGAIN: the rules that they name are not kept here, or cannot be used",
}
RULE_WORDS = {"fires": "newly fires", "rests": "no longer fires", "opens": "is newly open"}
USUAL_DAYS = 90
# What was kept cannot be proved any more.
WRONG = ("wrong", "no_rules")


@click.command()
@click.argument("references", nargs=-1, metavar="[REFERENCE]...")
@click.option("--since", type=DAY, help="Contacts first received from this day on: YYYY-MM-DD.")
@click.option("--until", type=DAY, help="Contacts first received up to and with this day.")
@click.option("--against", type=FILE, help="Try the rules in this file instead, and say who would be scored otherwise.")
@click.option("--days", type=click.IntRange(1, 3660), help="With --against: over the last days.  [default: 90]")
@click.option("--json", "as_json", is_flag=True, help="The counts as one object.")
def replay(references: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Score stored screenings again, each with its own facts and the rules that it names.

    Exit 1: one is not, byte for byte, what was kept. With --against nothing is wrong, only different.
    """
    if asked["against"]:
        _refuse_with_against(references, asked)
        _try_others(asked["against"], asked["days"] or USUAL_DAYS, as_json=as_json)
        return
    if asked["days"]:
        raise click.UsageError("--days goes with --against. Without it, use --since and --until.")
    _prove(references, _window(asked), as_json=as_json)


rules_commands = (replay,)
commands = ()


def _window(asked: dict[str, Any]) -> Window:
    since, until = asked["since"], asked["until"]
    return Window(since=since and since.date(), until=until and until.date() + timedelta(days=1))


def _refuse_with_against(references: tuple[str, ...], asked: dict[str, Any]) -> None:
    if references or asked["since"] or asked["until"]:
        raise click.UsageError("With --against, say only over how many --days.")


def _prove(references: tuple[str, ...], window: Window, *, as_json: bool) -> None:
    with running_app("command line"), transaction():
        if missing := replaying.not_found(references):
            raise NotFound(f"No contact has the reference {', '.join(missing)}.")
        found = _counted(window, references)
        audit.record("rules.replayed", detail={"screenings": found["screenings"], "wrong": found["counts"]["wrong"]})
    click.echo(json.dumps(found) if as_json else _told(found))
    sys.exit(1 if any(found["counts"][outcome] for outcome in WRONG) else 0)


def _try_others(file: Path, days: int, *, as_json: bool) -> None:
    try:
        rules = ruleset.load_path(file)
    except RulesetError as problem:
        raise BadRequest("\n".join(problem.problems)) from problem
    tally = shadow_tally.empty()
    with running_app("command line"), transaction():
        for seen in shadow.look_at_all(rules, Window(since=clocks.london_date(now()) - timedelta(days=days))):
            shadow_tally.add(tally, seen)
        detail = {"rules": rules.hash[:12], "days": days, "contacts": tally["contacts"]}
        audit.record("rules.replayed", detail=detail)
    click.echo(json.dumps({"ruleset": rules.label, "days": days, **tally}) if as_json else _told_of_others(tally))


def _told_of_others(tally: Json) -> str:
    lines = [shadow_tally.in_words(tally)]
    for part, title in (("level", "Level"), ("urgency", "Urgency")):
        moved = {pair: count for pair, count in sorted(tally[part].items()) if len(set(pair.split(">"))) > 1}
        lines += [f"    {count:>7}  {title} {pair.replace('>', ' to ')}" for pair, count in moved.items()]
    for team, counts in sorted(tally["teams"].items()):
        if counts["gains"] or counts["loses"]:
            lines.append(f"    {team}: gains {counts['gains']}, loses {counts['loses']} contacts")
    for change, words in RULE_WORDS.items():
        lines += [f"    {count:>7}  {rule} {words}" for rule, count in sorted(tally["rules"][change].items())]
    if tally["left_out"]:
        lines.append(f"{tally['left_out']} contacts could not be compared: they were not scored then.")
    if tally["other_engine"]:
        lines.append(
            f"{tally['other_engine']} were scored by an earlier release: part of what moved may be due to that."
        )
    return "\n".join(lines)


def _counted(window: Window, references: tuple[str, ...]) -> Json:
    counts: Counter[str] = Counter(dict.fromkeys(replaying.OUTCOMES, 0))
    named: dict[str, None] = {}
    for one in replaying.replay(window, references):
        counts[one.outcome] += 1
        if one.outcome in WRONG and len(named) < MOST_NAMED:
            named[one.reference] = None
    return {"screenings": counts.total(), "counts": dict(counts), "references": list(named)}


def _told(found: Json) -> str:
    lines = [f"{found['screenings']} stored screenings scored again."]
    lines += [f"    {count:>7}  {WORDS[outcome]}" for outcome, count in found["counts"].items() if count]
    if found["references"]:
        lines.append(f"Look at: {', '.join(found['references'])}")
    return "\n".join(lines)
