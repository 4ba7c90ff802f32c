"""Where a sentence of the briefing comes from. Nothing stands in it without: what it was, which one, when, by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from screening import codes, telling
from screening.checks.queries import ShownCheck
from screening.models import Contact, ContactAddition, DoNotAlert, PersonAlert, Screening
from screening.people.links import Current

KINDS = ("contact", "check", "person", "rule", "decision", "alert", "mark", "service")
SERVICE = "the service"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where something is known from. `id` finds it again; `by` is a person, an organisation or the service."""

    kind: str
    id: str
    when: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One sentence with its source. `detail` says more in small; `look` is danger, warning, or nothing."""

    words: str
    source: Source
    look: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give it to a program."""
        more = {name: value for name, value in (("look", self.look), ("detail", self.detail)) if value}
        return {"words": self.words, "from": vars(self.source)} | more


def contact(found: Contact) -> Source:
    """What was said when the contact was taken, by who told us."""
    by = telling.referrer(found)
    return Source(kind="contact", id=found.reference, when=found.first_received_at, by=by)


def addition(found: ContactAddition, by: str) -> Source:
    """What was added after the contact was sent, by whom and how."""
    return Source(kind="contact", id=str(found.id), when=found.added_at, by=by)


def person(confirmed: Current) -> Source:
    """What the record of somebody says, and who confirmed that it is theirs."""
    by = f"our records, confirmed by {confirmed.by}"
    return Source(kind="person", id=str(confirmed.kept_id), when=confirmed.link.answered_at, by=by)


def proposed(said: Current) -> Source:
    """Whom somebody said this may be; nobody confirmed it."""
    return Source(kind="person", id=str(said.kept_id), when=said.link.answered_at, by=said.by)


def check(found: ShownCheck) -> Source:
    """What a check brought, or that it brought nothing: when it answered, or when it was asked."""
    who = found.asked.answered_by if found.asked else None
    partner = found.asked.partner if found.asked else codes.check_name(found.kind)
    when = found.answered_at or found.asked_at
    # Whose register it is: a name alone does not say who knows something.
    by = f"{partner}: {who}" if who and who != partner else partner
    return Source(kind="check", id=str(found.id), when=when, by=by)


def rule(rule_id: str, screening: Screening) -> Source:
    """What a rule said, when the contact was scored; which rules they are stands on the page once."""
    return Source(kind="rule", id=rule_id, when=screening.screened_at, by="the rules")


def alert(found: PersonAlert, by: str) -> Source:
    """What somebody set on a person of the index."""
    return Source(kind="alert", id=str(found.id), when=found.made_at, by=by)


def mark(found: DoNotAlert, by: str) -> Source:
    """What somebody wrote of whom word must not reach."""
    return Source(kind="mark", id=str(found.id), when=found.made_at, by=by)


def decision(decision_id: UUID, when: datetime, by: str) -> Source:
    """What somebody decided."""
    return Source(kind="decision", id=str(decision_id), when=when, by=by)


def service(what: str, when: datetime) -> Source:
    """What the service itself can tell: that nothing was asked, or that something is left out."""
    return Source(kind="service", id=what, when=when, by=SERVICE)
