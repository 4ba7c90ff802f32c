"""Which partners are proposed for a contact, about whom, and why: its level, its lawful basis and policy say so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening.as_it_stands import AsItStands
from screening.checks import permission
from screening.checks.confirmed import confirmed
from screening.db import db
from screening.models import BackgroundCheck, Contact, Participation, Partner
from screening.models.partner import REGISTERS
from screening.scoring.newest_score import newest_score_or_none

NO_PARTNER = "No partner of this county keeps this register."
NOBODY = "Nobody in this contact is one whom this register is asked about."
NOT_CONFIRMED = "Say first who they are: a partner is asked only about somebody who was confirmed."
NOT_AT_LEVEL = "Not proposed at level {level}."
AT_LEVEL = "Proposed at level {level}."


@dataclass(frozen=True)
class Standing:
    """What a contact's newest score says: its level, and how soon."""

    level: int
    urgency: str


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """One register: who would be asked about whom. `ticked` is what policy proposes.

    `basis` is the lawful basis, None where it cannot be asked; `to_ring` why somebody rings instead of it being sent.
    """

    register: str
    partner: Partner | None
    people: list[Participation]
    waiting_for: list[Participation]
    why: str
    ticked: bool = False
    basis: str | None = None
    to_ring: str | None = None

    @property
    def asks(self) -> bool:
        """True where there is a partner who may be asked, and somebody to ask about."""
        return self.basis is not None and bool(self.people)


def standing(contact: Contact) -> Standing:
    """Say how a contact stands; one that could not be scored stands as the gravest (promise 3)."""
    found = newest_score_or_none(contact.id)
    if found is None:
        return Standing(4, "red")
    return Standing(found.level_at_least, "red" if found.hard_open else found.urgency_at_least)


def proposals(contact: Contact, stands: Standing) -> list[Proposed]:
    """List every register, in a fixed order, with what policy proposes for this contact."""
    of_level = policy.packaged().read(f"partners_level_{stands.level}", _day(contact), tuple)
    active = {partner.register: partner for partner in db.session.scalars(select(Partner).where(Partner.active))}
    sure, as_it_stands = set(confirmed(contact.participations)), AsItStands(contact)
    found = [_of(register, active.get(register), as_it_stands, sure) for register in REGISTERS]
    return [_at_level(one, stands, proposed=one.register in of_level) for one in found]


def _of(register: str, partner: Partner | None, as_it_stands: AsItStands, sure: set[UUID]) -> Proposed:
    """Say what can be asked of one register, whatever the level; what is read of the contact serves all of them."""
    if partner is None:
        return Proposed(register=register, partner=None, people=[], waiting_for=[], why=NO_PARTNER)
    about = [person for person in as_it_stands.contact.participations if _is_asked_about(person, partner)]
    people = [person for person in about if person.id in sure]
    allowed, sent = permission.to_ring(as_it_stands, partner), permission.to_send(as_it_stands, partner)
    blocked = _blocked(about, people) or (None if allowed.allowed else allowed.reason)
    return Proposed(
        register=register,
        partner=partner,
        people=people,
        waiting_for=[person for person in about if person.id not in sure],
        why=blocked or "",
        basis=allowed.basis if allowed.allowed else None,
        to_ring=sent.reason if not sent.allowed and blocked is None else None,
    )


def _at_level(one: Proposed, stands: Standing, *, proposed: bool) -> Proposed:
    if one.why:
        return one
    return replace(one, ticked=proposed, why=(AT_LEVEL if proposed else NOT_AT_LEVEL).format(level=stands.level))


def _blocked(about: list[Participation], people: list[Participation]) -> str | None:
    if not about:
        return NOBODY
    return None if people else NOT_CONFIRMED


def _is_asked_about(person: Participation, partner: Partner) -> bool:
    # Of adults only who lives with the children, or is said to have harmed one: of others, nothing is needed.
    concerned = person.role == "child" or bool(person.in_household or person.alleged_harm_to)
    return concerned and person.role in partner.about


def _day(contact: Contact) -> date:
    return clocks.london_date(contact.first_received_at)


def asked_already(found: Iterable[Proposed]) -> set[str]:
    """Name the registers with a question about everybody they can be asked about, whatever came of it."""
    found = list(found)
    current = select(BackgroundCheck.kind, BackgroundCheck.participation_id).where(
        BackgroundCheck.participation_id.in_({person.id for one in found for person in one.people}),
        BackgroundCheck.replaced_at.is_(None),
    )
    questions = {(kind, participation_id) for kind, participation_id in db.session.execute(current)}
    return {one.register for one in found if {(one.register, person.id) for person in one.people} <= questions}


def left_out(found: Iterable[Proposed]) -> set[str]:
    """Name the registers that somebody left out with a reason: they can still be asked."""
    people = [person.id for one in found for person in one.people]
    current = select(BackgroundCheck.kind).where(
        BackgroundCheck.participation_id.in_(people),
        BackgroundCheck.outcome == "not_asked",
        BackgroundCheck.replaced_at.is_(None),
    )
    return set(db.session.scalars(current))
