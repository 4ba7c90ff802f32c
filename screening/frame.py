"""What stands around every page: who is signed in, where they may go, and whether this is the sample county."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for

from routing_rules import clocks
from screening import put_off
from screening.access import Viewer, viewer
from screening.callbacks import queries as callbacks
from screening.contacts import late_drafts
from screening.danger import queries as danger
from screening.db import db, now
from screening.decisions import by_telephone
from screening.decisions.children import withheld
from screening.escalation import pages as escalation
from screening.left_waiting import unsigned
from screening.models import County, User
from screening.roles import ROLE_WORDS
from screening.scoring import rules_in_force

# A place is shown to whoever may go there, in this order.
PLACES = (
    ("Take a contact", "contacts.start", "contact.take"),
    ("Unread e-mail", "emails.unread", "contact.take"),
    ("Queue", "queues.mine", "queue.read"),
    ("Night", "handover.night", "contact.read_shift"),
    ("Handover", "handover.page", "handover.sign"),
    ("Needs attention", "queues.needs_attention", "queue.route"),
    ("To ring", "messages.to_ring", "message.resend"),
    ("Disagreements", "disagreements.page", "disagreement.answer"),
    ("Waited for", "awaited.page", "queue.read"),
    ("Calls promised", "callbacks.page", "callback.ring"),
    ("To chase", "checks.to_chase", "check.answer"),
    ("Find a person", "people_find.page", "people.read"),
    ("Board", "oversight.board", "board.read"),
    ("Rota", "rota.teams", "rota.read"),
    ("Partners", "partners.page", "partner.read"),
    ("Rules", "rules.versions", "rules.read"),
)
# Always in the line; the others stand under "More", unless somebody is there or something waits there for them.
IN_LINE = {
    "contacts.start", "emails.unread", "queues.mine", "handover.night", "queues.needs_attention", "people_find.page",
    "oversight.board",
}  # fmt: skip
# So few places need no fold.
FEW = 6
# A place only while something waits there for the viewer alone.
RESTRICTED = ("Restricted children", "restricted_children.page")
# Only where something waits.
COUNTERSIGN = ("Countersign", "by_telephone.countersign")
SINK = ("Mail sink", "messages.sink")
# With `g` before it, a letter goes to its place from wherever nobody is writing.
LETTERS = {
    "contacts.start": "t",
    "emails.unread": "e",
    "queues.mine": "q",
    "queues.needs_attention": "a",
    "messages.to_ring": "r",
    "disagreements.page": "d",
    "awaited.page": "w",
    "callbacks.page": "l",
    "checks.to_chase": "c",
    "people_find.page": "p",
    "oversight.board": "b",
    "rota.teams": "s",
    "partners.page": "o",
    "rules.versions": "u",
    "messages.sink": "m",
}


def _unsigned() -> int:
    return unsigned.waiting_for_viewer(now()) if viewer().user_id else 0


def _to_countersign() -> int:
    return by_telephone.waiting_for_viewer() + put_off.waiting_for_viewer()


WAITING: dict[str, Callable[[], int]] = {
    "callbacks.page": callbacks.waiting_for_viewer,
    "handover.page": _unsigned,
    RESTRICTED[1]: withheld.waiting,
    "by_telephone.countersign": _to_countersign,
}


def register_frame(app: Flask) -> None:
    """Give every template the frame's variables."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    away = g.get("database_away", False)
    viewer: Viewer | None = None if away else g.get("viewer")
    if _is_part():
        return {"viewer": viewer, "asset": _asset}
    sample = not away and _is_sample_county()
    user = db.session.get(User, viewer.user_id) if viewer and viewer.user_id else None
    return {
        "viewer": viewer,
        "viewer_role": ", ".join(ROLE_WORDS[role] for role in user.roles) if user else "",
        "late_drafts": late_drafts.own if viewer and viewer.may("contact.take") and viewer.user_id else None,
        "single_keys": user.single_keys if user else True,
        **_nav(viewer, sample=sample),
        "sample_county": sample,
        "handlers_ask": danger.asked,
        "waits_for_viewer": escalation.banner if viewer and viewer.may("escalation.take") and viewer.user_id else None,
        "danger_alerts": danger.on_duty if viewer and viewer.may("danger.acknowledge") else None,
        "rules_adopted": away or rules_in_force.adopted(db.session(), clocks.london_date(now())),
        "asset": _asset,
    }


def _is_part() -> bool:
    """Say whether a page asks for a part of itself: no frame stands around it, so nothing is counted for one."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "refreshes", False)


def _is_sample_county() -> bool:
    county = db.session.get(County, 1)
    return county is not None and county.sample


def _nav(viewer: Viewer | None, *, sample: bool) -> dict[str, Any]:
    places = _places(viewer, sample=sample) if viewer else []
    if len(places) <= FEW:
        return {"nav": places, "nav_more": []}
    line = [place for place in places if place["in_line"] or place["current"] or place["waiting"]]
    return {"nav": line, "nav_more": [place for place in places if place not in line]}


def _places(viewer: Viewer, *, sample: bool) -> list[dict[str, Any]]:
    places = [(text, endpoint) for text, endpoint, permission in PLACES if viewer.may(permission)]
    if withheld.waiting():
        places.append(RESTRICTED)
    if viewer.may("decision.confirm") and _to_countersign():
        places.append(COUNTERSIGN)
    return [_place(text, endpoint) for text, endpoint in [*places, *([SINK] if sample else [])]]


def _place(text: str, endpoint: str) -> dict[str, Any]:
    stage = endpoint.partition(".")[0]
    here = request.endpoint or ""
    current = here == endpoint or (stage in ("contacts", "oversight", "rota") and here.startswith(f"{stage}."))
    # A person, and what is done with them, is found first.
    current = current or (stage == "people_find" and here.startswith(("people.", "people_")))
    # The pages of rules are several blueprints.
    current = current or (stage == "rules" and here.startswith(("rules", "rule_in_draft.", "replays.")))
    waiting = WAITING[endpoint]() if endpoint in WAITING else 0
    return {
        "text": text,
        "href": url_for(endpoint),
        "current": current,
        "go": LETTERS.get(endpoint),
        "waiting": waiting,
        "in_line": endpoint in IN_LINE,
    }


def _asset(name: str) -> str:
    return url_for("static", filename=f"dist/{name}", v=_hashes(str(current_app.static_folder)).get(name))


@cache
def _hashes(static_folder: str) -> dict[str, str]:
    manifest = Path(static_folder) / "dist" / "manifest.json"
    hashes: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}
    return hashes
