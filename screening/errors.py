"""What can go wrong, as a person would be told. `error_pages` turns these into pages and problem+json."""

from collections.abc import Mapping


class ConfigurationError(Exception):
    """A setting is missing or unsafe; the process must not start."""


class ScreeningError(Exception):
    """Something a person can be told: what happened, to what, and what to do next. Never personal data."""

    status = 400
    title = "Something in the request is wrong"

    def __init__(self, message: str, *, fields: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        # Where whoever reads it goes on from there, as words and addresses: pages alone fill it in.
        self.ways: list[tuple[str, str]] = []


class BadRequest(ScreeningError):
    """The request cannot be read at all."""


class Invalid(ScreeningError):
    """The request was read, and some of its fields are wrong. `fields`: JSON pointer → messages."""

    status = 422
    title = "Some answers need to be changed"


class NotSignedIn(ScreeningError):
    """Nobody is signed in, or the token is unknown."""

    status = 401
    title = "Sign in to continue"


class NotAllowed(ScreeningError):
    """The viewer's roles do not include this action."""

    status = 403
    title = "You cannot do this"


class NotFound(ScreeningError):
    """There is no such record, or the viewer may not know that there is."""

    status = 404
    title = "Page not found"


class Conflict(ScreeningError):
    """Somebody else was first. The message says who and when."""

    status = 409
    title = "Someone else was first"


class TakenOver(Conflict):
    """A call that the viewer was taking is somebody else's now. The message says whose, and since when."""

    title = "Taken over"


class Stale(ScreeningError):
    """The record changed since the viewer opened it."""

    status = 412
    title = "This changed since you opened it"


class VersionMissing(ScreeningError):
    """A write that two people could make came without the version it was made on."""

    status = 428
    title = "The version is missing"


class TooMany(ScreeningError):
    """The viewer has tried too often. `retry_after_seconds` says when to try again."""

    status = 429
    title = "Too many tries"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotSaved(ScreeningError):
    """The database could not keep it. Nothing was acknowledged."""

    status = 503
    title = "Not saved"


def place_of(problem: BaseException) -> str:
    """Name the module and line where an exception was raised: enough to look for, and nothing that anybody typed."""
    trace, place = problem.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
