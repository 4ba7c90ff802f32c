"""Answering what was waited for: who may, what must be said with it, and what follows. Knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from screening.access import viewer
from screening.db import Json, db, now
from screening.decisions import after
from screening.decisions.awaited import following
from screening.decisions.awaited.returning import give_back, say, take_back
from screening.decisions.awaited.service import add_try, end, wait_for
from screening.decisions.awaited.words import AGAIN, ANSWERS, NOT_SAID, TELEPHONE, answer_words, said_words
from screening.decisions.turns import lock
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import Awaited, Contact, QueueItem
from screening.models.awaited import HOLDERS
from screening.wording import moment

BACK = frozenset({"refused", "not_reached", "declined", "called_off"})
NOT_YOURS = "Who decided, who holds this or held it, and their manager answer this. Ask one of them."
SECOND = "A strategy discussion that was decided on is only called off by a manager who did not decide it."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to what was waited for, with what was said; blank where it was not."""

    answer: str
    who: str = ""
    when: str = ""
    how: str = ""
    because: str = ""

    def said(self) -> Json:
        """Give what was said, without what is blank."""
        parts = {"who": self.who, "when": self.when, "how": self.how, "because": self.because}
        return {part: words.strip() for part, words in parts.items() if words.strip()}


def find(contact: Contact, row_id: UUID) -> Awaited:
    """Find what is, or was, waited for on a contact.

    Raises:
        NotFound: the contact has no such thing.
    """
    row = db.session.get(Awaited, row_id)
    if row is None or row.contact_id != contact.id:
        raise NotFound("Nothing like that is waited for on this contact. Open the contact to see what is.")
    return row


def answer(row: Awaited, given: Answer) -> Awaited:
    """Write an answer down, once, and let follow what follows.

    Raises:
        Conflict: it was answered before; says by whom and when.
        NotAllowed: it is not the viewer's to answer.
        Invalid: there is no such answer, or something that goes with it is missing.
    """
    contact = lock(row.contact_id)
    db.session.refresh(row)
    _refuse_ended(row)
    _refuse_who_may_not(row, given.answer)
    if wrong := _problems(row, given):
        raise Invalid("Nothing was kept yet.", fields=wrong)
    end(row, given.answer, given.said(), by=viewer().user_id)
    _follow(row, given)
    # What was given back about a decision that was overtaken meanwhile is not asked of anybody.
    following.bring_into_line(contact)
    after.end_if_settled(contact)
    return row


def tried(row: Awaited, words: str) -> None:
    """Keep that somebody asked, rang or chased, and what came of it.

    Raises:
        Conflict, NotAllowed: as for `answer`.
        Invalid: nothing was written.
    """
    lock(row.contact_id)
    db.session.refresh(row)
    _refuse_ended(row)
    if not may_answer(row):
        raise NotAllowed(NOT_YOURS)
    if not words.strip():
        raise Invalid("Nothing was kept yet.", fields={"/words": ["Write whom you tried, how, and what came of it."]})
    add_try(row, words.strip())


def answers_for(row: Awaited) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Give the answers that may be given here, each with its words and what must be said with it.

    Only an assessment goes on without the family's agreement: early help without it is none, and a child whom nobody
    took on is not left to nobody.
    """
    answers = dict(ANSWERS[row.kind])
    if row.kind == "returned" and not (row.came_from == "agreement" and row.decision.outcome == "assessment"):
        del answers["goes_on"]
    if row.kind == "returned" and row.came_from in {AGAIN, TELEPHONE, *HOLDERS}:
        # There is nobody to ask again: it is decided again.
        del answers["again"]
    return answers


def may_answer(row: Awaited) -> bool:
    """Say whether this is the viewer's to answer: who decided, who holds or held it, or a manager of its team."""
    return row.id in answerable([row])


def answerable(rows: Sequence[Awaited]) -> set[UUID]:
    """Give which of these are the viewer's to answer, as `may_answer` says of one; one question for all."""
    who = viewer()
    if who.user_id is None or not who.may("queue.accept"):
        return set()
    theirs = QueueItem.holder_id == who.user_id
    if who.may("decision.confirm"):
        theirs = or_(theirs, QueueItem.team_id.in_(who.team_ids))
    asked = select(QueueItem.contact_id).where(QueueItem.contact_id.in_({row.contact_id for row in rows}), theirs)
    contacts = set(db.session.scalars(asked))
    return {row.id for row in rows if row.owner_id == who.user_id or row.contact_id in contacts}


def _refuse_ended(row: Awaited) -> None:
    if row.ended_at is not None:
        who = row.ended_by.name if row.ended_by else "A later decision"
        raise Conflict(f"{who} answered this at {moment(row.ended_at)}. Nothing of yours was kept: open it again.")


def _refuse_who_may_not(row: Awaited, answer: str) -> None:
    if not may_answer(row):
        raise NotAllowed(NOT_YOURS)
    # The rules, or a decision, said section 47: nobody takes that back alone (promise 5).
    if answer == "called_off" and not (
        viewer().may("decision.confirm") and viewer().user_id != row.decision.decided_by_id
    ):
        raise NotAllowed(SECOND)


def _problems(row: Awaited, given: Answer) -> dict[str, list[str]]:
    answers = answers_for(row)
    if given.answer not in answers:
        return {"/answer": ["Choose an answer."]}
    said = given.said()
    return {f"/{part}": [NOT_SAID[part]] for part in answers[given.answer][1] if part not in said}


def _follow(row: Awaited, given: Answer) -> None:
    if given.answer in BACK:
        # Not reached is not refused: what was answered is said with it.
        answered = f"{answer_words(row.kind, given.answer)}: {said_words(given.said())}"
        say(give_back(row), answered)
    if row.kind == "returned":
        take_back(row)
    if given.answer == "again" and row.came_from:
        wait_for(row.came_from, row.decision, child_id=row.child_id)
    if row.kind == "another_authority" and given.answer == "accepted":
        by = {"by": str(viewer().user_id), "at": now().isoformat()}
        row.decision.accepted_elsewhere = {"who": given.who.strip(), "when": given.when.strip(), **by}
        db.session.flush()
