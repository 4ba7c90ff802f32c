"""Who is open to whom, as the case system last told us. What was told too long ago counts as not checked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from routing_rules import clocks, policy, route
from screening.db import db
from screening.models import Contact, Involvement, Participation, Person
from screening.people import alike, case_lists, case_rows, involved, links
from screening.people.alike import Asked, Likeness
from screening.people.case_lists import KIND_WORDS
from screening.wording import moment
from workers.checks.kin import Known

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class OpenCase:
    """One involvement of somebody who is, or may be, the person asked about.

    `team` is the team's name, or what the case system calls it; `record_id` the record of the index that it is of, or
    by whose name and birth it was found.
    """

    row: Involvement
    likeness: Likeness
    fresh: bool
    team: str
    record_id: UUID | None

    @property
    def sure(self) -> bool:
        """Say whether a fact may stand on it.

        A person confirmed whose record it is; or it is of no record, and the whole name and date of birth are the same.
        """
        return self.likeness is alike.CONFIRMED or (self.likeness.is_strong and self.row.person_id is None)

    @property
    def words(self) -> str:
        """What the case system told, with its date."""
        what, team = KIND_WORDS[self.row.kind].what_for, self.team
        if self.row.ended_on:
            return f"Was open to {team} for {what} until {self.row.ended_on:%-d %B %Y}"
        if self.row.untold_since:
            return f"Was open to {team} for {what}; no longer told since {moment(self.row.untold_since)}"
        since = "" if self.fresh else f"; not checked since {moment(self.row.as_at)}"
        placed = f", placed by {self.row.placing_authority}" if self.row.placing_authority else ""
        return f"Open to {team} for {what}{placed}{since}"


@dataclass(frozen=True)
class Cases:
    """What was found. `all_read` is False where more are alike than were looked at: then "nothing" is not known."""

    cases: list[OpenCase]
    all_read: bool


def of_children(contact: Contact, at: datetime) -> Cases:
    """Find the involvements that are or may be those of a contact's children."""
    return of_people(contact.children, at)


def of_people(given: Sequence[Participation], at: datetime) -> Cases:
    """Find the involvements that are or may be those of people as they were given in a contact."""
    records = links.confirmed_records([one.id for one in given]) if given else {}
    people = [alike.asked(one) for one in given]
    return find(people, at, {record for found in records.values() for record in found})


def find(people: Sequence[Asked], at: datetime, records: Collection[UUID] = NOBODY) -> Cases:
    """Find the involvements of these people: open, or ended within the window that routing looks back.

    Args:
        people: as they are said to be; what is like them is a candidate, and so is what is like their records.
        at: now.
        records: the records of the index that a person confirmed they are. Theirs are sure.
    """
    if not people:
        return Cases([], True)
    people = [*people, *alike.records_told_apart(records)]
    in_time = or_(Involvement.ended_on.is_(None), Involvement.ended_on >= _looks_back_to(at))
    of_others = or_(Involvement.person_id.is_(None), Involvement.person_id.not_in(records))
    others, all_read = case_rows.like(people, of_others, in_time)
    rows = sorted([*case_rows.of_records(records, in_time), *others], key=lambda row: row.started_on, reverse=True)
    found = [_Found(row, *likeness) for row in rows if (likeness := _likeness(row, people, records))]
    return Cases(_told(found, at), all_read)


def of_candidates(known: Known, at: datetime, *, beside: Sequence[OpenCase]) -> Cases:
    """Find the involvements of records that somebody may be, but for those found already: a person confirms them."""
    told = {UUID(one["person_id"]): tuple(one["reasons"]) for one in known.candidates}
    reasons = {member: told[person_id] for person_id, members in known.groups.items() for member in members}
    every = alike.records(reasons)
    only = (Involvement.ended_on.is_(None), Involvement.id.not_in([case.row.id for case in beside]))
    of_no_record, all_read = case_rows.like(every, Involvement.person_id.is_(None), *only)
    of_rows = [(row, _record_of(row, every)) for row in [*case_rows.of_records(reasons, *only), *of_no_record]]
    found = [_Found(row, Likeness(True, False, reasons[record]), record) for row, record in of_rows if record]
    return Cases(_told(found, at), all_read)


@dataclass(frozen=True)
class _Found:
    row: Involvement
    likeness: Likeness
    record_id: UUID | None


def _record_of(row: Involvement, people: Sequence[Asked]) -> UUID | None:
    if row.person_id:
        return row.person_id
    other = alike.of_involvement(row)
    return next((one.record_id for one in people if alike.compare(one, other).is_candidate), None)


def _told(found: list[_Found], at: datetime) -> list[OpenCase]:
    """Say of each whether it was told lately: by itself, or by a later list of its source that did not end it."""
    told_at = case_lists.told_at(one.row for one in found)
    names = involved.team_names(one.row.team_slug for one in found)
    return [
        OpenCase(
            row=one.row,
            likeness=one.likeness,
            fresh=case_lists.is_fresh(told_at[one.row.id], at),
            team=names.get(one.row.team_slug or "", one.row.team_slug) or "a team not named",
            record_id=one.record_id,
        )
        for one in found
    ]


def confirmed(cases: Iterable[OpenCase]) -> tuple[route.Involvement, ...]:
    """Turn the cases that are sure enough to route on into the rules' own shape: told lately, same name and birth."""
    return tuple(
        route.Involvement(_kind(case.row), case.row.team_slug, _ended_on(case.row))
        for case in cases
        if case.sure and case.fresh and case.row.team_slug
    )


def possible_words(cases: Iterable[OpenCase]) -> list[str]:
    """Say what may be known of the children, for a person to confirm: to every reader of the contact.

    So nothing of a restricted person is in it: the check of our own records tells it to those who may know of them.
    """
    found = [case for case in cases if not (case.sure and case.fresh)]
    hidden = restricted_of(found)
    unsure = [case for case in found if case.record_id not in hidden]
    return [f"May be known: {case.words}. {'; '.join(case.likeness.reasons)}. Confirm who this is." for case in unsure]


def restricted_of(cases: Iterable[OpenCase]) -> set[UUID]:
    """Give the restricted people whose cases these are, also where a case was found by its own name and birth."""
    ids = {case.record_id for case in cases if case.record_id}
    return set(db.session.scalars(select(Person.id).where(Person.id.in_(ids), Person.restricted))) if ids else set()


def not_checked(at: datetime) -> str | None:
    """Say why the list of open cases cannot be relied on now, or None where it can. The oldest of several counts."""
    oldest = case_lists.oldest()
    if oldest is None:
        return "Open cases were not checked: no list from the case system has been loaded."
    if not case_lists.is_fresh(oldest, at):
        return f"Open cases were not checked: the case system's list is from {moment(oldest)}."
    return None


def ever_loaded() -> bool:
    """Say whether the case system has ever told us anything."""
    return case_lists.oldest() is not None


def _likeness(
    row: Involvement, people: Sequence[Asked], records: Collection[UUID]
) -> tuple[Likeness, UUID | None] | None:
    """Compare one with everybody asked about: the strongest likeness, and the record of the index that it is of."""
    if row.person_id and row.person_id in records:
        return alike.CONFIRMED, row.person_id
    other = alike.of_involvement(row)
    compared = [(alike.compare(one, other), row.person_id or one.record_id) for one in people]
    found = [one for one in compared if one[0].is_candidate]
    return max(found, key=lambda one: one[0].is_strong, default=None)


def _looks_back_to(at: datetime) -> date:
    today = clocks.london_date(at)
    return clocks.months_before(today, policy.packaged().read("previous_team_window", today, int))


def _ended_on(row: Involvement) -> date | None:
    return row.ended_on or (clocks.london_date(row.untold_since) if row.untold_since else None)


def _kind(row: Involvement) -> str:
    if not row.is_open:
        return "closed"
    return "early_help" if row.kind == "early_help" else "social_work"
