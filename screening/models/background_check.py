"""One background check: asked, due, answered, or why not. No answer is never "nothing known"."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id

OUTCOMES = ("information_found", "nothing_known", "no_reply", "refused", "failed", "not_asked")


class BackgroundCheck(Base):
    """A question about one person in one contact, and what came back. `outcome` is null while it is waiting.

    `kind` is own_records, or the register of the partner who is asked. One that is asked again is a new row, and the
    old one says when it was replaced. `about` are hashes of what was said of the person when it was answered, and
    of who they were confirmed to be: where that has changed since, the answer is about somebody else.
    """

    __tablename__ = "background_check"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('information_found', 'nothing_known', 'no_reply', 'refused', 'failed', 'not_asked')",
            name="outcome_is_known",
        ),
        CheckConstraint("(outcome is null) = (answered_at is null)", name="outcome_has_a_time"),
        CheckConstraint("(outcome = 'information_found') = (found is not null)", name="found_has_information"),
        Index(
            "uq_background_check_once",
            "contact_id",
            "kind",
            "participation_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("replaced_at is null"),
        ),
        Index("ix_background_check_partner", "partner_id", postgresql_where=text("outcome is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"))
    kind: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    found: Mapped[Json | None]
    problem: Mapped[str | None]
    replaced_at: Mapped[datetime | None]
    about: Mapped[str | None]
    # What only a check with a partner has.
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id"))
    # How it is asked: the partner's adapter, or phone where nothing may be sent.
    way: Mapped[str | None]
    # Whom the person was confirmed to be when it was asked.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str | None]
    lawful_basis: Mapped[str | None]
    # Exactly what went to whom, and when; null where nothing has left.
    shared: Mapped[Json | None]
    tries: Mapped[int] = mapped_column(default=0)
    # A call is open until then, in PostgreSQL's own time.
    calling_until: Mapped[datetime | None]
    # The partner's service took the question, and answers later.
    taken_at: Mapped[datetime | None]
    chaser_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    chased_at: Mapped[datetime | None]
    chases: Mapped[int] = mapped_column(default=0)
    # Who answered at the partner's, and who of ours wrote it down where they rang.
    answered_by: Mapped[str | None]
    kept_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    simulated: Mapped[bool] = mapped_column(default=False)
