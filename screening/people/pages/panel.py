"""“Who is this?” in the words of a page: the candidates of somebody in a contact, with what this viewer may do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from screening import telling
from screening.access import viewer
from screening.db import now
from screening.models import Contact, Participation, Person
from screening.people import candidates, groups, involved
from screening.people.candidates import Who
from screening.people.finding.live_search import reasons_told
from screening.people.homes import area, hidden_homes
from screening.people.links import Current
from screening.wording import moment

Row = dict[str, Any]
SAID_WORDS = {
    "proposed": "Proposed by {}",
    "doubted": "Call handler doubts it is them: {}",
    "confirmed": "Confirmed by {}",
    "refused": "Not them: {}",
    "not_sure": "Not sure: {}",
}


def of_contact(contact: Contact, people: Sequence[Participation]) -> dict[UUID, Row]:
    """Give a panel for each person of a contact, by their id; none to who may not see candidates."""
    if not viewer().may("people.find"):
        return {}
    at = now()
    found = candidates.of_people(list(people))
    hidden = hidden_homes([person for who in found for person in who.people.values()])
    return {who.participation.id: _panel(contact, who, hidden, at) for who in found}


def _panel(contact: Contact, who: Who, hidden: set[UUID], at: datetime) -> Row:
    reads, links = viewer().may("people.read"), viewer().may("people.link")
    place: dict[str, Any] = {"reference": contact.reference, "participation_id": who.participation.id}
    return {
        "id": who.participation.id,
        "confirmed": _said(who, who.confirmed) if who.confirmed and who.confirmed.kept_id in who.people else None,
        "listed": [
            _brief(who.people[one.person_id], hidden, at)
            | {
                "sure": candidates.sure_words(one.posterior),
                "likely": one.posterior >= candidates.VERY_LIKELY,
                "unlikely": one.posterior < candidates.POSSIBLE,
                "reasons": reasons_told(one, who.people[one.person_id], hidden),
                "said": _said_words(who.said.get(one.person_id)),
                "doubted": one.person_id in who.said and who.said[one.person_id].link.answer == "doubted",
                "known": _known(who.said.get(one.person_id)) if not reads else "",
            }
            for one in who.listed
        ],
        "refused": [_said(who, one) for one in who.refused],
        "named": [_said(who, one) for one in who.named],
        "checked": who.checked,
        "ask": who.ask,
        "may_link": links,
        "may_propose": not links and who.confirmed is None,
        "may_read": reads,
        "answer_url": url_for("people_links.answer", **place),
        "make_url": url_for("people_links.make", **place) if viewer().may("people.write") and links else "",
    }


def _brief(person: Person, hidden: set[UUID], at: datetime) -> Row:
    return {
        "person_id": person.id,
        "name": person.full_name,
        "age_words": telling.age_words(person, at),
        "area": area(person, hidden),
        "href": url_for("people.page", person_id=person.id) if viewer().may("people.read") else "",
    }


def _said(who: Who, said: Current) -> Row:
    person = who.people[said.kept_id]
    return {
        "person_id": person.id,
        "name": person.full_name,
        "words": _said_words(said),
        "href": url_for("people.page", person_id=person.id) if viewer().may("people.read") else "",
    }


def _said_words(said: Current | None) -> str:
    if said is None:
        return ""
    return f"{SAID_WORDS[said.link.answer].format(said.by)}, {moment(said.link.answered_at)}"


def _known(said: Current | None) -> str:
    # Design 10: a handler who has proposed is told this, and no more; one who doubts that it is them, nothing.
    if said is None or said.link.answer == "doubted":
        return ""
    return involved.known_words(groups.members(said.kept_id))
