"""Who will hold a contact once it is sent, asked of the rules that route it then. Writes nothing."""

from routing_rules import route
from screening import route_facts
from screening.db import Json, now
from screening.models import Contact

NOBODY = {"name": "the duty manager", "because": "No team matches, so a manager decides who acts."}


def next_holder(contact: Contact, body: Json, screening: Json | None) -> dict[str, str]:
    """Say who will hold it, and why. Who a child is open to is not known yet."""
    told, teams = route_facts.told_so_far(contact, body), route_facts.teams(beside=contact.id).found
    chosen = route.route(route_facts.new_case(told, screening, at=now(), teams=teams)).chosen
    if chosen is None:
        return NOBODY
    return {"name": next(team.name for team in teams if team.slug == chosen.team), "because": chosen.reason}
