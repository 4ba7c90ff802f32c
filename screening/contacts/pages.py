"""The call on a screen: open a contact, take it down while the caller talks, look once more, send it."""

from base64 import b64encode
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, call_safe, codes, sealing
from screening.contacts import (
    additions,
    drafts,
    filling,
    forms,
    live,
    matches,
    people,
    queries,
    same_home,
    service,
    workspace,
)
from screening.contacts.keeping import keep_typed, kept, key, taken_out, typed_now
from screening.db import Json, now, transaction
from screening.error_pages import wants_json
from screening.models import Contact
from screening.sign_in import note_typing, refreshes, requires

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")
CHOICES = (
    (
        "request_for_service",
        "Worry about a child",
        "A disclosure, an injury, a child missing or alone, or something not right",
    ),
    ("notification", "About a case that is open", "News for a social worker the family already has"),
    ("request_for_information", "Advice or information", "How something works, who to ask, no child named"),
    ("silent", "Silent, abandoned, hoax or wrong number", "What to ask an open line; one question and out. It is kept"),
    (
        "young_person",
        "A child or young person calling",
        "Their own words first; nothing is sent and nobody rings back but as they choose",
    ),
)


@blueprint.get("/")
@requires("contact.take")
def start() -> ResponseReturnValue:
    """Show where a handler begins: a new contact, or one to go on with."""
    return start_page()


def start_page(number: str = "", earlier: Json | None = None) -> str:
    """Draw the page on which a handler begins; `earlier` is what came from the caller's number before."""
    with transaction():
        sent, left = queries.sent_lately(), drafts.left_by_colleagues()
        if left:
            shown = [str(contact.id) for contact in left]
            audit.record("contact.list_read", detail={"list": "drafts", "contacts": shown})
    return render_template(
        "contacts/start.html",
        choices=[
            {"kind": kind, "key": str(place), "title": title, "text": text}
            for place, (kind, title, text) in enumerate(CHOICES, 1)
        ],
        drafts=[_draft_entry(contact) | {"close": _close_url(contact)} for contact in drafts.unfinished()],
        left=[_draft_entry(contact) for contact in left],
        contacts=sent,
        now=now(),
        number=number,
        earlier=earlier,
        urls={"open": url_for("contacts.open_call"), "earlier": url_for("callers.look")},
    )


@blueprint.post("/")
@requires("contact.take")
def open_call() -> ResponseReturnValue:
    """Open a contact: its clock starts."""
    kind = request.form.get("kind", "")
    contact_type = kind if kind in codes.CONTACT_TYPES else CHOICES[0][0]
    with transaction():
        contact = service.open_call(contact_type=contact_type)
        if said := _said_at_once(kind):
            drafts.save(contact=contact, body=said, version=0, key=key())
        call_safe.follow(contact, said)
    page = "short.ask" if contact_type in codes.WORDLESS_TYPES else "contacts.take"
    return redirect(url_for(page, reference=contact.reference))


def _said_at_once(kind: str) -> Json:
    """Give what the first page says already, in the API's shape: the caller's number, and that a child is calling."""
    number = request.form.get("number", "").strip()
    caller = {"phone": number} if number else {}
    caller |= {"source_code": codes.YOUNG_PERSON} if kind == "young_person" else {}
    return {"referrer": caller} if caller else {}


@blueprint.post("/<reference>/close")
@requires("contact.take")
def close(reference: str) -> ResponseReturnValue:
    """Close a contact that was opened by mistake, and into which nothing was typed."""
    with transaction():
        drafts.close_empty(reference)
    return redirect(url_for("contacts.start"))


@blueprint.get("/<reference>/take")
@requires("contact.take")
def take(reference: str) -> ResponseReturnValue:
    """Show the call workspace."""
    contact = additions.on_call(reference)
    typed = additions.latest(contact, key())
    with transaction():
        audit.record("contact.read", contact_id=contact.id, detail={"draft": typed.version})
        found = matches.of_call(contact, typed.body)
    return workspace.page(contact, typed, found)


@blueprint.post("/<reference>/save")
@requires("contact.take")
def save(reference: str) -> ResponseReturnValue:
    """Keep what was typed and do what the one button says; for browsers without JavaScript, and for adding people."""
    with transaction():
        contact = additions.to_write_in(reference)
        body, anchor = _with_people_changed(typed_now(), live.questions(live.rules_for(contact), None))
        typed = keep_typed(contact, body, taken_out())
    if not wants_json():
        find = request.form.get("find_address")
        return redirect(url_for("contacts.take", reference=reference, find_address=find) + anchor)
    with transaction():
        found = matches.of_call(contact, typed.body)
    return jsonify(kept(contact, typed) | {"anchor": anchor, "html": workspace.page(contact, typed, found)})


@blueprint.post("/<reference>/autosave")
@refreshes
@requires("contact.take")
def autosave(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and say when and how far each section is."""
    with transaction():
        contact = additions.to_write_in(reference)
        typed = keep_typed(contact, typed_now())
        if typed.saved_at == now():
            note_typing()
    return jsonify(kept(contact, typed))


@blueprint.get("/<reference>/journal-key")
@refreshes
@requires("contact.take")
def journal_key(reference: str) -> ResponseReturnValue:
    """Give the key that seals, on the machine where they were typed, words that did not reach us (ADR 9)."""
    return jsonify(key=b64encode(sealing.journal_key(key(), additions.on_call(reference).id)).decode())


def _with_people_changed(body: Json, questions: list[Json]) -> tuple[Json, str]:
    """Add, remove or look for a person, as the button says; give also where on the page to go on."""
    for kind, name in people.LISTS.items():
        if request.form.get(f"add_{kind}"):
            listed = body.setdefault(name, [])
            if len(listed) < forms.MOST_ITEMS:
                listed.append({})
            # A first child stands on the page before anything is typed about it.
            return body, f"#{name}-{max(len(listed), 2 if kind == 'child' else 1) - 1}"
    if filled := filling.by_button(body, request.form, questions):
        return filled
    if request.form.get("add_from_home"):
        return same_home.add(body, request.form["add_from_home"])
    if request.form.get("find_address"):
        return body, filling.anchor(request.form["find_address"])
    if request.form.get("look"):
        return body, f"#{matches.place_of(request.form['look']).anchor}"
    if out := taken_out():
        return without(body, *out), f"#section-{people.LISTS[out[0]]}"
    return body, ""


def without(body: Json, role: str, place: int) -> Json:
    """Take somebody out of a body. Who is said to have harmed whom goes by places, so these move up too."""
    name = people.LISTS[role]
    kept = body.get(name, [])
    changed = body | {name: kept[:place] + kept[place + 1 :]}
    if role == "child" and "adults" in body:
        changed["adults"] = [_harm_moved_up(adult, place, len(changed[name])) for adult in body["adults"]]
    return changed


def _harm_moved_up(adult: Json, place: int, children: int) -> Json:
    harmed = [child for child in adult.get("alleged_harm_to", []) if isinstance(child, int)]
    if not harmed:
        return adult
    moved = [child - (child > place) for child in harmed if child != place]
    # That somebody is said to have harmed a child is never lost with the child: whom is left open.
    return adult | {"alleged_harm_to": moved or list(range(max(children, 1)))}


def _close_url(contact: Contact) -> str | None:
    return url_for("contacts.close", reference=contact.reference) if drafts.is_empty(contact) else None


def _draft_entry(contact: Contact) -> dict[str, Any]:
    typed = drafts.latest(contact, key())
    return {
        "reference": contact.reference,
        "href": url_for("contacts.take", reference=contact.reference),
        "caller": live.caller_words(typed.body),
        "children": live.children_words(typed.body),
        "opened_at": contact.first_received_at,
        "saved_at": typed.saved_at,
        "has_text": not drafts.is_empty(contact),
        "close": None,
        "end": url_for("late_drafts.ask", reference=contact.reference),
    }
