"""What a manager says of what was agreed by telephone, and how an agreement is shown."""

from marshmallow import Schema, fields

from screening.fields import Text


class Note(Text):
    """A few sentences."""

    longest = 4_000


class CountersignSchema(Schema):
    """Whether the manager says the same now; what is denied needs the manager's own words."""

    confirms = fields.Boolean(required=True, truthy={True}, falsy={False})
    note = Note(load_default="")


class AgreementSchema(Schema):
    """What somebody wrote down that the manager said, and the view that it came to."""

    id = fields.UUID()
    contact = fields.UUID(attribute="contact_id")
    decision = fields.UUID(attribute="decision_id")
    written_by = fields.String(attribute="kept_by.name")
    rung_at = fields.AwareDateTime()
    said = fields.String()
    view = fields.Dict(attribute="decision.second_view", allow_none=True)
    due_at = fields.AwareDateTime()
    countersigned_at = fields.AwareDateTime(allow_none=True)
    confirms = fields.Boolean(allow_none=True)
    note = fields.String(allow_none=True)


class PutOffSchema(Schema):
    """What is red, or may be, and waits until morning: what somebody wrote down that the manager said of it."""

    contact = fields.UUID(attribute="contact_id")
    written_by = fields.String(attribute="answered_by.name", allow_none=True)
    written_at = fields.AwareDateTime(attribute="answered_at", allow_none=True)
    because = fields.String(attribute="reason", allow_none=True)
    said = fields.String(attribute="agreed_said", allow_none=True)
    due_at = fields.AwareDateTime(attribute="countersign_due_at", allow_none=True)
    countersigned_at = fields.AwareDateTime(allow_none=True)
    confirms = fields.Boolean(allow_none=True)
    note = fields.String(attribute="countersign_note", allow_none=True)


class AgreementsSchema(Schema):
    """All that waits for the manager's word, each list in the order of its clocks."""

    agreements = fields.List(fields.Nested(AgreementSchema))
    put_off = fields.List(fields.Nested(PutOffSchema))
