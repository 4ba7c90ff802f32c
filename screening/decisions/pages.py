"""Deciding on a screen: the decider's own view, then the proposal, then the decision; and what follows from it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import acceptance, validation
from screening.access import viewer
from screening.db import transaction
from screening.deciding import in_force, whom
from screening.decisions import elsewhere, forms, queries, service, unsent, what_follows
from screening.decisions.answers import Answer
from screening.decisions.children.finding import unsettled
from screening.decisions.forms import Typed
from screening.decisions.schemas import FormSchema
from screening.decisions.turns import is_ones_turn, lead_item, lock, stage_of, turn
from screening.error_pages import keeps_words
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import Contact, Decision
from screening.models.acceptance_view import ACCEPTANCE_ANSWERS
from screening.sign_in import requires

blueprint = Blueprint("decisions", __name__, url_prefix="/contacts")
NO_CHILD = "There is no such child to decide about in this contact. Open the contact and choose one."


@blueprint.get("/<reference>/decide/<child>")
# Who works a queue; which of the two decisions, and whether they may make it, is the service's to say.
@requires("queue.accept")
def decide(reference: str, child: str) -> ResponseReturnValue:
    """Show the form for one child; go on to the next where this one is decided."""
    with transaction():
        contact = queries.contact_of(reference)
        child_id = child_of(contact, child)
        if child_id not in queries.to_decide(contact):
            return redirect(_next_place(contact))
        try:
            mine = turn(contact, child_id)
        except (NotAllowed, Conflict):
            # Back in their browser, whoever has decided is shown what they decided, not that they may not.
            if (made := _made_by_viewer(contact, child_id)) is None:
                raise
            return redirect(_decided_place(reference, made))
        # Who no longer holds the contact settles nobody else: whoever holds it is asked.
        if mine.item.leads and unsettled(contact):
            return redirect(url_for("known_children.page", reference=reference))
        return forms.decide(contact, child_id, _begun(contact, child_id))


@blueprint.get("/<reference>/decide")
@requires("queue.accept")
def next_child(reference: str) -> ResponseReturnValue:
    """Go to what is next in a contact: a child whom we know of to settle, a child to decide, or what was decided."""
    with transaction():
        return redirect(_next_place(queries.contact_of(reference)))


@blueprint.post("/<reference>/decide/<child>")
@keeps_words
@requires("queue.accept")
def send(reference: str, child: str) -> ResponseReturnValue:
    """Keep the decider's own view, or their decision. Where something is missing, all that was typed stays."""
    try:
        with transaction():
            contact = queries.contact_of(reference)
            child_id = child_of(contact, child)
            if request.form.get("action") == "again":
                turn(contact, child_id)
                return forms.decide(contact, child_id, Typed(forms.typed()))
            if request.form.get("action") == "own_view":
                return _keep_own_view(contact, child_id)
            decision = _decide(contact, child_id)
        return redirect(_decided_place(reference, decision))
    except Invalid as problem:
        return _again(reference, child, Typed(forms.typed(), forms.errors_of(problem))), problem.status
    except Stale as problem:
        return _again(reference, child, Typed(forms.typed(), changed=problem.message)), problem.status
    except Conflict:
        mine = _already_mine(reference, child)
        if mine is None:
            raise
        return redirect(_decided_place(reference, mine))


@blueprint.get("/<reference>/decided/<uuid:decision_id>")
@requires("queue.accept")
def decided(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Say what was decided, who holds it next, and which child is still to be decided; to the decider alone."""
    contact = queries.contact_of(reference)
    decision = queries.decision_of(contact, decision_id)
    if decision.decided_by_id != viewer().user_id:
        return redirect(url_for("record.page", reference=reference, tab="decision"))
    return render_template("decisions/decided.html", **what_follows.shown(contact, decision))


@blueprint.get("/<reference>/accepted-elsewhere")
@requires("queue.accept")
def accepted_elsewhere(reference: str) -> ResponseReturnValue:
    """Ask who at the other authority accepted; where nothing waits for that, go to the contact's decisions."""
    contact = queries.contact_of(reference)
    if not elsewhere.waits_for_acceptance(contact):
        return redirect(_decisions_place(contact))
    return forms.accepted_elsewhere(contact)


@blueprint.post("/<reference>/accepted-elsewhere")
@requires("queue.accept")
def accept_elsewhere(reference: str) -> ResponseReturnValue:
    """Write down who there accepted, and end the contact; or show what is missing."""
    contact = queries.contact_of(reference)
    try:
        with transaction():
            elsewhere.accept(contact, **forms.typed_acceptance())
    except Invalid as problem:
        return forms.accepted_elsewhere(contact, forms.errors_of(problem)), problem.status
    return redirect(_decisions_place(contact))


def _begun(contact: Contact, child_id: UUID | None) -> Typed:
    """Give what the form starts from: a sibling's reasons, where they are asked for; else what the viewer began."""
    stage = stage_of(contact, child_id)
    own = None if _copy_from() else unsent.found(contact, child_id, stage)
    return Typed(own.words, began_at=own.began_at) if own else Typed(forms.copied(contact, stage, _copy_from()))


def _keep_own_view(contact: Contact, child_id: UUID | None) -> ResponseReturnValue:
    view = forms.typed_view("own_")
    service.keep_own_view(contact=contact, child_id=child_id, level=view.level, urgency=view.urgency)
    return redirect(forms.place(contact, child_id, _anchor="proposal"))


def _decide(contact: Contact, child_id: UUID | None) -> Decision:
    if service.own_view(contact, stage_of(contact, child_id), child_id) is None:
        # A form from before, sent again: nobody decides here before they have said what they think themselves.
        turn(contact, child_id)
        raise Invalid("Your own view comes first.", fields={"/own_level": ["Give your own view first."]})
    _keep_threshold_view(contact)
    answer: Answer = validation.load(FormSchema(), forms.typed() | {"child": _as_text(child_id)})  # type: ignore[assignment]
    return service.decide(contact=contact, answer=answer, version=request.form.get("version", -1, type=int))


def _keep_threshold_view(contact: Contact) -> None:
    """Keep whether the threshold was right, where that was ticked; never a reason to refuse the decision itself."""
    answer, seen = request.form.get("threshold_view", ""), request.form.get("threshold_screening", type=UUID)
    if answer not in ACCEPTANCE_ANSWERS:
        return
    item = lead_item(lock(contact.id).id)
    if item is not None and acceptance.is_open(item):
        acceptance.keep(item, answer, seen=seen)


def _again(reference: str, child: str, form: Typed) -> str:
    with transaction():
        contact = queries.contact_of(reference)
        own = {name: request.form.get(name, "") for name in ("own_level", "own_urgency")}
        return forms.decide(contact, child_of(contact, child), Typed({**form.values, **own}, form.errors, form.changed))


def _made_by_viewer(contact: Contact, child_id: UUID | None) -> Decision | None:
    own = (made for made in in_force(contact.id) if made.decided_by_id == viewer().user_id)
    return next((made for made in own if made.child_id == child_id), None)


def _already_mine(reference: str, child: str) -> Decision | None:
    """Find the viewer's own decision with these very words: a double click, or a resend after a lost answer."""
    contact = queries.contact_of(reference)
    child_id, sent = child_of(contact, child), forms.typed()
    same = ("outcome", "level", "urgency", "rationale")
    for decision in in_force(contact.id):
        mine = decision.decided_by_id == viewer().user_id and decision.child_id == child_id
        if mine and all(getattr(decision, name) == sent[name] for name in same):
            return decision
    return None


def child_of(contact: Contact, child: str) -> UUID | None:
    """Find whom an address means; `contact` stands for a child whom nobody could name.

    Raises:
        NotFound: it is no child to decide about in this contact.
    """
    try:
        child_id = None if child == "contact" else UUID(child)
    except ValueError:
        raise NotFound(NO_CHILD) from None
    if child_id not in whom(contact, stage_of(contact, child_id)):
        raise NotFound(NO_CHILD)
    return child_id


def _copy_from() -> UUID | None:
    return request.args.get("copy", type=UUID)


def _as_text(child_id: UUID | None) -> str | None:
    return str(child_id) if child_id else None


def _next_place(contact: Contact) -> str:
    pending = [child_id for child_id in queries.to_decide(contact) if is_ones_turn(contact, child_id)]
    if _holds(contact) and unsettled(contact):
        return url_for("known_children.page", reference=contact.reference)
    if pending and lead_item(contact.id) is not None:
        return forms.place(contact, pending[0])
    if elsewhere.waits_for_acceptance(contact):
        return url_for("decisions.accepted_elsewhere", reference=contact.reference)
    return _decisions_place(contact)


def _holds(contact: Contact) -> bool:
    item = lead_item(contact.id)
    return item is not None and item.holder_id == viewer().user_id and item.team_id in viewer().team_ids


def _decisions_place(contact: Contact) -> str:
    return url_for("record.page", reference=contact.reference, tab="decision")


def _decided_place(reference: str, decision: Decision) -> str:
    return url_for("decisions.decided", reference=reference, decision_id=decision.id)
