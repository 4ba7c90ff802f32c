"""What may be sent about rules: the one validation for the forms and the API. Whether rules are sound is their own."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from screening.admin.queries import IN_FORCE
from screening.fields import Line, Text

# As much as a few thousand rules; reading it takes about a second.
LONGEST_BYTES = 512 * 1024
TOO_LONG = "This is larger than 512 KB. A ruleset is a fifth of that: check that it is the right file."
NO_REASON = "Say why, in a sentence."
TWO_NAMES = "Write the names of two people or more, one a line."


class RulesText(Text):
    """A whole ruleset as YAML. Only its size is checked here."""

    longest = LONGEST_BYTES

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        text = super()._deserialize(value, *where, **more)
        if len(text.encode()) > LONGEST_BYTES:
            raise ValidationError(TOO_LONG)
        return text


class Day(fields.Date):
    """A day, as 2027-04-01."""

    def __init__(self, **kwargs: Any) -> None:
        said = "Write a day as 2027-04-01."
        kwargs["error_messages"] = {"invalid": said, "required": said, "null": said} | kwargs.get("error_messages", {})
        super().__init__(format="%Y-%m-%d", **kwargs)


class Reason(Text):
    """Why, in a few sentences; never nothing."""

    longest = 2000

    def __init__(self) -> None:
        super().__init__(required=True, error_messages={"required": NO_REASON})

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        words = super()._deserialize(value, *where, **more).strip()
        if not words:
            raise ValidationError(NO_REASON)
        return words


class TitleSchema(Schema):
    """What a draft is called."""

    title = Line(required=True, error_messages={"required": "Say in a few words what the draft is about."})


class NewDraftSchema(TitleSchema):
    """A draft to begin: from a published version, by the first digits of its hash, or with a text of one's own."""

    based_on = Line(load_default=IN_FORCE)
    yaml = RulesText()


class TextSchema(Schema):
    """A draft's whole text."""

    yaml = RulesText(required=True)


class ProposeSchema(Schema):
    """From when a draft shall count, and why."""

    in_force_from = Day(required=True)
    why = Reason()


class PublishSchema(Schema):
    """That the difference was seen (the draft's `seen`), and whether it is published without a shadow run."""

    seen = Line(required=True)
    without_shadow_run = fields.Boolean(load_default=False)


class BecauseSchema(Schema):
    """Why a draft is discarded, or a version withdrawn."""

    because = Reason()


class AdoptSchema(Schema):
    """Who adopted rules for the partnership, one a line or as a list; when; when they are looked at again."""

    names = fields.Raw(required=True, error_messages={"required": TWO_NAMES})
    adopted_on = Day(required=True)
    review_on = Day(required=True)

    @post_load
    def _names(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        names = said["names"].splitlines() if isinstance(said["names"], str) else said["names"]
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValidationError(TWO_NAMES, "names")
        kept = [" ".join(name.split()) for name in names]
        return said | {"names": [Line().deserialize(name) for name in kept if name]}


class CompareSchema(Schema):
    """Two rulesets: each the first digits of a published one's hash, `in-force`, or a whole text."""

    before = RulesText(load_default=IN_FORCE)
    after = RulesText(required=True)


def is_text(said: str) -> bool:
    """Tell a ruleset's text from the name of a published one."""
    return "\n" in said
