"""Receipts and acknowledgements: written, sent once, or given to a person who rings. The caller commits.

A message is `pending` until it is sent; an acknowledgement that is pending without a writer waits for a social worker.
`withheld` may not leave, `failed` could not be delivered: both stay on the list of whom to ring until somebody has.
"""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, policy
from screening import audit, letter_text, tasks
from screening.access import require
from screening.db import db, new_id, now
from screening.errors import Conflict, Invalid, NotAllowed
from screening.leaving import ANONYMOUS, is_anonymous, may_leave
from screening.messages import overtaken, rows, undelivered
from screening.messages.letters import new_message_id
from screening.models import Contact, Message, User
from screening.wording import moment

RECEIPT, ACKNOWLEDGEMENT, OUTCOME = "receipt", "acknowledgement", "outcome"
TOLD = "Told by telephone."
CAME_BACK = "It came back undelivered. Ring them."


def prepare_receipt(contact: Contact) -> Message:
    """Make the receipt of a contact, once, and start the clock of its acknowledgement; a repeat finds the same rows.

    The receipt comes back locked: `pending` where it may leave now, else `withheld` with the reason.
    """
    receipt = _the_only(contact, RECEIPT)
    if _needs_acknowledgement(contact):
        _the_only(contact, ACKNOWLEDGEMENT)
    if receipt.state == "pending":
        permit(receipt, contact)
    return receipt


def prepare_outcome(contact: Contact) -> Message | None:
    """Make the outcome's message, once; a repeat finds the same row. None where there is nobody to tell.

    It goes once more where the contact ended otherwise than they were told.

    It comes back locked: `pending` where it may leave now, else `withheld` with the reason.
    """
    if is_anonymous(contact):
        return None
    outcome = _the_only(contact, OUTCOME)
    overtaken.write_anew(outcome)
    overtaken.tell_end(outcome, contact)
    if outcome.state == "pending":
        permit(outcome, contact)
    return outcome


def write_acknowledgement(contact: Contact, by: User) -> Message:
    """Acknowledge a contact in a social worker's name: promised to leave, or withheld so that they ring.

    Raises:
        NotAllowed: the person is no registered social worker, or their role does not include it.
        Invalid: the contact has not been received, or there is nobody to acknowledge it to.
        Conflict: a colleague has acknowledged it; says who and when.
    """
    require("message.acknowledge")
    _refuse_unregistered(by)
    _refuse_impossible(contact)
    message = _the_only(contact, ACKNOWLEDGEMENT)
    if message.written_by_id == by.id:
        # A double click, or a resend after a lost answer.
        return message
    _refuse_settled(message)
    _refuse_written(message)
    message.written_by_id, message.written_at = by.id, now()
    audit.record("message.written", contact_id=contact.id, subject=("message", message.id))
    if permit(message, contact):
        key = str(contact.id)
        tasks.promise(tasks.ACKNOWLEDGEMENT, key, contact_id=contact.id, subject_id=message.id)
    return message


def record_told_by_phone(message_id: UUID, by: User) -> Message:
    """Keep that a person rang the referrer instead. One call by a social worker settles the receipt too.

    Raises:
        NotFound: no such message, or on a contact that the viewer may not see.
        NotAllowed: an acknowledgement, told by somebody who is no registered social worker.
        Conflict: it was sent, or somebody has told them already; says who and when.
    """
    require("message.resend")
    message = rows.in_reach(message_id)
    if message.told_by_phone_by_id == by.id:
        return message
    _refuse_settled(message)
    if message.kind == ACKNOWLEDGEMENT:
        _refuse_unregistered(by)
        message.written_by_id = message.written_by_id or by.id
        receipt = rows.find(message.contact_id, RECEIPT)
        if receipt and receipt.state != "sent" and receipt.told_by_phone_at is None:
            _note_told(receipt, by)
    _note_told(message, by)
    return message


def record_came_back(message_id: UUID) -> Message:
    """Keep that a message came back after it was sent: nobody has been told, so it is work for a person.

    Raises:
        NotFound: no such message, or on a contact that the viewer may not see.
        Conflict: it was never sent.
    """
    require("message.resend")
    message = rows.in_reach(message_id)
    if message.state == "failed":
        return message
    if message.state != "sent":
        raise Conflict("This message has not been sent, so it cannot have come back. Open it again.")
    # By a person alone: a worker that is late must never undo what another has sent.
    message.state, message.reason, message.sent_at = "failed", CAME_BACK, None
    message.raised_to = None
    rows.record("message.failed", message)
    undelivered.watch(message)
    return message


def permit(message: Message, contact: Contact) -> bool:
    """Ask promise 8 about a message, each time before it leaves; where it may not, withhold it with the reason."""
    permission = may_leave(contact, letter_text.family(message.kind))
    if permission.allowed:
        return True
    rows.change(message, "withheld", permission.reason)
    rows.record("message.withheld", message)
    if permission.reason != ANONYMOUS:
        undelivered.watch(message)
    return False


def record_sent(message: Message) -> None:
    """Keep that the referrer's mail server has taken it."""
    rows.change(message, "sent", None)
    message.sent_at = now()
    rows.record("message.sent", message)
    undelivered.settle(message)


def record_failed(message: Message, reason: str) -> None:
    """Keep that it cannot be delivered. It is work for a person from now on, and is not tried again."""
    rows.change(message, "failed", reason)
    rows.record("message.failed", message)
    undelivered.watch(message)


def record_not_yet(message: Message, why: str) -> None:
    """Keep why it could not be sent yet: it is tried again, and a person rings where that lasts too long."""
    message.reason = why
    undelivered.watch(message)


def take(message_id: UUID, by: User) -> Message:
    """Make somebody the one who rings the referrer.

    Raises:
        NotFound: no such message, or on a contact that the viewer may not see.
        Conflict: it was sent, or somebody has told them already; says who and when.
    """
    require("message.resend")
    message = rows.in_reach(message_id)
    _refuse_settled(message)
    if message.rings_id != by.id:
        message.rings_id = by.id
        rows.record("message.taken", message)
    return message


def _the_only(contact: Contact, kind: str) -> Message:
    values = {
        "id": new_id(),
        "contact_id": contact.id,
        "kind": kind,
        "message_id": new_message_id(),
        "state": "pending",
        # An outcome has a clock of its own. Both others have the acknowledgement's: by
        # then the referrer knows, by mail or by telephone.
        "due_at": clocks.acknowledgement_due_at(now() if kind == OUTCOME else contact.first_received_at),
        "created_at": now(),
    }
    db.session.execute(insert(Message).values(values).on_conflict_do_nothing(index_elements=["contact_id", "kind"]))
    found = rows.find(contact.id, kind)
    if found is None:
        raise LookupError("A message that was just made is not there.")
    return found


def _needs_acknowledgement(contact: Contact) -> bool:
    on = clocks.london_date(contact.first_received_at)
    short_paths = policy.packaged().read("short_path_types", on, tuple)
    return not is_anonymous(contact) and contact.contact_type not in short_paths


def _refuse_unregistered(by: User) -> None:
    if not by.social_work_number:
        raise NotAllowed("A registered social worker acknowledges a contact. Ask the duty social worker to do it.")


def _refuse_impossible(contact: Contact) -> None:
    if contact.received_at is None:
        raise Invalid("This contact is still being taken. Acknowledge it once it has been sent.")
    if is_anonymous(contact):
        raise Invalid("The caller is anonymous, so there is nobody to acknowledge it to.")


def _refuse_settled(message: Message) -> None:
    who_id = message.told_by_phone_by_id or message.written_by_id
    who = db.session.get(User, who_id) if who_id else None
    name = who.name if who else "The service"
    if message.told_by_phone_at is not None:
        raise Conflict(f"{name} told them by telephone at {moment(message.told_by_phone_at)}.")
    if message.sent_at is not None:
        raise Conflict(f"{name} sent it at {moment(message.sent_at)}.")


def _refuse_written(message: Message) -> None:
    writer = db.session.get(User, message.written_by_id) if message.written_by_id else None
    if writer is not None:
        raise Conflict(f"{writer.name} has acknowledged it already. It stands under Messages.")


def _note_told(message: Message, by: User) -> None:
    message.told_by_phone_at, message.told_by_phone_by_id = now(), by.id
    if message.state == "pending":
        rows.change(message, "withheld", TOLD)
    rows.record("message.told_by_phone", message)
    undelivered.settle(message)
