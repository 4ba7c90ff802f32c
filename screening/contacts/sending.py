"""The end of a call on a screen: a last look, sending it once, and what to tell the caller."""

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from screening import audit, call_safe, codes
from screening.access import viewer
from screening.contacts import (
    additions,
    checking,
    danger_now,
    drafts,
    live,
    missing,
    next_holder,
    own_view,
    pages,
    proposed,
    queries,
    raising,
    service,
    summary,
)
from screening.contacts.drafts import Typed
from screening.contacts.keeping import keep_typed, key, typed_now, words_of
from screening.danger import queries as danger_queries
from screening.danger import service as danger_alerts
from screening.db import Json, now, transaction
from screening.error_pages import wants_json
from screening.errors import Invalid
from screening.fields import LONG
from screening.models import Contact, Screening
from screening.said import on_call
from screening.scoring.newest_score import newest_score
from screening.sign_in import requires

blueprint = Blueprint("sending", __name__, url_prefix="/contacts")
TELL_THE_CALLER = (
    "A social worker reads this and you are told that they have, within one working day.",
    "If anything changes before then, ring again. If a child is in danger, ring 999.",
)
TELL_IN_DANGER = (
    "If a child is in danger this minute, ring 999 now, before anything else.",
    "Stay where you can be reached: whoever acts on this may ring you first.",
    "If anything changes, ring us again at once.",
)


@blueprint.post("/<reference>/check")
@requires("contact.take")
def save_and_check(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and go on to the last look."""
    with transaction():
        keep_typed(drafts.to_type_in(reference), typed_now())
    return redirect(url_for(".check", reference=reference))


@blueprint.get("/<reference>/check")
@requires("contact.take")
def check(reference: str) -> ResponseReturnValue:
    """Show what will be sent, what blocks, and what follows."""
    contact = drafts.being_taken(reference)
    return _last_look(contact, drafts.latest(contact, key()))


@blueprint.post("/<reference>/send")
@requires("contact.take")
def send(reference: str) -> ResponseReturnValue:
    """Send the contact, once; or show what blocks it, with everything kept."""
    try:
        with transaction():
            contact = drafts.to_send(reference)
            if contact.state == "taking":
                body = drafts.latest(contact, key()).body
                checking.refuse_what_blocks(contact, body)
                send_what_fits(contact, body)
    except Invalid:
        contact = drafts.being_taken(reference)
        return _last_look(contact, drafts.latest(contact, key())), 422
    return redirect(url_for(".sent", reference=reference))


@blueprint.get("/danger")
@requires("contact.take")
def ask_danger() -> ResponseReturnValue:
    """Ask once, on a page of its own, where the page at hand cannot."""
    return render_template("contacts/danger.html", url=url_for(".danger_new"))


@blueprint.post("/danger")
@requires("contact.take")
def danger_new() -> ResponseReturnValue:
    """Open a contact and send it as red at once, from a page on which none is being taken."""
    with transaction():
        contact = service.open_call(contact_type=pages.CHOICES[0][0])
        send_red(contact, {})
    return redirect(url_for("contacts.take", reference=contact.reference))


@blueprint.post("/<reference>/danger")
@requires("contact.take")
def danger(reference: str) -> ResponseReturnValue:
    """Send what there is as red, at once: a child is in danger now. Sent already, it is added and told again."""
    with transaction():
        reached = raising.reach(reference)
        contact = reached.contact
        send_or_add = send_red if contact.state == "taking" else _add_danger
        version, left_out = send_or_add(contact, typed_now())
        raising.give_back(reached)
    if wants_json():
        return jsonify(version=version, left_out=danger_now.words(left_out))
    return redirect(_after_danger(reference, reached))


def _after_danger(reference: str, reached: raising.Reached) -> str:
    if reached.whose is not None:
        return url_for("contacts.start")
    if reached.contact.taken_by_id != viewer().user_id:
        return url_for("record.page", reference=reference)
    return url_for(".sent" if "version" in request.form else "contacts.take", reference=reference)


def send_red(contact: Contact, typed: Json) -> tuple[int, list[str]]:
    """Send what there is as red and tell those on duty; give the window's version, and what was left out.

    A window that was made on an older version sends what stands now, and adds to it what was typed into itself.
    """
    newest = drafts.latest(contact, key())
    version = request.form.get("version", newest.version, type=int)
    if "version" not in request.form:
        # This page holds none of the call: what was kept of it is what there is.
        typed = newest.body | typed
    older = version < newest.version
    body = _in_danger(newest.body if older else typed)
    kept = drafts.save_on_newest(contact=contact, body=body, key=key())
    call_safe.follow(contact, body)
    left_out = send_what_fits(contact, body)
    audit.record("contact.danger", contact_id=contact.id, detail={"left_out": left_out})
    danger_alerts.alert(contact)
    session["left_out"] = {contact.reference: left_out}
    if older:
        kept = additions.keep(contact, _in_danger(typed), version, key())
    return kept.version, left_out


def _add_danger(contact: Contact, typed: Json) -> tuple[int, list[str]]:
    newest = additions.latest(contact, key())
    version = request.form.get("version", newest.version, type=int)
    body = _in_danger(typed if "version" in request.form else newest.body)
    kept = additions.keep(contact, body, version, key())
    if "version" not in request.form:
        # Asked for anew, whatever was said before; the form of a call that comes twice is not.
        danger_alerts.alert(contact)
    return kept.version, []


def _in_danger(body: Json) -> Json:
    return {**body, "answers": {**body.get("answers", {}), codes.DANGER_NOW: "yes"}}


@blueprint.post("/<reference>/additions")
@requires("contact.read")
def add(reference: str) -> ResponseReturnValue:
    """Add words to a contact that was sent: they stand under the account."""
    words = words_of("words")
    if not words or len(words) > LONG:
        raise Invalid("Write what was said, in words, and add it again.", fields={"/words": ["Write what was said."]})
    with transaction():
        additions.add_words(additions.to_add_to(reference), words)
    return redirect(url_for("record.page", reference=reference, _anchor="added"))


def send_what_fits(contact: Contact, body: Json) -> list[str]:
    """Send what was said. What cannot be read is kept as it was said, and what is missing is noted to be found out."""
    sent, left_out = danger_now.what_fits(contact, body)
    screening = service.receive_call(contact=contact, body=sent)
    missing.note(contact, screening, typed=body, sent=sent, left_out=left_out)
    return left_out


@blueprint.get("/<reference>/sent")
@requires("contact.take")
def sent(reference: str) -> ResponseReturnValue:
    """Confirm it: the reference to say, who has it now, and by when they act."""
    contact = queries.sent_by_viewer(reference)
    screening = newest_score(contact.id)
    holder = queries.holder_words(contact)
    return render_template(
        "contacts/sent.html",
        contact={"reference": contact.reference},
        urgency=screening.urgency_at_least,
        hard_open=screening.hard_open,
        said_on_call=on_call.differing(own_view.mine(contact), screening, said="You said"),
        next_holder={"name": holder} if holder else None,
        due_at=checking.due_at(screening.output, contact.first_received_at),
        tell=_tell(contact, screening),
        receipt_words=queries.receipt_words(contact),
        danger=danger_queries.told_handler(contact),
        left_out=danger_now.words(session.get("left_out", {}).get(reference, [])),
        now=now(),
        urls={"start": url_for("contacts.start"), "record": url_for("record.page", reference=contact.reference)},
    )


def _tell(contact: Contact, screening: Screening) -> list[str]:
    """List what to say before the call ends; nothing where nobody is there to hear it."""
    wordless = contact.contact_type in codes.WORDLESS_TYPES
    return [] if wordless else [*_advice(screening), f"Your reference is {contact.reference}."]


def _advice(screening: Screening) -> tuple[str, ...]:
    """Choose what to say before the call ends: what does not wait is never told to wait a working day."""
    urgent = screening.urgency_at_least == "red" or screening.hard_open
    return TELL_IN_DANGER if urgent else TELL_THE_CALLER


def _last_look(contact: Contact, typed: Typed) -> str:
    _note_read(contact, typed)
    screening = live.score(contact, typed.body)
    return render_template(
        "contacts/check.html",
        contact={"reference": contact.reference, "caller": live.caller_words(typed.body)},
        screening=screening,
        own_view=own_view.mine(contact),
        errors=checking.named(checking.blocking(contact, typed.body)),
        unreadable=checking.unreadable(contact, typed.body),
        groups=summary.of(contact, typed.body),
        unanswered=checking.unanswered(screening, contact, typed.body),
        proposed=proposed.of_call(contact, typed.body, live.rules_for(contact)),
        receipt_words=checking.receipt_words(contact, typed.body),
        letter=checking.letter(contact, typed.body),
        next_holder=next_holder.next_holder(contact, typed.body, screening),
        due_at=checking.due_at(screening, contact.first_received_at),
        now=now(),
        version=typed.version,
        urls={
            "take": url_for("contacts.take", reference=contact.reference),
            "send": url_for(".send", reference=contact.reference),
        },
    )


def _note_read(contact: Contact, typed: Typed) -> None:
    with transaction():
        audit.record("contact.read", contact_id=contact.id, detail={"draft": typed.version})
