"""What is typed about a promised call, on its pages."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from screening.callbacks.when import moment_of
from screening.db import now
from screening.fields import Code, Line, Phone, Text

OUTCOMES = {
    "reached": "Spoke to them",
    "no_answer": "Nobody answered",
    "wrong_number": "Wrong number",
    "not_safe": "Not safe to speak",
}
VOICEMAIL = {"yes": "Yes", "no": "No", "unknown": "Not known"}
WHEN = "Write when, such as 16:30, tomorrow 10am, Friday 4pm or 27/11 14:00."


class _When(Line):
    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = super()._deserialize(value, *where, **more)
        if moment_of(said, now()) is None:
            raise ValidationError(WHEN)
        return said


class PromisedSchema(Schema):
    """A call that is promised by hand, from a contact's record."""

    to_whom = Line(required=True, error_messages={"required": "Write whom the call is for."})
    number = Phone(required=True, error_messages={"required": "Write the number to ring."})
    by_when = _When(required=True, error_messages={"required": WHEN})
    safe_times = Line()
    may_be_said = Line()
    voicemail = Code(VOICEMAIL)
    note = Line()


class TrySchema(Schema):
    """What came of ringing."""

    outcome = Code(OUTCOMES, required=True)
    note = Line()


class DecisionSchema(Schema):
    """Whether it is rung again, and at which number; or why not, and what is done instead."""

    decision = Code({"again": "Ring again", "stop": "Do not ring again"}, required=True)
    number = Phone()
    by_when = _When()
    because = Text()

    @validates_schema
    def refuse_a_stop_without_a_reason(self, said: dict[str, Any], **_: Any) -> None:
        """Refuse to end a promise without why, and what is done instead."""
        if said["decision"] == "stop" and "because" not in said:
            raise ValidationError("Write why, and what is done instead.", "because")
