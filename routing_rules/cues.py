"""Words in an account that propose a question. They never answer one: only a person says yes, or no.

A word beside "no", "not" or "perhaps" proposes its question like any other, and is quoted with what stands around it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from routing_rules.policy import Policy, packaged

PREFIX = "cue_"
# A word with what joins it: "didn't" and "self-harm" are one word each.
WORD = re.compile(r"\w+(?:['-]\w+)*")
ENDS_SENTENCE = re.compile(r"[.!?;\n]")
APOSTROPHES = str.maketrans("\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}", "''")
# Words quoted before and after what was found: enough to show "no" and "not sure".
QUOTED_BEFORE, QUOTED_AFTER = 3, 3
# How much of a word is looked up. No pattern that ends in `*` may be shorter.
STEM = 3

Words = tuple[str, ...]
# By the first letters of their first word: the words of each pattern, and where its question stands in the file.
Patterns = Mapping[str, Sequence[tuple[Words, int]]]


@dataclass(frozen=True)
class Cue:
    """What was written, and the id of the question that it proposes."""

    question: str
    quote: str


def cues(account: str, on: date, policy: Policy | None = None) -> list[Cue]:
    """Find what an account proposes to ask: each question once, where it is met first, in the order of the file.

    Args:
        account: the words of the caller, as typed.
        on: the day the contact was received.
        policy: the county's; the sample county's where none is given.

    Raises:
        PolicyError: a cue holds nothing for that day, or a pattern is too short.
    """
    questions, patterns = _patterns(policy or packaged(), on)
    words = list(WORD.finditer(account.translate(APOSTROPHES)))
    said = [word.group().casefold() for word in words]
    found: dict[int, int] = {}
    for place, question in _met(said, patterns):
        found.setdefault(question, place)
    return [Cue(questions[question], _quote(account, words, found[question])) for question in sorted(found)]


def _met(said: Sequence[str], patterns: Patterns) -> Iterator[tuple[int, int]]:
    for place, word in enumerate(said):
        for wanted, question in patterns.get(word[:STEM], ()):
            if _is_at(wanted, said[place : place + len(wanted)]):
                yield place, question


def _is_at(wanted: Words, said: Sequence[str]) -> bool:
    return len(wanted) == len(said) and all(
        word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
        for pattern, word in zip(wanted, said, strict=True)
    )


def _quote(account: str, words: Sequence[re.Match[str]], place: int) -> str:
    """Quote what stands around a word, within its sentence, as it was typed; "…" where the sentence goes on."""
    first, last = place, place
    while first > max(place - QUOTED_BEFORE, 0) and not _parted(account, words[first - 1], words[first]):
        first -= 1
    while last < min(place + QUOTED_AFTER, len(words) - 1) and not _parted(account, words[last], words[last + 1]):
        last += 1
    goes_before = first > 0 and not _parted(account, words[first - 1], words[first])
    goes_on = last < len(words) - 1 and not _parted(account, words[last], words[last + 1])
    quoted = account[words[first].start() : words[last].end()]
    return f"{'… ' if goes_before else ''}{quoted}{' …' if goes_on else ''}"


def _parted(account: str, one: re.Match[str], next_one: re.Match[str]) -> bool:
    return bool(ENDS_SENTENCE.search(account, one.end(), next_one.start()))


@lru_cache(maxsize=8)
def _patterns(policy: Policy, on: date) -> tuple[Sequence[str], Patterns]:
    questions: list[str] = []
    patterns: dict[str, list[tuple[Words, int]]] = defaultdict(list)
    for name in (name for name in policy.entries if name.startswith(PREFIX)):
        for pattern in policy.read(name, on, tuple):
            wanted = tuple(str(pattern).casefold().split())
            patterns[wanted[0].rstrip("*")[:STEM]].append((wanted, len(questions)))
        questions.append(name.removeprefix(PREFIX))
    return questions, patterns
