"""Where somebody lands who opens the address of a form that was only ever sent: on the nearest page above it.

The address stays in the browser after an error, and is opened again by a reload or after signing in.
"""

from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def page_above(path: str) -> str:
    """Give the address of the nearest page above a path that shows none; what is cut off names the part of a record."""
    adapter, above = request_ctx.url_adapter, path.rstrip("/")
    while adapter is not None and (above := above.rpartition("/")[0]):
        try:
            endpoint, _ = adapter.match(above, method="GET")
        except (HTTPException, RequestRedirect):
            continue
        part = path.removeprefix(f"{above}/").partition("/")[0]
        return f"{above}?tab={part}" if endpoint == "record.page" else above
    return "/"
