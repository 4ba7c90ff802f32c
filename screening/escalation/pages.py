"""What one was told, on every page and as a list, and "I have it"."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit, live
from screening.db import db, now, transaction
from screening.escalation import ladder, queries
from screening.models import Contact
from screening.sign_in import refreshes, requires

blueprint = Blueprint("escalation", __name__, url_prefix="/told")
TOPIC = "escalation"
# More than these stand in the list: a banner that fills the page hides the work.
MOST_IN_BANNER = 3


@blueprint.get("/")
@requires("escalation.take")
def page() -> ResponseReturnValue:
    """List what the viewer was told and nobody has acted on."""
    found = queries.told_to_viewer()
    with transaction():
        audit.record("escalation.read", detail={"escalations": [str(one["id"]) for one in found]})
    return render_template("escalation/told.html", found=found, steps=queries.STEP_WORDS, now=now())


@blueprint.get("/live")
@refreshes
@requires("escalation.take")
def banner_part() -> ResponseReturnValue:
    """Show what the viewer was told on the page that they have open, or 304 where nothing has changed."""
    return live.answer(lambda: render_template("escalation/_told.html", told=banner()), TOPIC)


@blueprint.post("/<uuid:escalation_id>/take")
@requires("escalation.take")
def take(escalation_id: UUID) -> ResponseReturnValue:
    """Keep that the viewer has it, and open the contact where they may; else the list."""
    with transaction():
        found = ladder.take(escalation_id)
        contact = db.session.scalar(select(Contact).where(Contact.id == found.contact_id)) if found.contact_id else None
    if contact is None:
        return redirect(url_for("escalation.page"))
    return redirect(url_for("record.page", reference=contact.reference))


def banner() -> dict[str, Any]:
    """Give what stands on every page of who was told: the most urgent that nobody has, and how many there are."""
    waits = [one for one in queries.told_to_viewer() if one["taken_at"] is None]
    return {"shown": waits[:MOST_IN_BANNER], "count": len(waits)}
