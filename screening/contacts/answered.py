"""What was answered on a call, as the check page says it: where each child is, and every question with its answer."""

from collections.abc import Iterator
from typing import Any

from screening import codes
from screening.contacts import live
from screening.db import Json
from screening.models import Contact

WHERE = (("place", "where now"), ("with_whom", "with whom"), ("safe_until", "safe until"))
NOT_ASKED = ""
Row = tuple[str, Any, str]


def safe(contact: Contact, body: Json) -> list[Row]:
    """Give where each child is now, then every core safety question, answered or not."""
    rows = [row for place, child in enumerate(body.get("children") or [{}]) for row in _where(place, child)]
    return [*rows, *(row for row in _questions(contact, body, core=True))]


def worry(contact: Contact, body: Json) -> list[Row]:
    """Give every other question that was answered. What nobody asked is left out: there are too many."""
    return [row for row in _questions(contact, body, core=False) if row[1]]


def words(answer: Any) -> str:
    """Say an answer as a person reads it."""
    return NOT_ASKED if answer is None else codes.ANSWERS.get(str(answer), str(answer).replace("_", " "))


def _where(place: int, child: Json) -> Iterator[Row]:
    name, where = live.name_of(child) or f"Child {place + 1}", child.get("where_now", {})
    for field, title in WHERE:
        marked = where.get("not_known", {}).get(field)
        yield f"{name}: {title}", where.get(field) or words(marked), f"children.{place}.where_now.{field}"


def _questions(contact: Contact, body: Json, *, core: bool) -> Iterator[Row]:
    asked = [one for one in live.questions(live.rules_for(contact), None) if one["core_safety"] is core]
    household = body.get("answers", {})
    for one in asked:
        if one["scope"] == "household" or one["id"] in household:
            yield one["question"], words(household.get(one["id"])), f"answers.{one['id']}"
    for place, child in enumerate(body.get("children") or [{}]):
        name, answers = live.name_of(child) or f"Child {place + 1}", child.get("answers", {})
        for one in asked:
            if one["scope"] == "child" and one["id"] not in household:
                yield (
                    f"{name}: {one['question']}",
                    words(answers.get(one["id"])),
                    (f"children.{place}.answers.{one['id']}"),
                )
