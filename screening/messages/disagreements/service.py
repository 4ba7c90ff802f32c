"""A disagreement from when it was said until a manager answered: placed, raised level by level, answered by message.

The answer changes no decision: where it should change, whoever holds the contact decides anew. The caller commits.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from routing_rules import clocks
from screening import audit, tasks
from screening.access import require, viewer, viewing, worker_viewer
from screening.db import db, new_id, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.escalation import settled
from screening.messages import service as messages
from screening.messages.disagreements import whom
from screening.messages.letters import new_message_id
from screening.models import Contact, Disagreement, Message
from screening.models.message import ANSWERS
from screening.said.adding import ByLink
from screening.wording import moment

# What the queues show of one begins so, until it is answered.
TOLD = "A professional disagrees with the outcome."
NOT_FOUND = "There is no such disagreement. Go back to the list."
YOU_DECIDED = "You had a part in what they disagree with, so somebody else answers. They are told."
NAMES_SOMEBODY = "The letter names nobody of the family, for others may read that mailbox. Take their names out."
# A name of two letters is a part of too many words.
SHORTEST_NAME = 3


def may_be_made(message: Message) -> bool:
    """Say whether one may disagree with what a message told: an outcome, or an answer that is not of the last level."""
    if message.kind == "outcome":
        return True
    return message.kind in ANSWERS and _answered_by(message, below=len(whom.levels())) is not None


def make(message: Message, contact: Contact, words: str, by: ByLink) -> Disagreement:
    """Keep that a professional disagrees. It is placed at once: at the first level, or above the one that answered."""
    about = _answered_by(message, below=len(whom.levels()))
    at = now()
    row = Disagreement(
        id=new_id(),
        contact_id=contact.id,
        link_id=by.link_id,
        about_id=about.id if about else None,
        words=words,
        said_by=by.said_by,
        said_at=at,
        level=about.level if about else 0,
        due_at=at,
    )
    db.session.add(row)
    _record("disagreement.made", row)
    _promise_level(row, row.level + 1, at)
    return row


def place(disagreement_id: UUID, level: int) -> Disagreement | None:
    """Bring one to a level, or to the first above it that has somebody; with none, it has no team and needs attention.

    None where it was answered meanwhile, or is there already.
    """
    row = _locked(disagreement_id)
    if row is None or row.answered_at is not None or row.level >= level:
        return None
    contact = db.session.get_one(Contact, row.contact_id)
    names = whom.levels()
    for place, name in enumerate(names[level - 1 :], start=level):
        if team := whom.team_at(name, contact):
            row.level, row.team, row.due_at = place, team, clocks.deadline(f"disagreement_level_{place}", now())
            _promise_level(row, place + 1, row.due_at)
            break
    else:
        # Beyond the last level: it stays due, and an alarm shows it until somebody answers.
        row.level, row.team = len(names) + 1, None
    _record("disagreement.placed", row, level=row.level)
    return row


def answer(disagreement_id: UUID, words: str, next_step: str) -> Message:
    """Answer one in the viewer's name. The words go back by message, or a person rings where none may leave.

    Raises:
        NotFound: there is none that the viewer may know of.
        NotAllowed: their role does not include it, or they had a part in the decision.
        Conflict: somebody answered it; says who and when.
        Invalid: the words name somebody of the family.
    """
    require(whom.ANSWERS)
    row = _in_reach(disagreement_id)
    contact = db.session.get_one(Contact, row.contact_id)
    if row.answered_by is not None and row.answered_at is not None:
        raise Conflict(f"{row.answered_by.name} answered this at {moment(row.answered_at)}.")
    if viewer().user_id in whom.had_a_part(contact.id):
        raise NotAllowed(YOU_DECIDED)
    if _names_somebody(contact, words):
        raise Invalid(NAMES_SOMEBODY, fields={"/answer": [NAMES_SOMEBODY]})
    row.answer, row.next_step, row.answered_at, row.answered_by_id = words, next_step, now(), viewer().user_id
    message = _message(row, contact)
    row.message_id = message.id
    _record("disagreement.answered", row)
    if not _others_wait(row):
        settled.settle(contact.id, TOLD)
    if messages.permit(message, contact):
        tasks.promise(tasks.ANSWER, str(message.id), contact_id=contact.id, subject_id=message.id)
    return message


def _others_wait(row: Disagreement) -> bool:
    others = exists().where(
        Disagreement.contact_id == row.contact_id, Disagreement.id != row.id, Disagreement.answered_at.is_(None)
    )
    return bool(db.session.scalar(select(others)))


def answered_with(message: Message) -> Disagreement:
    """Give the disagreement that a message answers."""
    return db.session.scalars(select(Disagreement).where(Disagreement.message_id == message.id)).one()


def _answered_by(message: Message, *, below: int) -> Disagreement | None:
    question = select(Disagreement).where(Disagreement.message_id == message.id, Disagreement.level < below)
    return db.session.scalar(question)


def _message(row: Disagreement, contact: Contact) -> Message:
    before = select(func.count()).where(Message.contact_id == contact.id, Message.kind.in_(ANSWERS))
    number = db.session.scalar(before) or 0
    if number >= len(ANSWERS):
        raise Conflict("This was answered as often as letters go out. Ring them, and write it down on the contact.")
    message = Message(
        id=new_id(),
        contact_id=contact.id,
        kind=ANSWERS[number],
        message_id=new_message_id(),
        state="pending",
        written_by_id=viewer().user_id,
        written_at=now(),
        due_at=row.due_at,
        created_at=now(),
    )
    db.session.add(message)
    db.session.flush()
    return message


def _names_somebody(contact: Contact, words: str) -> bool:
    said = set("".join(letter if letter.isalpha() else " " for letter in words.casefold()).split())
    with viewing(worker_viewer("letter")):
        names = {part for one in contact.participations for part in one.full_name.casefold().replace("-", " ").split()}
    return any(len(name) >= SHORTEST_NAME and name in said for name in names)


def _in_reach(disagreement_id: UUID) -> Disagreement:
    row = _locked(disagreement_id)
    # The contact is asked for with the viewer's eyes: what they may not see does not exist.
    if row is None or db.session.scalar(select(Contact.id).where(Contact.id == row.contact_id)) is None:
        raise NotFound(NOT_FOUND)
    return row


def _locked(disagreement_id: UUID) -> Disagreement | None:
    question = select(Disagreement).where(Disagreement.id == disagreement_id).with_for_update(of=Disagreement)
    with_both = question.options(joinedload(Disagreement.team), joinedload(Disagreement.answered_by))
    return db.session.scalar(with_both.execution_options(populate_existing=True))


def _promise_level(row: Disagreement, level: int, at: datetime) -> None:
    tasks.promise(
        tasks.DISAGREEMENT,
        f"{row.id}:{level}",
        contact_id=row.contact_id,
        subject_id=row.id,
        urgency="red",
        run_after=at,
    )


def _record(action: str, row: Disagreement, **detail: int) -> None:
    db.session.flush()
    audit.record(action, contact_id=row.contact_id, subject=("disagreement", row.id), detail=detail)
