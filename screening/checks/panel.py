"""A contact's checks, and which partners may be asked, as a page shows them to this viewer."""

from typing import Any

from flask import url_for

from screening import codes, telling
from screening.access import viewer
from screening.checks.asking import ASKED_AGAIN
from screening.checks.bases import basis_words
from screening.checks.proposing import NOT_CONFIRMED, Proposed, asked_already, left_out, proposals, standing
from screening.checks.queries import ShownCheck, checks_of
from screening.models import Contact
from screening.sharing.permission import NO_BASIS

Row = dict[str, Any]
WHO_THEY_ARE, ON_WHAT_BASIS = "say who they are", "record on what basis it is shared"


def shown(contact: Contact) -> list[Row]:
    """List the checks with what the viewer may do about each."""
    return [telling.check(one) | _links(one) for one in checks_of(contact)]


def asking_form(contact: Contact, values: Row | None = None, errors: dict[str, str] | None = None) -> Row | None:
    """Give what the form to ask partners shows; None where the viewer asks nobody."""
    if not viewer().may("check.ask") or contact.state == "taking":
        return None
    stands = standing(contact)
    found = proposals(contact, stands)
    asked = asked_already(one for one in found if one.asks)
    done = asked - left_out(found)
    ticked = [one.register for one in found if one.ticked and one.register not in asked]
    not_possible = [one for one in found if not one.asks]
    return {
        "send": url_for("checks.ask", reference=contact.reference),
        "bases": sorted({basis_words(one.basis) for one in found if one.basis}),
        "registers": [_register(one) for one in found if one.asks and one.register not in done],
        "all_asked": bool(done),
        "not_possible": [_register(one) for one in not_possible],
        "next": _next(contact, not_possible),
        "form": {"values": {"registers": ticked} | (values or {}), "errors": errors or {}},
    }


def _next(contact: Contact, not_possible: list[Proposed]) -> Row | None:
    """Say what is to be done before partners can be asked, and where: to say who they are, then on what basis."""
    why = {one.why for one in not_possible}
    steps = ((NOT_CONFIRMED, WHO_THEY_ARE, "people"), (NO_BASIS, ON_WHAT_BASIS, "sharing"))
    for reason, words, tab in steps:
        if reason in why:
            return {"words": words, "href": url_for("record.page", reference=contact.reference, tab=tab)}
    return None


def _register(one: Proposed) -> Row:
    about = " and ".join(person.full_name for person in one.people)
    waiting = " and ".join(person.full_name for person in one.waiting_for)
    return {
        "id": one.register,
        "name": codes.REGISTERS[one.register],
        "partner": one.partner.name if one.partner else "",
        "about": about,
        "not_confirmed": waiting,
        "why": one.why,
        "to_ring": one.to_ring,
    }


def _links(one: ShownCheck) -> Row:
    if one.asked is None or not viewer().may("check.answer"):
        return {}
    links: Row = {}
    if one.outcome is None or one.outcome in ASKED_AGAIN:
        links["answer_url"] = url_for("checks.answer_form", check_id=one.id)
    if one.outcome in ASKED_AGAIN and viewer().may("check.ask"):
        links["retry_url"] = url_for("checks.ask_again", check_id=one.id)
    return links
