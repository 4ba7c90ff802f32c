"""What whoever took the call thought of it, beside what the rules say of it now: wherever the two differ."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from screening.db import any_of, db
from screening.models import OwnView, Screening

STAGE = "call"
FIRST_VIEWS = (
    select(OwnView)
    .where(OwnView.stage == STAGE, OwnView.contact_id == any_of("contact_ids"))
    .ext(distinct_on(OwnView.contact_id))
    .order_by(OwnView.contact_id, OwnView.seq)
)


def views(contact_ids: Collection[UUID]) -> dict[UUID, OwnView]:
    """Give by contact the view that was kept first on its call, before the rules' level was seen."""
    found = db.session.scalars(FIRST_VIEWS, {"contact_ids": list(contact_ids)})
    return {view.contact_id: view for view in found}


def differing(view: OwnView | None, screening: Screening | None, said: str = "The handler said") -> str:
    """Say "The handler said red, level 4; the rules say green, level 2." where the two differ, or nothing.

    Where nothing was screened the rules have no view: what was said is told all the same.
    """
    if view is None:
        return ""
    theirs = (view.urgency, f"level {view.level}")
    if screening is None or screening.unscreened:
        return f"{said} {', '.join(theirs)}; it could not be screened."
    rules = (screening.urgency_at_least, f"level {screening.level_at_least}")
    apart = [pair for pair in zip(theirs, rules, strict=True) if pair[0] != pair[1]]
    if not apart:
        return ""
    mine, proposed = (", ".join(side) for side in zip(*apart, strict=True))
    return f"{said} {mine}; the rules say {proposed}."
