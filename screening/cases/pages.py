"""The case system on a page: lists, referrals on their way, differences; and what a person did there."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening.cases import queries, service
from screening.db import now, transaction
from screening.errors import Invalid
from screening.sign_in import requires

blueprint = Blueprint("cases", __name__, url_prefix="/case-system")
LONGEST_NUMBER = 100


@blueprint.get("/")
@requires("board.read")
def page() -> ResponseReturnValue:
    """Show whether the case system has what we sent, and how old its lists are."""
    with transaction():
        audit.record("board.read", detail={"page": "case system"})
        standing = queries.standing()
    return render_template("cases/cases.html", cases=standing, now=now())


@blueprint.post("/referrals/<uuid:referral_id>")
@requires("queue.route")
def handed_over(referral_id: UUID) -> ResponseReturnValue:
    """Keep that a person handed a referral over, and the number that the case system gave it."""
    number = next((value for name, value in request.form.items() if name.startswith("case_reference")), "").strip()
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise Invalid("Write the case system's number of it, as whoever took it gave it to you.")
    with transaction():
        reference = service.handed_over(referral_id, number)
    return redirect(url_for("record.page", reference=reference, tab="decision"))


@blueprint.post("/referrals/<uuid:referral_id>/withdrawn")
@requires("queue.route")
def withdrawn(referral_id: UUID) -> ResponseReturnValue:
    """Keep that the case system has a referral no more whose place a newer one took."""
    with transaction():
        reference = service.withdrawn(referral_id)
    return redirect(url_for("record.page", reference=reference, tab="decision"))
