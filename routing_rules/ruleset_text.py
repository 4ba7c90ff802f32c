"""YAML text to plain values, with the line on which each rule and field stands. No more than YAML: no tags, no code."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

Problem = tuple[int, str]


@dataclass(frozen=True)
class Written:
    """What a text says, and on which line (from 1) each entry of each part stands."""

    content: Any
    lines: Mapping[tuple[str, str | int], int]

    def line(self, part: str, entry: str | int) -> int:
        """Give the line of a field (by its id) or of a rule (by its place, from 0); 1 where there is none."""
        return self.lines.get((part, entry), 1)


class _PlainLoader(yaml.SafeLoader):
    """YAML in which yes and no are the words they look like, and nothing refers to anything else."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse references: a few lines of them can unfold into more than memory holds."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="it refers to itself with *", problem_mark=self.get_mark())
        return super().compose_node(parent, index)


_PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or letter in "tTfF"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> tuple[Written, list[Problem]]:
    """Read a text, and say what keeps it from being read: not YAML, or one name given twice."""
    # A copy, so that nobody who changes what they were given changes it for others.
    return deepcopy(_read(text))


# One edit reads its text to change it, to check it and to show it, and reading takes a quarter of a second.
@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Written, list[Problem]]:
    try:
        loader = _PlainLoader(text)
        node = loader.get_single_node()
        if node is None:
            return Written(None, {}), [(1, "There is nothing in it. Start from a copy of the sample.")]
        repeated = list(_repeated_names(node))
        return Written(loader.construct_document(node), dict(_lines(node))), repeated
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as problem:
        return Written(None, {}), [(_line_of(problem), f"It is not YAML: {_plain(problem)}. Correct it.")]


def _lines(node: Any) -> Iterator[tuple[tuple[str, str | int], int]]:
    for part, entries in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(entries, yaml.MappingNode):
            for name, _ in entries.value:
                yield (part.value, name.value), name.start_mark.line + 1
        if isinstance(entries, yaml.SequenceNode):
            for place, entry in enumerate(entries.value):
                yield (part.value, place), entry.start_mark.line + 1


def _repeated_names(node: Any) -> Iterator[Problem]:
    """Find names given twice: YAML itself would keep the last and drop the first in silence."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if str(name.value) in seen:
                yield name.start_mark.line + 1, f"{name.value} is given twice. Remove one."
            seen.add(str(name.value))
            yield from _repeated_names(value)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _repeated_names(entry)


def _line_of(problem: Exception) -> int:
    mark = getattr(problem, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _plain(problem: Exception) -> str:
    return str(getattr(problem, "problem", None) or getattr(problem, "reason", None) or problem).rstrip(".")
