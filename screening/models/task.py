"""A promise: something that must happen after a commit, kept in the transaction that made it necessary.

A row here is work; a job in Redis is only a bell. Lease, attempt and crashes follow reliability rules R4 and R5:
a claim raises `attempt`, the effect and `done` are one transaction that checks it, and three lapsed leases park
the task where a person sees it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class Task(Base):
    """One piece of promised work. `subject_id` is the row it is about: a check, a message, a queue item."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'running', 'done', 'parked')", name="state_is_known"),
        CheckConstraint("(state = 'running') = (lease_until is not null)", name="running_has_a_lease"),
        Index(
            "ix_task_next",
            "queue",
            "priority",
            "run_after",
            "seq",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_task_running", "lease_until", postgresql_where=text("state = 'running'")),
        # The board counts what is not done; of a hundred thousand tasks that is a handful.
        Index("ix_task_not_done", "kind", postgresql_where=text("state <> 'done'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str]
    queue: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    subject_id: Mapped[UUID | None]
    priority: Mapped[int] = mapped_column(default=5)
    state: Mapped[str] = mapped_column(default="pending")
    run_after: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    problem: Mapped[str | None]
    promised_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # Of a contact that the service sent itself (`screening/apart.py`): worked like any other, and in no count.
    synthetic: Mapped[bool] = mapped_column(
        server_default=text("(coalesce(current_setting('frontdoor.synthetic', true), '') = 'on')")
    )
