"""The sample county's invented families as their files tell them: who, when, what was said. Makes no rows.

A family's file is short because what is usual is left out: the core safety questions were answered, a child was at
home, everybody in the family is in each of its contacts. `sample/families/README.md` lists what can be said.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from routing_rules import clocks, ruleset
from screening.dates import span
from screening.db import Json
from screening.names import name_key

# Answered in each contact unless it says otherwise: somebody asked whether the child was safe.
USUALLY_ANSWERED = {
    "child_safe_now": "yes",
    "immediate_danger": "no",
    "needs_medical_help": "no",
    "alleged_adult_has_access": "no",
    "other_children_at_risk": "no",
}
# Not `yes` and `no`: YAML takes bare ones for true and false, even as names.
ANSWERS = {"said_yes": "yes", "said_no": "no", "not_known": "unknown"}
# What a contact may say otherwise of a child: a birth that was given in another way takes the usual one's place.
BIRTHS = ("born", "age", "due_in_days")


@dataclass(kw_only=True)
class Story:
    """One contact of one family, `earlier` ones first. `number` varies who took it and who decided it."""

    family: Json
    told: Json
    referrer: Json
    received_at: datetime
    number: int = 0
    earlier: list["Story"] = field(default_factory=list)

    @property
    def on(self) -> date:
        """The London day on which it was received."""
        return clocks.london_date(self.received_at)

    @property
    def is_live(self) -> bool:
        """True where a team is still at work on it."""
        return "live" in self.told


def families() -> list[Json]:
    """Read every family, file by file."""
    folder = files("screening") / "sample" / "families"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return [family for name in names for family in _read(f"families/{name}")["families"]]


def referrers() -> Json:
    """Read who makes contacts, by a short name."""
    found: Json = _read("referrers.yaml")["referrers"]
    return found


def _read(name: str) -> Any:
    text = (files("screening") / "sample" / name).read_text(encoding="utf-8")
    # The C loader where there is one: in plain Python reading takes as long as the rest of the seeding. Both are safe.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # nosec B506


def children(story: Story) -> Iterator[Json]:
    """Give the children of one contact as the live path keeps them; whoever was not born yet is left out."""
    for key, said in _children_in(story):
        yield {**_person(story, said), **_childs_own(story, said), "answers": _answers_of(story, key)}


def keys_in(story: Story) -> list[str]:
    """Give the short names of everybody in one contact, children first: in the order of `children` and `adults`."""
    return [key for key, _ in _children_in(story)] + [_key(adult) for adult in story.family.get("adults", [])]


def _children_in(story: Story) -> Iterator[tuple[str, Json]]:
    wanted, otherwise = story.told.get("who"), story.told.get("as", {})
    for child in story.family["children"]:
        key = _key(child)
        if wanted and key not in wanted:
            continue
        said = _said(child, otherwise.get(key, {}))
        born = _person(story, said)["born_earliest"]
        if born is None or born <= story.on:
            yield key, said


def adults(story: Story) -> Iterator[Json]:
    """Give the adults of one contact as the live path keeps them."""
    harmful = story.told.get("harm", [])
    others = story.told.get("as", {})
    everybody = range(sum(1 for _ in children(story)))
    for adult in story.family.get("adults", []):
        key = _key(adult)
        said = _said(adult, others.get(key, {}))
        home = {} if said.get("away") and "home" not in said else _home(story, said)
        yield {
            **_person(story, said),
            "address_line_1": None,
            "town": None,
            "postcode": None,
            **home,
            "relationship_to_child": said["is"],
            "in_household": not said.get("away", False),
            "alleged_harm_to": list(everybody) if key in harmful else [],
            "works_with_children": said.get("works_with_children", "unknown"),
        }


def answers(story: Story) -> Json:
    """Give what was answered about the household, the core safety questions first."""
    said = _said_of(story, lambda name: not _is_a_childs(name))
    return {**USUALLY_ANSWERED, **said}


def is_new_today(family: Json) -> bool:
    """Say whether nobody knew a family until today, as its checks then found: it is not in the index of people."""
    return all("live" in told and "outcome" in told for told in family["contacts"])


def key_of(child: Json) -> str:
    """Give the short name by which the family's file speaks of somebody."""
    return _key(child)


def home_of(family: Json, person: Json) -> Json:
    """Give where somebody lives now."""
    line_1, town, postcode = person.get("home") or family["home"]
    return {"address_line_1": line_1, "town": town, "postcode": postcode}


def split_name(said: Json) -> tuple[str | None, str | None]:
    """Part a name at its first space; a name of one word is a given name."""
    given, _, family = said.get("name", "").partition(" ")
    return given or None, family or said.get("family")


def _key(person: Json) -> str:
    return str(person.get("name", "unborn").split()[0])


def _said(person: Json, otherwise: Json) -> Json:
    dropped = set(BIRTHS) if set(BIRTHS) & set(otherwise) else set()
    if "due_in_days" in otherwise:
        dropped |= {"name", "school"}
    return {name: value for name, value in person.items() if name not in dropped} | otherwise


def _person(story: Story, said: Json) -> Json:
    given, family = split_name(said)
    earliest, latest = span(str(said["born"])) if "born" in said else (None, None)
    due = story.on + timedelta(days=said["due_in_days"]) if "due_in_days" in said else None
    return {
        "given_name": given,
        "family_name": family,
        "name_key": name_key(given, family),
        "sex": said.get("sex") if due is None else "U",
        "date_of_birth": str(said["born"]) if "born" in said else None,
        "born_earliest": earliest,
        "born_latest": latest,
        "age_years_estimated": said.get("age"),
        "age_as_of": story.on if "age" in said else None,
        "expected_delivery_date": due,
        **_home(story, said),
    }


def _home(story: Story, said: Json) -> Json:
    return home_of(story.family, {"home": story.told.get("home") or said.get("home")})


def _childs_own(story: Story, said: Json) -> Json:
    carer = next((adult["is"] for adult in story.family.get("adults", []) if not adult.get("away")), None)
    where = {"place": story.told.get("where", "Home"), **({"with_whom": carer} if carer else {})}
    return {
        "ethnicity": said.get("ethnicity", story.family["ethnicity"]),
        "disabilities": said.get("disabilities"),
        "where_now": None if "due_in_days" in said else where,
        "school": said.get("school"),
        "gp": story.family.get("gp"),
        "language": story.family.get("language", "en"),
        "interpreter": story.family.get("interpreter", "no"),
    }


def _answers_of(story: Story, key: str) -> Json:
    return _said_of(story, _is_a_childs) | dict.fromkeys(story.told.get("of", {}).get(key, []), "yes")


def _said_of(story: Story, wanted: Callable[[str], bool]) -> Json:
    return {name: word for part, word in ANSWERS.items() for name in story.told.get(part, []) if wanted(name)}


def _is_a_childs(name: str) -> bool:
    return _scopes()[name] == "child"


@cache
def _scopes() -> dict[str, str]:
    return {name: found.scope for name, found in ruleset.sample().fields.items()}
