"""What follows from a strategy discussion that was held: its clock ends, and that of the conference begins."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening.access import viewer
from screening.db import db
from screening.deciding import in_force
from screening.decisions.awaited.following import newest_standing
from screening.decisions.awaited.returning import give_back, take_back
from screening.decisions.awaited.service import end, open_of, open_one, wait_for
from screening.decisions.strategy.covering import discussions_of
from screening.models import Awaited, Contact, Decision, StrategyAction, StrategyDiscussion, StrategyRecord
from screening.strategy_words import STARTS
from screening.wording import LONDON, moment

CORRECTED = "The record of the strategy discussion was corrected."


def follow(contact: Contact, record: StrategyRecord, before: StrategyRecord | None) -> None:
    """Bring what is waited for into line with the record; `before` is the record that this one corrects."""
    newest = newest_standing(contact.id)
    some_decision = _some_decision(contact.id)
    for said in record.children:
        child_id = UUID(said["child"]) if said["child"] else None
        if said["section_47"] != "not_discussed":
            _of_child(contact, record, newest.get(child_id, some_decision), child_id, said["section_47"])
    _review(contact, record, before, some_decision)
    follow_actions(contact)


def follow_actions(contact: Contact) -> None:
    """Wait for what is to be done next of all that discussions agreed; what was waited for and is done, ends."""
    due_at = min(
        (due for one in discussions_of(contact.id) for action in one.actions if (due := _due_at(one, action))),
        default=None,
    )
    for row in open_of(contact.id):
        if row.kind == "strategy_action" and row.due_at != due_at:
            sooner = due_at is not None and due_at < row.due_at
            end(row, "not_needed" if sooner else "done", by=viewer().user_id)
    if due_at is not None:
        wait_for("strategy_action", _some_decision(contact.id), child_id=None, owner_id=viewer().user_id, due_at=due_at)


def _due_at(discussion: StrategyDiscussion, action: StrategyAction) -> datetime | None:
    """Tell by when an agreed action is to be done: never late already as it is written; None where it is done."""
    if action.done_at is not None:
        return None
    written_at = next(record.recorded_at for record in discussion.records if record.id == action.record_id)
    ends = _midnight(action.by_when + timedelta(days=1))
    found = (clocks.office_closes_at(_midnight(action.by_when)), ends, clocks.office_opens_at(written_at))
    return next(due for due in found if due > written_at)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), LONDON)


def _some_decision(contact_id: UUID) -> Decision:
    # Where the only ones wait for their second view: what was agreed for the child has its clock all the same.
    return next(iter([*newest_standing(contact_id).values(), *in_force(contact_id)]))


def _of_child(
    contact: Contact, record: StrategyRecord, decision: Decision, child_id: UUID | None, section_47: str
) -> None:
    waited = open_one(contact.id, child_id, "strategy_discussion")
    if waited is not None:
        end(waited, "held", {"when": moment(record.held_at)}, by=viewer().user_id)
    conference = open_one(contact.id, child_id, "initial_conference")
    starts = section_47 in STARTS
    if conference is not None and (not starts or conference.began_at > record.held_at):
        end(conference, "not_needed", {"because": CORRECTED}, by=viewer().user_id)
    if starts:
        due_at = clocks.deadline("initial_conference", record.held_at)
        wait_for("initial_conference", decision, child_id=child_id, began_at=record.held_at, due_at=due_at)
        _take_back(contact, child_id)
    elif decision.stage == "team" and decision.outcome == "strategy_discussion" and decision.child_id == child_id:
        # The team said section 47, and it does not start: who decided says what follows instead.
        answered = waited or _last(contact.id, child_id)
        if answered is not None:
            give_back(answered, decision)


def _take_back(contact: Contact, child_id: UUID | None) -> None:
    returned = open_one(contact.id, child_id, "returned")
    if returned is not None and returned.came_from == "strategy_discussion":
        take_back(returned, "not_needed")


def _review(contact: Contact, record: StrategyRecord, before: StrategyRecord | None, decision: Decision) -> None:
    noon = datetime.combine(record.review_on, time(12), LONDON) if record.review_on else None
    due_at = clocks.office_closes_at(noon) if noon else None
    for row in open_of(contact.id):
        if row.kind == "strategy_review" and row.due_at != due_at:
            answer, said = ("held", {"when": moment(record.held_at)}) if before is None else ("not_needed", None)
            end(row, answer, said, by=viewer().user_id)
    if due_at is not None:
        wait_for("strategy_review", decision, child_id=None, began_at=record.held_at, due_at=due_at)


def _last(contact_id: UUID, child_id: UUID | None) -> Awaited | None:
    question = select(Awaited).where(
        Awaited.contact_id == contact_id,
        Awaited.child_id.is_not_distinct_from(child_id),
        Awaited.kind == "strategy_discussion",
    )
    return db.session.scalar(question.order_by(Awaited.seq.desc()).limit(1))
