"""The drift by month as a small drawing: numbers to places on a page. Knows no web; the words are in the table below.

Decided higher is drawn up from the line and decided lower down from it, so that the direction says which is which and
colour only helps. A month with too few to say has no bar.
"""

from collections.abc import Sequence
from typing import Any

from screening.db import Json

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 176, 44, 16, 24
# The first of these per cents that is enough for the longest bar is the end of both halves.
ENDS = (10, 25, 50, 100)


def drawing(months: Sequence[Json], versions: Sequence[Json]) -> Json:
    """Place a bar up and a bar down for each month, the line between them, and a mark where rules changed."""
    longest = max([month[part] or 0 for month in months for part in ("higher_percent", "lower_percent")], default=0)
    end = next(one for one in ENDS if one >= longest)
    step, half = (WIDTH - LEFT) / max(len(months), 1), (HEIGHT - TOP - BOTTOM) / 2
    middle = TOP + half
    placed = {month["month"]: LEFT + step * place for place, month in enumerate(months)}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "middle": middle,
        "ends": [(f"{end}%", TOP + 5), ("0", middle + 5), (f"{end}%", HEIGHT - BOTTOM + 5)],
        "bars": [bar for month in months for bar in _bars(month, placed[month["month"]], (step, half / end, middle))],
        "labels": _labels(months, placed, step),
        "marks": [
            {"x": round(placed[one["month"]], 1), "number": number, "top": TOP, "bottom": HEIGHT - BOTTOM}
            for number, one in enumerate(versions, 1)
            if one["month"] in placed
        ],
    }


def _bars(month: Json, x: float, scale: tuple[float, float, float]) -> list[Json]:
    step, per_cent, middle = scale
    box: dict[str, Any] = {"x": round(x + step * 0.2, 1), "width": round(step * 0.6, 1)}
    bars = []
    for part, direction in (("higher", -1), ("lower", 0)):
        height = round((month[f"{part}_percent"] or 0) * per_cent, 1)
        if height:
            bars.append({**box, "kind": part, "y": round(middle + direction * height, 1), "height": height})
    return bars


def _labels(months: Sequence[Json], placed: dict[str, float], step: float) -> list[tuple[str, float]]:
    # Of many months every third or so is named: twelve fit.
    every = -(-len(months) // 12)
    return [(month["month"], round(placed[month["month"]] + step / 2, 1)) for month in months[::every]]
