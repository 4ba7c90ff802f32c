"""Drafts from strategy discussions: that one was called, that it was held, and that section 47 started with it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from screening.chronology.draft import Draft, day, shortened
from screening.chronology.subject import Subject
from screening.db import db
from screening.deciding import in_force
from screening.models import Participation, StrategyDiscussion, StrategyRecord
from screening.strategy_words import AGENCIES, HOW_WORDS, SECTION_47, STARTS
from screening.wording import small

GRAVE = ("strategy_discussion",)
Said = dict[str, str]


def drafts(subject: Subject) -> Iterator[Draft]:
    """Draft the strategy discussions about a child: the record that counts, where one was corrected."""
    for part in subject.parts:
        if part.role == "child":
            for discussion in _discussions(part):
                yield from _of(discussion, part)


def _discussions(part: Participation) -> list[StrategyDiscussion]:
    called = select(StrategyDiscussion).where(StrategyDiscussion.contact_id == part.contact_id)
    eager = called.options(selectinload(StrategyDiscussion.records)).order_by(StrategyDiscussion.seq)
    return list(db.session.scalars(eager))


def _of(discussion: StrategyDiscussion, part: Participation) -> Iterator[Draft]:
    record = discussion.record
    said = _said(record, part) if record else None
    if said is None and (record or not _is_decided_on(part)):
        # It was about other children of the contact.
        return
    source = f"Strategy discussion, {part.contact.reference}"
    yield Draft(
        kind="strategy_called",
        source_id=discussion.id,
        part=part,
        happened=day(discussion.called_at),
        words=f"Strategy discussion called. {shortened(discussion.because)}",
        source=source,
        about=GRAVE,
        order=5,
    )
    if record and said:
        yield from _held(record, said, part, source)


def _held(record: StrategyRecord, said: Said, part: Participation, source: str) -> Iterator[Draft]:
    yield _entry("strategy_held", record, part, words=_held_words(record, said), order=6, source=source)
    if said["section_47"] in STARTS:
        words = f"{SECTION_47[said['section_47']]}. {shortened(said['reason'])}"
        yield _entry("section_47", record, part, words=words, order=7, source=source)


def _entry(kind: str, record: StrategyRecord, part: Participation, *, words: str, order: int, source: str) -> Draft:
    on = day(record.held_at)
    return Draft(
        kind=kind, source_id=record.id, part=part, happened=on, words=words, source=source, about=GRAVE, order=order
    )


def _held_words(record: StrategyRecord, said: Said) -> str:
    who = ", ".join(dict.fromkeys(small(AGENCIES[one["agency"]]) for one in record.took_part)) or "nobody named"
    without = ", ".join(small(AGENCIES[agency]) for agency in record.missing)
    held = f"Strategy discussion held ({HOW_WORDS[record.how].lower()}), with {who}"
    held += f"; without {without}." if without else "."
    return held if said["section_47"] in STARTS else f"{held} {SECTION_47[said['section_47']]}. {said['reason']}"


def _said(record: StrategyRecord, part: Participation) -> Said | None:
    own = (one for one in record.children if one["child"] == str(part.id) and one["section_47"] != "not_discussed")
    return next(own, None)


def _is_decided_on(part: Participation) -> bool:
    decided = (made for made in in_force(part.contact_id) if made.child_id == part.id and made.stands)
    return any(made.outcome == "strategy_discussion" for made in decided)
