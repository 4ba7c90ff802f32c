"""What a look-up of addresses gives, whoever answers it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address at a postcode."""

    line_1: str
    town: str
    postcode: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a look-up found: the postcode as it was asked, the addresses, and what to say where there are none."""

    query: str
    addresses: list[Address] = field(default_factory=list)
    words: str = ""


class Addresses(Protocol):
    """Where addresses are looked up."""

    def at(self, postcode: str) -> list[Address]:
        """List the addresses at a whole postcode, none where it is not known.

        Raises:
            LookupError: it could not be asked.
        """
