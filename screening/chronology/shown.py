"""A chronology in the words of a page. Reads what it is given; asks for no more than names and places."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from screening import dates
from screening.access import viewer
from screening.chronology import gaps, gate
from screening.chronology.queries import Entry, copies_of, newest_review
from screening.chronology.significance import CRITICAL, SIGNIFICANT, WORDS
from screening.chronology.subject import PERSON, Subject
from screening.wording import birth_day, moment

STATE_WORDS = {"new": "New", "kept": "", "reworded": "In own words", "added": "Added", "dropped": "Dropped"}
VIEWS = {"all": "All", "weighty": "Significant and critical", "new": "New"}


def place(subject: Subject, endpoint: str = "page", **more: Any) -> str:
    """Give the address of a page of one chronology."""
    name = endpoint if "." in endpoint else f"chronology.{endpoint}"
    return url_for(name, of=subject.of, id_=subject.id, **more)


def frame(subject: Subject) -> dict[str, Any]:
    """Give what stands on every page of one chronology: whose it is, and the way back."""
    if subject.of == PERSON:
        back = url_for("people.page", person_id=subject.id)
    else:
        back = url_for("record.page", reference=subject.parts[0].contact.reference)
    return {
        "subject": {"name": subject.name, "href": place(subject), "back": back, "restricted": is_restricted(subject)},
        "may_write": viewer().may("chronology.write"),
    }


def is_restricted(subject: Subject) -> bool:
    """Say whether any of it is for named readers alone."""
    return bool(subject.restricted_ids) or bool(subject.person and subject.person.restricted)


def whole(subject: Subject, entries: Sequence[Entry], view: str) -> dict[str, Any]:
    """Give a chronology as its page shows it."""
    kept = [entry for entry in entries if not entry.is_dropped]
    new = [entry for entry in kept if entry.state == "new"]
    weighty = [entry for entry in kept if entry.significance in (CRITICAL, SIGNIFICANT)]
    listed = {"all": kept, "weighty": weighty, "new": new}
    return {
        "entries": [entry_row(subject, entry) for entry in listed.get(view, kept)],
        "dropped": [entry_row(subject, entry) for entry in entries if entry.is_dropped],
        "tabs": _tabs(subject, view, {name: len(among) for name, among in listed.items()}),
        "new": len(new),
        "shown": [entry.key for entry in kept],
        "gaps": [gap.words for gap in gaps.gaps_of(subject, entries)],
        "review": review_row(subject),
        "missing": [words for words, _ in gate.of_subject(subject)],
        "copies": _copies(subject),
        "urls": {name: place(subject, name) for name in ("add", "reviewed", "siblings")}
        | {"copy": place(subject, "chronology_copy.form")},
    }


def _tabs(subject: Subject, view: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    current = view if view in VIEWS else "all"
    return [
        {"text": words, "href": place(subject, show=name), "current": name == current, "count": counts[name]}
        for name, words in VIEWS.items()
    ]


def _copies(subject: Subject) -> list[dict[str, Any]]:
    return [
        {
            "recipient": copy.recipient,
            "organisation": copy.organisation,
            "at": copy.made_at,
            "by": by,
            "href": place(subject, "chronology_copy.page", copy_id=copy.id),
        }
        for copy, by in copies_of(subject)
    ]


def review_row(subject: Subject) -> dict[str, Any] | None:
    """Say who reviewed it last, and to when."""
    found = newest_review(subject)
    return {"to": found.row.reviewed_to, "by": found.by, "words": found.words} if found else None


def entry_row(subject: Subject, entry: Entry) -> dict[str, Any]:
    """Give one entry in words."""
    href = url_for("record.page", reference=entry.reference) if entry.reference else ""
    return {
        "key": entry.key,
        "id": entry.key.replace("~", "-"),
        "state": entry.state,
        "state_words": STATE_WORDS[entry.state],
        "day": day_words(entry.happened),
        "words": entry.words,
        "original": entry.original,
        "note": entry.note,
        "source": entry.source,
        "source_href": href,
        "significance": entry.significance,
        "significance_words": WORDS[entry.significance],
        "because": entry.because,
        "reason": entry.reason,
        "by": f"{entry.by}, {moment(entry.at)}" if entry.at else "",
        "seen": entry.row_id or "",
        "kept_back": entry.is_kept_back,
        "href": place(subject, "entry", key=entry.key),
        "post": place(subject, "touched"),
    }


def day_words(happened: str) -> str:
    """Say a date in part: 2018, May 2018, 2 May 2018."""
    return birth_day(happened)


def side_by_side(columns: Sequence[tuple[Subject, Sequence[Entry]]]) -> list[dict[str, Any]]:
    """Put children's entries side by side, a row for each day on which anything happened to any of them."""
    days: dict[str, list[list[dict[str, Any]]]] = {}
    for place_, (subject, entries) in enumerate(columns):
        for entry in entries:
            cells = days.setdefault(entry.happened, [[] for _ in columns])
            cells[place_].append(entry_row(subject, entry))
    return [{"day": day_words(day), "cells": days[day]} for day in sorted(days, key=_first_day)]


def _first_day(happened: str) -> date:
    return dates.span(happened)[0]
