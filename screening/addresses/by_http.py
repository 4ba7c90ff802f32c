"""Addresses from a service over HTTP that answers as Ideal Postcodes does (its API v1, postcodes).

It is told one postcode and who we are; never about whom. Its key travels in a header, never in an address.
"""

from typing import Any

import httpx

from screening.addresses.port import Address

# Somebody is on the telephone: later than this, the address is written as it is said.
SECONDS = 2.0


class AddressesByHttp:
    """Asks `URL/postcodes/POSTCODE`."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        """Take the address of the service up to its version, and the key that it knows us by."""
        self._url, self._key, self._transport = url.rstrip("/"), key, transport

    def at(self, postcode: str) -> list[Address]:
        """List the addresses at a postcode, none where the service does not know it.

        Raises:
            LookupError: it could not be asked, or did not answer as agreed.
        """
        try:
            with httpx.Client(timeout=SECONDS, transport=self._transport) as client:
                answer = client.get(f"{self._url}/postcodes/{postcode}", headers=self._headers())
            if answer.status_code == httpx.codes.NOT_FOUND:
                return []
            answer.raise_for_status()
            return [_address(one, postcode) for one in answer.json()["result"]]
        except (httpx.HTTPError, AttributeError, KeyError, TypeError, ValueError) as problem:
            # Its words may hold the address that was asked: only the kind is told on.
            raise LookupError(type(problem).__name__) from None

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f'IDEALPOSTCODES api_key="{self._key}"', "Accept": "application/json"}


def _address(one: dict[str, Any], postcode: str) -> Address:
    lines = ", ".join(str(one[name]) for name in ("line_1", "line_2") if one.get(name))
    return Address(
        line_1=lines, town=str(one.get("post_town", "")).title(), postcode=str(one.get("postcode", postcode))
    )
