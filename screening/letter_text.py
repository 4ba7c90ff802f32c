"""What our letters say: a reference, a date, "received" and a number to ring; never what a contact is about.

No name of a child or family, no address, no concern and no team; only an outcome says one. The text stands in
`templates/messages/*.txt`; whoever shows a letter before it is sent shows this.
"""

from datetime import datetime
from importlib.resources import files
from string import Template

from sqlalchemy import ColumnElement, Select, select

from screening.db import db
from screening.models import Contact, Team
from screening.models.message import ANSWERS
from screening.wording import LONDON, long_day, moment

# Where a team has no number on file, the referrer still has the one that they used.
NUMBER_THEY_USED = "the number that you used before"
SUBJECTS = {
    "receipt": "We have received your contact {}",
    "acknowledgement": "Your contact {}",
    "outcome": "About your contact {}",
    "answer": "Our answer about your contact {}",
}
PAGE = "open this page. It works once, until {until}:\n\n{url}\n\n"
REPLY = f"To add or correct something, or to ask us to ring you, {PAGE}"
REPLY_OR_DISAGREE = f"To disagree, to add something, or to ask us to ring you, {PAGE}"


def subject(kind: str, contact: Contact) -> str:
    """Give the subject of a letter of this kind: `receipt`, `acknowledgement`, `answer` or a further one."""
    return SUBJECTS[family(kind)].format(contact.reference)


def family(kind: str) -> str:
    """Give the kind that a kind of message is written as: every answer is written alike."""
    return "answer" if kind in ANSWERS else kind


def reply(url: str, until: datetime, *, may_disagree: bool) -> str:
    """Give the part of a letter that holds the link to answer by."""
    return (REPLY_OR_DISAGREE if may_disagree else REPLY).format(url=url, until=moment(until))


def text(kind: str, contact: Contact, *, phone: str, **more: str) -> str:
    """Give what a letter of this kind says.

    `more`: `writer`, who acknowledges or answers; `reply`, the part with the link; `words`, those of an answer or
    an outcome.
    """
    template = (files("screening") / "templates" / "messages" / f"{family(kind)}.txt").read_text(encoding="utf-8")
    received_on = long_day(contact.first_received_at.astimezone(LONDON).date())
    parts = {"writer": "", "reply": "", "words": ""} | more
    return Template(template).substitute(reference=contact.reference, received_on=received_on, phone=phone, **parts)


def front_door_phone() -> str:
    """Tell the number that a receipt gives: the screening team's."""
    return db.session.scalar(phones(Team.kind == "screening")) or NUMBER_THEY_USED


def phones(which: ColumnElement[bool]) -> Select[str]:
    """Ask for the number of the first of these teams that has one."""
    return select(Team.phone).where(which, Team.active, Team.phone != "").order_by(Team.name).limit(1)
