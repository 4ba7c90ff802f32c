"""How two people of the index stand to each other."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from screening.db import Base, new_id

RELATIONSHIPS = ("parent", "step_parent", "carer", "grandparent", "sibling", "half_sibling", "partner", "other")


class PersonRelationship(Base):
    """`person` is the `kind` of `other`: a parent of their child. A sibling or partner is written once, either way."""

    __tablename__ = "person_relationship"
    __table_args__ = (
        UniqueConstraint("person_id", "other_id", "kind"),
        CheckConstraint("person_id <> other_id", name="of_two_people"),
        CheckConstraint(
            "kind in ('parent', 'step_parent', 'carer', 'grandparent', 'sibling', 'half_sibling', 'partner', 'other')",
            name="kind_is_known",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    source: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]
