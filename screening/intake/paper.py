"""Late entry: a contact that was taken down on paper, with its true time; and the numbers of the forms."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from routing_rules import clocks
from screening import audit, codes, dates
from screening.access import viewer
from screening.contacts import service
from screening.contacts.schemas import OLDEST_RECEIVED
from screening.db import db, now
from screening.errors import Conflict, Invalid
from screening.fields import SHORT, says_something
from screening.models import Contact, PaperForm
from screening.wording import LONDON

MOST_AT_ONCE, MOST_SHOWN = 50, 500
LEAST_REASON = 10
# Left empty it may be forgotten: a numbered form would stay out and be looked for.
NO_NUMBER = ("none", "no number", "no")
NOT_ENTERED = "The form was not entered."


@dataclass(frozen=True)
class Entry:
    """What the head of a paper form says; `number` is None where none was printed on it."""

    number: int | None
    received_at: datetime
    taken_by: str
    contact_type: str


def print_numbers(how_many: int) -> list[PaperForm]:
    """Take the next numbers of the series for forms that are printed now.

    Raises:
        Invalid: none, or more than are printed at once.
    """
    if not 1 <= how_many <= MOST_AT_ONCE:
        raise Invalid("Nothing was printed.", fields={"/how_many": [f"Print 1 to {MOST_AT_ONCE} forms at once."]})
    forms = [PaperForm(printed_at=now(), printed_by_id=viewer().user_id) for _ in range(how_many)]
    db.session.add_all(forms)
    db.session.flush()
    audit.record("paper.printed", detail={"first": forms[0].number, "last": forms[-1].number})
    return forms


def outstanding() -> list[PaperForm]:
    """List the forms that were printed and neither entered nor said to be unused, the first printed first."""
    question = select(PaperForm).where(PaperForm.contact_id.is_(None), PaperForm.spoiled.is_(None))
    return list(db.session.scalars(question.order_by(PaperForm.number).limit(MOST_SHOWN)))


def read_entry(typed: dict[str, str]) -> Entry:
    """Read the head of a paper form as it was typed.

    Raises:
        Invalid: something is missing or cannot be; each field by its pointer.
    """
    wrong: dict[str, list[str]] = {}
    received_at = _received_at(typed, wrong)
    number = typed.get("number", "").strip()
    unnumbered = number.lower() in NO_NUMBER
    if not unnumbered and (not number.isdecimal() or len(number) > 18):
        wrong["/number"] = ['Write the number that is printed on the form, or "none" where it has none.']
    taken_by = typed.get("taken_by", "").strip()
    if not says_something(taken_by) or len(taken_by) > SHORT:
        wrong["/taken_by"] = ["Write who took the call, as the form says."]
    if typed.get("contact_type") not in codes.CONTACT_TYPES:
        wrong["/contact_type"] = ["Choose what kind of contact it was."]
    if wrong or received_at is None:
        raise Invalid(NOT_ENTERED, fields=wrong)
    return Entry(None if unnumbered else int(number), received_at, taken_by, typed["contact_type"])


def _received_at(typed: dict[str, str], wrong: dict[str, list[str]]) -> datetime | None:
    at = now()
    day, hour = _day(typed.get("day", ""), clocks.london_date(at)), _time(typed.get("time", ""))
    if day is None:
        wrong["/day"] = ["Write the day, as 23/11/2026."]
    if hour is None:
        wrong["/time"] = ["Write the time of day, as 14:05."]
    if day is None or hour is None:
        return None
    received_at = datetime.combine(day, hour, LONDON)
    if not OLDEST_RECEIVED <= received_at <= at:
        wrong["/day"] = ["This is in the future, or before 2000. Write when the contact was taken."]
        return None
    return received_at


def _day(typed: str, today: date) -> date | None:
    try:
        earliest, latest = dates.span(dates.iso(typed, today))
    except ValueError:
        return None
    return earliest if earliest == latest else None


def _time(typed: str) -> time | None:
    said = typed.strip().replace(".", ":")
    try:
        return time.fromisoformat(said.zfill(5) if ":" in said else "")
    except ValueError:
        return None


def enter(entry: Entry) -> Contact:
    """Open the contact of a form, received when the form says.

    Raises:
        Invalid: no form of that number was printed.
        Conflict: it was entered before, or said to be unused.
    """
    form = _locked(entry.number) if entry.number is not None else _issued()
    contact = service.open_call(contact_type=entry.contact_type, first_received_at=entry.received_at)
    form.contact_id, form.taken_by = contact.id, entry.taken_by
    form.entered_at, form.entered_by_id = now(), viewer().user_id
    db.session.flush()
    audit.record("paper.entered", contact_id=contact.id, subject=("paper_form", form.number))
    return contact


def _issued() -> PaperForm:
    """Give a form without a number the next one of the series."""
    form = PaperForm(printed_at=now(), printed_by_id=viewer().user_id)
    db.session.add(form)
    return form


def spoil(number: int, why: str) -> None:
    """Say that nothing was taken down on a form, with a sentence that says how one knows.

    Raises:
        Invalid: no such form, or no reason.
        Conflict: it was entered, or said to be unused before.
    """
    form = _locked(number)
    if len(why.strip()) < LEAST_REASON:
        raise Invalid("The form is still missing.", fields={"/why": [f"Say why in {LEAST_REASON} characters or more."]})
    form.spoiled = why.strip()[:SHORT]
    audit.record("paper.spoiled", subject=("paper_form", number))


def _locked(number: int) -> PaperForm:
    form = db.session.get(PaperForm, number, with_for_update=True)
    if form is None:
        raise Invalid(NOT_ENTERED, fields={"/number": ["No form of this number was printed. Look at it again."]})
    if form.contact_id is not None:
        raise Conflict(f"Form {number} was entered before. Look for it under your colleagues' contacts, or ask them.")
    if form.spoiled is not None:
        raise Conflict(f"Form {number} was said to be unused. Ask the duty manager before you enter it.")
    return form


def of_contact(contact: Contact) -> dict[str, Any] | None:
    """Say of a contact that came on paper: its number, who took it, when it was entered; None of others."""
    form = db.session.scalar(select(PaperForm).where(PaperForm.contact_id == contact.id))
    return {"number": form.number, "taken_by": form.taken_by, "entered_at": form.entered_at} if form else None
