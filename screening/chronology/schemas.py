"""What may be sent of a chronology, and how one is shown: one validation for the page and the API."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load
from marshmallow.validate import OneOf

from screening import dates
from screening.chronology.copying import For
from screening.chronology.service import Added, Touch
from screening.db import now
from screening.fields import DateInPart, Line, Text
from screening.models.chronology_entry import SIGNIFICANCES
from screening.wording import LONDON

A_DATE = "Write when it was: 3/4/2026, May 2018 or 2018."
CHOOSE_WHAT, CHOOSE_WEIGHT = "Choose what to do with this entry.", "Choose how much it weighs."
WORDS_NEEDED = "Write what happened."
NEEDED = "Write this."
TOUCHES = ("kept", "reworded", "dropped")


class Happened(DateInPart):
    """When something happened, as people say it; never to come."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        today = now().astimezone(LONDON).date()
        said = dates.iso(value, today) if isinstance(value, str) else value
        try:
            whole = super()._deserialize(said, *where, **more)
        except ValidationError:
            raise ValidationError(A_DATE) from None
        if dates.span(whole)[0] > today:
            raise ValidationError("This day is still to come.")
        return whole


class Words(Text):
    """A few sentences."""

    longest = 4_000


class Needed(Words):
    """A few sentences that say something."""

    def __init__(self, message: str) -> None:
        super().__init__(required=True, error_messages={"required": message})
        self.message = message

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        words = super()._deserialize(value, *where, **more)
        if not words.strip():
            raise ValidationError(self.message)
        return words


def _one_line() -> Line:
    return Line(required=True, error_messages={"required": NEEDED})


def _weight(**more: Any) -> fields.String:
    problem: Any = {"required": CHOOSE_WEIGHT}
    return fields.String(validate=OneOf(SIGNIFICANCES, error=CHOOSE_WEIGHT), error_messages=problem, **more)


class TouchSchema(Schema):
    """What is made of one entry; which words are needed is the service's to say."""

    state = fields.String(
        required=True, validate=OneOf(TOUCHES, error=CHOOSE_WHAT), error_messages={"required": CHOOSE_WHAT}
    )
    words = Words(load_default="")
    reason = Words(load_default="")
    significance = _weight(load_default=None, allow_none=True)

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Touch:
        """Give the service its own shape."""
        return Touch(**data)


class EntryAnsweredSchema(TouchSchema):
    """What is made of one entry through the API, and the answer that it had when it was read."""

    seen = fields.UUID(required=True, allow_none=True)

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the service its arguments."""
        seen = data.pop("seen")
        return {"what": Touch(**data), "seen": seen}


class AddedSchema(Schema):
    """An entry of somebody's own."""

    happened = Happened(required=True, error_messages={"required": A_DATE})
    words = Needed(WORDS_NEEDED)
    source = _one_line()
    significance = _weight(required=True)
    reference = Words(load_default="")

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Added:
        """Give the service its own shape."""
        return Added(**data)


class CopySchema(Schema):
    """For whom a copy is made, and why."""

    recipient = _one_line()
    organisation = _one_line()
    purpose = Needed(NEEDED)
    left_out_because = Words(load_default="")

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> For:
        """Give the service its own shape."""
        return For(**data)


class LetPassSchema(Schema):
    """Why a manager lets a contact go on."""

    reason = Words(required=True)


class ChronologyReviewedSchema(Schema):
    """What a chronology adds up to; `shown` are the keys of the entries that the reviewer saw."""

    shown = fields.List(fields.String(), required=True)
    words = Words(load_default="")


class ChronologyEntrySchema(Schema):
    """One entry as the API shows it."""

    key = fields.String()
    answer = fields.UUID(attribute="row_id", allow_none=True)
    state = fields.String()
    happened = fields.String()
    words = fields.String()
    original = fields.String()
    source = fields.String()
    contact = fields.String(attribute="reference", allow_none=True)
    significance = fields.String()
    because = fields.String()
    note = fields.String()
    reason = fields.String(allow_none=True)
    by = fields.String()
    at = fields.AwareDateTime(allow_none=True)


class ChildChronologySchema(Schema):
    """One child's chronology: whether it is ready, what is missing, and its entries."""

    id = fields.UUID()
    name = fields.String()
    ready = fields.Boolean()
    missing = fields.List(fields.String())
    reviewed_to = fields.AwareDateTime(allow_none=True)
    reviewed_by = fields.String(allow_none=True)
    entries = fields.List(fields.Nested(ChronologyEntrySchema))


class ChronologyLetPassSchema(Schema):
    """What a manager let pass."""

    by = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String()
    missing = fields.List(fields.String())


class ContactChronologySchema(Schema):
    """The chronologies of a contact's children, and whether work on it may end or be passed on."""

    reference = fields.String()
    ready = fields.Boolean()
    missing = fields.List(fields.String())
    children = fields.List(fields.Nested(ChildChronologySchema))
    let_pass = fields.List(fields.Nested(ChronologyLetPassSchema))
