"""An involvement as the case system tells it. Unknown fields are refused; what is left out is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates, validates_schema

from screening.db import now
from screening.fields import DateInPart, Line, Name, Postcode
from screening.models.involvement import KINDS

A_DAY: dict[str, Any] = {"invalid": "Write a day as 2026-11-23."}
A_TIME = "Write a time with its zone: 2026-11-23T09:14:00+00:00."
# Clocks of two systems differ; what is further ahead is a mistake.
AHEAD = timedelta(minutes=5)
MOST_AT_ONCE = 5_000


class ToldAt(fields.AwareDateTime):
    """As at when the case system tells it, in UTC: never in the future."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=dict.fromkeys(("invalid", "invalid_awareness"), A_TIME), **kwargs)

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> datetime:
        told: datetime = super()._deserialize(value, *where, **more)
        if told > now() + AHEAD:
            raise ValidationError("This is in the future. Send when the case system was asked.")
        return told.astimezone(UTC)


class InvolvementSchema(Schema):
    """One involvement of one person, who is named or has the case system's number."""

    id = Line(required=True, error_messages={"required": "Give the case system's number of this involvement."})
    person = Line()
    given_names = fields.List(Name(), load_default=list)
    family_names = fields.List(Name(), load_default=list)
    date_of_birth = DateInPart()
    postcode = Postcode()
    kind = Line(required=True, error_messages={"required": f"Give one of: {', '.join(KINDS)}."})
    team = Line(allow_none=True)
    worker = Line(allow_none=True)
    from_ = fields.Date(
        data_key="from", required=True, error_messages=A_DAY | {"required": "Give the day since which it is open."}
    )
    to = fields.Date(allow_none=True, error_messages=A_DAY)
    placing_authority = Line(allow_none=True)
    source = Line()
    as_at = ToldAt()

    @validates("kind")
    def refuse_unknown_kinds(self, kind: str, **_: Any) -> None:
        """Refuse a kind that no rule knows: it would count for nothing, and nobody would see that."""
        if kind not in KINDS:
            raise ValidationError(f"Choose one of: {', '.join(KINDS)}.")

    @validates_schema
    def refuse_nobody(self, row: dict[str, Any], **_: Any) -> None:
        """Refuse an involvement that cannot be anybody's, and one that ends before it begins."""
        if not row.get("person") and not (row.get("given_names") or row.get("family_names")):
            raise ValidationError("Give the person's number or a name, or nobody can be found by this.", "person")
        if row.get("to") and row.get("from_") and row["to"] < row["from_"]:
            raise ValidationError("This is before the day on which it began.", "to")
        if row.get("placing_authority") and row.get("kind") != "looked_after":
            raise ValidationError("Only a looked-after child is placed by an authority.", "placing_authority")


class InvolvementsSchema(Schema):
    """A list through the API. `rows` are judged one by one, so that one that is wrong holds up no other."""

    source = Line(required=True)
    as_at = ToldAt(required=True)
    whole = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    much_shorter = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    rows = fields.List(fields.Raw(), required=True)

    @validates("rows")
    def refuse_too_many(self, rows: list[Any], **_: Any) -> None:
        """Refuse more rows than one request is worked with."""
        if len(rows) > MOST_AT_ONCE:
            raise ValidationError(f"Send at most {MOST_AT_ONCE:,} rows at once. Longer lists are loaded from a file.")
