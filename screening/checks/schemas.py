"""What a program sends to ask partners, or to write down what one said; `answers` judges the answer itself."""

from typing import Any

from marshmallow import Schema, fields, post_load

from screening.checks.asking import Wish
from screening.checks.queries import ShownCheck
from screening.db import Json
from screening.fields import Line, Text


class AskSchema(Schema):
    """Which registers are asked about which children; why; and why one that policy proposes is not."""

    registers = fields.List(fields.String(), required=True)
    children = fields.List(fields.UUID(), load_default=None)
    reason = Text(load_default="")
    not_asked = fields.Dict(keys=fields.String(), values=Text(), load_default=dict)

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> Wish:
        """Give it as the service takes it."""
        return Wish(**data)


class AnswerSchema(Schema):
    """What somebody at the partner's said by telephone."""

    outcome = fields.String(required=True)
    words = Text(load_default="")
    facts = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    answered_by = Line(required=True)
    as_at = fields.String(load_default="")


def check_shown(check: ShownCheck) -> Json:
    """Give a check in the API's shape, as the viewer may see it."""
    asked = check.asked
    if asked is None:
        return {}
    return {
        "partner": asked.partner,
        "way": asked.way,
        "reason": asked.reason,
        "lawful_basis": asked.lawful_basis,
        "shared": asked.shared,
        "chased_at": asked.chased_at,
        "chaser": asked.chaser,
        "answered_by": asked.answered_by,
        "simulated": asked.simulated,
    }
