"""Who somebody's family are by what is written down, as their page has it: whichever records make up the two."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from screening.db import db, now
from screening.errors import NotFound
from screening.models import Person, PersonRelationship
from screening.people import groups
from screening.wording import LONDON

# What somebody is to the person whose page it is: in words, the kind of the row, and whether the row has them first.
SIDES: dict[str, tuple[str, str, bool]] = {
    "parent": ("Parent", "parent", True),
    "child": ("Child", "parent", False),
    "step_parent": ("Step-parent", "step_parent", True),
    "stepchild": ("Stepchild", "step_parent", False),
    "carer": ("Carer", "carer", True),
    "cared_for": ("Cared for", "carer", False),
    "grandparent": ("Grandparent", "grandparent", True),
    "grandchild": ("Grandchild", "grandparent", False),
    "sibling": ("Brother or sister", "sibling", True),
    "half_sibling": ("Half-brother or half-sister", "half_sibling", True),
    "partner": ("Partner", "partner", True),
    "other": ("Related", "other", True),
}
# Written once, either way round.
EITHER_WAY = frozenset({"sibling", "half_sibling", "partner", "other"})
NO_RELATIONSHIP = "There is no such relationship that you may see. Open the person again."


@dataclass(frozen=True)
class Tie:
    """One relationship as one person's page has it: the row, the other's kept record, what the other is (of SIDES)."""

    row: PersonRelationship
    other: Person
    is_what: str

    @property
    def words(self) -> str:
        """What the other is to the person."""
        return SIDES[self.is_what][0]

    @property
    def goes_on(self) -> bool:
        """True until the day on which it ended."""
        return goes_on(self.row)


def goes_on(row: PersonRelationship) -> bool:
    """Say whether a relationship has not ended."""
    return row.until is None or row.until > now().astimezone(LONDON).date()


def ties(own: Collection[UUID]) -> list[Tie]:
    """List the relationships of the records that make up a person, ended ones too.

    Nobody of whom the viewer may not know is in it.
    """
    question = select(PersonRelationship).where(
        or_(PersonRelationship.person_id.in_(own), PersonRelationship.other_id.in_(own))
    )
    ends = [
        (row, row.other_id if row.person_id in own else row.person_id)
        for row in db.session.scalars(question.order_by(PersonRelationship.id))
    ]
    # Either end may be a record that was merged since.
    kept = {end: members[0] for end, members in groups.members_of({end for _, end in ends}).items()}
    people = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(set(kept.values()))))}
    return [
        Tie(row, people[kept[end]], side_of(row, end))
        for row, end in ends
        if kept[end] in people and kept[end] not in own
    ]


def side_of(row: PersonRelationship, end: UUID) -> str:
    """Say what the one at an end of a relationship is to the other one."""
    is_first = row.kind in EITHER_WAY or row.person_id == end
    return next(side for side, (_, kind, first) in SIDES.items() if (kind, first) == (row.kind, is_first))


def tie_of(person_id: UUID, relationship_id: UUID) -> Tie:
    """Find one relationship of a person, ended or not.

    Raises:
        NotFound: there is none, or the other is somebody of whom the viewer may not know.
    """
    found = next((tie for tie in ties(groups.members(person_id)) if tie.row.id == relationship_id), None)
    if found is None:
        raise NotFound(NO_RELATIONSHIP)
    return found
