"""What a form of the call holds, and keeping it: as a version of the draft, or beside a contact that was sent."""

from flask import current_app, request

from routing_rules import clocks
from screening import call_safe
from screening.contacts import additions, drafts, form_page, forms, live, people, said
from screening.contacts.drafts import Typed
from screening.db import Json
from screening.fields import NOT_WORDS
from screening.models import Contact
from screening.wording import clock_seconds


def key() -> bytes:
    """Give the key that drafts are sealed with."""
    key: bytes = current_app.extensions["front_door"].draft_key
    return key


def typed_now() -> Json:
    """Read what the form holds, in the API's shape."""
    return forms.to_body((name, value) for name, values in request.form.lists() for value in values)


def words_of(name: str) -> str:
    """Read a field of words, such as a question or an answer, without what is not text: that loses nobody's words."""
    return NOT_WORDS.sub("", request.form.get(name, "")).replace("\r\n", "\n").strip()


def keep_typed(contact: Contact, body: Json, out: tuple[str, int] | None = None) -> Typed:
    """Save what was typed on top of the version that the form was made on; nothing where nothing changed.

    `out` is the role and place of somebody whom the button takes out.
    """
    version = request.form.get("version", 0, type=int)
    if contact.state != "taking":
        # Who was sent stays in it, whatever is added.
        typed = additions.keep(contact, typed_now() if out else body, version, key())
        call_safe.follow(contact, typed.body)
        return typed
    before = drafts.latest(contact, key())
    if before.body == body:
        return before
    typed = drafts.save(contact=contact, body=body, version=version, key=key())
    if out:
        people.take_out(contact, *out)
    people.keep_draft(contact, body)
    call_safe.follow(contact, body)
    return typed


def taken_out() -> tuple[str, int] | None:
    """Say whom the button takes out of the draft, by role and place in the list."""
    for role in people.LISTS:
        place = request.form.get(f"remove_{role}", type=int)
        if place is not None:
            return role, place
    return None


def kept(contact: Contact, typed: Typed) -> Json:
    """Say what is kept, when it was, and how far each section is."""
    sent = said.as_sent(typed.body, clocks.london_date(contact.first_received_at))
    return {
        "version": typed.version,
        "call_safe": call_safe.state_of(contact).words,
        "saved_at": clock_seconds(typed.saved_at) if typed.saved_at else "",
        "sections": live.sections(sent, live.rules_for(contact)),
        "caller": live.caller_words(typed.body),
        "understood": form_page.understood(contact, typed.body),
        "children": [live.name_of(child) for child in typed.body.get("children", [])],
    }
