"""The sample county's rota: written at each start, a month ahead, so that somebody is always at work."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, hours
from screening import audit
from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import County, RotaShift, Team, User
from screening.rota.queries import members

ONE_DAY = timedelta(days=1)
# From yesterday on, so that a night which is not over is on it.
DAYS_BACK, DAYS_AHEAD = 2, 35
EMERGENCY_DUTY = "edith"
# Turn about: no sample manager is on call every night.
ON_CALL = (("ines", "07700 900201"), ("grace", "07700 900202"))
DAY_LEADS = {"screening": "grace", "mash": "grace", "winchester": "henry", "duty-manager": "grace"}


def seed_sample_rota() -> int:
    """Write what the sample county's rota lacks; say how many shifts that were. Nothing in a county of one's own."""
    county = db.session.get(County, 1)
    if county is None or not county.sample:
        return 0
    with transaction(), viewing(worker_viewer("seed")):
        start = now() - DAYS_BACK * ONE_DAY
        # What somebody withdrew stays withdrawn.
        there = {_name(shift) for shift in db.session.scalars(select(RotaShift).where(RotaShift.ends_at > start))}
        lacking = [shift for shift in _shifts(start) if _name(shift) not in there]
        db.session.add_all(lacking)
        if lacking:
            audit.record("county.written", detail={"part": "rota"})
    return len(lacking)


def _name(shift: RotaShift) -> tuple[UUID, UUID, str, datetime]:
    return shift.team_id, shift.user_id, shift.kind, shift.starts_at


def _shifts(start: datetime) -> Iterator[RotaShift]:
    users = {user.user_name: user for user in db.session.scalars(select(User).where(User.sample))}
    for team in db.session.scalars(select(Team).where(Team.active)):
        if team.kind == "edt":
            for begins, ends in _nights(start):
                yield _shift(team, users[EMERGENCY_DUTY], "on_duty", begins, ends)
        else:
            yield from _days(team, start)
        if team.kind == "duty_manager":
            for begins, ends in _nights(start):
                user_name, phone = ON_CALL[clocks.london_date(begins).toordinal() % len(ON_CALL)]
                yield _shift(team, users[user_name], "on_call_manager", begins, ends, phone=phone)


def _days(team: Team, start: datetime) -> Iterator[RotaShift]:
    office = hours.Hours("office")
    for begins, ends in hours.spans(office, start, start + (DAYS_AHEAD + DAYS_BACK) * ONE_DAY):
        # The first one is cut where it has begun: the whole day is meant.
        opens, closes = clocks.office_day(clocks.london_date(begins))
        # Who works the nights sleeps by day.
        for user in (user for user in members(team.id) if not any(own.kind == "edt" for own in user.teams)):
            kind = "lead" if DAY_LEADS.get(team.slug) == user.user_name else "on_duty"
            if closes == ends:
                yield _shift(team, user, kind, opens, closes)


def _nights(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give nights from close to open; of a weekend or a holiday each day by itself, from open to open."""
    on = clocks.london_date(start)
    for day in (on + number * ONE_DAY for number in range(DAYS_AHEAD + DAYS_BACK)):
        opens, closes = clocks.office_day(day)
        begins = closes if _is_office_day(day) else opens
        yield begins, clocks.office_day(day + ONE_DAY)[0]


def _is_office_day(day: date) -> bool:
    return clocks.calendar_known(day) and clocks.is_working_day(day)


def _shift(team: Team, user: User, kind: str, *when: datetime, phone: str | None = None) -> RotaShift:
    starts_at, ends_at = when
    return RotaShift(
        team_id=team.id,
        user_id=user.id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        phone=phone,
        written_at=now(),
    )
