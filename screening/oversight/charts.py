"""Small drawings of the board: numbers to places on a page. Knows no web; the words stand beside each drawing.

One of two numbers goes up from the line and the other down, so that the direction says which is which and colour only
helps.
"""

from collections.abc import Sequence

from screening.db import Json

WIDTH, HEIGHT = 240, 56
# A single item is no tall bar where nothing much happens.
LEAST_TOP = 4


def top_of(pairs: Sequence[tuple[int, int]], least: int = LEAST_TOP) -> int:
    """Give the number that the longest bar stands for, so that several drawings can share one scale."""
    return max([least, *(number for pair in pairs for number in pair)])


def mirrored(pairs: Sequence[tuple[int, int]], top: int) -> Json:
    """Place a bar up and a bar down for each pair, oldest first; `top` is what the longest bar stands for."""
    middle, step = HEIGHT / 2, WIDTH / max(len(pairs), 1)
    bars = []
    for place, (up, down) in enumerate(pairs):
        box = {"x": round(place * step + step * 0.15, 1), "width": round(step * 0.7, 1)}
        for kind, number in (("up", up), ("down", down)):
            height = round(number / top * (middle - 2), 1)
            if height:
                y = round(middle - 1 - height if kind == "up" else middle + 1, 1)
                bars.append({**box, "kind": kind, "y": y, "height": height})
    return {"width": WIDTH, "height": HEIGHT, "middle": middle, "bars": bars}
