"""Which teams are closed now, by the hours that routing reads; and that what cannot wait goes to none of them."""

from datetime import datetime, timedelta

from routing_rules import clocks, hours
from screening.db import now
from screening.errors import Invalid
from screening.models import QueueItem, Team
from screening.queues.beside import row_of
from screening.wording import clock_time, moment


def closed_until(team: Team, at: datetime) -> datetime | None:
    """Tell when a team that is closed opens again; None where it is open, or has no hours in the weeks ahead."""
    return hours.opens_next(hours.read(team.hours), at)


def closed_words(team: Team, at: datetime) -> str:
    """Say until when a team is closed: "closed until 09:00 tomorrow"; empty where it is open."""
    if hours.is_open(hours.read(team.hours), at):
        return ""
    opens = closed_until(team, at)
    return f"closed until {_when(opens, at)}" if opens else "closed"


def refuse_closed(item: QueueItem, team: Team) -> None:
    """Refuse to put what cannot wait with a team that nobody works in now.

    Raises:
        Invalid: the item is red, not scored or may be dangerous, and the team is closed.
    """
    at = now()
    closed = closed_words(team, at)
    if not closed or not _cannot_wait(item):
        return
    such_as = " such as the emergency duty team," if clocks.is_out_of_hours(at) else ""
    what_to_do = f"Choose a team that is open now,{such_as} or ring the duty manager."
    why = f"{team.name} is {closed}, and this cannot wait. {what_to_do}"
    raise Invalid("The item was not moved.", fields={"/to_team": [why]})


def _cannot_wait(item: QueueItem) -> bool:
    score = row_of(item).screening
    # What could not be scored, or was not yet, may be anything.
    if item.urgency == "red" or score is None or score.output is None:
        return True
    return score.urgency_at_least == "red" or score.hard_open


def _when(opens: datetime, at: datetime) -> str:
    days = clocks.london_date(opens) - clocks.london_date(at)
    if days < timedelta(days=2):
        return f"{clock_time(opens)}{' tomorrow' if days else ''}"
    return moment(opens)
