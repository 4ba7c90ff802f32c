"""What stands beside the fields of the call page: how they were understood, homes that may be the same, what to ask."""

from typing import Any

from routing_rules import clocks, identity
from routing_rules.policy import PolicyError
from screening import codes
from screening.contacts import filling, said
from screening.db import Json
from screening.models import Contact


def form(contact: Contact, body: Json) -> Json:
    """Give what the fields hold, and how it was understood."""
    return {"values": body, "errors": {}, "understood": understood(contact, body)}


def understood(contact: Contact, body: Json) -> dict[str, str]:
    """Say how each date and age was understood, by the path of its field."""
    return said.understood(body, clocks.london_date(contact.first_received_at))


def beside(contact: Contact, body: Json) -> dict[str, Any]:
    """Give what the page offers beside the fields."""
    return {
        "homes": filling.homes(body),
        "identity_prompts": _prompts(contact, body),
        "promised": len(body.get("promises", [])),
        "promise_kinds": codes.choices(codes.PROMISES),
        "not_explored": codes.choices(codes.NOT_EXPLORED),
    }


def _prompts(contact: Contact, body: Json) -> list[Json]:
    everyone = [body, *body.get("children", [])]
    yes = {name for one in everyone for name, answer in one.get("answers", {}).items() if answer == "yes"}
    try:
        found = identity.prompts(yes, clocks.london_date(contact.first_received_at))
    except PolicyError:
        # Prompts are help: a call goes on without them.
        return []
    return [{"words": one.words, "source": one.source} for one in found]
