"""What follows from the decisions on a contact, as its record and its briefing say it."""

from typing import Any

from screening.decisions import referral_pages
from screening.decisions.awaited import pages as awaited_pages
from screening.decisions.strategy import pages as strategy_pages
from screening.decisions.strategy import queries as strategy
from screening.models import Contact
from screening.wording import moment, small


def for_record(contact: Contact) -> dict[str, Any]:
    """Give what the Decisions part of a record shows beside the decisions."""
    return {
        "waited_for": awaited_pages.lines_of(contact),
        "strategy": strategy_pages.line_of(contact),
        "referral": referral_pages.told(contact),
    }


def for_briefing(contact: Contact) -> list[str]:
    """Say in a sentence each what a reader must know: discussions, what is still waited for, a re-referral."""
    waited = [
        f"Waited for, {row['child']}: {small(row['what'])}, due {moment(row['due_at'])}. {row['why']}".strip()
        for row in awaited_pages.lines_of(contact)
        if row["ended_at"] is None
    ]
    told = referral_pages.told(contact)
    referred = [f"{child['name']}: {child['again_words']}" for child in (told or {"children": []})["children"]]
    return [*(f"Strategy discussion. {line}" for line in strategy.lines(contact)), *waited, *referred]
