"""Telephone numbers in one form, so that the same number is found however it was said."""

import phonenumbers

HERE = "GB"


def e164(said: str | None) -> str | None:
    """Give a number as E.164, `01632 960001` → `+441632960001`; None where it is no whole number from here."""
    try:
        number = phonenumbers.parse(said or "", HERE)
    except phonenumbers.NumberParseException:
        return None
    # A number that is whole only within its own town is not whole.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
