"""Read JSON as a careful clerk would: what Python's parser lets pass silently is refused in words (fault F36)."""

import json
from typing import Any, Never

from screening.errors import BadRequest, Invalid

DEEPEST = 20
LARGEST_INTEGER = 2**53


def loads(body: bytes) -> Any:
    """Parse a JSON body.

    Raises:
        BadRequest: not UTF-8, not JSON, nested deeper than 20, `NaN` or infinite numbers, a repeated field.
        Invalid: a text holds a NUL character, or a whole number is larger than 2^53.
    """
    text = _decode(body)
    _refuse_depth(text)
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeats)
    except (ValueError, RecursionError) as problem:
        raise BadRequest("The body is not JSON. Check it with a JSON checker and send it again.") from problem
    _refuse_unkeepable(value, "")
    return value


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadRequest("The body is not UTF-8 text. Send it as UTF-8.") from problem


def _refuse_depth(text: str) -> None:
    # Counts brackets outside strings before parsing: the parser itself would run out of stack.
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BadRequest(f"The body is nested deeper than {DEEPEST}. Send it in the documented shape.")
        elif character in "]}":
            depth -= 1


def _refuse_constant(name: str) -> Never:
    raise BadRequest(f"{name} is not a JSON number. Send a number, or leave the field out.")


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("A field is given twice in one object. Send each field once.")
    return found


def _refuse_unkeepable(value: Any, pointer: str) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_unkeepable(name, pointer)
            _refuse_unkeepable(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _refuse_unkeepable(inner, f"{pointer}/{place}")
    elif isinstance(value, str) and ("\x00" in value or _has_lone_surrogate(value)):
        raise Invalid("A text cannot be kept.", fields={pointer: ["Contains a character that is not text."]})
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise Invalid("A number is too large.", fields={pointer: ["Must be a smaller number."]})


def _has_lone_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)
