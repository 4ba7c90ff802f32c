"""The professionals' form: a link to a mailbox that the county knows, answers kept sealed, sent once as a contact."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from routing_rules import clocks, policy
from screening import audit, tasks, validation
from screening.config import Settings
from screening.contacts import said, service
from screening.contacts.schemas import ContactSchema
from screening.db import Json, db, new_id, now
from screening.errors import Invalid, NotFound
from screening.fields import LONG
from screening.intake import web_adults
from screening.mailboxes import usable
from screening.messages.letters import new_message_id
from screening.models import Contact, Partner, WebForm
from screening.sealing import seal, unseal

TOKEN_CHARACTERS = 43
DEAD = "This link does not work. It may be too old: ask for another, or ring us."
MOST_PEOPLE = 10
# What we put before the account has room beside it: an account that may be written may be sent.
MOST_WORDS = LONG - 500
TOO_LONG = f"Write {MOST_WORDS:,} characters or fewer. Send the rest as a form of its own, or ring us."


def permit(mailbox: str) -> bool:
    """Say whether a link may go to this mailbox: of a domain that the county lists, or a partner's own.

    The letter says nothing about anybody: whoever asked for it has told us nothing yet.
    """
    address = mailbox.strip().lower()
    if not usable(address):
        return False
    domain = address.rpartition("@")[2]
    listed = policy.packaged().read("web_form_domains", clocks.london_date(now()), tuple)
    if any(domain == one or domain.endswith(f".{one}") for one in listed):
        return True
    partners = select(Partner.id).where(func.lower(Partner.mailbox) == address, Partner.active)
    return db.session.scalar(partners.limit(1)) is not None


def ask(mailbox: str, settings: Settings) -> None:
    """Have a link sent to a mailbox that may have one. Who asks is never told whether it was sent."""
    if not permit(mailbox):
        audit.record("web_form.refused")
        return
    form_id, at = new_id(), now()
    hours = policy.packaged().read("web_form_lasts", clocks.london_date(at), int)
    form = WebForm(
        id=form_id,
        token_hash=_hash(token_of(str(form_id), settings.secret_key)),
        sealed=b"",
        message_id=new_message_id(),
        asked_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    _keep(form, {"mailbox": mailbox.strip(), "body": {}}, settings)
    db.session.add(form)
    db.session.flush()
    audit.record("web_form.asked", subject=("web_form", form_id))
    tasks.promise(tasks.SEND_WEB_FORM, str(form_id), subject_id=form_id)


def opened(token: str, *, lock: bool = False) -> WebForm:
    """Find the form of a link; one that was sent is found until its link ends, to show the receipt.

    Raises:
        NotFound: there never was one, or it is too old.
    """
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        raise NotFound(DEAD)
    question = select(WebForm).where(WebForm.token_hash == _hash(token), WebForm.expires_at > now())
    if lock:
        question = question.with_for_update().execution_options(populate_existing=True)
    form = db.session.scalar(question)
    if form is None:
        raise NotFound(DEAD)
    return form


def body_of(form: WebForm, settings: Settings) -> Json:
    """Give what was answered so far, in the API's shape."""
    body: Json = _kept(form, settings)["body"]
    return body


def mailbox_of(form: WebForm, settings: Settings) -> str:
    """Give the mailbox that the link was sent to."""
    mailbox: str = _kept(form, settings)["mailbox"]
    return mailbox


def answer(form: WebForm, paths: list[str], changes: Json, settings: Settings) -> None:
    """Keep what a page with these fields says now, in place of what it said; a form that was sent stays as it is."""
    if form.contact_id is None:
        kept = _kept(form, settings)
        for path in paths:
            _take_out(kept["body"], path.split("."))
        _keep(form, kept | {"body": merged(kept["body"], changes)}, settings)


def _take_out(body: Any, steps: list[str]) -> None:
    for step in steps[:-1]:
        places = dict(enumerate(body)) if isinstance(body, list) else body
        body = places.get(int(step) if isinstance(body, list) else step, {})
    body.pop(steps[-1], None)


def merged(before: Json, changes: Json) -> Json:
    """Put the answers of one page into those before: each field by its path; children by their place."""
    out = dict(before)
    for name, value in changes.items():
        there = out.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            out[name] = merged(there, value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            out[name] = _merged_places(there or [], value)
        else:
            out[name] = value
    return out


def _merged_places(before: list[Any], changes: list[Any]) -> list[Any]:
    longest = max(len(before), len(changes))
    places = [(before[i] if i < len(before) else {}, changes[i] if i < len(changes) else {}) for i in range(longest)]
    return [merged(old, new) for old, new in places]


def checked(form: WebForm, settings: Settings) -> Json:
    """Check the answers, by the schema that every contact has.

    Raises:
        Invalid: something blocks; each field by its pointer.
    """
    body = body_of(form, settings)
    # Whether it is safe to write there is theirs to say: what they left open is not known, never yes.
    referrer = body.get("referrer", {}) | {"email": mailbox_of(form, settings)}
    return read(body | {"referrer": referrer, "narrative": _narrative(form, body)})


def _narrative(form: WebForm, body: Json) -> str:
    words: str = body.get("narrative", "")
    if len(words) > MOST_WORDS:
        raise Invalid(validation.NOT_COMPLETE, fields={"/narrative": [TOO_LONG]})
    if form.begun_contact_id is None or not words:
        return words
    reference = db.session.get_one(Contact, form.begun_contact_id).reference
    return f"[Part of this came before it was sent, as {reference}.]\n\n{words}"


def read(body: Json) -> Json:
    """Read answers by the schema that every contact has.

    Raises:
        Invalid: something blocks; each field by its pointer.
    """
    answered = web_adults.in_api_shape(said.as_sent(body, clocks.london_date(now())))
    return validation.load(ContactSchema(), answered | {"channel": "web", "contact_type": "request_for_service"})


def send(form: WebForm, settings: Settings) -> Contact:
    """Receive it, once; its clocks run from now. Sent again it is the contact that it became.

    Raises:
        Invalid: something blocks.
    """
    if form.contact_id is not None:
        return db.session.get_one(Contact, form.contact_id)
    contact = service.receive_sent(body=checked(form, settings))
    form.contact_id, form.sent_at = contact.id, now()
    audit.record("web_form.sent", contact_id=contact.id, subject=("web_form", form.id))
    return contact


def token_of(form_id: str, secret: str) -> str:
    """Make the token of a form's link: the same again after a crash."""
    made = hmac.new(secret.encode(), f"web form {form_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _keep(form: WebForm, kept: Json, settings: Settings) -> None:
    form.sealed = seal(settings.draft_key, json.dumps(kept, ensure_ascii=False), bound_to=f"web_form/{form.id}")


def _kept(form: WebForm, settings: Settings) -> Json:
    kept: Json = json.loads(unseal(settings.draft_key, form.sealed, bound_to=f"web_form/{form.id}"))
    return kept
