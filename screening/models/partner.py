"""Who may be asked about a family, how they are reached, and the one-time links of their form."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

REGISTERS = (
    "police", "health", "education", "housing", "adult_services", "probation", "youth_justice", "cp_is",
)  # fmt: skip
ADAPTERS = ("http", "form", "phone")
# A secret of another name is not a partner's, and is never sent to one.
NAMED_AS_A_PARTNERS = "PARTNER_[A-Z0-9_]+"


class Partner(Base):
    """One partner's register: where it is asked, about whom, what they are told and what they may answer.

    `about` are roles (child, adult); `shares` names parts of a person that they are told (`screening.checks.sharing`);
    `answers` are ids of the rules' questions. The secret is never here: `token_name` is the variable or the file in the
    secrets folder that holds it. `failures` and `rests_until` are the circuit breaker, in PostgreSQL's own time.
    """

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(
            "register in ('police', 'health', 'education', 'housing', 'adult_services', 'probation',"
            " 'youth_justice', 'cp_is')",
            name="register_is_known",
        ),
        CheckConstraint("adapter in ('http', 'form', 'phone')", name="adapter_is_known"),
        CheckConstraint("adapter <> 'http' or base_url is not null", name="http_has_a_url"),
        CheckConstraint("adapter <> 'form' or mailbox is not null", name="form_has_a_mailbox"),
        CheckConstraint("adapter <> 'phone' or telephone is not null", name="phone_has_a_number"),
        CheckConstraint("concurrency >= 1", name="concurrency_is_possible"),
        CheckConstraint("time_limit_seconds between 1 and 10", name="time_limit_is_short"),
        Index("uq_partner_one_active", "register", unique=True, postgresql_where=text("active")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    register: Mapped[str]
    name: Mapped[str]
    adapter: Mapped[str]
    base_url: Mapped[str | None]
    mailbox: Mapped[str | None]
    telephone: Mapped[str | None]
    token_name: Mapped[str | None]
    concurrency: Mapped[int] = mapped_column(default=2)
    time_limit_seconds: Mapped[int] = mapped_column(default=10)
    about: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    shares: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    answers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    active: Mapped[bool] = mapped_column(default=True)
    simulator: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None]


class PartnerLink(Base):
    """The one-time link to a partner's form for one check. The token is never stored, only its SHA-256."""

    __tablename__ = "partner_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("background_check.id"), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    message_id: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
