"""Items in the words of a page: who it is about, why it is here, what it waits for. Reads rows; asks no database."""

from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from screening import reasons
from screening.access import viewer
from screening.models import Contact, Participation, QueueItem, User
from screening.models.queue_item import GIVEN_BACK, OPEN_CASE, SECOND_PERSON
from screening.queues.beside import Row
from screening.queues.caseload import Carried
from screening.queues.placing import ATTENTION
from screening.queues.queries import QueueList
from screening.said.on_call import differing
from screening.telling import age_words
from screening.wording import clock_time, moment

# Nearer than this, a clock time says which day is meant.
TODAYS = timedelta(hours=16)
TAB_WORDS = {
    "new": "New",
    "mine": "Mine",
    "waiting": "Waiting on others",
    "held": "With colleagues",
    "returned": "Returned",
    "done_today": "Done today",
}
EMPTY_WORDS = {
    "new": ("Nothing waits", "New work appears here, next to breach first."),
    "mine": ("You hold nothing", "Accept an item from New to work on it."),
    "waiting": ("Nothing waits on others", "What waits for a partner or a second person appears here, and since when."),
    "held": ("Nobody else holds anything", "What colleagues accept appears here."),
    "returned": ("Nothing was sent back", "What another team sends back appears here."),
    "done_today": ("Nothing ended today", "What the team decides or passes on appears here until midnight."),
}


def shown(row: Row) -> dict[str, Any]:
    """Say an item as the list shows it."""
    item = row.item
    return {
        "reference": item.contact.reference,
        "href": place_to_work(item),
        "due_at": item.due_at,
        "clock": row.clock,
        **about(item.contact, row.at),
        "why": why(item),
        "level": item.level,
        "urgency": item.urgency,
        "hard_open": bool(row.screening and row.screening.hard_open),
        "could_be_higher": row.could_be_higher,
        "unscreened": bool(row.screening and row.screening.unscreened),
        "said_on_call": differing(row.said_on_call, row.screening),
        "holder": item.holder.name if item.holder and item.accepted_at else None,
        "until_placed": item.is_on_its_way,
        "claimed_by": row.reader,
        "claimed_until": item.claimed_until,
        "onlookers": [one.name for one in row.onlookers if one.name != row.reader],
        "checks": row.checks,
        "waits": _waits(row),
        "returns": item.returns,
        "waits_for": item.holder.name if item.holder and item.state == "waiting" else None,
        "version": item.version,
        "accept_url": _accept_url(item, row),
        "seen_url": _seen_url(item),
        "return_url": _return_url(item),
    }


def news(item: QueueItem, at: datetime) -> dict[str, str]:
    """Say a waiting item as news to whoever has the list open: never whom it is about."""
    by = clock_time(item.due_at) if abs(item.due_at - at) < TODAYS else moment(item.due_at)
    words = "to be seen" if item.is_alert else f"act by {by}"
    return {"id": str(item.id), "words": f"{item.urgency}, {words}"}


def moved(item: QueueItem, words: str) -> dict[str, Any]:
    """Say where work went that the viewer just sent on, and how they take that back; never whom it is about."""
    team = item.team.name if item.team else "nobody yet"
    holder = f", for {item.holder.name}" if item.holder else ""
    return {
        "reference": item.contact.reference,
        "words": f"It is with {team}{holder}. Nobody there has opened it yet.",
        "undo": f"Take back {words}",
        "undo_url": url_for("queues.undo", item_id=item.id),
        "version": item.version,
    }


def place_to_work(item: QueueItem) -> str:
    """Tell the page on which an item is worked: the contact's, or one that asks: for a second view, or an end."""
    ends = item.is_beside and (item.step in (ATTENTION, OPEN_CASE) or item.contact.state == "closed")
    if ends and item.state == "accepted" and item.holder_id == viewer().user_id:
        return url_for("queues.end_form", item_id=item.id)
    if item.step == GIVEN_BACK:
        return url_for("record.page", reference=item.contact.reference, tab="decision")
    wants_view = item.step == SECOND_PERSON and viewer().may("decision.confirm")
    return url_for("second_view.next" if wants_view else "record.page", reference=item.contact.reference)


def carried_words(carried: Carried, most: int) -> str:
    """Say what somebody carries, beside the most that one person should, and what they hold that waits on others."""
    reds = f", {carried.reds} red" if carried.reds else ""
    paused = f"; {carried.paused} more waiting on others" if carried.paused else ""
    return f"Carries {carried.weight} of {most}{reds}{paused}"


def about(contact: Contact, at: datetime, first: Participation | None = None) -> dict[str, str]:
    """Say who a contact is about: the child who stands for it, or who was named first, their age, and who else."""
    children = contact.children
    if not children:
        return {"child": "No child named", "age_words": "", "others_words": ""}
    others = len(children) - 1
    words = {0: "", 1: "and 1 other child"}.get(others, f"and {others} other children")
    child = first or children[0]
    return {"child": child.full_name, "age_words": age_words(child, at), "others_words": words}


def why(item: QueueItem) -> str:
    """Say why an item is here: what asks for attention first, then the reason, then what the last team wrote."""
    came_back = item.came_from.return_reason if item.came_from and item.came_from.return_reason else None
    attention = [words for words in reasons.shown(item) if words != item.why]
    return " ".join(words for words in (*attention, item.why, came_back) if words)


def tab_of(user: User) -> str:
    """Tell the tab on which what somebody holds is listed."""
    return "mine" if user.id == viewer().user_id else "held"


def tabs(found: QueueList) -> list[dict[str, Any]]:
    """Say the tabs of a queue with their counts."""
    return [
        {
            "text": words,
            "href": url_for("queues.team", slug=found.team.slug, tab=tab),
            "current": tab == found.wanted.tab,
            "count": found.counts[tab],
        }
        for tab, words in TAB_WORDS.items()
    ]


def _waits(row: Row) -> list[dict[str, Any]]:
    return [{"on": wait.on, "days": (row.at - wait.since).days, "since": wait.since} for wait in row.waits]


def _seen_url(item: QueueItem) -> str | None:
    shown = item.is_alert and item.state == "waiting" and viewer().may("queue.accept")
    return url_for("queues.mark_seen", item_id=item.id) if shown else None


def _accept_url(item: QueueItem, row: Row) -> str | None:
    kept = row.reader not in (None, viewer().name) and item.urgency != "red"
    free = item.state == "waiting" and not item.is_alert and not kept
    return url_for("queues.accept", item_id=item.id) if free and viewer().may("queue.accept") else None


def _return_url(item: QueueItem) -> str | None:
    movable = item.state == "waiting" or (item.state == "accepted" and item.holder_id == viewer().user_id)
    may = movable and not item.is_alert and viewer().may("queue.return")
    return url_for("queues.return_form", item_id=item.id) if may else None
