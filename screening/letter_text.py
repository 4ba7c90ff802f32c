"""What our letters say: a reference, a date, "received" and a number to ring; never what a contact is about.

No name of a child or family, no address, no concern, no team and no outcome. The text stands in
`templates/messages/*.txt`; whoever shows a letter before it is sent shows this.
"""

from importlib.resources import files
from string import Template

from sqlalchemy import ColumnElement, Select, select

from screening.db import db
from screening.models import Contact, Team
from screening.wording import LONDON, long_day

# Where a team has no number on file, the referrer still has the one that they used.
NUMBER_THEY_USED = "the number that you used before"
SUBJECTS = {"receipt": "We have received your contact {}", "acknowledgement": "Your contact {}"}


def subject(kind: str, contact: Contact) -> str:
    """Give the subject of a letter of this kind: `receipt` or `acknowledgement`."""
    return SUBJECTS[kind].format(contact.reference)


def text(kind: str, contact: Contact, *, phone: str, writer: str = "") -> str:
    """Give what a letter of this kind says; `writer` is the name of the person who acknowledges."""
    template = (files("screening") / "templates" / "messages" / f"{kind}.txt").read_text(encoding="utf-8")
    received_on = long_day(contact.first_received_at.astimezone(LONDON).date())
    return Template(template).substitute(
        reference=contact.reference, received_on=received_on, phone=phone, writer=writer
    )


def front_door_phone() -> str:
    """Tell the number that a receipt gives: the screening team's."""
    return db.session.scalar(phones(Team.kind == "screening")) or NUMBER_THEY_USED


def phones(which: ColumnElement[bool]) -> Select[str]:
    """Ask for the number of the first of these teams that has one."""
    return select(Team.phone).where(which, Team.active, Team.phone != "").order_by(Team.name).limit(1)
