"""The one page that travels with a contact: what must be known first, who, what is known, and what is not.

It gathers what the viewer may see, through the same queries as the pages. Nothing stands in it without its source, and
what is not known stands in it as such. Whoever is about to decide keeps a view of their own before the rules speak;
danger, red and "do not tell" always show.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from screening import leaving, put_off, telling
from screening.access import viewer
from screening.alleged import alleged_adults
from screening.checks.queries import ShownCheck, checks_of
from screening.db import db, now
from screening.decisions import follow_lines
from screening.decisions.queries import decisions_of
from screening.models import Contact, Participation, Screening
from screening.people.protected import people_protected
from screening.record import provenance, queries, warnings
from screening.record.earlier import TIMELINE, Earlier, earlier_of
from screening.record.family import family_of
from screening.record.family_diagram import Diagram, draw
from screening.record.known_people import KnownPeople, as_said, called, first_called, known_people, named, who
from screening.record.lowered import lowered
from screening.record.not_known import asked_words, not_known
from screening.record.proposed import NOT_SCORED, ask_next, nothing_to_ask, proposal, red
from screening.record.provenance import Item, Source
from screening.said import added, asked, in_danger
from screening.scoring import rules_in_force
from screening.scoring.newest_score import newest_score_or_none
from screening.wording import level_words

PLANS = ("protection_plan", "looked_after")
PROTECTED = "Lives at a protected address: it is not shown here."
NO_ALERT = "No alert is known to this service. That is not the same as no danger: ask."


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """The whole page, part by part; every sentence is an item with its source. `hidden`: the rules do not speak yet."""

    # What the children are called on the whole page; empty where none is named.
    children: str
    first: list[Item]
    people: list[tuple[Item, list[Item]]]
    diagram: Diagram
    family: list[Item]
    worry: list[Item]
    answers: list[dict[str, Any]]
    known: list[Item]
    not_known: list[Item]
    earlier: Earlier
    proposal: list[Item]
    hidden: bool
    ask_next: list[Item]
    nothing_to_ask: str
    decided: list[Item]
    rules: str
    print_warning: str | None
    made_at: datetime = field(default_factory=now)


def briefing_of(contact: Contact) -> Briefing:
    """Gather the briefing of a contact, as far as the viewer may see it."""
    at, screening = now(), newest_score_or_none(contact.id)
    hidden = queries.own_view_first(contact)
    known, protected = known_people(contact), people_protected(contact)
    checks = _checks(contact, known)
    records = {one: found.record for one, found in known.confirmed.items()}
    diagram, said = draw(family_of(contact, at, records, protected)), provenance.contact(contact)
    drawn_from = replace(said, by=f"{said.by}, and our records") if records else said
    names = called(contact, known)
    return Briefing(
        children=" and ".join(names[child.id] for child in contact.children),
        first=_know_first(contact, screening, checks, first_called(contact, known)),
        people=[
            (named(person, contact, known), list(_who(person, contact, known, protected)))
            for person in (*contact.children, *contact.adults)
        ],
        diagram=diagram,
        family=[Item(words=sentence, source=drawn_from) for sentence in diagram.sentences],
        worry=list(_worry(contact)),
        answers=asked.groups(contact, contact.children),
        known=[item for check in checks for item in _known(check)],
        not_known=list(not_known(contact, checks)),
        earlier=earlier_of(contact, checks),
        proposal=[] if hidden else list(proposal(screening, contact.first_received_at)),
        hidden=hidden,
        ask_next=list(ask_next(screening, hidden=hidden)),
        nothing_to_ask=nothing_to_ask(screening),
        decided=[*map(_decided, decisions_of(contact)), *_followed(contact)] if viewer().may("queue.read") else [],
        rules=_rules(screening),
        print_warning=leaving.may_leave(contact, leaving.PRINT).reason,
    )


def as_json(contact: Contact, found: Briefing) -> dict[str, Any]:
    """Give the briefing to a program."""
    return {
        "reference": contact.reference,
        "version": contact.version,
        "first_received_at": contact.first_received_at,
        "made_at": found.made_at,
        "first": _json(found.first),
        "people": [{"items": _json([name, *items])} for name, items in found.people],
        "family": _json(found.family),
        "worry": _json(found.worry),
        "answers": [answer for group in found.answers for answer in _answers(contact, group)],
        "known": _json(found.known),
        "not_known": _json(found.not_known),
        "earlier": _json(found.earlier.timeline),
        "pattern": _json(found.earlier.pattern),
        "own_view_first": found.hidden,
        "proposal": _json(found.proposal),
        "ask_next": _json(found.ask_next),
        "decided": _json(found.decided),
        "rules": found.rules,
        "warning": found.print_warning,
    }


def _json(items: list[Item]) -> list[dict[str, Any]]:
    return [item.as_json() for item in items]


def _answers(contact: Contact, group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row in group["rows"]:
        words = f"{group['name']}: {row['key']} {row['value']}"
        yield Item(words=words, source=provenance.contact(contact), look="warning" if row["missing"] else "").as_json()


def _checks(contact: Contact, known: KnownPeople) -> list[ShownCheck]:
    """Give the checks, each about somebody by the name that the whole page calls them."""
    names = called(contact, known)
    checks = checks_of(contact) if viewer().may("contact.read_checks") else []
    return [
        replace(check, person=names.get(check.participation_id, check.person)) if check.participation_id else check
        for check in checks
    ]


def _know_first(
    contact: Contact, screening: Screening | None, checks: list[ShownCheck], names: dict[UUID, str]
) -> list[Item]:
    from_checks = (item for check in checks for item in (*_possible_alerts(check), *_plans(check)))
    found = [*_first(contact, screening, names), *from_checks, *_where(contact, names)]
    if any(item.look for item in found):
        return found
    return [Item(words=NO_ALERT, source=provenance.service("alerts", now())), *found]


def _first(contact: Contact, screening: Screening | None, names: dict[UUID, str]) -> Iterator[Item]:
    """What a reader must know before anything else: danger, whom to beware of, whom not to tell, where a child is."""
    said = provenance.contact(contact)
    both = {person.full_name: names[person.id] for person in contact.children}
    for one in in_danger.dangers(contact):
        words = f"A child is in danger now: {both.get(one.of, one.of)}."
        yield Item(words=words, source=provenance.addition(one.later, one.by) if one.later else said, look="danger")
    if waits := put_off.said_of(contact.id):
        yield Item(
            words=put_off.words(waits), source=provenance.service("night", waits.answered_at or now()), look="danger"
        )
    if screening is None or screening.output is None:
        yield Item(words=NOT_SCORED, source=provenance.service("scoring", now()), look="danger")
    elif screening.urgency_at_least == "red":
        yield lowered(contact, screening) or red(screening)
    yield from warnings.of_the_call(contact)
    yield from warnings.of_rules(screening)
    yield from warnings.of_people(contact, names)
    yield from (Item(words=_alleged(adult), source=said, look="danger") for adult in alleged_adults(contact))


def _possible_alerts(check: ShownCheck) -> Iterator[Item]:
    """Give alerts on who somebody may be; those on people who were confirmed are read from their records."""
    for entry in (check.found or {}).get("alerts", []):
        if entry["standing"] != "confirmed":
            look = "danger" if entry["kind"] in warnings.DANGERS else "warning"
            yield Item(words=telling.alert_words(entry), source=provenance.check(check), look=look)


def _plans(check: ShownCheck) -> Iterator[Item]:
    """Give the plans that stand, as sure as the check is of who it is."""
    for case in (check.found or {}).get("open_cases", []):
        if case.get("kind") in PLANS and not case.get("ended_on"):
            words = f"{check.person or asked_words(check)}, {case['likeness']}: {case['words']}."
            yield Item(words=words, source=provenance.check(check), look="danger")


def _where(contact: Contact, names: dict[UUID, str]) -> Iterator[Item]:
    said = provenance.contact(contact)
    yield from (Item(words=_where_now(child, contact, names[child.id]), source=said) for child in contact.children)


def _alleged(adult: Participation) -> str:
    lives = "lives in the home" if adult.in_household else "lives elsewhere"
    told = [adult.relationship_to_child or "adult", "home not known" if adult.in_household is None else lives]
    told += ["works with children"] if adult.works_with_children == "yes" else []
    return f"Said to have caused harm: {adult.full_name}, {', '.join(told)}."


def _where_now(child: Participation, contact: Contact, name: str) -> str:
    where = dict(telling.person(child, contact.first_received_at)["facts"]).get("Where now")
    return f"{name}, when it came: {where}." if where else f"Where {name} is, is not known."


def _who(person: Participation, contact: Contact, known: KnownPeople, protected: Collection[UUID]) -> Iterator[Item]:
    at, said = now(), _person(person, contact, now(), protected)
    yield from who(person, known, at, protected)
    yield from as_said(said, person, contact, at) if person.id in known.confirmed else said


def _person(person: Participation, contact: Contact, at: datetime, protected: Collection[UUID]) -> Iterator[Item]:
    told, said = telling.person(person, at), provenance.contact(contact)
    yield Item(words=", ".join(part for part in (told["role_words"], told["age_words"]) if part), source=said)
    yield from (Item(words=alert, source=said, look="warning") for alert in told["alerts"])
    if person.id in protected:
        yield Item(words=PROTECTED, source=said, look="warning")
    elif home := _home(person, contact, told["address"]):
        yield home
    # Where each child is stands among what must be known first.
    facts = [f"{key}: {value}" for key, value in told["facts"] if key not in ("Due", "Where now")]
    if facts:
        yield Item(words="; ".join(facts), source=said)


def _home(person: Participation, contact: Contact, address: str) -> Item | None:
    said = provenance.contact(contact)
    first = next((one for one in contact.participations if _address(one) == _address(person)), person)
    if not address:
        return None
    return Item(words=f"At {address}" if first is person else f"Same address as {first.full_name}", source=said)


def _address(person: Participation) -> tuple[str | None, ...]:
    return (person.address_line_1, person.town, person.postcode)


def _worry(contact: Contact) -> Iterator[Item]:
    said = provenance.contact(contact)
    for title, words in (
        ("", contact.narrative),
        ("The child says: ", contact.views.get("child")),
        ("The family says: ", contact.views.get("family")),
        ("Identity, and why it matters here: ", contact.identity.get("relevance")),
    ):
        if words:
            yield Item(words=f"{title}{words}", source=said)
    for one in added.said_since(contact):
        later = Source(kind="contact", id=contact.reference, when=one.until, by=f"added by {one.by}")
        yield from (Item(words=f"Added later: {words}", source=later) for words in one.words)
        if one.rows:
            rows = "; ".join(f"{row['key']}: {row['value']}" for row in one.rows)
            yield Item(words=f"Added later: {rows}.", source=later)


def _known(check: ShownCheck) -> Iterator[Item]:
    if check.outcome not in ("information_found", "nothing_known"):
        return
    told, source = telling.check(check), provenance.check(check)
    state = "found" if check.outcome == "information_found" else "nothing known"
    words = " ".join(part for part in (state, told["found_words"]) if part)
    yield Item(words=f"{asked_words(check)}: {words}.", source=source)
    found = check.found or {}
    # What stands among what must be known first, or in the timeline, is not said twice.
    elsewhere = {telling.alert_words(entry) for entry in found.get("alerts", [])}
    elsewhere |= {telling.out_of_reach_words(entry) for entry in found.get("out_of_reach", [])}
    in_timeline = {entry.get("reference") for part in TIMELINE for entry in found.get(part, [])}
    for line in told["details"]:
        said = line in elsewhere or line.startswith("Earlier contacts:")
        if not said and not any(name and name in line for name in in_timeline):
            yield Item(words=line, source=source)


def _decided(one: dict[str, Any]) -> Item:
    why = next((text for _, text in one["rationale"] if text), "")
    told = [("The family was told", one["family_told"])]
    rest = [f"{title}: {text.rstrip('.')}." for title, text in (*one["rationale"][1:], *told) if text]
    # Why it is not as the rules proposed, and who else agreed: whoever acts on it weighs both.
    against = [f"Why not as the rules proposed: {one['against_reason']}"] if one["against_reason"] else []
    rest += [f"{words.rstrip('.')}." for words in (*against, one["second"]) if words]
    words = f"{one['child']}: {one['outcome_words']}. {level_words(one['level'])}, {one['urgency']}. {why}".strip()
    return Item(
        words=words,
        detail=" ".join(rest),
        source=provenance.decision(one["id"], one["at"], one["by"]),
    )


def _followed(contact: Contact) -> Iterator[Item]:
    source = provenance.service("decisions", now())
    return (Item(words=words, source=source) for words in follow_lines.for_briefing(contact))


def _rules(screening: Screening | None) -> str:
    if screening is None or screening.output is None:
        return "It was not scored."
    return f"Rules {screening.ruleset}: {rules_in_force.status(db.session(), screening.ruleset)}."
