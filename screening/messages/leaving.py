"""Whether a message may leave: promise 8, and the only way out. Nobody is tipped off; not sure means a person rings.

Each reason below is a question about the contact as it stands now. The first that holds is kept on the message and
read by whoever rings, so it says what to do and names nobody.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from nicknames import NickNamer
from sqlalchemy import select

from screening.db import db
from screening.messages.letters import usable
from screening.models import Contact, Participation, Screening
from screening.models.message import KINDS
from screening.names import fold

# The census's sources of a referral (N00152): 1A to 1D are individuals, 9 is anonymous, 10 is not known.
ANONYMOUS_SOURCE = "9"
FAMILY_SOURCE = "1A"
PROFESSIONAL_SOURCES = frozenset(
    {"2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D", "6", "7", "8"}
)
# What the rules say must be done where a word in the wrong mailbox could put a child in more danger.
DANGEROUS_TO_TELL = frozenset({"do_not_alert_carer", "lado"})

NOT_LETTERS = re.compile(r"[\W\d_]+")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "prof"})

ANONYMOUS = "The caller is anonymous: there is nobody to tell."
NO_ADDRESS = "No e-mail address was given. Ring them."
UNUSABLE = "The e-mail address cannot be used as it was given. Ring them."
NOT_SAFE = "The referrer said that it is not safe to write. Ring them, only as they agreed."
ALLEGED_OWNS = "An adult who is said to have caused harm may own or share that mailbox. Ring the referrer."
ALLEGED_WORKS_THERE = "An adult who is said to have caused harm may work at that agency. Ring the referrer in person."
CARER_NOT_ALERTED = "Parents and carers must not be told yet, and a relative may share it with them. Ring them."
NOT_KNOWN_DANGEROUS = "Nobody has said that it is safe to write, and a word to the wrong person is a danger. Ring them."
NOT_KNOWN = "Nobody has said that it is safe to write to them. Ring them."


@dataclass(frozen=True)
class Permission:
    """Whether something may leave; where not, the reason in words without personal data."""

    allowed: bool
    reason: str | None = None


def may_leave(contact: Contact, kind: str) -> Permission:
    """Say whether a message of this kind may be sent to the contact's referrer now.

    The answer is the same for every kind: a mailbox that somebody else reads is unsafe for all of them.

    Raises:
        ValueError: there is no such kind of message.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of message. Use one of: {', '.join(KINDS)}.")
    reason = next((words for words, holds in REASONS if holds(contact)), None)
    return Permission(reason is None, reason)


def is_anonymous(contact: Contact) -> bool:
    """Say whether nobody is known to reply to, by any means."""
    return contact.referrer is None or contact.referrer.source_code == ANONYMOUS_SOURCE


def mailbox_of(contact: Contact) -> str:
    """Give the referrer's e-mail address as it would be written to, or nothing."""
    return ((contact.referrer.email if contact.referrer else None) or "").strip()


def _has_no_address(contact: Contact) -> bool:
    return not mailbox_of(contact)


def _cannot_be_used(contact: Contact) -> bool:
    return not usable(mailbox_of(contact))


def _is_not_safe(contact: Contact) -> bool:
    return _safe_to_reply(contact) == "no"


def _alleged_owns_it(contact: Contact) -> bool:
    # The referrer under that name, or an address made of it: gary.smyth@, gary77@, gsmyth@, the.smyths@.
    mailbox = NOT_LETTERS.sub(" ", fold(mailbox_of(contact).partition("@")[0]))
    referrer = set(fold((contact.referrer.name if contact.referrer else None) or "").split())
    return any(_is_named(adult, mailbox, referrer - TITLES) for adult in _alleged(contact))


def _is_named(adult: Participation, mailbox: str, referrer: set[str]) -> bool:
    given, family = set(fold(adult.given_name or "").split()), set(fold(adult.family_name or "").split())
    return _is_in_mailbox(given, family, mailbox) or _is_referrer(given, family, referrer)


def _is_in_mailbox(given: set[str], family: set[str], mailbox: str) -> bool:
    joined, tokens = mailbox.replace(" ", ""), set(mailbox.split())
    # A short name stands in many words, so it counts as a whole one only: li.wei@, wli@; so does a short form: bob77@.
    initialled = {name[0] + other for name in given for other in family}
    whole = {name for name in given | family if len(name) == 2} | initialled | _short_forms(given)
    return any(len(name) > 2 and name in joined for name in given | family) or bool(whole & tokens)


def _is_referrer(given: set[str], family: set[str], referrer: set[str]) -> bool:
    names = given | family
    if names and referrer and (names <= referrer or referrer <= names):
        return True
    if not family:
        return bool(_short_forms(given) & referrer)
    others = referrer - family
    alike = {name[0] for name in given} & {name[0] for name in others} or _short_forms(given) & others
    return bool(family & referrer) and bool(alike or not given)


def _short_forms(given: set[str]) -> set[str]:
    names = _nicknames()
    forms = [names.nicknames_of(name) | names.canonicals_of(name) | _in_z(name) for name in given]
    return {str(form) for form in set().union(*forms) if len(form) > 1}


def _in_z(name: str) -> set[str]:
    # Gary, Sharon, Jeremy: Gaz and Gazza, Shaz, Jez. The list of nicknames is American and has none of them.
    stem, has_r, _ = name.partition("r")
    return {stem + "z", stem + "zza"} if has_r and len(stem) > 1 else set()


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


def _alleged_works_there(contact: Contact) -> bool:
    if contact.referrer is None or not (contact.referrer.agency or _is_professional(contact)):
        return False
    return any(adult.works_with_children == "yes" for adult in _alleged(contact))


def _carer_must_not_know(contact: Contact) -> bool:
    source = contact.referrer.source_code if contact.referrer else None
    return source == FAMILY_SOURCE and "do_not_alert_carer" in (_must_do(contact) or ())


def _not_known_and_dangerous(contact: Contact) -> bool:
    if _safe_to_reply(contact) == "yes":
        return False
    must_do = _must_do(contact)
    # Not scored: nobody knows that it is not one of these cases.
    return must_do is None or bool(DANGEROUS_TO_TELL & set(must_do))


def _not_known(contact: Contact) -> bool:
    return _safe_to_reply(contact) != "yes" and not _is_professional(contact)


REASONS: tuple[tuple[str, Callable[[Contact], bool]], ...] = (
    (ANONYMOUS, is_anonymous),
    (NOT_SAFE, _is_not_safe),
    (NO_ADDRESS, _has_no_address),
    (UNUSABLE, _cannot_be_used),
    (ALLEGED_OWNS, _alleged_owns_it),
    (ALLEGED_WORKS_THERE, _alleged_works_there),
    (CARER_NOT_ALERTED, _carer_must_not_know),
    (NOT_KNOWN_DANGEROUS, _not_known_and_dangerous),
    (NOT_KNOWN, _not_known),
)


def _safe_to_reply(contact: Contact) -> str:
    return contact.referrer.safe_to_reply if contact.referrer else "unknown"


def _is_professional(contact: Contact) -> bool:
    return contact.referrer is not None and contact.referrer.source_code in PROFESSIONAL_SOURCES


def _alleged(contact: Contact) -> list[Participation]:
    return [adult for adult in contact.adults if adult.alleged_harm_to]


def _must_do(contact: Contact) -> list[Any] | None:
    """What the newest score says must be done; None where the contact was not scored."""
    newest = select(Screening.output).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc())
    output = db.session.scalar(newest.limit(1))
    return None if output is None else list(output.get("must_do", ()))
