"""The check of our own records: earlier contacts, other children at the address, open cases. Links nobody to anybody.

Every candidate carries its reasons in words; a person confirms who is who. It sees restricted contacts too: what of
them a person may see is decided when it is shown (`screening.checks.queries`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import DBAPIError

from routing_rules import clocks, policy
from screening.checks import looking_up, queries, service
from screening.db import Json, db, now
from screening.locks import lock_contact
from screening.models import BackgroundCheck, Contact, Decision, Participation
from workers.checks import facts, follow_up, likeness, open_cases
from workers.checks.likeness import Known
from workers.checks.open_cases import OpenCase

log = structlog.get_logger()
MOST_CANDIDATES, MOST_SHOWN = 400, 50
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


@dataclass
class _Seen:
    earlier: list[dict[str, Any]] = field(default_factory=list)
    siblings: list[dict[str, Any]] = field(default_factory=list)
    # The earlier contacts about a child at this address, and those of them about another child; None: no address.
    at_address: list[dict[str, Any]] | None = None
    of_siblings: list[dict[str, Any]] = field(default_factory=list)


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
        if (check := service.waiting_check(check_id)) is None:
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
    known, at = likeness.of_participation(person), now()
    if not known.name_key and not (known.postcode and known.line_1):
        return Answer("not_asked", problem=TOO_LITTLE)
    seen = _seen(known, contact)
    cases = open_cases.find([known], at) if known.name_key else []
    return _answer(known, contact, seen, cases, at)


def _answer(known: Known, contact: Contact, seen: _Seen, cases: list[OpenCase], at: datetime) -> Answer:
    stale = open_cases.not_checked(at)
    # At this address, too: siblings may be looked for less far back than contacts are counted.
    if seen.earlier or seen.siblings or seen.at_address or cases:
        return Answer("information_found", _found(contact, seen, cases, stale, at), stale)
    if not known.name_key:
        return Answer("not_asked", problem=TOO_LITTLE)
    if known.born is None and known.postcode is None:
        return Answer("not_asked", problem=NAME_ONLY)
    if stale and open_cases.ever_loaded():
        return Answer("failed", problem=f"No earlier contact was found. {stale}")
    return Answer("nothing_known", problem=stale)


def _found(contact: Contact, seen: _Seen, cases: list[OpenCase], stale: str | None, at: datetime) -> Json:
    return {
        "as_at": at.isoformat(),
        "earlier": seen.earlier,
        "siblings": seen.siblings,
        "counts": queries.counts(seen.earlier, contact.first_received_at),
        "open_cases": [_case(case) for case in cases],
        "not_checked": [stale] if stale else [],
        "facts": facts.established(
            facts.Looked(
                earlier=seen.earlier,
                at_address=seen.at_address,
                siblings=seen.of_siblings,
                cases=cases,
                sure_of_cases=stale is None,
            ),
            contact.first_received_at,
        ),
    }


def _case(case: OpenCase) -> dict[str, Any]:
    return {
        "kind": case.row.kind,
        "team": case.row.team_slug,
        "worker": case.row.worker,
        "started_on": case.row.started_on.isoformat(),
        "ended_on": case.row.ended_on.isoformat() if case.row.ended_on else None,
        "as_at": case.row.as_at.isoformat(),
        "checked": case.fresh,
        "words": case.words,
        "likeness": case.likeness.words,
        "reasons": list(case.likeness.reasons),
    }


def _seen(known: Known, contact: Contact) -> _Seen:
    rows = db.session.execute(_candidates(known, contact)).all()
    alike = [(other, earlier) for other, earlier in rows if _compared(known, other).is_candidate]
    outcomes = _outcomes({earlier.id for _, earlier in alike})
    same = {other.id for other, _ in alike}
    found = _Seen([_earlier(known, other, earlier, outcomes) for other, earlier in alike[:MOST_SHOWN]])
    others = [(other, earlier) for other, earlier in rows if other.id not in same]
    found.siblings = _siblings(known, contact, others)
    if known.postcode and known.line_1:
        there = [one for one in rows if one[0].role == "child" and _lives_there(known, one[0])]
        found.at_address = [_where(*one) for one in there]
        found.of_siblings = [_where(*one) for one in there if one[0].id not in same]
    return found


def _lives_there(known: Known, other: Participation) -> bool:
    return likeness.same_address(known, likeness.of_participation(other))


def _compared(known: Known, other: Participation) -> likeness.Likeness:
    return likeness.compare(known, likeness.of_participation(other))


def _candidates(known: Known, contact: Contact) -> Select[Participation, Contact]:
    return (
        select(Participation, Contact)
        .join(Contact, Participation.contact_id == Contact.id)
        .where(
            or_(*_conditions(known)),
            Contact.id != contact.id,
            Contact.state != "taking",
            Participation.left_out_at.is_(None),
            Contact.first_received_at <= contact.first_received_at,
        )
        .order_by(Contact.first_received_at.desc(), Participation.position)
        .limit(MOST_CANDIDATES)
    )


def _conditions(known: Known) -> list[ColumnElement[bool]]:
    days, part_known = likeness.days_that_may_match(known)
    found: list[ColumnElement[bool]] = [Participation.born_earliest.in_(days)] if days else []
    if part_known:
        found.append(Participation.born_earliest.between(*part_known))
    if known.name_key:
        found.append(Participation.name_key == known.name_key)
    if known.postcode:
        # The index is on the text as it was given: with its space, or without.
        found.append(Participation.postcode.in_([known.postcode, f"{known.postcode[:-3]} {known.postcode[-3:]}"]))
    return found


def _earlier(known: Known, other: Participation, contact: Contact, outcomes: dict[UUID, list[Any]]) -> dict[str, Any]:
    compared = _compared(known, other)
    own = [
        outcome for child_id, outcome in outcomes.get(contact.id, []) if other.role == "adult" or child_id == other.id
    ]
    return {
        **_where(other, contact),
        "role": other.role,
        "state": contact.state,
        "likeness": compared.words,
        "sure": compared.is_strong,
        "reasons": list(compared.reasons),
        "outcomes": own,
    }


def _where(other: Participation, contact: Contact) -> dict[str, Any]:
    return {
        "contact_id": str(contact.id),
        "participation_id": str(other.id),
        "reference": contact.reference,
        "first_received_at": contact.first_received_at.isoformat(),
        "name": other.full_name,
        "date_of_birth": other.date_of_birth,
    }


def _outcomes(contact_ids: set[UUID]) -> dict[UUID, list[Any]]:
    question = (
        select(Decision.contact_id, Decision.child_id, Decision.outcome)
        .where(Decision.contact_id.in_(contact_ids), Decision.corrected_by_id.is_(None))
        .order_by(Decision.seq)
    )
    found: dict[UUID, list[Any]] = {}
    for contact_id, child_id, outcome in db.session.execute(question):
        found.setdefault(contact_id, []).append((child_id, outcome))
    return found


def _siblings(known: Known, contact: Contact, others: Sequence[tuple[Participation, Contact]]) -> list[dict[str, Any]]:
    """List other children who were given the same address, each once, latest contact first."""
    since = _siblings_since(contact)
    found: dict[tuple[str | None, date | None], dict[str, Any]] = {}
    for other, earlier in others:
        if (
            other.role == "child"
            and _lives_there(known, other)
            and clocks.london_date(earlier.first_received_at) >= since
        ):
            found.setdefault(
                (other.name_key, other.born_earliest), {**_where(other, earlier), "reasons": ["Same address"]}
            )
    return list(found.values())[:MOST_SHOWN]


def _siblings_since(contact: Contact) -> date:
    on = clocks.london_date(contact.first_received_at)
    return clocks.months_before(on, policy.packaged().read("sibling_window", on, int))
