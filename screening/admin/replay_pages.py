"""Shadow runs on a screen: start one, see how far it is, read what it found, and open the contacts behind a number."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit
from screening.admin import replay_lists, replay_queries, replays
from screening.db import Json, db, now, transaction
from screening.errors import Invalid, NotFound
from screening.models import RulesDraft, RulesetInForce, RulesReplay, Team
from screening.sign_in import refreshes, requires
from screening.wording import long_day

blueprint = Blueprint("replays", __name__, url_prefix="/rules/replays")
DAYS = re.compile(r"[0-9]{1,6}")
LAST_PAGE = 100_000


@blueprint.get("/")
@requires("rules.read")
def runs() -> ResponseReturnValue:
    """List the runs, newest first."""
    with transaction():
        audit.record("rules.replay_read", detail={"list": "runs"})
    return render_template("admin/replays.html", runs=replay_queries.runs(), now=now())


@blueprint.get("/new")
@requires("rules.write")
def new() -> ResponseReturnValue:
    """Ask over how many days, for a draft or a version."""
    return _form({"days": str(replays.USUAL_DAYS)}, {})


@blueprint.post("/")
@requires("rules.write")
def start() -> ResponseReturnValue:
    """Start a run and show it; or say why it cannot be run."""
    days = request.form.get("days", "")
    try:
        with transaction():
            run = _started(int(days) if DAYS.fullmatch(days) else 0)
    except Invalid as problem:
        errors = {pointer.strip("/"): words for pointer, words in problem.fields.items()}
        return _form({"days": days}, errors), problem.status
    return redirect(url_for("replays.run", run_id=run.id))


@blueprint.get("/<uuid:run_id>")
@requires("rules.read")
def run(run_id: UUID) -> ResponseReturnValue:
    """Show how far a run is, or what it found."""
    with transaction():
        found = replay_queries.run_of(run_id)
        _record_read(found)
    return render_template("admin/replay.html", **_shown(found))


@blueprint.get("/<uuid:run_id>/live")
@requires("rules.read")
@refreshes
def live(run_id: UUID) -> ResponseReturnValue:
    """Answer with the run as it stands, or 304 where it is as the page has it. Never extends a session."""
    with transaction():
        found = replay_queries.run_of(run_id)
        tag = f"{found.state}-{found.looked_at}"
        if request.if_none_match.contains(tag):
            return "", 304, {"ETag": f'"{tag}"'}
        if found.state == "done":
            _record_read(found)
    answered = make_response(render_template("admin/_replay.html", **_shown(found)))
    answered.set_etag(tag)
    return answered


@blueprint.post("/<uuid:run_id>/again")
@requires("rules.write")
def start_again(run_id: UUID) -> ResponseReturnValue:
    """Go on with a run that stopped."""
    with transaction():
        replays.start_again(run_id)
    return redirect(url_for("replays.run", run_id=run_id))


@blueprint.get("/<uuid:run_id>/contacts")
@requires("rules.read")
def contacts(run_id: UUID) -> ResponseReturnValue:
    """List the children behind one number of the result, as far as the viewer may see them."""
    of, page = request.args.get("of", "all"), min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    with transaction():
        found = replay_queries.run_of(run_id)
        listed = replay_lists.listed(found, of, page)
    names = {row.slug: row.name for row in db.session.execute(select(Team.slug, Team.name))}
    return render_template(
        "admin/replay_contacts.html",
        run=replay_queries.heading(found),
        listed=listed,
        teams=names,
        pages=_pages(run_id, of, page, listed["shown"]),
    )


def _started(days: int) -> RulesReplay:
    if draft := request.form.get("draft"):
        return replays.start_draft(_uuid(draft), days=days)
    return replays.start_version(request.form.get("version", ""), days=days)


def _form(values: dict[str, str], errors: dict[str, list[str]]) -> str:
    draft, version = request.values.get("draft", ""), request.values.get("version", "")
    return render_template(
        "admin/replay_new.html",
        what=_title_of(draft, version),
        fields={"draft": draft} if draft else {"version": version},
        form={"values": values, "errors": {name: words[0] for name, words in errors.items() if name == "days"}},
        problems=errors.get("draft", []),
        days=[(str(days), f"The last {days} days") for days in replays.DAYS_OFFERED],
    )


def _title_of(draft: str, version: str) -> str:
    found: str | None = None
    if draft:
        title = db.session.scalar(select(RulesDraft.title).where(RulesDraft.id == _uuid(draft)))
        found = title and f"the draft “{title}”"
    elif since := db.session.scalar(select(RulesetInForce.in_force_from).where(RulesetInForce.hash == version)):
        found = f"the version in force from {long_day(since)}"
    if not found:
        raise NotFound("There are no such rules. Open the list of versions again.")
    return found


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as problem:
        raise NotFound("There is no such draft. Open the list of drafts again.") from problem


def _shown(run: RulesReplay) -> Json:
    found = {"run": replay_queries.heading(run), "now": now()}
    return found | {"result": replay_queries.result(run) if run.state == "done" else None}


def _record_read(run: RulesReplay) -> None:
    detail: dict[str, Any] = {"state": run.state, "contacts": run.looked_at}
    audit.record("rules.replay_read", subject=("rules_replay", run.id), detail=detail)


def _pages(run_id: UUID, of: str, page: int, shown: int) -> Json:
    first, last = (page - 1) * replay_lists.PAGE_ROWS + 1, min(page * replay_lists.PAGE_ROWS, shown)

    def href(to: int) -> str:
        return url_for("replays.contacts", run_id=run_id, of=of, page=to)

    return {
        "words": f"{first:,} to {last:,} of {shown:,}",
        "previous_href": href(page - 1) if page > 1 else None,
        "next_href": href(page + 1) if last < shown else None,
    }
