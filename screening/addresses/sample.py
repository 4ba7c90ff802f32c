"""The sample county's addresses: invented, and there without a network."""

from functools import cache
from importlib.resources import files

import yaml

from screening.addresses.port import Address


class SampleAddresses:
    """Answers from a file that ships with the service."""

    def at(self, postcode: str) -> list[Address]:
        """List the invented addresses at a postcode."""
        return [Address(line_1=line_1, town=town, postcode=postcode) for line_1, town in _known().get(postcode, [])]


@cache
def _known() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = yaml.safe_load(
        (files("screening.addresses") / "sample.yaml").read_text("utf-8")
    )
    return found
