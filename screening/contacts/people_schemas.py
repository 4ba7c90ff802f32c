"""The people of a contact, as they are sent: children, adults and the referrer. Unborn and not known are allowed."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.experimental.context import Context
from marshmallow.validate import Length, OneOf, Range

from routing_rules.facts import ANSWERS
from screening import codes, dates
from screening.db import now
from screening.fields import Code, DateInPart, Email, Line, Name, Phone, Postcode, SafeToReply, Text
from screening.said import dates_said
from screening.wording import LONDON

# Care leavers are ours until 25 (Children and Social Work Act 2017 s3); nobody older is a child here.
OLDEST_CHILD_YEARS, OLDEST_ADULT_YEARS = 25, 120
A_DAY = "Write a day as 2026-11-23."
AGE_KINDS = ("date_of_birth", "age_years_estimated", "expected_delivery_date")
NAMES = ("given_name", "family_name", "sex", "address")
TALKING = ("language", "interpreter", "communication")
NOT_KNOWN = {code: words for code, words in codes.ANSWERS.items() if code in codes.NO_ANSWERS}


ANSWER_WITH = f"Answer with one of: {', '.join(ANSWERS)}."


class Answer(fields.Raw):
    """A word, or a whole number, typed or not. Which of them its question takes is the rules' to say."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value):
            return int(value)
        number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999
        if not number and not (isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,59}", value)):
            raise ValidationError(ANSWER_WITH)
        return value


def answers() -> fields.Dict:
    """Answers by the id of their question. Which questions there are is the rules' to say."""
    return fields.Dict(keys=fields.String(), values=Answer(), load_default=dict)


class NotKnown(fields.Dict):
    """Why what is empty is empty: unknown, refused or not_safe_to_ask, by the name of the field."""

    def __init__(self, *names: str) -> None:
        error = "There is no such field here, so nobody can say that it is not known."
        super().__init__(keys=fields.String(validate=OneOf(names, error=error)), values=Code(NOT_KNOWN))


class DueDate(DateInPart):
    """A day on which, or a month in which, a child is due: `2027-03` or `2027-03-14`."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        if not isinstance(value, str) or len(value) < len("2027-03"):
            raise ValidationError("Write a day or a month, as 2027-03-14 or 2027-03.")
        return super()._deserialize(value, *where, **more)


class AddressSchema(Schema):
    """Where somebody lives, as far as it was said."""

    line_1 = Line()
    town = Line()
    postcode = Postcode()


class WhereNowSchema(Schema):
    """Where a child is now, with whom, and until when that is safe."""

    place = Text()
    with_whom = Text()
    safe_until = Text()
    not_known = NotKnown("place", "with_whom", "safe_until")


class PersonViewsSchema(Schema):
    """What one child says, and what the family says of this child, where it differs from the others."""

    child = Text()
    family = Text()


class ChildSchema(Schema):
    """One child, born or not."""

    given_name = Name()
    family_name = Name()
    date_of_birth = DateInPart()
    age_years_estimated = fields.Integer(
        strict=True,
        validate=Range(0, OLDEST_CHILD_YEARS, error="Write 0 to 25 years."),
        error_messages={"invalid": "Write whole years, 0 to 25."},
    )
    age_as_of = fields.Date(error_messages={"invalid": A_DAY})
    expected_delivery_date = DueDate()
    sex = Code(codes.SEXES)
    address = fields.Nested(AddressSchema)
    ethnicity = Code(codes.ETHNICITIES)
    disabilities = fields.List(Code(codes.DISABILITIES), validate=Length(max=len(codes.DISABILITIES)))
    where_now = fields.Nested(WhereNowSchema)
    school = Line()
    gp = Line()
    language = Line()
    interpreter = Code(codes.YES_NO_UNKNOWN)
    communication = Text()
    views = fields.Nested(PersonViewsSchema)
    answers = answers()
    not_known = NotKnown(*NAMES, *AGE_KINDS, "school", "gp", "ethnicity", "disabilities", *TALKING)

    @validates_schema
    def refuse_impossible_ages(self, child: dict[str, Any], **_: Any) -> None:
        """Refuse two kinds of age, births to come, and pregnancies that cannot be."""
        today = _today()
        given = [kind for kind in AGE_KINDS if kind in child]
        if len(given) > 1:
            raise ValidationError("Give one of date of birth, estimated age and expected delivery date.", given[1])
        if "age_as_of" in child and ("age_years_estimated" not in child or child["age_as_of"] > today):
            raise ValidationError("Give the day on which the estimated age was said, not a later one.", "age_as_of")
        refuse_birth(child, OLDEST_CHILD_YEARS, today)
        due = child.get("expected_delivery_date")
        if due and not dates_said.can_end(due, today):
            raise ValidationError("No pregnancy ends on that day. Check it, or leave it out.", "expected_delivery_date")
        if due and child.get("sex", "U") != "U":
            raise ValidationError("An unborn child's sex is U (children in need census).", "sex")

    @validates_schema
    def refuse_disability_beside_none(self, child: dict[str, Any], **_: Any) -> None:
        """NONE excludes all others (children in need census)."""
        disabilities = child.get("disabilities", [])
        if "NONE" in disabilities and len(disabilities) > 1:
            raise ValidationError("Choose either no disability or which, not both.", "disabilities")


class SafeContactSchema(Schema):
    """How somebody may be reached safely. `number`, `address`, `times` and `may_say` bind whoever rings or writes."""

    may_ring = SafeToReply(codes.YES_NO_UNKNOWN)
    may_write = SafeToReply(codes.YES_NO_UNKNOWN)
    number = Phone()
    times = Line()
    voicemail = SafeToReply(codes.YES_NO_UNKNOWN)
    address = Text()
    may_say = Text()


class AdultSchema(Schema):
    """One adult. `alleged_harm_to` names children by their place in the list, 0 first."""

    given_name = Name()
    family_name = Name()
    relationship = Line()
    in_household = fields.Boolean(truthy={True}, falsy={False}, error_messages={"invalid": "Send true or false."})
    date_of_birth = DateInPart()
    address = fields.Nested(AddressSchema)
    alleged_harm_to = fields.List(fields.Integer(strict=True, validate=Range(min=0)), validate=Length(max=50))
    works_with_children = Code(codes.YES_NO_UNKNOWN)
    language = Line()
    interpreter = Code(codes.YES_NO_UNKNOWN)
    communication = Text()
    safe_contact = fields.Nested(SafeContactSchema)
    not_known = NotKnown(
        *NAMES, "date_of_birth", "relationship", "in_household", "alleged_harm_to", "works_with_children", *TALKING
    )

    @validates_schema
    def refuse_impossible_births(self, adult: dict[str, Any], **_: Any) -> None:
        """Refuse births to come, and ages that nobody reaches."""
        refuse_birth(adult, OLDEST_ADULT_YEARS, _today())


class ReferrerSchema(Schema):
    """Who tells us, and whether it is safe to answer."""

    name = Name()
    agency = Line()
    source_code = Code(codes.SOURCES)
    email = Email()
    phone = Phone()
    safe_to_reply = SafeToReply(codes.YES_NO_UNKNOWN, load_default="unknown")
    your_reference = Line()
    language = Line()
    interpreter = Code(codes.YES_NO_UNKNOWN)
    communication = Text()
    safe_contact = fields.Nested(SafeContactSchema)
    not_known = NotKnown("name", "agency", "source_code", "email", "phone", "safe_to_reply", "your_reference", *TALKING)


def refuse_birth(person: dict[str, Any], oldest_years: int, today: date) -> None:
    """Raise ValidationError for a birth in the future, or too long ago for this kind of person."""
    if "date_of_birth" not in person:
        return
    earliest, latest = dates.span(person["date_of_birth"])
    if earliest > today:
        raise ValidationError("This date is in the future. For an unborn child give the due date.", "date_of_birth")
    if latest < today - timedelta(days=366 * (oldest_years + 1)):
        raise ValidationError(f"This makes them older than {oldest_years}. Check the year.", "date_of_birth")


def at() -> datetime:
    """Tell the moment at which dates are judged: the database's, or the one that a caller without one has given."""
    given: datetime | None = Context.get(default=None)
    return given or now()


def _today() -> date:
    return at().astimezone(LONDON).date()
