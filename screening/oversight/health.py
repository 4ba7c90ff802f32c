"""Is the service alive, and is it ready? Asked by machines, so without sign-in and without a word about anybody."""

from datetime import datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from screening.db import db, now
from screening.models import Heartbeat
from screening.sign_in import public, refreshes

blueprint = Blueprint("health", __name__)
# A ringer and a worker write their heartbeat every 2 s; 15 s is seven missed ones.
ALIVE = timedelta(seconds=15)
NEEDED = ("ringer", "urgent")


@blueprint.get("/healthz")
@public
@refreshes
def healthz() -> ResponseReturnValue:
    """Say that the web process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
@refreshes
def readyz() -> ResponseReturnValue:
    """Say whether contacts can be taken and routed: database, one ringer and the urgent worker."""
    parts = _parts()
    ready = all(parts.values())
    return jsonify(status="ready" if ready else "not ready", parts=parts), 200 if ready else 503


def _parts() -> dict[str, bool]:
    try:
        db.session.execute(text("select 1"))
        seen = _last_seen()
        at = now()
    except DBAPIError:
        db.session.rollback()
        return {"database": False, **dict.fromkeys(NEEDED, False)}
    return {"database": True, **{role: role in seen and at - seen[role] < ALIVE for role in NEEDED}}


def _last_seen() -> dict[str, datetime]:
    rows = db.session.execute(select(Heartbeat.role, Heartbeat.seen_at).order_by(Heartbeat.seen_at))
    return {row.role: row.seen_at for row in rows}
