"""E-mail becomes a contact that a person has to read: at its arrival time, once, and before it is acknowledged."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, beside, tasks
from screening.access import viewer
from screening.beside import LetterWords
from screening.config import Settings
from screening.contacts import drafts, late_clock, late_drafts, service
from screening.db import Json, db, new_id, now
from screening.errors import NotFound
from screening.fields import LONG
from screening.intake.reading import Letter
from screening.mailboxes import usable
from screening.models import Contact, Email, EmailAttachment
from screening.sealing import seal
from screening.tasks import Promise

NOT_OPENED = "It is of a kind that is not opened here. It is kept."
MORE_THAN_WE_OPEN = "The e-mail had more attachments than are opened here. It is kept."
MOST_SHOWN = 200
NOT_UNREAD = "There is no such e-mail to read. A colleague may have opened it: look at the list again."
CUT = "\n\n[The e-mail is longer than this. Read the rest beside this form.]"


@dataclass(frozen=True)
class Unread:
    """An e-mail that nobody has opened: when it came, and by when somebody must."""

    reference: str
    words: LetterWords
    attachments: int
    came_at: datetime
    due_at: datetime


def closed_parts(letter: Letter, on: datetime) -> dict[int, str]:
    """Say which attachments nobody opens here, by place, with why. The letter itself is taken."""
    numbers, day = policy.packaged(), clocks.london_date(on)
    most, taken = numbers.read("email_attachments_most", day, int), numbers.read("email_kinds", day, tuple)
    closed = {place: NOT_OPENED for place, one in enumerate(letter.attachments) if one.kind not in taken}
    return closed | dict.fromkeys(range(most, len(letter.attachments)), MORE_THAN_WE_OPEN)


def receive(letter: Letter, raw: bytes, settings: Settings) -> Email:
    """Keep an e-mail as an unread contact, with what is attached; the same e-mail again is the one that is there.

    Raises:
        OSError: a file could not be kept. Nothing is kept then, and its sender has to be told to try again.
    """
    there = db.session.scalar(select(Email).where(Email.key == letter.key))
    if there is not None:
        return there
    contact = service.open_call(contact_type="request_for_service", channel="email")
    email_id = new_id()
    email = Email(
        id=email_id,
        contact_id=contact.id,
        key=letter.key,
        sealed=seal(settings.draft_key, json.dumps(_words(letter), ensure_ascii=False), bound_to=f"email/{email_id}"),
        file=settings.files.keep(raw),
        came_at=contact.first_received_at,
    )
    db.session.add(email)
    db.session.flush()
    _attach(email, letter, settings)
    tasks.promise(tasks.EMAIL_UNREAD, f"{contact.id}", contact_id=contact.id, run_after=_to_open_by(email))
    audit.record("email.received", contact_id=contact.id, detail={"attachments": len(letter.attachments)})
    return email


def raise_unread(contact_id: UUID) -> None:
    """Ask for a manager's eyes where nobody has opened an e-mail in time."""
    email = db.session.scalar(select(Email).where(Email.contact_id == contact_id, Email.opened_at.is_(None)))
    if email is not None:
        late_drafts.look(contact_id, late_clock.MANAGER)


def _to_open_by(email: Email) -> datetime:
    minutes = policy.packaged().read("email_opened_within", clocks.london_date(email.came_at), int)
    return email.came_at + timedelta(minutes=minutes)


def unread(settings: Settings) -> list[Unread]:
    """List the e-mails that nobody has opened, the first received first. What the list shows is audited."""
    question = (
        select(Email, Contact)
        .join(Contact, Contact.id == Email.contact_id)
        .where(Email.opened_at.is_(None), Contact.state == "taking")
        .order_by(Email.came_at, Email.seq)
        .limit(MOST_SHOWN)
    )
    rows = db.session.execute(question).all()
    if rows:
        audit.record("contact.list_read", detail={"list": "emails", "contacts": [str(row[1].id) for row in rows]})
    return [_unread(email, contact, settings) for email, contact in rows]


def open_unread(reference: str, settings: Settings) -> Contact:
    """Make the viewer the one who takes this e-mail down, with its sender and its words put into the form.

    Raises:
        NotFound: there is no such unread e-mail; a colleague may have been first.
    """
    question = select(Contact).where(Contact.reference == reference).with_for_update()
    contact = db.session.scalar(question.execution_options(populate_existing=True))
    email = beside.email_of(contact) if contact else None
    if contact is None or email is None or contact.state != "taking":
        raise NotFound(NOT_UNREAD)
    if email.opened_by_id == viewer().user_id:
        return contact
    if email.opened_at is not None:
        raise NotFound(NOT_UNREAD)
    email.opened_at, email.opened_by_id = now(), viewer().user_id
    contact.taken_by_id = viewer().user_id
    look_again(email)
    audit.record("email.opened", contact_id=contact.id)
    body = first_words(beside.words_of(email, settings.draft_key))
    drafts.save_on_newest(contact=contact, body=body, key=settings.draft_key)
    return contact


def look_again(email: Email) -> None:
    """Have the scanner look at what is still held: there may be one by now."""
    at = now().isoformat()
    held = [one for one in email.attachments if one.state == "held"]
    if held:
        tasks.promise_all([Promise(kind=tasks.SCAN, key=f"{one.id}:{at}", subject_id=one.id) for one in held])


def first_words(words: LetterWords) -> Json:
    """Begin a form with what an e-mail says of itself: its sender, and its words. Nothing in it is taken for a fact."""
    referrer = {"email": words.sender} if usable(words.sender) else {}
    if words.sender_name and words.sender_name != words.sender:
        referrer["name"] = words.sender_name
    account = "\n\n".join(part for part in (words.subject, words.text) if part)
    account = account if len(account) <= LONG else account[: LONG - len(CUT)] + CUT
    return {"channel": "email", "contact_type": "request_for_service", "referrer": referrer, "narrative": account}


def _words(letter: Letter) -> Json:
    return {
        "sender": letter.sender,
        "sender_name": letter.sender_name,
        "subject": letter.subject,
        "text": letter.text,
        "names": [one.name for one in letter.attachments],
    }


def _attach(email: Email, letter: Letter, settings: Settings) -> None:
    closed = closed_parts(letter, now())
    rows = [
        EmailAttachment(
            id=new_id(),
            email_id=email.id,
            place=place,
            kind=one.kind,
            size=len(one.content),
            file=settings.files.keep(one.content),
            state="refused" if place in closed else "held",
            why=closed.get(place),
        )
        for place, one in enumerate(letter.attachments)
    ]
    db.session.add_all(rows)
    held = [row for row in rows if row.state == "held"]
    if held:
        tasks.promise_all([Promise(kind=tasks.SCAN, key=f"{row.id}:first", subject_id=row.id) for row in held])


def _unread(email: Email, contact: Contact, settings: Settings) -> Unread:
    return Unread(
        contact.reference,
        beside.words_of(email, settings.draft_key),
        len(email.attachments),
        email.came_at,
        _to_open_by(email),
    )
