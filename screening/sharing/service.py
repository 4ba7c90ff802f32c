"""People say on what basis it is shared, and whom nothing may reach. Rows are added or ended; the caller commits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from routing_rules import bases, clocks
from screening import audit
from screening.access import require, viewer
from screening.checks import standing_rule
from screening.db import db, new_id, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.locks import lock_contact
from screening.models import Contact, DoNotAlert, Participation, Person, SharingRecord, User
from screening.sharing.permission import newest, waits_for_approval
from screening.wording import LONDON, moment

NOT_IN_FORCE = "This basis is not in force today. Choose another."
LATER = "Nobody can have agreed on a day that is still to come."
BY_A_SECOND_PERSON = "Somebody else than who asked approves it. Ask another manager."
COPIED = ("lawful_basis", "agreement", "agreed_by", "agreed_on", "reason_code", "reason", "made_by_id")
NO_MARK = "There is no such mark. It may be on a record that you may not know of: open Sharing again."


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says about sharing. `lawful_basis` is None where nothing is shared."""

    lawful_basis: str | None
    agreement: str
    agreed_by: str | None = None
    agreed_on: date | None = None
    reason_code: str | None = None
    reason: str | None = None


def record(contact: Contact, said: Said) -> SharingRecord:
    """Keep on what basis a contact is shared, or that it is not; it counts from now on.

    Raises:
        NotAllowed: the viewer's role does not include it.
        Invalid: the basis is not in force today, or the agreement is from a day to come.
    """
    require("sharing.write")
    lock_contact(contact.id)
    _refuse_impossible(said)
    row = SharingRecord(id=new_id(), contact_id=contact.id, made_by_id=_person(), made_at=now(), **vars(said))
    return _added(row, "sharing.recorded", {"basis": said.lawful_basis, "agreement": said.agreement})


def answer_override(contact: Contact, answers: UUID, *, override: str, reason: str) -> SharingRecord:
    """Keep a manager's answer to a wish to share without the family's agreement: `approved` or `refused`.

    Raises:
        NotAllowed: the viewer's role does not include it, or the wish is their own.
        Conflict: it was answered already, or something else was recorded since.
    """
    require("sharing.approve")
    lock_contact(contact.id)
    asked = newest(contact)
    if asked is None or not waits_for_approval(asked, clocks.london_date(now())) or asked.id != answers:
        raise Conflict(_changed(asked))
    if asked.made_by_id == viewer().user_id:
        raise NotAllowed(BY_A_SECOND_PERSON)
    row = SharingRecord(
        id=new_id(),
        contact_id=contact.id,
        made_at=asked.made_at,
        answers_id=asked.id,
        override=override,
        override_reason=reason,
        override_by_id=_person(),
        override_at=now(),
        **{name: getattr(asked, name) for name in COPIED},
    )
    return _added(row, "sharing.answered", {"basis": asked.lawful_basis, "answer": override})


def mark(contact: Contact, about: UUID, *, why: str, **organisation: str | None) -> DoNotAlert:
    """Keep that word of somebody in a contact must not reach an organisation.

    Raises:
        NotAllowed: the viewer's role does not include it.
        Invalid: nobody in the contact is who is named.
    """
    require("sharing.write")
    if about not in {person.id for person in contact.participations}:
        raise Invalid("Choose somebody of this contact.", fields={"/about": ["Choose somebody of this contact."]})
    return _marked(DoNotAlert(participation_id=about, why=why, **organisation), contact.id)


def mark_person(person: Person, *, why: str, **organisation: str | None) -> DoNotAlert:
    """Keep that word of a person of the index must not reach an organisation, in whichever contact they turn up.

    Raises:
        NotAllowed: the viewer's role does not include it.
    """
    require("sharing.write")
    return _marked(DoNotAlert(person_id=person.id, why=why, **organisation), None)


def end_mark(mark_id: UUID, *, because: str) -> DoNotAlert:
    """Say that a mark no longer stands, and why. It is kept.

    Raises:
        NotAllowed: the viewer's role does not include it.
        NotFound: there is none, or it is about somebody of whom the viewer may not know.
        Conflict: somebody has ended it already; says who and when.
    """
    require("sharing.write")
    found = db.session.scalar(select(DoNotAlert).where(DoNotAlert.id == mark_id).with_for_update())
    if found is None or not _knows(found):
        raise NotFound(NO_MARK)
    if found.ended_by_id is not None and found.ended_at is not None:
        raise Conflict(f"{_name(found.ended_by_id)} ended it at {moment(found.ended_at)}.")
    found.ended_at, found.ended_by_id, found.ended_because = now(), _person(), because
    audit.record("do_not_alert.ended", contact_id=_contact_of(found), subject=("do_not_alert", found.id))
    return found


def _refuse_impossible(said: Said) -> None:
    today = now().astimezone(LONDON).date()
    basis = bases.basis(said.lawful_basis, today) if said.lawful_basis else None
    problems = {}
    if said.lawful_basis and (basis is None or not basis.in_force):
        problems["/lawful_basis"] = [NOT_IN_FORCE]
    if said.agreed_on and said.agreed_on > today:
        problems["/agreed_on"] = [LATER]
    if problems:
        raise Invalid("Some of this has to be changed. Nothing was saved.", fields=problems)


def _added(row: SharingRecord, action: str, detail: dict[str, str | None]) -> SharingRecord:
    db.session.add(row)
    db.session.flush()
    audit.record(action, contact_id=row.contact_id, subject=("sharing_record", row.id), detail=detail)
    standing_rule.look_at(row.contact_id)
    return row


def _marked(row: DoNotAlert, contact_id: UUID | None) -> DoNotAlert:
    row.id, row.made_by_id, row.made_at = new_id(), _person(), now()
    db.session.add(row)
    db.session.flush()
    audit.record("do_not_alert.set", contact_id=contact_id, subject=("do_not_alert", row.id))
    return row


def _changed(asked: SharingRecord | None) -> str:
    if asked is not None and asked.override_by_id is not None and asked.override_at is not None:
        return f"{_name(asked.override_by_id)} answered it at {moment(asked.override_at)}."
    return "Something else was recorded since you opened this. Open Sharing again."


def _knows(found: DoNotAlert) -> bool:
    whom = (
        select(Participation.id).where(Participation.id == found.participation_id)
        if found.participation_id
        else select(Person.id).where(Person.id == found.person_id)
    )
    return db.session.scalar(whom) is not None


def _contact_of(found: DoNotAlert) -> UUID | None:
    return db.session.scalar(select(Participation.contact_id).where(Participation.id == found.participation_id))


def _name(user_id: UUID) -> str:
    return db.session.get_one(User, user_id).name


def _person() -> UUID:
    found = viewer().user_id
    if found is None:
        raise NotAllowed("Only a person can do this.")
    return found
