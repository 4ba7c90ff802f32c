"""What is said of a night's contact and of a handover, and how the API shows both: its one validation."""

from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import OneOf

from screening.fields import Text
from screening.queues.handover import nights
from screening.queues.handover.nights import Answer

CHOOSE = "Choose one of: {choices}."


class Words(Text):
    """A few sentences."""

    longest = 4_000


class TriageSchema(Schema):
    """Whether a contact cannot wait, or is for the morning; which words are needed is the service's to say.

    `version` is the contact's in the list of the night, as it was read: without it nothing waits. `manager`: one of
    the list's `to_ring`, who agreed that what is grave may wait, with what they `said`.
    """

    answer = fields.String(required=True, validate=OneOf(nights.ANSWERS, error=CHOOSE))
    version = fields.Integer(load_default=None, allow_none=True, strict=True)
    reason = Words(load_default="")
    manager_id = fields.UUID(data_key="manager", load_default=None, allow_none=True)
    said = Words(load_default="")

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Answer:
        """Give the service its own shape."""
        return Answer(**data)


class WordsSchema(Schema):
    """What the shift that goes says."""

    words = Words(required=True)


class SignSchema(Schema):
    """Taking over. `not_reached`: why nobody of the shift that goes said anything, where nobody has.

    `in_place`: whom of the team that comes was told, where somebody else signs in its place.
    """

    not_reached = Words(load_default="")
    in_place = Words(load_default="")


class EmptySchema(Schema):
    """Opening: an empty object."""


class ToRingSchema(Schema):
    """A manager who may be rung about a contact."""

    id = fields.UUID()
    name = fields.String()


class NightContactSchema(Schema):
    """A contact of the night. `due_at`: triaged by then; `act_by`: its own clock; `grave`: waits only by agreement."""

    reference = fields.String()
    answer = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    agreed_by = fields.String(allow_none=True)
    arrived_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    urgency = fields.String(allow_none=True)
    act_by = fields.AwareDateTime(allow_none=True)
    team = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    grave = fields.Boolean()
    open = fields.Boolean()
    version = fields.Integer(allow_none=True)
    to_ring = fields.List(fields.Nested(ToRingSchema))


class RedOfDaySchema(Schema):
    """A contact that is red, or may be, and open since the day: whose it is, and its own clock."""

    reference = fields.String()
    arrived_at = fields.AwareDateTime()
    urgency = fields.String()
    act_by = fields.AwareDateTime()
    team = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)


class NightSchema(Schema):
    """What came this night, or by day the last one; what is not triaged first."""

    began = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    on_call = fields.String(allow_none=True)
    contacts = fields.List(fields.Nested(NightContactSchema))
    red_of_day = fields.List(fields.Nested(RedOfDaySchema))


class HandoverSchema(Schema):
    """A handover, without what it holds. `kind`: to_night, within_night, to_day."""

    id = fields.UUID()
    kind = fields.String()
    from_team = fields.String(attribute="from_team.slug")
    to_team = fields.String(attribute="to_team.slug")
    changes_at = fields.AwareDateTime()
    sign_by_at = fields.AwareDateTime()
    words_by = fields.String(attribute="out_by.name")
    words_at = fields.AwareDateTime(attribute="out_at", allow_none=True)
    signed_by = fields.String(attribute="in_by.name")
    signed_at = fields.AwareDateTime(attribute="in_at", allow_none=True)
    escalated_at = fields.AwareDateTime(allow_none=True)


class HandoversSchema(Schema):
    """Handovers from or to the person's teams, the newest first."""

    handovers = fields.List(fields.Nested(HandoverSchema))


class HandoverCallSchema(Schema):
    """A call that was promised: by whom, and when."""

    owner = fields.String()
    due_at = fields.String()


class HandoverEntrySchema(Schema):
    """A contact that goes on. Without `opens` it is out of reach: no name, no call, no reason is told.

    `checks`: how many have no answer yet; `waits`: what is waited for, until when, whose; `actions`: what a strategy
    discussion agreed and nobody has ticked off; `alert`: a child is in danger now; `since_signed`: it
    came after; `opened`: by that person; `holder_goes`: who holds it goes off shift as this one comes.
    """

    reference = fields.String()
    child = fields.String(allow_none=True)
    red = fields.Boolean()
    urgency = fields.String(allow_none=True)
    team = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    holder_goes = fields.Boolean()
    due_at = fields.String(allow_none=True)
    triage = fields.String(allow_none=True)
    triage_reason = fields.String(allow_none=True)
    agreed = fields.String(allow_none=True)
    alert = fields.Boolean()
    checks = fields.Integer()
    calls = fields.List(fields.Nested(HandoverCallSchema))
    waits = fields.List(fields.Dict())
    actions = fields.List(fields.Dict())
    opens = fields.Boolean()
    since_signed = fields.Boolean()
    opened = fields.Boolean()


class HandoverShownSchema(HandoverSchema):
    """A handover with what it holds, as it was signed or as it is now."""

    words = fields.String()
    entries = fields.List(fields.Nested(HandoverEntrySchema))
