"""What an action on a queue item may hold, and what the API shows of an item: one validation for page and API."""

from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import OneOf

from screening.fields import Text
from screening.models import Contact
from screening.models.acceptance_view import ACCEPTANCE_ANSWERS
from screening.queues import paging
from screening.queues.beside import Row
from screening.queues.wanted import TABS


class Reason(Text):
    """Why, in a few sentences."""

    longest = 2_000


class NothingSchema(Schema):
    """Claim and accept: an empty object."""


class MoveSchema(Schema):
    """Return and transfer: why, and which team."""

    reason = Reason(required=True)
    to_team = Reason(required=True)


class AllocateSchema(Schema):
    """To whom, by user name, and why although their caseload is full."""

    to_user = Reason(required=True)
    override_reason = Reason(load_default=None, allow_none=True)


class ThresholdViewSchema(Schema):
    """Whether the threshold was right, said by who accepted: one of four."""

    answer = fields.String(required=True, validate=OneOf(ACCEPTANCE_ANSWERS, error="Choose one of: {choices}."))


class CheckCountsSchema(Schema):
    """How far the background checks are."""

    asked = fields.Integer()
    answered = fields.Integer()
    not_checked = fields.Integer()


class WaitSchema(Schema):
    """One thing that a contact waits for: on whom (police, health, second_person, …) and since when."""

    on = fields.String(attribute="code")
    since = fields.AwareDateTime()


class ItemSchema(Schema):
    """A queue item as the API shows it. `version` is also its ETag."""

    id = fields.UUID()
    version = fields.Integer()
    reference = fields.String(allow_none=True)
    team = fields.String(allow_none=True)
    step = fields.String()
    state = fields.String()
    leads = fields.Boolean()
    urgency = fields.String()
    level = fields.Integer()
    could_be_higher = fields.Boolean()
    why = fields.String()
    attention = fields.String(allow_none=True)
    first_received_at = fields.AwareDateTime(allow_none=True)
    queued_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    accept_due_at = fields.AwareDateTime(allow_none=True)
    holder = fields.String(allow_none=True)
    accepted_at = fields.AwareDateTime(allow_none=True)
    claimed_by = fields.String(allow_none=True)
    claimed_until = fields.AwareDateTime(allow_none=True)
    returns = fields.Integer()
    checks = fields.Nested(CheckCountsSchema)
    waits = fields.List(fields.Nested(WaitSchema))


class QueueSchema(Schema):
    """A page of a team's queue, next to breach first."""

    team = fields.String()
    tab = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    matching = fields.Integer()
    after = fields.String(metadata={"description": "Where the next page begins; blank on the last."})
    items = fields.List(fields.Nested(ItemSchema))


def _is_place(written: str) -> None:
    if written and paging.read(written) is None:
        raise ValidationError("This is where no page begins. Send what the page before gave as `after`.")


class QueueQuerySchema(Schema):
    """Which part of a queue to list."""

    tab = fields.String(load_default="new", validate=OneOf(TABS, error="Choose one of: {choices}."))
    after = fields.String(load_default="", validate=_is_place)


def item_shown(row: Row) -> dict[str, Any]:
    """Give an item the API's shape."""
    item = row.item
    # Whoever places what no team holds need not be able to open it: then there is no contact to show.
    contact: Contact | None = item.contact
    same = ("id", "version", "step", "state", "leads", "urgency", "level", "attention", "queued_at", "due_at")
    also = ("accept_due_at", "accepted_at", "returns")
    return {
        **{name: getattr(item, name) for name in (*same, *also)},
        "reference": contact.reference if contact else None,
        "first_received_at": contact.first_received_at if contact else None,
        "team": item.team.slug if item.team else None,
        "could_be_higher": row.could_be_higher,
        "why": item.why,
        "holder": item.holder.name if item.holder else None,
        "claimed_by": row.reader,
        "claimed_until": item.claimed_until if row.reader else None,
        "checks": row.checks,
        "waits": row.waits,
    }
