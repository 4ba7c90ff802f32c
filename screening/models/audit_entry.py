"""Who read or wrote what, and the chain that shows tampering. INSERT only: the app's role has no other right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, Json, new_id


class AuditEntry(Base):
    """One thing that somebody did, written in the transaction it speaks of. Ids only, never personal data."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_contact_id_seq", "contact_id", "seq"),
        Index("ix_audit_actor_id_seq", "actor_id", "seq"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(default=new_id)
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    action: Mapped[str]
    contact_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    detail: Mapped[Json] = mapped_column(default=dict)
    # Keyed, over all but `seq`: only the service can make one, so an entry that somebody inserted is found.
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class AuditLink(Base):
    """One link of the chain: which entry stands at place `n`, and the keyed hash over it and the link before."""

    __tablename__ = "audit_link"

    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditPending(Base):
    """The promise of a link: made by a trigger in the entry's transaction, and deleted when the entry is linked.

    So the linker reads what waits, and not a growing history for what has no link.
    """

    __tablename__ = "audit_pending"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
