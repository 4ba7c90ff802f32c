"""Displays: browsers left on a wall, which show the board's wall view to whoever passes, and nothing else."""

from uuid import UUID

from sqlalchemy import Row, delete, select

from screening import audit
from screening.access import require
from screening.db import db, now
from screening.errors import NotFound
from screening.models import User, WebSession
from screening.sessions import LONGEST_DISPLAY, MAY_LEAVE


def standing() -> list[Row[tuple[UUID, str, object]]]:
    """List the displays that have not ended, the newest first: `display_id`, `left_by`, `left_at`."""
    question = (
        select(WebSession.display_id, User.name.label("left_by"), WebSession.created_at.label("left_at"))
        .join(User, User.id == WebSession.left_by_id)
        .where(WebSession.created_at >= now() - LONGEST_DISPLAY)
    )
    return list(db.session.execute(question.order_by(WebSession.created_at.desc())))


def end(display_id: UUID) -> None:
    """End a display, whoever left it: at its next look, within seconds, it is asked to sign in.

    Raises:
        NotFound: there is none of that id, or it has ended.
    """
    require(MAY_LEAVE)
    ended = delete(WebSession).where(WebSession.display_id == display_id).returning(WebSession.left_by_id)
    left_by_id = db.session.scalar(ended)
    if left_by_id is None:
        raise NotFound("This display has ended already. Open the list of displays again.")
    audit.record("display.ended", subject=("display", display_id), detail={"left_by": str(left_by_id)})
