"""A team's queue on a screen, and what a person does from it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from screening import audit
from screening.db import db, now, transaction
from screening.errors import Invalid, NotAllowed, VersionMissing
from screening.models import Contact, QueueItem, Team
from screening.queues import attention, rows, service
from screening.queues.queries import PAGE_ROWS, TABS, QueueList, own_teams, team_queue
from screening.sign_in import requires

blueprint = Blueprint("queues", __name__, url_prefix="/queues")


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
    urgencies, levels = _chosen("urgency", ("red", "amber", "green")), _chosen("level", ("4", "3", "2", "1"))
    with transaction():
        found = team_queue(
            slug,
            tab=_tab(),
            urgencies=urgencies,
            levels=[int(level) for level in levels],
            page=request.args.get("page", 1, type=int),
        )
    title, text = rows.EMPTY_WORDS[found.tab]
    return render_template(
        "queues/queue.html",
        team={"name": found.team.name},
        teams=_team_tabs(found),
        tabs=rows.tabs(found),
        items=[rows.shown(row) for row in found.rows],
        filters={
            "action": url_for("queues.team", slug=slug),
            "urgency": urgencies,
            "level": levels,
            "on": bool(urgencies or levels),
        },
        pages=_pages(found),
        empty_words={"title": title, "text": text},
        now=found.at,
    )


@blueprint.get("/attention")
@requires("queue.route")
def needs_attention() -> ResponseReturnValue:
    """Show what no team holds, to place it, and what was raised because nobody accepted it."""
    found, at = attention.flagged(), now()
    with transaction():
        audit.record("queue.read", detail={"tab": "attention", "items": [str(item.id) for item in found]})
    names = _names([item.contact_id for item in found], at)
    shown = [_flagged(item, names) for item in found]
    return render_template(
        "queues/attention.html",
        items=[item for item in shown if item["team"] is None],
        raised=[item for item in shown if item["team"] is not None],
        in_no_queue=attention.in_no_queue(at),
        teams=_all_teams(),
        now=at,
    )


@blueprint.post("/items/<uuid:item_id>/claim")
@requires("queue.accept")
def claim(item_id: UUID) -> ResponseReturnValue:
    """Keep an item for the viewer to read, and open it."""
    return _then_open(lambda version: service.claim(item_id, version=version))


@blueprint.post("/items/<uuid:item_id>/accept")
@requires("queue.accept")
def accept(item_id: UUID) -> ResponseReturnValue:
    """Make the viewer the holder, and open it."""
    return _then_open(lambda version: service.accept(item_id, version=version))


@blueprint.get("/items/<uuid:item_id>/return")
@requires("queue.return")
def return_form(item_id: UUID) -> ResponseReturnValue:
    """Ask why, and which team should have it."""
    return _return_form(service.seen_item(item_id), {})


@blueprint.post("/items/<uuid:item_id>/return")
@requires("queue.return")
def send_back(item_id: UUID) -> ResponseReturnValue:
    """Send an item back with its reason, and return to the queue; or show what is missing."""
    try:
        with transaction():
            team = service.seen_item(item_id).team
            service.send_back(item_id, version=_version(), **_move())
    except Invalid as problem:
        return _return_form(service.seen_item(item_id), _errors(problem)), 422
    return redirect(url_for("queues.team", slug=team.slug) if team else url_for("queues.mine"))


@blueprint.post("/items/<uuid:item_id>/transfer")
@requires("queue.route")
def transfer(item_id: UUID) -> ResponseReturnValue:
    """Pass an item on to another team, or place one that no team holds."""
    with transaction():
        service.transfer(item_id, version=_version(), **_move())
    return redirect(url_for("queues.needs_attention" if request.args.get("placing") else "queues.mine"))


@blueprint.post("/items/<uuid:item_id>/allocate")
@requires("queue.allocate")
def allocate(item_id: UUID) -> ResponseReturnValue:
    """Give an item to a member of its team."""
    to_user, because = request.form.get("to_user", ""), request.form.get("override_reason")
    return _then_open(
        lambda version: service.allocate(item_id, version=version, to_user=to_user, override_reason=because)
    )


def _then_open(act: Callable[[int], QueueItem]) -> ResponseReturnValue:
    with transaction():
        item = act(_version())
        reference = item.contact.reference
    return redirect(url_for("contacts.record", reference=reference))


def _version() -> int:
    version = request.form.get("version", type=int)
    if version is None:
        raise VersionMissing("The form does not say which version it was made on. Open the queue and try again.")
    return version


def _move() -> dict[str, str]:
    return {"reason": request.form.get("reason", ""), "to_team": request.form.get("to_team", "")}


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(messages) for pointer, messages in problem.fields.items()}


def _return_form(item: QueueItem, errors: dict[str, str]) -> str:
    reference = item.contact.reference
    return render_template(
        "queues/return.html",
        item={
            "reference": reference,
            "child": rows.about(item.contact, now())["child"],
            "href": url_for("contacts.record", reference=reference),
        },
        form={"values": _move(), "errors": errors},
        teams=[choice for choice in _all_teams() if not item.team or choice[0] != item.team.slug],
        version=request.form.get("version", item.version),
        urls={"send": url_for("queues.send_back", item_id=item.id)},
    )


def _tab() -> str:
    tab = request.args.get("tab", "new")
    return tab if tab in TABS else "new"


def _chosen(name: str, known: tuple[str, ...]) -> list[str]:
    return [value for value in request.args.getlist(name) if value in known]


def _all_teams() -> list[tuple[str, str]]:
    return rows.choices(db.session.scalars(select(Team).where(Team.active).order_by(Team.name)))


def _team_tabs(found: QueueList) -> list[dict[str, Any]]:
    return [
        {
            "text": team.name,
            "href": url_for("queues.team", slug=team.slug),
            "current": team.id == found.team.id,
            "count": count,
        }
        for team, count in own_teams()
    ]


def _pages(found: QueueList) -> dict[str, str | None]:
    first = (found.page - 1) * PAGE_ROWS
    last = first + len(found.rows)
    kept: dict[str, Any] = {"slug": found.team.slug, "tab": found.tab}
    kept |= {name: request.args.getlist(name) for name in ("urgency", "level")}
    return {
        "previous_href": url_for("queues.team", **kept, page=found.page - 1) if found.page > 1 else None,
        "next_href": url_for("queues.team", **kept, page=found.page + 1) if last < found.matching else None,
        "words": f"{min(first + 1, last)} to {last} of {found.matching}",
    }


def _names(contact_ids: list[UUID], at: datetime) -> dict[UUID, str]:
    # Through the session's hook: a contact that the viewer may not open is listed by its reference alone.
    question = select(Contact).where(Contact.id.in_(contact_ids)).options(selectinload(Contact.participations))
    contacts = db.session.scalars(question)
    return {contact.id: rows.about(contact, at)["child"] for contact in contacts}


def _flagged(item: attention.Flagged, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "reference": item.reference,
        "href": url_for("contacts.record", reference=item.reference),
        "child": names.get(item.contact_id, item.reference),
        "urgency": item.urgency,
        "why": item.attention,
        "since": item.queued_at,
        "due_at": item.due_at,
        "team": item.team,
        "version": item.version,
        "place_url": url_for("queues.transfer", item_id=item.id, placing=1),
    }
