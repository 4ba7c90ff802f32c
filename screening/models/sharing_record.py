"""On what basis what is known of a family may be shared, or that it is not: said again whenever that changes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id


class SharingRecord(Base):
    """What one person said about sharing. Rows are only added: the newest counts, and the others say what was before.

    `lawful_basis` is an id of the policy, or null where it was decided not to share. A manager's answer to a wish to
    share without agreement is a row of its own: the same again, with their answer; `answers_id` is the one it answers.
    """

    __tablename__ = "sharing_record"
    __table_args__ = (
        CheckConstraint("agreement in ('given', 'refused', 'not_sought')", name="agreement_is_known"),
        CheckConstraint("agreement <> 'given' or agreed_by is not null", name="agreement_is_somebodys"),
        CheckConstraint("agreement = 'given' or reason_code is not null", name="without_agreement_for_a_reason"),
        CheckConstraint("lawful_basis is not null or reason is not null", name="not_shared_for_a_reason"),
        CheckConstraint("override in ('approved', 'refused')", name="override_is_known"),
        CheckConstraint("(override is null) = (answers_id is null)", name="override_answers_a_record"),
        CheckConstraint("override is null or override_reason is not null", name="override_has_a_reason"),
        CheckConstraint("override is null or override_by_id is not null", name="override_is_somebodys"),
        CheckConstraint("override_by_id <> made_by_id", name="override_by_a_second_person"),
        Index("ix_sharing_record_contact_id_seq", "contact_id", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    lawful_basis: Mapped[str | None]
    agreement: Mapped[str]
    agreed_by: Mapped[str | None]
    agreed_on: Mapped[date | None]
    # Why agreement was not sought, or what was shared although it was refused; or why nothing is shared.
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    # A second person's answer, where the basis needs an agreement that was not given.
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("sharing_record.id"), unique=True)
    override: Mapped[str | None]
    override_reason: Mapped[str | None]
    override_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    override_at: Mapped[datetime | None]
