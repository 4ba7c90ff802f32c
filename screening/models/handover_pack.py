"""What one shift hands to the next: composed by itself, added to by who goes, opened and signed by who comes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.db import Base, new_id
from screening.models.team import Team
from screening.models.user import User

PACK_KINDS = ("to_night", "within_night", "to_day")
# As an alarm: nobody has signed in time.
UNSIGNED = "handover"


class HandoverPack(Base):
    """One change of shift. `sealed` is the pack as it was when it was signed; words and pack name people."""

    __tablename__ = "handover_pack"
    __table_args__ = (
        CheckConstraint("kind in ('to_night', 'within_night', 'to_day')", name="kind_is_known"),
        CheckConstraint("(in_at is null) = (sealed is null)", name="signed_is_kept"),
        CheckConstraint("in_by_id is distinct from out_by_id or in_by_id is null", name="two_people_sign"),
        UniqueConstraint("kind", "changes_at"),
        Index("ix_handover_pack_unsigned", "sign_by_at", postgresql_where=text("in_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str]
    changes_at: Mapped[datetime]
    # From when on its contacts are looked at: the beginning of the shift that ends.
    since_at: Mapped[datetime]
    from_team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    to_team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    composed_at: Mapped[datetime]
    sign_by_at: Mapped[datetime]
    # What the shift that goes says, sealed; signed by whoever wrote it last.
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    out_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    out_at: Mapped[datetime | None]
    in_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    in_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    escalated_at: Mapped[datetime | None]
    escalated_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    escalations: Mapped[int] = mapped_column(default=0)

    from_team: Mapped[Team] = relationship(foreign_keys=[from_team_id])
    to_team: Mapped[Team] = relationship(foreign_keys=[to_team_id])
    out_by: Mapped[User | None] = relationship(foreign_keys=[out_by_id])
    in_by: Mapped[User | None] = relationship(foreign_keys=[in_by_id])
    escalated_to: Mapped[User | None] = relationship(foreign_keys=[escalated_to_id])


class HandoverItem(Base):
    """One contact of a pack: whoever receives the pack may read it. Each red one is opened before it is signed."""

    __tablename__ = "handover_item"

    pack_id: Mapped[UUID] = mapped_column(ForeignKey("handover_pack.id"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    opened_at: Mapped[datetime | None]
