"""What the sample county's people thought: of a child before they saw the proposal, and of a threshold they accepted.

Invented and the same each time: varied by the story's number, so that people mostly agree, and sometimes do not.
"""

from datetime import timedelta

from screening.db import db
from screening.decisions.proposal import proposal_for
from screening.models import AcceptanceView, Decision, OwnView, QueueItem, Screening
from screening.sample.family_files import Story

MINUTES_BEFORE = timedelta(minutes=6)
URGENCIES = ("green", "amber", "red")
# How far somebody's first view was from what was decided in the end, taken in turn.
FURTHER = (0, 0, 0, -1, 0, 0, 1, 0, 0, 0, -1, 0)


def keep_own_views(story: Story, decisions: list[Decision]) -> None:
    """Keep what each decider thought before they decided: near what they decided, and not always the same."""
    for place, decision in enumerate(decisions):
        # The team's view goes another way round than the first one, so that two people differ now and then.
        turn = story.number + place + (5 if decision.stage == "team" else 0)
        db.session.add(
            OwnView(
                contact_id=decision.contact_id,
                child_id=decision.child_id,
                stage=decision.stage,
                user_id=decision.decided_by_id,
                level=min(max(decision.level + FURTHER[turn % len(FURTHER)], 1), 4),
                urgency=_near(decision.urgency, turn),
                kept_at=decision.decided_at - MINUTES_BEFORE,
            )
        )


def answer_threshold(story: Story, item: QueueItem, screening: Screening, decisions: list[Decision]) -> None:
    """Keep what who accepted an item thought of its threshold; now and then nobody says."""
    if story.number % 6 == 5 or item.accepted_at is None:
        return
    db.session.flush()
    answer = AcceptanceView(
        queue_item_id=item.id,
        contact_id=item.contact_id,
        screening_id=screening.id,
        team_id=item.team_id,
        user_id=item.holder_id,
        answer=_answer(story, screening, decisions),
        kept_at=item.accepted_at + MINUTES_BEFORE,
    )
    db.session.add(answer)


def _near(urgency: str, turn: int) -> str:
    return URGENCIES[max(URGENCIES.index(urgency) - 1, 0)] if turn % 9 == 8 else urgency


def _answer(story: Story, screening: Screening, decisions: list[Decision]) -> str:
    """Say what fits what the same people decided next, but for a few in the wrong place."""
    if story.number % 13 == 6:
        return "wrong_team"
    proposed = [proposal_for(screening, decision.child_id).level for decision in decisions]
    apart = [decision.level - level for decision, level in zip(decisions, proposed, strict=True)]
    if any(decision.against_proposal for decision in decisions) or min(apart, default=0) < 0:
        return "too_high"
    return "too_low" if max(apart, default=0) > 0 or story.number % 9 == 4 else "right"
