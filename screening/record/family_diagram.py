"""A family as a small diagram: people and ties in, places of symbols and lines out, and the same in words. Pure.

The signs are those of a genogram: a square for a male, a circle for a female, a diamond where it is not known, a
triangle for somebody who is not born. Children stand below their parents. A dashed line goes around those who live
together; who lives elsewhere, or nobody knows where, stands outside. Nothing is meant by colour alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from screening.record.family_members import Family, Member

# More people than this cannot be read on half a sheet: then there are only the words.
MOST_DRAWN = 12
CELL, ROW, SIZE, GAP = 136, 168, 40, 28
# The words stand above the symbols of grown-ups and below those of children, so that no line crosses them.
WORDS, LINE = 76, 17
LONGEST = 17
MOST_LINES, PADDING = 5, 10
SHAPE_WORDS = {"square": "male", "circle": "female", "diamond": "sex not known", "triangle": "not born yet"}


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """One person's symbol, its middle at `x`, `y`, with the words beside it: each with its own height."""

    member: Member
    x: int
    y: int
    words: tuple[tuple[int, str], ...]

    @property
    def points(self) -> str:
        """The corners of a diamond or triangle."""
        half = SIZE // 2
        corners = [(0, -half), (half, 0), (0, half), (-half, 0)]
        if self.member.unborn:
            corners = [(0, -half), (half, half), (-half, half)]
        return " ".join(f"{self.x + dx},{self.y + dy}" for dx, dy in corners)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One straight line; `kind` is `couple` or `child`."""

    kind: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, kw_only=True)
class Box:
    """The dashed line around those who live together."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A family laid out; `symbols` is empty where there are too many people, or nobody. `sentences` always say it."""

    sentences: tuple[str, ...]
    top: int = 0
    width: int = 0
    height: int = 0
    size: int = SIZE
    symbols: tuple[Symbol, ...] = ()
    lines: tuple[Line, ...] = ()
    home: Box | None = None


@dataclass
class _Places:
    """Where each member stands, filled row by row."""

    at: dict[str, tuple[int, int]] = field(default_factory=dict)
    width: int = 0
    home_cells: int = 0


def draw(family: Family) -> Diagram:
    """Lay a family out. The same family is always drawn the same."""
    sentences = tuple(_sentences(family))
    if not 0 < len(family.members) <= MOST_DRAWN:
        return Diagram(sentences=sentences)
    rows = _rows(family)
    places = _place(rows)
    symbols = tuple(_symbol(member, places) for row in rows for member in row)
    top = min(_top(symbol) for symbol in symbols) - PADDING - 2
    bottom = max(_bottom(symbol) for symbol in symbols) + PADDING + 2
    return Diagram(
        sentences=sentences,
        top=top,
        width=places.width,
        height=bottom - top,
        symbols=symbols,
        lines=tuple(_lines(family, places)),
        home=_home(symbols, places),
    )


def _rows(family: Family) -> list[list[Member]]:
    """Give the people of each generation that has some, couples side by side."""
    found = []
    for generation in (0, 1, 2):
        row = [member for member in family.members if member.generation == generation]
        if row:
            found.append(_beside_their_partners(row, family.couples))
    return found


def _beside_their_partners(row: list[Member], couples: Iterable[tuple[str, str]]) -> list[Member]:
    ordered = list(row)
    for first, second in couples:
        ids = [member.id for member in ordered]
        if first in ids and second in ids:
            moved = ordered.pop(ids.index(second))
            ordered.insert([member.id for member in ordered].index(first) + 1, moved)
    return ordered


def _place(rows: Sequence[Sequence[Member]]) -> _Places:
    home_cells = max(sum(member.at_home is True for member in row) for row in rows)
    out_cells = max(sum(member.at_home is not True for member in row) for row in rows)
    places = _Places(home_cells=home_cells)
    outside = GAP + home_cells * CELL + (GAP if home_cells and out_cells else 0)
    places.width = outside + out_cells * CELL + GAP
    for number, row in enumerate(rows):
        y = _middle(number, row)
        at_home = [member for member in row if member.at_home is True]
        elsewhere = [member for member in row if member.at_home is not True]
        # Who lives there stands in the middle of the home, who does not beside it.
        first = GAP + (home_cells - len(at_home)) * CELL // 2
        places.at |= {member.id: (first + place * CELL + CELL // 2, y) for place, member in enumerate(at_home)}
        places.at |= {member.id: (outside + place * CELL + CELL // 2, y) for place, member in enumerate(elsewhere)}
    return places


def _middle(number: int, row: Sequence[Member]) -> int:
    grown_up = row[0].generation < 2
    return GAP // 2 + number * ROW + (WORDS + SIZE if grown_up else SIZE) - (0 if grown_up else SIZE // 4)


def _symbol(member: Member, places: _Places) -> Symbol:
    x, y = places.at[member.id]
    told = [part for words in (member.name, *member.lines) for part in _wrapped(words)][:MOST_LINES]
    top = y - SIZE // 2 - 8 - (len(told) - 1) * LINE if member.generation < 2 else y + SIZE // 2 + LINE + 2
    return Symbol(
        member=member, x=x, y=y, words=tuple((top + number * LINE, words) for number, words in enumerate(told))
    )


def _wrapped(name: str) -> list[str]:
    """Break a long name once, where two words meet."""
    if len(name) <= LONGEST or " " not in name:
        return [name]
    words = name.split()
    middle = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(name) // 2))
    return [" ".join(words[:middle]), " ".join(words[middle:])]


def _lines(family: Family, places: _Places) -> Iterable[Line]:
    half = SIZE // 2
    for first, second in family.couples:
        (x1, y1), (x2, y2) = sorted((places.at[first], places.at[second]))
        if y1 == y2:
            yield Line(kind="couple", x1=x1 + half, y1=y1, x2=x2 - half, y2=y2)
    for number, (parents, children) in enumerate(_groups(family)):
        yield from _to_children([places.at[one] for one in parents], [places.at[one] for one in children], number)


def _groups(family: Family) -> list[tuple[tuple[str, ...], list[str]]]:
    """Give children of the same parents together."""
    found: dict[tuple[str, ...], list[str]] = {}
    for child in dict.fromkeys(child for _, child in family.parents):
        of_child = tuple(sorted({parent for parent, other in family.parents if other == child}))
        found.setdefault(of_child, []).append(child)
    return list(found.items())


def _to_children(parents: list[tuple[int, int]], children: list[tuple[int, int]], number: int) -> Iterable[Line]:
    half = SIZE // 2
    # Each group of brothers and sisters has a level of its own, so that two groups are told apart.
    top, bottom = max(y for _, y in parents), min(y for _, y in children)
    across = top + half + 12 + number * 9
    bar = max(across, bottom - half - 14)
    for x, y in parents:
        yield Line(kind="child", x1=x, y1=y + half, x2=x, y2=across)
    xs = sorted(x for x, _ in parents)
    middle = (xs[0] + xs[-1]) // 2
    if len(xs) > 1:
        yield Line(kind="child", x1=xs[0], y1=across, x2=xs[-1], y2=across)
    yield Line(kind="child", x1=middle, y1=across, x2=middle, y2=bar)
    ends = sorted([middle, *(x for x, _ in children)])
    if ends[0] != ends[-1]:
        yield Line(kind="child", x1=ends[0], y1=bar, x2=ends[-1], y2=bar)
    for x, y in children:
        yield Line(kind="child", x1=x, y1=bar, x2=x, y2=y - half)


def _top(symbol: Symbol) -> int:
    return min(symbol.y - SIZE // 2, symbol.words[0][0] - LINE)


def _bottom(symbol: Symbol) -> int:
    return max(symbol.y + SIZE // 2, symbol.words[-1][0])


def _home(symbols: Sequence[Symbol], places: _Places) -> Box | None:
    there = [symbol for symbol in symbols if symbol.member.at_home is True]
    if not there:
        return None
    top, bottom = min(map(_top, there)) - PADDING, max(map(_bottom, there)) + PADDING
    return Box(x=GAP // 2, y=top, width=places.home_cells * CELL + GAP, height=bottom - top)


def _sentences(family: Family) -> Iterable[str]:
    names = {member.id: member.name for member in family.members}
    for title, at_home in (("Live together", True), ("Live elsewhere", False), ("Not known where they live", None)):
        there = [_described(member) for member in family.members if member.at_home is at_home]
        if there:
            yield f"{title}: {'; '.join(there)}."
    for first, second in family.couples:
        yield f"{names[first]} and {names[second]} are a couple."
    for parents, children in _groups(family):
        told = " and ".join(names[one] for one in parents)
        yield f"{told}: parent{'s' if len(parents) > 1 else ''} of {' and '.join(names[one] for one in children)}."


def _described(member: Member) -> str:
    return ", ".join((member.name, *member.lines, SHAPE_WORDS[member.shape]))
