"""Whether the team that accepted an item found its threshold right: asked once, in one click, and never changed.

Queues, decisions and the record all ask it, so it stands below them. Which items it is asked of, and why:

- what was referred (step `referral`): the team that has to act on a threshold can say whether it was one;
- what went to a team that acts at once because it was red: nobody screened it, so the rules alone sent it there.

It is not asked of screening's own first reading, whose answer is the contact decision; nor of an alert, a late answer
or a request for a second view, which nobody accepted as their work. The duty manager and the information service take
what matched nobody, or no child: there is no threshold to be right about.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from screening import audit
from screening.access import viewer
from screening.db import db, new_id, now
from screening.deciding import decider, in_force, whom
from screening.errors import Conflict, Invalid, NotFound, Stale
from screening.models import AcceptanceView, Contact, OwnView, QueueItem, Screening, Team, User
from screening.models.acceptance_view import ACCEPTANCE_ANSWERS
from screening.scoring.newest_score import newest_score_or_none
from screening.wording import level_words, moment

ANSWER_WORDS = {"right": "About right", "too_high": "Too high", "too_low": "Too low", "wrong_team": "Wrong team"}
DOES_NOT_ACT = frozenset({"screening", "duty_manager", "information"})
OWN_VIEW_FIRST = "Your own view of each child comes first: this question shows the level. Decide, or go back."
CHANGED = "The rules have a newer score since you opened this. Read it, then answer."


@dataclass(frozen=True)
class Given:
    """One answer that was given, in the order in which teams gave them."""

    view: AcceptanceView
    person: User
    team: Team
    screening: Screening


def asks(item: QueueItem) -> bool:
    """Say whether the question makes sense of an item: see the top of this file."""
    if not item.leads or item.team is None:
        return False
    went_straight_there = item.urgency == "red" and item.team.kind not in DOES_NOT_ACT
    return item.step == "referral" or (item.step in ("received", "raised") and went_straight_there)


def is_open(item: QueueItem) -> bool:
    """Say whether the viewer may answer now: theirs, accepted, not ended, not answered, own view first."""
    mine = item.state == "accepted" and item.holder_id == viewer().user_id
    if not (mine and asks(item)) or own_view_waits(item) or newest_score_or_none(item.contact_id) is None:
        return False
    return _kept(item.id) is None


def own_view_waits(item: QueueItem) -> bool:
    """Say whether the viewer decides about a child here and has not kept what they think: the question shows a level.

    Where several children are to be decided it waits for all of them, for the level is that of the gravest.
    """
    stage = "team" if item.step == "referral" else "contact"
    if decider(stage) is None:
        return False
    mine = (OwnView.contact_id == item.contact_id, OwnView.stage == stage, OwnView.user_id == viewer().user_id)
    kept = set(db.session.scalars(select(OwnView.child_id).where(*mine)))
    decided = {decision.child_id for decision in in_force(item.contact_id) if decision.stage == stage}
    return bool(set(whom(item.contact, stage)) - kept - decided)


def keep(item: QueueItem, answer: str, *, seen: UUID | None = None) -> AcceptanceView:
    """Keep the viewer's answer about the score as it stands. The caller has locked the item and may act on it.

    The same answer of the same person, as by a double click, is the one that is kept already.

    Args:
        item: accepted and held by the viewer.
        answer: right, too_high, too_low or wrong_team.
        seen: the screening that the viewer was shown; None where a program showed it.

    Raises:
        Invalid: there is no such answer.
        Conflict: somebody answered before, and says who and when; it is not asked of this item; or the viewer decides
            here and has not kept their own view of each child.
        Stale: there is a newer score than the one that was shown.
        NotFound: it was never scored.
    """
    if answer not in ACCEPTANCE_ANSWERS:
        raise Invalid("Nothing was kept.", fields={"/answer": [f"Choose one of: {', '.join(ACCEPTANCE_ANSWERS)}."]})
    if earlier := _kept(item.id):
        return _same_or_refused(earlier, answer)
    _refuse_not_asked(item)
    if own_view_waits(item):
        raise Conflict(OWN_VIEW_FIRST)
    screening = newest_score_or_none(item.contact_id)
    if screening is None:
        raise NotFound("This was never scored, so there is no threshold to be right about.")
    if seen not in (None, screening.id):
        raise Stale(CHANGED)
    return _put_on_file(item, answer, screening)


def question(item: QueueItem) -> dict[str, object]:
    """Give what a page asks it with: the item and the score that the answer is about."""
    score = newest_score_or_none(item.contact_id)
    return {
        "item_id": item.id,
        "version": item.version,
        "screening_id": score.id if score else None,
        "about": _about(score),
        "choices": [(answer, ANSWER_WORDS[answer]) for answer in ACCEPTANCE_ANSWERS],
    }


def answers_on(contact: Contact) -> list[Given]:
    """List the answers about a contact, oldest first."""
    question = (
        select(AcceptanceView, User, Team, Screening)
        .join(User, User.id == AcceptanceView.user_id)
        .join(Team, Team.id == AcceptanceView.team_id)
        .join(Screening, Screening.id == AcceptanceView.screening_id)
        .where(AcceptanceView.contact_id == contact.id)
        .order_by(AcceptanceView.seq)
    )
    return [Given(*row) for row in db.session.execute(question)]


def _about(score: Screening | None) -> str:
    if score is None or score.output is None:
        return "It could not be scored, so it came as level 4, red."
    return f"The rules proposed {level_words(score.level_at_least).lower()}, {score.urgency_at_least}."


def _refuse_not_asked(item: QueueItem) -> None:
    if not asks(item):
        raise Conflict("This is only asked of referrals, and of red that went straight to a team that acts.")
    if item.state != "accepted" or item.holder_id != viewer().user_id:
        raise Conflict("Only the person who accepted this can say whether the threshold was right. Accept it first.")


def _same_or_refused(earlier: AcceptanceView, answer: str) -> AcceptanceView:
    if (earlier.user_id, earlier.answer) == (viewer().user_id, answer):
        return earlier
    who = db.session.get_one(User, earlier.user_id).name
    raise Conflict(f"{who} answered this at {moment(earlier.kept_at)}. It is asked once, and stays as it was given.")


def _put_on_file(item: QueueItem, answer: str, screening: Screening) -> AcceptanceView:
    row = {
        "id": new_id(),
        "queue_item_id": item.id,
        "contact_id": item.contact_id,
        "screening_id": screening.id,
        "team_id": item.team_id,
        "user_id": viewer().user_id,
        "answer": answer,
        "kept_at": now(),
    }
    first = insert(AcceptanceView).values(row).on_conflict_do_nothing().returning(AcceptanceView.id)
    is_first = db.session.scalar(first) is not None
    kept = db.session.scalars(select(AcceptanceView).where(AcceptanceView.queue_item_id == item.id)).one()
    if not is_first:
        return _same_or_refused(kept, answer)
    subject = ("queue_item", item.id)
    audit.record("queue.threshold_view", contact_id=item.contact_id, subject=subject, detail={"answer": answer})
    return kept


def _kept(item_id: UUID) -> AcceptanceView | None:
    return db.session.scalar(select(AcceptanceView).where(AcceptanceView.queue_item_id == item_id))
