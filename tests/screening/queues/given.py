"""The smallest rows that queues, routing and checks need. A test spells out only what matters to it."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from screening.db import db, forget_now, now
from screening.models import (
    AuditEntry,
    BackgroundCheck,
    Contact,
    County,
    Decision,
    Involvement,
    Participation,
    QueueItem,
    Referral,
    Screening,
    Team,
    User,
)

_numbers = itertools.count(1)
# A Tuesday in office hours, and the same day at night.
TUESDAY_NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TUESDAY_NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
NEXT_NAME = "Ada Marlow"


def clock_at(moment: datetime) -> None:
    """Move the sample county's clock."""
    county = db.session.get_one(County, 1)
    county.clock_shift = timedelta(0)
    db.session.flush()
    forget_now(db.session())
    county.clock_shift = moment - now()
    db.session.flush()
    forget_now(db.session())


def contact(*, urgency: str | None = "amber", level: int = 2, state: str = "received", **more: Any) -> Contact:
    """A contact that was sent and scored; urgency None is one that could not be scored."""
    received = more.pop("first_received_at", None) or now()
    hard_open = more.pop("hard_open", False)
    row = Contact(
        reference=f"FD-TEST{next(_numbers):05d}",
        state=state,
        first_received_at=received,
        received_at=None if state == "taking" else received,
        decided_at=received if state in ("decided", "closed") else None,
        channel="phone",
        contact_type=more.pop("contact_type", "request_for_service"),
        **more,
    )
    db.session.add(row)
    db.session.flush()
    screening(row, urgency=urgency, level=level, hard_open=hard_open)
    return row


def screening(contact: Contact, *, urgency: str | None, level: int = 2, **more: Any) -> Screening:
    hard_open = more.pop("hard_open", False)
    said = {
        "ruleset": "test",
        "level": {"at_least": level, "at_most": 4},
        "urgency": {"at_least": urgency, "at_most": "red"},
        "hard_open": hard_open,
        "unscreened": False,
        "specialisms": [],
        "must_do": [],
        "findings": [],
        "open": [],
        "ask_next": [],
        "children": [],
    }
    output = None if urgency is None else said | more.pop("output", {})
    row = Screening(
        contact_id=contact.id,
        reason="sent",
        ruleset="test",
        engine="test",
        facts={},
        output=output,
        level_at_least=level,
        level_at_most=4,
        urgency_at_least=urgency or "red",
        urgency_at_most="red",
        hard_open=hard_open,
        unscreened=False,
        screened_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def person(contact: Contact, name: str = NEXT_NAME, **more: Any) -> Participation:
    """A child, unless a role says otherwise. `born` is a whole date of birth."""
    given, _, family = name.partition(" ")
    born = more.pop("born", None)
    if born:
        more |= {"born_earliest": born, "born_latest": born, "date_of_birth": born.isoformat()}
    row = Participation(
        contact_id=contact.id,
        position=more.pop("position", next(_numbers)),
        role=more.pop("role", "child"),
        given_name=given or None,
        family_name=family or None,
        name_key=more.pop("name_key", name.lower() or None),
        **more,
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(contact, ["participations"])
    return row


def team(slug: str) -> Team:
    return db.session.scalars(select(Team).where(Team.slug == slug)).one()


def user(user_name: str) -> User:
    return db.session.scalars(select(User).where(User.user_name == user_name.lower())).one()


def item(contact: Contact, team_slug: str | None = "screening", **more: Any) -> QueueItem:
    at = now()
    values = {
        "step": "received",
        "urgency": "amber",
        "level": 2,
        "priority": 4,
        "why": "Every new contact about a child.",
        "queued_at": at,
        "due_at": at + timedelta(hours=4),
        "accept_due_at": at + timedelta(hours=1),
    }
    row = QueueItem(contact_id=contact.id, team_id=team(team_slug).id if team_slug else None, **{**values, **more})
    db.session.add(row)
    db.session.flush()
    return row


def check(person: Participation, kind: str = "own_records", **more: Any) -> BackgroundCheck:
    at = now()
    row = BackgroundCheck(
        contact_id=person.contact_id,
        participation_id=person.id,
        kind=kind,
        asked_at=at,
        due_at=at + timedelta(minutes=1),
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row


def involvement(name: str = NEXT_NAME, **more: Any) -> Involvement:
    given, _, family = name.partition(" ")
    born = more.pop("born", None)
    values = {
        "source": "case system",
        "source_id": str(next(_numbers)),
        "name_key": name.lower(),
        "given_names": [given],
        "family_names": [family],
        "born_earliest": born,
        "born_latest": born,
        "kind": "child_in_need",
        "team_slug": "havant",
        "started_on": now().date() - timedelta(days=30),
        "as_at": now(),
    }
    row = Involvement(**{**values, **more})
    db.session.add(row)
    db.session.flush()
    return row


def decision(child: Participation, outcome: str = "assessment", *, referral: bool = False) -> Decision:
    sarah = user("sarah")
    found = db.session.scalars(select(Screening).where(Screening.contact_id == child.contact_id)).first()
    row = Decision(
        contact_id=child.contact_id,
        child_id=child.id,
        stage="contact",
        outcome=outcome,
        level=3,
        urgency="amber",
        rationale=dict.fromkeys(("worried", "going_well", "history", "views", "identity"), "words"),
        family_told={"who": "mother", "when": "today", "how": "by telephone"},
        against_proposal=False,
        acknowledged_missing=[],
        screening_id=found.id,
        decided_by_id=sarah.id,
        decided_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    if referral:
        db.session.add(Referral(contact_id=child.contact_id, child_id=child.id, decision_id=row.id, referred_at=now()))
        db.session.flush()
    return row


def items_of(contact: Contact) -> list[QueueItem]:
    return list(db.session.scalars(select(QueueItem).where(QueueItem.contact_id == contact.id).order_by(QueueItem.seq)))


def lead_of(contact: Contact) -> QueueItem:
    open_states = ("waiting", "accepted")
    return next(found for found in items_of(contact) if found.leads and found.state in open_states)


def audited(contact: Contact, action: str) -> list[AuditEntry]:
    db.session.flush()
    question = select(AuditEntry).where(AuditEntry.contact_id == contact.id, AuditEntry.action == action)
    return list(db.session.scalars(question.order_by(AuditEntry.seq)))
