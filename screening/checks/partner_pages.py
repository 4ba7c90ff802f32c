"""The form that a partner opens from a mail: no account, a link that works once, no more than is needed to answer."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from screening import codes
from screening.access import viewing, worker_viewer
from screening.checks import answers, asking, by_phone, links, permission, sharing
from screening.checks.answers import Garbled
from screening.checks.asking import partner_of
from screening.checks.bases import basis_words
from screening.checks.links import Open
from screening.checks.pages import answer_typed
from screening.db import db, now, transaction
from screening.locks import lock_contact
from screening.models import Contact
from screening.sign_in import public
from screening.signing_in.tries import refuse_too_many_tries

blueprint = Blueprint("partner_form", __name__)
DEAD = 410


@blueprint.get("/partner/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show whom a question is about, and what may be answered."""
    refuse_too_many_tries("partner link")
    with transaction(), viewing(worker_viewer("partner form")):
        opened = links.opened(token)
        if opened is None or not _may_be_shown(opened):
            return _dead()
        by_phone.read_form(opened.check)
        return _form(opened, token, {}, {})


@blueprint.post("/partner/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Keep the answer, after which the link is dead; or show what is missing."""
    refuse_too_many_tries("partner link")
    typed = answer_typed()
    with transaction(), viewing(worker_viewer("partner form")):
        opened = _held(token)
        if opened is None:
            return _dead()
        judged: answers.Answer | None
        try:
            judged = _judged(typed, opened)
        except Garbled as problem:
            if _may_be_shown(opened):
                return _form(opened, token, typed, _errors(problem)), 422
            # Nothing more is shown to them, so that they cannot mend it: what they wrote is kept as it is.
            judged = answers.words_of(typed)
        if judged is None:
            return _dead()
        answers.keep(asking.to_answer(opened.check, way="form"), judged)
        opened.link.used_at = now()
    return render_template("checks/partner_thanks.html")


def _may_be_shown(opened: Open) -> bool:
    contact = db.session.get_one(Contact, opened.check.contact_id)
    return permission.to_show(opened.check, contact, partner_of(opened.check))


def _held(token: str) -> Open | None:
    """Hold what a link opens: first the contact, then the check, in the order of everybody who holds both."""
    opened = links.opened(token)
    if opened is None:
        return None
    lock_contact(opened.check.contact_id)
    return links.opened(token, lock=True)


def _judged(typed: dict[str, Any], opened: Open) -> answers.Answer:
    judged = answers.read(typed, partner_of(opened.check))
    if not judged.answered_by:
        raise Garbled({"/answered_by": ["Write your name, and where you work."]})
    return judged


def _form(opened: Open, token: str, typed: dict[str, Any], errors: dict[str, str]) -> str:
    check, partner = opened.check, partner_of(opened.check)
    contact = db.session.get_one(Contact, check.contact_id)
    return render_template(
        "checks/partner_form.html",
        person=sharing.in_words(sharing.still_told(check)),
        register=codes.check_name(check.kind),
        lawful_basis=basis_words(check.lawful_basis),
        due_at=check.due_at,
        expires_at=opened.link.expires_at,
        questions=by_phone.questions(partner, contact),
        outcomes=list(codes.PARTNER_ANSWERS.items()),
        form={"values": typed, "errors": errors},
        send_url=url_for("partner_form.answer", token=token),
        now=now(),
    )


def _dead() -> ResponseReturnValue:
    # The same words for a link that never was one, was used or is too old: nobody learns which.
    return render_template("checks/partner_dead.html"), DEAD


def _errors(problem: Garbled) -> dict[str, str]:
    return {pointer.removeprefix("/").replace("/", "."): " ".join(words) for pointer, words in problem.fields.items()}
