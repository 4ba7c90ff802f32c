"""A professional's form that was begun and not sent: what was answered becomes a contact, so that somebody reads it.

At once where a child is in danger now; else after a while, and before the link ends. The form stays open: sent after
that, it is a contact of its own that names the earlier one.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.codes import DANGER_NOW
from screening.config import Settings
from screening.contacts import service
from screening.db import Json, db, now
from screening.errors import Invalid
from screening.fields import LONG
from screening.intake import web_forms
from screening.models import WebForm

BEFORE_THE_END = timedelta(minutes=30)
NOT_SENT = (
    "[Begun on the web form and not sent. What was answered so far stands here. The link went to {mailbox}: "
    "ring them on a number that you know.]"
)
CUT = "\n[It was longer than we keep, and is cut here: ask for the rest.]"


def watch(form: WebForm, settings: Settings) -> None:
    """Promise that a form with answers is looked at, should nobody send it."""
    body = web_forms.body_of(form, settings)
    if body:
        in_danger = body.get("answers", {}).get(DANGER_NOW) == "yes"
        tasks.promise(
            tasks.WEB_FORM_BEGUN,
            # Each answer is watched: what comes after a look has a look of its own.
            f"{form.id}:{now().isoformat()}",
            subject_id=form.id,
            urgency="red" if in_danger else "amber",
            run_after=_due_at(form, in_danger=in_danger),
        )


def _due_at(form: WebForm, *, in_danger: bool) -> datetime:
    at, numbers = now(), policy.packaged()
    day = clocks.london_date(at)
    if in_danger and form.begun == 0:
        return at
    wait = timedelta(hours=numbers.read("web_form_begun", day, int))
    if in_danger and form.begun == 1:
        wait = timedelta(minutes=numbers.read("web_form_danger_again", day, int))
    return max(at, min(at + wait, form.expires_at - BEFORE_THE_END))


def look(form_id: UUID) -> None:
    """Make a contact of what was answered and not sent; nothing where it was sent, or nothing is new."""
    settings: Settings = current_app.extensions["front_door"]
    form = db.session.get(WebForm, form_id, with_for_update=True, populate_existing=True)
    body = web_forms.body_of(form, settings) if form else {}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
    if form is None or form.contact_id is not None or not body or form.begun_digest == digest:
        return
    contact = service.receive_sent(body=_taken(form, body, settings))
    form.begun, form.begun_digest, form.begun_contact_id = form.begun + 1, digest, contact.id
    audit.record("web_form.begun", contact_id=contact.id, subject=("web_form", form.id))


def _taken(form: WebForm, body: Json, settings: Settings) -> Json:
    """Give what was answered in a contact's shape; as words where some of it has no such shape.

    The mailbox stands in the words only: a receipt would say to whoever is still writing that we have it.
    """
    mark = NOT_SENT.format(mailbox=web_forms.mailbox_of(form, settings))
    told = "\n\n".join(part for part in (mark, body.get("narrative", "")) if part)
    try:
        return web_forms.read(body | {"narrative": told})
    except Invalid:
        in_danger = {DANGER_NOW: said} if (said := body.get("answers", {}).get(DANGER_NOW)) else {}
        return web_forms.read({"answers": in_danger, "narrative": _fitting("\n".join((mark, *_lines(body))))})


def _fitting(words: str) -> str:
    return words if len(words) <= LONG else f"{words[: LONG - len(CUT)]}{CUT}"


def _lines(body: Any, path: str = "") -> Iterator[str]:
    pairs = enumerate(body, 1) if isinstance(body, list) else body.items() if isinstance(body, dict) else ()
    for name, value in pairs:
        yield from _lines(value, f"{path} {name}".strip().replace("_", " "))
    if not isinstance(body, list | dict):
        yield f"{path}: {body}"
