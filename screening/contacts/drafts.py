"""What a handler has typed so far: each save is a new sealed version, and no window overwrites another."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from screening import audit
from screening.access import viewer, viewing, worker_viewer
from screening.contacts import late_clock
from screening.db import db, now
from screening.errors import Conflict, NotFound, TakenOver
from screening.models import AuditEntry, Contact, Draft, PaperForm, User
from screening.sealing import seal, unseal
from screening.visibility.reach import may_type
from screening.wording import clock_seconds

# Each is opened to say whose call it is: more than a page holds help nobody.
MOST_LEFT = 50
NO_DRAFT = "There is no such draft. It may have been sent: look under your contacts."
# The page sends these with whatever is typed first, as they were when the call was opened.
CHOSEN_BY_ITSELF = ("channel", "contact_type")
NOTHING_TYPED: dict[str, Any] = {}


@dataclass(frozen=True)
class Typed:
    """A draft as it stands: its version (0 before the first save), body in the API's shape, and when it was saved."""

    version: int
    body: dict[str, Any]
    saved_at: datetime | None


def save(*, contact: Contact, body: dict[str, Any], version: int, key: bytes) -> Typed:
    """Keep what was typed on top of `version`, as the next one. The body may be invalid.

    Raises:
        Conflict: the contact was sent, or another window saved since; says when.
    """
    if contact.state != "taking":
        raise Conflict("This contact has been sent. Open it to add to it.")
    before = _newest(contact.id)
    if (before.version if before else 0) != version:
        raise Conflict(f"{_whose(before)} saved this contact at {_when(before)}.")
    draft = Draft(
        contact_id=contact.id,
        version=version + 1,
        body=seal(key, json.dumps(body, ensure_ascii=False), bound_to=f"{contact.id}/{version + 1}"),
        has_text=_has_text({name: value for name, value in body.items() if name not in CHOSEN_BY_ITSELF}),
        saved_at=now(),
        saved_by_id=viewer().user_id,
    )
    db.session.add(draft)
    db.session.flush()
    audit.record("contact.draft_saved", contact_id=contact.id, detail={"version": draft.version})
    if draft.has_text and not (before and before.has_text):
        # From its first words on, whichever page they came from, a call is not forgotten.
        late_clock.watch(contact, draft.saved_at)
    return Typed(draft.version, body, draft.saved_at)


def save_on_newest(*, contact: Contact, body: dict[str, Any], key: bytes) -> Typed:
    """Keep what was typed on top of whatever is there: a child in danger waits for no other window."""
    before = _newest(contact.id)
    return save(contact=contact, body=body, version=before.version if before else 0, key=key)


def latest(contact: Contact, key: bytes) -> Typed:
    """Open the newest version of a contact's draft."""
    draft = _newest(contact.id)
    if draft is None:
        return Typed(0, NOTHING_TYPED, None)
    body = json.loads(unseal(key, draft.body, bound_to=f"{contact.id}/{draft.version}"))
    return Typed(draft.version, body, draft.saved_at)


def being_taken(reference: str) -> Contact:
    """Find a contact that the viewer is taking, or may take over.

    Raises:
        NotFound: there is none, or it has been sent.
    """
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference, may_type(viewer())))
    if contact is None or contact.state != "taking":
        raise NotFound(NO_DRAFT)
    return contact


def to_type_in(reference: str) -> Contact:
    """Find and lock a contact that is being taken, so that nothing is kept once it was sent: nobody would read it.

    Raises:
        NotFound: there is none, or it has been sent.
    """
    contact = _locked(reference)
    if contact is None or contact.state != "taking":
        raise _taken_over(reference) or NotFound(NO_DRAFT)
    return contact


def going_on(reference: str) -> Contact:
    """Find and lock a call that anybody is taking, by the reference that they told: to take it over, not to read it.

    Raises:
        NotFound: nobody is taking such a call.
    """
    # It is a colleague's until it is taken over, and so out of reach; the reference was told by who has it.
    question = select(Contact).where(Contact.reference == reference).with_for_update()
    with viewing(worker_viewer("take over")):
        contact = db.session.scalar(question.execution_options(populate_existing=True))
    if contact is None or contact.state != "taking" or contact.restricted:
        raise NotFound("Nobody is taking a call with this reference. Check it; it may have been sent.")
    return contact


def take_over(reference: str) -> Contact:
    """Go on with a call that somebody else was taking. Who had it is told when they next save.

    Raises:
        NotFound: nobody is taking such a call.
    """
    contact = going_on(reference)
    _give_to_viewer(contact)
    return contact


def _give_to_viewer(contact: Contact) -> None:
    if contact.taken_by_id != viewer().user_id:
        audit.record("contact.taken_over", contact_id=contact.id, detail={"from": str(contact.taken_by_id)})
        contact.taken_by_id = viewer().user_id


def taken_from_me(contact_id: UUID | InstrumentedAttribute[UUID]) -> Select[datetime]:
    """Ask when somebody took a call over from the viewer: no row where nobody did."""
    return select(AuditEntry.at).where(
        AuditEntry.action == "contact.taken_over",
        AuditEntry.contact_id == contact_id,
        AuditEntry.detail["from"].astext == str(viewer().user_id),
    )


def _taken_over(reference: str) -> TakenOver | None:
    """Say to who had a call that goes on with whom it is now; nothing to anybody else."""
    with viewing(worker_viewer("take over")):
        contact = db.session.scalar(select(Contact).where(Contact.reference == reference, Contact.state == "taking"))
    if contact is None or contact.taken_by_id is None:
        return None
    at = db.session.scalar(taken_from_me(contact.id).order_by(AuditEntry.seq.desc()).limit(1))
    if at is None:
        return None
    who = user_of(contact.taken_by_id).name
    return TakenOver(
        f"{who} took this call over at {clock_seconds(at)}. What you type here is kept no more: "
        "copy your notes and tell them what is not saved."
    )


def is_empty(contact: Contact) -> bool:
    """Say whether nothing was ever typed into a contact."""
    written = exists().where(Draft.contact_id == contact.id, Draft.has_text)
    return not db.session.scalar(select(written))


def close_empty(reference: str) -> None:
    """Close a contact that the viewer opened by mistake.

    Raises:
        NotFound: the viewer is taking no such contact.
        Conflict: something was typed into it.
    """
    contact = to_type_in(reference)
    if contact.taken_by_id != viewer().user_id:
        raise NotFound("There is no such draft among yours. Look under your contacts.")
    if not is_empty(contact):
        raise Conflict("Something was typed into this contact, so it is kept. Open it, and send it or say what it was.")
    contact.state = "closed"
    _free_paper_form(contact)
    audit.record("contact.closed", contact_id=contact.id, detail={"because": "opened by mistake"})


def _free_paper_form(contact: Contact) -> None:
    # What stands on the paper is nowhere else: the form is out again until it is entered.
    out_again = dict.fromkeys(("contact_id", "taken_by", "entered_at", "entered_by_id"))
    db.session.execute(update(PaperForm).where(PaperForm.contact_id == contact.id).values(out_again))


def to_send(reference: str) -> Contact:
    """Find and lock a contact that the viewer is taking or takes over, or sent a moment ago: a form may come twice.

    Raises:
        NotFound: there is none, or somebody else sent it.
    """
    contact = _locked(reference)
    own = contact is not None and contact.taken_by_id == viewer().user_id
    if contact is None or not (contact.state == "taking" or own):
        raise NotFound(NO_DRAFT)
    _give_to_viewer(contact)
    return contact


def left_by_colleagues() -> list[Contact]:
    """List calls that colleagues began and have not sent for a while, oldest first; to who may finish them."""
    question = select(Contact).where(Contact.state == "taking", Contact.taken_by_id != viewer().user_id)
    question = question.where(may_type(viewer()))
    newest = db.session.scalars(question.order_by(Contact.seq.desc()).limit(MOST_LEFT))
    return list(reversed(newest.all()))


def unfinished() -> list[Contact]:
    """List the viewer's own unfinished contacts, oldest first: one that holds words is never forgotten."""
    question = select(Contact).where(Contact.state == "taking", Contact.taken_by_id == viewer().user_id)
    return list(db.session.scalars(question.order_by(Contact.seq)))


def user_of(user_id: UUID) -> User:
    """Find the member of staff whose id it is."""
    return db.session.get_one(User, user_id)


def owner(contact: Contact) -> str:
    """Name who is taking a contact."""
    return user_of(contact.taken_by_id).name if contact.taken_by_id else "nobody"


def _whose(draft: Draft | None) -> str:
    if draft is None or draft.saved_by_id == viewer().user_id:
        return "Another window"
    return user_of(draft.saved_by_id).name


def _when(draft: Draft | None) -> str:
    return clock_seconds(draft.saved_at) if draft else "another time"


def _locked(reference: str) -> Contact | None:
    question = select(Contact).where(Contact.reference == reference, may_type(viewer())).with_for_update()
    return db.session.scalar(question.execution_options(populate_existing=True))


def _newest(contact_id: UUID) -> Draft | None:
    return db.session.scalar(
        select(Draft).where(Draft.contact_id == contact_id).order_by(Draft.version.desc()).limit(1)
    )


def _has_text(body: Any) -> bool:
    if isinstance(body, dict):
        return any(_has_text(value) for value in body.values())
    if isinstance(body, list):
        return any(_has_text(value) for value in body)
    return bool(body)
