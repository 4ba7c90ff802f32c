"""Police notifications by the file: sent in, sorted and assigned many at once. Deciding stays with each child."""

from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import telling
from screening.access import viewer
from screening.contacts import checking
from screening.db import now, transaction
from screening.errors import Invalid
from screening.intake import csv_reading, notifications, refused_lines
from screening.models import Contact, QueueItem
from screening.queues import caseload
from screening.queues.forms import all_teams
from screening.sign_in import requires

log = structlog.get_logger()
blueprint = Blueprint("imports", __name__, url_prefix="/imports")
NOTHING_CHOSEN = "Tick at least one contact."
NO_SUCH_ITEM = "This is no contact of the list. Tick again."
NOWHERE = "Choose a team, or a person."


@blueprint.get("/")
@requires("queue.route")
def start() -> ResponseReturnValue:
    """Show where a file is sent in, and the files before."""
    return _start({})


@blueprint.post("/")
@requires("queue.route")
def send() -> ResponseReturnValue:
    """Read a file: what is good lands, each line by itself; what is not is kept with what is wrong."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    try:
        lines = csv_reading.read(content)
    except Invalid as problem:
        return _start(checking.paths(problem)), problem.status
    with transaction():
        file = notifications.file_of(content, len(lines))
        # Read to its end before: nothing of it is read anew.
        again = notifications.came(file).not_read == 0
    for together in csv_reading.by_reference(lines):
        try:
            with transaction():
                notifications.land(file, together, _key())
        except Exception as problem:  # noqa: BLE001  mended: kept as refused, where a person sees it
            log.error("line_not_read", kind=type(problem).__name__, file=str(file.id), line=together[0].number)
            with transaction():
                notifications.keep_unexpected(file, together, _key())
    return redirect(url_for(".show", file_id=file.id, again="yes" if again else None))


@blueprint.get("/<uuid:file_id>")
@requires("queue.route")
def show(file_id: UUID) -> ResponseReturnValue:
    """Show what became of a file, to be sorted by home and assigned."""
    return _show(file_id, {}, {})


@blueprint.post("/<uuid:file_id>/assign")
@requires("queue.route")
def assign(file_id: UUID) -> ResponseReturnValue:
    """Pass on, or give to somebody, what was ticked; say what could not be."""
    chosen = [(_item_id(one), request.form.get(f"version_{one}", 0, type=int)) for one in request.form.getlist("item")]
    to = {name: request.form.get(name, "") for name in ("to_team", "to_user", "reason", "override_reason")}
    errors = _missing(chosen, to)
    if errors:
        return _show(file_id, to, errors), 422
    with transaction():
        left = notifications.assign(chosen, **to)
    if left:
        return _show(file_id, to, {f"item-{item_id}": why for item_id, why in left.items()}), 409
    return redirect(url_for(".show", file_id=file_id))


@blueprint.get("/<uuid:file_id>/refused.csv")
@requires("queue.route")
def refused(file_id: UUID) -> ResponseReturnValue:
    """Give the lines that could not land, to be mended and sent again."""
    with transaction():
        content = refused_lines.as_csv(notifications.file_by_id(file_id), _key())
        refused_lines.note_downloaded(file_id)
    headers = {"Content-Disposition": "attachment; filename=refused.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


def _item_id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Invalid("Nothing was assigned.", fields={"/item": [NO_SUCH_ITEM]}) from None


def _missing(chosen: list[Any], to: dict[str, str]) -> dict[str, str]:
    errors = {} if chosen else {"item": NOTHING_CHOSEN}
    return errors if bool(to["to_team"]) != bool(to["to_user"]) else errors | {"to_team": NOWHERE}


def _start(errors: dict[str, str]) -> str:
    return render_template(
        "intake/imports.html",
        form={"values": {}, "errors": errors},
        files=[
            {"came": came, "href": url_for(".show", file_id=came.file.id), "at": came.file.imported_at}
            for came in notifications.files()
        ],
        columns=csv_reading.COLUMNS,
        needed=csv_reading.NEEDED,
        urls={"send": url_for(".send")},
    )


def _show(file_id: UUID, values: dict[str, str], errors: dict[str, str]) -> str:
    with transaction():
        file = notifications.file_by_id(file_id)
        refused = refused_lines.refused_of(file)
        earlier = refused_lines.references_of(refused)
        homes = [[_entry(contact, item) for contact, item in home] for home in notifications.to_sort(file)]
    return render_template(
        "intake/import.html",
        came=notifications.came(file),
        again=request.args.get("again") == "yes",
        homes=homes,
        refused=[
            {"line": row.line, "problems": row.problems, "earlier": earlier.get(row.contact_id)} for row in refused
        ],
        form={"values": values, "errors": errors},
        teams=all_teams(),
        people=_people(homes),
        now=now(),
        urls={"assign": url_for(".assign", file_id=file_id), "refused": url_for(".refused", file_id=file_id)},
    )


def _entry(contact: Contact, item: QueueItem | None) -> dict[str, Any]:
    holder = item.holder.name if item and item.holder else item.team.name if item and item.team else None
    return {
        "reference": contact.reference,
        "href": url_for("record.page", reference=contact.reference),
        "children": telling.children(contact),
        "holder": holder,
        "item": item,
    }


def _people(homes: list[list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """List who work in the teams that hold these, for who may give work to somebody."""
    if not viewer().may("queue.allocate"):
        return []
    teams = {one["item"].team_id for home in homes for one in home if one["item"] and one["item"].team_id}
    found = {one.user.user_name: one.user.name for team in teams for one in caseload.of_members(team)}
    return sorted(found.items(), key=lambda one: one[1])


def _key() -> bytes:
    key: bytes = current_app.extensions["front_door"].draft_key
    return key
