"""The answer to a page that asks again by itself: "as you have it" without a query, or its parts anew."""

from collections.abc import Callable

from flask import Response, current_app, make_response, request


def answer(render: Callable[[], str], *topics: str) -> Response:
    """Answer 304 where nothing has changed since the page's own tag, else with what `render` gives.

    `topics` are what the page shows, as the database's triggers name them; left out, it is the board.
    """
    # Named before it is read: what changes meanwhile makes the next answer a new one.
    tag = current_app.extensions["changes"].tag(*topics, whose=_whose())
    if tag and request.if_none_match.contains(tag):
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    answered: Response = make_response(render())
    if tag:
        answered.set_etag(tag)
    return answered


def _whose() -> str:
    """Tell one page of one person from the others: by the session and the address."""
    return f"{request.headers.get('Cookie', '')} {request.full_path}"
