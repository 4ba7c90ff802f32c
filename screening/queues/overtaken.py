"""Where somebody goes on who was second: to the record, to see what was done, or to what waits next."""

from uuid import UUID

from flask import Response, request, url_for

from screening.db import db, transaction
from screening.error_pages import tell
from screening.errors import ScreeningError
from screening.models import QueueItem
from screening.queues import finding, queries, rows


def tell_overtaken(error: ScreeningError) -> Response:
    """Say who was first, with the ways on from there."""
    db.session.rollback()
    item_id = (request.view_args or {}).get("item_id")
    if item_id is not None:
        with transaction():
            error.ways = _ways(item_id)
    return tell(error)


def _ways(item_id: UUID) -> list[tuple[str, str]]:
    item = db.session.get(QueueItem, item_id)
    if item is None or not finding.seen(item):
        return []
    reference = item.contact.reference
    ways = [(f"Open {reference}", url_for("record.page", reference=reference))]
    if item.team is None or not finding.in_own_team(item):
        return [*ways, ("Open the queue", url_for("queues.mine"))]
    if following := queries.next_waiting(item.team):
        ways.append((f"Open what waits next, {following.contact.reference}", rows.place_to_work(following)))
    return [*ways, (f"Open the queue of {item.team.name}", url_for("queues.team", slug=item.team.slug))]
