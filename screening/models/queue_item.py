"""A contact's place in a team's queue: the one thing that says who holds it now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.contact import Contact
from screening.models.team import Team
from screening.models.user import User

# waiting: in the queue. accepted: somebody holds it. returned: sent back with a reason. done: decided or moved on.
STATES = ("waiting", "accepted", "returned", "done")
# Still somebody's work.
OPEN_STATES = ("waiting", "accepted")
# The step of what tells that something happened: no step of the contact's own.
ATTENTION = "attention"
# Asked of a colleague about a decision: for a second view, or to make it again now that it was refused, declined or
# denied. It has nothing left to do once that is settled.
SECOND_PERSON, GIVEN_BACK = "second_person", "returned"
ABOUT_A_DECISION = frozenset({SECOND_PERSON, GIVEN_BACK})
# A contact that was linked to a case of the team's.
OPEN_CASE = "open_case"
LEGAL_CHANGES = {
    ("waiting", "accepted"),
    ("waiting", "returned"),
    ("waiting", "done"),
    # Taken back by who did it, before anything came of it.
    ("accepted", "waiting"),
    ("accepted", "returned"),
    ("accepted", "done"),
}


class QueueItem(Base):
    """One piece of a team's work. A team of null means "needs attention": nothing matched, and an alarm shows it."""

    __tablename__ = "queue_item"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'accepted', 'returned', 'done')", name="state_is_known"),
        CheckConstraint("state <> 'accepted' or holder_id is not null", name="accepted_has_a_holder"),
        CheckConstraint("state <> 'returned' or return_reason is not null", name="returned_has_a_reason"),
        Index(
            "uq_queue_item_one_lead",
            "contact_id",
            unique=True,
            postgresql_where=text("leads and state in ('waiting', 'accepted')"),
        ),
        Index(
            "ix_queue_item_queue", "team_id", "due_at", "seq", postgresql_where=text("state in ('waiting', 'accepted')")
        ),
        Index("ix_queue_item_ended", "team_id", "ended_at", postgresql_where=text("ended_at is not null")),
        Index("ix_queue_item_attention", "attention_at", postgresql_where=text("attention_at is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    step: Mapped[str]
    leads: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default="waiting")
    urgency: Mapped[str]
    level: Mapped[int]
    priority: Mapped[int]
    why: Mapped[str]
    # The board counts what came and what was taken, by time.
    queued_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    # Null where nobody has to accept it: an alert beside the item that leads.
    accept_due_at: Mapped[datetime | None]
    # Why a manager has to look, in words without personal data: the `reasons` that nobody has read, which see.
    attention: Mapped[str | None]
    attention_at: Mapped[datetime | None]
    # [{cause, words, at, read_at?}], the newest first.
    reasons: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    escalations: Mapped[int] = mapped_column(default=0)
    claimed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    claimed_until: Mapped[datetime | None]
    # Of an item that still waits: the one manager for whom it waits.
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(index=True)
    # By when who accepted it decides, where that has a clock of its own: a referral, and a second view.
    decide_due_at: Mapped[datetime | None]
    # Why a manager gave it to somebody whose caseload was full.
    allocated_because: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # When who passed it on took that back, before anybody over there had opened it: a return then counts as none.
    taken_back_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    proposed_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    # The item that this one follows, when a team sent it back or on; `returns` counts how often that was.
    came_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("queue_item.id"))
    returns: Mapped[int] = mapped_column(default=0)

    contact: Mapped[Contact] = relationship()
    team: Mapped[Team | None] = relationship(foreign_keys=[team_id])
    came_from: Mapped["QueueItem | None"] = relationship(remote_side=[id])
    holder: Mapped[User | None] = relationship(foreign_keys=[holder_id])
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def is_alert(self) -> bool:
        """True where it only tells of work that another team has: nobody has to accept it."""
        return not self.leads and self.accept_due_at is None

    @property
    def is_to_be_seen(self) -> bool:
        """True of an alert that tells what happened: only who marks it seen ends it, whatever the contact becomes."""
        return self.is_alert and self.step == ATTENTION

    @property
    def is_on_its_way(self) -> bool:
        """True where its holder only keeps it until the team to which its contact was referred has it."""
        return self.leads and self.step != "referral" and self.contact.referred_at is not None

    def is_claimed_at(self, at: datetime) -> bool:
        """Say whether somebody works on it at a moment, as far as a soft claim tells."""
        return self.claimed_until is not None and self.claimed_until > at

    @property
    def is_beside(self) -> bool:
        """True of work of its own beside what leads: whoever holds it ends it, with a sentence."""
        return not self.leads and not self.is_alert and self.step not in ABOUT_A_DECISION

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class
