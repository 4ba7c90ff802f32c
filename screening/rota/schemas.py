"""A shift as a form, a file or a program writes it: names in, rows and moments out."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import OneOf

from routing_rules.clocks import LONDON
from screening.fields import Line, Phone
from screening.models.rota_shift import SHIFT_KINDS

KIND_WORDS = {"on_duty": "On duty", "lead": "Leads the shift", "on_call_manager": "Manager on call"}


class LondonTime(fields.Field[datetime]):
    """A day and a time of day, as 2026-11-23T09:00; London's where no zone is written."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError("Write a day and a time, such as 2026-11-23T09:00.") from None
        if not 2000 <= at.year <= 2200:
            raise ValidationError("Write a day of these years, such as 2026-11-23T09:00.")
        return at if at.tzinfo else at.replace(tzinfo=LONDON)


class ShiftSchema(Schema):
    """One shift. `from` and `to` are London times."""

    user = Line(required=True)
    kind = fields.String(load_default="on_duty", validate=OneOf(SHIFT_KINDS))
    starts_at = LondonTime(required=True, data_key="from")
    ends_at = LondonTime(required=True, data_key="to")
    phone = Phone(load_default=None)


class FileShiftSchema(ShiftSchema):
    """One shift of a file, which names its team."""

    team = Line(required=True)
