"""One way to read what somebody sent: a marshmallow schema in, checked values or messages by JSON pointer out."""

from collections.abc import Iterator
from typing import Any, NoReturn

from marshmallow import Schema, ValidationError

from screening.errors import Invalid

NOT_COMPLETE = "Some of what was sent has to be changed. Nothing was saved."


def load(schema: Schema, body: Any) -> dict[str, Any]:
    """Check a body against a schema.

    Raises:
        Invalid: something is wrong; each field that is, by its pointer.
    """
    try:
        checked: dict[str, Any] = schema.load(body)
    except ValidationError as problem:
        refuse(problem)
    return checked


def refuse(problem: ValidationError) -> NoReturn:
    """Raise a schema's problem as an error that names each field by its pointer."""
    raise Invalid(NOT_COMPLETE, fields=pointers(problem.messages)) from problem


def pointers(messages: Any) -> dict[str, list[str]]:
    """Turn marshmallow's nested messages into JSON pointers: {"children": {0: …}} → "/children/0"."""
    found: dict[str, list[str]] = {}
    for pointer, words in _walk(messages, ""):
        found.setdefault(pointer, []).append(words)
    return found


def _walk(messages: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            # RFC 6901: the two characters that a pointer itself uses are written otherwise.
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _walk(inner, pointer if name == "_schema" else f"{pointer}/{step}")
    elif isinstance(messages, list):
        for words in messages:
            yield from _walk(words, pointer)
    else:
        yield pointer, str(messages)
