"""What a program may say of the known children, and how they are shown."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load

from screening.decisions.children.settling import Said
from screening.fields import Text


class SaidSchema(Schema):
    """One child, by the `id` under which they are listed. What is missing is the service's to say, of all at once."""

    id = fields.UUID(required=True)
    answer = fields.String(load_default="")
    reason = Text(load_default="")
    due = Text(load_default="")


class SettleSchema(Schema):
    """What is said of each known child who is not settled yet."""

    children = fields.List(fields.Nested(SaidSchema), required=True)

    @post_load
    def shaped(self, data: dict[str, Any], **_: Any) -> dict[UUID, Said]:
        """Give the service its own shape."""
        return {one["id"]: Said(one["answer"], one["reason"], one["due"]) for one in data["children"]}


class KnownChildSchema(Schema):
    """A child whom we know of. `answer` is null where nobody has said it yet; `answers` is what may be said."""

    id = fields.UUID()
    name = fields.String()
    age = fields.String()
    because = fields.List(fields.String())
    answer = fields.String(allow_none=True)
    answers = fields.List(fields.String())
    reason = fields.String(allow_none=True)


class KnownChildrenSchema(Schema):
    """Every child whom we know of beside those whom the contact names. `version` is the contact's."""

    reference = fields.String()
    version = fields.Integer()
    children = fields.List(fields.Nested(KnownChildSchema))
