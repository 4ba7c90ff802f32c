"""How far the kept forecasts were out, so that the board can say how far to trust the next."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from routing_rules import clocks
from screening.db import db
from screening.models import BreachForecast
from screening.oversight.foreseeing import number

MOST_SHOWN = 24


def overall(at: datetime) -> dict[str, Any]:
    """Tell how far all teams' forecasts were out: count, in_range, mean_out (None where none was counted), days."""
    return _error(at)


def of_team(team_id: UUID, at: datetime) -> dict[str, Any]:
    """Tell how far a team's forecasts were out, as `overall` does."""
    return _error(at, BreachForecast.team_id == team_id)


def lately(team_id: UUID, at: datetime) -> list[BreachForecast]:
    """List a team's last forecasts whose time is over, the newest first."""
    question = (
        select(BreachForecast)
        .where(BreachForecast.team_id == team_id, BreachForecast.happened.is_not(None), BreachForecast.until_at <= at)
        .order_by(BreachForecast.for_hour.desc())
        .limit(MOST_SHOWN)
    )
    return list(db.session.scalars(question))


def _error(at: datetime, *which: ColumnElement[bool]) -> dict[str, Any]:
    days = number("forecast_error", clocks.london_date(at))
    happened, expected = BreachForecast.happened, BreachForecast.expected
    # A quiet team's nothing that was foreseen as nothing is no merit: only hours with a breach on either side count.
    counts = (
        happened.is_not(None),
        (happened > 0) | (expected > 0),
        BreachForecast.for_hour > at - timedelta(days=days),
    )
    question = select(
        func.count().label("count"),
        func.count().filter(happened.between(BreachForecast.least, BreachForecast.most)).label("in_range"),
        func.avg(func.abs(happened - expected)).label("mean_out"),
    ).where(*counts, *which)
    row = db.session.execute(question).one()
    mean = None if row.mean_out is None else round(float(row.mean_out), 1)
    return {"count": row.count, "in_range": row.in_range, "mean_out": mean, "days": days}
