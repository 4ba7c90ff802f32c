"""The alert on every screen of those on duty, "I have it", and who has it for whoever raised it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import live
from screening.danger import queries, service
from screening.db import db, transaction
from screening.errors import NotFound
from screening.models import Contact
from screening.sign_in import refreshes, requires

blueprint = Blueprint("danger", __name__)
TOPIC, CONSULTED = "danger", "consultation"


@blueprint.get("/danger/alerts")
@refreshes
@requires("danger.acknowledge")
def alerts() -> ResponseReturnValue:
    """Show the alerts that the viewer is on duty for, or 304 where nothing has changed."""
    return live.answer(_alerts, TOPIC, CONSULTED)


@blueprint.post("/danger/alerts/<uuid:alert_id>/acknowledge")
@requires("danger.acknowledge")
def acknowledge(alert_id: UUID) -> ResponseReturnValue:
    """Keep that the viewer has it, and open the contact."""
    with transaction():
        contact = service.acknowledge(alert_id)
    return redirect(url_for("record.page", reference=contact.reference))


@blueprint.get("/contacts/<reference>/danger/seen")
@refreshes
@requires("contact.take")
def seen(reference: str) -> ResponseReturnValue:
    """Tell who raised an alert whether somebody has it."""
    return live.answer(lambda: _seen(reference), TOPIC)


def _alerts() -> str:
    return render_template("danger/_alerts.html", alerts=queries.on_duty(), asked=queries.asked())


def _seen(reference: str) -> str:
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference)) or queries.raised(reference)
    if contact is None:
        raise NotFound("There is no such contact. Check the reference.")
    return render_template("danger/_seen.html", told=queries.told_handler(contact))
