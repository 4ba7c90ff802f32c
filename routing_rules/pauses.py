"""Clocks that stand still for a while: which may, for which reasons, and when they end then.

Whatever is wrong here errs early. A clock of danger or of law takes no notice of pauses, right or wrong; the others
refuse pauses that cannot be, and while one lasts they give no date at all. A pause cannot save a deadline that has
passed, and waiting for information is no reason: it must not delay protection.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise

from routing_rules.clocks import LONDON, ONE_DAY, add_office_time, deadline, london_date, office_time_between
from routing_rules.policy import Policy, packaged

# Promised, so no policy can undo it: danger never stands still, nor does what may yet be danger.
DANGER = frozenset({"urgency_immediate", "urgency_red", "urgency_hard_open"})
ELAPSED = ("minutes", "hours")
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stood still, or stands still yet when it has no end. Its moments are kept in UTC.

    Raises:
        ValueError: a moment has no time zone, or the end is before the beginning.
    """

    reason: str
    began_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        """Read both moments in UTC: two in London would be subtracted as if no day had 23 or 25 hours."""
        for name in ("began_at", "ended_at"):
            object.__setattr__(self, name, _in_utc(getattr(self, name)))
        if self.ended_at is not None and self.ended_at < self.began_at:
            raise ValueError(f"A pause ends after it began: {self.ended_at} is before {self.began_at}. Swap the two.")

    @property
    def until(self) -> datetime:
        """Its end; further off than any deadline while it lasts."""
        return self.ended_at or FAR


def may_pause(name: str, on: date, policy: Policy | None = None) -> bool:
    """Say whether the clock of a contact received that day may stand still.

    Source: `pausable_clocks` and `statutory_clocks` in `policy/pauses.yaml`; where a clock is in both, it may not.
    """
    numbers = policy or packaged()
    never = DANGER.union(numbers.read("statutory_clocks", on, tuple))
    return name not in never and name in numbers.read("pausable_clocks", on, tuple)


def paused_deadline(
    name: str, start: datetime, *, pauses: Iterable[Pause], policy: Policy | None = None
) -> datetime | None:
    """Return when a clock ends, moved by the time it stood, in UTC; None while it stands still.

    The time it stood is counted as the clock counts: all of it for `minutes` and `hours`, only while offices are open
    for `office_hours` and `working_days`. Friday 16:00 to Monday 10:00 moves the first by 66 hours, the second by 2.
    Of working days, what stood on a day 0 is nothing: that day was not counted.

    Raises:
        PolicyError: as for `deadline()`.
        ValueError: two pauses overlap, or a reason is not one of `pause_reasons`; not for a clock that may not pause.
    """
    numbers, on = policy or packaged(), london_date(start)
    due = deadline(name, start, numbers)
    if not may_pause(name, on, numbers):
        return due
    counted = _elapsed if numbers.entry(name).unit in ELAPSED else _in_office_time
    runs_from = _runs_from(name, start, numbers)
    for pause in _in_order(pauses, numbers.read("pause_reasons", on, tuple)):
        stood_from = max(pause.began_at, runs_from)
        if stood_from >= min(pause.until, due):
            continue
        if pause.ended_at is None:
            return None
        due = counted(due, stood_from, pause.ended_at, numbers)
    return due


def _runs_from(name: str, start: datetime, numbers: Policy) -> datetime:
    on = london_date(start)
    if numbers.entry(name).unit != "working_days" or numbers.read("event_day", on, int):
        return start.astimezone(UTC)
    return datetime.combine(on + ONE_DAY, time(), LONDON).astimezone(UTC)


def _elapsed(due: datetime, stood_from: datetime, stood_to: datetime, _: Policy) -> datetime:
    return due + (stood_to - stood_from)


def _in_office_time(due: datetime, stood_from: datetime, stood_to: datetime, numbers: Policy) -> datetime:
    return add_office_time(due, office_time_between(stood_from, stood_to, numbers), numbers)


def _in_order(pauses: Iterable[Pause], reasons: tuple[str, ...]) -> list[Pause]:
    ordered = sorted(pauses, key=lambda pause: (pause.began_at, pause.until))
    for pause in ordered:
        if pause.reason not in reasons:
            raise ValueError(f"{pause.reason} is no reason to stop a clock. Choose one of {', '.join(reasons)}.")
    for before, after in pairwise(ordered):
        if after.began_at < before.until:
            raise ValueError(f"Two pauses overlap from {after.began_at}. End the first before the second begins.")
    return ordered


def _in_utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("A pause needs moments with a time zone: give aware datetimes, in UTC.")
    return at.astimezone(UTC)
