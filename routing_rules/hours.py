"""When a team works: by office hours, by night, always, or by hours of its own for each day of the week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from routing_rules import clocks
from routing_rules.policy import Policy

COVERS = ("office", "out_of_hours", "always", "own")
ONE_DAY = timedelta(days=1)
# Whatever a team's own week looks like, it comes round within this.
LOOKED_AHEAD = timedelta(days=21)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Day:
    """A team's own hours on one day of the week, 1 for Monday to 7, London time."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When a team works. `days` and `bank_holidays` count where the cover is `own`."""

    cover: str = "office"
    days: tuple[Day, ...] = ()
    bank_holidays: bool = False


def read(kept: Mapping[str, Any]) -> Hours:
    """Read hours as a team's row keeps them: {"cover": "own", "days": {"1": ["08:00", "18:00"]}}, and `bank_holidays`.

    What cannot be read is office hours: then the emergency duty team covers the rest.
    """
    cover = kept.get("cover", "office")
    try:
        days = tuple(
            Day(int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, (opens, closes) in sorted(kept.get("days", {}).items())
        )
    except (AttributeError, TypeError, ValueError):
        return Hours()
    return (
        Hours(cover, days if cover == "own" else (), kept.get("bank_holidays") is True) if cover in COVERS else Hours()
    )


def is_open(hours: Hours, at: datetime, policy: Policy | None = None) -> bool:
    """Say whether a team works at a moment."""
    match hours.cover:
        case "always":
            return True
        case "out_of_hours":
            return clocks.is_out_of_hours(at, policy)
        case "own":
            return any(opens <= at < closes for opens, closes in _own_spans(hours, clocks.london_date(at), policy))
    return not clocks.is_out_of_hours(at, policy)


def opens_next(hours: Hours, at: datetime, policy: Policy | None = None) -> datetime | None:
    """Return when a team that is closed opens again; None where it is open."""
    if is_open(hours, at, policy):
        return None
    if hours.cover == "out_of_hours":
        return clocks.office_closes_at(at, policy)
    if hours.cover == "own":
        ahead = spans(hours, at, at + LOOKED_AHEAD, policy)
        return ahead[0][0] if ahead else None
    return clocks.office_opens_at(at, policy)


def spans(hours: Hours, start: datetime, end: datetime, policy: Policy | None = None) -> list[Span]:
    """List when a team works between two moments, in order, in UTC."""
    match hours.cover:
        case "always":
            return [(start, end)] if start < end else []
        case "out_of_hours":
            return subtract([(start, end)], list(_office_spans(start, end, policy)))
        case "own":
            days = _days(start, end)
            return _clipped((span for on in days for span in _own_spans(hours, on, policy)), start, end)
    return _clipped(_office_spans(start, end, policy), start, end)


def subtract(whole: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """Return what of some spans is left when others are taken away."""
    left = list(whole)
    for begins, ends in taken:
        left = [part for opens, closes in left for part in _without(opens, closes, begins, ends)]
    return left


def night_of(at: datetime, policy: Policy | None = None) -> Span | None:
    """Return from when until when offices are closed around a moment, weekends and holidays whole; None by day."""
    if not clocks.is_out_of_hours(at, policy):
        return None
    return last_close(at, policy), clocks.office_opens_at(at, policy)


def last_close(at: datetime, policy: Policy | None = None) -> datetime:
    """Return when offices closed last, before or at a moment."""
    on = clocks.london_date(at)
    while not clocks.is_working_day(on, policy) or clocks.office_day(on, policy)[1] > at:
        on -= ONE_DAY
    return clocks.office_day(on, policy)[1]


def _without(opens: datetime, closes: datetime, begins: datetime, ends: datetime) -> Iterator[Span]:
    if ends <= opens or begins >= closes:
        yield opens, closes
        return
    if opens < begins:
        yield opens, begins
    if ends < closes:
        yield ends, closes


def _clipped(found: Iterator[Span], start: datetime, end: datetime) -> list[Span]:
    return [(max(opens, start), min(closes, end)) for opens, closes in found if opens < end and closes > start]


def _days(start: datetime, end: datetime) -> Iterator[date]:
    on = clocks.london_date(start)
    while on <= clocks.london_date(end):
        yield on
        on += ONE_DAY


def _office_spans(start: datetime, end: datetime, policy: Policy | None) -> Iterator[Span]:
    # In a year whose calendar is not known, all hours are out of hours.
    for on in _days(start, end):
        if clocks.calendar_known(on, policy) and clocks.is_working_day(on, policy):
            yield clocks.office_day(on, policy)


def _own_spans(hours: Hours, on: date, policy: Policy | None) -> Iterator[Span]:
    if not hours.bank_holidays and not (clocks.calendar_known(on, policy) and not clocks.is_bank_holiday(on, policy)):
        return
    for day in hours.days:
        if day.weekday == on.isoweekday():
            yield clocks.moment_of(on, day.opens), clocks.moment_of(on, day.closes)
