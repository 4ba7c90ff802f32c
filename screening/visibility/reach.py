"""Which contacts come within a viewer's reach: by their teams, their shift, or what they are asked about."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, cast, exists, false, func, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from routing_rules import policy
from screening.access import Viewer
from screening.db import clock
from screening.models import (
    Awaited,
    BackgroundCheck,
    Consultation,
    Contact,
    DangerAlert,
    Escalation,
    EscalationNotice,
    HandoverItem,
    HandoverPack,
    NightContact,
    QueueItem,
    Team,
    TelephoneAgreement,
)
from screening.models.awaited import CHILD_AT_RISK
from screening.models.handover_pack import UNSIGNED as HANDOVER_UNSIGNED
from screening.models.queue_item import OPEN_STATES
from screening.teams import DAY_KINDS

# A handler reads what they took until the end of the shift and 24 h more: 10 h is the longest session.
HANDLER_READS_FOR = timedelta(hours=34)
NIGHT_IS_READ_FOR = timedelta(hours=2)
# The longest session, as above.
HANDED_OVER_IS_READ_FOR = timedelta(hours=10)


def in_reach(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which contacts this viewer's roles bring within reach, restricted ones and all."""
    reach: list[ColumnElement[bool]] = [false()]
    if seen_by.may("contact.read_all"):
        # A call that goes on is its handler's, and after a while the duty manager's.
        reach.append(Contact.state != "taking")
    if seen_by.may("contact.read"):
        reach.append(_in_own_teams(seen_by))
    if seen_by.may("contact.read_shift"):
        reach += [_urgent_and_open(), _found_for_own_work(seen_by), _of_this_night(), _goes_on(seen_by)]
    if seen_by.may("handover.sign"):
        reach.append(_handed_to(seen_by))
    if seen_by.may("decision.confirm"):
        reach += [_agreed_by_telephone(seen_by), _agreed_that_it_waits(seen_by)]
    if seen_by.may("contact.take"):
        reach += [_taken_lately(seen_by), _unread()]
    if seen_by.may("danger.acknowledge"):
        reach.append(_alerted_of(seen_by))
    if seen_by.may("consult.answer"):
        reach.append(_consulted_on(seen_by))
    if seen_by.may("draft.read_late"):
        reach.append(and_(Contact.state == "taking", Contact.first_received_at < clock() - _late_draft()))
    return or_(*reach)


def _in_own_teams(seen_by: Viewer) -> ColumnElement[bool]:
    own = exists().where(QueueItem.contact_id == Contact.id, QueueItem.team_id.in_(seen_by.team_ids))
    # A select of queue items has that table too: this one is its own.
    return own.correlate_except(QueueItem)


def _late_draft() -> timedelta:
    # The newest number that policy knows: a call is late by today's measure, whenever it began.
    return timedelta(minutes=policy.packaged().read("draft_to_duty_manager", date.max, int))


def _urgent_and_open() -> ColumnElement[bool]:
    red = exists().where(
        QueueItem.contact_id == Contact.id,
        QueueItem.urgency == "red",
        QueueItem.state.in_(("waiting", "accepted")),
    )
    return red.correlate_except(QueueItem)


def alerted(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which alerts of a child in danger this viewer is on duty for."""
    return _on_duty(seen_by, DangerAlert.out_of_hours) if seen_by.may("danger.acknowledge") else false()


def consulted(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, which consultations this viewer is on duty for."""
    return _on_duty(seen_by, Consultation.out_of_hours) if seen_by.may("consult.answer") else false()


def _on_duty(seen_by: Viewer, out_of_hours: ColumnElement[bool] | Any) -> ColumnElement[bool]:
    if seen_by.may("contact.read_all"):
        return true()
    by_day = _in_a_team_of(seen_by, DAY_KINDS)
    return or_(by_day, and_(out_of_hours, _in_a_team_of(seen_by, ("edt",))))


def may_type(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, into which contacts this viewer may type, and which they may send: apart from what they may read.

    Whoever took it does, and whoever takes it over once it is late. Whoever is consulted reads it and no more.
    """
    late = and_(Contact.state == "taking", Contact.first_received_at < clock() - _late_draft())
    return or_(Contact.taken_by_id == seen_by.user_id, _unread(), late if seen_by.may("draft.read_late") else false())


def _in_a_team_of(seen_by: Viewer, kinds: tuple[str, ...]) -> ColumnElement[bool]:
    own = exists().where(Team.id.in_(seen_by.team_ids), Team.kind.in_(kinds))
    return own.correlate_except(Team)


def _alerted_of(seen_by: Viewer) -> ColumnElement[bool]:
    # Before routing has placed it, it is in no queue: whoever is on duty reads it at once, and whoever took it goes on.
    own = or_(DangerAlert.acknowledged_at.is_(None), DangerAlert.acknowledged_by_id == seen_by.user_id)
    waits = exists().where(DangerAlert.contact_id == Contact.id, own, alerted(seen_by))
    return and_(Contact.state != "taking", waits.correlate_except(DangerAlert))


def _consulted_on(seen_by: Viewer) -> ColumnElement[bool]:
    own = or_(Consultation.answer.is_(None), Consultation.answered_by_id == seen_by.user_id)
    asked = exists().where(Consultation.contact_id == Contact.id, own, consulted(seen_by))
    return asked.correlate_except(Consultation)


def _of_this_night() -> ColumnElement[bool]:
    # And a while after offices have opened, to hand over and to write up.
    ends = NightContact.ends_at > clock() - NIGHT_IS_READ_FOR
    of_night = exists().where(NightContact.contact_id == Contact.id, ends)
    return of_night.correlate_except(NightContact)


def _handed_to(seen_by: Viewer) -> ColumnElement[bool]:
    # Who receives a shift reads what is handed over, and goes on reading it while they work on it.
    since = clock() - HANDED_OVER_IS_READ_FOR
    own = and_(HandoverPack.to_team_id.in_(seen_by.team_ids), HandoverPack.changes_at > since)
    handed = exists().where(
        HandoverItem.contact_id == Contact.id,
        HandoverItem.pack_id == HandoverPack.id,
        or_(own, _told_since(since, seen_by)),
    )
    return handed.correlate_except(HandoverItem, HandoverPack)


def told_of_unsigned(seen_by: Viewer) -> ColumnElement[bool]:
    """Say, as SQL, of which handovers this viewer was told as nobody had signed them: they open, read and sign them.

    Once a later one is signed, what there is was taken over: it is theirs no more.
    """
    return _told_since(HandoverPack.changes_at, seen_by)


def _told_since(since: ColumnElement[datetime] | Any, seen_by: Viewer) -> ColumnElement[bool]:
    told = notice_of_unsigned().where(EscalationNotice.user_id == seen_by.user_id, EscalationNotice.told_at > since)
    on_call = and_(HandoverPack.escalated_to_id == seen_by.user_id, HandoverPack.escalated_at > since)
    return and_(or_(on_call, told.exists().correlate(HandoverPack)), or_(HandoverPack.in_at.is_not(None), ~overtaken()))


def overtaken() -> ColumnElement[bool]:
    """Say, as SQL, of which handovers a later one is signed, so that what there is was taken over."""
    later = aliased(HandoverPack)
    signed = exists().where(later.changes_at > HandoverPack.changes_at, later.in_at.is_not(None))
    return signed.correlate(HandoverPack)


def notice_of_unsigned() -> Select[UUID | None]:
    """Select who was told that a handover was not signed: of the newest that was late by then, of none before it."""
    later = aliased(HandoverPack)
    newer = exists().where(later.changes_at > HandoverPack.changes_at, later.sign_by_at <= EscalationNotice.told_at)
    return (
        select(EscalationNotice.user_id)
        .join(Escalation, Escalation.id == EscalationNotice.escalation_id)
        .where(
            Escalation.alarm == HANDOVER_UNSIGNED,
            EscalationNotice.over.is_(False),
            EscalationNotice.told_at >= HandoverPack.sign_by_at,
            or_(HandoverPack.in_at.is_(None), EscalationNotice.told_at <= HandoverPack.in_at),
            ~newer.correlate(HandoverPack, EscalationNotice),
        )
        .correlate(HandoverPack)
    )


def _goes_on(seen_by: Viewer) -> ColumnElement[bool]:
    # A section 47 enquiry does not end with the contact, nor with the first night that it was handed to.
    handed = exists().where(
        HandoverItem.contact_id == Contact.id,
        HandoverItem.pack_id == HandoverPack.id,
        HandoverPack.to_team_id.in_(seen_by.team_ids),
        Awaited.contact_id == Contact.id,
        Awaited.ended_at.is_(None),
        Awaited.kind.in_(sorted(CHILD_AT_RISK)),
    )
    return handed.correlate_except(HandoverItem, HandoverPack, Awaited)


def _agreed_by_telephone(seen_by: Viewer) -> ColumnElement[bool]:
    # What one agreed to at night, one reads before one countersigns.
    own = exists().where(
        TelephoneAgreement.contact_id == Contact.id,
        TelephoneAgreement.manager_id == seen_by.user_id,
        TelephoneAgreement.countersigned_at.is_(None),
    )
    return own.correlate_except(TelephoneAgreement)


def _agreed_that_it_waits(seen_by: Viewer) -> ColumnElement[bool]:
    own = exists().where(
        NightContact.contact_id == Contact.id,
        NightContact.agreed_by_id == seen_by.user_id,
        NightContact.countersign_due_at.is_not(None),
        NightContact.countersigned_at.is_(None),
    )
    return own.correlate_except(NightContact)


def _found_for_own_work(seen_by: Viewer) -> ColumnElement[bool]:
    # At night nobody else is there to ask what the earlier contacts were, so whoever holds one reads those it names.
    named = func.jsonb_path_query(BackgroundCheck.found, literal_column("'$.*[*].contact_id'")).op("#>>")(
        literal_column("'{}'")
    )
    held = QueueItem.contact_id == BackgroundCheck.contact_id
    found = (
        select(cast(named, Uuid))
        .join(QueueItem, and_(held, QueueItem.team_id.in_(seen_by.team_ids), QueueItem.state.in_(OPEN_STATES)))
        .where(BackgroundCheck.kind == "own_records", BackgroundCheck.replaced_at.is_(None))
    )
    # A select of queue items or checks has those tables too: these are its own.
    return Contact.id.in_(found.correlate(None))


def _taken_lately(seen_by: Viewer) -> ColumnElement[bool]:
    return and_(
        Contact.taken_by_id == seen_by.user_id,
        # From when it was sent: what came on paper or in writing may have been received days before.
        or_(
            Contact.state == "taking",
            func.coalesce(Contact.received_at, Contact.first_received_at) > clock() - HANDLER_READS_FOR,
        ),
    )


def _unread() -> ColumnElement[bool]:
    # It came in writing and nobody has opened it: it is anybody's who takes contacts.
    return and_(Contact.state == "taking", Contact.taken_by_id.is_(None))
