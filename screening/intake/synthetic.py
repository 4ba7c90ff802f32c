"""A contact that the service sends itself, by the partners' door, and follows to its receipt; then it is removed.

It is an invented child of whom nothing is known, asked about at no partner's. PostgreSQL keeps it apart from all that
people told us (`screening/apart.py`): nobody sees it, nothing counts it, and removing it can touch nothing else. Each
look does one step, so that what fails in one takes no other with it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, text

from screening import validation
from screening.access import client_viewer, viewing
from screening.apart import among_synthetic, is_kept_apart
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import Base, Json, db, now
from screening.models import BackgroundCheck, Contact, Message, QueueItem, Routing, Screening, SyntheticRun, Task
from screening.models.synthetic_run import STAGES
from screening.synthetic_runs import newest, number

log = structlog.get_logger()
CLIENT = "synthetic"
LOOK_LOCK = 7_331_003
# What names a domain that no mail can ever reach (RFC 2606); nothing is handed to a mail server either.
NOWHERE = "synthetic@front-door.invalid"
# What the service may write of these and may not take away: it writes none of a contact of its own.
KEPT = ("sharing_record", "do_not_alert")
_SAFE = dict.fromkeys(("immediate_danger", "needs_medical_help", "alleged_adult_has_access"), "no")
BODY: Json = {
    "channel": "api",
    "contact_type": "request_for_service",
    "narrative": "The service sent this to itself, to find out whether a contact gets through. It is about nobody.",
    "answers": {"other_children_at_risk": "no"},
    "children": [
        {
            "given_name": "Synthetic",
            "family_name": "Zzyzxprobe",
            "date_of_birth": "2015-01-01",
            "answers": {"child_safe_now": "yes", **_SAFE},
        }
    ],
    "referrer": {"name": "Front Door", "source_code": "5B", "email": NOWHERE, "safe_to_reply": "yes"},
}


def look() -> SyntheticRun | None:
    """Do the next step of the run: send, follow or remove. Returns it; None where another looks, or none is due."""
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(LOOK_LOCK))):
        return None
    run = newest()
    if run is None or (run.removed_at is not None and _is_next_due(run)):
        return _send()
    if run.ended_at is None:
        return _follow(run)
    return _remove(run) if run.removed_at is None else None


def forget() -> None:
    """End what is on its way and forget how the others fared: this county sends itself none."""
    if newest() is None or not db.session.scalar(select(func.pg_try_advisory_xact_lock(LOOK_LOCK))):
        return
    _remove_all()
    db.session.execute(delete(SyntheticRun))


def _is_next_due(run: SyntheticRun) -> bool:
    at = now()
    rest = timedelta(minutes=number("synthetic_every", at), seconds=-number("synthetic_within", at))
    return bool(db.session.scalars(select(func.clock_timestamp() >= run.until + rest)).one())


def _send() -> SyntheticRun:
    at = now()
    within = timedelta(seconds=number("synthetic_within", at))
    until: datetime = db.session.scalars(select(func.clock_timestamp() + within)).one()
    run = SyntheticRun(begun_at=at, until=until, took={})
    db.session.add(run)
    db.session.flush()
    try:
        run.contact_id = _sent()
    except Exception as problem:  # noqa: BLE001  mended: it is the run's own finding, and an alarm
        log.error("synthetic_not_taken", problem=type(problem).__name__)
        run.stopped_at, run.ended_at, run.removed_at = STAGES[0], at, at
    kept = timedelta(days=number("synthetic_kept", at))
    db.session.execute(delete(SyntheticRun).where(SyntheticRun.begun_at < at - kept))
    return run


def _sent() -> UUID:
    if not is_kept_apart():
        raise PermissionError("The service is the owner of its tables, so nothing keeps a synthetic contact apart.")
    with among_synthetic(), viewing(client_viewer(CLIENT, "partner")):
        return service.receive_sent(body=validation.load(ContactSchema(), BODY)).id


def _follow(run: SyntheticRun) -> SyntheticRun:
    with among_synthetic():
        reached = dict(_reached(run))
    run.took = {stage: round((at - run.begun_at).total_seconds(), 3) for stage, at in reached.items()}
    missing = next((stage for stage in STAGES if stage not in reached), None)
    is_over = db.session.scalars(select(func.clock_timestamp() > run.until)).one()
    if missing is None or is_over:
        run.ended_at, run.stopped_at = now(), missing
    return run


def _reached(run: SyntheticRun) -> Iterator[tuple[str, datetime]]:
    """Give each stage that was reached, and when."""
    of = run.contact_id
    checks = select(BackgroundCheck.outcome, BackgroundCheck.answered_at).where(
        BackgroundCheck.contact_id == of, BackgroundCheck.kind == "own_records", BackgroundCheck.replaced_at.is_(None)
    )
    asked = db.session.execute(checks).all()
    answered = [row.answered_at for row in asked if row.outcome and row.answered_at]
    receipt = select(Message.sent_at).where(Message.contact_id == of, Message.kind == "receipt")
    found = {
        "received": db.session.scalar(select(Contact.received_at).where(Contact.id == of)),
        "scored": db.session.scalar(select(func.min(Screening.screened_at)).where(Screening.contact_id == of)),
        "checked": max(answered) if answered and len(answered) == len(asked) else None,
        "routed": db.session.scalar(select(func.min(Routing.routed_at)).where(Routing.contact_id == of)),
        "queued": db.session.scalar(select(func.min(QueueItem.queued_at)).where(QueueItem.contact_id == of)),
        "receipt": db.session.scalar(receipt),
    }
    for stage in STAGES:
        if (at := found[stage]) is not None:
            yield stage, at


def _remove(run: SyntheticRun) -> SyntheticRun:
    _remove_all()
    run.removed_at = now()
    return run


def _remove_all() -> None:
    """Remove all that is synthetic. PostgreSQL lets this session see nothing else, so it can take nothing else."""
    with among_synthetic():
        # Its tasks first: who works on one is then refused, and writes nothing more.
        db.session.execute(delete(Task).where(Task.synthetic))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in kept_apart() and table.name not in KEPT:
                db.session.execute(text(f'delete from "{table.name}" where synthetic'))  # nosec B608  # noqa: S608
        db.session.expire_all()


def kept_apart() -> frozenset[str]:
    """Name the tables that PostgreSQL keeps apart: what hangs on a contact."""
    policies = text("select tablename from pg_policies where schemaname = 'public' and policyname = 'apart'")
    return frozenset(db.session.scalars(policies))
