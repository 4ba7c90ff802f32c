"""What is typed on the page that a link opens: each part may be left out, but not all of them."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from screening.callbacks.schemas import WHEN
from screening.callbacks.when import moment_of
from screening.codes import DANGER_NOW
from screening.db import now
from screening.fields import Code, Line, Phone, Text

YES_NO = {"yes": "Yes", "no": "No", "unknown": "I do not know"}
# About the household, and each of them a risk or near one where it is "yes"; the ids are those of the rules' questions.
FACTS = {
    DANGER_NOW: "Is a child in danger now, or will they be when they go home?",
    "needs_medical_help": "Is a child hurt or unwell, and in need of medical help now?",
    "alleged_adult_has_access": "Can the person you are worried about get to a child today?",
    "violence_at_home": "Does anyone at home hurt or frighten anyone else?",
}
NOTHING = "Write what you want to add, ask to be rung, or say what you disagree with."


class ReplySchema(Schema):
    """One reply: who, and one or more of words, facts, a call and a disagreement."""

    name = Line(required=True, error_messages={"required": "Write your name, and where you work."})
    words = Text()
    ring = Code({"yes": "Please ring me"})
    number = Phone()
    by_when = Line()
    disagree = Text()
    # One for each of FACTS.
    immediate_danger = Code(YES_NO)
    needs_medical_help = Code(YES_NO)
    alleged_adult_has_access = Code(YES_NO)
    violence_at_home = Code(YES_NO)

    @validates_schema
    def refuse_a_call_without_a_number(self, said: dict[str, Any], **_: Any) -> None:
        """Refuse a call that nobody could make, or at a time that nobody could read."""
        if "ring" in said and "number" not in said:
            raise ValidationError("Write the number to ring.", "number")
        if "by_when" in said and moment_of(said["by_when"], now()) is None:
            raise ValidationError(WHEN, "by_when")

    @validates_schema(skip_on_field_errors=True)
    def refuse_nothing(self, said: dict[str, Any], **_: Any) -> None:
        """Refuse a reply that says nothing."""
        if not set(said) - {"name", "by_when"}:
            raise ValidationError(NOTHING, "words")
