"""The bell: a job in RQ that says "look", names a queue, and carries nothing else (ADR 2)."""

import time

import structlog
from redis import Redis, WatchError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from sqlalchemy.exc import SQLAlchemyError

from screening.db import db
from workers import run, stop
from workers.pulse import name_of

log = structlog.get_logger()
# One bell works for this long; while work is pending the ringers ring again.
LOOK_SECONDS = 5.0
MOST_WAITING = 2
# For what was committed before, a bell that still waits will do: whoever answers it looks after it was rung.
ENOUGH_FOR_A_NOTICE = 1
# Never reached: it would raise inside an innocent task. Each kind has its own limit.
JOB_TIMEOUT_SECONDS = 60
KEPT_SECONDS = 60
# A ringer that waits for Redis rings nobody else.
RING_WITHIN_SECONDS = 0.3


def look(queue: str) -> None:
    """Work the tasks of a queue, most urgent first, until none is due, 5 s have passed, or somebody asks to end."""
    until = time.monotonic() + LOOK_SECONDS
    try:
        while time.monotonic() < until and not stop.asked():
            if not run.work_one(queue, name_of(queue)):
                return
    except SQLAlchemyError as problem:
        # Nothing may leave here: RQ would keep the words of an exception in Redis. The ringers ring again.
        log.warning("database_away", problem=type(problem).__name__)
    finally:
        db.session.remove()


def connect(url: str, *, within_seconds: float = RING_WITHIN_SECONDS) -> Redis:
    """Speak with Redis and try nothing twice: a client with redis-py's own retries waits 3.5 s."""
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=RING_WITHIN_SECONDS,
        socket_timeout=within_seconds,
    )


class Bells:
    """Rings in Redis. Raises RedisError where it is away."""

    def __init__(self, connection: Redis) -> None:
        self.connection = connection

    def ring(self, name: str, most: int = MOST_WAITING) -> None:
        """Ring for one queue, unless so many bells wait there already."""
        queue = Queue(name, connection=self.connection, serializer="json")
        with self.connection.pipeline() as pipe:
            try:
                pipe.watch(queue.key)  # type: ignore[no-untyped-call]
                if pipe.llen(queue.key) >= most:
                    return
                pipe.multi()
                queue.enqueue(look, name, **as_job(), pipeline=pipe)
                pipe.execute()
            except WatchError:
                # The list changed since we looked: somebody rang, or somebody is looking now. Either will do.
                return


def as_job() -> dict[str, int | str]:
    """Say how RQ keeps a bell: nothing of it stays in Redis for longer than a minute."""
    return {
        "job_timeout": JOB_TIMEOUT_SECONDS,
        "result_ttl": 0,
        "failure_ttl": KEPT_SECONDS,
        "ttl": KEPT_SECONDS,
        "description": "look",
    }
