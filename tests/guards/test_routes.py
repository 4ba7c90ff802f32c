"""Habits, held by tests: a new route fails until somebody has thought about who may open it."""

import pytest

from screening.errors import ConfigurationError
from screening.roles import PERMISSIONS
from screening.sign_in import PUBLIC, SIGNED_IN, permission_of, refuse_routes_without_permission
from tests.conftest import make_app

NO_ACCOUNT_YET = "one signs in by it"
LINK = "a partner or a professional has no account: a link to them opens one form or one answer, once"
FORM = "a professional has no account: a link to a mailbox that the county knows opens one form, once"
PROBE = "what watches the service asks whether it is up, and is told nothing else"
# Whoever adds a public route adds it here, and says why to the reviewer.
ANYBODY_MAY = {
    **dict.fromkeys(("sign_in.form", "sign_in.submit", "sign_in.signed_out"), NO_ACCOUNT_YET),
    **dict.fromkeys(("partner_form.show", "partner_form.answer", "reply.show", "reply.send"), LINK),
    **{f"refer.{name}": FORM for name in ("start", "ask", "begin", "step", "answer", "check", "send", "done")},
    **dict.fromkeys(("health.healthz", "health.readyz"), PROBE),
    "api-docs.openapi_json": "it says what the API takes, and holds nobody's data",
}


def views(app):
    return {name: view for name, view in app.view_functions.items() if name != "static"}


def test_every_route_names_a_permission_that_exists(shared_app):
    named = {name: permission_of(view) for name, view in views(shared_app).items()}

    assert {name for name, permission in named.items() if permission not in PERMISSIONS | {PUBLIC, SIGNED_IN}} == set()


def test_only_the_listed_routes_are_public(shared_app):
    public = {name for name, view in views(shared_app).items() if permission_of(view) == PUBLIC}

    assert public == set(ANYBODY_MAY)


def test_the_app_does_not_start_with_a_route_that_names_none(shared_app):
    app = make_app(shared_app.extensions["front_door"])
    app.add_url_rule("/forgotten", "forgotten", lambda: "seen by all")

    with pytest.raises(ConfigurationError, match="forgotten"):
        refuse_routes_without_permission(app)
