"""A partner who has not answered in time is chased: the holder is told, then the duty manager, until somebody acts.

A form's mailbox is reminded each time until the duty manager knows; how soon, and with which chase, is policy. It never
ends by itself as "no reply": a person says so, and the check stays open until then (promise 3).
"""

from uuid import UUID

from routing_rules import clocks, policy
from screening import audit, codes, reasons, tasks
from screening.checks import permission, service
from screening.checks.asking import partner_of
from screening.checks.proposing import standing
from screening.db import db, now
from screening.locks import lock_contact
from screening.models import BackgroundCheck, QueueItem
from screening.queues import placing

NO_ANSWER = "{register} have not answered in time. Ring them, or close the check as no reply."
AGAIN = " Told {times} times."


def chase(check_id: UUID) -> None:
    """Say that an answer is late, and promise to say so again; leave quietly where it came."""
    check = service.waiting_check(check_id)
    if check is None:
        return
    contact = lock_contact(check.contact_id)
    if contact is None or not permission.is_listed(check, partner_of(check)):
        return
    check.chases += 1
    check.chased_at = now()
    urgency = standing(contact).urgency
    lead = next((item for item in placing.open_items(contact.id) if item.leads), None)
    escalates = _escalates(urgency)
    _tell(check, lead, escalates)
    detail = {"kind": check.kind, "times": check.chases}
    audit.record("check.chased", contact_id=contact.id, subject=("check", check.id), detail=detail)
    if check.way == "form" and check.chases <= escalates:
        # From then on it is for people to ring; a mailbox that nobody reads is not filled.
        _promise(tasks.SEND_FORM, f"{check.id}:{check.chases}:reminder", check, urgency)
    again = clocks.deadline(f"partner_chase_again_{urgency}", now())
    _promise(tasks.CHASE_PARTNER, f"{check.id}:{check.chases}", check, urgency, run_after=again)


def _escalates(urgency: str) -> int:
    """Tell with which chase the duty manager is told: 1 is the first."""
    return policy.packaged().read(f"partner_escalates_{urgency}", clocks.london_date(now()), int)


def _tell(check: BackgroundCheck, lead: QueueItem | None, escalates: int) -> None:
    late = NO_ANSWER.format(register=codes.check_name(check.kind))
    words = late + (AGAIN.format(times=check.chases) if check.chases > 1 else "")
    if lead is None:
        # Decided, or in no queue: whoever held it last is told.
        placing.late_answer(check.contact_id, words, cause=f"{reasons.CHECK}:{check.id}")
        return
    # Who holds the contact now is who chases.
    check.chaser_id = lead.holder_id or check.chaser_id
    placing.flag(lead, words, cause=f"{reasons.CHECK}:{check.id}")
    # Not only with that one: a contact that became more urgent since may be past it. Told once while they have it.
    if check.chases >= escalates:
        placing.tell_duty_manager(lead, late)
    db.session.flush()


def _promise(kind: str, key: str, check: BackgroundCheck, urgency: str, **more: object) -> None:
    tasks.promise(kind, key, contact_id=check.contact_id, subject_id=check.id, urgency=urgency, **more)
