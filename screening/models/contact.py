"""A contact: somebody's worry about a child, from the first second of the call."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, Json, new_id

if TYPE_CHECKING:
    from screening.models.participation import Participation
    from screening.models.referrer import Referrer

# taking: on the phone, a draft. received: sent, kept, being screened. decided: every child has a contact decision.
# closed: ended by a person on a short path, or after the team's decision.
STATES = ("taking", "received", "decided", "closed")
# What ended unsent is taken up again where a child is in danger after all.
LEGAL_CHANGES = {
    ("taking", "received"),
    ("taking", "closed"),
    ("closed", "taking"),
    ("received", "decided"),
    ("decided", "closed"),
}


class Contact(Base):
    """What was said, by whom and when. `first_received_at` never moves (promise 9)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("state in ('taking', 'received', 'decided', 'closed')", name="state_is_known"),
        CheckConstraint("received_at is null or received_at >= first_received_at", name="received_in_order"),
        CheckConstraint("state in ('taking', 'closed') or received_at is not null", name="sent_has_received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    first_received_at: Mapped[datetime] = mapped_column(index=True)
    received_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    referred_at: Mapped[datetime | None]
    channel: Mapped[str]
    contact_type: Mapped[str]
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    client: Mapped[str | None] = mapped_column(index=True)
    narrative: Mapped[str] = mapped_column(default="")
    answers: Mapped[Json] = mapped_column(default=dict)
    views: Mapped[Json] = mapped_column(default=dict)
    identity: Mapped[Json] = mapped_column(default=dict)
    information_sharing: Mapped[Json] = mapped_column(default=dict)
    # What the caller was promised: [{kind, by_when, to_number, note}].
    promises: Mapped[list[Any] | None]
    restricted: Mapped[bool] = mapped_column(default=False)

    participations: Mapped[list["Participation"]] = relationship(
        back_populates="contact",
        order_by="Participation.position",
        primaryjoin="and_(Contact.id == Participation.contact_id, Participation.left_out_at.is_(None))",
    )
    referrer: Mapped["Referrer | None"] = relationship(back_populates="contact")

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    @property
    def children(self) -> list["Participation"]:
        """The children in this contact, in the order they were given."""
        return [participation for participation in self.participations if participation.role == "child"]

    @property
    def adults(self) -> list["Participation"]:
        """The adults in this contact, in the order they were given."""
        return [participation for participation in self.participations if participation.role == "adult"]


class NamedReader(Base):
    """A user who is named on a restricted contact and so may see that it exists."""

    __tablename__ = "named_reader"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
