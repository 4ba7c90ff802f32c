"""What every stage's JSON API shares: OpenAPI, strict bodies, answers that are given once, and versions as ETags."""

import re
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from flask import Flask, Request, Response, jsonify, request
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_wtf import CSRFProtect
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from screening import idempotency, strict_json
from screening.access import viewer
from screening.db import Json, transaction
from screening.errors import BadRequest, NotAllowed, ScreeningError, VersionMissing
from screening.sign_in import public
from screening.validation import refuse

PREFIX = "/api/v1"
ETAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')
IDEMPOTENT = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST_KEY},
    "description": "New for each request that is not a repeat. A repeat gets the first one's answer; kept for 7 days.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The version that was read, as its ETag. None sent: 428. No longer the newest: 412.",
}
# What a route that writes asks for, as `@blueprint.doc(**ONCE)`.
ONCE: dict[str, Any] = {"parameters": [IDEMPOTENT]}
ONCE_AT_VERSION: dict[str, Any] = {"parameters": [IDEMPOTENT, IF_MATCH]}


class FieldProblem(Schema):
    """One field that is wrong: its JSON pointer, and what to do about it."""

    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """An error as RFC 9457 has it. `errors` is there where fields are wrong."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblem))


class UnsupportedBody(ScreeningError):
    """The body is no JSON by its content type."""

    status = 415
    title = "Send JSON"


class StrictParser(FlaskParser):
    """Reads bodies with `strict_json`, and names what is wrong by pointer."""

    DEFAULT_VALIDATION_STATUS = 422

    def _raw_load_json(self, req: Request) -> Any:
        if not req.is_json:
            raise UnsupportedBody("Send the body as application/json.")
        return strict_json.loads(req.get_data())

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Raise the problem as our own error."""
        # webargs puts where it read from in front of the fields.
        messages = error.messages
        if isinstance(messages, dict) and set(messages) <= {"json", "query"}:
            messages = next(iter(messages.values()))
        refuse(ValidationError(messages))


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """A stage's API: a smorest blueprint with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()


class FrontDoorApi(Api):  # type: ignore[misc]
    """The OpenAPI document. Errors are `error_pages`'s; tokens are `sign_in`'s."""

    ERROR_SCHEMA: ClassVar[type[Schema]] = Problem

    def _register_error_handlers(self) -> None:
        return

    @public
    def _openapi_json(self) -> Response:
        document: Response = super()._openapi_json()
        return document


def register_api(app: Flask, blueprints: list[SmorestBlueprint], csrf: CSRFProtect) -> None:
    """Join the stages' APIs to the app. They take tokens and no cookies, so they need no CSRF token."""
    app.config.update(
        API_TITLE="Front Door",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
    )
    api = FrontDoorApi(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"token": []}]
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=PREFIX)
        csrf.exempt(blueprint)


def answer_once(write: Callable[[], idempotency.Answer]) -> Response:
    """Do a write once for its Idempotency-Key, in one transaction, and answer with what it gave."""
    key, route = request.headers.get("Idempotency-Key", ""), f"{request.method} {request.path}"
    with transaction():
        status, body = idempotency.once(write, route=route, key=key, body=request.get_data())
    return answer(body, status)


def answer(body: Json, status: int = 200) -> Response:
    """Answer with a body; its `version`, where it has one, is also the ETag."""
    response = jsonify(body)
    response.status_code = status
    if "version" in body:
        response.set_etag(str(body["version"]))
    return response


def version_sent() -> int:
    """Read the version that the client says it saw, from If-Match.

    Raises:
        VersionMissing: there is none.
        BadRequest: it is no version of ours.
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionMissing('Send If-Match with the version that you read, such as If-Match: "3".')
    found = ETAG.fullmatch(sent.strip())
    if found is None:
        raise BadRequest('If-Match is not a version. Send the ETag that you were given, such as If-Match: "3".')
    return int(found.group(1))


def require_person() -> None:
    """Let a token that was made for a person pass.

    Raises:
        NotAllowed: the token is a partner's or an integration's.
    """
    if viewer().user_id is None:
        raise NotAllowed("Only a person can do this. Use a token made with `frontdoor token create --user NAME`.")
