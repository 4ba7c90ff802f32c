"""The side panel of a call: what leads, and the four parts beneath it, for what is typed at this moment."""

from dataclasses import dataclass

from flask import request, url_for

from screening import call_safe
from screening.checks import on_call
from screening.contacts import checking, guidance, live, own_view, proposed
from screening.db import Json, now
from screening.models import Contact


@dataclass(frozen=True)
class InView:
    """What the handler has before them: the questions being read out, first to last, and the field with the cursor."""

    asked: tuple[str, ...] = ()
    in_focus: str = ""


def in_view() -> InView:
    """Read from the form what the handler has before them. It stands in the body: an address is logged."""
    return InView(tuple(request.form.getlist("on_show")), request.form.get("in_focus", ""))


def of_call(contact: Contact, body: Json, seen: InView) -> Json:
    """Give what `contacts/_panel.html` shows."""
    rules = live.rules_for(contact)
    screening = live.score(contact, body, seen.asked)
    return {
        "safety": call_safe.state_of(contact),
        "screening": screening,
        "questions": live.questions(rules, body.get("contact_type") or contact.contact_type),
        "known": on_call.of_call(contact),
        "unreadable": checking.unreadable(contact, body),
        "proposed": proposed.on_call(contact, body, rules),
        "guidance": guidance.for_question(rules, seen.in_focus, screening),
        "lessons": guidance.lessons(rules, screening),
        "own_view": own_view.mine(contact),
        "panel_urls": {
            name: url_for(f"help.{name}", reference=contact.reference) for name in ("set_aside", "keep_own_view")
        },
        "now": now(),
    }
