"""The page of a call, drawn: all that stands on it, and where its buttons lead."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from routing_rules import clocks
from screening import beside
from screening.contacts import drafts, finding_addresses, form_page, live, panel, said
from screening.contacts.drafts import Typed
from screening.contacts.keeping import key
from screening.danger import queries as danger
from screening.danger import service as danger_alerts
from screening.db import Json, db, now
from screening.models import Contact, PaperForm
from screening.said import consulted
from screening.sign_in import signed_in_user_id

OF_THE_CALL = {
    "save": "contacts.save",
    "autosave": "contacts.autosave",
    "journal_key": "contacts.journal_key",
    "take": "contacts.take",
    "danger": "sending.danger",
    "call_safe": "call_safe.change",
    "consult": "consult.ask",
    "consultations": "consult.of_call",
    "seen": "danger.seen",
    "sent": "sending.sent",
    "panel": "help.show",
    "matches": "matches.look",
    "check": "sending.save_and_check",
    "check_page": "sending.check",
    "short_path": "short.save_and_ask",
    "short_page": "short.ask",
    "take_over": "take_over.take_over",
}


def page(contact: Contact, typed: Typed, found: list[Json]) -> str:
    """Draw the page of a call. `found`: who its people may be, see `matches.of_call`."""
    sent = said.as_sent(typed.body, clocks.london_date(contact.first_received_at))
    return render_template(
        "contacts/take.html",
        contact=_contact(contact, typed),
        form=form_page.form(contact, _shown(contact, typed.body)),
        by_young_person=live.by_young_person(typed.body),
        sections=live.sections(sent, live.rules_for(contact)),
        saved_at=typed.saved_at,
        version=typed.version,
        user_name=drafts.user_of(signed_in_user_id()).user_name,
        letter=beside.letter(contact, key()),
        sent=contact.received_at,
        told=danger.told_handler(contact),
        consultations=consulted.consultations(contact),
        duty_number=danger_alerts.duty_number(),
        taken_by=None if contact.taken_by_id == signed_in_user_id() else drafts.owner(contact),
        urls=_urls(contact.reference),
        matches=found,
        who_url=url_for("matches.answer", reference=contact.reference),
        **panel.of_call(contact, typed.body, panel.in_view()),
        **form_page.beside(contact, typed.body),
        addresses_found=finding_addresses.found_for(typed.body, request.values.get("find_address", "")),
        **live.lists(),
    )


def _contact(contact: Contact, typed: Typed) -> dict[str, Any]:
    return {
        "reference": contact.reference,
        "caller": live.caller_words(typed.body),
        "first_received_at": contact.first_received_at,
        "today": clocks.london_date(contact.first_received_at) == clocks.london_date(now()),
        "on_paper": _is_on_paper(contact),
    }


def _is_on_paper(contact: Contact) -> bool:
    return db.session.scalar(select(PaperForm.number).where(PaperForm.contact_id == contact.id)) is not None


def _shown(contact: Contact, body: Json) -> Json:
    kind = {"channel": contact.channel, "contact_type": contact.contact_type}
    return {**kind, **body, "children": body.get("children") or [{}]}


def _urls(reference: str) -> dict[str, str]:
    of_the_call = {name: url_for(route, reference=reference) for name, route in OF_THE_CALL.items()}
    of_the_session = {"token": url_for("sign_in.token"), "stay": url_for("sign_in.stay")}
    return of_the_call | of_the_session | {"sign_in": url_for("sign_in.submit")}
