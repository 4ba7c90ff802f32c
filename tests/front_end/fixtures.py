"""Invented, lifelike contexts: one or more for each template. The people do not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

Context = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """A template and what it is rendered with."""

    template: str
    own: Callable[[], Context]
    viewer: str | None = "Priya Nair"
    role: str = "Call handler"

    def context(self) -> Context:
        """Give the page's own variables and the frame's."""
        return frame(self.viewer, self.role) | self.own()


def frame(viewer: str | None, role: str) -> Context:
    """Give what the app's context processors give to every page."""
    nav = [
        {"text": "Take a contact", "href": "/contacts", "current": role == "Call handler"},
        {"text": "Queue", "href": "/queues", "current": role != "Call handler"},
        {"text": "Board", "href": "/board", "current": False},
    ]
    return {
        "viewer": SimpleNamespace(name=viewer) if viewer else None,
        "viewer_role": role if viewer else "",
        "nav": nav if viewer else [],
        "sample_county": True,
        "notifications": [],
    }


def sign_in() -> Context:
    people = (
        ("priya", "Priya Nair", "Call handler"),
        ("sarah", "Sarah Okafor", "Screening social worker"),
        ("grace", "Grace Lindqvist", "Team manager"),
        ("edith", "Edith Marsh", "Emergency duty social worker"),
    )
    return {
        "problem": None,
        "user_name": "",
        "next": None,
        "sample_sign_ins": [
            {"user_name": user_name, "name": name, "role": role, "password": "sample county only"}
            for user_name, name, role in people
        ],
    }


def sign_in_refused() -> Context:
    problem = "The user name or password is not right. Check both and try again."
    return sign_in() | {"problem": problem, "user_name": "priya", "next": "/queues"}


def error() -> Context:
    return {
        "error": SimpleNamespace(
            title="Someone else was first",
            message="Sarah Okafor accepted this contact at 14:02.",
            status=409,
            fields={},
        ),
        "reference": "9f31c2aa",
    }


PAGES: dict[str, Page] = {
    "sign_in": Page("sign_in/sign_in.html", sign_in, viewer=None),
    "sign_in_refused": Page("sign_in/sign_in.html", sign_in_refused, viewer=None),
    "signed_out": Page("sign_in/signed_out.html", dict, viewer=None),
    "error": Page("errors/error.html", error),
}
