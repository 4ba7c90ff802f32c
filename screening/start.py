"""Where each person begins: the first page that their role works on."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from screening.access import viewer
from screening.sign_in import SIGNED_IN, requires

blueprint = Blueprint("start", __name__)
# First match wins: who takes calls begins with a call, who works a queue with the queue.
FIRST_PAGES = (
    ("decision.contact", "queues.mine"),
    ("queue.read", "queues.mine"),
    ("contact.take", "contacts.start"),
    ("board.read", "oversight.board"),
    ("rules.read", "rules.versions"),
)


@blueprint.get("/")
@requires(SIGNED_IN)
def page() -> ResponseReturnValue:
    """Go to the viewer's first page."""
    for permission, endpoint in FIRST_PAGES:
        if viewer().may(permission):
            return redirect(url_for(endpoint))
    return render_template("start.html")
