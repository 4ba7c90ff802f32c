"""What a decision may hold: one validation for the page and the API."""

from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range

from screening.decisions.service import Answer
from screening.models.decision import OUTCOMES

LONGEST = Length(max=10_000)
URGENCIES = ("green", "amber", "red")


class Rationale(Schema):
    """The five parts; whether each is there is the service's to say, so that all that is missing is said at once."""

    worried = fields.String(load_default="", validate=LONGEST)
    going_well = fields.String(load_default="", validate=LONGEST)
    history = fields.String(load_default="", validate=LONGEST)
    views = fields.String(load_default="", validate=LONGEST)
    identity = fields.String(load_default="", validate=LONGEST)


class FamilyTold(Schema):
    """Who was told, when and how, or why it is not safe."""

    who = fields.String(load_default="", validate=LONGEST)
    when = fields.String(load_default="", validate=LONGEST)
    how = fields.String(load_default="", validate=LONGEST)
    unsafe_because = fields.String(load_default="", validate=LONGEST)


class DecisionSchema(Schema):
    """One child's decision, as `{child, outcome, level, urgency, rationale, family_told, …}` (design 10)."""

    child = fields.UUID(load_default=None, allow_none=True)
    outcome = fields.String(required=True, validate=OneOf(OUTCOMES, error="Choose an outcome."))
    level = fields.Integer(required=True, strict=True, validate=Range(1, 4, error="Choose a level from 1 to 4."))
    urgency = fields.String(required=True, validate=OneOf(URGENCIES, error="Choose an urgency."))
    rationale = fields.Nested(Rationale, required=True)
    family_told = fields.Nested(FamilyTold, load_default=dict)
    against_reason = fields.String(load_default=None, allow_none=True, validate=LONGEST)
    acknowledged_missing = fields.List(fields.String(), load_default=list)

    @post_load
    def answer(self, data: dict[str, Any], **_: Any) -> Answer:
        """Give the service its own shape."""
        return Answer(child_id=data.pop("child"), **data)
