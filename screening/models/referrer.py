"""Who told us. Apart from the contact, because fewer people may see it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from screening.db import Base, Json
from screening.models.contact import Contact
from screening.telephones import e164


class Referrer(Base):
    """The person or agency that made the contact. `source_code`: the census's ReferralSource (N00152)."""

    __tablename__ = "referrer"
    __table_args__ = (CheckConstraint("safe_to_reply in ('yes', 'no', 'unknown')", name="safe_to_reply_is_an_answer"),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    name: Mapped[str | None]
    agency: Mapped[str | None]
    source_code: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    # The same as E.164, by which earlier contacts from it are found.
    phone_e164: Mapped[str | None] = mapped_column(index=True)
    safe_to_reply: Mapped[str] = mapped_column(default="unknown")
    your_reference: Mapped[str | None]
    # How they may be reached safely: see contacts/people_schemas.SafeContactSchema.
    safe_contact: Mapped[Json | None]
    language: Mapped[str | None]
    interpreter: Mapped[str | None]
    communication: Mapped[str | None]
    # Why what is empty is empty, by its name: unknown, refused or not_safe_to_ask.
    not_known: Mapped[Json | None]

    contact: Mapped[Contact] = relationship(back_populates="referrer")

    @validates("phone")
    def _keep_in_one_form(self, _: str, said: str | None) -> str | None:
        self.phone_e164 = e164(said)
        return said
