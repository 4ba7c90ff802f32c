"""Whether somebody works with keys that are a single letter, digit or sign (WCAG 2.1.4): theirs on every machine."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from screening.db import db, transaction
from screening.models import User
from screening.sign_in import SIGNED_IN, requires, signed_in_user_id

blueprint = Blueprint("keys", __name__)


@blueprint.post("/keys")
@requires(SIGNED_IN)
def switch() -> ResponseReturnValue:
    """Switch single keys on or off for who is signed in."""
    with transaction():
        db.session.get_one(User, signed_in_user_id()).single_keys = request.form.get("on") == "yes"
    return "", 204
