"""A child whom we know beside those that a contact named: decided with them, or left out with a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class KnownChild(Base):
    """What was said of one such child in one contact. A later answer replaces it, and both are kept.

    `person_id` is their record in the index; `said_id` is a person of the contact who was given as an adult and may be
    a child. A baby to come is `unborn`: `said_id` is the child of the contact whose it is, or empty where nobody said
    whose. `participation_id` is the child of the contact that an included one became. Who is `grown_up` is none.
    """

    __tablename__ = "known_child"
    __table_args__ = (
        CheckConstraint("answer in ('included', 'left_out', 'grown_up')", name="answer_is_known"),
        CheckConstraint("stage in ('contact', 'team')", name="stage_is_known"),
        CheckConstraint("unborn and person_id is null or (person_id is null) <> (said_id is null)", name="is_somebody"),
        CheckConstraint("answer <> 'left_out' or length(trim(reason)) > 0", name="left_out_has_a_reason"),
        CheckConstraint("answer <> 'included' or participation_id is not null", name="included_is_a_child"),
        Index(
            "uq_known_child_current",
            "contact_id",
            "person_id",
            "said_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("replaced_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    said_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    unborn: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    stage: Mapped[str]
    answer: Mapped[str]
    reason: Mapped[str | None]
    # How we know of them, as facts without a name: see `decisions.children.because`.
    because: Mapped[list[Any]]
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    answered_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class WithheldChild(Base):
    """A child of whom the decider of a contact may not know, told to who is named on the restriction instead."""

    __tablename__ = "withheld_child"
    __table_args__ = (
        CheckConstraint(
            "(seen_at is null) = (seen_by_id is null) and (seen_at is null) = (done is null)", name="seen_is_whole"
        ),
        Index("uq_withheld_child", "contact_id", "person_id", unique=True),
        Index("ix_withheld_child_unseen", "person_id", postgresql_where=text("seen_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    because: Mapped[list[Any]]
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    # What they did about it, in their words.
    done: Mapped[str | None]


class WithheldChildReader(Base):
    """Who is told of a withheld child."""

    __tablename__ = "withheld_child_reader"

    withheld_child_id: Mapped[UUID] = mapped_column(ForeignKey("withheld_child.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True, index=True)
