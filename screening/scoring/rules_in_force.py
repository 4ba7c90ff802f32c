"""Which rules count on a day: those in force, or the last good ones before them where those cannot be used.

Takes a session, so that it serves a start-up check as well as a request. Knows no HTTP.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing_rules import ruleset
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from screening.models import RulesetInForce
from screening.wording import long_day

# What kept rules were read as, by their hash: what they say never changes under it.
_kept: dict[str, Ruleset] = {}
MOST_KEPT = 16


@dataclass(frozen=True)
class Damaged:
    """Published rules that cannot be used, and what is wrong with them."""

    hash: str
    in_force_from: date
    problem: RulesetError


@dataclass(frozen=True)
class InUse:
    """The rules that score what is received on a day; `damaged` are those that should, and cannot, newest first."""

    hash: str
    in_force_from: date
    rules: Ruleset
    damaged: tuple[Damaged, ...]


def in_use(session: Session, day: date) -> InUse:
    """Find the rules by which a contact received on this day is scored, as they stand on it.

    Raises:
        LookupError: none had begun.
        RulesetError: none that had begun can be used; its problems are those of the newest.
    """
    return _first_good(session, day, kept)


def as_stored(session: Session, day: date) -> InUse:
    """Find what `in_use()` would in a process that has read nothing yet: damage since then is not hidden.

    Raises:
        LookupError, RulesetError: as for `in_use()`.
    """
    return _first_good(session, day, _stored)


def _first_good(session: Session, day: date, load: Callable[[Session, str], Ruleset]) -> InUse:
    begun = select(RulesetInForce.hash, RulesetInForce.in_force_from).where(
        RulesetInForce.in_force_from <= day, RulesetInForce.withdrawn_at.is_(None)
    )
    damaged: list[Damaged] = []
    for row in session.execute(begun.order_by(RulesetInForce.in_force_from.desc())).all():
        try:
            return InUse(row.hash, row.in_force_from, load(session, row.hash).in_force(day), tuple(damaged))
        except RulesetError as problem:
            damaged.append(Damaged(row.hash, row.in_force_from, problem))
    if damaged:
        raise damaged[0].problem
    raise LookupError("No ruleset is in force for that day. Have an administrator publish one.")


def kept(session: Session, found: str) -> Ruleset:
    """Load published rules by their hash; once a process.

    Raises:
        RulesetError: they cannot be used, or are not what was published under this hash.
    """
    if found not in _kept:
        rules = _stored(session, found)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[found] = rules
    return _kept[found]


def read_published(text: str, found: str) -> Ruleset:
    """Read a published text as it stands.

    Raises:
        RulesetError: it cannot be used, or its content is not the one that has this hash.
    """
    read = _read(text)
    if isinstance(read, RulesetError):
        raise RulesetError(read.problems)
    if read.hash != found:
        raise RulesetError(["Its text is not the one that was published. Publish it again, or put the backup back."])
    return read


# More than a county publishes in its years: the list of versions reads all of them each time.
@lru_cache(maxsize=128)
def _read(text: str) -> Ruleset | RulesetError:
    # A damaged text is read once too: until it is mended, every contact comes past here.
    try:
        return ruleset.load_published(text)
    except RulesetError as problem:
        return problem


def damage(session: Session, day: date) -> str | None:
    """Say that the rules in force on a day are damaged, and what scores instead; None where they are sound.

    Raises:
        LookupError, RulesetError: as for `in_use()`.
    """
    found = as_stored(session, day)
    if not found.damaged:
        return None
    since, good = (long_day(one.in_force_from) for one in (found.damaged[0], found))
    return f"The rules in force since {since} are damaged. Contacts are scored by the last good ones, of {good}."


def adopted(session: Session, day: date) -> bool:
    """Say whether a partnership has adopted the rules that should score what is received on a day."""
    begun = select(RulesetInForce.sample).where(
        RulesetInForce.in_force_from <= day, RulesetInForce.withdrawn_at.is_(None)
    )
    return session.scalar(begun.order_by(RulesetInForce.in_force_from.desc()).limit(1)) is False


def status(session: Session, label: str) -> str:
    """Say of the rules that a screening names by their label who adopted them, and when; or that nobody has."""
    digits = label.rpartition("sha256:")[2]
    named = select(RulesetInForce).where(RulesetInForce.hash.startswith(digits, autoescape=True))
    row = session.scalar(named.limit(1)) if digits else None
    if row is None or row.sample:
        return "sample rules, adopted by no partnership"
    names = " and ".join(row.adopted_by or [name for name in (row.first_approver, row.second_approver) if name])
    since = f" on {long_day(row.adopted_on)}" if row.adopted_on else ""
    return f"adopted by {names}{since}"


def _stored(session: Session, found: str) -> Ruleset:
    text = session.scalars(select(RulesetInForce.yaml).where(RulesetInForce.hash == found)).one()
    return read_published(text, found)
