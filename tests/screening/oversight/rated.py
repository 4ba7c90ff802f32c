"""A contact with what the rules said of each child, for tests that count by hand."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from screening.db import db, now
from screening.models import AcceptanceView, Contact, Decision, OwnView, Participation, Screening
from screening.oversight.periods import asked_for
from tests.screening.queues import given

IN_MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
URGENCIES = ("green", "amber", "red")
# What fired, by rule: its level and its urgency.
Fired = dict[str, tuple[int, str]]


def contact(*of_children: Fired, received: datetime = IN_MARCH, ruleset: str = "first", **more: Any) -> Contact:
    """A contact received then, with a child for each set of rules that fired."""
    row = given.contact(first_received_at=received, state="decided", **more)
    children = [given.person(row, f"Child {place}") for place, _ in enumerate(of_children)]
    score(row, *of_children, ruleset=ruleset)
    assert len(children) == len(row.children)
    return row


def score(row: Contact, *of_children: Fired, ruleset: str = "first") -> Screening:
    children = [{"id": str(child.id), **_said(fired)} for child, fired in zip(row.children, of_children, strict=True)]
    level = max(child["level"]["at_least"] for child in children)
    urgency = max((child["urgency"]["at_least"] for child in children), key=URGENCIES.index)
    whole = {"level": {"at_least": level, "at_most": 4}, "urgency": {"at_least": urgency, "at_most": "red"}}
    findings = [finding for child in children for finding in child["findings"]]
    output = {**whole, "findings": findings, "open": [], "ruleset": ruleset, "ask_next": [], "children": children}
    made = given.screening(row, urgency=urgency, level=level, output=output)
    made.ruleset = ruleset
    db.session.flush()
    return made


def _said(fired: Fired) -> dict[str, Any]:
    level = max([1, *(level for level, _ in fired.values())])
    urgency = max(["green", *(urgency for _, urgency in fired.values())], key=URGENCIES.index)
    said = [{"rule": rule, "text": f"{rule} words.", "level": lv, "urgency": u} for rule, (lv, u) in fired.items()]
    more = {"because": [], "source": "test", "hard": False}
    findings = [finding | more for finding in said]
    return {"level": {"at_least": level}, "urgency": {"at_least": urgency}, "findings": findings, "open": []}


def newest(row: Contact) -> Screening:
    question = select(Screening).where(Screening.contact_id == row.id).order_by(Screening.seq.desc()).limit(1)
    return db.session.scalars(question).one()


def decided(row: Contact, level: int, urgency: str, *, by: str = "sarah", child: int = 0, **more: Any) -> Decision:
    """A decision on a child, on the newest score, by the holder of an item of their first team."""
    user = given.user(by)
    at = row.first_received_at
    if not any(item.holder_id == user.id for item in given.items_of(row)):
        held = {"state": "done", "holder_id": user.id, "accepted_at": at, "ended_at": at}
        given.item(row, user.teams[0].slug, **held)
    made: Decision = given.decision(row.children[child])
    values = {"level": level, "urgency": urgency, "decided_by_id": user.id, "screening_id": newest(row).id}
    for name, value in {**values, "decided_at": at, **more}.items():
        setattr(made, name, value)
    db.session.flush()
    return made


def answered(row: Contact, answer: str, *, team: str = "winchester", by: str = "winnie") -> AcceptanceView:
    item = given.item(row, team, step="referral", state="done", ended_at=now())
    told = {"queue_item_id": item.id, "contact_id": row.id, "screening_id": newest(row).id, "answer": answer}
    view = AcceptanceView(**told, team_id=given.team(team).id, user_id=given.user(by).id, kept_at=now())
    db.session.add(view)
    db.session.flush()
    return view


def viewed(row: Contact, level: int, urgency: str, *, by: str, stage: str = "contact", child: int = 0) -> OwnView:
    whom: Participation = row.children[child]
    told = {"contact_id": row.id, "child_id": whom.id, "stage": stage, "user_id": given.user(by).id}
    view = OwnView(**told, level=level, urgency=urgency, kept_at=now())
    db.session.add(view)
    db.session.flush()
    return view


def march(**more: str) -> Any:
    return asked_for({"since": "2026-03", "until": "2026-03", **more})
