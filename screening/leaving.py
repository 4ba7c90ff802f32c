"""Whether something may leave: promise 8, and the only way out. Nobody is tipped off; not sure means a person rings.

Whatever sends, asks here first: receipts, acknowledgements, partner checks, links. Each reason below is a question
about the contact as it stands now and about where it would go. The first that holds is kept, and read by whoever rings,
so it says what to do and names nobody.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from screening.alleged import alleged_adults, may_own, works_at
from screening.db import db
from screening.mailboxes import usable
from screening.models import Contact, Screening
from screening.sharing.marks import Recipient, marks_about, stops
from screening.sharing.permission import Permission, allows

__all__ = ["KINDS", "Permission", "Recipient", "is_anonymous", "mailbox_of", "may_leave"]

# To the referrer by e-mail, to them by telephone, to a partner in writing, to a partner by telephone, to a screen, and
# a referral to the council's own case system.
MAIL = ("receipt", "acknowledgement", "outcome", "reply_link")
CALLBACK, PARTNER_CHECK, PARTNER_CALL, PRINT = "callback", "partner_check", "partner_call", "print"
CASE_SYSTEM = "case_system"
KINDS = (*MAIL, CALLBACK, PARTNER_CHECK, PARTNER_CALL, PRINT, CASE_SYSTEM)

# The census's sources of a referral (N00152): 1A to 1D are individuals, 9 is anonymous, 10 is not known.
ANONYMOUS_SOURCE = "9"
FAMILY_SOURCE = "1A"
PROFESSIONAL_SOURCES = frozenset(
    {"2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D", "6", "7", "8"}
)
REGISTER_OF_SOURCE = {
    "2": "education",
    "3": "health",
    "4": "housing",
    "5A": "adult_services",
    "6": "police",
    "7": "probation",
}
# What the rules say must be done where a word in the wrong mailbox could put a child in more danger.
DANGEROUS_TO_TELL = frozenset({"do_not_alert_carer", "lado"})

ANONYMOUS = "The caller is anonymous: there is nobody to tell."
NO_ADDRESS = "No e-mail address was given. Ring them."
NO_NUMBER = "No telephone number was given."
UNUSABLE = "The e-mail address cannot be used as it was given. Ring them."
NOT_SAFE = "The referrer said that it is not safe to write. Ring them, only as they agreed."
MARKED = (
    "Somebody wrote down that word must not reach this organisation. Ask the duty manager whom to ring, if anybody."
)
ALLEGED_OWNS = "An adult who is said to have caused harm may own or share that mailbox. Ring the referrer."
ALLEGED_WORKS_THERE = "An adult who is said to have caused harm may work at that agency. Ring the referrer in person."
CARER_NOT_ALERTED = "Parents and carers must not be told yet, and a relative may share it with them. Ring them."
NOT_KNOWN_DANGEROUS = "Nobody has said that it is safe to write, and a word to the wrong person is a danger. Ring them."
NOT_KNOWN = "Nobody has said that it is safe to write to them. Ring them."
PARTNERS_MAILBOX = (
    "An adult who is said to have caused harm may read that mailbox. Ask by telephone, a person you know."
)
WORKS_FOR_PARTNER = (
    "An adult who is said to have caused harm may work there. Ask by telephone, not this mailbox, a person you know."
)
PARTNER_NOT_KNOWN = (
    "It is not known whether an adult who is said to have caused harm works there, and a word to the wrong person is a "
    "danger. Ask by telephone, a person you know."
)
CASES_MARKED = "Somebody wrote down that word must not reach our own systems. A named person hands it over."
WORKS_WITH_CHILDREN = (
    "An adult who is said to have caused harm works with children, and may read the case system. "
    "A named person hands it over."
)
CASES_NOT_KNOWN = (
    "It is not known whether an adult who is said to have caused harm may read the case system, and a word to the "
    "wrong person is a danger. A named person hands it over."
)
PRINT_WARNING = "Word of somebody in this contact must not reach everybody: see Sharing before you hand this on."

Question = Callable[[Contact, Recipient], bool]


def may_leave(contact: Contact, kind: str, to: Recipient | None = None) -> Permission:
    """Say whether something of this kind may be sent now.

    Args:
        contact: what it is about.
        kind: one of KINDS. `partner_check` is in writing, by mail, form or from system to system; `partner_call` is a
            person who rings. A `print` is always allowed: its reason, where it has one, is a warning.
        to: where it would go; left out, it is the referrer. A partner's has the register; the case system's, its name.

    Raises:
        ValueError: there is no such kind, or a partner's check names no register.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of message. Use one of: {', '.join(KINDS)}.")
    if kind == PRINT:
        return Permission(True, PRINT_WARNING if marks_about(contact) else None)
    if kind in (PARTNER_CHECK, PARTNER_CALL):
        return _may_ask(contact, kind, to)
    reasons = {CALLBACK: REASONS_TO_RING, CASE_SYSTEM: CASE_SYSTEM_REASONS}.get(kind, REASONS)
    reason = _first(reasons, contact, to or referrer_of(contact))
    return Permission(reason is None, reason)


def _may_ask(contact: Contact, kind: str, to: Recipient | None) -> Permission:
    if to is None or not to.register:
        raise ValueError("A check with a partner says whom it asks: give the register.")
    lawful = allows(contact, to.register)
    if not lawful.allowed:
        return lawful
    reason = _first(PARTNER_REASONS if kind == PARTNER_CHECK else PARTNER_REASONS[:1], contact, to)
    return Permission(reason is None, reason, lawful.basis)


def _first(reasons: tuple[tuple[str, Question], ...], contact: Contact, to: Recipient) -> str | None:
    return next((words for words, holds in reasons if holds(contact, to)), None)


def referrer_of(contact: Contact) -> Recipient:
    """Say where the referrer is reached: their mailbox, their agency, and the register that it keeps."""
    referrer = contact.referrer
    source = (referrer.source_code if referrer else None) or ""
    register = REGISTER_OF_SOURCE.get(source) or REGISTER_OF_SOURCE.get(source[:1])
    return Recipient(address=mailbox_of(contact), organisation=referrer.agency if referrer else None, register=register)


def is_anonymous(contact: Contact) -> bool:
    """Say whether nobody is known to reply to, by any means."""
    return contact.referrer is None or contact.referrer.source_code == ANONYMOUS_SOURCE


def mailbox_of(contact: Contact) -> str:
    """Give the referrer's e-mail address as it would be written to, or nothing."""
    return ((contact.referrer.email if contact.referrer else None) or "").strip()


def _is_anonymous(contact: Contact, _: Recipient) -> bool:
    return is_anonymous(contact)


def _is_marked(contact: Contact, to: Recipient) -> bool:
    return any(stops(mark, to) for mark in marks_about(contact))


def _has_no_address(_: Contact, to: Recipient) -> bool:
    return not to.address


def _has_no_number(contact: Contact, _: Recipient) -> bool:
    return contact.referrer is None or not contact.referrer.phone


def _cannot_be_used(_: Contact, to: Recipient) -> bool:
    return not usable(to.address or "")


def _is_not_safe(contact: Contact, _: Recipient) -> bool:
    return _safe_to_reply(contact) == "no"


def _alleged_owns_it(contact: Contact, to: Recipient) -> bool:
    holder = contact.referrer.name if contact.referrer else None
    return any(may_own(adult, to.address or "", holder) for adult in alleged_adults(contact))


def _alleged_works_there(contact: Contact, _: Recipient) -> bool:
    if contact.referrer is None or not (contact.referrer.agency or _is_professional(contact)):
        return False
    return any(adult.works_with_children == "yes" for adult in alleged_adults(contact))


def _carer_must_not_know(contact: Contact, _: Recipient) -> bool:
    source = contact.referrer.source_code if contact.referrer else None
    return source == FAMILY_SOURCE and "do_not_alert_carer" in (_must_do(contact) or ())


def _not_known_and_dangerous(contact: Contact, _: Recipient) -> bool:
    return _safe_to_reply(contact) != "yes" and _is_dangerous(contact)


def _not_known(contact: Contact, _: Recipient) -> bool:
    return _safe_to_reply(contact) != "yes" and not _is_professional(contact)


def _reads_partners_mailbox(contact: Contact, to: Recipient) -> bool:
    return any(may_own(adult, to.address or "", None) for adult in alleged_adults(contact))


def _works_for_partner(contact: Contact, to: Recipient) -> bool:
    return any(to.register in (works_at(adult) or ()) for adult in alleged_adults(contact))


def _partner_not_known(contact: Contact, _: Recipient) -> bool:
    places = [(adult, works_at(adult)) for adult in alleged_adults(contact)]
    # Works with children, nobody wrote where: an allegation against a professional, whatever the rules made of it.
    if any(adult.works_with_children == "yes" and place is None for adult, place in places):
        return True
    return _is_dangerous(contact) and (not places or any(place is None for _, place in places))


def _works_with_children(contact: Contact, _: Recipient) -> bool:
    return any(adult.works_with_children == "yes" for adult in alleged_adults(contact))


def _reader_not_known(contact: Contact, _: Recipient) -> bool:
    adults = alleged_adults(contact)
    # Nobody is named: it is not known who it is, nor what they read.
    return _is_dangerous(contact) and (not adults or any(adult.works_with_children != "no" for adult in adults))


REASONS: tuple[tuple[str, Question], ...] = (
    (ANONYMOUS, _is_anonymous),
    (NOT_SAFE, _is_not_safe),
    (MARKED, _is_marked),
    (NO_ADDRESS, _has_no_address),
    (UNUSABLE, _cannot_be_used),
    (ALLEGED_OWNS, _alleged_owns_it),
    (ALLEGED_WORKS_THERE, _alleged_works_there),
    (CARER_NOT_ALERTED, _carer_must_not_know),
    (NOT_KNOWN_DANGEROUS, _not_known_and_dangerous),
    (NOT_KNOWN, _not_known),
)
REASONS_TO_RING: tuple[tuple[str, Question], ...] = (
    (ANONYMOUS, _is_anonymous),
    (NOT_SAFE, _is_not_safe),
    (MARKED, _is_marked),
    (NO_NUMBER, _has_no_number),
)
PARTNER_REASONS: tuple[tuple[str, Question], ...] = (
    (MARKED, _is_marked),
    (PARTNERS_MAILBOX, _reads_partners_mailbox),
    (WORKS_FOR_PARTNER, _works_for_partner),
    (PARTNER_NOT_KNOWN, _partner_not_known),
)
CASE_SYSTEM_REASONS: tuple[tuple[str, Question], ...] = (
    (WORKS_WITH_CHILDREN, _works_with_children),
    (CASES_MARKED, _is_marked),
    (CASES_NOT_KNOWN, _reader_not_known),
)


def _safe_to_reply(contact: Contact) -> str:
    return contact.referrer.safe_to_reply if contact.referrer else "unknown"


def _is_professional(contact: Contact) -> bool:
    return contact.referrer is not None and contact.referrer.source_code in PROFESSIONAL_SOURCES


def _is_dangerous(contact: Contact) -> bool:
    must_do = _must_do(contact)
    # Not scored: nobody knows that it is not one of these cases.
    return must_do is None or bool(DANGEROUS_TO_TELL & set(must_do))


def _must_do(contact: Contact) -> list[Any] | None:
    """What the newest score says must be done; None where the contact was not scored."""
    newest = select(Screening.output).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc())
    output = db.session.scalar(newest.limit(1))
    return None if output is None else list(output.get("must_do", ()))
