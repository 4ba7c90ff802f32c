"""Who the people of a call may be, as they are typed: candidates for each, and what was said of them.

A handler proposes or doubts; who may confirm who somebody is, confirms. Nothing is linked by itself (hazard H7).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from routing_rules import clocks
from screening import call_safe
from screening.access import viewer
from screening.contacts import live, people, said, same_home
from screening.db import Json
from screening.errors import Conflict, Invalid, NotFound
from screening.models import Contact, Participation
from screening.people import candidates, groups, involved, links, queries
from screening.people.finding import live_search
from screening.people.finding.live_search import LookedUp, Match
from screening.people.links import Current, Shown
from screening.said import dates_said

ROLES = {name: role for role, name in people.LISTS.items()}
IDENTITY = ("given_name", "family_name", "date_of_birth", "age_years_estimated", "expected_delivery_date", "sex")
CONFIRMS = "people.link"
SHOWN_FIRST = 3
LONGEST_LINE = 200
CHOOSE = "Choose one of the people who are shown, and one of the answers."
NO_PERSON = "There is no such person in this call yet. Write their name, and choose again."
NOT_SHOWN = "This person is not among those found any more. Look at who is found now, and choose again."
# What a button says, and what is kept of it.
ANSWERS = {"this": "confirmed", "not": "refused", "unsure": "not_sure"}
OF_HANDLERS = {"this": "proposed", "not": "doubted"}


@dataclass(frozen=True)
class Place:
    """Somebody's place in a call: `children.0` is the first child."""

    name: str
    number: int

    @property
    def path(self) -> str:
        """The place as the form's fields have it."""
        return f"{self.name}.{self.number}"

    @property
    def anchor(self) -> str:
        """Where on the page it says who they may be."""
        return f"matches-{self.name}-{self.number}"

    @property
    def role(self) -> str:
        """What they are in the call."""
        return ROLES[self.name]


class OfCall:
    """What is the same for everybody of a call, read once: how it is taken, and which records its children are."""

    def __init__(self, contact: Contact) -> None:
        """Ask nothing yet."""
        self.contact = contact

    @cached_property
    def is_call_safe(self) -> bool:
        """Whether nothing of others is shown at a glance."""
        return call_safe.state_of(self.contact).on

    @cached_property
    def children_known(self) -> set[UUID]:
        """The records that were said to be a child of the call."""
        return {one.kept_id for one in _said_in(self.contact)}


def place_of(path: str) -> Place:
    """Read a place.

    Raises:
        Invalid: it is none.
    """
    name, _, number = path.partition(".")
    if name not in ROLES or not number.isdecimal() or len(number) > 2:
        raise Invalid(CHOOSE)
    return Place(name, int(number))


def of_call(contact: Contact, body: Json) -> list[Json]:
    """Look up everybody of a call, children first; a first child stands on the page before anything is typed."""
    counts = {"children": max(len(body.get("children", [])), 1), "adults": len(body.get("adults", []))}
    places = [Place(name, number) for name, count in counts.items() for number in range(count)]
    of_all = OfCall(contact)
    return [_of_place(of_all, body, place) for place in places]


def of_place(contact: Contact, body: Json, place: Place) -> Json:
    """Look up one person of a call as typed: see `components/matches.html`."""
    return _of_place(OfCall(contact), body, place)


def _of_place(of_all: OfCall, body: Json, place: Place) -> Json:
    contact = of_all.contact
    typed, person = _typed(body, place), _participation(contact, place)
    found = live_search.look_up(described(contact, typed, place.role), contact.id)
    answers = links.current([person.id]).get(person.id, []) if person else []
    said_of = {one.kept_id: one for one in answers}
    matches = [_match(match, said_of.get(match.person_id)) for match in found.matches]
    if of_all.is_call_safe:
        # The caller may be whom they hide from: not even a town is on the screen to be read out.
        matches = [match | {"area": ""} for match in matches]
    confirms = viewer().may(CONFIRMS)
    stands = [match for match in matches if match["said"] != "refused"]
    return {
        "path": place.path,
        "name": live.name_of(typed) or f"{place.role.capitalize()} {place.number + 1}",
        "state": found.state,
        "ask": found.ask if not links.confirmed_of(answers) else "",
        "settled": [_settled(one, found) for one in answers if one.link.answer in ("proposed", "confirmed")],
        # Whom a handler doubts they fold away; who says who it is goes on seeing them, with the doubt.
        "matches": [match for match in stands if confirms or match["said"] != "doubted"],
        "doubted": [match for match in stands if match["said"] == "doubted" and not confirms],
        "same_home": _same_home(of_all, body, place, said_of),
        "first": SHOWN_FIRST,
        "confirms": confirms,
    }


def _same_home(of_all: OfCall, body: Json, place: Place, said_of: Collection[UUID]) -> Json | None:
    """Say which other children are known where a child of the call lives; never what could not be looked up."""
    if place.role != "child":
        return None
    others = of_all.children_known | set(said_of)
    return same_home.offered(of_all.contact, body, _typed(body, place), others)


def _said_in(contact: Contact) -> list[Current]:
    answers = links.current([child.id for child in contact.children])
    return [one for of_child in answers.values() for one in of_child if one.link.answer in ("proposed", "confirmed")]


def described(contact: Contact, typed: Json, role: str) -> Json:
    """Describe somebody of a call as a search is asked, as far as what was typed can be read."""
    on = clocks.london_date(contact.first_received_at)
    sent = said.as_sent({people.LISTS[role]: [typed]}, on)[people.LISTS[role]][0]
    read = people.readable(role, {name: value for name, value in sent.items() if name in IDENTITY})
    due = read.get("expected_delivery_date")
    home = _home(typed)
    told = {
        "given_names": [read["given_name"]] if "given_name" in read else None,
        "family_names": [read["family_name"]] if "family_name" in read else None,
        "sex": read.get("sex"),
        "date_of_birth": read.get("date_of_birth"),
        "age_years_estimated": read.get("age_years_estimated"),
        "expected_delivery_date": dates_said.middle(due).isoformat() if due else None,
        "addresses": [home] if home else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def answer(contact: Contact, body: Json, place: Place, choice: str) -> None:
    """Keep what the viewer says of one candidate who is shown to them; `choice` as `this PERSON-ID`.

    Raises:
        Invalid: the choice cannot be read.
        NotFound: nobody stands at that place.
        Conflict: the candidate is not found by what is typed now; or somebody else said who this is.
    """
    word, _, person_id = choice.partition(" ")
    person = _participation(contact, place)
    if person is None:
        raise NotFound(NO_PERSON)
    if word == "back":
        links.take_back(person, _id(person_id))
    else:
        match = _shown(contact, body, place, _id(person_id))
        links.answer(person, queries.person_of(match.person_id), _answer(word), _as_shown(match))


def _answer(word: str) -> str:
    answers = ANSWERS if viewer().may(CONFIRMS) else OF_HANDLERS
    if word not in answers:
        raise Invalid(CHOOSE)
    return answers[word]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(CHOOSE) from None


def _shown(contact: Contact, body: Json, place: Place, person_id: UUID) -> Match:
    found = live_search.look_up(described(contact, _typed(body, place), place.role), contact.id)
    for match in found.matches:
        if match.person_id == person_id:
            return match
    raise Conflict(NOT_SHOWN)


def _as_shown(match: Match) -> Shown:
    reasons = [{"field": reason.field, "words": reason.words} for reason in match.candidate.reasons]
    return Shown(match.candidate.model, match.candidate.posterior, match.candidate.weight, reasons)


def _typed(body: Json, place: Place) -> Json:
    listed = body.get(place.name, [])
    typed: Json = listed[place.number] if place.number < len(listed) else {}
    return typed


def _home(typed: Json) -> dict[str, str]:
    # As typed: half a postcode is no error while somebody still types it, and the street counts all the same.
    home = typed.get("address", {})
    parts = {part: " ".join(str(home.get(part, "")).split())[:LONGEST_LINE] for part in ("line_1", "town", "postcode")}
    return {part: words for part, words in parts.items() if words}


def _participation(contact: Contact, place: Place) -> Participation | None:
    of_role = contact.children if place.role == "child" else contact.adults
    return next((person for person in of_role if person.position == place.number), None)


def _match(match: Match, answered: Current | None) -> dict[str, Any]:
    return {
        **match.told(),
        "said": answered.link.answer if answered else "",
        "said_by": answered.when_words if answered else "",
        "own": answered is not None and answered.link.answered_by_id == viewer().user_id,
    }


def _settled(answered: Current, found: LookedUp) -> dict[str, Any]:
    name = next((match.name for match in found.matches if match.person_id == answered.kept_id), "")
    if not name:
        name = candidates.people_of({answered.kept_id})[answered.kept_id].full_name
    own = answered.link.answered_by_id == viewer().user_id
    return {
        "person_id": answered.kept_id,
        "name": name,
        "answer": answered.link.answer,
        "by": "You" if own else answered.by,
        "open_to": involved.known_words(groups.members(answered.kept_id)),
        "own": own,
    }
