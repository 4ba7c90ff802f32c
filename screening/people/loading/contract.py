"""A person as a file or a program tells them: one validation for `people load`, `people search` and the API.

More is taken than a contact's form takes: a search is made with what somebody misheard, so a postcode or a telephone
number of an odd shape is compared as it is.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema
from marshmallow.validate import Length, Range

from screening import codes, dates
from screening.fields import Code, DateInPart, Line, Name

OLDEST_YEARS = 130
MOST_NAMES, MOST_ADDRESSES, MOST_PHONES = 30, 50, 30
A_DAY = "Write a day as 2026-11-23."
WHOLE_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
# What says something of who somebody is: a search has at least one of these.
FACTS = (
    "given_names", "family_names", "also_known_as", "date_of_birth", "age_years_estimated", "expected_delivery_date",
    "phones", "nhs_number", "upn", "addresses",
)  # fmt: skip


class Short(Line):
    """A postcode or a number, as it was given."""

    longest = 40


class PostcodeAsGiven(Short):
    """A postcode in its usual shape, or whatever was said in its place."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = super()._deserialize(value, *where, **more)
        whole = "".join(said.upper().split())
        return f"{whole[:-3]} {whole[-3:]}" if WHOLE_POSTCODE.fullmatch(whole) else said


class DescribedAddressSchema(Schema):
    """Where somebody lives; or lived, where `until` is a day that has passed."""

    line_1 = Line()
    town = Line()
    postcode = PostcodeAsGiven()
    since = fields.Date(error_messages={"invalid": A_DAY})
    until = fields.Date(error_messages={"invalid": A_DAY})

    @pre_load
    def leave_out_nulls(self, said: Any, **_: Any) -> Any:
        """Take null as not known."""
        return _without_nulls(said)

    @validates_schema
    def refuse_an_end_before_the_beginning(self, address: dict[str, Any], **_: Any) -> None:
        """Refuse an address that was left before it was lived at."""
        if "since" in address and "until" in address and address["until"] < address["since"]:
            raise ValidationError("This is before `since`. Check both days.", "until")


class DescribedPersonSchema(Schema):
    """What is known of somebody. A date of birth may be `2018`, `2018-05` or whole; null is not known."""

    given_names = fields.List(Name(), validate=Length(max=MOST_NAMES))
    family_names = fields.List(Name(), validate=Length(max=MOST_NAMES))
    also_known_as = fields.List(Name(), validate=Length(max=MOST_NAMES))
    sex = Code(codes.SEXES)
    date_of_birth = DateInPart()
    age_years_estimated = fields.Integer(
        strict=True,
        validate=Range(0, OLDEST_YEARS, error=f"Write 0 to {OLDEST_YEARS} years."),
        error_messages={"invalid": f"Write whole years, 0 to {OLDEST_YEARS}."},
    )
    age_as_of = fields.Date(error_messages={"invalid": A_DAY})
    expected_delivery_date = fields.Date(error_messages={"invalid": A_DAY})
    household = Line()
    phones = fields.List(Short(), validate=Length(max=MOST_PHONES))
    nhs_number = Short()
    upn = Short()
    addresses = fields.List(fields.Nested(DescribedAddressSchema), validate=Length(max=MOST_ADDRESSES))

    @pre_load
    def leave_out_nulls(self, said: Any, **_: Any) -> Any:
        """Take null as not known."""
        return _without_nulls(said)

    @validates_schema
    def refuse_a_day_of_an_age_that_was_not_said(self, person: dict[str, Any], **_: Any) -> None:
        """Refuse `age_as_of` alone."""
        if "age_as_of" in person and "age_years_estimated" not in person:
            raise ValidationError("Give the estimated age beside it, or leave this out.", "age_as_of")


class AskedPersonSchema(DescribedPersonSchema):
    """Somebody who is looked for: at least one fact."""

    @validates_schema
    def refuse_to_look_for_anybody(self, person: dict[str, Any], **_: Any) -> None:
        """Refuse a search that says nothing of anybody."""
        if not any(person.get(fact) for fact in FACTS):
            raise ValidationError(f"Give at least one of: {', '.join(FACTS)}.")


class LoadedPersonSchema(DescribedPersonSchema):
    """One row of a source: `id` is the source's own, and the same row again is the same person."""

    id = Line(required=True, error_messages={"required": "Give the id that the source knows this person by."})


class CandidateSchema(Schema):
    """Somebody who it may be: our id, the source's, how likely (0 to 1), the evidence in bits, and why."""

    person = fields.UUID(required=True)
    source_id = fields.String(required=True, allow_none=True)
    posterior = fields.Float(required=True)
    weight = fields.Float(required=True)
    reasons = fields.List(fields.String(), required=True)


class FoundSchema(Schema):
    """Candidates, likeliest first. `ask` is the fact that would tell the first two apart."""

    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    ask = fields.String(required=True, allow_none=True)
    model = fields.String(required=True)


def described_of(person: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a checked person back into the contract's shape: days as text."""
    return {field: _plain(value) for field, value in person.items()}


def refuse_birth_to_come(person: Mapping[str, Any], today: date) -> None:
    """Refuse a birth after today, and an age that was said on a day to come.

    Raises:
        ValidationError: names the field.
    """
    if "date_of_birth" in person and dates.span(person["date_of_birth"])[0] > today + timedelta(days=1):
        raise ValidationError({"date_of_birth": ["This day is to come. For an unborn child give the due date."]})
    if "age_as_of" in person and person["age_as_of"] > today + timedelta(days=1):
        raise ValidationError({"age_as_of": ["This day is to come. Give the day on which the age was said."]})


def _without_nulls(said: Any) -> Any:
    return {field: value for field, value in said.items() if value is not None} if isinstance(said, dict) else said


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return described_of(value)
    return value.isoformat() if isinstance(value, date) else value
