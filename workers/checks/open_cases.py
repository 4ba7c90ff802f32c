"""Who is open to whom, as the case system last told us. What was told too long ago counts as not checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from routing_rules import clocks, policy, route
from screening.db import db
from screening.models import Contact, Involvement
from screening.wording import moment
from workers.checks import likeness
from workers.checks.likeness import Known, Likeness

MOST_ROWS = 400
# An allegation against a professional is a separate, restricted record: it is neither shown nor routed on.
HIDDEN_KINDS = ("allegation",)
KIND_WORDS = {
    "early_help": "early help",
    "child_in_need": "a child in need plan",
    "protection_plan": "a child protection plan",
    "looked_after": "being looked after",
    "care_leaver": "leaving care",
    "assessment": "an assessment",
}


@dataclass(frozen=True)
class OpenCase:
    """One involvement of somebody who is, or may be, the person asked about."""

    row: Involvement
    likeness: Likeness
    fresh: bool

    @property
    def words(self) -> str:
        """What the case system told, with its date."""
        what, team = KIND_WORDS.get(self.row.kind, self.row.kind), self.row.team_slug or "a team not named"
        if self.row.ended_on:
            return f"Was open to {team} for {what} until {self.row.ended_on:%-d %B %Y}"
        since = "" if self.fresh else f"; not checked since {moment(self.row.as_at)}"
        return f"Open to {team} for {what}{since}"


def of_children(contact: Contact, at: datetime) -> list[OpenCase]:
    """Find the involvements that may be those of a contact's children, in one indexed query."""
    return find([likeness.of_participation(child) for child in contact.children], at)


def find(people: Sequence[Known], at: datetime) -> list[OpenCase]:
    """Find the involvements that may be these people's: open, or ended within the window that routing looks back."""
    if not people:
        return []
    question = select(Involvement).where(
        _may_be(people),
        Involvement.kind.not_in(HIDDEN_KINDS),
        or_(Involvement.ended_on.is_(None), Involvement.ended_on >= _looks_back_to(at)),
    )
    rows = db.session.scalars(question.order_by(Involvement.started_on.desc()).limit(MOST_ROWS))
    return [case for row in rows if (case := _best(row, people, at))]


def confirmed(cases: Iterable[OpenCase]) -> tuple[route.Involvement, ...]:
    """Turn the cases that are sure enough to route on into the rules' own shape: told lately, same name and birth."""
    return tuple(
        route.Involvement(_kind(case.row), case.row.team_slug, case.row.ended_on)
        for case in cases
        if case.likeness.is_strong and case.fresh and case.row.team_slug
    )


def possible_words(cases: Iterable[OpenCase]) -> list[str]:
    """Say what may be known of the children, for a person to confirm."""
    unsure = [case for case in cases if not (case.likeness.is_strong and case.fresh)]
    return [f"May be known: {case.words}. {'; '.join(case.likeness.reasons)}. Confirm who this is." for case in unsure]


def not_checked(at: datetime) -> str | None:
    """Say why the list of open cases cannot be relied on now, or None where it can."""
    newest = db.session.scalar(select(func.max(Involvement.as_at)))
    if newest is None:
        return "Open cases were not checked: no list from the case system has been loaded."
    if not _is_fresh(newest, at):
        return f"Open cases were not checked: the case system's list is from {moment(newest)}."
    return None


def ever_loaded() -> bool:
    """Say whether the case system has ever told us anything."""
    return db.session.scalar(select(Involvement.id).limit(1)) is not None


def _may_be(people: Sequence[Known]) -> ColumnElement[bool]:
    # Of one shape for any number of people, so that it is compiled once. What finds too many is compared afterwards.
    births = [likeness.days_that_may_match(known) for known in people]
    return or_(
        Involvement.born_earliest.in_({day for days, _ in births for day in days}),
        Involvement.name_key.in_({known.name_key for known in people if known.name_key}),
        Involvement.postcode.in_({known.postcode for known in people if known.postcode}),
        *(Involvement.born_earliest.between(*part_known) for _, part_known in births if part_known),
    )


def _best(row: Involvement, people: Sequence[Known], at: datetime) -> OpenCase | None:
    other = likeness.of_involvement(row)
    alike = [found for known in people if (found := likeness.compare(known, other)).is_candidate]
    if not alike:
        return None
    best = max(alike, key=lambda found: (found.is_strong, found.name == "same"))
    return OpenCase(row, best, _is_fresh(row.as_at, at))


def _is_fresh(as_at: datetime, at: datetime) -> bool:
    hours = policy.packaged().read("involvements_fresh", clocks.london_date(at), int)
    return at - as_at <= timedelta(hours=hours)


def _looks_back_to(at: datetime) -> date:
    today = clocks.london_date(at)
    return clocks.months_before(today, policy.packaged().read("previous_team_window", today, int))


def _kind(row: Involvement) -> str:
    if row.ended_on:
        return "closed"
    return "early_help" if row.kind == "early_help" else "social_work"
