"""How the loads of teams that match just as well compare, in figures that a manager works with."""

from collections.abc import Sequence

from routing_rules.route_case import Team


def compared(team: Team, equals: Sequence[Team], weight: int) -> str:
    """Say in a sentence what load has to do with a team's place among its equals; nothing where it has none.

    Args:
        team: one of the equals.
        equals: those that match just as well, the lightest load first.
        weight: what the contact adds to a load.
    """
    first = equals[0]
    if len(equals) == 1:
        return ""
    if team == first:
        following = f"next {equals[1].name}, {_briefly(equals[1])}"
        return "; ".join([_why_first(team, equals[1]), *_with_this(team, weight), following]) + "."
    if team.load == first.load:
        return f"As loaded as {first.name}, which comes first by name: {carries(team)}."
    return f"Heavier load than {first.name}: {carries(team)}, against {_briefly(first)}."


def carries(team: Team) -> str:
    """Say what a team carries now: a share of what it can, or how much is open where nobody has said what it can."""
    if team.capacity:
        return f"{_briefly(team)} of what it can carry"
    return f"{_briefly(team)}, and what it can carry is not known"


def _why_first(team: Team, following: Team) -> str:
    if team.load == following.load:
        return f"As loaded as its equals and first by name: {carries(team)}"
    return f"Lightest load of its equals: {carries(team)}"


def _with_this(team: Team, weight: int) -> list[str]:
    return [f"this takes it to {_percent(team.open_items + weight, team.capacity)}"] if team.capacity else []


def _briefly(team: Team) -> str:
    if team.capacity:
        return _percent(team.open_items, team.capacity)
    return f"{team.open_items} open by weight" if team.open_items else "nothing open"


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%"
