"""What the index knows of somebody: who they may be, family wherever it lives, who lives at the address, alerts.

What stands on a record that a person confirmed is confirmed; what stands on a candidate is possible, and sets no fact.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from routing_rules import clocks
from screening.db import Json, db, now
from screening.models import Participation, Person, PersonAddress, PersonAlert, PersonLink, PersonRelationship
from screening.names import fold
from screening.people import alike, groups
from screening.people.alike import Asked
from screening.people.describing import as_said
from screening.people.finding import search
from screening.people.homes import hidden_homes
from screening.people.matching import card_of

SOURCE = "people index"
MOST_CANDIDATES, MOST_AT_ADDRESS = 10, 30
# A candidate is told of from one chance in a hundred, where the evidence against a stranger is what `alike` asks.
LEAST_POSTERIOR = 0.01
# Who turned 18 within the last year was a child in the year of which contacts are counted.
ADULT_MONTHS = 19 * 12
SAME_HOUSEHOLD = "Same household"
SAME_CHILDHOOD = ("sibling", "half_sibling")
# Whoever somebody named is told of however unlikely the search finds them: unknown is never "no".
DOUBTED = "Call handler doubts it is them"
NAMED = {"proposed": "Proposed by the call handler", "not_sure": "Somebody was not sure whether this is them"}


@dataclass
class Known:
    """What the index tells. Each entry names its person, so that whoever may not know of them is not told.

    `groups` are the records that make up each candidate, by the candidate's id.
    """

    candidates: list[Json] = field(default_factory=list)
    family: list[Json] = field(default_factory=list)
    household: list[Json] = field(default_factory=list)
    alerts: list[Json] = field(default_factory=list)
    restricted: set[UUID] = field(default_factory=set)
    groups: dict[UUID, list[UUID]] = field(default_factory=dict)

    @property
    def candidate_ids(self) -> list[UUID]:
        """The people whom they may be, by the record that is kept."""
        return [UUID(one["person_id"]) for one in self.candidates]

    @property
    def has_namesakes(self) -> bool:
        """Say whether two records have this name and birth."""
        return len([one for one in self.candidates if one["same_name_and_birth"]]) > 1

    @cached_property
    def family_ids(self) -> list[UUID]:
        """All records of brothers and sisters, wherever they live."""
        return groups.all_members([UUID(one["person_id"]) for one in self.family])


def look(person: Participation, asked: Asked, records: Collection[UUID], said: Sequence[PersonLink]) -> Known:
    """Look somebody up in the index: by their records where a person confirmed them, else as who they may be.

    Args:
        person: the one asked about, as the contact gives them.
        asked: the same as they are compared.
        records: those of the index that a person confirmed they are.
        said: what people said of who it is; see `links_of`.
    """
    known = Known()
    if not records:
        known.candidates = _candidates(person, said)
    standing = "confirmed" if records else "possible"
    # A merge moves nothing: an alert of a candidate may stand on a record that was merged into theirs.
    known.groups = groups.members_of(known.candidate_ids)
    of = list(records) or list(dict.fromkeys(chain.from_iterable(known.groups.values())))
    beside = _beside(of)
    known.family = [one | {"standing": standing} for one in _family(of, beside.children)]
    known.alerts = [one | {"standing": standing} for one in _alerts(of)]
    known.household = list(_household(person, asked, of))
    told = {one["person_id"] for one in (*known.household, *known.family)}
    adults = [{**_who(one), "standing": standing, "reasons": [SAME_HOUSEHOLD]} for one in beside.adults]
    known.household += [one for one in adults if one["person_id"] not in told]
    parts = (known.candidates, known.family, known.alerts, known.household)
    named = {UUID(one["person_id"]) for part in parts for one in part}
    restricted = select(Person.id).where(Person.id.in_({*named, *of}), Person.restricted)
    known.restricted = set(db.session.scalars(restricted))
    return known


def links_of(person: Participation) -> list[PersonLink]:
    """Give what people said, and still holds, of who somebody is."""
    question = select(PersonLink).where(PersonLink.participation_id == person.id, PersonLink.replaced_at.is_(None))
    return list(db.session.scalars(question.order_by(PersonLink.seq)))


def is_named(said: Sequence[PersonLink]) -> bool:
    """Say whether somebody proposed a person, or was not sure of one."""
    return any(link.answer in NAMED for link in said)


def _named(said: Sequence[PersonLink]) -> dict[UUID, str]:
    """Give those whom somebody proposed or was not sure of, by the record that is kept, and which of the two."""
    words = {link.person_id: NAMED[link.answer] for link in said if link.answer in NAMED}
    kept = groups.members_of(words)
    return {kept[person_id][0]: which for person_id, which in words.items()}


def _candidates(person: Participation, said: Sequence[PersonLink]) -> list[Json]:
    found = search.search_thoroughly(as_said(person), MOST_CANDIDATES).candidates if person.name_key else []
    told, refused = _named(said), {link.person_id for link in said if link.answer == "refused"}
    # A doubt takes nobody away, and brings nobody: it is told beside the reasons.
    doubted = _kept(link.person_id for link in said if link.answer == "doubted")
    likely = {
        one.person_id: one
        for one in found
        if one.person_id in told or (one.weight >= alike.LEAST_WEIGHT and one.posterior >= LEAST_POSTERIOR)
    }
    people = _people([*told, *likely])
    return [
        {
            **_who(people[person_id]),
            "same_name_and_birth": _is_namesake(people[person_id], person),
            "posterior": round(likely[person_id].posterior, 4) if person_id in likely else None,
            "reasons": [
                *_words(told.get(person_id) or (DOUBTED if person_id in doubted else None)),
                *_reasons(likely.get(person_id)),
            ],
            "standing": "possible",
        }
        for person_id in dict.fromkeys([*told, *likely])
        if person_id not in refused and person_id in people
    ]


def _kept(person_ids: Iterable[UUID]) -> set[UUID]:
    return {members[0] for members in groups.members_of(set(person_ids)).values()}


def _words(said: str | None) -> list[str]:
    return [said] if said else []


def _reasons(found: search.Candidate | None) -> list[str]:
    return [reason.words for reason in found.reasons if reason.field != "address"] if found else []


def _is_namesake(known: Person, person: Participation) -> bool:
    whole = person.born_earliest is not None and person.born_earliest == person.born_latest
    births = (known.born_earliest, known.born_latest) == (person.born_earliest, person.born_latest)
    return whole and births and fold(known.full_name) == person.name_key


def _people(ids: Collection[UUID]) -> dict[UUID, Person]:
    question = select(Person).where(Person.id.in_(ids)).options(selectinload(Person.names))
    return {person.id: person for person in db.session.scalars(question)} if ids else {}


def _who(person: Person) -> Json:
    return {
        "person_id": str(person.id),
        "name": person.full_name,
        "date_of_birth": person.date_of_birth,
        "source": person.source or SOURCE,
    }


def _family(records: Collection[UUID], beside: Sequence[Person]) -> Iterator[Json]:
    """Find brothers and sisters: written down as such, by a parent they share, or `beside` them in the household."""
    if not records:
        return
    reasons = _siblings(records)
    for parent_shared in db.session.scalars(_children_of_same_parents(records)):
        reasons.setdefault(parent_shared, []).append("Shares a parent")
    for other in beside:
        reasons.setdefault(other.id, []).append(SAME_HOUSEHOLD)
    members = groups.members_of(reasons)
    kept: dict[UUID, list[str]] = {}
    for person_id, words in reasons.items():
        kept.setdefault(members.get(person_id, [person_id])[0], []).extend(words)
    known = {one.id: one for one in beside}
    ids = kept.keys() - set(records)
    people = {**_people(ids - known.keys()), **{one: known[one] for one in ids & known.keys()}}
    for person_id, person in people.items():
        yield {**_who(person), "reasons": list(dict.fromkeys(kept[person_id]))}


def _siblings(records: Collection[UUID]) -> dict[UUID, list[str]]:
    written = select(PersonRelationship).where(
        PersonRelationship.kind.in_(SAME_CHILDHOOD),
        or_(PersonRelationship.person_id.in_(records), PersonRelationship.other_id.in_(records)),
    )
    found: dict[UUID, list[str]] = {}
    for row in db.session.scalars(written):
        other = row.other_id if row.person_id in records else row.person_id
        found.setdefault(other, []).append(row.kind.replace("_", "-").capitalize())
    return found


def _children_of_same_parents(records: Collection[UUID]) -> Select[UUID]:
    own = select(PersonRelationship.person_id).where(
        PersonRelationship.kind == "parent", PersonRelationship.other_id.in_(records)
    )
    # Each child may have been written down with another record of the parent.
    parents = groups.all_members(list(db.session.scalars(own.distinct())))
    others = select(PersonRelationship.other_id).where(
        PersonRelationship.kind == "parent",
        PersonRelationship.person_id.in_(parents),
        PersonRelationship.other_id.not_in(records),
    )
    return others.distinct()


def _same_household(records: Collection[UUID]) -> Select[UUID]:
    homes = select(Person.household_id).where(Person.id.in_(records), Person.household_id.is_not(None))
    return select(Person.id).where(Person.household_id.in_(homes), Person.id.not_in(records)).limit(MOST_AT_ADDRESS)


@dataclass(frozen=True)
class _Beside:
    """Who is of the same household: adults, and who may be brother or sister, as whoever has no birth known may be."""

    adults: list[Person]
    children: list[Person]


def _beside(records: Collection[UUID]) -> _Beside:
    people = _people(list(db.session.scalars(_same_household(records)))).values() if records else ()
    since = clocks.months_before(clocks.london_date(now()), ADULT_MONTHS) if people else date.max
    grown = {one.id for one in people if one.born_latest is not None and one.born_latest < since}
    return _Beside([one for one in people if one.id in grown], [one for one in people if one.id not in grown])


def _alerts(records: Collection[UUID]) -> list[Json]:
    standing = select(PersonAlert).where(PersonAlert.person_id.in_(records), PersonAlert.ended_at.is_(None))
    today = clocks.london_date(now())
    return [
        {
            "person_id": str(alert.person_id),
            "kind": alert.kind,
            "words": alert.words,
            "source": alert.source,
            "review_on": alert.review_on.isoformat(),
            "review_is_late": alert.review_on < today,
        }
        for alert in (db.session.scalars(standing) if records else ())
    ]


def _household(person: Participation, asked: Asked, records: Collection[UUID]) -> Iterator[Json]:
    """Find who else lives or lived at the address. A protected address finds nobody: it is told to nobody."""
    if not (person.address_line_1 and person.postcode):
        return
    lives = {"line_1": person.address_line_1, "town": person.town, "postcode": person.postcode}
    found = search.search({"addresses": [lives]}, limit=MOST_AT_ADDRESS).candidates
    ids = [one.person_id for one in found if one.person_id not in records]
    people = _people(ids)
    addresses = select(PersonAddress).where(PersonAddress.person_id.in_(ids))
    hidden = hidden_homes(people.values())
    told: set[UUID] = set()
    for address in db.session.scalars(addresses.order_by(PersonAddress.until.desc().nulls_first())) if ids else ():
        if address.id in hidden or address.person_id not in people or address.person_id in told:
            continue
        if _is_there(address, asked):
            told.add(address.person_id)
            until = {"until": address.until.isoformat()} if address.until else {}
            yield {**_who(people[address.person_id]), **until, "standing": "possible", "reasons": ["Same address"]}


def _is_there(address: PersonAddress, asked: Asked) -> bool:
    described = {"line_1": address.line_1, "town": address.town, "postcode": address.postcode}
    card = card_of({"addresses": [described]}, today=clocks.london_date(now()))
    return alike.same_address(asked.card, card)
