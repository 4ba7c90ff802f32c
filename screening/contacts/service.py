"""Taking a contact: opened at the first second of a call, received once with all that must follow. Knows no HTTP."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from screening import audit, dates, scoring, tasks
from screening.access import viewer
from screening.db import Json, db, new_id, now
from screening.errors import Conflict
from screening.models import BackgroundCheck, Contact, Participation, Referrer, Screening
from screening.models.contact import LEGAL_CHANGES
from screening.names import name_key
from screening.references import new_reference
from screening.tasks import Promise
from screening.wording import LONDON

# Our own records answer within seconds; a check that has not after a minute shows as late.
OWN_RECORDS_DUE = timedelta(minutes=1)
MOST_TRIES = 5
SAME_NAME = (
    "given_name", "family_name", "date_of_birth", "age_years_estimated", "sex", "ethnicity", "disabilities",
    "where_now", "school", "gp", "language", "interpreter", "expected_delivery_date", "in_household", "alleged_harm_to",
    "works_with_children",
)  # fmt: skip


def open_call(*, contact_type: str, channel: str = "phone") -> Contact:
    """Open a contact that is being taken now: its clock starts, and it has a reference to say to the caller."""
    contact = _new(first_received_at=now(), channel=channel, contact_type=contact_type, state="taking")
    db.session.flush()
    audit.record("contact.opened", contact_id=contact.id)
    return contact


def receive_call(*, contact: Contact, body: Json) -> Screening:
    """Receive what a handler took. Receiving it a second time changes nothing.

    Raises:
        Conflict: it was closed on a short path.
    """
    if contact.state == "received":
        return newest_screening(contact)
    if (contact.state, "received") not in LEGAL_CHANGES:
        raise Conflict("This contact was closed. Open a new one if there is more to say.")
    contact.state = "received"
    return _receive(contact, body)


def receive_sent(*, body: Json) -> Contact:
    """Receive a contact that a partner, a system or a file sent whole. Its clock runs from `received_at`, or now."""
    received_at: datetime = body.get("received_at") or now()
    contact = _new(
        first_received_at=received_at, channel=body["channel"], contact_type=body["contact_type"], state="received"
    )
    contact.client = viewer().client
    _receive(contact, body)
    return contact


def newest_screening(contact: Contact) -> Screening:
    """Find a received contact's newest score."""
    newest = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc()).limit(1)
    return db.session.scalars(newest).one()


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


def _receive(contact: Contact, body: Json) -> Screening:
    contact.received_at = now()
    for name in ("channel", "contact_type", "narrative", "answers", "views", "identity", "information_sharing"):
        setattr(contact, name, body[name])
    people, referrer = _people(contact, body), Referrer(contact_id=contact.id, **body["referrer"])
    db.session.add_all([referrer, *people])
    # They are all that there is: nothing has to be asked for again.
    set_committed_value(contact, "participations", people)
    set_committed_value(contact, "referrer", referrer)
    db.session.flush()
    audit.record("contact.sent", contact_id=contact.id, detail={"children": len(contact.children)})
    # Nothing of it is asked for again: what queries would write first can wait for the flush.
    with db.session.no_autoflush:
        screening = scoring.score(contact, reason="sent")
    _promise_what_follows(contact, screening)
    return screening


def _people(contact: Contact, body: Json) -> list[Participation]:
    said_on = contact.first_received_at.astimezone(LONDON).date()
    children = [_child(contact, place, child, said_on) for place, child in enumerate(body["children"])]
    return children + [_adult(contact, place, adult) for place, adult in enumerate(body["adults"])]


def _child(contact: Contact, place: int, child: Json, said_on: date) -> Participation:
    age_as_of = child.get("age_as_of") or (said_on if "age_years_estimated" in child else None)
    return Participation(role="child", age_as_of=age_as_of, **_person(contact, place, child))


def _adult(contact: Contact, place: int, adult: Json) -> Participation:
    return Participation(role="adult", age_as_of=None, **_person(contact, place, adult))


def _person(contact: Contact, place: int, person: Json) -> dict[str, Any]:
    born = dates.span(person["date_of_birth"]) if "date_of_birth" in person else (None, None)
    address = person.get("address", {})
    return {
        "id": new_id(),
        "contact_id": contact.id,
        "position": place,
        "name_key": name_key(person.get("given_name"), person.get("family_name")),
        "born_earliest": born[0],
        "born_latest": born[1],
        "address_line_1": address.get("line_1"),
        "town": address.get("town"),
        "postcode": address.get("postcode"),
        "relationship_to_child": person.get("relationship"),
        "answers": person.get("answers", {}),
        # What only children have, and what only adults have, too: people with the same columns are one INSERT.
        **{name: person.get(name) for name in SAME_NAME},
    }


def _promise_what_follows(contact: Contact, screening: Screening) -> None:
    """Promise the routing, a check of our own records for each person, and the receipt."""
    urgency = "red" if screening.hard_open else screening.urgency_at_least
    checks = [_own_records(person) for person in contact.participations]
    db.session.add_all(checks)
    promises = [
        Promise(kind=tasks.ROUTE, key=f"{contact.id}:received"),
        *(Promise(kind=tasks.CHECK_OWN_RECORDS, key=str(check.id), subject_id=check.id) for check in checks),
        Promise(kind=tasks.RECEIPT, key=str(contact.id)),
    ]
    tasks.promise_all([replace(one, contact_id=contact.id, urgency=urgency) for one in promises])


def _own_records(person: Participation) -> BackgroundCheck:
    at = now()
    return BackgroundCheck(
        id=new_id(),
        contact_id=person.contact_id,
        participation_id=person.id,
        kind="own_records",
        asked_at=at,
        due_at=at + OWN_RECORDS_DUE,
    )
