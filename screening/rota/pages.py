"""The rota on a screen: every team now, and one team's week, which its manager writes."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from routing_rules import clocks
from routing_rules.hours import Span
from screening import validation
from screening.access import viewer
from screening.db import db, now, transaction
from screening.errors import Invalid, NotFound
from screening.models import RotaShift, Team
from screening.rota import gaps, leave, queries, service, words
from screening.rota.schemas import KIND_WORDS, ShiftSchema
from screening.rota.service import Shift
from screening.sign_in import requires

blueprint = Blueprint("rota", __name__, url_prefix="/rota")
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)


@blueprint.get("/")
@requires("rota.read")
def teams() -> ResponseReturnValue:
    """Show who is at work in every team now, and what is wrong with the rota ahead."""
    at = now()
    there, away, found = queries.shifts_at(at), queries.on_leave_at(at), gaps.look(at, gaps.looks_ahead(at))
    rows = db.session.scalars(select(Team).where(Team.active).order_by(Team.name))
    on_call, peopled = queries.on_call_shift(at), queries.peopled_teams()
    return render_template(
        "rota/teams.html",
        teams=[
            words.team_now(team, there.get(team.id, []), away.get(team.id, []), at) | {"peopled": team.id in peopled}
            for team in rows
        ],
        on_call=words.on_call(on_call) if on_call else None,
        must=[gap.words for gap in found.gaps if gap.must],
        gaps=words.by_team(found.gaps),
        overlaps=found.overlap_words,
        until=gaps.looks_ahead(at),
        now=at,
    )


@blueprint.get("/<slug>")
@requires("rota.read")
def week(slug: str) -> ResponseReturnValue:
    """Show one team's week."""
    return _week(queries.team_of(slug), _asked(request.args.get("week")), {}, {})


@blueprint.post("/<slug>/shifts")
@requires("rota.write")
def write(slug: str) -> ResponseReturnValue:
    """Write a shift, and return to its week; or show what is wrong."""
    team, monday = queries.team_of(slug), _asked(request.form.get("week"))
    try:
        with transaction():
            service.write(_said(team))
    except Invalid as problem:
        return _week(team, monday, request.form, _errors(problem)), problem.status
    return redirect(url_for(".week", slug=slug, week=monday))


@blueprint.post("/shifts/<uuid:shift_id>/withdraw")
@requires("rota.write")
def withdraw(shift_id: UUID) -> ResponseReturnValue:
    """Take a shift out of the rota, and return to its week."""
    with transaction():
        row = service.withdraw(shift_id)
        slug, day = row.team.slug, clocks.london_date(row.starts_at)
    return redirect(url_for(".week", slug=slug, week=_monday(day)))


@blueprint.post("/<slug>/copy")
@requires("rota.write")
def copy(slug: str) -> ResponseReturnValue:
    """Write this week again into the next one, and open that."""
    team, monday = queries.team_of(slug), _asked(request.form.get("week"))
    try:
        with transaction():
            service.copy_week(team, _midnight(monday), _midnight(monday + ONE_WEEK))
    except Invalid as problem:
        return _week(team, monday, {}, _errors(problem)), problem.status
    return redirect(url_for(".week", slug=slug, week=monday + ONE_WEEK))


def _week(team: Team, monday: date, values: Any, errors: dict[str, str]) -> str:
    starts, ends, at = _midnight(monday), _midnight(monday + ONE_WEEK), now()
    shifts = queries.between(starts, ends, team.id)
    off = leave.off(shifts)
    found = gaps.look(max(starts, min(at, ends)), ends, only=team)
    may_write = service.may_write(team)
    return render_template(
        "rota/week.html",
        team={"name": team.name, "hours": words.hours_words(team.hours)},
        days=[_day(monday + number * ONE_DAY, shifts, off) for number in range(7)],
        gaps=[gap.words for gap in found.gaps],
        overlaps=found.overlap_words,
        form={"values": dict(values) or _usual(team, monday), "errors": errors} if may_write else None,
        people=[(user.user_name, user.name) for user in queries.members(team.id)],
        kinds=[(kind, said) for kind, said in KIND_WORDS.items() if _fits(kind, team)],
        week=monday,
        now=at,
        urls=_urls(team, monday, may_write=may_write),
    )


def _urls(team: Team, monday: date, *, may_write: bool) -> dict[str, str | None]:
    return {
        "before": url_for(".week", slug=team.slug, week=monday - ONE_WEEK),
        "after": url_for(".week", slug=team.slug, week=monday + ONE_WEEK),
        "teams": url_for(".teams"),
        "people": url_for("rota_people.page", slug=team.slug),
        "write": url_for(".write", slug=team.slug) if may_write else None,
        "copy": url_for(".copy", slug=team.slug) if may_write else None,
        "hours": url_for("rota_hours.form", slug=team.slug) if viewer().may("team.write") else None,
    }


def _day(day: date, shifts: list[RotaShift], off: dict[UUID, list[Span]]) -> dict[str, Any]:
    own = [shift for shift in shifts if _is_on(shift, day)]
    known = clocks.calendar_known(day)
    return {
        "day": day,
        "bank_holiday": known and clocks.is_bank_holiday(day),
        "calendar_unknown": not known,
        "shifts": [
            words.shift(row, day, off[row.id]) | {"withdraw": url_for(".withdraw", shift_id=row.id)} for row in own
        ],
    }


def _is_on(shift: RotaShift, day: date) -> bool:
    return shift.starts_at < _midnight(day + ONE_DAY) and shift.ends_at > _midnight(day)


def _usual(team: Team, monday: date) -> dict[str, str]:
    """Offer the hours of the first day of a week, as they usually are."""
    spans = gaps.needed(team, _midnight(monday), _midnight(monday + ONE_WEEK))
    night = team.kind in ("edt", "duty_manager")
    opens, closes = clocks.office_day(monday)
    starts, ends = (closes, clocks.office_day(monday + ONE_DAY)[0]) if night or not spans else spans[0]
    starts, ends = (opens, closes) if not night and not spans else (starts, ends)
    return {name: f"{at.astimezone(clocks.LONDON):%Y-%m-%dT%H:%M}" for name, at in (("from", starts), ("to", ends))}


def _fits(kind: str, team: Team) -> bool:
    return kind != queries.ON_CALL or team.kind == "duty_manager"


def _said(team: Team) -> Shift:
    fields = ShiftSchema().fields.values()
    names = [field.data_key or field.name for field in fields]
    typed = {name: text for name in names if name and (text := request.form.get(name, "").strip())}
    said = validation.load(ShiftSchema(), typed)
    user = queries.users_by_name([said["user"]]).get(said["user"])
    if user is None:
        raise Invalid("The shift was not written.", fields={"/user": ["Choose somebody from the list."]})
    return Shift(**{**said, "user": user, "team": team})


def _asked(text: str | None) -> date:
    if not text:
        return _monday(clocks.london_date(now()))
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise NotFound("There is no such week. Open the rota from its list.") from problem
    if not 2000 <= day.year <= 2200:
        raise NotFound("There is no such week. Open the rota from its list.")
    return _monday(day)


def _monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * ONE_DAY


def _midnight(day: date) -> datetime:
    return clocks.moment_of(day, datetime.min.time())


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(said) for pointer, said in problem.fields.items()}
