"""A team's own decision that needs a team which acts: the contact is routed by it, as after the first decision.

A team that acts itself keeps it. Where it moves, the team that has it from then on decides about the child, too: what
was decided counts until then, and the contact does not end before.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from screening import tasks
from screening.deciding import in_force
from screening.decisions import referring_anew
from screening.decisions.awaited.service import wait_for
from screening.decisions.awaited.words import MOVED
from screening.decisions.proposal import ASSESSED
from screening.models import Contact, Decision
from screening.tasks import DECIDED_BY_TEAM


def route(contact: Contact) -> None:
    """Promise that the contact is placed by what its team decided, where that needs a team that acts; once for each.

    It waits for no brother or sister who is not decided yet: whoever has it then decides about them.
    """
    made = to_act_on(contact.id)
    if made and contact.state == "decided":
        key = f"{contact.id}:{DECIDED_BY_TEAM}.{max(one.seq for one in made)}"
        tasks.promise(tasks.ROUTE, key, contact_id=contact.id, urgency=referring_anew.gravest(made))


def to_act_on(contact_id: UUID) -> list[Decision]:
    """List what teams decided themselves, and stands, that only a team with social workers of its own acts on."""
    return [one for one in in_force(contact_id) if one.stage == "team" and one.stands and one.outcome in ASSESSED]


def let_decide_there(decisions: Iterable[Decision], *, due_at: datetime) -> None:
    """Have the team to which the contact moved decide, too; until it has, the contact stays open."""
    for decision in decisions:
        wait_for("returned", decision, came_from=MOVED, due_at=due_at)
