"""A contact that is ready to be decided: scored, with a child, accepted by somebody. And a whole answer."""

from typing import Any

from sqlalchemy import select

from screening.access import Viewer, user_viewer, viewing
from screening.chronology import letting_pass
from screening.db import db, now
from screening.decisions import service
from screening.decisions.answers import Answer, View
from screening.decisions.awaited import answering
from screening.decisions.awaited import service as awaited
from screening.models import Awaited, Contact, Decision, OwnView, Participation, QueueItem, Referral, Screening, Task
from screening.models.decision import RATIONALE_PARTS
from screening.tasks import DECIDED_BY_TEAM
from tests.screening.queues import given
from workers.routing import route_contact

check, user, clock_at, audited = given.check, given.user, given.clock_at, given.audited
items_of, lead_of, person, TUESDAY_NOON = given.items_of, given.lead_of, given.person, given.TUESDAY_NOON
NAME, NARRATIVE = "Ada Marlow", "She said she is hungry."
TOLD = {"who": "Mother", "when": "Today at 11:40", "how": "By telephone", "unsafe_because": ""}


def rules_say(contact: Contact, *, level: int = 2, urgency: str = "amber", **more: Any) -> None:
    """Score a contact: the same for it and for each of its children."""
    own = {
        "level": {"at_least": level, "at_most": 4},
        "urgency": {"at_least": urgency, "at_most": "red"},
        "findings": [
            {
                "rule": "neglect",
                "text": "Neglect.",
                "because": ["Too little food"],
                "level": level,
                "urgency": urgency,
                "source": "Sample",
            }
        ],
        "open": [],
        "hard_open": False,
        "no_further_action_offered": True,
        **more,
    }
    children = [{"id": str(child.id), **own} for child in contact.children]
    output = {**own, "ruleset": "test", "ask_next": [], "children": children}
    given.screening(contact, urgency=urgency, level=level, output=output)


def contact(
    *names: str, holder: str | None = "sarah", team: str = "screening", step: str = "received", **score: Any
) -> Contact:
    """A contact about the children named (or one), that somebody of the team holds. `score`: what the rules say."""
    row = given.contact(narrative=NARRATIVE, state="decided" if step == "referral" else "received")
    for name in names or (NAME,):
        given.person(row, name)
    rules_say(row, **score)
    given.item(row, team, step=step, **_held_by(holder))
    if step == "referral":
        for child in row.children:
            given.decision(child, referral=True)
    return row


def nameless(**score: Any) -> Contact:
    """A contact in which nobody could name a child."""
    row = given.contact()
    rules_say(row, **score)
    given.item(row, "screening", **_held_by("sarah"))
    return row


def referred(row: Contact, team: str, *, holder: str) -> QueueItem:
    """A contact that was decided, taken on as a referral by somebody of the team."""
    values = {"team_id": given.team(team).id, "step": "referral", **_held_by(holder)}
    item = lead_of(row)
    for name, value in values.items():
        setattr(item, name, value)
    db.session.flush()
    return item


def _held_by(holder: str | None) -> dict[str, Any]:
    return {"state": "accepted", "holder_id": user(holder).id, "accepted_at": now()} if holder else {}


def answer(child: Participation | None, **changed: Any) -> Answer:
    """A whole answer that agrees with what the rules say of `contact()`."""
    values: dict[str, Any] = {
        "outcome": "assessment",
        "level": 3,
        "urgency": "amber",
        "rationale": {part: words_of(child) for part in RATIONALE_PARTS},
        "family_told": TOLD,
    }
    return Answer(child_id=child.id if child else None, **{**values, **changed})


def words_of(child: Participation | None) -> str:
    """What is written of the first child, and of each other one: no two are decided in the same words."""
    first = child is None or child.contact is None or child is next(iter(child.contact.children), None)
    return "In a sentence." if first else f"In a sentence of {child.full_name}."


def body(child: Participation | None, **changed: Any) -> dict[str, Any]:
    """The same as the API takes it."""
    whole = answer(child, **changed)
    names = ("outcome", "level", "urgency", "rationale", "family_told", "against_reason", "acknowledged_missing")
    return {"child": str(child.id) if child else None, **{name: getattr(whole, name) for name in names}}


def form(contact: Contact, **changed: Any) -> dict[str, Any]:
    """The same as the page's form sends it."""
    whole = body(None, **changed)
    fields = {name: whole[name] for name in ("outcome", "level", "urgency", "acknowledged_missing")}
    fields |= {f"rationale.{part}": words for part, words in whole["rationale"].items()}
    fields |= {"confirmed_same": changed.get("confirmed_same", [])}
    fields |= {"explored.views": "explored", "explored.identity": "explored"}
    fields |= {f"family_told.{part}": words for part, words in whole["family_told"].items()}
    return {**fields, "against_reason": whole["against_reason"] or "", "version": contact.version, "action": "decide"}


def seen_as(user_name: str) -> Any:
    db.session.flush()
    viewer: Viewer = user_viewer(user(user_name))
    return viewing(viewer)


def decide(contact: Contact, *, by: str = "sarah", child: Participation | None = None, **changed: Any) -> Decision:
    """Decide about a child, or the contact's first."""
    whom = child or next(iter(contact.children), None)
    with seen_as(by):
        return service.decide(contact=contact, answer=answer(whom, **changed))


def lower(contact: Contact, **more: Any) -> Decision:
    """Decide lower than a level 4 or a red."""
    changed = {"outcome": "early_help", "level": 3, "urgency": "amber", "against_reason": "A nurse saw it happen."}
    return decide(contact, **{**changed, **more})


def confirm(decision: Decision, *, by: str = "grace", **changed: Any) -> Decision:
    """Give the second view: the same as the first, unless it says otherwise."""
    same = {"outcome": decision.outcome, "level": decision.level, "urgency": decision.urgency}
    with seen_as(by):
        return service.confirm(decision=decision, view=View(**{**same, **changed}))


def decisions_of(contact: Contact) -> list[Decision]:
    return list(db.session.scalars(select(Decision).where(Decision.contact_id == contact.id).order_by(Decision.seq)))


def referrals_of(contact: Contact) -> list[Referral]:
    return list(db.session.scalars(select(Referral).where(Referral.contact_id == contact.id)))


def own_views_of(contact: Contact) -> list[OwnView]:
    return list(db.session.scalars(select(OwnView).where(OwnView.contact_id == contact.id)))


def route_tasks_of(contact: Contact) -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.contact_id == contact.id, Task.kind == "route")))


def asked_of(contact: Contact) -> list[QueueItem]:
    """The items that ask a second person to look."""
    return [item for item in items_of(contact) if item.step == "second_person"]


def newest(contact: Contact) -> Screening:
    question = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc())
    return db.session.scalars(question.limit(1)).one()


def waits(contact: Contact, kind: str, child: Participation | None = None) -> Awaited | None:
    """What is waited for of the contact's first child, or of another, now."""
    whom = child or next(iter(contact.children), None)
    return awaited.open_one(contact.id, whom.id if whom else None, kind)


def answered(contact: Contact, kind: str, answer: str, *, by: str = "sarah", **said: str) -> Awaited:
    """Answer what is waited for of the contact's first child, with everything that goes with it."""
    parts = {"who": "Mother", "when": "today at 12:00", "how": "By telephone", "because": "In a sentence."}
    with seen_as(by):
        row = waits(contact, kind)
        assert row is not None
        return answering.answer(row, answering.Answer(answer=answer, **{**parts, **said}))


def ends(contact: Contact, outcome: str, *, by: str = "winnie", **more: Any) -> Decision:
    """The team decides on less than social care; a manager lets it pass without a chronology."""
    with seen_as("henry"):
        letting_pass.override(contact, reason="Moved in yesterday.")
    return decide(contact, by=by, outcome=outcome, **{"against_reason": "Seen, and safe.", **more})


def placed(contact: Contact) -> None:
    """The worker places a contact by what its team decided."""
    for step in [task.key.rsplit(":", 1)[-1] for task in route_tasks_of(contact)]:
        if step.startswith(DECIDED_BY_TEAM):
            route_contact(contact.id, step)


def agree(contact: Contact, *, by: str) -> None:
    """It is placed, and the family agrees to the service, for every child of whom that is waited for."""
    placed(contact)
    with seen_as(by):
        for row in awaited.open_of(contact.id):
            if row.kind == "agreement":
                said = {"who": "Mother", "when": "today", "how": "By telephone"}
                answering.answer(row, answering.Answer(answer="given", **said))
