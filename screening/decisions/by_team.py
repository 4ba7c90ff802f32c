"""A team's own decision that needs a team which acts: the contact is routed by it, as after the first decision.

A team that acts itself keeps it. Where it moves, the team that has it from then on decides about the child, too: what
was decided counts until then, and the contact ends neither before that nor before it is placed.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from screening import tasks
from screening.db import db
from screening.deciding import in_force
from screening.decisions import referring_anew
from screening.decisions.awaited.service import wait_for
from screening.decisions.proposal import ASSESSED
from screening.models import Contact, Decision, Routing
from screening.models.awaited import MOVED, UNPLACED
from screening.tasks import DECIDED_BY_TEAM


def route(contact: Contact) -> None:
    """Promise that the contact is placed by what its team decided, where that needs a team that acts; once for each.

    It waits for no brother or sister who is not decided yet: whoever has it then decides about them.
    """
    made = to_act_on(contact.id)
    if made and contact.state == "decided":
        urgency = referring_anew.gravest(made)
        tasks.promise(tasks.ROUTE, f"{contact.id}:{_step(made)}", contact_id=contact.id, urgency=urgency)


def is_being_placed(contact_id: UUID) -> bool:
    """Say whether what a team decided has not been routed yet, so that it is not known who acts on it."""
    made = to_act_on(contact_id)
    if not made:
        return False
    placed = exists().where(Routing.contact_id == contact_id, Routing.step == _step(made))
    return not db.session.scalar(select(placed))


def to_act_on(contact_id: UUID) -> list[Decision]:
    """List what teams decided themselves, and stands, that only a team with social workers of its own acts on."""
    return [one for one in in_force(contact_id) if one.stage == "team" and one.stands and one.outcome in ASSESSED]


def let_decide_there(decisions: Iterable[Decision], *, due_at: datetime) -> None:
    """Have the team to which the contact moved decide, too; until it has, the contact stays open."""
    for decision in decisions:
        wait_for("returned", decision, came_from=MOVED, due_at=due_at)


def keep_until_placed(decisions: Iterable[Decision], *, due_at: datetime) -> None:
    """Keep a contact open for which no team was found, until whoever has it by then decides."""
    for decision in decisions:
        wait_for("returned", decision, came_from=UNPLACED, due_at=due_at)


def _step(made: Iterable[Decision]) -> str:
    return f"{DECIDED_BY_TEAM}.{max(one.seq for one in made)}"
