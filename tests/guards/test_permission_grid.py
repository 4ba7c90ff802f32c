"""Every role opens and does what docs/permissions.md says, and nothing else: each route, asked as each of them.

What is expected is read from the document, what happens from the app; neither is read from `screening.roles`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import update

from screening.db import db
from screening.models import User
from screening.roles import Role
from screening.sign_in import PUBLIC, SIGNED_IN, permission_of
from tests.conftest import CHEAP, PASSWORD
from tests.screening.queues import given, tokens

DOCUMENT = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text()
STAFF, TOKENS = DOCUMENT.split("## Tokens")
# The order of the columns in the two tables.
ROLES = [role.value for role in Role]
SCOPES = ["partner", "integration"]
NOBODY = str(UUID(int=1))
# What stands for a part of an address. Nothing is there: 404, but only to who may ask.
PARTS: dict[str, Any] = {"of": "person", "number": 1, "place": 1, "name": "you", "digits": "0" * 12}
REFUSED = 403
# It answers 503 where no workers run, as here.
NOT_READY = "health.readyz"
# After these the client is nobody's any more.
END_THE_SESSION = ("sign_in.sign_out", "displays.leave")
# What a display on a wall opens.
WALL = {"oversight.wall_view", "oversight.wall_live"}
# A refusal as JSON: a page of it would ask for all that stands around a page, 2,000 times.
JSON = {"Accept": "application/json"}


class Route(NamedTuple):
    """One thing that may be asked of the service, and the permission that its view names."""

    endpoint: str
    method: str
    path: str
    permission: str

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def rows(text: str) -> Iterator[tuple[str, list[bool]]]:
    for permission, cells in re.findall(r"^\| `([a-z_.]+)` \|[^|]*\|(.*)\|$", text, re.MULTILINE):
        yield permission, [cell.strip() == "yes" for cell in cells.split("|")]


def held_by(names: list[str], text: str) -> dict[str, set[str]]:
    """What the document allows to each of a table's columns."""
    return {name: {permission for permission, held in rows(text) if held[at]} for at, name in enumerate(names)}


def of_token(role: str) -> set[str]:
    """What the document allows to a role's token: what the pages do, and what that lets one ask of the API."""
    held = held_by(ROLES, STAFF)[role]
    also = dict(re.findall(r"^- `([a-z_.]+)` lets one use (.*)$", TOKENS, re.MULTILINE))
    return held | {named for own, words in also.items() if own in held for named in re.findall(r"`([a-z_.]+)`", words)}


def routes(app: Any) -> list[Route]:
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {part: PARTS.get(part, NOBODY) for part in rule.arguments}
        path = adapter.build(rule.endpoint, values)
        permission = permission_of(app.view_functions[rule.endpoint])
        found += [Route(rule.endpoint, method, path, permission) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return sorted(found, key=lambda route: (route.path, route.method))


def body(route: Route) -> dict[str, Any]:
    return {"json": {}} if route.is_api and route.method == "POST" else {}


def person(role: str, name: str) -> str:
    db.session.add(
        User(
            user_name=name,
            name="Robin Whitlock",
            email=f"{name}@example.org",
            password_hash=CHEAP.hash(PASSWORD),
            roles=[role],
            social_work_number="SW000000",
            teams=[given.team("winchester")],
        )
    )
    db.session.commit()
    return name


def unlike(asked: list[Route], client: Any, allowed: set[str], headers: dict[str, str]) -> list[str]:
    """Ask all of it, and say where the answer is not the document's."""
    found = []
    for route in asked:
        status = client.open(route.path, method=route.method, headers=JSON | headers, **body(route)).status_code
        expected = route.permission in allowed
        failed = status == 401 or (status >= 500 and route.endpoint != NOT_READY)
        # Whatever else is said, such as that nothing is there, is said to who may ask.
        if failed or (status == REFUSED) == expected:
            found.append(f"{route.method} {route.endpoint} ({route.permission}): {status}")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_and_does_on_the_pages_what_the_document_says(context, app, role):
    client = app.test_client().sign_in(person(role, "robin"))
    allowed = held_by(ROLES, STAFF)[role] | {PUBLIC, SIGNED_IN}
    pages = [route for route in routes(app) if not route.is_api]
    last = [route for route in pages if route.endpoint in END_THE_SESSION]

    assert unlike([route for route in pages if route not in last], client, allowed, {}) == []
    assert [unlike([route], app.test_client().sign_in("robin"), allowed, {}) for route in last] == [[], []]


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_token_does_through_the_api_what_the_document_says(context, app, role):
    person(role, "robin")
    headers = tokens.headers(tokens.of_user("robin"), version=1)
    through_api = [route for route in routes(app) if route.is_api]

    assert unlike(through_api, app.test_client(), of_token(role) | {PUBLIC}, headers) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_programs_token_does_what_the_document_says(context, app, scope):
    headers = tokens.headers(tokens.of_client(scope), version=1)
    held = held_by(SCOPES, TOKENS)[scope]
    asked = [route for route in routes(app) if route.is_api or route.permission.startswith("api.")]

    assert unlike(asked, app.test_client(), held | {PUBLIC}, headers) == []


def opened_without_signing_in(asked: list[Route], client: Any) -> list[str]:
    """Ask all of it, and say where one who is not signed in gets another answer than is due."""
    found = []
    for route in asked:
        answer = client.open(route.path, method=route.method)
        asked_in = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in")
        if asked_in == (route.permission == PUBLIC) or (answer.status_code >= 500 and route.endpoint != NOT_READY):
            found.append(f"{route.method} {route.endpoint} ({route.permission}): {answer.status_code}")
    return found


def test_signed_out_one_opens_what_is_public_and_is_asked_to_sign_in_for_all_else(context, app):
    assert opened_without_signing_in(routes(app), app.test_client()) == []


def test_a_display_shows_the_wall_view_and_is_signed_out_everywhere_else(context, app):
    db.session.execute(update(User).where(User.user_name == "owen").values(roles=ROLES))
    db.session.commit()
    display = app.test_client().sign_in("owen")
    assert display.post("/board/displays/").location == "/board/wall"
    elsewhere = [route for route in routes(app) if route.endpoint not in WALL]

    assert opened_without_signing_in(elsewhere, display) == []

    assert {display.get(route.path).status_code for route in routes(app) if route.endpoint in WALL} == {200}
