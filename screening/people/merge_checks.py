"""What speaks against saying that two records are one person: twins, another pregnancy, two people of one contact.

Nothing here is a verdict. What is found is shown as a warning, and the merge then takes a second, written confirmation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Participation, Person, PersonLink, PersonRelationship
from screening.names import fold
from screening.people import groups

# Two due dates further apart than this are two pregnancies: see A5 of the matching study, "EDD within 30 days".
SAME_PREGNANCY = timedelta(days=30)
# Two births further apart than this are no slip of the pen in one part of a date.
SAME_BIRTH = timedelta(days=366)


@dataclass(frozen=True)
class Pair:
    """Two records, and the ids of all records that make up each of the two people."""

    kept: Person
    merged: Person
    kept_ids: list[UUID]
    merged_ids: list[UUID]


def pair_of(kept: Person, merged: Person) -> Pair:
    """Look up what makes up the two people."""
    found = groups.members_of([kept.id, merged.id])
    return Pair(kept, merged, found[kept.id], found[merged.id])


def refusal(pair: Pair) -> str | None:
    """Say why the two cannot be merged at all, or None."""
    if pair.kept.is_unborn != pair.merged.is_unborn:
        return (
            "One of these two is not born yet, by our records. A birth is not a merge: open the record of the unborn "
            "baby and confirm the birth there. The next pregnancy stays a person of its own."
        )
    return None


def warnings(pair: Pair) -> list[str]:
    """List what speaks against it, in words; nothing of a contact that the viewer may not open."""
    return [words for check in CHECKS if (words := check(pair))]


def _twins(pair: Pair) -> str | None:
    kept, merged = pair.kept, pair.merged
    if not (_whole_birth(kept) and _whole_birth(kept) == _whole_birth(merged)) or _share_given_name(kept, merged):
        return None
    if not (_same_home(kept, merged) or _share_parent(pair)):
        return None
    return "They may be twins: born on the same day, in one home or to one parent, with different first names."


def _related(pair: Pair) -> str | None:
    question = select(PersonRelationship.kind).where(
        or_(
            PersonRelationship.person_id.in_(pair.kept_ids) & PersonRelationship.other_id.in_(pair.merged_ids),
            PersonRelationship.person_id.in_(pair.merged_ids) & PersonRelationship.other_id.in_(pair.kept_ids),
        )
    )
    kind = db.session.scalar(question.limit(1))
    return f"One is written down as the other's {kind.replace('_', ' ')}." if kind else None


def _pregnancies(pair: Pair) -> str | None:
    due, other = pair.kept.expected_delivery_date, pair.merged.expected_delivery_date
    if due is None or other is None or abs(due - other) <= SAME_PREGNANCY:
        return None
    return "Their due dates are more than 30 days apart: they may be two pregnancies."


def _births(pair: Pair) -> str | None:
    first, second = sorted((pair.kept, pair.merged), key=lambda one: one.born_earliest or date.min)
    if first.born_latest is None or second.born_earliest is None or first.born_earliest is None:
        return None
    if second.born_earliest - first.born_latest <= SAME_BIRTH:
        return None
    return "Their births are more than a year apart."


def _sexes(pair: Pair) -> str | None:
    said = {pair.kept.sex, pair.merged.sex} - {None, "U"}
    return "Their sex differs." if len(said) > 1 else None


def _nhs_numbers(pair: Pair) -> str | None:
    first, second = (_numbers(person) for person in (pair.kept, pair.merged))
    return "Their NHS numbers differ, and both have a right check digit." if first and second - first else None


def _one_contact(pair: Pair) -> str | None:
    kept, merged = _confirmed_in(pair.kept_ids), _confirmed_in(pair.merged_ids)
    if any(kept[contact] - merged[contact] for contact in kept.keys() & merged.keys()):
        return "In one contact they were confirmed to be two different people."
    return None


def _told_apart(pair: Pair) -> str | None:
    kept, merged = _answered(pair.kept_ids), _answered(pair.merged_ids)
    apart = (kept["confirmed"] & merged["refused"]) | (merged["confirmed"] & kept["refused"])
    return "Of somebody in a contact it was said that they are the one and not the other." if apart else None


CHECKS: tuple[Callable[[Pair], str | None], ...] = (
    _twins,
    _related,
    _pregnancies,
    _births,
    _sexes,
    _nhs_numbers,
    _one_contact,
    _told_apart,
)


def _whole_birth(person: Person) -> date | None:
    return person.born_earliest if person.born_earliest == person.born_latest else None


def _share_given_name(kept: Person, merged: Person) -> bool:
    first, second = ({fold(name) for name in one.named("given")} for one in (kept, merged))
    # A name that nobody knows tells nobody apart.
    return not first or not second or bool(first & second)


def _same_home(kept: Person, merged: Person) -> bool:
    if kept.household_id and kept.household_id == merged.household_id:
        return True
    homes = [
        {(fold(home.line_1), fold(home.postcode or "")) for home in one.addresses if home.line_1}
        for one in (kept, merged)
    ]
    return bool(homes[0] & homes[1])


def _share_parent(pair: Pair) -> bool:
    parents = [_parents(pair.kept_ids), _parents(pair.merged_ids)]
    return bool(parents[0] & parents[1])


def _parents(ids: list[UUID]) -> set[UUID]:
    question = select(PersonRelationship.person_id).where(
        PersonRelationship.other_id.in_(ids), PersonRelationship.kind == "parent"
    )
    return {found[0] for found in groups.members_of(set(db.session.scalars(question))).values()}


def _numbers(person: Person) -> set[str]:
    return {one.value for one in person.identifiers if one.scheme == "nhs_number"}


def _answered(ids: list[UUID]) -> dict[str, set[UUID]]:
    question = select(PersonLink.answer, PersonLink.participation_id).where(
        PersonLink.person_id.in_(ids), PersonLink.replaced_at.is_(None)
    )
    found: dict[str, set[UUID]] = {"confirmed": set(), "refused": set()}
    for answer, participation_id in db.session.execute(question):
        found.setdefault(answer, set()).add(participation_id)
    return found


def _confirmed_in(ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """Give who of a contact was confirmed to be this person, by the contact: of every contact, in reach or not."""
    with viewing(worker_viewer("merging")):
        question = select(Participation.contact_id, Participation.id).where(
            Participation.id.in_(_answered(ids)["confirmed"])
        )
        found: dict[UUID, set[UUID]] = {}
        for contact_id, participation_id in db.session.execute(question):
            found.setdefault(contact_id, set()).add(participation_id)
    return found
