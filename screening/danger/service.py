"""Raises an alert, acknowledges it once, and tells the duty manager where nobody did in time. Knows no HTTP."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, codes, tasks
from screening.access import viewer, viewing, worker_viewer
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.escalation import settled
from screening.models import Contact, DangerAlert, Team
from screening.teams import DAY_KINDS
from screening.visibility.reach import alerted
from screening.wording import clock_seconds

NOT_FOUND = "There is no such alert. Go back to your queue."
UNSEEN = "Child in danger now: nobody on duty had said that they have it"
NIGHT_KINDS = ("edt", "duty_manager", "screening")
# Where no team has a number on file, nobody is sent to a wrong one.
NO_NUMBER = "the duty social worker"


def alert(contact: Contact) -> DangerAlert:
    """Tell those on duty that a child of this contact is in danger; nothing more while the clock of the last one runs.

    One whose clock has run out tells nobody any more: what is said after that is told anew, with a clock of its own.
    Where no person is acting, the service raises it: what came from outside says so.
    """
    standing = open_alert(contact.id)
    if standing is not None and standing.escalated_at is None:
        return standing
    at = now()
    raised = DangerAlert(
        contact_id=contact.id, raised_at=at, raised_by_id=viewer().user_id, out_of_hours=clocks.is_out_of_hours(at)
    )
    db.session.add(raised)
    db.session.flush()
    audit.record("danger.raised", contact_id=contact.id, subject=("danger_alert", raised.id))
    tasks.promise(
        tasks.DANGER_UNSEEN,
        str(raised.id),
        contact_id=contact.id,
        subject_id=raised.id,
        urgency="red",
        run_after=at + timedelta(seconds=seen_within_seconds(at)),
    )
    return raised


def is_said(contact: Contact) -> bool:
    """Say whether a contact itself says that a child is in danger now, of the household or of one child."""
    told = (contact.answers, *(child.answers for child in contact.children))
    return any(answers.get(codes.DANGER_NOW) == "yes" for answers in told)


def acknowledge(alert_id: UUID) -> Contact:
    """Keep that the viewer has it, and what was raised of the contact before it; give the contact.

    A second time by the same person changes nothing.

    Raises:
        NotFound: there is none, or its contact is out of the viewer's reach.
        Conflict: somebody else has it already; says who and since when.
    """
    found = db.session.scalar(select(DangerAlert).where(DangerAlert.id == alert_id).with_for_update())
    contact = db.session.scalar(select(Contact).where(Contact.id == found.contact_id)) if found else None
    if found is not None and contact is None and _was_told(found):
        raise _has_it(found)
    if found is None or contact is None:
        raise NotFound(NOT_FOUND)
    if found.acknowledged_at is None:
        for alert in (*_before(found), found):
            alert.acknowledged_at, alert.acknowledged_by_id = now(), viewer().user_id
            db.session.flush()
            audit.record("danger.acknowledged", contact_id=contact.id, subject=("danger_alert", alert.id))
        # Late, too: whoever was told that nobody has it is told so no longer.
        settled.settle(contact.id, UNSEEN)
    elif found.acknowledged_by_id != viewer().user_id:
        raise _has_it(found)
    return contact


def _before(found: DangerAlert) -> Sequence[DangerAlert]:
    earlier = DangerAlert.contact_id == found.contact_id, DangerAlert.seq < found.seq
    waiting = select(DangerAlert).where(*earlier, DangerAlert.acknowledged_at.is_(None)).order_by(DangerAlert.seq)
    return db.session.scalars(waiting.with_for_update().execution_options(populate_existing=True)).all()


def _was_told(found: DangerAlert) -> bool:
    """Say whether the viewer was shown this alert, and lost sight of the contact when somebody took it."""
    mine = select(DangerAlert.id).where(DangerAlert.id == found.id, alerted(viewer()))
    if found.acknowledged_at is None or db.session.scalar(mine) is None:
        return False
    # Of a restricted contact only its named readers were told.
    with viewing(worker_viewer("danger")):
        contact = db.session.get(Contact, found.contact_id)
    return contact is not None and not contact.restricted


def _has_it(found: DangerAlert) -> Conflict:
    by = found.acknowledged_by.name if found.acknowledged_by else "A colleague"
    since = clock_seconds(found.acknowledged_at) if found.acknowledged_at else "a moment ago"
    return Conflict(f"{by} has had this since {since}. Speak to them before you act.")


def escalate(alert_id: UUID) -> DangerAlert | None:
    """Say of an alert that nobody acknowledged it in time; None where somebody has it, or that was said before."""
    found = db.session.scalar(select(DangerAlert).where(DangerAlert.id == alert_id).with_for_update())
    if found is None or found.acknowledged_at or found.escalated_at:
        return None
    found.escalated_at = now()
    db.session.flush()
    audit.record("danger.escalated", contact_id=found.contact_id, subject=("danger_alert", found.id))
    return found


def open_alert(contact_id: UUID) -> DangerAlert | None:
    """Find the alert of a contact that nobody has acknowledged."""
    waiting = select(DangerAlert).where(DangerAlert.contact_id == contact_id, DangerAlert.acknowledged_at.is_(None))
    return db.session.scalar(waiting.order_by(DangerAlert.seq.desc()).limit(1))


def newest_alert(contact_id: UUID) -> DangerAlert | None:
    """Find the newest alert of a contact, whoever has it."""
    raised = select(DangerAlert).where(DangerAlert.contact_id == contact_id)
    return db.session.scalar(raised.order_by(DangerAlert.seq.desc()).limit(1))


def seen_within_seconds(at: datetime) -> int:
    """Tell how long an alert may stand unseen before the duty manager is told."""
    return policy.packaged().read("danger_alert_seen", clocks.london_date(at), int)


def duty_number() -> str:
    """Say whom to ring: the screening team by day and the emergency duty team at night, with their number."""
    kinds = NIGHT_KINDS if clocks.is_out_of_hours(now()) else DAY_KINDS
    for kind in kinds:
        reached = select(Team).where(Team.kind == kind, Team.active, Team.phone != "").order_by(Team.name).limit(1)
        if team := db.session.scalar(reached):
            return f"{team.name}, {team.phone}"
    return NO_NUMBER
