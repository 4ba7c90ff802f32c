"""The difference between two rulesets, in words: what a partnership agrees to when it changes its thresholds.

Each change says whether it raises (more contacts, higher or sooner), lowers, may do either, or is wording only.
Rules are compared in `compare_rules`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing_rules import words
from routing_rules.compare_rules import rules_changed
from routing_rules.rules import Field, Ruleset

KIND_WORDS = {"raises": "Raises", "lowers": "Lowers", "either": "Raises some, lowers others", "wording": "Wording only"}
Told = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One difference. `part` is rule, question or words; `id` names the entry; `kind` is one of KIND_WORDS."""

    part: str
    id: str
    kind: str
    words: str


def compare(before: Ruleset, after: Ruleset) -> list[Change]:
    """List every difference, rules first; empty where the two say the same."""
    rules = [Change("rule", *told) for told in rules_changed(before, after)]
    found = [*rules, *_fields(before, after), *_lists(before, after), *_head(before, after)]
    if not found and before.hash != after.hash:
        found = [Change("words", "order", "wording", "The rules stand in another order. It changes no contact.")]
    return found


def as_json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Describe changes for a program, or to be kept."""
    return [{"part": one.part, "id": one.id, "kind": one.kind, "words": one.words} for one in changes]


def text(changes: Sequence[Change]) -> str:
    """Tell changes in lines of plain text, those that raise or lower first."""
    if not changes:
        return "No difference.\n"
    told = []
    for kind, title in KIND_WORDS.items():
        ours = [f"- {one.words}" for one in changes if one.kind == kind]
        told += [f"{title}:", *ours, ""] if ours else []
    return "\n".join(told)


def _fields(before: Ruleset, after: Ruleset) -> Iterator[Change]:
    for name, field in after.fields.items():
        if name not in before.fields:
            core = ", one of the core safety questions" if field.core_safety else ""
            kind = "raises" if field.core_safety else "wording"
            yield Change("question", name, kind, f"New question{core}: {words.quoted(field.words)}.")
        elif field != before.fields[name]:
            told = _field(before.fields[name], field, after)
            yield from (Change("question", name, kind, f"{sentence}.") for kind, sentence in told)
    for name, field in before.fields.items():
        if name not in after.fields:
            kind = "lowers" if field.core_safety else "wording"
            yield Change("question", name, kind, f"Question taken out: {words.quoted(field.words)}.")


def _field(was: Field, now: Field, after: Ruleset) -> Iterator[Told]:
    name = words.quoted(was.words)
    if was.core_safety != now.core_safety:
        told = "is now" if now.core_safety else "is no longer"
        yield words.up(now.core_safety), f"{name} {told} one of the core safety questions"
    if was.direction != now.direction:
        kind = "raises" if now.direction == "risk" else "lowers" if was.direction == "risk" else "wording"
        yield kind, f"{name} now counts as {words.DIRECTION_WORDS.get(now.direction, now.direction)}"
    if (was.kind, was.values) != (now.kind, now.values):
        choices = f": {', '.join(words.value_words(one, now, after) for one in now.values)}" if now.values else ""
        yield "either", f"{name} is now answered by {words.KIND_WORDS.get(now.kind, now.kind)}{choices}"
    if was.scope != now.scope:
        yield "either", f"{name} is now asked about {words.SCOPE_WORDS.get(now.scope, now.scope)}"
    if was.asked != now.asked:
        yield "either", f"{name} is {'now asked' if now.asked else 'no longer asked'} on a call"
    for part, said in (("question", "asked as"), ("label", "called"), ("help", "explained as")):
        new = getattr(now, part)
        if getattr(was, part) != new:
            yield (
                "wording",
                f"{name} is now {said} {words.quoted(new)}" if new else f"{name} is no longer {said} anything",
            )
    if was.section != now.section:
        yield "wording", f"{name} moves to the section {words.quoted(after.sections.get(now.section, now.section))}"
    yield from _other_parts(was, now, name)


# What `_field()` tells one by one; a part that it does not know is still told of.
TOLD_PARTS = {
    "id", "core_safety", "direction", "kind", "values", "scope", "asked", "question", "label", "help", "section",
}  # fmt: skip


def _other_parts(was: Field, now: Field, name: str) -> Iterator[Told]:
    for part, value in vars(now).items():
        if part not in TOLD_PARTS and value != vars(was).get(part):
            yield "wording", f"{name} has another {part.replace('_', ' ')}: {_plain(value)}"


def _plain(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value).replace("_", " ") or "none"


def _lists(before: Ruleset, after: Ruleset) -> Iterator[Change]:
    for part, called in (("must_do", "Step"), ("specialisms", "Specialism"), ("sections", "Section")):
        yield from _list(called, getattr(before, part), getattr(after, part))
    if before.age_bands != after.age_bands:
        bands = words.listed(band.label for band in after.age_bands) if after.age_bands else "none"
        yield Change("words", "age_bands", "either", f"The age bands are now: {bands}.")


def _list(called: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name, said in new.items():
        if name not in old:
            yield Change("words", name, "wording", f"{called} added to the list: {words.quoted(said)}.")
        elif old[name] != said:
            yield Change(
                "words", name, "wording", f"{called} {words.quoted(old[name])} is now worded {words.quoted(said)}."
            )
    for name, said in old.items():
        if name not in new:
            yield Change("words", name, "wording", f"{called} taken off the list: {words.quoted(said)}.")


def _head(before: Ruleset, after: Ruleset) -> Iterator[Change]:
    for part, called in (("name", "name"), ("version", "version"), ("status", "status")):
        old, new = getattr(before, part), getattr(after, part)
        if old != new:
            yield Change(
                "words",
                part,
                "wording",
                f"The {called} of these rules is now {words.quoted(new)}, was {words.quoted(old)}.",
            )
