"""A child in contacts, and their chronology as somebody sees it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.chronology import copying, gate, service, subject
from screening.chronology.copying import Cut, For
from screening.chronology.queries import Entry, entries_of, lines_of
from screening.chronology.service import Touch
from screening.chronology.subject import Subject
from screening.db import db, now
from screening.models import Contact, InvolvementList, Participation, Partner
from tests.screening.checks import given as checks
from tests.screening.people import made
from tests.screening.queues import given

BORN = date(2018, 5, 2)
TO = For(recipient="Jo Hart, head teacher", organisation="Oakbank School", purpose="The conference on 3 December.")


def seen_as(user_name: str) -> Any:
    db.session.flush()
    return viewing(user_viewer(given.user(user_name)))


def child(name: str = "Ada Marlow", **more: Any) -> Participation:
    """A child of a contact that the screening team holds; `contact` are values of that."""
    row = given.contact(**{"narrative": "She came to school hungry.", **more.pop("contact", {})})
    given.item(row, more.pop("team", "screening"), urgency=more.pop("urgency", "amber"))
    return given.person(row, name, **{"born": BORN, "school": "Oakbank School", **more})


def known(part: Participation, **more: Any) -> Any:
    """The record of a child, confirmed."""
    person = made.person(part.full_name, **{"born": BORN.isoformat(), **more})
    made.link(part, person)
    return person


def referred(
    name: str = "Ada Marlow", *, holder: str = "winnie", team: str = "winchester", **more: Any
) -> Participation:
    """A child of a contact that was referred, and that somebody of the team works on."""
    urgency = more.pop("urgency", "amber")
    row = given.contact(narrative="She came to school hungry.", state="decided")
    part = given.person(row, name, born=BORN, school="Oakbank School", **more)
    given.decision(part, referral=True)
    held = {"state": "accepted", "holder_id": given.user(holder).id, "accepted_at": row.first_received_at}
    given.item(row, team, step="referral", urgency=urgency, **held)
    return part


def answered(part: Participation, outcome: str = "nothing_known") -> Any:
    """A partner's answer about somebody; `waiting` is none yet."""
    done = {} if outcome == "waiting" else {"outcome": outcome, "answered_at": now()}
    police = db.session.scalar(select(Partner).where(Partner.register == "police")) or checks.partner("police")
    return given.check(part, "police", partner_id=police.id, **done)


def cases_told() -> None:
    """The case system told its list just now: what is not in it is not open."""
    told = {"source": "case system", "as_at": now(), "read_at": now(), "whole": True}
    db.session.add(InvolvementList(**told, rows_kept=0, rows_refused=0, rows_untold=0))
    db.session.flush()


def of(part: Participation) -> Subject:
    db.session.flush()
    return subject.of_child(part)


def entries(part: Participation, by: str = "sarah") -> list[Entry]:
    with seen_as(by):
        return entries_of(of(part))


def kinds(part: Participation, by: str = "sarah") -> list[str]:
    return [entry.kind for entry in entries(part, by)]


def one(part: Participation, kind: str, by: str = "sarah") -> Entry:
    return next(entry for entry in entries(part, by) if entry.kind == kind)


def touch(part: Participation, kind: str, state: str, by: str = "sarah", **more: Any) -> Any:
    with seen_as(by):
        whose = of(part)
        entry = next(entry for entry in entries_of(whose) if entry.kind == kind)
        return service.touch(whose, entry.key, Touch(state=state, **more), seen=entry.row_id)


def review(part: Participation, by: str = "sarah", words: str = "Hungry more often; the list is awaited.") -> Any:
    with seen_as(by):
        whose = of(part)
        return service.review(whose, shown=[entry.key for entry in entries_of(whose)], words=words)


def missing(contact: Contact, by: str = "sarah") -> list[str]:
    with seen_as(by):
        return [one.sentence for one in gate.missing(contact)]


def copied(part: Participation, to: For = TO, by: str = "sarah", **cuts: Cut) -> Any:
    """Make a copy; `cuts` by the kind of entry, all others whole."""
    with seen_as(by):
        whose = of(part)
        return copying.make(whose, to, {one.key: cuts.get(one.kind, Cut()) for one in copying.offered(whose)})


def printed(copy: Any, part: Participation, by: str = "sarah") -> str:
    """The words of a copy of a child's chronology, as somebody sees it."""
    with seen_as(by):
        return " ".join(line["words"] or "" for line in lines_of(copy, of(part)))
