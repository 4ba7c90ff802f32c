"""What may be written of a person of the index, and said with a change: the one validation for its forms."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema
from marshmallow.validate import Length, OneOf, Range

from screening import codes, dates
from screening.db import now
from screening.fields import Code, DateInPart, Line, Name, Phone, Postcode, Text
from screening.models.person_alert import ALERT_KINDS
from screening.models.person_details import NAME_KINDS
from screening.models.person_link import LINK_ANSWERS
from screening.people.identifiers import KINDS as IDENTIFIERS
from screening.people.identifiers import plain
from screening.people.ties import SIDES
from screening.wording import LONDON

OLDEST_YEARS = 130
MOST = 50
A_DAY = "Write a day, such as 3/4/2026."
NO_REASON = "Say why, in a sentence."
# What is said of two people who only live together.
HOUSEHOLD = "household"
WHAT_THEY_ARE = "Choose what they are to each other."
# Why somebody is shown a protected address: closed, so that the audit holds no words about people.
ADDRESS_REASONS = {
    "visit": "To visit them, or to find the child",
    "other_agency": "To ask another agency about them",
    "court": "For a court, or a strategy discussion",
    "correct": "To check or correct the address",
}


class Day(fields.Date):
    """A day, as people say it: 3/4/2026."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": A_DAY, "required": A_DAY, "null": A_DAY}, **kwargs)

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> Any:
        return super()._deserialize(dates.iso(value, _today()) if isinstance(value, str) else value, *where, **more)


class Born(DateInPart):
    """A date of birth as people say it: 3/4/2017, May 2018 or 2018; never one to come."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = super()._deserialize(dates.iso(value, _today()) if isinstance(value, str) else value, *where, **more)
        if dates.span(said)[0] > _today():
            raise ValidationError("This date is in the future. For an unborn child give the due date.")
        return said


class Reason(Text):
    """Why, in a sentence; never nothing."""

    longest = 2000

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, error_messages={"required": NO_REASON}, **kwargs)

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        words = super()._deserialize(value, *where, **more).strip()
        if not words:
            raise ValidationError(NO_REASON)
        return words


class WhySchema(Schema):
    """A reason alone."""

    why = Reason()


class NameSchema(Schema):
    """One name."""

    id = fields.UUID()
    kind = fields.String(required=True, validate=OneOf(NAME_KINDS, error="Choose what kind of name this is."))
    name = Name(required=True)


class AddressSchema(Schema):
    """One address. The lines of a protected one are left out where they were not shown."""

    id = fields.UUID()
    line_1 = Line(load_default=None)
    town = Line(load_default=None)
    postcode = Postcode(load_default=None)
    since = Day(load_default=None)
    until = Day(load_default=None)
    protected = fields.Boolean(load_default=False)

    @validates_schema
    def refuse_an_end_before_the_beginning(self, address: dict[str, Any], **_: Any) -> None:
        """Refuse an address that was left before it was lived at."""
        if address["since"] and address["until"] and address["until"] < address["since"]:
            raise ValidationError("They cannot have left before they came. Check both days.", "until")


class PhoneSchema(Schema):
    """One telephone number."""

    id = fields.UUID()
    phone = Phone(required=True)


class IdentifierSchema(Schema):
    """An NHS number or UPN with a right check digit."""

    id = fields.UUID()
    scheme = fields.String(required=True, validate=OneOf(list(IDENTIFIERS), error="Choose which number this is."))
    value = Line(required=True)

    @pre_load
    def write_plainly(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Write the number as it is kept."""
        return said | {"value": plain(said["value"])} if isinstance(said.get("value"), str) else said

    @validates_schema
    def refuse_a_wrong_check_digit(self, number: dict[str, Any], **_: Any) -> None:
        """Refuse a number that was misheard or mistyped."""
        is_valid, words = IDENTIFIERS[number["scheme"]]
        if not is_valid(number["value"]):
            raise ValidationError(f"This is no {words}: one of its digits is wrong. Read it again.", "value")


def _list_of(schema: type[Schema]) -> Any:
    return fields.List(fields.Nested(schema), validate=Length(max=MOST), load_default=list)


class PersonSchema(WhySchema):
    """What is known of a person now, whole: what is left out is not known."""

    names = _list_of(NameSchema)
    addresses = _list_of(AddressSchema)
    phones = _list_of(PhoneSchema)
    identifiers = _list_of(IdentifierSchema)
    sex = Code(codes.SEXES, load_default=None)
    date_of_birth = Born(load_default=None)
    age_years_estimated = fields.Integer(
        load_default=None,
        validate=Range(0, OLDEST_YEARS, error=f"Write 0 to {OLDEST_YEARS} years."),
        error_messages={"invalid": f"Write whole years, 0 to {OLDEST_YEARS}."},
    )
    expected_delivery_date = Day(load_default=None)


class BirthSchema(Schema):
    """A birth: the day, and what the baby is called, as far as there is a name yet."""

    date_of_birth = Born(required=True, error_messages={"required": "Write the date of birth, such as 3/4/2026."})
    given_name = Name(load_default=None)
    family_name = Name(load_default=None)
    sex = Code(codes.SEXES, load_default=None)


class AlertSchema(Schema):
    """One alert, with the day on which it is looked at again."""

    kind = fields.String(
        required=True,
        validate=OneOf(ALERT_KINDS, error="Choose what kind of alert this is."),
        error_messages={"required": "Choose what kind of alert this is."},
    )
    words = Line(required=True, error_messages={"required": "Say what somebody must know, on one line."})
    review_on = Day(required=True)


class ReadersSchema(WhySchema):
    """Who may know of a restricted person."""

    readers = fields.List(fields.UUID(), load_default=list, validate=Length(max=200))


class AddressReasonSchema(Schema):
    """Why a protected address is shown."""

    reason = Code(ADDRESS_REASONS, required=True)


class FamilySchema(WhySchema):
    """What somebody is to a person, or that they live together, and how it is known."""

    is_what = fields.String(
        required=True,
        validate=OneOf([*SIDES, HOUSEHOLD], error=WHAT_THEY_ARE),
        error_messages={"required": WHAT_THEY_ARE},
    )
    since = Day(load_default=None)
    until = Day(load_default=None)

    @validates_schema
    def refuse_an_end_before_the_beginning(self, said: dict[str, Any], **_: Any) -> None:
        """Refuse what ended before it began."""
        if said["since"] and said["until"] and said["until"] < said["since"]:
            raise ValidationError("It cannot have ended before it began. Check both days.", "until")


class EndRelationshipSchema(WhySchema):
    """The day on which a relationship ended, and how that is known."""

    until = Day(required=True)


class LinkSchema(Schema):
    """What somebody says of who a person of a contact is."""

    participation = fields.UUID(required=True)
    person = fields.UUID(required=True)
    answer = fields.String(
        required=True, validate=OneOf(LINK_ANSWERS, error=f"Answer with one of: {', '.join(LINK_ANSWERS)}.")
    )


class LinkShownSchema(Schema):
    """One answer as it was kept."""

    participation = fields.UUID(required=True)
    person = fields.UUID(required=True)
    answer = fields.String(required=True)
    answered_at = fields.AwareDateTime(required=True)
    posterior = fields.Float(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)


class MergeSchema(WhySchema):
    """Two records that are one person: the versions that were seen, and which value is right where they differ."""

    kept_version = fields.Integer(required=True)
    merged_version = fields.Integer(required=True)
    choices = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    because = Text(load_default="")


def _today() -> Any:
    return now().astimezone(LONDON).date()
