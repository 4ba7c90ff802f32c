"""What came from a caller's number before, asked by POST alone: a number stands in no address and in no log."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from screening import callers, telling
from screening.contacts import pages
from screening.db import Json, transaction
from screening.sign_in import refreshes, requires

blueprint = Blueprint("callers", __name__, url_prefix="/contacts")


@blueprint.post("/earlier-calls")
@refreshes
@requires("contact.take")
def look() -> ResponseReturnValue:
    """Show the earlier contacts from a number: alone for a script, or on the page on which a handler begins."""
    number = request.form.get("number", "").strip()
    found = _found(number)
    if "X-Requested-With" in request.headers:
        return render_template("contacts/_earlier_calls.html", earlier=found)
    return pages.start_page(number=number, earlier=found)


def _found(number: str) -> Json | None:
    if not number:
        return None
    with transaction():
        found = callers.earlier(number)
        if found is None:
            return {"count": None}
        # On the page of a call somebody may look over a shoulder, or ask: names stand only where no call goes on.
        names = "on_call" not in request.form
        return {
            "count": found.count,
            "last_at": found.last_at,
            "seen": [
                {
                    "reference": one.reference,
                    "at": one.first_received_at,
                    "children": telling.children(one) if names else "",
                }
                for one in found.seen
            ],
        }
