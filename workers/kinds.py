"""Which function does each kind of task, and what is told to people where one is given up."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from flask import current_app

from screening import tasks
from screening.apart import among_synthetic
from screening.cases import referrals
from screening.checks import cases_told, changed_people, said_who, standing_rule
from screening.config import Settings
from screening.contacts import late_drafts
from screening.db import db
from screening.intake import emails, web_begun
from screening.people.finding import households, index
from screening.queues.escalation import escalate
from workers import (
    additions,
    awaited,
    callbacks,
    countersign,
    danger,
    disagreements,
    forecasting,
    form_link,
    handover,
    open_case,
    raising,
    receipts,
    replay,
    routing,
    scanning,
    staff_notices,
    telephony,
    undelivered,
)
from workers.cases import reading, sending, withdrawing
from workers.checks import follow_up, own_records
from workers.claim import Claim
from workers.mail_server import Delivery
from workers.partners import by_form, by_program, chase

log = structlog.get_logger()


def _nobody_to_tell(_claim: Claim) -> None:
    return


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Work in our own database only: all of it and "done" are one transaction."""

    do: Callable[[Claim], None]
    give_up: Callable[[Claim], None] = _nobody_to_tell
    # After so many refusals it is given up; None is tried for ever.
    most_refusals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Work that talks to somebody: made ready in a transaction, delivered in none, and written down in another.

    `prepare` gives None where there is nothing to do; `record` says why it must be tried again, or None.
    """

    prepare: Callable[[Claim], Any]
    deliver: Callable[[Any], Any]
    record: Callable[[Any, Any], str | None]
    give_up: Callable[[Claim], None] = _nobody_to_tell
    most_refusals: int | None = None


def _route(claim: Claim) -> None:
    routing.route_contact(_contact(claim), _step(claim))


def _step(claim: Claim) -> str:
    # The key is kind:subject:step; a step happens once for a subject.
    return claim.key.rsplit(":", 1)[-1]


def _ask_by_rule(claim: Claim) -> None:
    standing_rule.ask(_contact(claim))


def _deliver(outgoing: receipts.Outgoing) -> Delivery:
    settings: Settings = current_app.extensions["front_door"]
    return receipts.deliver(outgoing, settings)


def among_its_own(claim: Claim) -> AbstractContextManager[None]:
    """See what a task is of: what the service sent itself, or what people told us; never both."""
    return among_synthetic() if claim.synthetic else nullcontext()


def may_go_outside(claim: Claim) -> bool:
    """Say whether this task may talk to anybody: of what the service sent itself, only its receipt is made."""
    return not claim.synthetic or claim.kind == tasks.RECEIPT


def _contact(claim: Claim) -> UUID:
    if claim.contact_id is None:
        raise LookupError("The task names no contact.")
    return claim.contact_id


def _subject(claim: Claim) -> UUID:
    if claim.subject_id is None:
        raise LookupError("The task names no row that it is about.")
    return claim.subject_id


# Five waits of 1, 2, 4, 8 and 16 s: a contact that cannot be routed is a person's to place within a minute.
ROUTING_TRIES = 6
# About two minutes: what fails so often fails for good, and who started the run is told.
REPLAY_TRIES = 5
# About an hour: then the next period's reading is tried, and the list shows as too old.
READING_TRIES = 6
# Beyond what policy allows a partner to fail: our own failures, such as a fault of ours in writing the answer down.
PARTNER_TRIES = 20
FORM_TRIES = 20
WORK: dict[str, Inside | Outside] = {
    tasks.ROUTE: Inside(do=_route, give_up=lambda claim: routing.give_up(_contact(claim)), most_refusals=ROUTING_TRIES),
    tasks.KEEP_FORECAST: Inside(do=forecasting.keep),
    tasks.LATE_DRAFT: Inside(do=lambda claim: late_drafts.look(_contact(claim), _step(claim))),
    tasks.ESCALATE: Inside(do=lambda claim: escalate(_subject(claim))),
    tasks.CHECK_OWN_RECORDS: Inside(
        do=lambda claim: own_records.answer_check(_subject(claim)),
        give_up=lambda claim: own_records.give_up(_subject(claim)),
    ),
    tasks.LOOK_AGAIN: Inside(do=lambda claim: said_who.look_again(_subject(claim))),
    tasks.ASK_PARTNER: Outside(
        prepare=lambda claim: by_program.prepare(_subject(claim)),
        deliver=by_program.deliver,
        record=by_program.record,
        give_up=lambda claim: by_program.give_up(_subject(claim)),
        most_refusals=PARTNER_TRIES,
    ),
    tasks.SEND_FORM: Outside(
        prepare=lambda claim: by_form.prepare(_subject(claim), _step(claim)),
        deliver=by_form.deliver,
        record=by_form.record,
        give_up=lambda claim: by_form.give_up(_subject(claim), _step(claim)),
        most_refusals=FORM_TRIES,
    ),
    tasks.CHASE_PARTNER: Inside(do=lambda claim: chase.chase(_subject(claim))),
    tasks.AFTER_ANSWER: Inside(do=lambda claim: follow_up.after_answer_to(_subject(claim))),
    tasks.STANDING_RULE: Inside(do=_ask_by_rule),
    tasks.CALLBACK_LATE: Inside(do=lambda claim: callbacks.raise_late(_subject(claim), claim.key)),
    tasks.COMPOSE_HANDOVER: Inside(do=lambda _claim: handover.compose()),
    tasks.HANDOVER_UNSIGNED: Inside(do=lambda claim: handover.unsigned(_subject(claim))),
    tasks.COUNTERSIGN: Inside(do=lambda claim: countersign.late(_subject(claim))),
    tasks.AWAITED_LATE: Inside(do=lambda claim: awaited.raise_late(_subject(claim))),
    tasks.DANGER_UNSEEN: Inside(do=lambda claim: danger.unseen(_subject(claim))),
    tasks.CONSULT_UNANSWERED: Inside(do=lambda claim: danger.unanswered(_subject(claim))),
    tasks.AFTER_ADDITION: Inside(do=lambda claim: additions.follow(_subject(claim))),
    tasks.AFTER_CHILD: Inside(do=lambda claim: raising.follow(_subject(claim))),
    tasks.OPEN_CASE: Inside(do=lambda claim: open_case.hand_on(_subject(claim))),
    tasks.RECEIPT: Outside(
        prepare=lambda claim: receipts.prepare_receipt(_contact(claim)),
        deliver=_deliver,
        record=receipts.record,
        give_up=lambda claim: receipts.give_up_receipt(_contact(claim)),
    ),
    tasks.OUTCOME: Outside(
        prepare=lambda claim: receipts.prepare_outcome(_contact(claim)),
        deliver=_deliver,
        record=receipts.record,
        give_up=lambda claim: receipts.give_up_outcome(_contact(claim)),
    ),
    tasks.ACKNOWLEDGEMENT: Outside(
        prepare=lambda claim: receipts.prepare_acknowledgement(_subject(claim)),
        deliver=_deliver,
        record=receipts.record,
        give_up=lambda claim: receipts.give_up_message(_subject(claim)),
    ),
    tasks.ANSWER: Outside(
        prepare=lambda claim: receipts.prepare_answer(_subject(claim)),
        deliver=_deliver,
        record=receipts.record,
        give_up=lambda claim: receipts.give_up_message(_subject(claim)),
    ),
    tasks.DISAGREEMENT: Inside(do=lambda claim: disagreements.raise_to(_subject(claim), int(_step(claim)))),
    tasks.UNDELIVERED: Inside(do=lambda claim: undelivered.raise_late(_subject(claim), _step(claim))),
    tasks.SEND_REFERRAL: Outside(
        prepare=lambda claim: sending.prepare(_subject(claim)), deliver=sending.deliver, record=sending.record
    ),
    tasks.CONFIRM_REFERRAL: Outside(
        prepare=lambda claim: sending.prepare_question(_subject(claim)),
        deliver=sending.ask,
        record=sending.record_answer,
    ),
    tasks.FLAG_REFERRAL: Inside(do=lambda claim: referrals.flag_late(_subject(claim))),
    tasks.WITHDRAW_REFERRAL: Outside(
        prepare=lambda claim: withdrawing.prepare(_subject(claim)),
        deliver=withdrawing.deliver,
        record=withdrawing.record,
    ),
    tasks.READ_INVOLVEMENTS: Outside(
        prepare=lambda _: reading.is_connected(),
        deliver=reading.read,
        record=reading.record_list,
        most_refusals=READING_TRIES,
    ),
    tasks.COMPARE_CASES: Outside(
        prepare=lambda _: reading.is_connected(),
        deliver=reading.ask_what_they_have,
        record=reading.record_comparison,
        most_refusals=READING_TRIES,
    ),
    tasks.PEOPLE_CHANGED: Inside(do=lambda claim: changed_people.look_at_some(claim.key)),
    tasks.CASES_TOLD: Inside(do=lambda claim: cases_told.look_at_some(claim.key)),
    tasks.WRITE_HOUSEHOLD: Inside(do=lambda claim: households.write_some(claim.key)),
    tasks.COUNT_NAMES: Inside(do=lambda _: index.recount()),
    tasks.SEND_WEB_FORM: Outside(
        prepare=lambda claim: form_link.prepare(_subject(claim)),
        deliver=form_link.deliver,
        record=form_link.record,
        most_refusals=FORM_TRIES,
    ),
    tasks.EMAIL_UNREAD: Inside(do=lambda claim: emails.raise_unread(_contact(claim))),
    tasks.WEB_FORM_BEGUN: Inside(do=lambda claim: web_begun.look(_subject(claim))),
    tasks.TELL_STAFF: Outside(
        prepare=lambda claim: staff_notices.prepare(_subject(claim)),
        deliver=staff_notices.deliver,
        record=staff_notices.record,
    ),
    tasks.TELL_DIGEST: Outside(
        prepare=lambda claim: staff_notices.prepare_digest(_subject(claim)),
        deliver=staff_notices.deliver,
        record=staff_notices.record,
    ),
    tasks.TELL_TELEPHONY: Outside(
        prepare=lambda claim: telephony.prepare(_subject(claim)), deliver=telephony.deliver, record=telephony.record
    ),
    tasks.SCAN: Outside(
        prepare=lambda claim: scanning.prepare(_subject(claim)), deliver=scanning.deliver, record=scanning.record
    ),
    tasks.REPLAY: Inside(
        do=lambda claim: replay.look_at_chunk(_subject(claim)),
        give_up=lambda claim: replay.give_up(_subject(claim)),
        most_refusals=REPLAY_TRIES,
    ),
}


def give_up(parked: Claim) -> None:
    """Do what a kind of work does for people once it is parked. Raises nothing: the parking itself must be kept."""
    log.error("task_parked", kind=parked.kind, task=str(parked.id))
    try:
        with db.session.begin_nested(), among_its_own(parked):
            WORK[parked.kind].give_up(parked)
    except Exception as problem:  # noqa: BLE001  mended: the parked task itself is on the board, with an alarm
        log.error("give_up_failed", kind=parked.kind, task=str(parked.id), problem=type(problem).__name__)
