"""What the rules propose for a contact, with what each stands on; and what to ask next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from routing_rules import clocks
from screening import telling
from screening.access import viewer
from screening.models import Screening
from screening.record import provenance
from screening.record.provenance import Item
from screening.scoring import service as scoring
from screening.wording import level_words, urgency_words

NOT_SCORED = "It could not be scored. It is treated as level 4, red, until a person has read it."
NO_REASON = "What makes it red is not on record: ask whoever sent it on."
MOST_QUESTIONS, MOST_MISSING = 6, 3


def proposal(screening: Screening | None, received: datetime) -> Iterator[Item]:
    """Say level and urgency, then each rule behind them, what is not settled, and what the rules ask to be done."""
    if screening is None or screening.output is None:
        yield Item(words=NOT_SCORED, source=provenance.service("scoring", received), look="danger")
        return
    told = telling.rules_output(screening) or {}
    level, urgency = screening.level_at_least, screening.urgency_at_least
    yield Item(words=f"{level_words(level)}. {urgency_words(urgency)}.", source=provenance.rule("level", screening))
    if (screening.level_at_most, screening.urgency_at_most) != (level, urgency):
        could = f"Could still be level {screening.level_at_most}, {screening.urgency_at_most}."
        yield Item(words=could, source=provenance.rule("level", screening))
    for finding in told.get("findings", []):
        because = f"{'; '.join(finding['because'])}. " if finding.get("because") else ""
        detail = f"{because}Level {finding['level']}, {finding['urgency']}. {finding.get('source', '')}".strip()
        yield Item(words=finding["text"], detail=detail, source=provenance.rule(finding["rule"], screening))
    # What forbids to wait stands first.
    for one in sorted(told.get("open", []), key=lambda rule: not rule.get("hard")):
        yield Item(
            words=f"Not settled: {one['text']}",
            detail=_missing(one["missing"]),
            source=provenance.rule(one["rule"], screening),
            look="warning",
        )
    if viewer().may("contact.read_rules"):
        for name in screening.output.get("must_do", []):
            yield Item(words=f"To be done: {_step(name, received)}.", source=provenance.rule(name, screening))


def _missing(questions: list[str]) -> str:
    more = len(questions) - MOST_MISSING
    words = "; ".join(question.rstrip("?") for question in questions[:MOST_MISSING])
    return f"Not known: {words}{f'; and {more} more' if more > 0 else ''}."


def _step(name: str, received: datetime) -> str:
    rules = scoring.rules_or_none(clocks.london_date(received))
    words = rules.must_do.get(name) if rules else None
    return (words or name.replace("_", " ")).rstrip(".")


def red(screening: Screening) -> Item:
    """Say that it is red, and why, in words: also to who has not kept a view of their own, or reads no rules (ADR 5).

    Who has to act within the hours cannot act on a colour alone; the rule's name stays with those who read rules.
    """
    output = screening.output or {}
    of_red = [one for one in output.get("findings", []) if one["urgency"] == "red"]
    # A hard rule that is not settled makes it red too, and then nothing was found that says so.
    waits = [one for one in output.get("open", []) if one.get("hard") and one["urgency"] == "red"]
    why = of_red[0]["text"] if of_red else f"Not settled: {waits[0]['text']}" if waits else NO_REASON
    known = (of_red or waits) and viewer().may("contact.read_rules")
    source = provenance.rule((of_red or waits)[0]["rule"] if known else "urgency", screening)
    return Item(words=f"{urgency_words('red')}. {why}", source=source, look="danger")


def ask_next(screening: Screening | None, *, hidden: bool) -> Iterator[Item]:
    """List what to ask, for who decides; what the answers could change stays hidden with the level."""
    if screening is None or screening.output is None or not _asks():
        return
    hidden = hidden or not viewer().may("contact.read_rules")
    for one in screening.output.get("ask_next", [])[:MOST_QUESTIONS]:
        could = "" if hidden else _could(one.get("could_change") or {})
        yield Item(words=f"{one['question']}{could}", source=provenance.rule(one["answer"], screening))


def nothing_to_ask(screening: Screening | None) -> str:
    """Say why no question is listed: that none is left is said only where that is so."""
    if screening is None or screening.output is None:
        return "It could not be scored, so no question is proposed: ask what is not known."
    if not _asks():
        return "Not shown to you: whoever decides reads them here."
    return "No question that is left would change the level."


def _asks() -> bool:
    # Whoever holds a referral asks on, and the briefing travels with it; what the rules found is another matter.
    return viewer().may("contact.read_rules") or viewer().may("decision.team")


def _could(change: dict[str, Any]) -> str:
    parts = [f"level {change['level']}"] if change.get("level") else []
    parts += [change["urgency"]] if change.get("urgency") else []
    return f" Could make this {' and '.join(parts)}." if parts else ""
