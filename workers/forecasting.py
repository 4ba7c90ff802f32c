"""Keeps what the board foresees, at every full hour, to be compared afterwards with what happened."""

from datetime import UTC, datetime, timedelta

from screening import tasks
from screening.db import now
from screening.oversight import foreseeing
from workers.claim import Claim

HOUR_SECONDS = int(timedelta(hours=1).total_seconds())


def promise_next() -> None:
    """Promise the forecast of the next full hour. A second promise is the same."""
    hour = int(now().timestamp()) // HOUR_SECONDS + 1
    tasks.promise(tasks.KEEP_FORECAST, str(hour), run_after=_start(hour))


def keep(claim: Claim) -> None:
    """Keep the forecasts of the hour that this task is for."""
    foreseeing.keep(_start(int(claim.key.rsplit(":", 1)[-1])), now())


def _start(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_SECONDS, UTC)
