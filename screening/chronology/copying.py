"""Makes a copy of a chronology for somebody by name, with entries and words left out, which shows in it.

It only makes it: nothing is sent, and a person hands it over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening import audit
from screening.access import require, viewer
from screening.chronology.queries import Entry, entries_of
from screening.chronology.service import refuse_kept_back
from screening.chronology.subject import Subject
from screening.db import db, now
from screening.errors import Invalid
from screening.leaving import PRINT, may_leave
from screening.models import ChronologyCopy
from screening.sharing.marks import Recipient, marks_about, stops

WHOLE, NO_SOURCE, LEFT_OUT = "whole", "no_source", "left_out"
SHOWN = (WHOLE, NO_SOURCE, LEFT_OUT)
BLACK = "█████"
STOPPED = (
    "Word of somebody in these contacts must not reach this organisation: no copy is made for it. Speak with the duty "
    "manager before you tell anybody there."
)
WHY_LEFT_OUT = "Write why something is left out."
NOT_IN_IT = "These words are not in the entry. Copy them as they stand."
SOME_LEFT = "Leave something in: a copy of nothing tells nothing."


@dataclass(frozen=True, kw_only=True)
class For:
    """For whom a copy is, and why; and why something is left out of it, where it is."""

    recipient: str
    organisation: str
    purpose: str
    left_out_because: str = ""


@dataclass(frozen=True)
class Cut:
    """What is done to one entry: whole, without its source, or left out; and the words that are blacked out."""

    shown: str = WHOLE
    words: Sequence[str] = ()


def offered(subject: Subject) -> list[Entry]:
    """List the entries that a copy can hold: all but those that were dropped."""
    return [entry for entry in entries_of(subject) if not entry.is_dropped]


def warning(subject: Subject) -> str | None:
    """Say what whoever hands over a copy must know first, as for any print."""
    said = (may_leave(contact, PRINT).reason for contact in subject.contacts)
    return next((words for words in said if words), None)


def make(subject: Subject, to: For, cuts: Mapping[str, Cut]) -> ChronologyCopy:
    """Make a copy as it is to be handed over, and keep it as it was.

    What arrived since the viewer saw the entries is not in it: `cuts` names each entry that may be.

    Raises:
        NotAllowed: the viewer may not.
        Invalid: nothing is left, words to be blacked out are not there, something is left out without a reason, or
            word must not reach the organisation.
        Conflict: one has words on which the viewer has still to give a view of their own.
    """
    require("chronology.write")
    entries = [entry for entry in offered(subject) if entry.key in cuts]
    refuse_kept_back(entry for entry in entries if cuts[entry.key].shown != LEFT_OUT)
    if wrong := _problems(subject, to, entries, cuts):
        raise Invalid("No copy was made.", fields=wrong)
    row = ChronologyCopy(
        **subject.anchor,
        recipient=to.recipient,
        organisation=to.organisation,
        purpose=to.purpose,
        left_out_because=to.left_out_because.strip() or None,
        lines=[_line(entry, cuts[entry.key]) for entry in entries],
        made_by_id=viewer().user_id,
        made_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    detail = {"of": subject.of, "id": str(subject.id), "lines": len(row.lines)}
    audit.record("chronology.copied", subject=("chronology", row.id), detail=detail)
    return row


def _problems(subject: Subject, to: For, entries: Sequence[Entry], cuts: Mapping[str, Cut]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not any(cuts[entry.key].shown != LEFT_OUT for entry in entries):
        wrong["/entries"] = [SOME_LEFT]
    if any(_cuts_something(cuts[entry.key]) for entry in entries) and not to.left_out_because.strip():
        wrong["/left_out_because"] = [WHY_LEFT_OUT]
    for place, entry in enumerate(entries):
        missing = [words for words in cuts[entry.key].words if not _found(words).search(entry.words)]
        if missing:
            wrong[f"/entries/{place}/words"] = [NOT_IN_IT]
    going = Recipient(organisation=to.organisation)
    if any(stops(mark, going) for contact in subject.contacts for mark in marks_about(contact)):
        wrong["/organisation"] = [STOPPED]
    return wrong


def _cuts_something(cut: Cut) -> bool:
    return cut.shown != WHOLE or bool(cut.words)


def _line(entry: Entry, cut: Cut) -> dict[str, Any]:
    words, withheld = entry.words, 0
    for one in cut.words:
        words, times = _found(one).subn(BLACK, words)
        withheld += times
    gone = cut.shown == LEFT_OUT
    # What is left out is not kept here either: neither its words nor its day.
    return {
        "key": entry.key,
        "contact": str(entry.contact_id) if entry.contact_id else None,
        "happened": None if gone else entry.happened,
        "words": None if gone else words,
        "source": entry.source if cut.shown == WHOLE else None,
        "significance": None if gone else entry.significance,
        "left_out": gone,
        "withheld": 0 if gone else withheld + (cut.shown == NO_SOURCE),
    }


def _found(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words), re.IGNORECASE)
