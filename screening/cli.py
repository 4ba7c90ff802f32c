"""The `frontdoor` command. Exit 0: done. 1: the thing checked is wrong. 2: wrong usage."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from screening.errors import ConfigurationError, ScreeningError
from screening.running.servers import database_for_command

UNDEFINED_TABLE = "42P01"
# Commands of the stages are found here, so that a stage keeps its own.
COMMAND_MODULES = (
    "screening.commands.contacts",
    "screening.commands.intake",
    "screening.commands.access",
    "screening.commands.county",
    "screening.commands.rota",
    "screening.commands.involvements",
    "screening.commands.explain",
    "screening.commands.people",
    "screening.commands.partners",
    "screening.commands.replay",
    "screening.commands.rules",
    "screening.commands.drafts",
    "screening.commands.publishing",
    "screening.commands.shadow",
    "screening.commands.calibration",
)


@contextmanager
def running_app(viewer: str = "command line") -> Iterator[Flask]:
    """Give a command the app on the database that it should work with, seen with a worker's eyes."""
    from screening import create_app
    from screening.access import viewing, worker_viewer
    from screening.config import Settings

    with database_for_command() as environ:
        os.environ.update(environ)
        app = create_app(Settings.from_environ(environ))
        with app.app_context(), viewing(worker_viewer(viewer)):
            yield app


@click.group()
def commands() -> None:
    """Front Door: contacts about children, screened, checked, routed and decided."""


@commands.command()
def run() -> None:
    """Run everything on this machine; Ctrl-C stops it."""
    from screening.running.supervisor import Supervisor

    Supervisor(dict(os.environ), click.echo).run()


@commands.command()
def serve() -> None:
    """Serve the web only."""
    from screening.running import programs

    os.environ.setdefault("FRONTDOOR_PORT", "8000")
    programs.refuse_unfit_database()
    programs.web()


@commands.command()
@click.argument("name", type=click.Choice(["urgent", "checks", "partners", "mail", "bulk", "lmtp", "sink"]))
def worker(name: str) -> None:
    """Run one worker."""
    from screening.running import programs

    programs.worker(name)


@commands.command("simulate-partners")
@click.option("--port", default=8090, help="Where it listens on this machine.")
@click.option("--behave", default="well", help="How every question is answered: later, slow, garbage and others.")
@click.option("--slow", default=0.0, metavar="SECONDS", help="Wait so long before each answer.")
@click.option("--down", "behave", flag_value="down", help="Fail every time.")
@click.option("--wrong", "behave", flag_value="garbage", help="Answer with garbage.")
@click.option("--huge", "behave", flag_value="huge", help="Answer with 40 MB.")
def simulate_partners(port: int, behave: str, slow: float) -> None:
    """Run invented partners' services on this machine, to try against."""
    from screening.running import programs

    if os.environ.get("FRONTDOOR_MODE") == "live":
        raise ConfigurationError("The simulator is no partner. Live mode asks real ones only.")
    programs.simulate_partners(["--port", str(port), "--behave", behave, "--slow", str(slow)])


@commands.command()
def ringer() -> None:
    """Run one ringer."""
    from screening.running import programs

    programs.worker("ringer")


@commands.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from flask_migrate import upgrade

    with running_app():
        upgrade()


@commands.command()
def seed() -> None:
    """Seed the sample county, and its invented families, where there is none yet."""
    from screening.sample.seed import seed_sample_county, seed_sample_partners
    from screening.sample.seed_families import seed_sample_families

    with running_app() as app:
        if app.extensions["front_door"].live:
            raise ConfigurationError("Live mode has no sample county. Load your own: frontdoor county load FILE")
        done = seed_sample_county()
        families = seed_sample_families()
        seed_sample_partners()
    if families:
        click.echo("The sample county and its invented families are seeded.")
    else:
        click.echo("The sample county is seeded." if done else "There is a county already; nothing was changed.")


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="One object for each check.")
def doctor(as_json: bool) -> None:
    """Check everything that a start needs, in words."""
    from screening.running.doctor import examine, show

    findings = examine(dict(os.environ))
    click.echo(show(findings, "json" if as_json else "words"))
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@commands.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option("--expect-head", help="The head that was noted outside.")
def verify(expect_head: str | None) -> None:
    """Link what is pending, then read the whole chain and name the first place that is wrong."""
    from screening import audit as chain
    from screening.access import viewing, worker_viewer
    from screening.db import transaction
    from screening.escalation import ladder

    with running_app() as app:
        key = app.extensions["front_door"].audit_key
        with transaction():
            while chain.link_pending(key):
                pass
        with transaction():
            found = chain.verify(key, expect_head=expect_head)
        if found.problem is None:
            with transaction(), viewing(worker_viewer("audit verify")):
                ladder.end_alarm("audit_broken")
    click.echo(found.problem or f"{found.links} entries, whole. Head: {found.head}")
    sys.exit(1 if found.problem else 0)


@commands.group()
def rules() -> None:
    """The rules that score contacts."""


@rules.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False), required=False)
@click.option("--json", "as_json", is_flag=True, help="One object: the label, and every problem.")
def check(file: str | None, as_json: bool) -> None:
    """Check a ruleset; the sample county's where no FILE is named."""
    import json
    from pathlib import Path

    from routing_rules import ruleset

    try:
        loaded = ruleset.load_path(Path(file)) if file else ruleset.sample()
    except ruleset.RulesetError as problem:
        unsound = {"ruleset": None, "problems": problem.problems}
        click.echo(json.dumps(unsound) if as_json else "\n".join(problem.problems))
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({"ruleset": loaded.label, "problems": []}))
        return
    click.echo(f"{loaded.name}, {loaded.label}: {len(loaded.rules)} rules over {len(loaded.fields)} facts, all sound.")


def join_stage_commands() -> None:
    """Join what the stages' own modules offer."""
    for module in COMMAND_MODULES:
        if importlib.util.find_spec(module):
            found = importlib.import_module(module)
            for command in found.commands:
                commands.add_command(command)
            for command in getattr(found, "rules_commands", ()):
                rules.add_command(command)


def main() -> None:
    """Run a command; say what went wrong in one sentence."""
    join_stage_commands()
    try:
        commands()
    except (ConfigurationError, ScreeningError) as problem:
        click.echo(str(problem), err=True)
        for pointer, messages in sorted(getattr(problem, "fields", {}).items()):
            click.echo(f"    {pointer or 'the whole'}: {' '.join(messages)}", err=True)
        sys.exit(1)
    except OperationalError:
        # Its own words would show addresses, and what was being written.
        click.echo(
            "The database went away. What was acknowledged is kept: run `frontdoor doctor`, then try again.", err=True
        )
        sys.exit(1)
    except ProgrammingError as problem:
        if getattr(problem.orig, "sqlstate", None) != UNDEFINED_TABLE:
            raise
        click.echo(
            "There are no tables of Front Door here. Run `frontdoor migrate` first; or set FRONTDOOR_DATA, or "
            "DATABASE_URL, to where yours are.",
            err=True,
        )
        sys.exit(1)
