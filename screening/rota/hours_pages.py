"""A team's hours on a screen, for who manages teams."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from routing_rules import hours
from screening import validation
from screening.db import transaction
from screening.errors import Invalid
from screening.models import Team
from screening.rota import hours_service, queries
from screening.rota.hours_schema import WEEKDAYS, HoursSchema
from screening.rota.words import COVER_WORDS, hours_words
from screening.sign_in import requires

blueprint = Blueprint("rota_hours", __name__, url_prefix="/rota")


@blueprint.get("/<slug>/hours")
@requires("team.write")
def form(slug: str) -> ResponseReturnValue:
    """Ask when a team works."""
    team = queries.team_of(slug)
    return _form(team, _kept(team), {})


@blueprint.post("/<slug>/hours")
@requires("team.write")
def change(slug: str) -> ResponseReturnValue:
    """Keep a team's hours, and return to its rota; or show what is wrong."""
    team = queries.team_of(slug)
    try:
        with transaction():
            hours_service.change(team, validation.load(HoursSchema(), _said()))
    except Invalid as problem:
        return _form(team, request.form.to_dict(), _errors(problem)), problem.status
    return redirect(url_for("rota.week", slug=slug))


def _form(team: Team, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "rota/hours.html",
        team={"name": team.name, "hours": hours_words(team.hours)},
        form={"values": values, "errors": errors},
        covers=list(COVER_WORDS.items()),
        weekdays=list(WEEKDAYS.items()),
        urls={"send": url_for(".change", slug=team.slug), "back": url_for("rota.week", slug=team.slug)},
    )


def _kept(team: Team) -> dict[str, Any]:
    kept = hours.read(team.hours)
    times = {f"opens-{day.weekday}": f"{day.opens:%H:%M}" for day in kept.days}
    times |= {f"closes-{day.weekday}": f"{day.closes:%H:%M}" for day in kept.days}
    return {"cover": kept.cover, "bank_holidays": ["yes"] if kept.bank_holidays else [], **times}


def _said() -> dict[str, Any]:
    cover, times = request.form.get("cover", ""), {}
    for day in WEEKDAYS:
        opens, closes = (request.form.get(f"{name}-{day}", "").strip() for name in ("opens", "closes"))
        if opens or closes:
            times[day] = [opens, closes]
    if cover != "own":
        return {"cover": cover}
    return {"cover": cover, "days": times, "bank_holidays": request.form.get("bank_holidays") == "yes"}


def _errors(problem: Invalid) -> dict[str, str]:
    """Name the field of the form for each: /days/1/value/0 is `opens-1`."""
    found: dict[str, str] = {}
    for pointer, said in problem.fields.items():
        parts = pointer.strip("/").split("/")
        name = parts[0] if len(parts) == 1 else f"{'closes' if parts[-1] == '1' else 'opens'}-{parts[1]}"
        found["opens-1" if name == "days" else name] = " ".join(said)
    return found
