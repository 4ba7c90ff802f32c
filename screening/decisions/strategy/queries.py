"""Strategy discussions as a page, a record, a briefing and a program see them. Reads only."""

from typing import Any

from screening.db import Json, now
from screening.decisions.strategy.covering import discussions_of
from screening.models import Contact, StrategyDiscussion, StrategyRecord
from screening.strategy_words import AGENCIES, HOW_WORDS, MEDICAL_WORDS, SECTION_47
from screening.wording import LONDON, long_day, moment, small


def shown(contact: Contact) -> list[dict[str, Any]]:
    """Say each discussion of a contact, the newest first, with every record of it: the one that counts stands first."""
    return [_shown(contact, discussion) for discussion in reversed(discussions_of(contact.id))]


def lines(contact: Contact) -> list[str]:
    """Say each discussion in a sentence or two, the newest first."""
    return [_line(contact, discussion) for discussion in reversed(discussions_of(contact.id))]


def child_name(contact: Contact, child: str | None) -> str:
    """Say a child's name, or words for one whom nobody could name."""
    return next((one.full_name for one in contact.children if str(one.id) == child), "No child named")


def _line(contact: Contact, discussion: StrategyDiscussion) -> str:
    record = discussion.record
    if record is None:
        planned = f", planned for {discussion.planned_for}" if discussion.planned_for else ""
        return f"Called by {discussion.called_by.name} at {moment(discussion.called_at)}{planned}. Not held yet."
    who = _and([small(AGENCIES[one["agency"]]) for one in record.took_part]) or "nobody named"
    said = " ".join(
        f"{child_name(contact, one['child'])}: {small(SECTION_47[one['section_47']])}."
        for one in record.children
        if one["section_47"] != "not_discussed"
    )
    missing = " ".join(
        f"Without {small(AGENCIES[agency])}: {why.rstrip('.')}." for agency, why in record.missing.items()
    )
    left = [action for action in discussion.actions if action.done_at is None]
    late = sum(action.by_when < now().astimezone(LONDON).date() for action in left)
    many = "1 action" if len(left) == 1 else f"{len(left)} actions"
    open_words = f" {many} open{f', {late} late' if late else ''}." if left else ""
    held = f"Held by {HOW_WORDS[record.how].lower()} at {moment(record.held_at)} with {who}."
    return " ".join(part for part in (held, said, missing) if part) + open_words


def _and(words: list[str]) -> str:
    """Join words as a sentence does, each once."""
    return " and ".join(", ".join(dict.fromkeys(words)).rsplit(", ", 1))


def _shown(contact: Contact, discussion: StrategyDiscussion) -> dict[str, Any]:
    today = now().astimezone(LONDON).date()
    return {
        "id": discussion.id,
        "called_at": discussion.called_at,
        "called_by": discussion.called_by.name,
        "because": discussion.because,
        "planned_for": discussion.planned_for,
        "records": [_record(contact, record) for record in reversed(discussion.records)],
        "actions": [
            {
                "id": action.id,
                "what": action.what,
                "who": action.who,
                "by_words": long_day(action.by_when),
                "late": action.done_at is None and action.by_when < today,
                "done_at": action.done_at,
                "done_by": action.done_by.name if action.done_by else None,
            }
            for action in discussion.actions
        ],
    }


def _reason(child: Json) -> str:
    """Say why, and who of the police agreed where none took part."""
    joint = (child.get("joint_because") or "").strip()
    words = f"Joint though police did not take part: {joint}" if joint else ""
    return " ".join(part for part in (child["reason"], words) if part)


def _record(contact: Contact, record: StrategyRecord) -> dict[str, Any]:
    return {
        "held_at": record.held_at,
        "how_words": HOW_WORDS[record.how],
        "took_part": [
            {"agency": AGENCIES[one["agency"]], "name": one["name"], "role": one["role"]} for one in record.took_part
        ],
        "missing": [(AGENCIES[agency], why) for agency, why in record.missing.items()],
        "children": [
            {
                "name": child_name(contact, one["child"]),
                "words": SECTION_47[one["section_47"]],
                "reason": _reason(one),
            }
            for one in record.children
        ],
        "medical": ": ".join(part for part in (MEDICAL_WORDS[record.medical], record.medical_words) if part),
        "review_words": long_day(record.review_on) if record.review_on else None,
        "corrected_because": record.corrected_because,
        "by": record.recorded_by.name,
        "at": record.recorded_at,
    }
