"""The one-time link in a message. Its token is made with a secret outside the database, which holds a hash.

Made again after a crash it is the same link, so the same letter; used once, or past its day, it opens nothing. Where a
message was written anew, and has left, its newest link takes the place of those before: they were about what was told.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.db import db, new_id, now
from screening.leaving import REPLY_LINK, may_leave
from screening.models import Contact, Message, ReplyLink

# A token is this long, so that nothing else is looked for.
TOKEN_CHARACTERS = 43


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A link of ours, its message and its contact. `works` is whether its page is shown.

    `is_earlier`: the message was written anew since, whether or not that has left. `replaced_at`: since when a newer
    link has its place; None where none has. `may_leave`: whether a link may go to that mailbox still.
    """

    link: ReplyLink
    message: Message
    contact: Contact
    works: bool
    is_earlier: bool
    replaced_at: datetime | None
    may_leave: bool

    @property
    def is_answered(self) -> bool:
        """True where it was used and its day has not come: it still says that we have what was sent."""
        return self.link.used_at is not None and now() < self.link.expires_at

    @property
    def is_replaced(self) -> bool:
        """True where a newer one has its place, and it would work but for that: it says which one does."""
        ended = self.link.used_at is not None or self.link.expires_at <= now()
        return self.replaced_at is not None and not ended and self.may_leave

    @property
    def is_kept(self) -> bool:
        """True where what was typed is still kept: it works, or it did when the page that stood open was opened."""
        if self.works:
            return True
        ended = min(at for at in (self.link.expires_at, self.link.used_at, self.replaced_at) if at is not None)
        soon = now() < ended + timedelta(hours=number("reply_link_kept_after"))
        return soon and self.link.late < number("reply_late_most")


def link_for(message: Message, contact: Contact, secret: str) -> tuple[ReplyLink, str] | None:
    """Give the link of a message and its token, made where there is none yet; None where no link may leave with it.

    A message that was written anew, in place of what it told before, has a link anew: the first may be used.
    """
    if not may_leave(contact, REPLY_LINK).allowed:
        return None
    newest = select(ReplyLink).where(ReplyLink.message_id == message.id).order_by(ReplyLink.made_at.desc()).limit(1)
    found = db.session.scalar(newest)
    if found is not None and _is_earlier(found, message):
        found = None
    if found is None:
        link_id, at = new_id(), now()
        found = ReplyLink(
            id=link_id,
            message_id=message.id,
            token_hash=_hash(token_of(str(link_id), secret)),
            made_at=at,
            expires_at=at + timedelta(hours=number("reply_link_lasts")),
        )
        db.session.add(found)
        db.session.flush()
    return found, token_of(str(found.id), secret)


def opened(token: str) -> Opened | None:
    """Find what a link opens; None where there never was one.

    It does not work once it was used, past its day, once a newer one has its place, and where no link may go to that
    mailbox any more (promise 8).
    """
    found = _found(token)
    if found is None:
        return None
    link, message, contact = found
    replaced_at = _replaced_at(link, message)
    is_over = link.used_at is not None or link.expires_at <= now() or replaced_at is not None
    allowed = may_leave(contact, REPLY_LINK).allowed
    return Opened(
        link=link,
        message=message,
        contact=contact,
        works=not is_over and allowed,
        is_earlier=_is_earlier(link, message),
        replaced_at=replaced_at,
        may_leave=allowed,
    )


def _is_earlier(link: ReplyLink, message: Message) -> bool:
    return message.written_at is not None and link.made_at < message.written_at


def _replaced_at(link: ReplyLink, message: Message) -> datetime | None:
    # Until the newer message has left, this link is the only one that they have.
    newer = select(ReplyLink.id).where(ReplyLink.message_id == link.message_id, ReplyLink.made_at > link.made_at)
    return message.sent_at if db.session.scalar(newer.limit(1)) else None


def _found(token: str) -> tuple[ReplyLink, Message, Contact] | None:
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    question = (
        select(ReplyLink, Message, Contact)
        .join(Message, Message.id == ReplyLink.message_id)
        .join(Contact, Contact.id == Message.contact_id)
        .where(ReplyLink.token_hash == _hash(token))
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(question).first()
    return (row[0], row[1], row[2]) if row else None


def number(name: str) -> int:
    """Read a number of policy, as it stands today."""
    return policy.packaged().read(name, clocks.london_date(now()), int)


def token_of(link_id: str, secret: str) -> str:
    """Make the token of a link: the same again after a crash."""
    made = hmac.new(secret.encode(), f"reply link {link_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
