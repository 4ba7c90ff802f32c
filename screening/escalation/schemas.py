"""What a person's token is told of the ladder."""

from marshmallow import Schema, fields


class EscalationSchema(Schema):
    """Something that waits for whoever was told; `reference` is null for an alarm of the service."""

    id = fields.UUID()
    kind = fields.String()
    reference = fields.String(allow_none=True)
    urgency = fields.String()
    words = fields.String()
    step = fields.String()
    raised_at = fields.AwareDateTime()
    told_at = fields.AwareDateTime()
    next_at = fields.AwareDateTime(allow_none=True)
    taken_by = fields.String(allow_none=True)
    taken_at = fields.AwareDateTime(allow_none=True)


class EscalationsSchema(Schema):
    """All that waits for the viewer."""

    escalations = fields.List(fields.Nested(EscalationSchema))


class TakeSchema(Schema):
    """Says that one has it, in a body with nothing in it."""
