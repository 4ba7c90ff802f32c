"""Emergency duty's page, and the handover on a screen. Works without JavaScript: each answer is a form."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.access import viewer
from screening.db import now, transaction
from screening.error_pages import keeps_words
from screening.errors import BadRequest, Invalid
from screening.left_waiting import unsigned
from screening.models import Contact, HandoverPack, RotaShift
from screening.queues.handover import nights, packs, reading
from screening.queues.handover.nights import Answer
from screening.rota import words as rota_words
from screening.sign_in import requires
from screening.wording import long_day

blueprint = Blueprint("handover", __name__)
KIND_WORDS = {
    "to_night": "Day to night",
    "within_night": "Within the night",
    "to_day": "Night to day",
}


@blueprint.get("/night")
@requires("night.triage")
def night() -> ResponseReturnValue:
    """Show what came this night: not triaged first."""
    return _night(None, {}, {})


@blueprint.post("/night/<reference>/triage")
@requires("night.triage")
@keeps_words
def triage(reference: str) -> ResponseReturnValue:
    """Keep that a contact cannot wait, or can until morning, and return to the night; or show what is missing."""
    try:
        with transaction():
            nights.triage(nights.contact_of(reference).id, _said())
    except Invalid as problem:
        return _night(reference, request.form, _errors(problem)), problem.status
    return redirect(url_for(".night"))


@blueprint.get("/handover/")
@requires("handover.sign")
def page() -> ResponseReturnValue:
    """List the handovers of the viewer's teams, the newest first."""
    with transaction():
        packs.ensure()
        found = [_pack(pack) | {"href": url_for(".pack", pack_id=pack.id)} for pack in packs.own()]
    return render_template("handover/list.html", packs=found, now=now())


@blueprint.get("/handover/<uuid:pack_id>")
@requires("handover.sign")
def pack(pack_id: UUID) -> ResponseReturnValue:
    """Show one handover."""
    return _one(pack_id, {}, {})


@blueprint.post("/handover/<uuid:pack_id>/words")
@requires("handover.sign")
@keeps_words
def add_words(pack_id: UUID) -> ResponseReturnValue:
    """Keep what the shift that goes says."""
    return _changed(pack_id, lambda: packs.add_words(pack_id, request.form.get("words", ""), _key()))


@blueprint.post("/handover/<uuid:pack_id>/sign")
@requires("handover.sign")
@keeps_words
def sign(pack_id: UUID) -> ResponseReturnValue:
    """Take over."""
    said = {name: request.form.get(name, "") for name in ("not_reached", "in_place")}
    return _changed(pack_id, lambda: packs.sign(pack_id, _key(), **said))


@blueprint.post("/handover/<uuid:pack_id>/open/<reference>")
@requires("handover.sign")
def open_one(pack_id: UUID, reference: str) -> ResponseReturnValue:
    """Keep that the viewer opens a contact, and open it."""
    with transaction():
        packs.open_one(pack_id, reference)
    return redirect(url_for("record.page", reference=reference))


def _changed(pack_id: UUID, change: Any) -> ResponseReturnValue:
    try:
        with transaction():
            change()
    except Invalid as problem:
        return _one(pack_id, request.form, _errors(problem)), problem.status
    return redirect(url_for(".pack", pack_id=pack_id))


def _night(wrong: str | None, values: Any, errors: dict[str, str]) -> str:
    with transaction():
        night = reading.tonight()
        waiting = [one for one in packs.own() if one.in_at is None]
        listed = [_row(row, night.on_call) for row in night.contacts] + [_link(row) for row in night.red_of_day]
    return render_template(
        "handover/night.html",
        groups=[(words, [row for row in listed if row["group"] == group]) for group, words in GROUPS],
        began=night.began,
        ends=night.ends,
        is_night=night.began <= night.at < night.ends,
        on_call=rota_words.on_call(night.on_call) if night.on_call else None,
        form={"values": dict(values), "errors": errors},
        wrong=wrong,
        handover={"href": url_for(".page"), "unsigned": len(waiting)},
        now=night.at,
    )


GROUPS = (
    ("", "Not triaged yet"),
    ("cannot_wait", "Cannot wait"),
    ("day", "Red since the day, still open"),
    ("decided", "Decided"),
    ("morning", "For the morning"),
)


def _row(row: dict[str, Any], on_call: RotaShift | None) -> dict[str, Any]:
    by = row["answered_by"]
    return _link(row) | {
        "triage": url_for(".triage", reference=row["reference"]),
        "answered": (by, row["answered_at"]) if by else None,
        "ring": _to_ring(row["contact"], on_call),
    }


def _link(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"href": url_for("record.page", reference=row["reference"])}


def _to_ring(contact: Contact, on_call: RotaShift | None) -> dict[str, Any]:
    """Give who may be rung about a contact, the manager on call first; and whether that one may be."""
    found, first = reading.to_ring(contact, on_call), on_call.user_id if on_call else None
    managers = [(str(user.id), user.name + (", on call" if user.id == first else "")) for user in found]
    return {"managers": managers, "on_call": any(user.id == first for user in found)}


def _one(pack_id: UUID, values: Any, errors: dict[str, str]) -> str:
    with transaction():
        found = packs.one(pack_id)
        entries = [_entry(entry, found) for entry in packs.shown(found, _key())]
        said = packs.words(found, _key())
    who = viewer()
    may_sign = found.in_at is None and packs.takes_over(found) and found.out_by_id != who.user_id
    may_add = found.from_team_id in who.team_ids and found.in_by_id != who.user_id
    return render_template(
        "handover/pack.html",
        pack=_pack(found),
        told=[] if found.in_at else unsigned.told(found),
        words=said,
        entries=entries,
        form={"values": dict(values), "errors": errors},
        urls={
            "words": url_for(".add_words", pack_id=pack_id) if may_add else None,
            "sign": url_for(".sign", pack_id=pack_id) if may_sign else None,
            "list": url_for(".page"),
        },
        signed_from=packs.signed_from(found),
        left=sum(entry["red"] and entry["opens"] and not entry["opened"] for entry in entries),
        now=now(),
    )


def _entry(entry: dict[str, Any], pack: HandoverPack) -> dict[str, Any]:
    moments = {"due_at": datetime.fromisoformat(entry["due_at"]) if entry["due_at"] else None}
    timed = {
        name: [one | {"due_at": datetime.fromisoformat(one["due_at"])} for one in entry[name]]
        for name in ("calls", "waits")
    }
    actions = [one | {"by_words": long_day(date.fromisoformat(one["by_when"]))} for one in entry["actions"]]
    opened = str(viewer().user_id) in entry["opened_by"]
    place = url_for(".open_one", pack_id=pack.id, reference=entry["reference"]) if entry["opens"] else None
    return entry | moments | timed | {"actions": actions, "opened": opened, "open": place}


def _pack(pack: HandoverPack) -> dict[str, Any]:
    return {
        "kind": KIND_WORDS[pack.kind],
        "changes_at": pack.changes_at,
        "from_team": pack.from_team.name,
        "to_team": pack.to_team.name,
        "to_own": pack.to_team_id in viewer().team_ids,
        "out": (pack.out_by.name, pack.out_at) if pack.out_by else None,
        "signed": (pack.in_by.name, pack.in_at) if pack.in_by else None,
        "early": bool(pack.in_at and pack.in_at < pack.changes_at),
        "added_since": bool(pack.in_at and pack.out_at and pack.out_at > pack.in_at),
        "sign_by_at": pack.sign_by_at,
        "escalated": (pack.escalated_to.name if pack.escalated_to else None, pack.escalated_at)
        if pack.escalated_at
        else None,
    }


def _said() -> Answer:
    answer = request.form.get("answer", "")
    if answer not in nights.ANSWERS:
        raise BadRequest("Say whether it cannot wait or is for the morning. Go back and choose one.")
    manager, version = request.form.get("manager", type=UUID), request.form.get("version", type=int)
    reason, said = (request.form.get(name, "") for name in ("reason", "said"))
    return Answer(answer=answer, version=version, reason=reason, manager_id=manager, said=said)


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(said) for pointer, said in problem.fields.items()}


def _key() -> bytes:
    key: bytes = current_app.extensions["front_door"].draft_key
    return key
