"""Which months and which team the calibration page counts, as asked for in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from routing_rules import clocks, policy
from screening.db import db, now
from screening.errors import Invalid
from screening.models import Team
from screening.oversight.tally import Period
from screening.validation import load

MONTH = validate.Regexp(r"\A20\d{2}-(0[1-9]|1[0-2])\Z", error="Write a month as 2026-11.")


class PeriodSchema(Schema):
    """The first and last month that is counted, by day of receipt, and a team's slug. All may be left out."""

    since = fields.String(validate=MONTH)
    until = fields.String(validate=MONTH)
    team = fields.String(load_default="")


@dataclass(frozen=True)
class Asked:
    """The months asked for, first and last included, and the team or None."""

    since: str
    until: str
    team: Team | None

    @property
    def months(self) -> list[str]:
        """Every month asked for, in order."""
        first, last = _number(self.since), _number(self.until)
        return [_month(number) for number in range(first, last + 1)]

    @property
    def period(self) -> Period:
        """The moments between which a contact was first received."""
        since, until = _starts(_number(self.since)), _starts(_number(self.until) + 1)
        return Period(since=since, until=until, team_id=self.team.id if self.team else None)

    @property
    def query(self) -> dict[str, str]:
        """What an address has to say to ask for the same."""
        return {"since": self.since, "until": self.until, **({"team": self.team.slug} if self.team else {})}


def asked_for(given: Mapping[str, Any]) -> Asked:
    """Read which months and team are asked for; the newest twelve months (policy) where none are.

    Raises:
        Invalid: a month or the team is none, or there are too many months or none between the two.
    """
    found = load(PeriodSchema(), {name: given[name] for name in ("since", "until", "team") if given.get(name)})
    today = clocks.london_date(now())
    until = _number(found["until"]) if "until" in found else today.year * 12 + today.month - 1
    since = _number(found["since"]) if "since" in found else until + 1 - _policy("calibration_months", today)
    most = _policy("calibration_months_most", today)
    if not 0 <= until - since < most:
        wrong = f"Choose a first month that is not after the last, and no more than {most} months."
        raise Invalid("Nothing was counted.", fields={"/since": [wrong]})
    return Asked(_month(since), _month(until), _team(found["team"]))


def least() -> int:
    """Tell of how many, and no fewer, a share is said."""
    return _policy("calibration_least", clocks.london_date(now()))


def _policy(name: str, on: date) -> int:
    return policy.packaged().read(name, on, int)


def _team(slug: str) -> Team | None:
    team = db.session.scalar(select(Team).where(Team.slug == slug)) if slug else None
    if slug and team is None:
        raise Invalid("Nothing was counted.", fields={"/team": ["Choose a team from the list."]})
    return team


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def _starts(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=clocks.LONDON)
