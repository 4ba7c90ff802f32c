"""The rows behind a number of the board, and a team's forecast with what it was made from."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit
from screening.access import viewer
from screening.db import db, now, transaction
from screening.errors import NotFound
from screening.models import Partner, Team
from screening.oversight import whole, words
from screening.oversight.rows import MOST_ROWS, WHAT, Asked, lines
from screening.sign_in import requires

blueprint = Blueprint("board_rows", __name__, url_prefix="/board")


@blueprint.get("/rows/<what>")
@requires("board.read")
def page(what: str) -> ResponseReturnValue:
    """List what one number of the board counts: references, states and ages."""
    if what not in WHAT:
        raise NotFound("There is no such number. Open the board again, and choose one there.")
    asked = _asked()
    with transaction():
        found = lines(what, asked)
        shown = [str(line.contact_id) for line in found if line.contact_id]
        audit.record("board.read", detail={"rows": what, "of": _of(asked), "contacts": shown})
    return render_template(
        "oversight/rows.html",
        number=WHAT[what],
        of=_of(asked),
        lines=found,
        full=len(found) == MOST_ROWS,
        queue_href=_queue_href(asked.team),
        now=asked.at,
    )


@blueprint.get("/forecast/<slug>")
@requires("board.read")
def forecast(slug: str) -> ResponseReturnValue:
    """Show how a team's forecast is made, and how far out the earlier ones were."""
    team = _team(slug)
    with transaction():
        audit.record("board.read", detail={"forecast": slug})
    return render_template("oversight/forecast.html", team=team, found=whole.forecast_of(team, now()))


def _asked() -> Asked:
    """Read which number is meant; one that there is not is no page, for it must not show other rows than it says."""
    slug, partner = request.args.get("team"), request.args.get("partner", type=UUID)
    if request.args.get("partner") and partner is None:
        raise NotFound("There is no such partner. Open the board again, and choose one there.")
    return Asked(at=now(), team=_team(slug) if slug else None, partner_id=partner, kind=request.args.get("kind", ""))


def _team(slug: str) -> Team:
    team = db.session.scalar(select(Team).where(Team.slug == slug, Team.active))
    if team is None:
        raise NotFound("There is no such team. Open the board again, and choose one there.")
    return team


def _of(asked: Asked) -> str:
    """Say of what the number is: a team, a partner or a kind of task; "" where it is of all."""
    if asked.team:
        return asked.team.name
    if asked.partner_id:
        partner = db.session.get(Partner, asked.partner_id)
        return partner.name if partner else ""
    return words.task(asked.kind) if asked.kind else ""


def _queue_href(team: Team | None) -> str | None:
    """Give the way to the team's queue, to whoever works in it."""
    seen_by = viewer()
    return url_for("queues.team", slug=team.slug) if team and team.id in seen_by.team_ids else None
