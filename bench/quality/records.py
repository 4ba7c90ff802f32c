"""What the index holds of the county's people: as complete as records are, which is not quite."""

import random
from typing import Any

from bench.quality.uk_people import TODAY, Person, Place, age_of


def recorded(held: list[Person], seed: int) -> list[dict[str, Any]]:
    """Give the index: a line for each person held, as `people load` reads one."""
    chance = random.Random(seed)
    return [record(person, chance) for person in held]


def record(person: Person, chance: random.Random) -> dict[str, Any]:
    """Give the line that the index holds of a person, as complete as records are."""
    made: dict[str, Any] = {"id": person.id, "household": person.household}
    given = " ".join(filter(None, (person.given, person.middle if chance.random() < 0.95 else "")))
    made["given_names"] = [given] if given else []
    made["family_names"] = [person.family]
    if person.former:
        made["also_known_as"] = [f"{person.given} {person.former}"] if chance.random() < 0.85 else []
    if person.sex and chance.random() < 0.95:
        made["sex"] = person.sex
    made |= _recorded_birth(person, chance)
    homes = [_address(person.home)] if chance.random() < 0.96 else []
    if person.past and person.left and chance.random() < 0.85:
        homes.append(_address(person.past) | {"until": person.left.isoformat()})
    made["addresses"] = homes
    made["phones"] = [person.phone] if person.phone else []
    if person.nhs:
        made["nhs_number"] = person.nhs
    return made


def _recorded_birth(person: Person, chance: random.Random) -> dict[str, Any]:
    if person.born is None:
        return {"expected_delivery_date": person.due.isoformat()} if person.due else {}
    how, text = chance.random(), person.born.isoformat()
    if how < 0.91:
        return {"date_of_birth": text}
    if how < 0.95:
        return {"date_of_birth": text[:4]}
    if how < 0.96:
        return {"date_of_birth": text[:7]}
    if how < 0.98:
        return {"age_years_estimated": max(0, age_of(person) + chance.randrange(-1, 2)), "age_as_of": TODAY.isoformat()}
    return {}


def _address(place: Place) -> dict[str, str]:
    return {"line_1": place.line, "town": place.town, "postcode": place.postcode}
