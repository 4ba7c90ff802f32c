"""The people of a team on a screen: what each can do and when they are away, which their manager writes."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from screening import validation
from screening.db import transaction
from screening.errors import Invalid
from screening.fields import Line
from screening.models import StaffLeave, Team, User
from screening.rota import people, queries, service
from screening.sign_in import requires
from screening.wording import long_day

blueprint = Blueprint("rota_people", __name__, url_prefix="/rota")


class LeaveSchema(Schema):
    """The first and the last day that somebody is away."""

    user = Line(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


@blueprint.get("/<slug>/people")
@requires("rota.read")
def page(slug: str) -> ResponseReturnValue:
    """Show who works in a team, what they can do and when they are away."""
    return _page(queries.team_of(slug), {}, {})


@blueprint.post("/<slug>/people/<user_name>/skills")
@requires("rota.write")
def skills(slug: str, user_name: str) -> ResponseReturnValue:
    """Keep what somebody can do, and return to the page."""
    team = queries.team_of(slug)
    with transaction():
        people.write_skills(team, user_name, request.form.get("skills", "")[:500].split(","))
    return redirect(url_for(".page", slug=slug))


@blueprint.post("/<slug>/people/leave")
@requires("rota.write")
def leave(slug: str) -> ResponseReturnValue:
    """Keep when somebody is away, and return to the page; or show what is wrong."""
    team = queries.team_of(slug)
    try:
        with transaction():
            said = validation.load(
                LeaveSchema(), {name: request.form.get(name) or None for name in LeaveSchema().fields}
            )
            people.write_leave(team, said["user"], first_day=said["first_day"], last_day=said["last_day"])
    except Invalid as problem:
        errors = {pointer.removeprefix("/"): " ".join(words) for pointer, words in problem.fields.items()}
        return _page(team, request.form, errors), problem.status
    return redirect(url_for(".page", slug=slug))


@blueprint.post("/<slug>/people/leave/<uuid:leave_id>/withdraw")
@requires("rota.write")
def withdraw(slug: str, leave_id: UUID) -> ResponseReturnValue:
    """Take leave back, and return to the page."""
    with transaction():
        people.withdraw_leave(queries.team_of(slug), leave_id)
    return redirect(url_for(".page", slug=slug))


def _page(team: Team, values: Any, errors: dict[str, str]) -> str:
    members = queries.members(team.id)
    ahead = people.leave_ahead([user.id for user in members])
    may_write = service.may_write(team)
    return render_template(
        "rota/people.html",
        team=team.name,
        people=[_person(team, user, ahead.get(user.id, []), may_write=may_write) for user in members],
        form={"values": dict(values), "errors": errors} if may_write else None,
        urls={"back": url_for("rota.week", slug=team.slug), "leave": url_for(".leave", slug=team.slug)},
    )


def _person(team: Team, user: User, ahead: list[StaffLeave], *, may_write: bool) -> dict[str, Any]:
    write = url_for(".skills", slug=team.slug, user_name=user.user_name) if may_write else None
    return {
        "name": user.name,
        "user_name": user.user_name,
        "skills": ", ".join(user.skills),
        "write": write,
        "leave": [_leave(team, row, may_write=may_write) for row in ahead],
    }


def _leave(team: Team, row: StaffLeave, *, may_write: bool) -> dict[str, Any]:
    words = (
        long_day(row.first_day)
        if row.first_day == row.last_day
        else f"{long_day(row.first_day)} to {long_day(row.last_day)}"
    )
    withdraw = url_for(".withdraw", slug=team.slug, leave_id=row.id) if may_write else None
    return {"words": words, "withdraw": withdraw}
