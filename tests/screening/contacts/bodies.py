"""The smallest contact that may be sent, and ways to change it."""

from typing import Any

QUESTIONS = ("child_safe_now", "immediate_danger", "needs_medical_help", "alleged_adult_has_access")


def body(**changes: Any) -> dict[str, Any]:
    smallest = {
        "channel": "phone",
        "contact_type": "request_for_service",
        "narrative": "Came to school hungry.",
        "children": [child()],
    }
    return smallest | changes


def child(**changes: Any) -> dict[str, Any]:
    return {"given_name": "Ada", "family_name": "Marlow", "date_of_birth": "2018-05-02"} | changes


def bruised_baby() -> dict[str, Any]:
    answers = {"injury_seen": "yes", "independently_mobile": "no"}
    return body(children=[child(given_name="Oscar", date_of_birth="2026-08-01", answers=answers)])


def form(**fields: str) -> dict[str, str]:
    """A call as the page sends it: fields by their path, with __ for the dots."""
    return {name.replace("__", "."): value for name, value in fields.items()}
