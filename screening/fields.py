"""The kinds of value that people send us. What cannot be kept as it is, is refused, never cut or cleaned."""

import re
import unicodedata
from typing import Any

import phonenumbers
from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf

from screening import dates

Codes = dict[str, str]
SHORT, LONG = 200, 50_000
# Tabs and line breaks are words too; the other control characters and half characters are not.
NOT_WORDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?", re.ASCII)
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LONGEST_EMAIL = 254
SHAPELESS = ("Cc", "Cf", "Zs", "Zl", "Zp")


def says_something(words: str) -> bool:
    """Say whether a reader sees anything: spaces, and characters without a shape, are not words."""
    return any(unicodedata.category(character) not in SHAPELESS for character in words)


class Text(fields.String):
    """Words of any shape, kept as typed (NFC)."""

    longest = LONG

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=Length(max=self.longest, error=f"Write {self.longest:,} characters or fewer."), **kwargs
        )

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Send this as text.")
        if NOT_WORDS.search(value):
            raise ValidationError("Contains a character that is not text. Take it out.")
        return unicodedata.normalize("NFC", value)


class Line(Text):
    """One line of words that says something."""

    longest = SHORT

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        words = super()._deserialize(value, *where, **more)
        if "\n" in words or "\r" in words:
            raise ValidationError("Write this on one line.")
        if not says_something(words):
            raise ValidationError("Write something, or leave this out.")
        return words


class Name(Line):
    """One name: as typed, but for blanks around it and more than one in a row, which nobody's name has."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        return " ".join(super()._deserialize(value, *where, **more).split())


class Code(fields.String):
    """One of a closed list."""

    def __init__(self, codes: Codes, **kwargs: Any) -> None:
        error = f"Choose one of: {', '.join(codes)}."
        super().__init__(validate=OneOf(list(codes), error=error), error_messages={"invalid": error}, **kwargs)


class SafeToReply(Code):
    """yes, no or unknown; a plain true or false means yes or no."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        return super()._deserialize(said, *where, **more)


class Email(Line):
    """One plain address: no display name, no second recipient, no line break."""

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        address = super()._deserialize(value, *where, **more).strip()
        if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
            raise ValidationError("Write one e-mail address, such as name@example.org.")
        return address


class Phone(Line):
    """A number that could be rung from here, kept as it was said."""

    longest = 40

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = super()._deserialize(value, *where, **more)
        try:
            phonenumbers.parse(said, "GB")
        except phonenumbers.NumberParseException as problem:
            raise ValidationError("Write a telephone number, such as 01632 960001.") from problem
        return said


class Postcode(Line):
    """A postcode, or its first half where no more is known; kept in capitals."""

    longest = 10

    def _deserialize(self, value: Any, *where: Any, **more: Any) -> str:
        said = " ".join(super()._deserialize(value, *where, **more).upper().split())
        if not POSTCODE.fullmatch(said):
            raise ValidationError("Write a postcode such as SO23 8UG, or its first half. If not known, leave it out.")
        return said if " " in said or len(said) < 5 else f"{said[:-3]} {said[-3:]}"


class DateInPart(fields.String):
    """A date as `2018`, `2018-05` or `2018-05-02`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Write a date as 2018-05-02, 2018-05 or 2018.")
        try:
            dates.span(value)
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem
        return value
