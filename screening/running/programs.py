"""What one machine runs: each program's name and how it starts. Workers are named, never imported (ADR 2)."""

import gc
import os
import runpy
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

from screening.errors import ConfigurationError

# Two for partners: each may wait 10 s for one, and another partner should not wait behind it.
WORKERS = ("ringer", "ringer", "urgent", "checks", "partners", "partners", "mail", "bulk")
SIMULATOR_PORT = "FRONTDOOR_SIMULATOR_PORT"
WEB_PROCESSES = 2
THREADS_EACH = 8
# A page of a queue makes some 5,000 that stay until it is answered; Python's own number is 700.
GARBAGE_AFTER_OBJECTS = 10_000


Program = tuple[str, Callable[[], None]]


def everything(environ: dict[str, str]) -> list[Program]:
    """List the programs in the order they start."""
    sink = ["sink"] if environ.get("FRONTDOOR_MAIL_SINK") else []
    mail = ["lmtp"] if environ.get("FRONTDOOR_LMTP") else []
    found: list[Program] = [("web", web), *((name, partial(worker, name)) for name in (*WORKERS, *sink, *mail))]
    port = environ.get(SIMULATOR_PORT)
    return [*found, ("simulator", partial(simulate_partners, ["--port", port]))] if port else found


def prepare() -> None:
    """Migrate the database and seed the sample county once; runs in a child that ends.

    Raises:
        ConfigurationError: the service must not start on this database.
    """
    from flask_migrate import upgrade

    from screening import create_app

    app = create_app()
    with app.app_context():
        upgrade()
        if not app.extensions["front_door"].live:
            _seed()
        _refuse_unfit(live=app.extensions["front_door"].live)


def _seed() -> None:
    from routing_rules.ruleset import RulesetError
    from screening.sample.rota import seed_sample_rota
    from screening.sample.seed import point_at_simulator, seed_sample_county, seed_sample_partners
    from screening.sample.seed_families import seed_sample_families, tell_involvements_again

    try:
        seed_sample_county()
    except RulesetError as problem:
        raise ConfigurationError(str(problem)) from problem
    seed_sample_families()
    tell_involvements_again()
    seed_sample_partners()
    seed_sample_rota()
    if port := os.environ.get(SIMULATOR_PORT):
        point_at_simulator(f"http://127.0.0.1:{port}")


def refuse_unfit_database() -> None:
    """Raise ConfigurationError where the web must not be served on this database."""
    from screening import create_app
    from screening.db import db

    app = create_app()
    with app.app_context():
        _refuse_unfit(live=app.extensions["front_door"].live)
        # gunicorn forks next: no connection may be open then.
        db.engine.dispose()


def _refuse_unfit(*, live: bool) -> None:
    from routing_rules import clocks
    from screening.db import db, now, transaction
    from screening.running import fitness

    with transaction():
        fitness.refuse_unfit(db.session(), clocks.london_date(now()), live=live)


def web() -> None:
    """Serve the web with gunicorn's threaded workers."""
    from gunicorn.app.base import BaseApplication

    from screening import create_app

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"127.0.0.1:{os.environ['FRONTDOOR_PORT']}",
                "workers": WEB_PROCESSES,
                "worker_class": "gthread",
                "threads": THREADS_EACH,
                "graceful_timeout": 25,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            app = create_app()
            app.extensions["changes"].listen()
            Thread(target=_read_ahead, args=(app,), daemon=True).start()
            return app

    Web().run()


def _read_ahead(app: Any) -> None:
    """Read the names of the index before somebody searches: of a million people that takes more than a second."""
    from sqlalchemy.exc import SQLAlchemyError

    from screening.access import viewing, worker_viewer
    from screening.db import db, transaction
    from screening.people.finding.known_names import known_names

    # Where PostgreSQL is away, the first search reads them, or fails and says so.
    with app.app_context(), viewing(worker_viewer("web")), suppress(SQLAlchemyError):
        try:
            with transaction():
                known_names()
        finally:
            db.session.remove()
    _settle()


def _settle() -> None:
    """Leave what stays for good out of the search for garbage, and search less often.

    A page makes thousands of objects that soon go: all code, models and names would be looked through for them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER_OBJECTS)


def worker(name: str) -> None:
    """Run one kind of worker, as `python -m workers NAME` does."""
    sys.argv = ["workers", name]
    runpy.run_module("workers", run_name="__main__")


def simulate_partners(arguments: list[str]) -> None:
    """Run partners' services that are invented, as `frontdoor simulate-partners` does."""
    sys.argv = ["simulate-partners", *arguments]
    runpy.run_module("workers.partners.simulator", run_name="__main__")


def mail_environ(environ: dict[str, str]) -> dict[str, str]:
    """Where no mail server is named, have a local sink whose messages can be read on a page.

    Raises:
        ConfigurationError: in live mode, where receipts have to reach people.
    """
    if "SMTP_URL" in environ:
        return {}
    if environ.get("FRONTDOOR_MODE") == "live":
        raise ConfigurationError("SMTP_URL is not set. Live mode sends receipts: set it to your mail server.")
    return {"SMTP_URL": f"smtp://127.0.0.1:{_free_port()}", "FRONTDOOR_MAIL_SINK": "1"}


def simulator_environ(environ: dict[str, str]) -> dict[str, str]:
    """Choose where the simulated partners listen; nowhere in live mode, where none may run."""
    if environ.get("FRONTDOOR_MODE") == "live":
        return {}
    return {SIMULATOR_PORT: str(_free_port())}


def lmtp_environ(environ: dict[str, str]) -> dict[str, str]:
    """Where no place is named at which e-mail comes in, take one of this machine's; in live mode none comes in then."""
    if "FRONTDOOR_LMTP" in environ or environ.get("FRONTDOOR_MODE") == "live":
        return {}
    return {"FRONTDOOR_LMTP": f"127.0.0.1:{_free_port()}"}


def cases_environ(environ: dict[str, str]) -> dict[str, str]:
    """Where no case system is named, have an invented one answer in a folder; none in live mode."""
    named = "FRONTDOOR_CASES_FOLDER" in environ or "FRONTDOOR_CASES_URL" in environ
    if named or environ.get("FRONTDOOR_MODE") == "live":
        return {}
    return {"FRONTDOOR_CASES_FOLDER": f"{environ['FRONTDOOR_DATA']}/cases", "FRONTDOOR_CASES_SAMPLE": "1"}


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port


def tell_ready(environ: dict[str, str], say: Callable[[str], None]) -> None:
    """Say where the service is, and how to sign in to the sample county."""
    say(f"Front Door is ready: http://127.0.0.1:{environ['FRONTDOOR_PORT']}")
    say("Sample sign-ins are listed on the sign-in page. Ctrl-C stops everything.")
