"""What a person made of one entry of a child's chronology: kept, reworded, dropped, or added by themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

STATES = ("kept", "reworded", "dropped", "added")
SIGNIFICANCES = ("critical", "significant", "routine")
# An entry of somebody's own has no row behind it.
OWN = "own"


class ChronologyEntry(Base):
    """One answer about one entry. Drafts are no rows: they are made from what happened each time they are read.

    It hangs on what the entry is about: a child of one contact, or a record of the index; so it goes where that goes.
    `contact_id` is the contact it comes from: who may not see that, does not see this. `kind` and `source_id` name the
    row behind the draft. `happened` is a date in part. `original` is what the draft said when it was first touched.
    """

    __tablename__ = "chronology_entry"
    __table_args__ = (
        CheckConstraint("state in ('kept', 'reworded', 'dropped', 'added')", name="state_is_known"),
        CheckConstraint("significance in ('critical', 'significant', 'routine')", name="significance_is_known"),
        CheckConstraint("num_nonnulls(person_id, participation_id) = 1", name="about_one_person"),
        CheckConstraint("participation_id is null or contact_id is not null", name="of_a_contact_names_it"),
        CheckConstraint("state <> 'dropped' or length(trim(reason)) > 0", name="dropped_for_a_reason"),
        CheckConstraint("state not in ('reworded', 'added') or length(trim(words)) > 0", name="own_words_are_there"),
        Index(
            "uq_chronology_entry_current",
            "kind",
            "source_id",
            "participation_id",
            "person_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("replaced_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("participation.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[str]
    source_id: Mapped[UUID]
    state: Mapped[str]
    happened: Mapped[str]
    original: Mapped[str]
    # Their own words, where they are not the draft's.
    words: Mapped[str | None]
    source: Mapped[str]
    significance: Mapped[str]
    reason: Mapped[str | None]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
