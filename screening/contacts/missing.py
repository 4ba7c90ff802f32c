"""What a contact was sent without: noted, so that somebody finds it out. Nothing that is missing holds up a send.

What the account proposed to ask, and nobody asked or set aside, is among it, with the words that proposed it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from screening import missing_facts
from screening.access import viewer
from screening.contacts import checking, live, proposed
from screening.db import Json, now
from screening.missing_facts import Missing
from screening.models import Contact, Screening

MOST_WORDS = 500
ACCOUNT = "narrative"


def note(contact: Contact, screening: Screening, *, typed: Json, sent: Json, left_out: list[str]) -> None:
    """Note what a contact that was just received lacks: what could not be read, what is not known, what nobody asked.

    Args:
        contact: the contact, with its people.
        screening: its first score, which says by when somebody must look.
        typed: the draft as it was typed.
        sent: what of it was sent.
        left_out: the pointers of what could not be read.
    """
    found = {field: (why, words) for field, why, words in _all(contact, typed, sent, left_out)}
    at, by = now(), viewer().user_id
    missing_facts.note(
        contact,
        [_missing(field, why, words, (at, by)) for field, (why, words) in found.items()],
        checking.due_at(screening.output, contact.first_received_at),
    )


def _all(contact: Contact, typed: Json, sent: Json, left_out: list[str]) -> Iterator[tuple[str, str, str | None]]:
    yield from ((field, "not_asked", None) for field in _not_asked(contact, sent))
    yield from _proposed(contact, sent)
    yield from ((field, why, None) for field, why in missing_facts.marks(_of_the_family(sent)))
    for pointer in left_out:
        field = pointer.removeprefix("/").replace("/", ".")
        if field != ACCOUNT:
            yield field, "unreadable", _words(typed, field)


def _of_the_family(sent: Json) -> Json:
    # "Not explored, because" is an answer, and so is what the caller said of themselves and of replies.
    return {name: sent[name] for name in ("referrer", "children", "adults", "answers") if name in sent}


def _not_asked(contact: Contact, sent: Json) -> Iterator[str]:
    if not sent.get(ACCOUNT, "").strip():
        yield ACCOUNT
    children = sent.get("children", [])
    for place, child in enumerate(children):
        if not child.get("where_now"):
            yield f"children.{place}.where_now"
    rules = live.rules_for(contact)
    asked = [rules.fields[name] for name in rules.core_safety] if rules else []
    for field in asked:
        if field.id not in sent.get("answers", {}):
            yield from _fields(field.id, field.scope, sent)


def _fields(question: str, scope: str, sent: Json) -> Iterator[str]:
    """Name the fields of a question that nobody answered: the household's, or those of the children."""
    children = sent.get("children", [])
    if scope == "household" or not children:
        yield f"answers.{question}"
    for place, child in enumerate(children if scope != "household" else []):
        if question not in child.get("answers", {}):
            yield f"children.{place}.answers.{question}"


def _proposed(contact: Contact, sent: Json) -> Iterator[tuple[str, str, str]]:
    rules = live.rules_for(contact)
    for one in proposed.of_call(contact, sent, rules):
        # Of which child it was written, no word tells: it is to be found out of each.
        for field in _fields(one["answer"], rules.fields[one["answer"]].scope, sent) if rules else ():
            yield field, "not_asked", one["quote"][:MOST_WORDS]


def _words(typed: Any, field: str) -> str | None:
    """Give what was typed at a path, as it was said; None where it was no text."""
    for step in field.split("."):
        place = int(step) if isinstance(typed, list) and step.isdecimal() else step
        try:
            typed = typed[place]
        except (LookupError, TypeError):
            return None
    return str(typed)[:MOST_WORDS] if isinstance(typed, str | int) else None


def _missing(field: str, why: str, words: str | None, noted: tuple[datetime, UUID | None]) -> Missing:
    return Missing(field=field, why=why, words=words, said_at=noted[0], by_id=noted[1])
