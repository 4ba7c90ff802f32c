"""Every start-up check, in words: what is wrong, and what to do. Never shows a password or a secret."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from routing_rules import clocks, ruleset
from screening.config import Settings
from screening.errors import ConfigurationError
from screening.models import PersonCard
from screening.people.finding.rewriting import of_another_form
from screening.people.matching.form import form
from screening.running import fitness
from screening.running.servers import data_folder, database_for_command, is_free
from screening.scoring import rules_in_force

SMALLEST_FREE_BYTES = 1024**3
OLDEST_POSTGRESQL = 15
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether it is well, and what it says."""

    check: str
    ok: bool
    words: str


def examine(environ: dict[str, str]) -> list[Finding]:
    """Run every check on the settings that a start here would use."""
    findings = [_settings(environ), _disk(environ), _port(environ), _rules()]
    return [*findings, *_postgresql(environ), _redis(environ)]


def show(findings: list[Finding], form: str) -> str:
    """Write the findings down, as `words` or as `json`."""
    if form == "json":
        return json.dumps([asdict(finding) for finding in findings], indent=1)
    return "\n".join(f"{'ok  ' if finding.ok else 'WRONG'} {finding.check}: {finding.words}" for finding in findings)


def _settings(environ: dict[str, str]) -> Finding:
    try:
        Settings.from_environ({"DATABASE_URL": "unused", **environ})
    except ConfigurationError as problem:
        return Finding("settings", False, str(problem))
    return Finding("settings", True, "complete, with secrets that fit the mode.")


def _disk(environ: dict[str, str]) -> Finding:
    data = data_folder(environ)
    there = next(folder for folder in (data, *data.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        return Finding("data folder", False, "cannot be written. Set FRONTDOOR_DATA to a folder of yours.")
    free = shutil.disk_usage(there).free
    if free < SMALLEST_FREE_BYTES:
        return Finding("data folder", False, f"only {free // 1024**2} MB free. Make room for at least 1 GB.")
    return Finding("data folder", True, f"{free // 1024**3} GB free.")


def _port(environ: dict[str, str]) -> Finding:
    port = environ.get("FRONTDOOR_PORT", "8000")
    if not is_free(port):
        return Finding("port", False, f"{port} is taken or no port. Stop what uses it, or set FRONTDOOR_PORT.")
    return Finding("port", True, f"{port} is free.")


def _rules() -> Finding:
    try:
        loaded = ruleset.sample()
    except ruleset.RulesetError as problem:
        return Finding("rules", False, "; ".join(problem.problems))
    except OSError:
        return Finding("rules", False, "sample.yaml is missing. Install Front Door again.")
    return Finding("rules", True, f"{len(loaded.rules)} rules load. {loaded.status.capitalize()}.")


def _postgresql(environ: dict[str, str]) -> Iterator[Finding]:
    try:
        with database_for_command(environ) as found, _connected(found["DATABASE_URL"]) as connection:
            for check in (_version, _durable, _roles):
                yield check(connection)
            yield _index(connection)
            yield _fit(connection, live=found.get("FRONTDOOR_MODE") == "live")
            yield _owner(found)
    except (DBAPIError, ConfigurationError):
        yield Finding("PostgreSQL", False, "cannot be reached. Check that it runs, and DATABASE_URL.")


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _setting(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("select current_setting(:name)"), {"name": name}))


def _version(connection: Connection) -> Finding:
    version = int(_setting(connection, "server_version_num")) // 10000
    words = f"version {version}." if version >= OLDEST_POSTGRESQL else f"version {version}: needs {OLDEST_POSTGRESQL}."
    return Finding("PostgreSQL", version >= OLDEST_POSTGRESQL, words)


def _durable(connection: Connection) -> Finding:
    off = [name for name in DURABLE if _setting(connection, name) == "off"]
    if off:
        return Finding("durability", False, f"{', '.join(off)} off: a crash would lose contacts. Switch on.")
    return Finding("durability", True, "an acknowledged contact survives a crash.")


def _roles(connection: Connection) -> Finding:
    question = "select to_regclass('audit') is not null and has_table_privilege('audit', 'DELETE')"
    if connection.scalar(text(question)):
        return Finding("audit", False, "the app's role could delete entries. Use two roles: MIGRATION_DATABASE_URL.")
    return Finding("audit", True, "the app's role can only add entries.")


def _fit(connection: Connection, *, live: bool) -> Finding:
    if connection.scalar(text("select to_regclass('ruleset') is null")):
        return Finding("rules in force", True, "no tables yet: `frontdoor run` or `frontdoor migrate` makes them.")
    moment: datetime = connection.scalars(select(func.clock_timestamp())).one()
    with Session(connection) as session:
        day = clocks.london_date(moment)
        wrong = fitness.unfit(session, day, live=live)
        damage = None if wrong else rules_in_force.damage(session, day)
    found = [*wrong, *([f"{damage} Put the backup back, or publish anew."] if damage else [])]
    return Finding("rules in force", not found, " ".join(found) or "they load.")


def _index(connection: Connection) -> Finding:
    # Before the tables are there, or as an older release left them, the migrations come first.
    there = "select 1 from information_schema.columns where table_name = 'person_card' and column_name = 'form'"
    if connection.scalar(text(there)) is None:
        return Finding("people index", True, "no tables yet: `frontdoor run` or `frontdoor migrate` makes them.")
    old = connection.scalar(select(func.count()).select_from(PersonCard.__table__).where(of_another_form(form())))
    if old:
        words = f"{old:,} people as another release wrote them: a search may miss them. Run: frontdoor people reindex."
        return Finding("people index", False, words)
    return Finding("people index", True, "written by this release.")


def _owner(found: dict[str, str]) -> Finding:
    if found.get("MIGRATION_DATABASE_URL", found["DATABASE_URL"]) == found["DATABASE_URL"]:
        return Finding("roles", True, "WARNING: app and migrations share one role. Set MIGRATION_DATABASE_URL.")
    return Finding("roles", True, "app and migrations have their own.")


def _redis(environ: dict[str, str]) -> Finding:
    if "REDIS_URL" not in environ:
        return Finding("Redis", True, "the embedded server is used.")
    try:
        client = redis.Redis.from_url(environ["REDIS_URL"], socket_timeout=2, retry=Retry(NoBackoff(), 0))
        policy = str(client.config_get("maxmemory-policy").get("maxmemory-policy"))
    except (redis.RedisError, ValueError):
        return Finding("Redis", False, "cannot be reached. Contacts are kept without it; check REDIS_URL.")
    if policy != "noeviction":
        return Finding("Redis", False, f"evicts ({policy}): bells would vanish. Set maxmemory-policy noeviction.")
    return Finding("Redis", True, "keeps what it is given.")
