"""`python -m bench.noop`: RQ's SimpleWorker in a process of its own, on one queue, for jobs that do nothing.

The floor of everything that follows a save: from just before `enqueue` to when the job has run, by the clock of one
machine. Kept for a minute, which RQ does faster than keeping nothing.
"""

import os
import time

from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job

QUEUE = "bench"
KEPT_SECONDS = 60


def nothing() -> None:
    """Do nothing."""


def enqueue(queue: Queue) -> tuple[float, Job]:
    """Enqueue one; give back when that began."""
    begun = time.time()
    return begun, queue.enqueue(nothing, result_ttl=KEPT_SECONDS, failure_ttl=KEPT_SECONDS)


def queue_on(redis_url: str) -> Queue:
    """Open the queue."""
    return Queue(QUEUE, connection=Redis.from_url(redis_url), serializer="json")


def main() -> None:
    """Work until told to end."""
    connection = Redis.from_url(os.environ["REDIS_URL"])
    SimpleWorker([QUEUE], connection=connection, serializer="json").work(logging_level="WARNING")


if __name__ == "__main__":
    main()
