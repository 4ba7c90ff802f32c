"""A contact as it is sent: the one validation for the call page, the API and files."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates, validates_schema
from marshmallow.validate import Length

from routing_rules import clocks
from routing_rules.facts import ANSWERS
from routing_rules.rules import Field, Ruleset
from screening import codes
from screening.contacts.people_schemas import ANSWER_WITH, AdultSchema, ChildSchema, ReferrerSchema, answers, at
from screening.fields import Code, Line, Text, says_something
from screening.scoring import service as scoring

MOST_PEOPLE = 50
MOST_PROMISES = 10
OLDEST_RECEIVED = datetime(2000, 1, 1, tzinfo=UTC)


class ViewsSchema(Schema):
    """What the children and the family say; or why nobody was asked, from a list and in words."""

    child = Text()
    family = Text()
    child_not_explored = Code(codes.NOT_EXPLORED)
    family_not_explored = Code(codes.NOT_EXPLORED)
    child_not_explored_why = Text()
    family_not_explored_why = Text()


class IdentitySchema(Schema):
    """Who this child is, and why that matters here; or why it was not explored, from a list and in words."""

    relevance = Text()
    not_explored = Code(codes.NOT_EXPLORED)
    not_explored_why = Text()


class PromiseSchema(Schema):
    """Something that the caller was promised: what, by when, and where they wait for it."""

    kind = Code(codes.PROMISES, load_default="other")
    by_when = Line()
    to_number = Line()
    note = Text()


class SharingSchema(Schema):
    """What the parents know, and whether they agree; or why not."""

    parents_informed = Code(codes.PARENTS_INFORMED)
    agreement = Code(codes.AGREEMENTS)
    reason = Text()


class ContactSchema(Schema):
    """A contact. Unknown fields are refused; what is left out is not known."""

    channel = Code(codes.CHANNELS, load_default="api")
    received_at = fields.AwareDateTime(
        error_messages=dict.fromkeys(
            ("invalid", "invalid_awareness"), "Write a time with its zone: 2026-11-23T09:14:00+00:00."
        )
    )
    contact_type = Code(codes.CONTACT_TYPES, required=True)
    referrer = fields.Nested(ReferrerSchema, load_default=lambda: {"safe_to_reply": "unknown"})
    children = fields.List(fields.Nested(ChildSchema), load_default=list, validate=Length(max=MOST_PEOPLE))
    adults = fields.List(fields.Nested(AdultSchema), load_default=list, validate=Length(max=MOST_PEOPLE))
    narrative = Text(load_default="")
    answers = answers()
    views = fields.Nested(ViewsSchema, load_default=dict)
    identity = fields.Nested(IdentitySchema, load_default=dict)
    information_sharing = fields.Nested(SharingSchema, load_default=dict)
    promises = fields.List(fields.Nested(PromiseSchema), load_default=list, validate=Length(max=MOST_PROMISES))

    def __init__(self, *, rules: Ruleset | None = None, **kwargs: Any) -> None:
        """Take the rules whose questions may be answered; those in force on the day of receipt where none are given."""
        super().__init__(**kwargs)
        self._rules = rules

    @validates("received_at")
    def refuse_impossible_receipt(self, received_at: datetime, **_: Any) -> None:
        """Refuse a receipt that is to come, before a clock or the rules of its day are looked for."""
        if not OLDEST_RECEIVED <= received_at <= at():
            raise ValidationError("This is in the future, or before 2000. Send when it was first received.")

    @validates_schema
    def refuse_silence(self, contact: dict[str, Any], **_: Any) -> None:
        """Refuse a worry that says nothing at all; a child in danger now is sent as it stands."""
        everyone = [contact, *contact["children"]]
        in_danger = any(one["answers"].get(codes.DANGER_NOW) == "yes" for one in everyone)
        may_be_silent = in_danger or contact["contact_type"] in codes.WORDLESS_TYPES
        if not may_be_silent and not says_something(contact["narrative"]):
            raise ValidationError("Write what the caller said, in a few words.", "narrative")

    @validates_schema
    def refuse_children_that_are_not_there(self, contact: dict[str, Any], **_: Any) -> None:
        """Refuse a place in the list of children that has no child."""
        count = len(contact["children"])
        wrong = {
            place: {"alleged_harm_to": ["Name children of this contact by their place in the list, 0 first."]}
            for place, adult in enumerate(contact["adults"])
            if any(child >= count for child in adult.get("alleged_harm_to", []))
        }
        if wrong:
            raise ValidationError({"adults": wrong})

    @validates_schema
    def refuse_questions_that_are_not_asked(self, contact: dict[str, Any], **_: Any) -> None:
        """Refuse answers to what the rules in force do not ask, for they would be lost."""
        rules = self._rules or scoring.rules_or_none(clocks.london_date(contact.get("received_at") or at()))
        if rules is None:
            # Kept as it was sent, and scored by a person.
            return
        wrong: dict[str, Any] = {}
        if household := _unasked(contact["answers"], rules, ("household", "both")):
            wrong["answers"] = household
        children = {
            place: {"answers": unasked}
            for place, child in enumerate(contact["children"])
            if (unasked := _unasked(child["answers"], rules, ("child", "both")))
        }
        if wrong or children:
            raise ValidationError(wrong | ({"children": children} if children else {}))


def _unasked(answered: dict[str, Any], rules: Ruleset, scopes: tuple[str, ...]) -> dict[str, list[str]]:
    return {
        name: [problem]
        for name, value in answered.items()
        if (problem := _problem(rules.fields.get(name), value, scopes))
    }


def _problem(field: Field | None, value: Any, scopes: tuple[str, ...]) -> str | None:
    if field is None or field.derived:
        return "The rules in force ask no such question. Take it out, and write it in the account."
    if field.scope not in scopes:
        return (
            "This question is about each child." if field.scope == "child" else "This question is about the household."
        )
    if field.kind == "number" and not isinstance(value, int) and value not in codes.NO_ANSWERS:
        return "Answer this with a whole number up to 999, or leave it out while it is not known."
    if field.kind == "choice" and value not in (*field.values, *codes.NO_ANSWERS):
        return f"Answer this with one of: {', '.join(field.values)}, unknown."
    if field.kind == "answer" and value not in ANSWERS:
        return ANSWER_WITH
    return None
