"""What is wrong with the service now, each with a name, words for who mends it, and how urgent it is.

Red is what keeps contacts from people: operations, and then the manager on call, are told at once. `docs/ops.md` has a
row for each name, and a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from routing_rules import clocks, policy
from routing_rules.ruleset import RulesetError
from screening import audit, synthetic_runs, tasks
from screening.cases import queries as cases
from screening.db import db
from screening.left_waiting import not_triaged, unsigned
from screening.models import Escalation, Partner, Task
from screening.oversight import measures
from screening.rota import gaps
from screening.scoring import rules_in_force

UNLINKED_ALARM = timedelta(seconds=10)
# Two, so that one may die.
RINGERS = 2
# Of these nothing reaches a person where they do not run.
NEEDED = ("ringer", "urgent")
# Found by whoever looks for it, and standing until it is said to be well: nothing here could see that it is.
FOUND_ELSEWHERE = ("audit_broken",)


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong. `name` is the same as long as it is the same occurrence; `count` says of how many."""

    name: str
    words: str
    urgency: str = "amber"
    count: int = 1


def of(found: dict[str, Any]) -> list[Alarm]:
    """List the alarms that follow from what the board has gathered, and from what only they look at."""
    at: datetime = found["at"]
    alarms = [*_about_contacts(found), *_rules(clocks.london_date(at)), *_programs(found, at), *_tasks(found, at)]
    return [*alarms, *_others(at), *_found_elsewhere()]


def _about_contacts(found: dict[str, Any]) -> Iterator[Alarm]:
    counted = (
        ("in_no_queue", "{} in no queue. Ask the duty manager to place them now.", "red"),
        ("needs_attention", "{} match no team. Ask the duty manager to place them now.", "red"),
    )
    for name, words, urgency in counted:
        if found[name]:
            yield Alarm(name, words.format(len(found[name])), urgency, len(found[name]))
    many = (
        ("calls_not_sent", "{} begun and not sent. Ask who took the call to finish it."),
        ("emails_unread", "{} e-mail unread for too long. Ask who takes contacts to open it now."),
        ("emails_refused", "{} e-mail not taken. Ask who takes contacts to ring the senders."),
    )
    for name, words in many:
        if found[name]:
            yield Alarm(name, words.format(found[name]), count=found[name])


def _rules(day: date) -> Iterator[Alarm]:
    try:
        damage = rules_in_force.damage(db.session(), day)
    except (LookupError, RulesetError):
        damage = "No rules can be used: every contact goes to a person as red."
    if damage:
        yield Alarm("rules", f"{damage} Tell the administrator now.", "red")


def _programs(found: dict[str, Any], at: datetime) -> Iterator[Alarm]:
    for worker in found["workers"]:
        if not worker["alive"]:
            urgency = "red" if worker["role"] in NEEDED else "amber"
            yield Alarm(
                f"not_running_{worker['role']}",
                f"Not running: {worker['role']}. Contacts are kept; tell support.",
                urgency,
            )
    if measures.ringers(at) == 1:
        yield Alarm("one_ringer", f"One ringer runs instead of {RINGERS}: nothing rings where it stops. Tell support.")
    if words := _skew(at):
        yield Alarm("clock_skew", words)


def _skew(at: datetime) -> str | None:
    most = policy.packaged().read("clock_skew_most", clocks.london_date(at), int)
    names = sorted(role for role, seconds in measures.skew(at).items() if abs(seconds) > most)
    if not names:
        return None
    return f"The clock of a machine is more than {most} s off the database's ({', '.join(names)}). Set it right."


def _tasks(found: dict[str, Any], at: datetime) -> Iterator[Alarm]:
    urgent = sum(kind["parked"] for kind in found["tasks"] if _is_urgent(kind))
    others = sum(kind["parked"] for kind in found["tasks"]) - urgent
    if urgent:
        yield Alarm(
            "parked_urgent", f"{urgent} parked that place contacts or tell of them: tell support.", "red", urgent
        )
    if others:
        words = f"{others} parked after repeated failures. They are listed below: tell support."
        yield Alarm("parked", words, count=others)
    for queue, since in db.session.execute(_oldest()):
        minutes = policy.packaged().read(f"oldest_task_{queue}", clocks.london_date(at), int)
        if at - since > timedelta(minutes=minutes):
            words = f"Work in the queue {queue} is more than {minutes} min late. Does its worker keep up?"
            yield Alarm(f"oldest_task_{queue}", words, "red" if queue == "urgent" else "amber")
    if count := measures.mail_failing():
        yield Alarm("mail", f"Mail fails: {count} tried three times or more. Look at the mail server.")


def _is_urgent(kind: dict[str, Any]) -> bool:
    known = tasks.KINDS.get(kind["kind"])
    return known is not None and known.queue == "urgent"


def _oldest() -> Any:
    # What was refused waits for its next try: it is not late, and has alarms of its own.
    due = (Task.state.in_(("pending", "running")), Task.refusals == 0, ~Task.synthetic)
    return select(Task.queue, func.min(Task.run_after)).where(*due).group_by(Task.queue)


def _others(at: datetime) -> Iterator[Alarm]:
    # A circuit rests by PostgreSQL's own time, as leases do.
    resting = select(Partner.name).where(Partner.active, Partner.rests_until > func.clock_timestamp())
    for name in db.session.scalars(resting.order_by(Partner.name)):
        yield Alarm(f"partner_{name}", f"{name} cannot be reached. Checks with them say so: ring their desk.")
    for name, words in cases.alarms(at).items():
        yield Alarm(f"cases_{name}", words)
    if waiting := not_triaged.count(at):
        yield Alarm(not_triaged.NAME, not_triaged.WORDS.format(waiting), not_triaged.URGENCY, waiting)
    if not_through := synthetic_runs.alarm(at):
        yield Alarm("synthetic_failed", not_through, "red")
    said = (("rota", gaps.alarm(at), "amber"), (unsigned.NAME, unsigned.alarm(at), unsigned.URGENCY))
    yield from (Alarm(name, words, urgency) for name, words, urgency in said if words)
    unlinked = audit.oldest_unlinked_age()
    if unlinked and unlinked > UNLINKED_ALARM:
        yield Alarm("audit_behind", "The audit chain is behind. Tell support.")


def _found_elsewhere() -> list[Alarm]:
    question = select(Escalation).where(Escalation.alarm.in_(FOUND_ELSEWHERE), Escalation.ended_at.is_(None))
    rows = db.session.scalars(question.order_by(Escalation.seq))
    return [Alarm(row.alarm or "", row.words, row.urgency) for row in rows]
