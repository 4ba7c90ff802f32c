"""What a decision may hold, and how one is shown: one validation for the page and the API."""

from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import OneOf, Range

from screening.codes import NEEDS
from screening.decisions.answers import Answer, View
from screening.fields import Code, Text
from screening.models import Contact, Decision
from screening.models.decision import OUTCOMES

URGENCIES = ("green", "amber", "red")
NO_OUTCOME, NO_LEVEL, NO_URGENCY = "Choose an outcome.", "Choose a level from 1 to 4.", "Choose how soon."


class Part(Text):
    """One part of a rationale."""

    longest = 10_000


def _text() -> Part:
    return Part(load_default="")


class Rationale(Schema):
    """The five parts; whether each is there is the service's to say, so that all that is missing is said at once."""

    worried = _text()
    going_well = _text()
    history = _text()
    views = _text()
    identity = _text()


class FamilyTold(Schema):
    """Who was told, when and how, or why it is not safe."""

    who = _text()
    when = _text()
    how = _text()
    unsafe_because = _text()


class Explored(Schema):
    """How far views and identity were explored: `explored`, or the reason why not, as a contact has it."""

    views = _text()
    identity = _text()


class ViewSchema(Schema):
    """A second person's own outcome, level and urgency."""

    outcome = fields.String(
        required=True, validate=OneOf(OUTCOMES, error=NO_OUTCOME), error_messages={"required": NO_OUTCOME}
    )
    level = fields.Integer(
        required=True, strict=True, validate=Range(1, 4, error=NO_LEVEL), error_messages={"required": NO_LEVEL}
    )
    urgency = fields.String(
        required=True, validate=OneOf(URGENCIES, error=NO_URGENCY), error_messages={"required": NO_URGENCY}
    )

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> View:
        """Give the service its own shape."""
        return View(**data)


class DecisionSchema(ViewSchema):
    """One child's decision, as `{child, outcome, level, urgency, rationale, family_told, …}` (design 10)."""

    child = fields.UUID(load_default=None, allow_none=True)
    rationale = fields.Nested(Rationale, required=True)
    family_told = fields.Nested(FamilyTold, load_default=dict)
    against_reason = Part(load_default=None, allow_none=True)
    acknowledged_missing = fields.List(Part(), load_default=list)
    explored = fields.Nested(Explored, load_default=None, allow_none=True)
    confirmed_same = fields.List(Part(), load_default=list)
    for_referrer = Part(load_default=None, allow_none=True)
    primary_need = Code(NEEDS, load_default=None, allow_none=True)

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> View:
        """Give the service its own shape."""
        return Answer(child_id=data.pop("child"), **data)


class FormSchema(DecisionSchema):
    """The page's: what is not chosen yet is left to the service, which says all that is missing at once."""

    outcome = fields.String(load_default="")
    level = fields.Integer(load_default=0)
    urgency = fields.String(load_default="")
    primary_need = Code(NEEDS | {"": "Not chosen"}, load_default=None, allow_none=True)


class AgainSchema(Schema):
    """Why a decision should be made again."""

    because = Part(load_default="")


class TakeBackSchema(Schema):
    """Why a decision is taken back by who made it."""

    because = Part(load_default="")


class DecisionShownSchema(Schema):
    """A decision as the API shows it. `version` is the contact's, and also the ETag."""

    id = fields.UUID()
    version = fields.Integer()
    reference = fields.String()
    stage = fields.String()
    child = fields.UUID(attribute="child_id", allow_none=True)
    outcome = fields.String()
    level = fields.Integer()
    urgency = fields.String()
    rationale = fields.Nested(Rationale)
    family_told = fields.Nested(FamilyTold)
    against_proposal = fields.Boolean()
    against_reason = fields.String(allow_none=True)
    acknowledged_missing = fields.List(fields.String())
    explored = fields.Nested(Explored, allow_none=True)
    same_as = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    stood_on = fields.Dict(allow_none=True)
    for_referrer = fields.String(allow_none=True)
    screening = fields.UUID(attribute="screening_id")
    primary_need = fields.String(allow_none=True)
    decided_by = fields.String()
    decided_at = fields.AwareDateTime()
    stands = fields.Boolean()
    needs_second_person = fields.Boolean()
    confirmed_by = fields.String(allow_none=True)
    confirmed_at = fields.AwareDateTime(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_because = fields.String(allow_none=True)


def decision_shown(contact: Contact, decision: Decision) -> dict[str, Any]:
    """Give a decision the API's shape."""
    named = {"reference", "version", "decided_by", "confirmed_by", "child", "screening"}
    same = set(DecisionShownSchema().fields) - named
    return {
        **{name: getattr(decision, name) for name in same},
        "child_id": decision.child_id,
        "screening_id": decision.screening_id,
        "reference": contact.reference,
        "version": contact.version,
        "decided_by": decision.decided_by.name,
        "confirmed_by": decision.confirmed_by.name if decision.confirmed_by else None,
    }
