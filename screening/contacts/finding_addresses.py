"""Looks up the addresses at a postcode that was typed. What cannot be looked up holds up nothing."""

from flask import current_app
from marshmallow import ValidationError

from screening.addresses import Addresses, Found
from screening.contacts import filling
from screening.db import Json
from screening.fields import Postcode

WRITE_IT = "Write the address as they say it."


def found_for(body: Json, path: str) -> dict[str, Found]:
    """Look up the postcode of somebody by their path, as `children.0`; nothing where none was asked for."""
    typed = str(filling.address_of(body, path).get("postcode", "")) if path else ""
    if not path:
        return {}
    return {path: _found(typed)}


def _found(typed: str) -> Found:
    try:
        postcode = Postcode().deserialize(typed) if typed else ""
    except ValidationError:
        postcode = ""
    if " " not in postcode:
        return Found(query=typed, words=f"A whole postcode is needed, such as SO23 8UG. {WRITE_IT}")
    known: Addresses | None = current_app.extensions["front_door_addresses"]
    if known is None:
        return Found(query=postcode, words=f"No look-up of addresses is set up. {WRITE_IT}")
    try:
        addresses = known.at(postcode)
    except LookupError:
        return Found(query=postcode, words=f"The look-up of addresses does not answer. {WRITE_IT}")
    return Found(query=postcode, addresses=addresses, words=f"No address is known at {postcode}. {WRITE_IT}")
