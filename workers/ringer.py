"""Rings the bells. Two run, each doing the same, so that one may die.

Each listens for PostgreSQL's notices of promised tasks, and every second looks for itself: it rings for queues with
work, frees tasks whose lease ran out, and links the audit chain where the other is not doing it. Where Redis is away,
or nobody takes what is urgent, it works the urgent tasks itself.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import structlog
from flask import current_app
from psycopg import sql
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from screening import audit, tasks
from screening.access import viewing, worker_viewer
from screening.config import Settings
from screening.db import db
from screening.intake import synthetic
from screening.queues.handover import packs
from workers import bell, claim, expired, forecasting, kinds, run, stop, watch
from workers.cases import reading
from workers.limits import limit_connections, limited_transaction
from workers.pulse import Pulse

log = structlog.get_logger()
ROUND_SECONDS = 1.0
# How long one round works urgent tasks itself before it rings and listens again.
STAND_IN_SECONDS = 1.0
# Urgent work is to be seen in its queue within 5 s (reliability 2.2): from then on whoever can, does it.
NOBODY_TAKES_IT = timedelta(seconds=5)
REDIS_AGAIN_SECONDS = 1.0
DATABASE_AGAIN_SECONDS = 0.5
LINKS_AT_ONCE = 2000
EXPIRED_EVERY_SECONDS = 3600.0
MAILS_AT_ONCE = 3
FOLLOW_EVERY_SECONDS = 15.0


@dataclass
class Ringer:
    """One ringer. `bells` is None where no Redis is set up: then it is away for good."""

    bells: bell.Bells | None
    audit_key: str
    pulse: Pulse = field(default_factory=lambda: Pulse("ringer"))
    redis_away_until: float = float("-inf")
    delete_expired_at: float = float("-inf")
    look_at: float = float("-inf")
    # Does the service send itself a contact now and then, and follow it?
    sends_itself: bool = False
    follow_at: float = float("-inf")

    def run(self) -> None:
        """Ring until asked to end; where PostgreSQL goes away, wait for it and listen anew."""
        while not stop.asked():
            try:
                with _listening() as notices:
                    self._ring_and_listen(notices)
            except (SQLAlchemyError, psycopg.Error) as problem:
                log.warning("ringer_interrupted", problem=type(problem).__name__)
                db.session.remove()
                stop.pause(DATABASE_AGAIN_SECONDS)
        self.pulse.end()

    def _ring_and_listen(self, notices: psycopg.Connection[Any]) -> None:
        while not stop.asked():
            self.once()
            self._listen_until_next_round(notices)

    def once(self) -> None:
        """Do one round: what every second brings, ringing first."""
        self.pulse.beat()
        free_lapsed()
        with _chore():
            queues = claim.queues_with_work()
            left = claim.queues_with_work(waiting_for=NOBODY_TAKES_IT)
        self.ring(queues)
        if "urgent" in left:
            self.stand_in()
        link_audit(self.audit_key)
        self._look()
        self._follow()
        self._delete_expired()

    def ring(self, queues: Iterable[str], most: int = bell.MOST_WAITING) -> None:
        """Ring for these queues; where Redis is away, work the urgent one."""
        wanted = list(queues)
        if not self._rung(wanted, most) and "urgent" in wanted:
            self.stand_in()

    def stand_in(self) -> None:
        """Work urgent tasks ourselves, for a second at most."""
        until = time.monotonic() + STAND_IN_SECONDS
        while time.monotonic() < until and not stop.asked():
            if not run.work_one("urgent", self.pulse.name):
                return

    def _rung(self, queues: list[str], most: int) -> bool:
        if self.bells is None or time.monotonic() < self.redis_away_until:
            return False
        try:
            for queue in queues:
                self.bells.ring(queue, most)
        except RedisError as problem:
            log.warning("redis_away", problem=type(problem).__name__)
            self.redis_away_until = time.monotonic() + REDIS_AGAIN_SECONDS
            return False
        return True

    def _listen_until_next_round(self, notices: psycopg.Connection[Any]) -> None:
        until = time.monotonic() + ROUND_SECONDS
        while (left := until - time.monotonic()) > 0 and not stop.asked():
            heard = {notice.payload for notice in notices.notifies(timeout=left, stop_after=1)}
            self.ring((queue for queue in tasks.QUEUES if queue in heard), bell.ENOUGH_FOR_A_NOTICE)

    def _look(self) -> None:
        if time.monotonic() < self.look_at:
            return
        self.look_at = time.monotonic() + watch.EVERY_SECONDS
        wrong: dict[str, int] | None = None
        try:
            with _chore():
                wrong = watch.look(self.audit_key)
        except SQLAlchemyError:
            raise
        except Exception as problem:  # noqa: BLE001  mended: what looks may never keep a ringer from ringing
            log.error("watch_failed", problem=type(problem).__name__)
        if wrong and wrong.get("not_running_mail"):
            # What is to be told goes by mail, and its worker has been away for so long that it was told.
            for _ in range(MAILS_AT_ONCE):
                if stop.asked() or not run.work_one("mail", self.pulse.name):
                    break

    def _follow(self) -> None:
        if time.monotonic() < self.follow_at:
            return
        self.follow_at = time.monotonic() + FOLLOW_EVERY_SECONDS
        try:
            with _chore():
                synthetic.look() if self.sends_itself else synthetic.forget()
        except Exception as problem:  # noqa: BLE001  mended: what looks may never keep a ringer from ringing
            # Where it goes on, the run is over time, or there is none lately: either is an alarm.
            log.error("synthetic_not_followed", problem=type(problem).__name__)

    def _delete_expired(self) -> None:
        if time.monotonic() >= self.delete_expired_at:
            with _chore():
                reading.promise_next()
                packs.promise_next()
                forecasting.promise_next()
            more = expired.delete_expired() >= expired.AT_ONCE
            db.session.remove()
            self.delete_expired_at = time.monotonic() + (0.0 if more else EXPIRED_EVERY_SECONDS)


def free_lapsed() -> None:
    """Free what workers that stopped have held, and tell people of what is given up."""
    with _chore():
        for parked in claim.free_lapsed():
            kinds.give_up(parked)


def link_audit(key: str) -> None:
    """Chain the audit entries that wait for it, unless the other ringer is at it."""
    linked: int | None = LINKS_AT_ONCE
    while linked == LINKS_AT_ONCE and not stop.asked():
        with _chore():
            linked = audit.link_pending(key, most=LINKS_AT_ONCE)


def main() -> None:
    """Ring until asked to end."""
    settings: Settings = current_app.extensions["front_door"]
    bells = bell.Bells(bell.connect(settings.redis_url)) if settings.redis_url else None
    stop.listen()
    limit_connections()
    Ringer(bells, settings.audit_key, sends_itself=settings.synthetic).run()


@contextmanager
def _chore() -> Iterator[None]:
    try:
        with viewing(worker_viewer("ringer")), limited_transaction():
            yield
    finally:
        db.session.remove()


@contextmanager
def _listening() -> Iterator[psycopg.Connection[Any]]:
    """Open a connection of our own that hears of promised tasks."""
    pooled = db.engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    try:
        connection.autocommit = True
        connection.execute(sql.SQL("listen {}").format(sql.Identifier(tasks.CHANNEL)))
        yield connection
    finally:
        connection.close()
