"""A team's queue on a screen, and what a person does from it. The forms that ask before they act are in `forms`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit, live
from screening.access import viewer
from screening.db import db, now, transaction
from screening.error_pages import keeps_words
from screening.errors import Conflict, Invalid, NotAllowed, Stale, VersionMissing
from screening.left_waiting.unheld import unheld
from screening.models import Contact, QueueItem
from screening.queues import attention, claiming, finding, forms, listing, overtaken, rows, service, undoing
from screening.queues.queries import own_teams, refreshed_queue, team_queue
from screening.queues.schemas import AllocateSchema, MoveSchema
from screening.sign_in import refreshes, requires
from screening.validation import load

blueprint = Blueprint("queues", __name__, url_prefix="/queues")
blueprint.register_error_handler(Conflict, overtaken.tell_overtaken)
blueprint.register_error_handler(Stale, overtaken.tell_overtaken)


@blueprint.get("/")
@requires("queue.read")
def mine() -> ResponseReturnValue:
    """Go to the viewer's queue: the first of their teams' by name."""
    teams = own_teams()
    if not teams:
        raise NotAllowed("You are in no team yet, so you have no queue. Ask an administrator to add you to one.")
    return redirect(url_for("queues.team", slug=teams[0][0].slug))


@blueprint.get("/<slug>")
@requires("queue.read")
def team(slug: str) -> ResponseReturnValue:
    """Show a tab of one team's queue."""
    with transaction():
        found = team_queue(slug, listing.asked())
        return render_template(
            "queues/queue.html",
            **listing.shown(found),
            filters=listing.filters(found),
            live_url=listing.address(found, "queues.team_live"),
            waited_for_href=url_for("awaited.page"),
            moved=_just_moved(),
            taken_back=_just_taken_back(),
        )


@blueprint.get("/<slug>/live")
@requires("queue.read")
@refreshes
def team_live(slug: str) -> ResponseReturnValue:
    """Answer with what the list's page shows now, or 304 where it is as the page has it. Never extends a session."""
    # The tabs count what waits in each of the viewer's teams; the board's topic would move it with any work at all.
    queues = sorted(f"queue:{team_id}" for team_id in viewer().team_ids)
    return live.answer(lambda: _render_live(slug), *queues, f"looking:{slug}")


@blueprint.get("/attention")
@requires("board.read")
def needs_attention() -> ResponseReturnValue:
    """Show what no team holds, to place it, and what was raised. A name is shown to nobody here."""
    found, at = attention.flagged(), now()
    with transaction():
        audit.record("queue.read", detail={"tab": "attention", "items": [str(item.id) for item in found]})
    readable = _readable([item.contact_id for item in found])
    return render_template(
        "queues/attention.html",
        items=[_flagged(item, readable) for item in found],
        in_no_queue=[_in_no_queue(found) for found in unheld(at)],
        withheld=attention.withheld_children(at),
        late_calls=[_late_call(call) for call in attention.late_calls()],
        teams=forms.all_teams(),
        now=at,
    )


@blueprint.post("/items/<uuid:item_id>/claim")
@requires("queue.accept")
def claim(item_id: UUID) -> ResponseReturnValue:
    """Keep an item for the viewer to read, and open it."""
    return _then_open(lambda version: service.claim(item_id, version=version))


@blueprint.post("/items/<uuid:item_id>/working")
@requires("queue.accept")
def working(item_id: UUID) -> ResponseReturnValue:
    """Go on saying that the viewer works on an item, as they type in one of its forms. Shows nothing."""
    with transaction():
        finding.seen_item(item_id)
        claiming.work_on(item_id)
    return "", 204


@blueprint.post("/items/<uuid:item_id>/accept")
@requires("queue.accept")
def accept(item_id: UUID) -> ResponseReturnValue:
    """Make the viewer the holder, and open it. Who comes second is told who was first, and when."""
    return _then_open(lambda version: service.accept(item_id, version=version))


@blueprint.post("/items/<uuid:item_id>/undo")
@requires("queue.accept")
def undo(item_id: UUID) -> ResponseReturnValue:
    """Take back what the viewer just did to an item, and return to the queue in which it is again."""
    with transaction():
        stands = undoing.undo(item_id, version=_version())
        team = stands.team
    return redirect(url_for("queues.team", slug=team.slug, back=stands.id) if team else url_for("queues.mine"))


@blueprint.post("/items/<uuid:item_id>/seen")
@requires("queue.accept")
def mark_seen(item_id: UUID) -> ResponseReturnValue:
    """Take an alert out of the queue."""
    with transaction():
        team = service.mark_seen(item_id, version=_version()).team
    return redirect(url_for("queues.team", slug=team.slug) if team else url_for("queues.mine"))


@blueprint.get("/items/<uuid:item_id>/return")
@requires("queue.return")
def return_form(item_id: UUID) -> ResponseReturnValue:
    """Ask why, and which team should have it."""
    with transaction():
        claiming.work_on(item_id)
        return forms.move("return", finding.seen_item(item_id))


@blueprint.post("/items/<uuid:item_id>/return")
@requires("queue.return")
@keeps_words
def send_back(item_id: UUID) -> ResponseReturnValue:
    """Send an item back with its reason, and return to the queue; or show what is missing."""
    return _moved("return", item_id, service.send_back)


@blueprint.get("/items/<uuid:item_id>/transfer")
@requires("queue.route")
def transfer_form(item_id: UUID) -> ResponseReturnValue:
    """Ask why, and to which team."""
    with transaction():
        claiming.work_on(item_id)
        return forms.move("transfer", finding.seen_item(item_id))


@blueprint.post("/items/<uuid:item_id>/transfer")
@requires("queue.route")
@keeps_words
def transfer(item_id: UUID) -> ResponseReturnValue:
    """Pass an item on to another team, and return to the queue; or show what is missing."""
    return _moved("transfer", item_id, service.transfer)


@blueprint.post("/items/<uuid:item_id>/place")
@requires("queue.route")
def place(item_id: UUID) -> ResponseReturnValue:
    """Put what no team holds with one, and return to what needs attention."""
    with transaction():
        service.transfer(item_id, version=_version(), **load(MoveSchema(), forms.moved()))
    return redirect(url_for("queues.needs_attention"))


@blueprint.get("/items/<uuid:item_id>/end")
@requires("queue.accept")
def end_form(item_id: UUID) -> ResponseReturnValue:
    """Ask whether the decision still holds, now that something came after it."""
    return forms.end(finding.seen_item(item_id))


@blueprint.post("/items/<uuid:item_id>/end")
@requires("queue.accept")
@keeps_words
def end(item_id: UUID) -> ResponseReturnValue:
    """End what came after a decision, with its reason, and return to the queue; or show what is missing."""
    try:
        with transaction():
            service.end_late_answer(item_id, version=_version(), reason=forms.moved()["reason"])
    except Invalid as problem:
        return forms.end(finding.seen_item(item_id), problem), problem.status
    return redirect(url_for("queues.mine"))


@blueprint.post("/unheld/<reference>/place")
@requires("queue.route")
def place_unheld(reference: str) -> ResponseReturnValue:
    """Put a contact that is in no queue with a team, and return to what needs attention."""
    with transaction():
        service.place_unheld(reference, to_team=forms.moved()["to_team"])
    return redirect(url_for("queues.needs_attention"))


@blueprint.get("/items/<uuid:item_id>/allocate")
@requires("queue.allocate")
def allocate_form(item_id: UUID) -> ResponseReturnValue:
    """Ask to whom, beside what each member of the team carries."""
    with transaction():
        claiming.work_on(item_id)
        return forms.allocate(finding.seen_item(item_id))


@blueprint.post("/items/<uuid:item_id>/allocate")
@requires("queue.allocate")
@keeps_words
def allocate(item_id: UUID) -> ResponseReturnValue:
    """Give an item to a member of its team, and open it; or show what is missing."""
    try:
        given = load(AllocateSchema(), forms.given())
        return _then_open(lambda version: service.allocate(item_id, version=version, **given))
    except Invalid as problem:
        return forms.allocate(finding.seen_item(item_id), problem), problem.status


@blueprint.post("/items/<uuid:item_id>/threshold-view")
@requires("queue.accept")
def say_threshold(item_id: UUID) -> ResponseReturnValue:
    """Keep whether the threshold was right, and return to the contact; "wrong team" is offered what follows there."""
    answer, seen = request.form.get("answer", ""), request.form.get("screening", type=UUID)
    with transaction():
        item = service.say_threshold(item_id, version=_version(), answer=answer, seen=seen)
        reference = item.contact.reference
    return redirect(url_for("record.page", reference=reference, _anchor="threshold"))


def _moved(kind: str, item_id: UUID, move: Callable[..., QueueItem]) -> ResponseReturnValue:
    if request.form.get("action") == "again":
        # From the page that showed the words back, because somebody else was first.
        return forms.move(kind, finding.seen_item(item_id), changed=finding.STALE)
    try:
        with transaction():
            team = finding.seen_item(item_id).team
            following = move(item_id, version=_version(), **load(MoveSchema(), forms.moved()))
    except Invalid as problem:
        return forms.move(kind, finding.seen_item(item_id), problem), problem.status
    except Stale as problem:
        return forms.move(kind, finding.seen_item(item_id), changed=problem.message), problem.status
    return redirect(url_for("queues.team", slug=team.slug, moved=following.id) if team else url_for("queues.mine"))


def _then_open(act: Callable[[int], QueueItem]) -> ResponseReturnValue:
    with transaction():
        href = rows.place_to_work(act(_version()))
    return redirect(href)


def _version() -> int:
    version = request.form.get("version", type=int)
    if version is None:
        raise VersionMissing("The form does not say which version it was made on. Open the queue and try again.")
    return version


def _just_taken_back() -> dict[str, str] | None:
    back = request.args.get("back", type=UUID)
    item = db.session.get(QueueItem, back) if back else None
    what = undoing.taken_back(item) if item and finding.seen(item) else None
    return {"reference": item.contact.reference, "what": what} if item and what else None


def _just_moved() -> dict[str, Any] | None:
    moved = request.args.get("moved", type=UUID)
    item = db.session.get(QueueItem, moved) if moved else None
    done = undoing.what_may_be_undone(item) if item and finding.seen(item) else None
    return rows.moved(item, undoing.WORDS[done]) if item and done else None


def _render_live(slug: str) -> str:
    with transaction():
        found = refreshed_queue(slug, listing.asked())
        return render_template("queues/_live.html", **listing.shown(found))


def _readable(contact_ids: list[UUID]) -> set[UUID]:
    # Through the session's hook: a contact that the viewer may not open is listed by its reference alone.
    return set(db.session.scalars(select(Contact.id).where(Contact.id.in_(contact_ids))))


def _late_call(call: dict[str, Any]) -> dict[str, Any]:
    if call["taken_by"] is None:
        # Nobody took it: it came as an e-mail, and opens from the list of those.
        return call | {"href": url_for("emails.unread"), "end_href": None}
    urls = {"href": "contacts.take", "end_href": "late_drafts.ask"}
    return call | {name: url_for(endpoint, reference=call["reference"]) for name, endpoint in urls.items()}


def _in_no_queue(found: dict[str, Any]) -> dict[str, Any]:
    may_place = viewer().may("queue.route")
    return found | {"place_url": url_for("queues.place_unheld", reference=found["reference"]) if may_place else None}


def _flagged(item: attention.Flagged, readable: set[UUID]) -> dict[str, Any]:
    may_place = item.team is None and viewer().may("queue.route")
    opens = item.contact_id in readable
    return {
        "reference": item.reference,
        "href": url_for("record.page", reference=item.reference) if opens else None,
        "team": item.team,
        "urgency": item.urgency,
        "attention": item.attention,
        "attention_at": item.attention_at,
        "due_at": item.due_at,
        "version": item.version,
        "place_url": url_for("queues.place", item_id=item.id) if may_place else None,
    }
