"""Says of every known child that they are decided here, too, or why not. Knows no HTTP; the caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from screening import audit, tasks
from screening.access import viewer
from screening.db import db, new_id, now
from screening.decisions import after, second_person
from screening.decisions.children import withheld
from screening.decisions.children.because import facts
from screening.decisions.children.finding import Known, current, unsettled
from screening.decisions.children.including import due_on, include
from screening.decisions.children.settled import who_of
from screening.decisions.turns import holding, lock, refuse_stale
from screening.errors import Invalid
from screening.fields import says_something
from screening.models import Contact, KnownChild
from screening.scoring import service as scoring

INCOMPLETE = "Say of every child whom we know of that they are decided here, too, or why not."
NO_ANSWER = "Choose what holds of them."
NO_REASON = "Write why they are left out."
NO_DUE = "Write the day or month, as March or 14/5; or leave it empty if nobody knows it."
NOT_THERE = "This child is not among those whom we know of here. Look at the list again."


@dataclass(frozen=True)
class Said:
    """What somebody says of one known child: `included`, `left_out` and why, or that they are `grown_up`.

    Of an included baby to come, `due` is when, as it was said: `March`, `14/5`; empty where nobody knows it.
    """

    answer: str = ""
    reason: str = ""
    due: str = ""


def refuse_unsettled(contact: Contact) -> None:
    """Let a decision pass once every known child is settled; who is named on a restriction is told of those withheld.

    Raises:
        Invalid: a child whom we know of is neither decided here nor left out; names each.
    """
    withheld.tell(contact)
    waiting = unsettled(contact)
    if waiting:
        raise Invalid(INCOMPLETE, fields=dict(_pointed(one, NO_ANSWER) for one in waiting))


def settle(*, contact: Contact, said: Mapping[UUID, Said], version: int | None = None) -> list[KnownChild]:
    """Keep what the holder says of every child whom we know of and who is not settled yet: of all of them at once.

    Who is included becomes a child of the contact, and it is scored anew. Who is left out may be included later.

    Args:
        contact: the contact.
        said: by what each child is named: `Known.key`.
        version: of the contact as it was read; left out, of whatever it is now.

    Raises:
        NotFound: there is no such contact, or none that the viewer may know of.
        NotAllowed, Conflict: it is not theirs to decide; see `turns.turn`.
        Stale: the contact changed since.
        Invalid: something is said of nobody, or nothing of somebody; names each.
    """
    contact = lock(contact.id)
    stage, _ = holding(contact)
    refuse_stale(contact, version)
    waiting = {one.key: one for one in unsettled(contact)}
    _refuse_incomplete(waiting, said)
    withheld.tell(contact)
    rows = [_keep(contact, one, said[key], stage) for key, one in waiting.items()]
    db.session.flush()
    if any(row.answer == "included" for row in rows):
        db.session.expire(contact, ["participations"])
        _score(contact)
    after.follow(contact, stage)
    second_person.show(contact)
    return rows


def include_after_all(*, contact: Contact, row: KnownChild) -> KnownChild:
    """Decide here, too, for a child who was left out; the reason stays on file.

    Raises:
        NotFound, NotAllowed, Conflict: as `settle`.
        Invalid: the child is not left out any more.
    """
    contact = lock(contact.id)
    stage, _ = holding(contact)
    who = who_of(row)
    if who is None or row.replaced_at is not None or row.answer == "included" or row.contact_id != contact.id:
        raise Invalid("This child is not left out any more. Look at the list again.")
    row.replaced_at = now()
    db.session.flush()
    kept = _keep(contact, Known(who, facts(row.because)), Said("included"), stage)
    db.session.flush()
    db.session.expire(contact, ["participations"])
    _score(contact)
    return kept


def _score(contact: Contact) -> None:
    # What is in a queue rises once this is kept: a queue is no decision's to change.
    found = scoring.score(contact, reason="child")
    told = {"contact_id": contact.id, "subject_id": found.id, "urgency": found.urgency_at_least}
    tasks.promise(tasks.AFTER_CHILD, str(found.id), **told)


def _refuse_incomplete(waiting: Mapping[UUID, Known], said: Mapping[UUID, Said]) -> None:
    wrong = {f"/children/{key}": [NOT_THERE] for key in said if key not in waiting}
    for key, one in waiting.items():
        answered = said.get(key, Said())
        if answered.answer not in one.answers:
            wrong |= dict([_pointed(one, NO_ANSWER)])
        elif answered.answer == "left_out" and not says_something(answered.reason):
            wrong |= {f"/children/{key}/reason": [f"{one.name}: {NO_REASON}"]}
        elif one.is_expected and answered.due and not due_on(answered.due):
            wrong |= {f"/children/{key}/due": [f"{one.name}: {NO_DUE}"]}
    if wrong:
        raise Invalid(INCOMPLETE, fields=wrong)


def _pointed(one: Known, words: str) -> tuple[str, list[str]]:
    return f"/children/{one.key}", [f"{one.name} ({one.because[0]}). {words}"]


def _replace(contact: Contact, one: Known) -> None:
    # Said once that they are 18, and their age says otherwise since.
    same = KnownChild.person_id == one.key if one.is_recorded else KnownChild.said_id == one.said_id
    for row in db.session.scalars(current(contact.id).where(same, KnownChild.unborn == one.is_expected)):
        row.replaced_at = now()
    db.session.flush()


def _keep(contact: Contact, one: Known, said: Said, stage: str) -> KnownChild:
    included = include(contact, one.who, said.due) if said.answer == "included" else None
    _replace(contact, one)
    row = KnownChild(
        id=new_id(),
        contact_id=contact.id,
        person_id=one.key if one.is_recorded else None,
        said_id=one.said_id,
        unborn=one.is_expected,
        stage=stage,
        answer=said.answer,
        reason=said.reason.strip() or None,
        because=[fact.kept for fact in one.facts],
        participation_id=included.id if included else None,
        answered_by_id=viewer().user_id,
        answered_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    detail = {"answer": said.answer, "stage": stage}
    audit.record("child.settled", contact_id=contact.id, subject=("known_child", row.id), detail=detail)
    return row
