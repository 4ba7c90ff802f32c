"""The sample county's families as people of the index: each once, with household, addresses, and who is whose.

Who they are in each earlier contact is confirmed here, by the seeding. Nothing else confirms it but a person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from routing_rules import clocks
from screening.dates import span
from screening.db import Json, db
from screening.models import (
    Contact,
    Household,
    Person,
    PersonAddress,
    PersonLink,
    PersonName,
    PersonRelationship,
    User,
)
from screening.people.finding import index
from screening.sample import family_files
from screening.sample.family_files import Story

SOURCE = "sample case system"
LINKED_AFTER = timedelta(minutes=20)
# What an adult is, by the words of a family's file, to its children; who of two adults are partners.
TO_CHILDREN = {
    "mother": "parent",
    "father": "parent",
    "father of the youngest": "parent",
    "grandmother": "grandparent",
    "foster carer": "carer",
    "mother's partner": "step_parent",
    "mother's wife": "step_parent",
    "mother's former partner": "other",
}
OF_THE_YOUNGEST = "father of the youngest"
PARTNERS = ({"mother", "father"}, {"mother", "mother's partner"}, {"mother", "mother's wife"})


@dataclass
class SamplePeople:
    """Everybody, by their family's place in the files and their short name in it."""

    at: datetime
    people: dict[tuple[int, str], Person] = field(default_factory=dict)

    def add(self, families: Iterable[Json]) -> None:
        """Make everybody, and have them found."""
        for family in families:
            self._add_family(family)
        index.put_new(list(self.people.values()))

    def link(self, story: Story, contact: Contact, by: User) -> None:
        """Confirm who everybody in an earlier contact is."""
        everybody = sorted(contact.participations, key=lambda one: (one.role == "adult", one.position))
        for participation, key in zip(everybody, family_files.keys_in(story), strict=True):
            person = self.people[id(story.family), key]
            link = PersonLink(
                participation_id=participation.id,
                person_id=person.id,
                answer="confirmed",
                answered_by_id=by.id,
                answered_at=story.received_at + LINKED_AFTER,
            )
            db.session.add(link)

    def _add_family(self, family: Json) -> None:
        number = len(self.people) + 1
        household = Household(source=SOURCE, source_id=f"SH-{number:04}")
        db.session.add(household)
        db.session.flush()
        members = [*family["children"], *family.get("adults", [])]
        made = {
            family_files.key_of(member): self._person(family, member, household, number + place)
            for place, member in enumerate(members)
        }
        db.session.add_all(made.values())
        db.session.flush()
        db.session.add_all(_relationships(family, made))
        self.people |= {(id(family), key): person for key, person in made.items()}

    def _person(self, family: Json, member: Json, household: Household, number: int) -> Person:
        given, surname = family_files.split_name(member)
        earliest, latest = span(str(member["born"])) if "born" in member else (None, None)
        today = clocks.london_date(self.at)
        person = Person(
            source=SOURCE,
            source_id=f"SP-{number:04}",
            sex=member.get("sex") or _sex(member),
            date_of_birth=str(member["born"]) if "born" in member else None,
            born_earliest=earliest,
            born_latest=latest,
            age_years_estimated=member.get("age"),
            age_as_of=today if "age" in member else None,
            household_id=None if member.get("away") else household.id,
            made_at=self.at,
        )
        names = [("given", given), ("family", surname)]
        person.names = [PersonName(kind=kind, position=0, name=name) for kind, name in names if name]
        person.addresses = list(_addresses(family, member, today))
        return person


def _sex(adult: Json) -> str | None:
    words = adult.get("is", "")
    if words.startswith("father"):
        return "M"
    return "F" if words in ("mother", "grandmother", "mother's wife") else None


def _addresses(family: Json, member: Json, today: date) -> Iterator[PersonAddress]:
    # Where somebody lives who does not live with the family is known only where it is said.
    homes: list[tuple[list[str], date | None]] = []
    if "home" in member or not member.get("away"):
        homes.append((member.get("home") or family["home"], None))
    homes += [(one["home"], today - timedelta(days=one["left_days_ago"])) for one in family.get("before", [])]
    for position, ((line_1, town, postcode), until) in enumerate(homes):
        yield PersonAddress(position=position, line_1=line_1, town=town, postcode=postcode, until=until)


def _relationships(family: Json, made: dict[str, Person]) -> Iterator[PersonRelationship]:
    children = [made[family_files.key_of(child)] for child in family["children"]]
    for one, other in combinations(children, 2):
        yield _relationship(one, "sibling", other)
    adults = family.get("adults", [])
    for adult in adults:
        # The youngest is the last that the file names.
        theirs = children[-1:] if adult["is"] == OF_THE_YOUNGEST else children
        for child in theirs:
            yield _relationship(made[family_files.key_of(adult)], TO_CHILDREN[adult["is"]], child)
    for one, other in combinations(adults, 2):
        if {one["is"], other["is"]} in PARTNERS and not (one.get("away") or other.get("away")):
            yield _relationship(made[family_files.key_of(one)], "partner", made[family_files.key_of(other)])


def _relationship(person: Person, kind: str, other: Person) -> PersonRelationship:
    return PersonRelationship(person_id=person.id, other_id=other.id, kind=kind, source=SOURCE)
