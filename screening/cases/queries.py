"""Whether the case system is connected and up to date, in counts and words; never a name."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from screening.config import Settings
from screening.db import Json, db
from screening.models import CaseReconciliation, Contact, InvolvementList, ReferralDelivery

MOST_SHOWN = 200
NOT_CONNECTED = "No case system is connected: referrals are kept, and sent once one is."


def is_connected() -> bool:
    """Say whether a case system is set up."""
    settings: Settings = current_app.extensions["front_door"]
    return bool(settings.cases_folder or settings.cases_url)


def standing() -> Json:
    """Give what the page shows: the lists that were read, the referrals on their way, and the last comparison."""
    newest = select(func.max(InvolvementList.seq)).group_by(InvolvementList.source)
    lists = db.session.scalars(select(InvolvementList).where(InvolvementList.seq.in_(newest)))
    return {
        "connected": is_connected(),
        "lists": [_list(one) for one in lists.all()],
        "counts": _counts(),
        "on_their_way": _on_their_way(),
        "comparison": _last_comparison(),
    }


def of_contact(contact: Contact) -> list[ReferralDelivery]:
    """List how far the referrals of a contact came."""
    question = select(ReferralDelivery).where(ReferralDelivery.contact_id == contact.id)
    return list(db.session.scalars(question.order_by(ReferralDelivery.made_at)))


def alarms(at: datetime) -> list[str]:
    """Say what the board has to say of the case system."""
    late = select(func.count()).where(ReferralDelivery.state != "acknowledged", ReferralDelivery.due_at < at)
    count = db.session.scalar(late) or 0
    found = []
    if count:
        why = "" if is_connected() else f" {NOT_CONNECTED}"
        found.append(f"{count} not acknowledged by the case system in time. See Case system.{why}")
    last = _last_comparison()
    if last and (last["differences"] or last["problem"]):
        found.append("The case system and we do not have the same referrals. See Case system.")
    return found


def _counts() -> dict[str, int]:
    rows = db.session.execute(select(ReferralDelivery.state, func.count()).group_by(ReferralDelivery.state))
    counts = {"waiting": 0, "sent": 0, "acknowledged": 0}
    return counts | {row[0]: row[1] for row in rows}


def _on_their_way() -> list[dict[str, Any]]:
    contacts = Contact.__table__.c
    question = (
        select(ReferralDelivery, contacts.reference)
        .join(Contact.__table__, contacts.id == ReferralDelivery.contact_id)
        .where(ReferralDelivery.state != "acknowledged")
        .order_by(ReferralDelivery.due_at)
        .limit(MOST_SHOWN)
    )
    return [
        {
            "reference": reference,
            "state": delivery.state,
            "due_at": delivery.due_at,
            "tries": delivery.tries,
            "problem": delivery.problem,
        }
        for delivery, reference in db.session.execute(question)
    ]


def _list(one: InvolvementList) -> Json:
    names = ("source", "as_at", "read_at", "whole", "rows_kept", "rows_refused", "rows_untold")
    return {name: getattr(one, name) for name in names}


def _last_comparison() -> Json | None:
    last = db.session.scalar(select(CaseReconciliation).order_by(CaseReconciliation.seq.desc()).limit(1))
    if last is None:
        return None
    names = ("compared_at", "sent", "held", "differences", "problem")
    return {name: getattr(last, name) for name in names}
