"""Whether the case system is connected and up to date, in counts and words; never a name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select

from screening.access import viewer
from screening.cases import permission
from screening.config import Settings
from screening.db import Json, db
from screening.models import CaseReconciliation, Contact, InvolvementList, NamedReader, Referral, ReferralDelivery

MOST_SHOWN = 200
NOT_CONNECTED = "No case system is connected: referrals are kept, and sent once one is."

# Who watches the service is not told why: that is said on the contact, to those who may open it.
BY_HAND = "A person has to hand it over: the contact says why."


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
        "to_withdraw": _to_withdraw(),
        "comparison": _last_comparison(),
    }


def of_contact(contact: Contact) -> list[tuple[ReferralDelivery, UUID | None]]:
    """List how far the referrals of a contact came, each with the child whose it is."""
    question = (
        select(ReferralDelivery, Referral.child_id)
        .join(Referral, Referral.id == ReferralDelivery.referral_id)
        .where(ReferralDelivery.contact_id == contact.id)
        .order_by(ReferralDelivery.made_at)
    )
    return [(delivery, child_id) for delivery, child_id in db.session.execute(question)]


def alarms(at: datetime) -> dict[str, str]:
    """Say what the board has to say of the case system: words by what they are about."""
    late = select(func.count()).where(
        ReferralDelivery.state != "acknowledged", ReferralDelivery.due_at < at, _stands(), _open_to_all()
    )
    count = db.session.scalar(late)
    found = {}
    if count:
        why = "" if is_connected() else f" {NOT_CONNECTED}"
        found["late"] = f"{count} not acknowledged by the case system in time. See Case system.{why}"
    by_hand = select(func.count()).where(_is_to_withdraw(), ReferralDelivery.withdrawal_told_at.is_not(None))
    if count := db.session.scalar(by_hand.where(_open_to_all())):
        found["withdraw"] = f"{count} that a newer referral took the place of, and not withdrawn yet. See Case system."
    last = _last_comparison()
    if last and (last["differences"] or last["problem"]):
        found["differ"] = "The case system and we do not have the same referrals. See Case system."
    return found


def _counts() -> dict[str, int]:
    known = select(ReferralDelivery.state, func.count()).where(_stands(), _may_know())
    rows = db.session.execute(known.group_by(ReferralDelivery.state))
    counts = {"waiting": 0, "sent": 0, "acknowledged": 0}
    return counts | {row[0]: row[1] for row in rows}


def _on_their_way() -> list[dict[str, Any]]:
    contacts = Contact.__table__.c
    question = (
        select(ReferralDelivery, contacts.reference)
        .join(Contact.__table__, contacts.id == ReferralDelivery.contact_id)
        .where(ReferralDelivery.state != "acknowledged", _stands(), _may_know())
        .order_by(ReferralDelivery.due_at)
        .limit(MOST_SHOWN)
    )
    return [
        {
            "reference": reference,
            "state": delivery.state,
            "due_at": delivery.due_at,
            "tries": delivery.tries,
            "problem": BY_HAND if delivery.problem in permission.REASONS else delivery.problem,
        }
        for delivery, reference in db.session.execute(question)
    ]


def _to_withdraw() -> list[dict[str, Any]]:
    contacts = Contact.__table__.c
    question = (
        select(ReferralDelivery, contacts.reference)
        .join(Contact.__table__, contacts.id == ReferralDelivery.contact_id)
        .where(_is_to_withdraw(), _may_know())
        .order_by(ReferralDelivery.made_at)
        .limit(MOST_SHOWN)
    )
    return [
        {"reference": reference, "made_at": delivery.made_at, "problem": delivery.withdrawal_problem}
        for delivery, reference in db.session.execute(question)
    ]


def _stands() -> ColumnElement[bool]:
    """What is sent and waited for: no newer referral of the child took its place."""
    return and_(ReferralDelivery.superseded_by_id.is_(None), ReferralDelivery.withdrawn_at.is_(None))


def _is_to_withdraw() -> ColumnElement[bool]:
    return and_(ReferralDelivery.superseded_by_id.is_not(None), ReferralDelivery.withdrawn_at.is_(None))


def _open_to_all() -> ColumnElement[bool]:
    # An alarm reads the same for everybody: a board is read once for all who look.
    restricted = select(Contact.__table__.c.id).where(Contact.__table__.c.restricted)
    return ReferralDelivery.contact_id.not_in(restricted)


def _may_know() -> ColumnElement[bool]:
    # Of a restricted contact whoever holds it is told that its referral is late; here, its named readers alone.
    named = select(NamedReader.contact_id).where(NamedReader.user_id == viewer().user_id)
    return or_(_open_to_all(), ReferralDelivery.contact_id.in_(named))


def _list(one: InvolvementList) -> Json:
    names = ("source", "as_at", "read_at", "whole", "rows_kept", "rows_refused", "rows_untold")
    return {name: getattr(one, name) for name in names}


def _last_comparison() -> Json | None:
    last = db.session.scalar(select(CaseReconciliation).order_by(CaseReconciliation.seq.desc()).limit(1))
    if last is None:
        return None
    names = ("compared_at", "sent", "held", "differences", "problem")
    return {name: getattr(last, name) for name in names}
