"""The one-time link to a partner's form. Its token is made with a secret outside the database, which holds a hash.

Made again after a crash it is the same link, so the same mail; used once, or past its day, it is dead.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select

from routing_rules import policy
from screening.checks import said_who
from screening.db import db, new_id, now
from screening.models import BackgroundCheck, PartnerLink

# A token is this long, so that nothing else is looked for.
TOKEN_CHARACTERS = 43
# What ended so on our side is still answered by who got the link: what they know is never turned away.
LATE = ("failed", "no_reply", "not_asked")


@dataclass(frozen=True)
class Open:
    """A link that works, and the check that it answers."""

    link: PartnerLink
    check: BackgroundCheck


def link_for(check: BackgroundCheck, message_id: str, secret: str) -> tuple[PartnerLink, str]:
    """Give the link of a check, made where there is none yet, and its token. The check is locked."""
    found = db.session.scalar(select(PartnerLink).where(PartnerLink.check_id == check.id))
    if found is None:
        hours = policy.packaged().read("partner_link_lasts", now().date(), int)
        link_id, at = new_id(), now()
        found = PartnerLink(
            id=link_id,
            check_id=check.id,
            token_hash=_hash(_token(str(link_id), secret)),
            message_id=message_id,
            made_at=at,
            expires_at=at + timedelta(hours=hours),
        )
        db.session.add(found)
        db.session.flush()
    return found, _token(str(found.id), secret)


def opened(token: str, *, lock: bool = False) -> Open | None:
    """Find what a link opens; None where it never was one, was used, is too old, or its check counts no longer."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    question = (
        select(PartnerLink, BackgroundCheck)
        .join(BackgroundCheck, BackgroundCheck.id == PartnerLink.check_id)
        .where(
            PartnerLink.token_hash == _hash(token),
            PartnerLink.used_at.is_(None),
            PartnerLink.expires_at > now(),
            or_(BackgroundCheck.outcome.is_(None), BackgroundCheck.outcome.in_(LATE)),
            BackgroundCheck.replaced_at.is_(None),
        )
    )
    if lock:
        question = question.with_for_update().execution_options(populate_existing=True)
    row = db.session.execute(question).first()
    return Open(*row) if row and said_who.is_still(row[1]) else None


def _token(link_id: str, secret: str) -> str:
    made = hmac.new(secret.encode(), f"partner form {link_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
