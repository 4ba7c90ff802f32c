"""Change one rule in a ruleset's text and leave every other byte of it: comments, order and layout stay.

Pure text in, text out. What comes out is read again, so that no layout can make a change go astray in silence.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from routing_rules.ruleset_text import Written, read

Values = Mapping[str, Any]
# A rule is written on lines of these parts; what is empty is left out.
LINES = (
    ("id", "text"),
    ("hard", "any_child", "level", "urgency", "weight"),
    ("all",),
    ("any",),
    ("at_least",),
    ("must_do", "specialisms", "effective"),
    ("source",),
    ("lesson",),
    ("examples",),
)
PLAIN = re.compile(r"[a-z][a-z0-9_]*")
NOT_PLAIN = {"true", "false", "null"}
BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
VERSION = re.compile(r"""(\bversion:[ ]*)("[^"\n]*"|'[^'\n]*'|[^\s,}#][^,}#\n]*)""")


class NotEditable(Exception):
    """The text is laid out so that this cannot be changed in it by itself: it is changed as a whole."""


def rule_values(text: str, place: int) -> dict[str, Any]:
    """Give what a rule says, as written: its place is counted from 0.

    Raises:
        NotEditable: the text cannot be read, or has no rule there.
    """
    rules = _rules(_written(text))
    if not 0 <= place < len(rules) or not isinstance(rules[place], dict):
        raise NotEditable("There is no such rule in this text.")
    found: dict[str, Any] = rules[place]
    return found


def last_place(text: str) -> int:
    """Give the place of the last rule.

    Raises:
        NotEditable: the text cannot be read, or has no rule.
    """
    rules = _rules(_written(text))
    if not rules:
        raise NotEditable("There is no rule in this text yet.")
    return len(rules) - 1


def with_rule(text: str, place: int, values: Values) -> str:
    """Put a rule in the place of another.

    Raises:
        NotEditable: the layout does not allow it.
    """
    written = _written(text)
    lines = text.splitlines(keepends=True)
    first, last, indent = _span(written, lines, place)
    new = _rule(values, indent, _line_end(text))
    return _sure(text, "".join([*lines[:first], new, *lines[last:]]), place, values)


def with_new_rule(text: str, values: Values, *, after: int) -> str:
    """Add a rule after the one at a place.

    Raises:
        NotEditable: the layout does not allow it.
    """
    written = _written(text)
    lines = text.splitlines(keepends=True)
    _, last, indent = _span(written, lines, after)
    ended = "" if lines[last - 1].endswith(("\n", "\r")) else _line_end(text)
    new = _rule(values, indent, _line_end(text))
    return _sure(text, "".join([*lines[:last], ended, new, *lines[last:]]), after + 1, values, added=1)


def with_version(text: str, version: str) -> str:
    """Give the ruleset another version.

    Raises:
        NotEditable: the layout does not allow it.
    """
    start = re.search(r"^ruleset:", text, re.MULTILINE)
    found = VERSION.search(text, start.start()) if start else None
    if found is None:
        raise NotEditable("The version cannot be changed in this text by itself.")
    new = f"{text[: found.start()]}{found[1]}{_scalar_quoted(version)}{text[found.end() :]}"
    before, after = _written(text).content, _written(new).content
    if after != before | {"ruleset": before["ruleset"] | {"version": version}}:
        raise NotEditable("The version cannot be changed in this text by itself.")
    return new


def _written(text: str) -> Written:
    written, problems = read(text)
    if problems or not isinstance(written.content, dict):
        raise NotEditable("The text cannot be read. Mend it first.")
    return written


def _rules(written: Written) -> list[Any]:
    rules = written.content.get("rules")
    return rules if isinstance(rules, list) else []


def _span(written: Written, lines: list[str], place: int) -> tuple[int, int, int]:
    """Say where a rule stands: its first line, the line after its last, and how far in its dash is."""
    if ("rules", place) not in written.lines:
        raise NotEditable("There is no such rule in this text.")
    first = written.line("rules", place) - 1
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    if not lines[first][indent:].startswith("- "):
        raise NotEditable("This rule does not begin on a line of its own.")
    last = first + 1
    for at in range(first + 1, len(lines)):
        words = lines[at].strip()
        if words and len(lines[at]) - len(lines[at].lstrip(" ")) <= indent and not words.startswith("#"):
            break
        # Blank lines and comments after a rule speak of what follows.
        if words and not words.startswith("#"):
            last = at + 1
    return first, last, indent


def _sure(before: str, after: str, place: int, values: Values, *, added: int = 0) -> str:
    old, new = _written(before), _written(after)
    rules = list(_rules(old))
    rules[place : place + 1 - added] = [_said(values)]
    if new.content != old.content | {"rules": rules}:
        raise NotEditable("This text is laid out so that one rule cannot be changed in it by itself.")
    return after


def _said(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, False, 0) or name == "id"}


def _rule(values: Values, indent: int, line_end: str) -> str:
    said = _said(values)
    known = {name for line in LINES for name in line}
    parts = [[name for name in line if name in said] for line in (*LINES, [name for name in said if name not in known])]
    # One example a line, as one compares what fires with what just does not.
    below = f",{line_end}{' ' * (indent + 14)}"
    flows = {name: _flow(value) for name, value in said.items()}
    flows |= {name: f"[{below.join(map(_flow, said[name]))}]" for name in ("examples",) if name in said}
    written = [", ".join(f"{name}: {flows[name]}" for name in line) for line in parts if line]
    inside = f",{line_end}{' ' * (indent + 3)}".join(written)
    return f"{' ' * indent}- {{{inside}}}{line_end}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_flow(name)}: {_flow(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    words = str(value)
    return words if PLAIN.fullmatch(words) and words not in NOT_PLAIN else _scalar_quoted(words)


def _scalar_quoted(words: str) -> str:
    quoted = (
        words.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    )
    return '"' + BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted) + '"'


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
