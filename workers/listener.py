"""The worker of one queue: RQ's SimpleWorker, which answers bells and does nothing else that Redis asks for."""

import os
from typing import Any

import structlog
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job, JobStatus
from rq.queue import Queue
from rq.worker import WorkerStatus

from screening import tasks
from screening.config import Settings
from workers import bell, limits, run, stop
from workers.pulse import Pulse

log = structlog.get_logger()
AGAIN_SECONDS = 1.0
# RQ waits for a bell for 15 s less than this, so it looks up every second: to beat, and to end when asked.
WORKER_TTL_SECONDS = 16
# Longer than that second, so that a worker with no bell to answer is not taken for one whose Redis hangs.
HANGS_AFTER_SECONDS = 3
URGENT = tasks.KINDS[tasks.ROUTE].queue
# One save rings for routing, a check and a letter at once: who routes gets the processor first.
BEHIND = 10


class Listener(SimpleWorker):
    """One queue, in this process. Whoever can write to Redis can ring, and no more: no job is run as it is written."""

    # While Redis is away RQ would wait for up to a minute between two tries.
    max_connection_wait_time = AGAIN_SECONDS

    def __init__(self, queue: str, connection: Redis, pulse: Pulse) -> None:
        self.pulse = pulse
        super().__init__(
            [queue],
            connection=connection,
            serializer="json",
            worker_ttl=WORKER_TTL_SECONDS,
            log_job_description=False,
        )

    @property
    def connection_timeout(self) -> int:
        """Say from when on RQ calls a silent Redis gone; its own would be eleven seconds."""
        return HANGS_AFTER_SECONDS

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Answer a bell: "look" in our own queue, whatever function and arguments the job names."""
        plain = Job.create(
            bell.look,
            args=[self.queues[0].name],
            id=job.id,
            origin=queue.name,
            status=JobStatus.QUEUED,
            timeout=bell.JOB_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=bell.KEPT_SECONDS,
            description="look",
            connection=self.connection,
            serializer=self.serializer,
        )
        plain.redis_server_version = job.redis_server_version
        super().execute_job(plain, queue)

    def heartbeat(self, *args: Any, **more: Any) -> None:
        """Beat in PostgreSQL as well, and end here when asked: between two bells, never inside a task."""
        if self.get_state() != WorkerStatus.BUSY:
            self.pulse.beat()
            if stop.asked():
                raise StopRequested
        super().heartbeat(*args, **more)

    def request_stop(self, *_: object) -> None:
        """Keep that somebody asked to end; `heartbeat` is where it is done."""
        stop.note()

    def subscribe(self) -> None:
        """Take no commands from Redis."""

    def run_maintenance_tasks(self) -> None:
        """Recover no job: a bell that was lost is rung again, and RQ would call what an abandoned job names."""


def main(queue: str) -> None:
    """Answer the bells of one queue until asked to end; where Redis is away, wait for it."""
    settings: Settings = current_app.extensions["front_door"]
    pulse = Pulse(queue)
    stop.listen()
    limits.limit_connections()
    pulse.beat()
    run.warm_up(queue)
    if queue != URGENT:
        os.nice(BEHIND)
    while not stop.asked():
        if settings.redis_url is not None:
            connection = bell.connect(settings.redis_url, within_seconds=HANGS_AFTER_SECONDS)
            _answer_bells(queue, connection, pulse)
        pulse.beat()
        stop.pause(AGAIN_SECONDS)
    pulse.end()


def _answer_bells(queue: str, connection: Redis, pulse: Pulse) -> None:
    try:
        _sweep(queue, connection)
        # Critical only: what RQ logs of an error could repeat what an exception says.
        Listener(queue, connection, pulse).work(logging_level="CRITICAL")
    except RedisError as problem:
        log.warning("redis_away", queue=queue, problem=type(problem).__name__)
    finally:
        connection.close()


def _sweep(queue: str, connection: Redis) -> None:
    """Take away what workers that were killed left of their bells."""
    found = Queue(queue, connection=connection, serializer="json")
    connection.delete(found.intermediate_queue_key, found.started_job_registry.key)
    worker_registration.clean_worker_registry(found)
