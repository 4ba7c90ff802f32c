"""The check of our own records: earlier contacts, other children at the address, open cases. Links nobody to anybody.

Every candidate carries its reasons in words; a person confirms who is who. It sees restricted contacts too: what of
them a person may see is decided when it is shown (`screening.checks.queries`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from screening.checks import looking_up, queries, service
from screening.db import Json, db, now
from screening.locks import lock_contact
from screening.models import BackgroundCheck, Contact, Participation
from screening.people import alike, case_rows, links
from screening.people.alike import Asked
from workers.checks import earlier, facts, follow_up, kin, open_cases
from workers.checks.open_cases import OpenCase

log = structlog.get_logger()
STATEMENT_LIMIT_MS, MOST_LOOKS = 4000, 3
QUERY_CANCELED = "57014"
TOO_LITTLE = "No name or date of birth given: too little to look anybody up."
NAME_ONLY = "No date of birth or postcode given, and nobody with exactly this name was found."
TIMED_OUT = "Our own records did not answer in time."
CRASHED = "Looking up our own records failed. Tell support."


class StillChanging(Exception):
    """Whoever is asked about was said to be somebody else each time that we had looked."""


@dataclass(frozen=True)
class Answer:
    """What the check came to."""

    outcome: str
    found: Json | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Found:
    """All that was found of one person."""

    known: kin.Known
    seen: earlier.Seen
    cases: list[OpenCase]
    of_family: list[Json]
    all_cases_read: bool

    @property
    def is_anything(self) -> bool:
        """Say whether there is something to tell. Siblings may be looked for less far back than contacts are."""
        known, seen = self.known, self.seen
        of_index = known.candidates or known.family or known.household or known.alerts
        return bool(seen.earlier or seen.siblings or seen.at_address or self.cases or self.of_family or of_index)


def answer_check(check_id: UUID) -> None:
    """Answer one check and do what follows from it; leave quietly where it was answered, or counts no longer.

    Nothing is held while we look: a handler goes on typing. Who was said to be somebody else meanwhile is looked up
    anew.

    Raises:
        StillChanging: they were each time; it is tried again.
    """
    for _ in range(MOST_LOOKS):
        check = service.open_check(check_id)
        person = _person(check) if check else None
        if check is None:
            return
        about, answer = (looking_up.about(person) if person else None), _answer_or_failure(check)
        # First the contact, then the check: the order in which a draft is kept.
        lock_contact(check.contact_id)
        if (check := service.still_waiting(check_id)) is None:
            return
        if person is None or looking_up.about(_refreshed(person)) == about:
            check.about = about
            service.answer(check, answer.outcome, found=answer.found, problem=answer.problem)
            follow_up.after_answer(check)
            return
    raise StillChanging


def give_up(check_id: UUID) -> None:
    """Answer "not checked" for a check whose task was given up: no answer must never look like nothing known."""
    check = service.open_check(check_id)
    if check is not None:
        lock_contact(check.contact_id)
    check = service.waiting_check(check_id)
    if check is not None:
        person = _person(check)
        check.about = looking_up.about(person) if person else None
        service.answer(check, "failed", problem=CRASHED)
        follow_up.after_answer(check)


def _person(check: BackgroundCheck) -> Participation | None:
    return db.session.get(Participation, check.participation_id) if check.participation_id else None


def _refreshed(person: Participation) -> Participation:
    db.session.refresh(person)
    return person


def _answer_or_failure(check: BackgroundCheck) -> Answer:
    try:
        with db.session.begin_nested():
            _limit_statements()
            return look_up(check)
    except DBAPIError as problem:
        if getattr(problem.orig, "sqlstate", None) != QUERY_CANCELED:
            raise
        return Answer("failed", problem=TIMED_OUT)
    except Exception as problem:  # noqa: BLE001  mended: a check that crashes is answered "not checked", and shown so
        # The kind only: the message of an exception may hold what somebody typed.
        log.error("own_records_failed", kind=type(problem).__name__)
        return Answer("failed", problem=CRASHED)


def _limit_statements() -> None:
    db.session.execute(select(func.set_config("statement_timeout", str(STATEMENT_LIMIT_MS), True)))


def look_up(check: BackgroundCheck) -> Answer:
    """Look one person up in what we hold, as it stands now."""
    person = _person(check)
    contact = db.session.get(Contact, check.contact_id)
    if person is None or contact is None:
        return Answer("not_asked", problem=TOO_LITTLE)
    asked, at = alike.asked(person), now()
    records = links.confirmed_records([person.id]).get(person.id, [])
    said = kin.links_of(person)
    is_said = bool(records or kin.is_named(said))
    if not (asked.name_key or is_said or (person.postcode and person.address_line_1)):
        return Answer("not_asked", problem=TOO_LITTLE)
    known = kin.look(person, asked, records, said)
    asked = replace(asked, has_namesakes=known.has_namesakes)
    seen = earlier.look(asked, contact, records)
    theirs = open_cases.find([asked] if asked.name_key or records else [], at, records)
    maybe = open_cases.of_candidates(known, at, beside=theirs.cases)
    cases = open_cases.Cases([*theirs.cases, *maybe.cases], theirs.all_read and maybe.all_read)
    of_family = _of_family(known, contact, {entry["participation_id"] for entry in seen.earlier})
    return _answer(asked, contact, Found(known, seen, cases.cases, of_family, cases.all_read), at)


def _of_family(known: kin.Known, contact: Contact, about_them: set[str]) -> list[Json]:
    """Give the earlier contacts about brothers and sisters: as a person confirmed them, and as they may be about them.

    Args:
        known: what the index knows of the person asked about.
        contact: the one that asks.
        about_them: the people of earlier contacts who are, or may be, the person asked about.
    """
    standing = known.family[0]["standing"] if known.family else "possible"
    confirmed = earlier.with_outcomes(earlier.about(known.family_ids, contact))
    told = about_them | {entry["participation_id"] for entry in confirmed}
    likely = earlier.with_outcomes(earlier.likely_about(known.family_ids, contact))
    return [
        *(entry | {"standing": standing, "reasons": ["Brother or sister"]} for entry in confirmed),
        *(
            entry | {"standing": "possible", "reasons": ["May be the brother or sister: nobody confirmed it"]}
            for entry in likely
            if entry["participation_id"] not in told
        ),
    ]


def _answer(asked: Asked, contact: Contact, found: Found, at: datetime) -> Answer:
    stale = open_cases.not_checked(at) or (None if found.all_cases_read else case_rows.TOO_MANY)
    if found.is_anything:
        return Answer("information_found", _found(contact, found, stale, at), stale)
    if not asked.name_key:
        return Answer("not_asked", problem=TOO_LITTLE)
    if asked.card.born is None and not alike.postcodes(asked.card):
        return Answer("not_asked", problem=NAME_ONLY)
    if stale and open_cases.ever_loaded():
        return Answer("failed", problem=f"No earlier contact was found. {stale}")
    return Answer("nothing_known", problem=stale)


def _found(contact: Contact, found: Found, stale: str | None, at: datetime) -> Json:
    seen, known, received = found.seen, found.known, contact.first_received_at
    looked = facts.Looked(
        earlier=seen.earlier,
        at_address=seen.at_address,
        siblings=seen.of_siblings,
        family=found.of_family,
        alerts=known.alerts,
        cases=found.cases,
        sure_of_cases=stale is None,
    )
    restricted = known.restricted | open_cases.restricted_of(found.cases)
    hidden = _hidden(looked, restricted)
    told_to_all = looked.without(hidden, lambda case: case.record_id in restricted)
    return {
        "as_at": at.isoformat(),
        "earlier": seen.earlier,
        "siblings": seen.siblings,
        "family_contacts": found.of_family,
        "counts": queries.counts(seen.earlier, received),
        "open_cases": [_case(case) for case in found.cases],
        "candidates": known.candidates,
        "family": known.family,
        "household": known.household,
        "alerts": known.alerts,
        "not_checked": [stale] if stale else [],
        "facts": facts.established(looked, received),
        "facts_told_to_all": facts.established(told_to_all, received),
    }


def _hidden(looked: facts.Looked, restricted: set[UUID]) -> Callable[[Json], bool]:
    """Say of which entries only some may know: of a restricted contact, or of a restricted person."""
    entries = [*looked.earlier, *(looked.at_address or []), *looked.siblings, *looked.family]
    named = {UUID(entry["contact_id"]) for entry in entries}
    contacts = set(db.session.scalars(select(Contact.id).where(Contact.id.in_(named), Contact.restricted)))
    ids = {str(one) for one in contacts | restricted}
    return lambda entry: entry.get("contact_id") in ids or entry.get("person_id") in ids


def _case(case: OpenCase) -> dict[str, Any]:
    row = case.row
    return {
        "kind": row.kind,
        "team": row.team_slug,
        "worker": row.worker,
        "placing_authority": row.placing_authority,
        "started_on": row.started_on.isoformat(),
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "untold_since": row.untold_since.isoformat() if row.untold_since else None,
        "as_at": row.as_at.isoformat(),
        "source": row.source,
        "person_id": str(case.record_id) if case.record_id else None,
        "checked": case.fresh,
        "sure": case.sure,
        "standing": "confirmed" if case.likeness is alike.CONFIRMED else "possible",
        "words": case.words,
        "likeness": case.likeness.words,
        "reasons": list(case.likeness.reasons),
    }
