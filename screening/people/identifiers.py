"""NHS numbers and UPNs: written as they are kept, and whether their check digit is right."""

import re
from collections.abc import Callable

from screening.people.matching.card import nhs_number_is_valid

# The letters of a UPN's check letter, by remainder: without I, O and S (DfE, Unique Pupil Numbers guide).
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]", re.ASCII)


def plain(identifier: str) -> str:
    """Write an identifier as it is kept: capitals, without spaces or dashes."""
    return re.sub(r"[\s-]", "", identifier).upper()


def upn_is_valid(number: str) -> bool:
    """Say whether the check letter of a UPN is right: modulus 23 (DfE, Unique Pupil Numbers guide)."""
    if not UPN.fullmatch(number) or (number[-1].isalpha() and number[-1] not in UPN_LETTERS):
        return False
    # A temporary number ends in a letter, which counts by its place among the letters.
    values = [int(sign) if sign.isdigit() else UPN_LETTERS.index(sign) for sign in number[1:]]
    return UPN_LETTERS[sum(place * value for place, value in enumerate(values, 2)) % 23] == number[0]


# Of each kind of identifier: how it is checked, and how a person knows it.
KINDS: dict[str, tuple[Callable[[str], bool], str]] = {
    "nhs_number": (nhs_number_is_valid, "NHS number"),
    "upn": (upn_is_valid, "UPN"),
}
