"""Who decided what about one child, why, and on which screening it stood. Corrected by addition, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id
from screening.models.participation import Participation
from screening.models.user import User

OUTCOMES = (
    "information_and_advice",
    "early_help",
    "assessment",
    "strategy_discussion",
    "another_authority",
    "open_case",
    "no_further_action",
)
RATIONALE_PARTS = ("worried", "going_well", "history", "views", "identity")


class Decision(Base):
    """One decision on one child at one stage. The five-part rationale is complete or the row is refused."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("stage in ('contact', 'team')", name="stage_is_known"),
        CheckConstraint(
            "rationale ?& array['worried','going_well','history','views','identity']", name="rationale_is_whole"
        ),
        CheckConstraint("not against_proposal or length(trim(against_reason)) > 0", name="against_has_a_reason"),
        CheckConstraint(
            "not needs_second_person or confirmed_by_id is distinct from decided_by_id", name="second_person_differs"
        ),
        Index(
            "uq_decision_one_in_force",
            "contact_id",
            "child_id",
            "stage",
            unique=True,
            # A contact in which no child is named is decided once, for the child nobody could name.
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("corrected_by_id is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    stage: Mapped[str]
    outcome: Mapped[str]
    level: Mapped[int]
    urgency: Mapped[str]
    rationale: Mapped[Json]
    family_told: Mapped[Json]
    against_proposal: Mapped[bool]
    against_reason: Mapped[str | None]
    acknowledged_missing: Mapped[list[Any]]
    # The census's code of the main need (N00101), for the referral that this creates; None where nobody said.
    primary_need: Mapped[str | None]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"))
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime]
    needs_second_person: Mapped[bool] = mapped_column(default=False)
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    # The second person's own outcome, level and urgency, given before the first one's answer is shown; by whom, when.
    second_view: Mapped[Json | None]
    # When, and why, who decided took it back before a second person gave their view.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str | None]
    # How far the views and identity were explored, by part: explored, or why not. Nothing of older decisions.
    explored: Mapped[Json | None]
    # Which parts are word for word a sibling's, confirmed to be true of this child, too: {part: that decision's id}.
    same_as: Mapped[Json | None]
    # How the checks stood at that moment: {"checks": [{id, kind, about, outcome, asked_at, answered_at}]}.
    stood_on: Mapped[Json | None]
    # What the referrer may read of why, in the decider's words.
    for_referrer: Mapped[str | None]
    # Who at another authority accepted the child, and when, as we were told; who of us wrote that down, and when.
    accepted_elsewhere: Mapped[Json | None]
    # Judged at the commit: the old row steps aside before the new one is there.
    corrected_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("decision.id", deferrable=True, initially="DEFERRED")
    )

    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    child: Mapped[Participation | None] = relationship()

    @property
    def stands(self) -> bool:
        """True where nobody else has to agree any more."""
        return not self.needs_second_person or self.confirmed_by_id is not None

    @property
    def awaits_second_view(self) -> bool:
        """True while a second person has still to say what they would decide."""
        return self.in_force and not self.stands and self.second_view is None and self.withdrawn_at is None

    @property
    def differs(self) -> bool:
        """True where the second person would decide otherwise, or who decided took it back: it is made anew."""
        return self.in_force and not self.stands and not self.awaits_second_view

    @property
    def is_denied(self) -> bool:
        """True where the second person says that they never gave the view which was written down by telephone."""
        return bool((self.second_view or {}).get("denied_at"))

    @property
    def in_force(self) -> bool:
        """True where no newer decision has taken its place."""
        return self.corrected_by_id is None


class Referral(Base):
    """A referral in the statutory sense, created by a contact decision on one child."""

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), unique=True)
    source_code: Mapped[str | None]
    primary_need: Mapped[str | None]
    referred_at: Mapped[datetime] = mapped_column(index=True)
