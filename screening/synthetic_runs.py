"""How the contacts fared that the service sent itself: the last run, in words, and whether it is an alarm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening.db import db
from screening.models import SyntheticRun
from screening.models.synthetic_run import STAGES
from screening.wording import moment

# What stands on the board and in the alarm where a contact did not get further.
STOPPED = {
    "received": "it was not taken",
    "scored": "it was taken and not scored",
    "checked": "its check against our own records was not answered",
    "routed": "it was not routed",
    "queued": "it came into no queue",
    "receipt": "its receipt was not sent",
}
NOT_THROUGH = "The contact that the service sent itself at {} did not get through: {}. Tell support."
NOT_REMOVED = "The contact that the service sends itself could not be removed. It is in no list; tell support."
NONE_LATELY = "The service has sent itself no contact since {}. Do the ringers run? Tell support."


@dataclass(frozen=True)
class Fared:
    """What the board says of it. `seconds` is what the last whole run took; `at` is when the last that ended began."""

    at: datetime
    stopped: str | None
    seconds: float | None
    passed_at: datetime | None


def newest() -> SyntheticRun | None:
    """Find the run that was begun last."""
    return db.session.scalar(select(SyntheticRun).order_by(SyntheticRun.seq.desc()).limit(1))


def last_ended() -> SyntheticRun | None:
    """Find the last run that has come to its end, or was stopped."""
    ended = select(SyntheticRun).where(SyntheticRun.ended_at.is_not(None))
    return db.session.scalar(ended.order_by(SyntheticRun.seq.desc()).limit(1))


def last_passed() -> SyntheticRun | None:
    """Find the last run that came through all stages."""
    passed = select(SyntheticRun).where(SyntheticRun.ended_at.is_not(None), SyntheticRun.stopped_at.is_(None))
    return db.session.scalar(passed.order_by(SyntheticRun.seq.desc()).limit(1))


def fared() -> Fared | None:
    """Say how the last run fared; None where the service sends itself none."""
    last, passed = last_ended(), last_passed()
    if last is None:
        return None
    return Fared(
        at=last.begun_at,
        stopped=STOPPED[last.stopped_at] if last.stopped_at else None,
        seconds=seconds_of(passed) if passed else None,
        passed_at=passed.begun_at if passed else None,
    )


def seconds_of(run: SyntheticRun) -> float:
    """Say how long a run took from its sending to the last stage that it reached."""
    return max((float(run.took[stage]) for stage in STAGES if stage in run.took), default=0.0)


def alarm(at: datetime) -> str | None:
    """Say what is wrong with the last run, or that there was none lately; None where all is well, or none are sent."""
    last, ended = newest(), last_ended()
    if last is None:
        return None
    if _ago(last) > timedelta(minutes=2 * number("synthetic_every", at)):
        return NONE_LATELY.format(moment(last.begun_at))
    if ended is not None and ended.stopped_at:
        return NOT_THROUGH.format(moment(ended.begun_at), STOPPED[ended.stopped_at])
    if last.ended_at is not None and last.removed_at is None and _ago(last) > timedelta(0):
        return NOT_REMOVED
    return None


def number(name: str, at: datetime) -> int:
    """Read one of the numbers of `routing_rules/policy/synthetic.yaml`."""
    return policy.packaged().read(name, clocks.london_date(at), int)


def _ago(run: SyntheticRun) -> timedelta:
    """Say how long ago its time was over, by PostgreSQL's own time."""
    ago: timedelta = db.session.scalars(select(func.clock_timestamp() - run.until)).one()
    return ago
