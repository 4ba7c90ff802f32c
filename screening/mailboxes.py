"""Which e-mail addresses we write to: one plain form, that can carry no second header or recipient."""

import re

LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
ONE_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def usable(email: str) -> bool:
    """Say whether this is one plain address: no line breaks, no second recipient, no display name."""
    return len(email) <= LONGEST_ADDRESS and ONE_ADDRESS.fullmatch(email) is not None
