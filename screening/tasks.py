"""Promises: work that happens if, and only if, the transaction that needs it commits.

`promise()` writes the task row and, where it is due, a NOTIFY; nothing here knows RQ or Redis. `KINDS` is the closed
list, and a guard test sees to it that every kind has a worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from screening.db import db, new_id, now
from screening.models import Task

CHANNEL = "front_door_task"
QUEUES = ("urgent", "checks", "partners", "mail", "bulk")


@dataclass(frozen=True)
class Kind:
    """How one kind of task is worked: which queue, how long a claim lasts, how soon after a refusal to try again."""

    queue: str
    lease: timedelta
    retry_after: timedelta


_URGENT, _SLOW = timedelta(seconds=10), timedelta(seconds=30)
ROUTE = "route"
# The step of a routing whose first decision was made again; after a dot, which one: `routing.step`.
DECIDED_AGAIN = "decided_again"
# The same of a team's own decision.
DECIDED_BY_TEAM = "decided_by_team"
LATE_DRAFT = "late_draft"
ESCALATE = "escalate"
CHECK_OWN_RECORDS = "check_own_records"
LOOK_AGAIN = "look_again"
ASK_PARTNER = "ask_partner"
SEND_FORM = "send_form"
CHASE_PARTNER = "chase_partner"
AFTER_ANSWER = "after_answer"
STANDING_RULE = "standing_rule"
COMPOSE_HANDOVER = "compose_handover"
HANDOVER_UNSIGNED = "handover_unsigned"
COUNTERSIGN = "countersign"
DANGER_UNSEEN = "danger_unseen"
CONSULT_UNANSWERED = "consult_unanswered"
AFTER_ADDITION = "after_addition"
AFTER_CHILD = "after_child"
OPEN_CASE = "open_case"
CALLBACK_LATE = "callback_late"
AWAITED_LATE = "awaited_late"
RECEIPT = "receipt"
ACKNOWLEDGEMENT = "acknowledgement"
OUTCOME = "outcome"
ANSWER = "answer"
DISAGREEMENT = "disagreement"
UNDELIVERED = "undelivered"
REPLAY = "replay"
SEND_REFERRAL = "send_referral"
CONFIRM_REFERRAL = "confirm_referral"
FLAG_REFERRAL = "flag_referral"
WITHDRAW_REFERRAL = "withdraw_referral"
READ_INVOLVEMENTS = "read_involvements"
COMPARE_CASES = "compare_cases"
COUNT_NAMES = "count_names"
WRITE_HOUSEHOLD = "write_household"
PEOPLE_CHANGED = "people_changed"
CASES_TOLD = "cases_told"
SCAN = "scan"
SEND_WEB_FORM = "send_web_form"
WEB_FORM_BEGUN = "web_form_begun"
EMAIL_UNREAD = "email_unread"
KEEP_FORECAST = "keep_forecast"
TELL_STAFF = "tell_staff"
TELL_DIGEST = "tell_digest"
TELL_TELEPHONY = "tell_telephony"

KINDS: dict[str, Kind] = {
    ROUTE: Kind("urgent", _URGENT, timedelta(seconds=1)),
    ESCALATE: Kind("urgent", _URGENT, timedelta(seconds=5)),
    LATE_DRAFT: Kind("urgent", _URGENT, timedelta(seconds=5)),
    CHECK_OWN_RECORDS: Kind("checks", _SLOW, timedelta(seconds=5)),
    LOOK_AGAIN: Kind("checks", _SLOW, timedelta(seconds=5)),
    ASK_PARTNER: Kind("partners", _SLOW, timedelta(seconds=2)),
    SEND_FORM: Kind("mail", _SLOW, timedelta(seconds=30)),
    CHASE_PARTNER: Kind("urgent", _URGENT, timedelta(seconds=5)),
    AFTER_ANSWER: Kind("urgent", _URGENT, timedelta(seconds=1)),
    STANDING_RULE: Kind("urgent", _URGENT, timedelta(seconds=5)),
    COMPOSE_HANDOVER: Kind("urgent", _URGENT, timedelta(seconds=5)),
    HANDOVER_UNSIGNED: Kind("urgent", _URGENT, timedelta(seconds=5)),
    COUNTERSIGN: Kind("urgent", _URGENT, timedelta(seconds=5)),
    DANGER_UNSEEN: Kind("urgent", _URGENT, timedelta(seconds=1)),
    CONSULT_UNANSWERED: Kind("urgent", _URGENT, timedelta(seconds=1)),
    AFTER_ADDITION: Kind("urgent", _URGENT, timedelta(seconds=1)),
    AFTER_CHILD: Kind("urgent", _URGENT, timedelta(seconds=1)),
    OPEN_CASE: Kind("urgent", _URGENT, timedelta(seconds=1)),
    CALLBACK_LATE: Kind("urgent", _URGENT, timedelta(seconds=5)),
    AWAITED_LATE: Kind("urgent", _URGENT, timedelta(seconds=5)),
    RECEIPT: Kind("mail", _SLOW, timedelta(seconds=30)),
    ACKNOWLEDGEMENT: Kind("mail", _SLOW, timedelta(seconds=30)),
    OUTCOME: Kind("mail", _SLOW, timedelta(seconds=30)),
    ANSWER: Kind("mail", _SLOW, timedelta(seconds=30)),
    DISAGREEMENT: Kind("urgent", _URGENT, timedelta(seconds=5)),
    UNDELIVERED: Kind("urgent", _URGENT, timedelta(seconds=5)),
    REPLAY: Kind("bulk", _SLOW, timedelta(seconds=5)),
    SEND_REFERRAL: Kind("mail", _SLOW, timedelta(seconds=20)),
    CONFIRM_REFERRAL: Kind("mail", _SLOW, timedelta(seconds=20)),
    FLAG_REFERRAL: Kind("mail", _SLOW, timedelta(seconds=30)),
    WITHDRAW_REFERRAL: Kind("mail", _SLOW, timedelta(seconds=20)),
    READ_INVOLVEMENTS: Kind("bulk", _SLOW, timedelta(seconds=60)),
    COMPARE_CASES: Kind("bulk", _SLOW, timedelta(seconds=60)),
    WRITE_HOUSEHOLD: Kind("checks", _SLOW, timedelta(seconds=1)),
    PEOPLE_CHANGED: Kind("bulk", _SLOW, timedelta(seconds=5)),
    CASES_TOLD: Kind("bulk", _SLOW, timedelta(seconds=5)),
    # One statement, whatever the size of the index: it has 20 s, which is 40 % of this.
    COUNT_NAMES: Kind("bulk", timedelta(seconds=50), timedelta(minutes=5)),
    SEND_WEB_FORM: Kind("mail", _SLOW, timedelta(seconds=10)),
    EMAIL_UNREAD: Kind("urgent", _URGENT, timedelta(seconds=5)),
    WEB_FORM_BEGUN: Kind("urgent", _SLOW, timedelta(seconds=5)),
    KEEP_FORECAST: Kind("bulk", _SLOW, timedelta(minutes=1)),
    TELL_STAFF: Kind("mail", _SLOW, timedelta(seconds=5)),
    TELL_DIGEST: Kind("mail", _SLOW, timedelta(seconds=30)),
    TELL_TELEPHONY: Kind("mail", _SLOW, timedelta(seconds=5)),
    SCAN: Kind("bulk", timedelta(seconds=60), timedelta(seconds=10)),
}
# Lower is sooner; red work stands before all else in its queue.
PRIORITY = {"red": 0, "amber": 3, "green": 6}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One task to promise. A second with the same kind and key is the same promise.

    `subject_id` is the row it is about; `run_after` is when it is due, at once where it is left out.
    """

    kind: str
    key: str
    contact_id: UUID | None = None
    subject_id: UUID | None = None
    urgency: str = "amber"
    run_after: datetime | None = None


def promise(kind: str, key: str, **more: Any) -> None:
    """Promise one task: see `Promise`."""
    promise_all([Promise(kind=kind, key=key, **more)])


def promise_all(promises: Sequence[Promise]) -> None:
    """Promise tasks, in one statement.

    Raises:
        KeyError: a kind is not in KINDS.
    """
    at = now()
    rows = [_row(promise, at) for promise in promises]
    db.session.flush()
    db.session.execute(insert(Task).on_conflict_do_nothing(index_elements=["key"]), rows)
    # Delivered by PostgreSQL at the commit, so the web process needs no Redis at all.
    # What is due later is found by the ringers, who look every second.
    due = dict.fromkeys(row["queue"] for row in rows if row["run_after"] <= at)
    if due:
        db.session.execute(select(*(func.pg_notify(CHANNEL, queue) for queue in due)))


def _row(promise: Promise, at: datetime) -> dict[str, Any]:
    queue = KINDS[promise.kind].queue
    return {
        "id": new_id(),
        "kind": promise.kind,
        "queue": queue,
        "key": f"{promise.kind}:{promise.key}",
        "contact_id": promise.contact_id,
        "subject_id": promise.subject_id,
        "priority": PRIORITY[promise.urgency],
        "run_after": promise.run_after or at,
        "promised_at": at,
    }
