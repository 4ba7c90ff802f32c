"""`frontdoor rules calibration`: were the rules right? What teams answered and people decided, beside what they say."""

import json
from pathlib import Path
from typing import Any

import click

from screening import audit
from screening.commands.acting import acting, as_person
from screening.commands.drafts import as_json
from screening.db import Json
from screening.oversight import calibration as calibrations
from screening.oversight.periods import asked_for

MOST_RULES = 20


@click.command()
@click.option("--since", help="The first month that is counted: YYYY-MM.  [default: the newest twelve months]")
@click.option("--until", help="The last month.")
@click.option("--team", help="One team's contacts only, by its slug.")
@as_json
@as_person
def calibration(as_json: bool, token_file: Path | None, **wanted: Any) -> None:
    """Say whether the rules were right: how teams answered, and what was decided otherwise than they proposed."""
    with acting(token_file, "rules.read"):
        asked = asked_for(wanted)
        audit.record("calibration.read", detail=asked.query)
        found = calibrations.calibration(asked)
    click.echo(json.dumps(found, indent=1, default=str) if as_json else _in_words(found))


commands = ()
rules_commands = (calibration,)


def _in_words(found: Json) -> str:
    lines = [f"{found['since']} to {found['until']}: {found['contacts']} contacts received.", "", _counted(found)]
    lines += _part("By team", [f"{one['name']}: {_counted(one)}" for one in found["teams"]])
    lines += _part("Rules, those most decided against first", [_rule(one) for one in found["rules"][:MOST_RULES]])
    lines += _part("People", [_person(one) for one in found["people"]])
    lines.append(f"\nOf fewer than {found['too_few_under']} no share is told.")
    return "\n".join(lines)


def _counted(found: Json) -> str:
    return (
        f"{found['decided']} decided, {found['lower']} lower and {found['higher']} higher than proposed"
        f"{_percent(found['against_percent'])}; {found['answered']} answered, {found['right']} about right"
        f"{_percent(found['right_percent'])}."
    )


def _rule(found: Json) -> str:
    return f"{found['rule']} fired {found['fired']} times. {found['text']} {_counted(found)}"


def _person(found: Json) -> str:
    return (
        f"{found['name']}: {found['viewed']} own views, {found['own_same']} at the rules' level; "
        f"{found['decided']} decided, {found['as_proposed']} as proposed."
    )


def _percent(share: int | None) -> str:
    return "" if share is None else f" ({share}%)"


def _part(title: str, lines: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"- {line}" for line in lines)] if lines else []
