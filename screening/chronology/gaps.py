"""What a chronology lacks, pointed out: silence while a child was open, a school or birth nobody knows, no answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from routing_rules import clocks, policy
from screening import codes, dates
from screening.access import viewer
from screening.checks.queries import checks_of
from screening.chronology import from_contacts, from_records
from screening.chronology.queries import Entry
from screening.chronology.subject import CHILD, Subject
from screening.db import now
from screening.models import Involvement, Participation
from screening.people import case_lists, involved
from screening.telling import ASK
from screening.wording import long_day

NOT_CONFIRMED = "Nobody has confirmed who this child is: what came before under another contact is not in it."
CASES_NOT_TOLD = "The case system's list is too old, or was never told: whether they were open to a team is not known."
CASES_NOT_READ = "Too many are alike in the case system's list: not all was looked at."
NO_BIRTH = "When the child was born is not known."
NO_SCHOOL = "Which school the child goes to is not known."


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `key` tells it again, so that who reviewed it knew of it."""

    key: str
    words: str


def gaps_of(subject: Subject, entries: Sequence[Entry]) -> list[Gap]:
    """List what is missing from a chronology, the gravest kind of gap first."""
    return [*_who(subject), *_unanswered(subject), *_cases(subject), *_quiet(subject, entries), *_about_them(subject)]


def _who(subject: Subject) -> Iterator[Gap]:
    if subject.of == CHILD:
        yield Gap("not_confirmed", NOT_CONFIRMED)
    if subject.not_open:
        many = "1 contact" if subject.not_open == 1 else f"{subject.not_open} contacts"
        yield Gap("not_open", f"{many} that you may not open: {ASK}.")


def _unanswered(subject: Subject) -> Iterator[Gap]:
    if not viewer().may("contact.read_checks"):
        return
    for part in subject.parts:
        for check in checks_of(part.contact) if part.role == "child" else ():
            if check.outcome not in from_contacts.ANSWERED and from_contacts.concerns(check, part):
                about = f" about {check.person}" if check.person else ""
                words = f"{codes.check_name(check.kind)}{about} has not answered, in {part.contact.reference}."
                yield Gap(f"check:{check.id}:{check.outcome or 'waiting'}", words)


def _cases(subject: Subject) -> Iterator[Gap]:
    if subject.person is None:
        return
    found, at, told = involved.cases_of(subject.record_ids), now(), case_lists.oldest()
    if told is None or not case_lists.is_fresh(told, at):
        yield Gap("cases_not_told", CASES_NOT_TOLD)
    if not found.all_read:
        yield Gap("cases_not_read", CASES_NOT_READ)
    for row in found.unsure:
        kind = case_lists.KIND_WORDS[row.kind].title
        words = f"{kind}, from {long_day(row.started_on)}: may be theirs, by name and birth. It is not in it."
        yield Gap(f"case:{row.id}", words)


def _quiet(subject: Subject, entries: Sequence[Entry]) -> Iterator[Gap]:
    """Point out where nothing is written for longer than policy allows while the child was open to somebody."""
    today = clocks.london_date(now())
    months = policy.packaged().read("chronology_quiet", today, int)
    told = sorted({dates.span(entry.happened)[0] for entry in entries if not entry.is_dropped})
    for start, end in _open_spans(subject, today):
        days = [start, *(day for day in told if start < day < end), end]
        for before, after in pairwise(days):
            if before < clocks.months_before(after, months):
                last = "today" if after == today else long_day(after)
                words = f"Nothing between {long_day(before)} and {last}, while the child was open."
                # One that goes on to today is the same gap tomorrow.
                yield Gap(f"quiet:{before}:{'' if after == today else after}", words)


def _open_spans(subject: Subject, today: date) -> list[tuple[date, date]]:
    rows: list[Involvement] = involved.cases_of(subject.record_ids).sure if subject.person else []
    spans = [(row.started_on, row.ended_on or today) for row in rows]
    spans += [(_received(part), today) for part in subject.parts if part.contact.state != "closed"]
    joined: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _received(part: Participation) -> date:
    return clocks.london_date(part.contact.first_received_at)


def _about_them(subject: Subject) -> Iterator[Gap]:
    born = from_records.born(subject)
    if born is None and not _is_unborn(subject):
        yield Gap("born", NO_BIRTH)
    if _is_of_school_age(born) and not any(part.school for part in subject.parts) and not _is_unborn(subject):
        yield Gap("school", NO_SCHOOL)


def _is_unborn(subject: Subject) -> bool:
    if subject.person:
        return subject.person.is_unborn
    return any(part.is_unborn for part in subject.parts)


def _is_of_school_age(born: tuple[date, date] | None) -> bool:
    # Where it is not known how old they are, they may be.
    if born is None:
        return True
    today, read = clocks.london_date(now()), policy.packaged().read
    youngest, oldest = _years(born[1], today), _years(born[0], today)
    return oldest >= read("chronology_school_from", today, int) and youngest <= read(
        "chronology_school_until", today, int
    )


def _years(day: date, today: date) -> int:
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))
