"""The addresses at a postcode, behind one small port: a sample that needs no network, or a service over HTTP.

Only the postcode leaves, never whose it is. What cannot be looked up is written as it is said.
"""

from screening.addresses.by_http import AddressesByHttp
from screening.addresses.port import Address, Addresses, Found
from screening.addresses.sample import SampleAddresses
from screening.config import Settings

__all__ = ["Address", "Addresses", "Found", "chosen"]


def chosen(settings: Settings) -> Addresses | None:
    """Choose where addresses are looked up; None in a county that has set up nothing."""
    if settings.addresses_url:
        return AddressesByHttp(settings.addresses_url, settings.addresses_key or "")
    return None if settings.live else SampleAddresses()
