"""Drafts the entries of a chronology from what happened, each time that it is read: so a draft is never late.

Every draft says its date, as exactly as it is known, which row it comes from, and how much it weighs and why.
"""

from collections.abc import Iterator
from datetime import date

from screening import dates
from screening.chronology import from_contacts, from_records, from_strategy
from screening.chronology.draft import Draft
from screening.chronology.subject import Subject

__all__ = ["Draft", "drafts_of"]


def drafts_of(subject: Subject) -> list[Draft]:
    """List the drafts of a child's chronology, oldest first; none from what the viewer may not see."""
    found: dict[str, Draft] = {draft.key: draft for draft in _every(subject)}
    return sorted(found.values(), key=lambda draft: (_earliest(draft), draft.order))


def _every(subject: Subject) -> Iterator[Draft]:
    yield from from_contacts.drafts(subject)
    yield from from_strategy.drafts(subject)
    yield from from_records.drafts(subject)


def _earliest(draft: Draft) -> date:
    return dates.span(draft.happened)[0]
