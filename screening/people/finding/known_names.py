"""The names of the index as this process has read them: the vocabulary, how common each is, how many people there are.

Read once, then only what is new. What is given out is never changed afterwards: a thread that still works with an older
one is not disturbed, and one that fills in waits for nobody but whoever does the same.
"""

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Row, func, select

from screening.db import db
from screening.models import NameToken, PersonCard
from screening.people.matching import Frequencies, Vocabulary, expand

# A name that was written by a transaction which ended late has a number that others have overtaken.
OVERTAKEN = 500
# From so many names on, what is new is read in with all others: looking through two lists takes longer.
MOST_NEW = 300
# From so many names on, the garbage collector is spared them.
MANY = 10_000
# A count of a million takes a while: it is taken as known for so long, unless it is small.
COUNT_HOLDS_SECONDS, SMALL = 600.0, 20_000


@dataclass(frozen=True)
class KnownNames:
    """What was read, and up to which number. `newest` is what came after `vocabulary` was made.

    `checked` is how many names stood after the last ones read, and the number of the last: while
    both stay, nothing is new.
    """

    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    newest: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    given: Mapping[str, int] = field(default_factory=dict)
    family: Mapping[str, int] = field(default_factory=dict)
    seq: int = 0
    population: int = 0
    counted_at: float = 0.0
    checked: tuple[int, int | None] = (0, None)

    @property
    def frequencies(self) -> Frequencies:
        """Tell how common names are."""
        return Frequencies(self.population, self.given, self.family)

    def alike(self, token: str) -> list[str]:
        """Give the names that a typed one may stand for, likeliest first."""
        return list(dict.fromkeys(chain(expand(token, self.newest), expand(token, self.vocabulary))))


_read: WeakKeyDictionary[Any, KnownNames] = WeakKeyDictionary()
_reading = Lock()


def known_names() -> KnownNames:
    """Give the names as of now."""
    with _reading:
        before = _read.get(db.engine, KnownNames())
        _read[db.engine] = known = _counted(_with_new_names(before))
    return known


def _with_new_names(known: KnownNames) -> KnownNames:
    newest = _newest(known.seq - OVERTAKEN)
    if newest == known.checked:
        return known
    return replace(_read_on(known), checked=newest)


def _newest(seq: int) -> tuple[int, int | None]:
    """Tell what came after a number without reading it: how many names, and the last one's number."""
    after = select(func.count(), func.max(NameToken.seq)).where(NameToken.seq > seq)
    names, last = db.session.execute(after).one()
    return names, last


def _read_on(known: KnownNames) -> KnownNames:
    rows = _names_after(known.seq - OVERTAKEN)
    new = [row for row in rows if row.token not in known.given]
    # Counting writes every name anew, under a number of its own.
    counted_anew = any(row.seq > known.seq and row.token in known.given for row in rows)
    if counted_anew or len(new) + len(known.newest.tokens) > MOST_NEW:
        return _all_names()
    return _added(known, new) if new else known


def _names_after(seq: int) -> Sequence[Any]:
    columns = NameToken.token, NameToken.given, NameToken.family, NameToken.seq
    return db.session.execute(select(*columns).where(NameToken.seq > seq).limit(MOST_NEW + OVERTAKEN)).all()


def _all_names() -> KnownNames:
    known = _names_read()
    if len(known.given) > MANY:
        _spare_the_collector()
    return known


def _spare_the_collector() -> None:
    """Keep what lives as long as the process out of the cycles that are looked for while somebody waits.

    Looking through 100,000 names each time made one check of five in twenty 100 ms slower.
    """
    gc.collect()
    gc.freeze()


def _names_read() -> KnownNames:
    rows = db.session.execute(select(NameToken.token, NameToken.given, NameToken.family, NameToken.seq)).all()
    return KnownNames(
        vocabulary=Vocabulary(row.token for row in rows),
        given={row.token: row.given for row in rows},
        family={row.token: row.family for row in rows},
        seq=max((row.seq for row in rows), default=0),
    )


def _added(known: KnownNames, rows: list[Row[Any]]) -> KnownNames:
    return replace(
        known,
        newest=Vocabulary([*known.newest.tokens, *(row.token for row in rows)]),
        given={**known.given, **{row.token: row.given for row in rows}},
        family={**known.family, **{row.token: row.family for row in rows}},
        seq=max(known.seq, *(row.seq for row in rows)),
    )


def _counted(known: KnownNames) -> KnownNames:
    at = time.monotonic()
    if known.population >= SMALL and at - known.counted_at < COUNT_HOLDS_SECONDS:
        return known
    people = db.session.scalar(select(func.count()).select_from(PersonCard)) or 0
    return replace(known, population=people, counted_at=at)
