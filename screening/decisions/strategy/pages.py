"""A strategy discussion on a screen: call it, record it, correct the record, and tick off what is done."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, validation
from screening.access import viewer
from screening.db import now, transaction
from screening.decisions.awaited.answering import may_answer
from screening.decisions.awaited.service import open_of
from screening.decisions.queries import contact_of
from screening.decisions.strategy import form, queries, service
from screening.decisions.strategy.covering import discussions_of
from screening.decisions.strategy.schemas import StrategyCallSchema, StrategyHeldSchema
from screening.decisions.strategy.service import Held
from screening.errors import Invalid
from screening.fields import Codes
from screening.models import Contact, StrategyDiscussion
from screening.sign_in import requires
from screening.strategy_words import AGENCIES, HOW_WORDS, MEDICAL_WORDS, SECTION_47

blueprint = Blueprint("strategy", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/strategy")
# Who works a queue; whether they decide on this contact is the service's to say.
@requires("queue.accept")
def page(reference: str) -> ResponseReturnValue:
    """Show the discussions of a contact, and the form of what comes next: to call one, to record it, to correct it."""
    with transaction():
        return _page(contact_of(reference), {}, {})


@blueprint.post("/<reference>/strategy")
@requires("queue.accept")
def call(reference: str) -> ResponseReturnValue:
    """Keep that a discussion is called."""
    try:
        said = validation.load(StrategyCallSchema(), form.typed_call())
        with transaction():
            service.call(contact_of(reference), **said)
    except Invalid as problem:
        return _again(reference, problem, None)
    return redirect(url_for(".page", reference=reference))


@blueprint.post("/<reference>/strategy/<uuid:discussion_id>/records")
@requires("queue.accept")
def keep_record(reference: str, discussion_id: UUID) -> ResponseReturnValue:
    """Keep what it came to; where something is missing, all that was typed stays."""
    try:
        body, unread = form.typed_record()
        held: Held = validation.load(StrategyHeldSchema(), body)  # type: ignore[assignment]
        with transaction():
            discussion = service.find(contact_of(reference), discussion_id)
            if unread:
                # All that is missing is said at once, not only what cannot be read.
                raise Invalid(service.INCOMPLETE, fields=service.problems(discussion, held) | unread)
            service.keep_record(discussion, held)
    except Invalid as problem:
        return _again(reference, problem, discussion_id)
    return redirect(url_for(".page", reference=reference))


@blueprint.post("/<reference>/strategy/<uuid:discussion_id>/actions/<uuid:action_id>/done")
@requires("queue.accept")
def do_action(reference: str, discussion_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """Keep that an action is done."""
    with transaction():
        service.do_action(service.find(contact_of(reference), discussion_id), action_id)
    return redirect(url_for(".page", reference=reference, _anchor="actions"))


def _again(reference: str, problem: Invalid, discussion_id: UUID | None) -> ResponseReturnValue:
    with transaction():
        values = request.form.to_dict()
        contact = contact_of(reference)
        names = {str(child.id): child.full_name for child in contact.children}
        return _page(contact, values, form.errors_of(problem, names), discussion_id), problem.status


def _page(contact: Contact, values: dict[str, str], errors: dict[str, str], sent: UUID | None = None) -> str:
    audit.record("strategy.read", contact_id=contact.id)
    at, discussions, expected = now(), discussions_of(contact.id), service.expected_agencies()
    current = _to_record(contact, discussions, sent)
    due = next((row for row in open_of(contact.id) if row.kind == "strategy_discussion"), None)
    may_write = service.may_record(contact) and service.is_decided_on(contact)
    if current is not None and not values:
        values = form.start(current, at, expected)
    return render_template(
        "decisions/strategy/page.html",
        contact=_contact(contact),
        discussions=queries.shown(contact),
        due_at=due.due_at if due else None,
        not_held_href=_not_held(contact, due),
        review=_review(contact),
        may_write=may_write,
        recording={"corrects": current.record is not None} if current is not None and may_write else None,
        may_call=may_write and all(one.record is not None for one in discussions),
        expected=[(agency, AGENCIES[agency]) for agency in expected],
        rows=form.rows(current, expected),
        **form.folded(expected, values),
        agencies=_choices(AGENCIES),
        how=_choices(HOW_WORDS),
        section_47=_choices(SECTION_47),
        medicals=_choices(MEDICAL_WORDS),
        form={"values": values, "errors": errors},
        urls=_urls(contact.reference, current),
        now=at,
    )


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "reference": contact.reference,
        "href": url_for("record.page", reference=contact.reference, tab="decision"),
        "children": [(child, queries.child_name(contact, child)) for child in _children(contact)],
    }


def _urls(reference: str, current: StrategyDiscussion | None) -> dict[str, Any]:
    return {
        "call": url_for(".call", reference=reference),
        "record": url_for(".keep_record", reference=reference, discussion_id=current.id) if current else "",
        "done": lambda discussion_id, action_id: url_for(
            ".do_action", reference=reference, discussion_id=discussion_id, action_id=action_id
        ),
        "correct": lambda discussion_id: url_for(".page", reference=reference, correct=discussion_id, _anchor="record"),
    }


def _to_record(contact: Contact, discussions: list[StrategyDiscussion], sent: UUID | None) -> StrategyDiscussion | None:
    """Find the discussion that the form is about: the one sent, the one to be corrected, or the one not held yet."""
    wanted = sent or request.args.get("correct", type=UUID)
    if wanted is not None:
        return service.find(contact, wanted)
    return next((one for one in discussions if one.record is None), None)


def _not_held(contact: Contact, due: Any) -> str:
    if due is None or not viewer().may("decision.confirm"):
        return ""
    return url_for("awaited.one", reference=contact.reference, awaited_id=due.id)


def _review(contact: Contact) -> dict[str, Any] | None:
    row = next((row for row in open_of(contact.id) if row.kind == "strategy_review"), None)
    if row is None or not may_answer(row):
        return None
    href = url_for("awaited.one", reference=contact.reference, awaited_id=row.id)
    return {"due_at": row.due_at, "href": href}


def _children(contact: Contact) -> list[str | None]:
    return [str(child.id) for child in contact.children] or [None]


def _choices(codes: Codes) -> list[tuple[str, str]]:
    return list(codes.items())


def line_of(contact: Contact) -> dict[str, Any]:
    """Say the discussions of a contact in a line each, and where they are recorded; for its record."""
    shown = service.is_decided_on(contact) and viewer().may("queue.accept")
    href = url_for("strategy.page", reference=contact.reference) if shown else ""
    return {"lines": queries.lines(contact), "href": href}
