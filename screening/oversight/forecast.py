"""How many items of a team will pass their time untaken: a queue played ahead, on paper. Knows no database and no web.

The play: a team takes one item after another at an even pace, the next to breach first. What waits now is there; what
comes is what came at the same hour of another week, or in the last hours. Each such stretch is one play, and the spread
of the plays is how sure the forecast is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# Times are in hours from now; what waits already has arrived at 0 or before.
NEVER = float("inf")


@dataclass(frozen=True, order=True)
class Piece:
    """One item of work: when it must be taken by, and when it arrives."""

    due: float
    arrives: float = 0.0


@dataclass(frozen=True)
class Forecast:
    """What the plays gave: their middle, the lowest and the highest, and each play's own number."""

    expected: int
    least: int
    most: int
    plays: tuple[int, ...]


def forecast(waiting: Sequence[Piece], stretches: Sequence[Sequence[Piece]], pace: float, ahead: float) -> Forecast:
    """Play the next `ahead` hours once for each stretch of arrivals, at `pace` items an hour.

    With no stretch to go by, only what waits is played.
    """
    plays = tuple(breaches([*waiting, *arriving], pace, ahead) for arriving in stretches or [()])
    ordered = sorted(plays)
    # Of an even number of plays the higher middle: rather one too many than one too few.
    return Forecast(ordered[len(ordered) // 2], ordered[0], ordered[-1], plays)


def breaches(pieces: Sequence[Piece], pace: float, ahead: float) -> int:
    """Count the pieces whose time passes within `ahead` hours before anybody has taken them.

    What is late already is taken first, and not counted again.
    """
    taken = _taken(pieces, pace, ahead)
    return sum(0 < piece.due <= ahead and taken.get(place, NEVER) > piece.due for place, piece in enumerate(pieces))


def _taken(pieces: Sequence[Piece], pace: float, ahead: float) -> dict[int, float]:
    """Tell when each piece is taken, by its place; what is not taken within `ahead` hours is not in it."""
    left = set(range(len(pieces)))
    taken: dict[int, float] = {}
    for turn in range(1, int(pace * ahead) + 1):
        at = turn / pace
        here = [place for place in left if pieces[place].arrives <= at]
        if here:
            first = min(here, key=lambda place: (pieces[place].due, place))
            left.remove(first)
            taken[first] = at
    return taken
