"""Turns every failure into a page, or problem+json (RFC 9457) under /api. Never a trace, never personal data."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from screening.db import db
from screening.errors import (
    BadRequest,
    Conflict,
    NotFound,
    NotSaved,
    NotSignedIn,
    ScreeningError,
    TooMany,
    place_of,
)
from screening.page_above import page_above

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])

SOMEONE_ELSE = "Someone else changed this at the same moment. Nothing of yours was saved: open it again and repeat."
NO_PAGE = "There is no such page. Check the address, or go back to the start."
NOT_KEEPABLE = "A value in the request cannot be kept: a number is too large, or a text holds what is not text."
TOO_BUSY = "The service has more to do than it can at the moment. Nothing was saved: wait a moment and try again."
NOT_SAVED = "The service cannot reach its database. Nothing was saved: wait a moment and try again."


# What a form carries for the service itself, and what is never shown again.
NOT_WORDS = frozenset(
    {"csrf_token", "version", "action", "window", "opened_at", "threshold_screening", "password", "user_name"}
)


def keeps_words(view: View) -> View:
    """Mark a route whose form takes long to write: whatever refuses it, what was typed comes back with the answer."""
    view.keeps_words = True  # type: ignore[attr-defined]
    return view


def register_error_pages(app: Flask) -> None:
    """Join the handlers to the app."""
    app.register_error_handler(ScreeningError, tell)
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(CSRFError, _tell_csrf)
    app.register_error_handler(StaleDataError, lambda _: tell(Conflict(SOMEONE_ELSE)))
    app.register_error_handler(DBAPIError, _tell_database)
    app.register_error_handler(PendingRollbackError, _tell_gone)
    app.register_error_handler(NoConnectionFree, _tell_busy)
    app.register_error_handler(Exception, _tell_unexpected)


def tell(error: ScreeningError) -> Response:
    """Answer with the error, as JSON to a program and as a page to a person."""
    db.session.rollback()
    # The page that says so must not ask the database again: it would wait, and fail in its turn.
    g.database_away = isinstance(error, NotSaved)
    if wants_json():
        response = _problem(error)
    elif isinstance(error, NotSignedIn) and not _typed():
        return redirect(url_for("sign_in.form", next=request.path if request.method == "GET" else None))  # type: ignore[return-value]
    else:
        response = _page(error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, NotSaved):
        response.headers["Retry-After"] = "5"
    return response


def wants_json() -> bool:
    """Say whether a program is asking."""
    return request.path.startswith(("/api/", "/metrics")) or request.headers.get("Accept") == "application/json"


def _problem(error: ScreeningError) -> Response:
    body: dict[str, object] = {"type": "about:blank", "title": error.title, "status": error.status}
    body["detail"] = error.message
    if error.fields:
        body["errors"] = [
            {"pointer": pointer, "detail": detail}
            for pointer, details in sorted(error.fields.items())
            for detail in details
        ]
    response = jsonify(body)
    response.status_code = error.status
    response.content_type = "application/problem+json; charset=utf-8"
    return response


def _page(error: ScreeningError) -> Response:
    html = render_template("errors/error.html", error=error, reference=None, typed=_typed())
    return Response(html, status=error.status, content_type="text/html; charset=utf-8")


def _typed() -> list[tuple[str, str, str]]:
    """Give what was typed into a form that keeps it: each field, what it is in words, and what stood in it."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "keeps_words", False):
        return []
    try:
        form = request.form
    except HTTPException:
        # It was refused for what it is, such as its size: it cannot be read a second time either.
        return []
    fields = ((name, text) for name, texts in form.lists() if name not in NOT_WORDS for text in texts)
    return [
        (name, name.replace(".", ", ").replace("_", " ").capitalize(), text) for name, text in fields if text.strip()
    ]


def _tell_http(problem: HTTPException) -> Response:
    cause = getattr(problem, "original_exception", None)
    if isinstance(cause, DBAPIError):
        return _tell_database(cause)
    if isinstance(cause, PendingRollbackError):
        return _tell_gone(cause)
    if isinstance(cause, NoConnectionFree):
        return _tell_busy(cause)
    status = problem.code or 500
    if status in (301, 302, 303, 307, 308):
        return problem.get_response()  # type: ignore[return-value]
    if status == 405 and request.method == "GET" and not wants_json():
        return redirect(page_above(request.path), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]
    error = NotFound(NO_PAGE)
    if status != 404:
        error = ScreeningError(_words_for(status))  # type: ignore[assignment]
        error.status, error.title = status, HTTPStatus(status).phrase
    response = tell(error)
    for name, value in problem.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _words_for(status: int) -> str:
    return {
        400: "The request could not be read. Go back and try again.",
        405: "This address does not take that kind of request.",
        413: "What was sent is too large. Shorten it and send it again: nothing was saved.",
        415: "Send the body as application/json.",
        429: "Too many requests. Wait a minute and try again.",
    }.get(status, "The request could not be answered. Go back and try again.")


def _tell_csrf(_: CSRFError) -> Response:
    error = ScreeningError("This page was open too long to be sent safely. Go back, reload it, and send it again.")
    error.title = "The page has expired"
    return tell(error)


def _tell_database(problem: DBAPIError) -> Response:
    state = getattr(problem.orig, "sqlstate", None)
    # 40001 serialization failure, 40P01 deadlock, 55P03 lock not available.
    if state in ("40001", "40P01", "55P03"):
        return tell(Conflict(SOMEONE_ELSE))
    if (
        isinstance(problem, (OperationalError, InterfaceError))
        or problem.connection_invalidated
        or state in ("53100", "42501")
    ):
        log.error("database_refused", sqlstate=state)
        return tell(NotSaved(NOT_SAVED))
    if isinstance(problem, IntegrityError):
        log.error("constraint_refused", constraint=getattr(getattr(problem.orig, "diag", None), "constraint_name", ""))
        return tell(Conflict(SOMEONE_ELSE))
    if isinstance(problem, DataError):
        log.warning("value_refused", sqlstate=state, place=place_of(problem))
        # Nothing that we keep has a NUL in it, so an address with one leads nowhere.
        return tell(NotFound(NO_PAGE) if "\x00" in request.path else BadRequest(NOT_KEEPABLE))
    return _tell_unexpected(problem)


def _tell_gone(_: PendingRollbackError) -> Response:
    # The connection went in the middle of a transaction, and something still asked it.
    log.error("database_gone")
    return tell(NotSaved(NOT_SAVED))


def _tell_busy(_: NoConnectionFree) -> Response:
    log.error("no_connection_free")
    return tell(NotSaved(TOO_BUSY))


def _tell_unexpected(problem: Exception) -> Response:
    reference = secrets.token_hex(4)
    # The message of an exception may hold what somebody typed; the log gets its kind and place only.
    log.error("unexpected", reference=reference, kind=type(problem).__name__, place=place_of(problem))
    error = ScreeningError(f"Something went wrong on our side. Tell support this number: {reference}.")
    error.status, error.title = 500, "Sorry, there is a problem"
    return tell(error)
