"""The forms that ask before an item moves: return, transfer, allocate. What was typed is kept beside what is wrong."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from screening import reasons
from screening.chronology import gate
from screening.db import db, now
from screening.errors import Invalid
from screening.escalation.people import may_be_told
from screening.models import QueueItem, StaffLeave, Team
from screening.queues import caseload, finding, opening, placing, rows
from screening.rota import leave
from screening.wording import long_day

SEND_TO = {"return": "queues.send_back", "transfer": "queues.transfer"}


def moved() -> dict[str, str]:
    """Read where an item is sent, and why."""
    return {"reason": request.form.get("reason", ""), "to_team": request.form.get("to_team", "")}


def given() -> dict[str, str]:
    """Read to whom an item is given, and why although their caseload is full."""
    return {name: request.form.get(name, "") for name in ("to_user", "override_reason")}


def move(kind: str, item: QueueItem, problem: Invalid | None = None, *, changed: str = "") -> str:
    """Show the form that sends an item to another team; `kind` is return or transfer.

    `changed` says that the item is newer than the form: what was typed stays, to be sent about what it is now.
    """
    return render_template(
        "queues/return.html",
        kind=kind,
        item=_about(item) | {"why": item.why if item.proposed_team_id else ""},
        form={"values": moved(), "errors": _errors(problem)},
        teams=[choice for choice in all_teams() if not item.team or choice[0] != item.team.slug],
        changed=changed,
        version=item.version if changed else request.form.get("version", item.version),
        chronology=gate.on_passing(item) if kind == "transfer" else gate.on_passing_back(item),
        urls={"send": url_for(SEND_TO[kind], item_id=item.id), "working": url_for("queues.working", item_id=item.id)},
    )


def end(item: QueueItem, problem: Invalid | None = None) -> str:
    """Show the form that ends what came after a decision, or what was done beside it."""
    return render_template(
        "queues/end.html",
        item=_about(item) | {"asked": reasons.asked(item), "came_after": item.step == placing.ATTENTION},
        form={"values": {"reason": moved()["reason"]}, "errors": _errors(problem)},
        version=request.form.get("version", item.version),
        chronology=gate.on_ending(item),
        urls={"send": url_for("queues.end", item_id=item.id)},
    )


def allocate(item: QueueItem, problem: Invalid | None = None) -> str:
    """Show who works in an item's team: what each carries, what this adds to it, what they can do, and who is away."""
    members = caseload.of_members(item.team_id) if item.team_id else []
    carried = [one for one in members if may_be_told(one.user, item.contact)]
    away = leave.who_is_away([one.user.id for one in carried], now())
    adds = caseload.of_item(item)
    return render_template(
        "queues/allocate.html",
        item=_about(item),
        holder=item.holder.name if item.holder else None,
        form={"values": given(), "errors": _errors(problem)},
        adds=adds,
        workers=[_worker(one, 0 if one.user.id == item.holder_id else adds, away.get(one.user.id)) for one in carried],
        version=request.form.get("version", item.version),
        urls={
            "send": url_for("queues.allocate", item_id=item.id),
            "working": url_for("queues.working", item_id=item.id),
        },
    )


def all_teams() -> list[tuple[str, str]]:
    """List the teams to which work may go, as a form offers them: open ones first, closed ones with until when."""
    at = now()
    teams = db.session.scalars(select(Team).where(Team.active).order_by(Team.name))
    named = [(team, opening.closed_words(team, at)) for team in teams]
    named.sort(key=lambda one: bool(one[1]))
    return [(team.slug, f"{team.name} ({closed})" if closed else team.name) for team, closed in named]


def _worker(one: caseload.Carried, adds: int, away: StaffLeave | None) -> dict[str, Any]:
    # For whoever has the item it is counted already, and adds nothing.
    most = caseload.most()
    full = "Full: write why below" if one.weight + adds > most else ""
    nearly = "Nearly full" if not full and one.weight + adds >= caseload.nearly() else ""
    leave = f"Away until {long_day(away.last_day)}: write why below" if away else ""
    words = [
        rows.carried_words(one, most),
        f"with this {one.weight + adds}",
        full or nearly,
        leave,
        ", ".join(one.user.skills),
    ]
    return {
        "user_name": one.user.user_name,
        "name": one.user.name,
        "words": ". ".join(part[0].upper() + part[1:] for part in words if part) + ".",
        "warn": bool(full or nearly or leave),
    }


def _about(item: QueueItem) -> dict[str, str]:
    reference = item.contact.reference
    href = url_for("record.page", reference=reference)
    told = {"reference": reference, "child": rows.about(item.contact, now())["child"], "href": href}
    return told | {"working": finding.worked_on(item)}


def _errors(problem: Invalid | None) -> dict[str, str]:
    fields = problem.fields if problem else {}
    found = {pointer.removeprefix("/"): " ".join(messages) for pointer, messages in fields.items()}
    return found | ({"chronology": gate.SAID_BELOW} if "chronology" in found else {})
