"""What the record of a strategy discussion may hold: one validation for the page and the API."""

from typing import Any

from marshmallow import Schema, fields, post_load

from screening.decisions.strategy.service import Held
from screening.fields import Text
from screening.models import Contact, StrategyDiscussion


class Words(Text):
    """A sentence or two."""

    longest = 2_000


def _words() -> Words:
    return Words(load_default="")


class TookPartSchema(Schema):
    """One who took part."""

    agency = fields.String(load_default="")
    name = _words()
    role = _words()


class StrategyChildSchema(Schema):
    """What was decided for one child; null for one whom nobody could name."""

    child = fields.UUID(load_default=None, allow_none=True)
    section_47 = fields.String(load_default="")
    reason = _words()
    joint_because = _words()

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep the id as text: it is kept as JSON."""
        return data | {"child": str(data["child"]) if data["child"] else None}


class StrategyActionSchema(Schema):
    """Something that is to be done."""

    what = _words()
    who = _words()
    by_when = fields.Date(
        load_default=None, allow_none=True, error_messages={"invalid": "Write a day, such as 2026-11-30."}
    )


class StrategyCallSchema(Schema):
    """That a discussion is called, why, and for when."""

    because = _words()
    planned_for = Words(load_default=None, allow_none=True)


class StrategyHeldSchema(Schema):
    """What it came to; whether it is whole is the service's to say, so that all that is missing is said at once."""

    held_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        error_messages={
            "invalid": "Write a moment with its time zone, such as 2026-11-26T14:05:00+00:00.",
            "invalid_awareness": "Write a moment with its time zone, such as 2026-11-26T14:05:00+00:00.",
        },
    )
    how = fields.String(load_default="")
    took_part = fields.List(fields.Nested(TookPartSchema), load_default=list)
    missing = fields.Dict(keys=fields.String(), values=Words(), load_default=dict)
    children = fields.List(fields.Nested(StrategyChildSchema), load_default=list)
    medical = fields.String(load_default="")
    medical_words = _words()
    actions = fields.List(fields.Nested(StrategyActionSchema), load_default=list)
    review_on = fields.Date(
        load_default=None, allow_none=True, error_messages={"invalid": "Write a day, such as 2026-12-03."}
    )
    corrected_because = _words()

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Held:
        """Give the service its own shape."""
        return Held(**data)


class StrategyActionShownSchema(StrategyActionSchema):
    """An action, and whether it is done."""

    id = fields.UUID()
    done_at = fields.AwareDateTime(allow_none=True)


class StrategyShownSchema(Schema):
    """A discussion as the API shows it: the record that counts, and how many corrections it had."""

    id = fields.UUID()
    reference = fields.String()
    called_at = fields.AwareDateTime()
    called_by = fields.String()
    because = fields.String()
    planned_for = fields.String(allow_none=True)
    record = fields.Dict(allow_none=True)
    corrections = fields.Integer()
    actions = fields.List(fields.Nested(StrategyActionShownSchema))


def discussion_shown(contact: Contact, discussion: StrategyDiscussion) -> dict[str, Any]:
    """Give a discussion the API's shape."""
    record = discussion.record
    return {
        "id": discussion.id,
        "reference": contact.reference,
        "called_at": discussion.called_at,
        "called_by": discussion.called_by.name,
        "because": discussion.because,
        "planned_for": discussion.planned_for,
        "corrections": max(len(discussion.records) - 1, 0),
        "record": {
            "held_at": record.held_at.isoformat(),
            "how": record.how,
            "took_part": record.took_part,
            "missing": record.missing,
            "children": record.children,
            "medical": record.medical,
            "medical_words": record.medical_words,
            "review_on": record.review_on.isoformat() if record.review_on else None,
            "recorded_by": record.recorded_by.name,
            "recorded_at": record.recorded_at.isoformat(),
            "corrected_because": record.corrected_because,
        }
        if record
        else None,
        "actions": discussion.actions,
    }
