"""When something is due: working days, bank holidays of England, hours, and the clocks that run on them.

Pure: the moment is always given, never asked for. Moments are aware; they are counted in UTC, so that a day of 23
or 25 hours cannot bend a clock, and read in London, where offices open. Answers are in UTC. Which clocks may stand
still, and what that does to them, is in `pauses.py`.

Three choices, open to a county through `policy/`:

* a clock of working days starts on the London date of receipt, whatever the hour, and ends when offices close on the
  last day: 19:00 on a Thursday plus one working day is due at 17:00 on the Friday;
* the event day is day 0 (`event_day`), so that day itself is not counted;
* in a year whose bank holidays nobody can know yet, all hours are out of hours and Monday to Friday count as working
  days. Both err early: the emergency duty team looks, and nothing is due later than it should be.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

from routing_rules.policy import Policy, PolicyError, packaged

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)


def london_date(at: datetime) -> date:
    """Return the day it is in London; raise ValueError for a moment without a time zone."""
    return _london(at).date()


def calendar_known(on: date, policy: Policy | None = None) -> bool:
    """Say whether the bank holidays of that year are known.

    Source: `first_known_year` and `last_known_year` in `policy/calendar.yaml`.
    """
    numbers = policy or packaged()
    return numbers.read("first_known_year", on, int) <= on.year <= numbers.read("last_known_year", on, int)


def is_working_day(on: date, policy: Policy | None = None) -> bool:
    """Say whether offices open: an office weekday that is no bank holiday. A council's closure days still count."""
    return _is_working_day(on, policy or packaged())


def is_bank_holiday(on: date, policy: Policy | None = None) -> bool:
    """Say whether a day is a bank holiday in England; ask `calendar_known` first."""
    return on in _bank_holidays(on.year) or on in (policy or packaged()).read("extra_bank_holidays", on, tuple)


def is_out_of_hours(at: datetime, policy: Policy | None = None) -> bool:
    """Say whether the emergency duty team covers this moment; yes in a year whose calendar is unknown."""
    here = _london(at)
    if not calendar_known(here.date(), policy) or not is_working_day(here.date(), policy):
        return True
    opens, closes = office_day(here.date(), policy)
    return not opens <= at < closes


def add_working_days(start: date, days: int, policy: Policy | None = None) -> date:
    """Return the day on which a clock of so many working days ends.

    Thursday 2 April 2026 plus 1 is Tuesday 7 April: the start is day 0, then Good Friday to Easter Monday.

    Args:
        start: the London date of the event.
        days: 0 or more; 0 is the start itself, working day or not.
        policy: the county's numbers; the packaged sample when left out.

    Raises:
        ValueError: days is negative.
    """
    if days < 0:
        raise ValueError(f"Working days are counted forwards: {days} is negative. Give 0 or more.")
    on, counted = start, _counts_event_day(start, policy)
    while counted < days:
        on += ONE_DAY
        counted += is_working_day(on, policy)
    return on


def add_office_hours(at: datetime, hours: int, policy: Policy | None = None) -> datetime:
    """Return the moment after so many hours in which offices are open: 16:00 plus 4 is 12:00 next working day."""
    return add_office_time(at, timedelta(hours=hours), policy)


def add_office_time(at: datetime, time_open: timedelta, policy: Policy | None = None) -> datetime:
    """Return the moment by which offices will have been open for so long."""
    left, on = time_open, london_date(at)
    while True:
        if is_working_day(on, policy):
            opens, closes = office_day(on, policy)
            begin = max(opens, at.astimezone(UTC))
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        on += ONE_DAY


def office_time_between(start: datetime, end: datetime, policy: Policy | None = None) -> timedelta:
    """Return how long offices are open between two moments; nothing when the second is not after the first."""
    on, last, time_open = london_date(start), london_date(end), timedelta()
    while on <= last:
        if is_working_day(on, policy):
            opens, closes = office_day(on, policy)
            time_open += max(min(closes, end.astimezone(UTC)) - max(opens, start.astimezone(UTC)), timedelta())
        on += ONE_DAY
    return time_open


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier, or that month's last day: 31 May less 3 is 28 or 29 February."""
    year, month_before = divmod(on.year * 12 + on.month - 1 - months, 12)
    _, last_day = monthrange(year, month_before + 1)
    return date(year, month_before + 1, min(on.day, last_day))


def deadline(name: str, start: datetime, policy: Policy | None = None) -> datetime:
    """Return when the clock of that name in `policy/clocks.yaml` ends, in UTC, never before its start.

    Its unit says how it is counted: `minutes` and `hours` run through nights and weekends, `office_hours` only while
    offices are open, `working_days` to the end of the last day.

    Raises:
        PolicyError: no such clock, none in force that day, or its unit is not one of the four.
        ValueError: start has no time zone.
    """
    numbers, on = policy or packaged(), london_date(start)
    entry, amount = numbers.entry(name), numbers.read(name, on, int)
    match entry.unit:
        case "minutes":
            return start.astimezone(UTC) + timedelta(minutes=amount)
        case "hours":
            return start.astimezone(UTC) + timedelta(hours=amount)
        case "office_hours":
            return add_office_hours(start, amount, numbers)
        case "working_days":
            _, closes = office_day(add_working_days(on, amount, numbers), numbers)
            return max(closes, start.astimezone(UTC))
    raise PolicyError(f"{entry.file}: {name}: a clock cannot run in {entry.unit}. Use hours or working_days.")


def due_at(urgency: str, first_received_at: datetime, policy: Policy | None = None) -> datetime:
    """Return when a contact must have been acted on, from when it was *first* received.

    Immediate 15 minutes, red 4 hours (it carries past closing), amber 1 working day, green 3: `urgency_*` in policy.

    Raises:
        PolicyError: there is no clock for that urgency.
    """
    return deadline(f"urgency_{urgency}", first_received_at, policy)


def accept_due_at(urgency: str, offered_at: datetime, policy: Policy | None = None) -> datetime:
    """Return when a team must have accepted, from when it was offered: `accept_*` in policy."""
    return deadline(f"accept_{urgency}", offered_at, policy)


def contact_decision_due_at(first_received_at: datetime, policy: Policy | None = None) -> datetime:
    """Return when a social worker must have read the contact and the contact decision be made."""
    return deadline("contact_decision", first_received_at, policy)


def acknowledgement_due_at(first_received_at: datetime, policy: Policy | None = None) -> datetime:
    """Return when a named social worker must have acknowledged the contact to the referrer."""
    return deadline("acknowledgement", first_received_at, policy)


def office_opens_at(at: datetime, policy: Policy | None = None) -> datetime:
    """Return when offices next open: 09:00 that day where it is earlier, else on the next working day."""
    on = london_date(at)
    while not is_working_day(on, policy) or office_day(on, policy)[0] <= at:
        on += ONE_DAY
    return office_day(on, policy)[0]


def office_closes_at(at: datetime, policy: Policy | None = None) -> datetime:
    """Return when offices close on that day in London."""
    return office_day(london_date(at), policy)[1]


def is_breached(due: datetime, now: datetime) -> bool:
    """Say whether a deadline has passed; the last moment itself is still in time."""
    return now > due


def _london(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs a time zone: give an aware datetime, in UTC.")
    return at.astimezone(LONDON)


# A clock of 45 working days asks for nine weeks of days; a thousand days serve any clock that runs now.
@lru_cache(maxsize=1024)
def _is_working_day(on: date, numbers: Policy) -> bool:
    if on.isoweekday() not in numbers.read("office_weekdays", on, tuple):
        return False
    return not calendar_known(on, numbers) or not is_bank_holiday(on, numbers)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def office_day(on: date, policy: Policy | None = None) -> tuple[datetime, datetime]:
    """Return when offices open and close on a day, in UTC, as if it were a working day."""
    numbers = policy or packaged()
    opens, closes = numbers.read("office_opens", on, time), numbers.read("office_closes", on, time)
    if opens >= closes:
        raise PolicyError(f"calendar.yaml: office_closes: {closes} is not after {opens}. Close later than you open.")
    return moment_of(on, opens), moment_of(on, closes)


def moment_of(on: date, at: time) -> datetime:
    """Return a time of day in London as a moment in UTC; of an hour that comes twice, the first."""
    return datetime.combine(on, at, LONDON).astimezone(UTC)


def _counts_event_day(start: date, policy: Policy | None) -> int:
    event_day = (policy or packaged()).read("event_day", start, int)
    return int(event_day == 1 and is_working_day(start, policy))
