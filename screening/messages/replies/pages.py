"""The page that a link in a message opens: no account, and nothing on it but the reference."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, validation
from screening.access import viewing, worker_viewer
from screening.db import Json, transaction
from screening.error_pages import keeps_words
from screening.errors import Invalid
from screening.letter_text import front_door_phone
from screening.locks import lock_contact
from screening.messages.disagreements import service as disagreements
from screening.messages.replies import links, service
from screening.messages.replies.links import Opened
from screening.messages.replies.schemas import FACTS, YES_NO, ReplySchema
from screening.sign_in import public
from screening.signing_in.tries import refuse_too_many_tries

blueprint = Blueprint("reply", __name__, url_prefix="/reply")
EYES = "reply link"
DEAD, NOT_NOW = 410, 422
FIELDS = ("name", "words", *FACTS, "ring", "number", "by_when", "disagree")


@blueprint.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show what may be answered; what was sent, once it was."""
    refuse_too_many_tries(EYES)
    with viewing(worker_viewer(EYES)), transaction():
        opened = links.opened(token)
        if opened is None or not (opened.works or opened.is_answered or opened.is_replaced):
            return _dead({})
        audit.record("reply.opened", contact_id=opened.contact.id, subject=("reply_link", opened.link.id))
        if opened.is_replaced:
            return _replaced(opened)
        return _form(opened, token, {}, {}) if opened.works else _done(opened)


@blueprint.post("/<token>")
@public
@keeps_words
def send(token: str) -> ResponseReturnValue:
    """Keep what was typed, once; or show what is missing. What cannot be kept is shown back, with whom to ring."""
    refuse_too_many_tries(EYES)
    typed = _typed()
    with viewing(worker_viewer(EYES)), transaction():
        opened = _held(token)
        if opened is None or not opened.is_kept:
            return _dead(typed)
        try:
            said = validation.load(ReplySchema(), typed)
        except Invalid as problem:
            if opened.works:
                return _form(opened, token, typed, _errors(problem)), NOT_NOW
            service.keep_as_words(opened, typed)
            return _done(opened)
        in_time = opened.works
        service.keep(opened, said, frozenset(FACTS))
        if not in_time:
            return _done(opened)
    return redirect(url_for(".show", token=token))


def _held(token: str) -> Opened | None:
    """Hold what a link opens: its contact is locked, so that a link is used by one at a time."""
    opened = links.opened(token)
    if opened is None:
        return None
    lock_contact(opened.contact.id)
    return links.opened(token)


def _typed() -> dict[str, str]:
    known = ((name, request.form.get(name, "")) for name in FIELDS)
    return {name: words.replace("\r\n", "\n") for name, words in known if words.strip()}


def _form(opened: Opened, token: str, typed: Json, errors: dict[str, str]) -> str:
    return render_template(
        "messages/reply.html",
        reference=opened.contact.reference,
        ends_at=opened.link.expires_at,
        facts=list(FACTS.items()),
        answers=list(YES_NO.items()),
        may_disagree=disagreements.may_be_made(opened.message),
        form={"values": typed, "errors": errors},
        phone=front_door_phone(),
        url=url_for(".send", token=token),
    )


def _done(opened: Opened) -> str:
    return render_template(
        "messages/reply_done.html",
        reference=opened.contact.reference,
        phone=front_door_phone(),
        kept=service.kept(opened.link),
    )


def _replaced(opened: Opened) -> ResponseReturnValue:
    known = {"reference": opened.contact.reference, "phone": front_door_phone()}
    return render_template("messages/reply_replaced.html", **known), DEAD


def _dead(typed: dict[str, str]) -> ResponseReturnValue:
    # The same words for a link that never was one, was used or is too old: nobody learns which.
    words = [typed[name] for name in ("words", "disagree") if name in typed]
    page = render_template("messages/reply_dead.html", phone=front_door_phone(), typed=bool(typed), words=words)
    return page, DEAD


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(words) for pointer, words in problem.fields.items()}
