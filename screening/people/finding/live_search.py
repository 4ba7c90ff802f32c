"""Looking for somebody while one types: who it may be, in the words of a page. A person says who it is.

What cannot be looked for, and what could not be, never reads as "nobody".
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import func, select

from screening import telling
from screening.access import viewer
from screening.db import Json, db, now
from screening.models import Person
from screening.people import candidates
from screening.people.finding.search import Candidate, Found, record_search, search
from screening.people.homes import area, hidden_homes
from screening.people.matching.reasons import Reason
from screening.wording import long_day

log = structlog.get_logger()
# A caller is on the line: what takes longer is told as not checked, and tried again.
LIMIT_MS = 2_000
# Two facts find somebody; a number by itself does, too.
ENOUGH_FACTS = 2
NAMES = ("given_names", "family_names", "also_known_as")
BIRTHS = ("date_of_birth", "age_years_estimated", "expected_delivery_date")
NUMBERS = ("nhs_number", "upn")
# The fact that would tell two apart, as it is asked of a caller.
QUESTIONS = {
    "date of birth": "What is their date of birth?",
    "first name": "What is their first name?",
    "street and house number": "What is the street, and the number of the house?",
    "middle name": "Do they have a middle name?",
    "sex": "Are they male or female?",
    "family name": "What is their last name? Did they have another?",
    "telephone number": "What is their telephone number?",
}
READS = "people.read"
HOME = "address"


@dataclass(frozen=True)
class Match:
    """Somebody who it may be, as this viewer may see them."""

    candidate: Candidate
    name: str
    also_known_as: str
    born: str
    area: str
    sure: str
    reasons: list[str]

    @property
    def person_id(self) -> UUID:
        """Who it is in the index."""
        return self.candidate.person_id

    def told(self) -> Json:
        """Give what `components/matches.html` shows of them."""
        shown = ("person_id", "name", "also_known_as", "born", "area", "sure", "reasons")
        return {name: getattr(self, name) for name in shown}


@dataclass(frozen=True)
class LookedUp:
    """The answer. `state` is `found`, `nobody`, `too_little` or `not_checked`; `ask` a question, or nothing."""

    state: str
    matches: list[Match] = field(default_factory=list)
    ask: str = ""


TOO_LITTLE, NOT_CHECKED = LookedUp("too_little"), LookedUp("not_checked")


def is_enough(described: Json) -> bool:
    """Say whether enough is known of somebody to look for them: two facts, or a number that is theirs alone."""
    homes = described.get("addresses", [])
    facts = [described.get(name) for name in NAMES]
    facts += [any(described.get(name) is not None for name in BIRTHS), described.get("phones")]
    facts += [any(home.get(part) for home in homes) for part in ("line_1", "postcode")]
    return sum(map(bool, facts)) >= ENOUGH_FACTS or any(described.get(name) for name in NUMBERS)


def look_up(described: Json, contact_id: UUID | None = None) -> LookedUp:
    """Look somebody up for the viewer, and write down that they were looked for and who was shown.

    A search that fails is told as not checked, and takes nothing with it of the transaction that it is in.
    """
    if not is_enough(described):
        return TOO_LITTLE
    try:
        with db.session.begin_nested():
            db.session.execute(select(func.set_config("statement_timeout", str(LIMIT_MS), True)))
            found = search(described)
            matches = matches_of(found)
            record_search(described, found, contact_id)
    except Exception as problem:  # noqa: BLE001  mended: the page stands, and says that this was not checked
        # The kind only: the message of an exception may hold what somebody typed.
        log.error("live_search_failed", kind=type(problem).__name__)
        return NOT_CHECKED
    return LookedUp("found" if matches else "nobody", matches, _question(found.ask))


def _question(fact: str | None) -> str:
    return QUESTIONS.get(fact, f"What is their {fact}?") if fact else ""


def matches_of(found: Found) -> list[Match]:
    """Put candidates into words, for the viewer, likeliest first."""
    people = candidates.people_of({one.person_id for one in found.candidates})
    hidden, at = hidden_homes(people.values()), now()
    return [_match(one, people[one.person_id], hidden, at) for one in found.candidates if one.person_id in people]


def _match(candidate: Candidate, person: Person, hidden: Collection[UUID], at: datetime) -> Match:
    reads = viewer().may(READS)
    return Match(
        candidate=candidate,
        name=person.full_name,
        also_known_as=", ".join(person.named("also_known_as") + person.named("former")),
        born=_born(person, at, whole=reads),
        area=area(person, hidden),
        sure=candidates.sure_words(candidate.posterior),
        reasons=reasons_told(candidate, person, hidden),
    )


def reasons_told(candidate: Candidate, person: Person, hidden: Collection[UUID]) -> list[str]:
    """Say why it may be them, as far as the viewer may know it; `hidden` as `homes.hidden_homes` gives it."""
    reads, hides = viewer().may(READS), any(home.id in hidden for home in person.addresses)
    return [
        _words(reason, whole=reads) for reason in candidate.reasons if reads or not (hides and reason.field == HOME)
    ]


def _words(reason: Reason, *, whole: bool) -> str:
    # A date of birth is asked of the caller, not read out to them: who may not open a person sees that it agrees.
    return reason.words if whole or reason.field != "born" else reason.words.partition(":")[0]


def _born(person: Person, at: datetime, *, whole: bool) -> str:
    age = telling.age_words(person, at)
    if person.born_earliest is None or person.born_latest is None:
        return age
    if whole and person.born_earliest == person.born_latest:
        return f"{age}, born {long_day(person.born_earliest)}"
    return f"{age}, born {person.born_earliest.year}"
