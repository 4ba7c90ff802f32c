"""What the checks established about each child: their own history, that of their family, and what partners stated."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening.checks import looking_up
from screening.checks.confirmed import records
from screening.db import db
from screening.models import BackgroundCheck, Contact, Participation
from screening.said import late_worries

WINDOWS = (3, 6, 12)
# Of a count: how many there are at least, and how many there are if somebody is who they are thought to be.
PARTS = ("at_least", "possible")
NO_EARLIER_CONTACT = {f"contacts_{months}_months": 0 for months in WINDOWS}
NO_OPEN_CASE = dict.fromkeys(("open_to_social_care", "protection_plan", "looked_after"), "no")
NOTHING_AT_HOME = {f"{whose}_contacts_{months}_months": 0 for whose in ("address", "sibling") for months in WINDOWS}
Facts = dict[str, Any]
EVERYTHING, TOLD_TO_ALL = "facts", "facts_told_to_all"


def looked_up(contact: Contact, part: str = EVERYTHING) -> dict[UUID, Facts]:
    """Give the facts about each child of a contact that were looked up, by the child's id.

    Where somebody was not looked up, what is known of the others is the least that there may be. `part` of what was
    found is EVERYTHING, or TOLD_TO_ALL: without what only some may know of.
    """
    known = {person.id: facts for person, facts in _established(contact, part)}
    return {child.id: _of_child(child, contact, known) for child in contact.children}


def answered(contact: Contact) -> dict[UUID | None, Facts]:
    """Give what was answered of each child, by its id, and of the household, under None, with what partners stated.

    A partner's "yes" always counts; their "no" only where nobody answered. What they did not state stays unknown. A
    "yes" that was said after the decision counts, too.
    """
    children = {child.id: child for child in contact.children}
    checks, late = _found_by_partners(contact), late_worries.worries(contact)
    said: dict[UUID | None, Facts] = {None: contact.answers | late.get(None, {})}
    of_adults = [check for check in checks if check.participation_id not in children]
    said[None] |= _counting(_of_household(contact, of_adults), said[None])
    said |= {child.id: child.answers | late.get(child.position, {}) for child in contact.children}
    for check in checks:
        if check.participation_id in children:
            own = said[check.participation_id]
            own |= _counting(_stated(check), said[None] | own)
    return said


def _of_household(contact: Contact, checks: list[BackgroundCheck]) -> Facts:
    """Give what was stated of the adults: a "yes" of any of them, and a "no" only if it was stated of every one."""
    everybody = {adult.id for adult in contact.adults}
    said: dict[str, dict[str, set[UUID | None]]] = {}
    for check in checks:
        for name, yes_or_no in _stated(check).items():
            said.setdefault(name, {}).setdefault(yes_or_no, set()).add(check.participation_id)
    facts: Facts = {name: "yes" for name, of in said.items() if "yes" in of}
    return facts | {name: "no" for name, of in said.items() if name not in facts and of.get("no", set()) >= everybody}


def _stated(check: BackgroundCheck) -> Facts:
    stated: Facts = (check.found or {}).get("stated", {})
    return stated


def _counting(stated: Facts, known: Facts) -> Facts:
    return {name: yes_or_no for name, yes_or_no in stated.items() if _counts(yes_or_no, known.get(name))}


def _counts(stated: str, before: Any) -> bool:
    return stated == "yes" or before not in ("yes", "no")


def _found_by_partners(contact: Contact) -> list[BackgroundCheck]:
    """List what was answered about whom each person is said to be now, under whichever of their records."""
    question = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id,
        BackgroundCheck.replaced_at.is_(None),
        BackgroundCheck.person_id.is_not(None),
        BackgroundCheck.outcome == "information_found",
    )
    found = list(db.session.scalars(question.order_by(BackgroundCheck.seq)))
    who = records(contact.participations) if found else {}
    return [
        check for check in found if check.participation_id and check.person_id in who.get(check.participation_id, [])
    ]


def _of_child(child: Participation, contact: Contact, known: dict[UUID, Facts]) -> Facts:
    own = known.get(child.id, {})
    sisters = [known.get(other.id, {}) for other in contact.children if other.id != child.id]
    alleged = [known.get(adult.id, {}) for adult in contact.adults if child.position in (adult.alleged_harm_to or [])]
    at_home = [{name.removeprefix("sibling_"): count for name, count in own.items() if name.startswith("sibling_")}]
    around = {name: count for name, count in own.items() if not name.startswith("sibling_")}
    around |= _most("sibling", [*sisters, *at_home])
    # Whoever of a contact an alert is about, each child of it may be with them.
    danger = _gravest([facts.get("danger_alert") for facts in known.values()])
    return around | (_most("alleged_adult", alleged) if alleged else {}) | danger


def _gravest(alerts: list[Any]) -> Facts:
    found = [alert for alert in alerts if alert]
    return {"danger_alert": "yes" if "yes" in found else found[0]} if found else {}


def _most(whose: str, of_people: list[Facts]) -> Facts:
    """Give the most contacts that any of these people had in each window."""
    found: Facts = {}
    for months in WINDOWS:
        counts = [facts.get(f"contacts_{months}_months") for facts in of_people]
        least, possible = (max((_part(count, part) for count in counts), default=0) for part in PARTS)
        if counts and all(isinstance(count, int) for count in counts):
            found[f"{whose}_contacts_{months}_months"] = least
        elif least or possible:
            parts = {"at_least": least, "possible": possible if possible > least else 0}
            found[f"{whose}_contacts_{months}_months"] = {part: number for part, number in parts.items() if number}
    return found


def _part(count: Any, part: str) -> int:
    if isinstance(count, dict):
        return int(count.get(part, 0))
    return int(count or 0)


def _established(contact: Contact, part: str) -> Iterator[tuple[Participation, Facts]]:
    """Give what the newest look-up of each person brought.

    One that was asked again and has not answered yet, or failed, takes nothing away: the last answer about the same
    name, birth and home counts until there is another. Where it was said since who they are, or are not, what was
    found then is still a worry; that there was nothing is not known of whom they are now.
    """
    answered = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id,
        BackgroundCheck.kind == looking_up.KIND,
        BackgroundCheck.outcome.in_(looking_up.LOOKED_UP),
    )
    people = {person.id: person for person in contact.participations}
    now_about = looking_up.abouts(contact.participations)
    newest = {
        check.participation_id: check
        for check in db.session.scalars(answered.order_by(BackgroundCheck.seq))
        if check.participation_id in people and looking_up.is_said_alike(check, now_about[check.participation_id])
    }
    for person_id, check in newest.items():
        if person_id is not None:
            facts = _facts_of_check(check, people[person_id], part)
            is_same = looking_up.is_about(check, now_about[person_id])
            yield people[person_id], facts if is_same else _worries(facts)


def _worries(facts: Facts) -> Facts:
    """Leave what is or may be, and how many there are at least; of what is not, nothing."""
    counts = {name: {"at_least": count} for name, count in facts.items() if isinstance(count, int) and count}
    return {name: fact for name, fact in facts.items() if fact != "no" and not isinstance(fact, int)} | counts


def _facts_of_check(check: BackgroundCheck, person: Participation, part: str) -> Facts:
    """Read what a check established."""
    if check.outcome == "information_found":
        found: dict[str, Facts] = check.found or {}
        return found[part] if part in found else found.get(EVERYTHING, {})
    home_known = bool(person.address_line_1 and person.postcode)
    # A problem beside "nothing known" says that the case system's list could not be relied on.
    return NO_EARLIER_CONTACT | (NOTHING_AT_HOME if home_known else {}) | ({} if check.problem else NO_OPEN_CASE)
