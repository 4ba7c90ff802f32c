"""What our letters say: a reference, a date, "received" and a number to ring; never what a contact is about.

No name of a child or family, no address, no concern, no team and no outcome. The text stands in
`templates/messages/*.txt`; whoever shows a letter before it is sent shows this.
"""

from importlib.resources import files
from string import Template

from screening.models import Contact
from screening.wording import LONDON, long_day

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
