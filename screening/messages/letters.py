"""The e-mails themselves. A reference, a date, "received" and a number to ring; never what a contact is about.

No name of a child or family, no address, no concern and no team; only an outcome says one. The text stands in
`letter_text.py`. Only `EmailMessage` builds headers, and only an address of one plain form reaches it.
"""

import secrets
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from screening import letter_text
from screening.mailboxes import usable
from screening.models import Contact, Message

# Says nothing of who we are, and is the same wherever the service runs.
MESSAGE_ID_DOMAIN = "front-door.example"


def new_message_id() -> str:
    """Make a Message-ID that is kept with the row, so that a repeat after a crash is the same message."""
    return f"<{secrets.token_hex(16)}@{MESSAGE_ID_DOMAIN}>"


def write(message: Message, contact: Contact, *, to: str, phone: str, **more: str) -> EmailMessage:
    """Write a message as it is sent, but for `From`. Written again after a crash, it is the same to the letter.

    Args:
        message: the row; gives the Message-ID and the date.
        contact: gives the reference and the day it was received.
        to: the referrer's e-mail address.
        phone: the number to ring.
        more: `writer`, who acknowledges or answers; `reply`, the part with the link; `words`, those of an answer.

    Raises:
        ValueError: the address is not one plain address.
    """
    if not usable(to):
        raise ValueError("The address is not one plain address. Ask `may_leave` before writing.")
    letter = EmailMessage(policy=SMTP)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = letter_text.subject(message.kind, contact)
    # The day it was written, also when it is sent again after a crash: then it is the same letter.
    letter["Date"] = message.written_at or message.created_at
    letter["Message-ID"] = message.message_id
    # No answer from an absent colleague's mailbox, and none to the anonymous sender of a forged one (RFC 3834).
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(letter_text.text(message.kind, contact, phone=phone, **more))
    return letter
