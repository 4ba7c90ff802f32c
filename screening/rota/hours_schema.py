"""A team's hours as a form or a file gives them."""

from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from routing_rules.hours import COVERS

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = {str(number): name for number, name in enumerate(DAY_NAMES, start=1)}


class TimeOfDay(fields.String):
    """A time of day as 09:00."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said: str = super()._deserialize(value, *where, **more)
        try:
            return f"{time.fromisoformat(said.strip()):%H:%M}"
        except ValueError:
            raise ValidationError("Write a time of day, such as 09:00.") from None


class HoursSchema(Schema):
    """When a team works. `days` are its own hours by weekday, 1 for Monday, where the cover is `own`."""

    cover = fields.String(required=True, validate=OneOf(COVERS))
    days = fields.Dict(
        keys=fields.String(validate=OneOf(list(WEEKDAYS))),
        values=fields.Tuple((TimeOfDay(required=True), TimeOfDay(required=True))),
    )
    bank_holidays = fields.Boolean()

    @validates_schema
    def _own_days_are_whole(self, said: dict[str, Any], **_: Any) -> None:
        days = said.get("days", {})
        if said.get("cover") == "own" and not days:
            raise ValidationError("Write the hours of one day or more.", "days")
        wrong = {day: ["Close later than you open."] for day, (opens, closes) in days.items() if opens >= closes}
        if wrong:
            raise ValidationError({"days": wrong})
