"""The calibration page, and the contacts behind each of its numbers."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit
from screening.db import Json, db, transaction
from screening.errors import Invalid, NotFound
from screening.models import Contact, Team
from screening.oversight import calibration, drift
from screening.oversight.periods import Asked, asked_for
from screening.oversight.tally import Which
from screening.sign_in import requires
from screening.wording import moment

blueprint = Blueprint("calibration", __name__, url_prefix="/calibration")


@blueprint.get("/")
@requires("rules.read")
def page() -> ResponseReturnValue:
    """Show how the rules stand beside what teams answered and people decided."""
    errors: dict[str, str] = {}
    try:
        asked = asked_for(request.args)
    except Invalid as problem:
        errors = {pointer.strip("/"): " ".join(words) for pointer, words in problem.fields.items()}
        asked = asked_for({})
    with transaction():
        audit.record("calibration.read", detail=asked.query)
        found = calibration.calibration(asked)
    shown = render_template(
        "oversight/calibration.html",
        found=found,
        drawing=drift.drawing(found["months"], found["versions"]),
        month_words=month_words,
        asked=asked.query,
        form={"values": request.args if errors else asked.query, "errors": errors},
        teams=[(team.slug, team.name) for team in db.session.scalars(select(Team).order_by(Team.name))],
    )
    return shown, 422 if errors else 200


@blueprint.get("/contacts/<what>")
@requires("rules.read")
def contacts(what: str) -> ResponseReturnValue:
    """List the contacts that one number counts, as far as the viewer may open them."""
    asked = asked_for(request.args)
    query: dict[str, Any] = asked.query
    which = _which(what, asked)
    with transaction():
        found, openable, hidden = calibration.contacts_behind(asked, which)
        shown = [str(contact.id) for contact in found]
        audit.record("contact.list_read", detail={"list": "calibration", "what": what, "contacts": shown})
    return render_template(
        "oversight/calibration_contacts.html",
        title=calibration.WHAT_WORDS[what],
        about=_about(asked, which),
        contacts=[_line(contact) for contact in found],
        more=openable - len(found),
        hidden=hidden,
        back=url_for("calibration.page", **query),
    )


def month_words(month: str) -> str:
    """Say a month: November 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _which(what: str, asked: Asked) -> Which:
    """Read which number is meant; one that makes no sense is no page, for it must not open more than it says."""
    given = request.args
    team = db.session.scalar(select(Team).where(Team.slug == given["of_team"])) if "of_team" in given else None
    person, month = given.get("person", type=UUID), given.get("month")
    nonsense = ("of_team" in given and team is None) or ("person" in given and person is None)
    if nonsense or (month is not None and month not in asked.months):
        raise NotFound("There is no such number. Open the calibration page again, and choose one there.")
    rule, team_id = given.get("rule"), team.id if team else None
    return Which(what=what, rule=rule, team_id=team_id, user_id=person, month=month)


def _about(asked: Asked, which: Which) -> list[str]:
    team = db.session.get(Team, which.team_id) if which.team_id else asked.team
    months = month_words(which.month) if which.month else f"{month_words(asked.since)} to {month_words(asked.until)}"
    return [words for words in (which.rule and f"Rule {which.rule}", team and team.name, months) if words]


def _line(contact: Contact) -> Json:
    children = [child.full_name for child in contact.children]
    return {
        "reference": contact.reference,
        "href": url_for("record.page", reference=contact.reference, tab="decision"),
        "children": ", ".join(children) or "No child named",
        "received": moment(contact.first_received_at),
    }
