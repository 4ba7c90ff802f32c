"""What the sample county's teams did with today's work: a strategy discussion that was held, a chronology reviewed.

Rows are made through the models, as in `history`: nobody did these things, so the audit names nobody for them.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from routing_rules import clocks
from screening.chronology import gaps
from screening.chronology.queries import Entry, entries_of
from screening.chronology.subject import of_child
from screening.db import Json, db, now
from screening.decisions.awaited.service import wait_for
from screening.models import (
    ChronologyEntry,
    ChronologyReview,
    Contact,
    Decision,
    StrategyAction,
    StrategyDiscussion,
    StrategyRecord,
    User,
)
from screening.sample.decisions import Cast
from screening.sample.family_files import Story
from screening.strategy_words import STARTS

CALLED_AFTER, HELD_AFTER, WRITTEN_AFTER = timedelta(minutes=5), timedelta(minutes=40), timedelta(minutes=55)


def discuss(story: Story, contact: Contact, made: Sequence[Decision], people: Cast) -> None:
    """Have the strategy discussion on file that a story tells of: called, held, decided for each child."""
    told = story.told.get("discussed")
    if told is None:
        return
    worker, decided_at = people.users[story.told["live"]["held_by"]], made[0].decided_at
    discussion = StrategyDiscussion(
        contact_id=contact.id,
        called_at=decided_at + CALLED_AFTER,
        called_by_id=worker.id,
        because=told["because"],
    )
    db.session.add(discussion)
    db.session.flush()
    record = _record(told, discussion, made, worker, decided_at)
    db.session.add(record)
    db.session.flush()
    _wait(told, record, made, worker)


def _record(
    told: Json, discussion: StrategyDiscussion, made: Sequence[Decision], worker: User, decided_at: datetime
) -> StrategyRecord:
    held_at = decided_at + HELD_AFTER
    said = {"section_47": told["section_47"], "reason": told["reason"]}
    return StrategyRecord(
        discussion_id=discussion.id,
        held_at=held_at,
        how=told["how"],
        took_part=[{"agency": "social_care", "name": worker.name, "role": "Social worker"}, *told["with"]],
        missing={},
        children=[{"child": str(decision.child_id), **said} for decision in made],
        medical=told["medical"],
        review_on=clocks.london_date(held_at) + timedelta(days=told["review_in_days"]),
        recorded_at=decided_at + WRITTEN_AFTER,
        recorded_by_id=worker.id,
    )


def _wait(told: Json, record: StrategyRecord, made: Sequence[Decision], worker: User) -> None:
    """Begin the clocks that follow: of the conference for each child, and of what is to be done next."""
    # From today on, whenever it was held: today's work is within its clocks.
    today = clocks.london_date(now())
    actions = [
        StrategyAction(
            discussion_id=record.discussion_id,
            record_id=record.id,
            what=action["what"],
            who=action["who"],
            by_when=today + timedelta(days=action["in_days"]),
        )
        for action in told["actions"]
    ]
    db.session.add_all(actions)
    db.session.flush()
    own = {"owner_id": worker.id, "began_at": record.held_at}
    if told["section_47"] in STARTS:
        for decision in made:
            due_at = clocks.deadline("initial_conference", record.held_at)
            wait_for("initial_conference", decision, due_at=due_at, **own)
    next_day = min(action.by_when for action in actions)
    closes_at = clocks.office_closes_at(datetime.combine(next_day, time(12), clocks.LONDON))
    wait_for("strategy_action", made[0], child_id=None, due_at=closes_at, **own)


def review(story: Story, contact: Contact, people: Cast) -> None:
    """Have the chronology of each child reviewed, where a story says what it adds up to."""
    words = story.told.get("reviewed")
    if words is None:
        return
    worker = people.users[story.told["live"]["held_by"]]
    for child in contact.children:
        subject = of_child(child)
        entries = entries_of(subject)
        db.session.add_all(_kept(entry, worker) for entry in entries)
        db.session.add(
            ChronologyReview(
                **subject.anchor,
                reviewed_to=now(),
                reviewed_by_id=worker.id,
                words=words,
                gaps=[gap.key for gap in gaps.gaps_of(subject, entries)],
                restricted=subject.restricted_ids,
            )
        )
    db.session.flush()


def _kept(entry: Entry, worker: User) -> ChronologyEntry:
    draft = entry.draft
    if draft is None:
        raise LookupError("Nobody has written an entry of their own in the sample county.")
    part = draft.part
    return ChronologyEntry(
        participation_id=part.id if part else None,
        person_id=None if part else draft.person_id,
        contact_id=part.contact_id if part else None,
        kind=entry.kind,
        source_id=draft.source_id,
        state="kept",
        happened=draft.happened,
        original=draft.words,
        source=draft.source,
        significance=entry.significance,
        made_by_id=worker.id,
        made_at=now(),
    )
