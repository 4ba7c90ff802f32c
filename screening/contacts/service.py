"""Taking a contact: opened at the first second of a call, received once with all that must follow. Knows no HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from screening import audit, tasks
from screening.access import viewer
from screening.callbacks import promising
from screening.checks import looking_up
from screening.contacts import people as people_rows
from screening.danger import service as danger_alerts
from screening.db import Json, db, new_id, now
from screening.errors import Conflict
from screening.models import Contact, Participation, Referrer, Screening
from screening.models.contact import LEGAL_CHANGES
from screening.references import new_reference
from screening.scoring import service as scoring
from screening.scoring.newest_score import newest_score
from screening.tasks import Promise

MOST_TRIES = 5
Ask = Callable[[list[Participation]], list[Promise]]


def open_call(*, contact_type: str, channel: str = "phone", first_received_at: datetime | None = None) -> Contact:
    """Open a contact that is being taken: its clock starts now, or ran already where it was first taken on paper."""
    contact = _new(
        first_received_at=first_received_at or now(), channel=channel, contact_type=contact_type, state="taking"
    )
    db.session.flush()
    audit.record("contact.opened", contact_id=contact.id)
    return contact


def receive_call(*, contact: Contact, body: Json) -> Screening:
    """Receive what a handler took. Receiving it a second time changes nothing.

    Raises:
        Conflict: it was closed on a short path.
    """
    if contact.state == "received":
        return newest_score(contact.id)
    if (contact.state, "received") not in LEGAL_CHANGES:
        raise Conflict("This contact was closed. Open a new one if there is more to say.")
    contact.state = "received"
    return _receive(contact, body, looking_up.on_receipt)


def receive_sent(*, body: Json) -> Contact:
    """Receive a contact that a partner, a system or a file sent whole. Its clock runs from `received_at`, or now."""
    received_at: datetime = body.get("received_at") or now()
    contact = _new(
        first_received_at=received_at, channel=body["channel"], contact_type=body["contact_type"], state="received"
    )
    contact.client = viewer().client
    # Nobody is there yet: nothing has to be asked for.
    set_committed_value(contact, "participations", [])
    _receive(contact, body, looking_up.for_the_first_time)
    return contact


def _new(**values: Any) -> Contact:
    contact = Contact(id=new_id(), reference=_free_reference(), taken_by_id=viewer().user_id, **values)
    db.session.add(contact)
    return contact


def _free_reference() -> str:
    for _ in range(MOST_TRIES):
        reference = new_reference()
        if db.session.scalar(select(Contact.__table__.c.id).where(Contact.__table__.c.reference == reference)) is None:
            # Should another take it this very moment, the constraint refuses the later one: nothing is acknowledged.
            return reference
    raise LookupError("No reference was free.")


def _receive(contact: Contact, body: Json, ask: Ask) -> Screening:
    contact.received_at = now()
    for name in ("channel", "contact_type", "narrative", "answers", "views", "identity", "information_sharing"):
        setattr(contact, name, body[name])
    contact.promises = body.get("promises") or None
    referrer = Referrer(contact_id=contact.id, **body["referrer"])
    db.session.add(referrer)
    people = people_rows.write(contact, body)
    # They are all that there is: nothing has to be asked for again.
    set_committed_value(contact, "participations", people)
    set_committed_value(contact, "referrer", referrer)
    audit.record("contact.sent", contact_id=contact.id, detail={"children": len(contact.children)})
    # Nothing of it is asked for again: what queries would write first can wait for the flush.
    with db.session.no_autoflush:
        screening = scoring.score(contact, reason="sent")
    _promise_what_follows(contact, screening, ask(people))
    promising.promise_from_call(contact)
    if danger_alerts.is_said(contact):
        danger_alerts.alert(contact)
    return screening


def _promise_what_follows(contact: Contact, screening: Screening, checks: list[Promise]) -> None:
    """Promise the routing, what was asked of our own records, and the receipt."""
    urgency = "red" if screening.hard_open else screening.urgency_at_least
    promises = [
        Promise(kind=tasks.ROUTE, key=f"{contact.id}:received"),
        *checks,
        Promise(kind=tasks.RECEIPT, key=str(contact.id)),
    ]
    tasks.promise_all([replace(one, contact_id=contact.id, urgency=urgency) for one in promises])
