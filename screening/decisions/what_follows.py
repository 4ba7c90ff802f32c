"""What follows a decision that was just made, as its page says it. Reads only."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import exists, select

from screening import codes, tasks
from screening.db import db, now
from screening.deciding import in_force
from screening.decisions import by_telephone_pages, elsewhere, forms, queries, taking_back_pages
from screening.decisions.awaited import queries as awaited
from screening.decisions.awaited.service import open_of
from screening.decisions.proposal import REFERRAL_OUTCOMES
from screening.decisions.turns import is_ones_turn, lead_item
from screening.models import Contact, Decision, Task
from screening.tasks import DECIDED_AGAIN, DECIDED_BY_TEAM

# What a decision leads to at once, as the button says it.
NEXT_STEPS = {
    "strategy_discussion": "Call the strategy discussion",
    "agreement": "Ask the family to agree",
    "step_down": "Have early help accept",
}


def shown(contact: Contact, decision: Decision) -> dict[str, Any]:
    """Say what was decided, who holds it next, what it waits for, and which child is still to be decided."""
    item = lead_item(contact.id)
    # Who decided what was back with them holds no more of it: what is next is asked of whoever has the contact.
    pending = [child_id for child_id in queries.to_decide(contact) if is_ones_turn(contact, child_id)]
    team = item.team.slug if item and item.team else None
    return {
        "contact": {"reference": contact.reference, "href": url_for("record.page", reference=contact.reference)},
        "child": {"name": queries.child_name(contact, decision.child_id)},
        "outcome_words": codes.OUTCOMES[decision.outcome],
        "level": decision.level,
        "urgency": item.urgency if item else decision.urgency,
        "next_holder": {"name": _holder_words(item)} if item else None,
        "on_its_way": contact.state == "decided"
        and _is_referred(contact)
        and item is not None
        and (item.step != "referral" or _is_placed(contact, DECIDED_AGAIN)),
        "being_placed": _is_placed(contact, DECIDED_BY_TEAM),
        "due_at": item.due_at if item else None,
        "second_words": _second_words(decision),
        "take_back_href": taking_back_pages.places(contact).get(decision.id),
        "telephone_href": by_telephone_pages.places(contact).get(decision.id),
        "next_steps": _next_steps(contact, decision),
        "next_child": _next_child(contact, pending[0]) if pending and item else None,
        "elsewhere_href": url_for("decisions.accepted_elsewhere", reference=contact.reference)
        if elsewhere.waits_for_acceptance(contact)
        else None,
        "now": now(),
        "urls": {"queue": url_for("queues.team", slug=team) if team else url_for("queues.mine")},
    }


def _next_steps(contact: Contact, decision: Decision) -> list[dict[str, Any]]:
    """Say what this decision waits for now and the viewer sees to; another authority's acceptance has its own words."""
    waited = [row for row in open_of(contact.id) if row.decision_id == decision.id and row.kind in NEXT_STEPS]
    shown = [awaited.shown(contact, row) for row in waited]
    return [{"text": NEXT_STEPS[row["kind"]], **row} for row in shown if row["href"]]


def _second_words(decision: Decision) -> str:
    if decision.awaits_second_view:
        return "They give their own view before they see yours. Until then nothing of it happens."
    return "" if decision.stands else queries.second_words(decision) or ""


def _holder_words(item: Any) -> str:
    return ", ".join(one.name for one in (item.holder, item.team) if one is not None) or "Nobody yet"


def _is_referred(contact: Contact) -> bool:
    return any(decision.outcome in REFERRAL_OUTCOMES for decision in in_force(contact.id))


def _is_placed(contact: Contact, step: str) -> bool:
    """Say whether the routing of that step is promised and not done yet."""
    promised = (Task.contact_id == contact.id, Task.kind == tasks.ROUTE, Task.state.in_(("pending", "running")))
    return bool(db.session.scalar(select(exists().where(*promised, Task.key.contains(f":{step}.")))))


def _next_child(contact: Contact, child_id: UUID | None) -> dict[str, str]:
    return {"name": queries.child_name(contact, child_id), "href": forms.place(contact, child_id)}
