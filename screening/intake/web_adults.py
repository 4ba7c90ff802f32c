"""The adults of the professionals' form: one question about harm, kept by whom they are said to have harmed."""

from typing import Any

from screening.db import Json

# Ours alone: the API has whom somebody harmed, by the places of the children.
HARMED = "harmed"


def in_api_shape(body: Json) -> Json:
    """Give a form's people as the API takes them: whoever is said to have harmed a child harmed those named here."""
    children = [child for child in body.get("children", []) if child]
    said = [_said(adult) for adult in body.get("adults", []) if adult]
    if any(harmed == "yes" for harmed, _ in said):
        # Nobody may be named yet; that somebody is said to have harmed a child is not lost for that.
        children = children or [{}]
    adults = [_adult(harmed, adult, len(children)) for harmed, adult in said if adult or harmed == "yes"]
    return body | {"children": children, "adults": adults}


def _said(adult: Json) -> tuple[str | None, Json]:
    answers = adult.get("answers", {})
    return answers.get(HARMED), {name: value for name, value in adult.items() if name != "answers"}


def _adult(harmed: str | None, adult: Json, children: int) -> dict[str, Any]:
    if harmed == "yes":
        return adult | {"alleged_harm_to": list(range(children))}
    if harmed == "unknown":
        return adult | {"not_known": adult.get("not_known", {}) | {"alleged_harm_to": "unknown"}}
    return adult
