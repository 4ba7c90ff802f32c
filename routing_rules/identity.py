"""What to ask about who a child is, chosen by what the worry is. Prompts only: no rule looks at them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from routing_rules.policy import Entry, Policy, packaged

PREFIX = "identity_prompt_"


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One thing to ask, in words that can be said, with where it comes from and the answers that called for it."""

    id: str
    words: str
    source: str
    because: tuple[str, ...]


def prompts(said_yes: Collection[str], on: date, policy: Policy | None = None) -> list[Prompt]:
    """Choose the prompts that the answers call for, in the order of the file.

    Args:
        said_yes: ids of the questions of the rules that were answered "yes", of the household or of any child.
        on: the day the contact was received.
        policy: the county's; the sample county's where none is given.

    Raises:
        PolicyError: a prompt holds nothing for that day.
    """
    found = policy or packaged()
    entries = [entry for name, entry in found.entries.items() if name.startswith(PREFIX)]
    called = [(entry, _because(entry, said_yes, on)) for entry in entries]
    return [
        Prompt(id=entry.name.removeprefix(PREFIX), words=entry.description, source=entry.source, because=because)
        for entry, because in called
        if because
    ]


def _because(entry: Entry, said_yes: Collection[str], on: date) -> tuple[str, ...]:
    named = entry.on(on)
    return tuple(str(name) for name in named if name in said_yes) if isinstance(named, tuple) else ()
