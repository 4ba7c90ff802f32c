"""Taking a contact: opened at the first second of a call, received once with all that must follow. Knows no HTTP."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from screening import audit, dates, scoring, tasks
from screening.access import viewer
from screening.db import Json, db, now
from screening.errors import Conflict
from screening.models import BackgroundCheck, Contact, Participation, Referrer, Screening
from screening.models.contact import LEGAL_CHANGES
from screening.names import name_key
from screening.references import new_reference
from screening.wording import LONDON

# Our own records answer within seconds; a check that has not after a minute shows as late.
OWN_RECORDS_DUE = timedelta(minutes=1)
MOST_TRIES = 5
SAME_NAME = ("given_name", "family_name", "date_of_birth", "age_years_estimated", "sex", "ethnicity", "disabilities")
OF_CHILD = ("where_now", "school", "gp", "language", "interpreter", "expected_delivery_date")
OF_ADULT = ("in_household", "alleged_harm_to", "works_with_children")


def open_call(*, contact_type: str, channel: str = "phone") -> Contact:
    """Open a contact that is being taken now: its clock starts, and it has a reference to say to the caller."""
    contact = _add(Contact(state="taking", channel=channel, contact_type=contact_type, first_received_at=now()))
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
    return _receive(contact, body)


def receive_sent(*, body: Json) -> Contact:
    """Receive a contact that a partner, a system or a file sent whole. Its clock runs from `received_at`, or now."""
    received_at: datetime = body.get("received_at") or now()
    contact = _add(
        Contact(
            state="taking",
            channel=body["channel"],
            contact_type=body["contact_type"],
            first_received_at=received_at,
            client=viewer().client,
        )
    )
    _receive(contact, body)
    return contact


def newest_screening(contact: Contact) -> Screening:
    """Find a received contact's newest score."""
    newest = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc()).limit(1)
    return db.session.scalars(newest).one()


def _add(contact: Contact) -> Contact:
    contact.taken_by_id = viewer().user_id
    for tries_left in reversed(range(MOST_TRIES)):
        contact.reference = new_reference()
        try:
            with db.session.begin_nested():
                db.session.add(contact)
                db.session.flush()
        except IntegrityError:
            # Two of 2^40 references were the same: the constraint says so, and the next one will do.
            if not tries_left:
                raise
        else:
            return contact
    raise LookupError("No reference was free.")


def _receive(contact: Contact, body: Json) -> Screening:
    contact.state, contact.received_at = "received", now()
    for name in ("channel", "contact_type", "narrative", "answers", "views", "identity", "information_sharing"):
        setattr(contact, name, body[name])
    db.session.add(Referrer(contact_id=contact.id, **body["referrer"]))
    db.session.add_all(_people(contact, body))
    db.session.flush()
    db.session.expire(contact, ["participations", "referrer"])
    screening = scoring.score(contact, reason="sent")
    audit.record("contact.sent", contact_id=contact.id, detail={"children": len(contact.children)})
    _promise_what_follows(contact, screening)
    return screening


def _people(contact: Contact, body: Json) -> list[Participation]:
    said_on = contact.first_received_at.astimezone(LONDON).date()
    children = [_child(contact, place, child, said_on) for place, child in enumerate(body["children"])]
    return children + [_adult(contact, place, adult) for place, adult in enumerate(body["adults"])]


def _child(contact: Contact, place: int, child: Json, said_on: date) -> Participation:
    age_as_of = child.get("age_as_of") or (said_on if "age_years_estimated" in child else None)
    own = {name: child.get(name) for name in OF_CHILD}
    return Participation(
        role="child", answers=child["answers"], age_as_of=age_as_of, **own, **_person(contact, place, child)
    )


def _adult(contact: Contact, place: int, adult: Json) -> Participation:
    own = {name: adult.get(name) for name in OF_ADULT}
    relationship = adult.get("relationship")
    return Participation(role="adult", relationship_to_child=relationship, **own, **_person(contact, place, adult))


def _person(contact: Contact, place: int, person: Json) -> dict[str, Any]:
    born = dates.span(person["date_of_birth"]) if "date_of_birth" in person else (None, None)
    address = person.get("address", {})
    return {
        "contact_id": contact.id,
        "position": place,
        "name_key": name_key(person.get("given_name"), person.get("family_name")),
        "born_earliest": born[0],
        "born_latest": born[1],
        "address_line_1": address.get("line_1"),
        "town": address.get("town"),
        "postcode": address.get("postcode"),
        **{name: person.get(name) for name in SAME_NAME},
    }


def _promise_what_follows(contact: Contact, screening: Screening) -> None:
    """Promise the routing, a check of our own records for each person, and the receipt."""
    urgency = "red" if screening.hard_open else screening.urgency_at_least
    tasks.promise(tasks.ROUTE, f"{contact.id}:received", contact_id=contact.id, urgency=urgency)
    for person in contact.participations:
        _ask_own_records(person, urgency)
    tasks.promise(tasks.RECEIPT, str(contact.id), contact_id=contact.id, urgency=urgency)


def _ask_own_records(person: Participation, urgency: str) -> None:
    at = now()
    check = BackgroundCheck(
        contact_id=person.contact_id,
        participation_id=person.id,
        kind="own_records",
        asked_at=at,
        due_at=at + OWN_RECORDS_DUE,
    )
    db.session.add(check)
    db.session.flush()
    key = str(check.id)
    tasks.promise(tasks.CHECK_OWN_RECORDS, key, contact_id=check.contact_id, subject_id=check.id, urgency=urgency)
