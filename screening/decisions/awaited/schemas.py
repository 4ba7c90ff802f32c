"""What may be said to what is waited for: one validation for the page and the API."""

from typing import Any

from marshmallow import Schema, fields, post_load

from screening.decisions.awaited.answering import Answer
from screening.decisions.awaited.queries import shown
from screening.fields import Text
from screening.models import Awaited, Contact


class Words(Text):
    """A sentence or two."""

    longest = 2_000


class AwaitedAnswerSchema(Schema):
    """An answer, with who, when, how and because; the service says which of them it needs."""

    answer = fields.String(load_default="")
    who = Words(load_default="")
    when = Words(load_default="")
    how = Words(load_default="")
    because = Words(load_default="")

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Answer:
        """Give the service its own shape."""
        return Answer(**data)


class AwaitedTrySchema(Schema):
    """That it was tried, and what came of it."""

    words = Words(load_default="")


class AwaitedShownSchema(Schema):
    """What is waited for, as the API shows it; `answer` and `said` once it was answered."""

    id = fields.UUID()
    reference = fields.String()
    child = fields.UUID(allow_none=True)
    decision = fields.UUID()
    kind = fields.String()
    came_from = fields.String(allow_none=True)
    owner = fields.String()
    began_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    raised = fields.Integer()
    tries = fields.Integer()
    answer = fields.String(allow_none=True)
    said = fields.Dict(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    ended_by = fields.String(allow_none=True)


def awaited_shown(contact: Contact, row: Awaited) -> dict[str, Any]:
    """Give what is waited for the API's shape."""
    told = shown(contact, row)
    same = ("id", "reference", "owner", "began_at", "due_at", "ended_at", "raised", "tries", "kind")
    return {name: told[name] for name in same} | {
        "child": row.child_id,
        "decision": row.decision_id,
        "came_from": row.came_from,
        "answer": row.answer,
        "said": row.said,
        "ended_by": row.ended_by.name if row.ended_by else None,
    }
