"""Whether something may leave: promise 8, and the only way out. Nobody is tipped off; not sure means a person rings.

Whatever sends, asks here first: receipts, acknowledgements, partner checks, links. Each reason below is a question
about the contact as it stands now and about where it would go. The first that holds is kept, and read by whoever rings,
so it says what to do and names nobody.
"""

from collections.abc import Callable

from routing_rules import clocks
from screening.alleged import may_own, works_at
from screening.apart import is_synthetic
from screening.as_it_stands import AsItStands
from screening.db import now
from screening.mailboxes import usable
from screening.models import Contact
from screening.sharing.marks import Recipient, stops
from screening.sharing.permission import Permission, permitted

__all__ = ["KINDS", "Permission", "Recipient", "is_anonymous", "mailbox_of", "may_leave"]

# To the referrer by e-mail, to them by telephone, to a partner in writing, to a partner by telephone, to a screen, and
# a referral to the council's own case system.
REPLY_LINK = "reply_link"
RECEIPT = "receipt"
MAIL = (RECEIPT, "acknowledgement", "outcome", "answer", REPLY_LINK)
CALLBACK, PARTNER_CHECK, PARTNER_CALL, PRINT = "callback", "partner_check", "partner_call", "print"
CASE_SYSTEM = "case_system"
KINDS = (*MAIL, CALLBACK, PARTNER_CHECK, PARTNER_CALL, PRINT, CASE_SYSTEM)

# The census's sources of a referral (N00152): 1A to 1D are individuals, 9 is anonymous, 10 is not known.
ANONYMOUS_SOURCE = "9"
FAMILY_SOURCE = "1A"
REGISTER_OF_SOURCE = {
    "2": "education",
    "3": "health",
    "4": "housing",
    "5A": "adult_services",
    "6": "police",
    "7": "probation",
}

SYNTHETIC = "The service sent this to itself: it is about nobody, and nobody is asked or told."
NOT_A_PROFESSIONAL = "A link to answer by goes to professionals only. Others ring us."
ANONYMOUS = "The caller is anonymous: there is nobody to tell."
NO_ADDRESS = "No e-mail address was given. Ring them."
NO_NUMBER = "No telephone number was given."
UNUSABLE = "The e-mail address cannot be used as it was given. Ring them."
NOT_SAFE = "The referrer said that it is not safe to write. Ring them, only as they agreed."
CALL_SAFE = (
    "The call was taken call-safe: the caller may be somebody who is said to have caused harm. Nothing is written to "
    "them. Find out who they are before anybody rings."
)
ALLEGED_RANG = (
    "The caller may be an adult who is said to have caused harm: they have the same name. Do not ring. A manager "
    "decides whether anybody does, and what may be said."
)
CALL_SAFE_TO_RING = (
    "The call was taken call-safe: the caller may be somebody who is said to have caused harm. Find out who they are. "
    "A manager decides whether anybody rings."
)
NOT_SAFE_TO_RING = "They said that it is not safe to ring. Speak with the duty manager before anybody tries."
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

Question = Callable[[AsItStands, Recipient], bool]


def may_leave(contact: Contact | AsItStands, kind: str, to: Recipient | None = None) -> Permission:
    """Say whether something of this kind may be sent now.

    Args:
        contact: what it is about. Who asks of many recipients gives it as it stands, read once for all.
        kind: one of KINDS. `partner_check` is in writing, by mail, form or from system to system; `partner_call` is a
            person who rings. A `print` is always allowed: its reason, where it has one, is a warning.
        to: where it would go; left out, it is the referrer. A partner's has the register; the case system's, its name.

    Raises:
        ValueError: there is no such kind, or a partner's check names no register.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of message. Use one of: {', '.join(KINDS)}.")
    stands = contact if isinstance(contact, AsItStands) else AsItStands(contact)
    if is_synthetic() and kind != RECEIPT:
        return Permission(False, SYNTHETIC)
    if kind == PRINT:
        return Permission(True, PRINT_WARNING if stands.marks else None)
    if kind in (PARTNER_CHECK, PARTNER_CALL):
        return _may_ask(stands, kind, to)
    apart = {CALLBACK: REASONS_TO_RING, CASE_SYSTEM: CASE_SYSTEM_REASONS, REPLY_LINK: REPLY_LINK_REASONS}
    reasons = apart.get(kind, REASONS)
    reason = _first(reasons, stands, to or referrer_of(stands.contact))
    return Permission(reason is None, reason)


def against_ringing(contact: Contact) -> list[str]:
    """List all that stands against ringing the referrer now, the first reason first."""
    stands = AsItStands(contact)
    return [words for words, holds in REASONS_TO_RING if holds(stands, referrer_of(contact))]


def _may_ask(stands: AsItStands, kind: str, to: Recipient | None) -> Permission:
    if to is None or not to.register:
        raise ValueError("A check with a partner says whom it asks: give the register.")
    lawful = permitted(stands.sharing, to.register, clocks.london_date(now()))
    if not lawful.allowed:
        return lawful
    reason = _first(PARTNER_REASONS if kind == PARTNER_CHECK else PARTNER_REASONS[:1], stands, to)
    return Permission(reason is None, reason, lawful.basis)


def _first(reasons: tuple[tuple[str, Question], ...], stands: AsItStands, to: Recipient) -> str | None:
    return next((words for words, holds in reasons if holds(stands, to)), None)


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


def _is_anonymous(stands: AsItStands, _: Recipient) -> bool:
    return is_anonymous(stands.contact)


def _is_marked(stands: AsItStands, to: Recipient) -> bool:
    return any(stops(mark, to) for mark in stands.marks)


def _has_no_address(_: AsItStands, to: Recipient) -> bool:
    return not to.address


def _has_no_number(stands: AsItStands, _: Recipient) -> bool:
    return stands.referrer is None or not (stands.referrer.phone or stands.safe_contact.get("number"))


def _cannot_be_used(_: AsItStands, to: Recipient) -> bool:
    return not usable(to.address or "")


def _is_not_safe(stands: AsItStands, _: Recipient) -> bool:
    return "no" in (stands.safe_to_reply, stands.safe_contact.get("may_write"))


def _said_not_safe(stands: AsItStands, _: Recipient) -> bool:
    # Said of both at once. Who said since that ringing is safe is rung, as they agreed.
    return stands.safe_to_reply == "no" and stands.safe_contact.get("may_ring") != "yes"


def _is_not_safe_to_ring(stands: AsItStands, _: Recipient) -> bool:
    return stands.safe_contact.get("may_ring") == "no"


def _is_call_safe(stands: AsItStands, _: Recipient) -> bool:
    return stands.is_call_safe


def _alleged_owns_it(stands: AsItStands, to: Recipient) -> bool:
    holder = stands.referrer.name if stands.referrer else None
    return any(may_own(adult, to.address or "", holder) for adult in stands.alleged)


def _alleged_rang(stands: AsItStands, _: Recipient) -> bool:
    holder = stands.referrer.name if stands.referrer else None
    return bool(holder) and any(may_own(adult, "", holder) for adult in stands.alleged)


def _alleged_works_there(stands: AsItStands, _: Recipient) -> bool:
    if stands.referrer is None or not (stands.referrer.agency or stands.is_from_professional):
        return False
    return any(adult.works_with_children == "yes" for adult in stands.alleged)


def _carer_must_not_know(stands: AsItStands, _: Recipient) -> bool:
    source = stands.referrer.source_code if stands.referrer else None
    return source == FAMILY_SOURCE and "do_not_alert_carer" in (stands.must_do or ())


def _not_known_and_dangerous(stands: AsItStands, _: Recipient) -> bool:
    return stands.safe_to_reply != "yes" and stands.is_dangerous


def _no_professional(stands: AsItStands, _: Recipient) -> bool:
    return not stands.is_from_professional


def _not_known(stands: AsItStands, _: Recipient) -> bool:
    return stands.safe_to_reply != "yes" and not stands.is_from_professional


def _reads_partners_mailbox(stands: AsItStands, to: Recipient) -> bool:
    return any(may_own(adult, to.address or "", None) for adult in stands.alleged)


def _works_for_partner(stands: AsItStands, to: Recipient) -> bool:
    return any(to.register in (works_at(adult) or ()) for adult in stands.alleged)


def _partner_not_known(stands: AsItStands, _: Recipient) -> bool:
    places = [(adult, works_at(adult)) for adult in stands.alleged]
    # Works with children, nobody wrote where: an allegation against a professional, whatever the rules made of it.
    if any(adult.works_with_children == "yes" and place is None for adult, place in places):
        return True
    return stands.is_dangerous and (not places or any(place is None for _, place in places))


def _works_with_children(stands: AsItStands, _: Recipient) -> bool:
    return any(adult.works_with_children == "yes" for adult in stands.alleged)


def _reader_not_known(stands: AsItStands, _: Recipient) -> bool:
    adults = stands.alleged
    # Nobody is named: it is not known who it is, nor what they read.
    return stands.is_dangerous and (not adults or any(adult.works_with_children != "no" for adult in adults))


REASONS: tuple[tuple[str, Question], ...] = (
    (ANONYMOUS, _is_anonymous),
    (NOT_SAFE, _is_not_safe),
    (MARKED, _is_marked),
    (CALL_SAFE, _is_call_safe),
    (NO_ADDRESS, _has_no_address),
    (UNUSABLE, _cannot_be_used),
    (ALLEGED_OWNS, _alleged_owns_it),
    (ALLEGED_WORKS_THERE, _alleged_works_there),
    (CARER_NOT_ALERTED, _carer_must_not_know),
    (NOT_KNOWN_DANGEROUS, _not_known_and_dangerous),
    (NOT_KNOWN, _not_known),
)
# Who opens the link writes into the contact: it goes where a letter may go, and to professionals alone.
REPLY_LINK_REASONS = (*REASONS, (NOT_A_PROFESSIONAL, _no_professional))
REASONS_TO_RING: tuple[tuple[str, Question], ...] = (
    (ANONYMOUS, _is_anonymous),
    (NOT_SAFE_TO_RING, _is_not_safe_to_ring),
    (NOT_SAFE, _said_not_safe),
    (MARKED, _is_marked),
    (ALLEGED_RANG, _alleged_rang),
    (CALL_SAFE_TO_RING, _is_call_safe),
    (NO_NUMBER, _has_no_number),
)
# What a manager may decide against, the gravest first: who decided so of one, decided so of those after it.
A_MANAGER_DECIDES = {"caller_alleged": ALLEGED_RANG, "call_safe": CALL_SAFE_TO_RING}
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
