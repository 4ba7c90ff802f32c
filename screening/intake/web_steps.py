"""The pages of the professionals' form, one thing each, in their order; data that one template shows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from screening import codes
from screening.codes import DANGER_NOW
from screening.intake.web_adults import HARMED

PROFESSIONS = [(code, words) for code, words in codes.SOURCES.items() if code[0] in "2345678"]
YES_NO = [("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")]
# Asked the other way about: who might read our answer makes it not safe to write.
MAY_READ = [("no", "Yes, or they might"), ("yes", "No"), ("unknown", "I do not know")]


@dataclass(frozen=True)
class Step:
    """One page: its name in the address, its title, a line of help, and its fields."""

    name: str
    title: str
    help: str
    fields: tuple[dict[str, Any], ...]

    def lacks(self, said: Collection[str]) -> dict[str, str]:
        """Say what must not be left out and is, by path; `said` are the paths with an answer."""
        return {one["path"]: one["needed"] for one in self.fields if "needed" in one and one["path"] not in said}


def _text(path: str, label: str, **more: Any) -> dict[str, Any]:
    return {"kind": "text", "path": path, "label": label, "hint": "", "width": "", **more}


def _choice(path: str, label: str, options: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    return {"kind": "radios", "path": path, "label": label, "hint": "", "options": options, **more}


DANGER = Step(
    "danger",
    "Is a child in danger now?",
    "If it is happening now, ring 999 first, then ring us. Then come back and go on.",
    (_choice(f"answers.{DANGER_NOW}", "Is any child in danger right now, or will they be when they go home?", YES_NO),),
)
YOU = Step(
    "you",
    "About you",
    "We ring this number when we need to know more.",
    (
        _text("referrer.name", "Your name", needed="Write your name, so that we know whom to ask for."),
        _text("referrer.agency", "Where you work"),
        {"kind": "select", "path": "referrer.source_code", "label": "What you are", "hint": "", "options": PROFESSIONS},
        _text("referrer.phone", "Telephone number", width="20", needed="Write a number that we can ring."),
        _choice(
            "referrer.safe_to_reply",
            "Could somebody you are worried about read the mailbox that our link went to?",
            MAY_READ,
            hint="A shared mailbox, or one that a colleague looks into. Then we ring you and write nothing.",
        ),
    ),
)
WORRY = Step(
    "worry",
    "What are you worried about?",
    "What you saw or were told, when, and in whose words. Say what you do not know.",
    ({"kind": "area", "path": "narrative", "label": "In your own words", "hint": ""},),
)
VIEWS = Step(
    "views",
    "What do they say?",
    "Leave out what you have not asked.",
    (
        {"kind": "area", "path": "views.child", "label": "What the child says", "hint": ""},
        {"kind": "area", "path": "views.family", "label": "What the family says", "hint": ""},
    ),
)
FAMILY = Step(
    "family",
    "Does the family know?",
    "Do not tell them if that could put a child in danger.",
    (
        _choice(
            "information_sharing.parents_informed",
            "Do the parents know that you are telling us?",
            list(codes.PARENTS_INFORMED.items()),
        ),
        {"kind": "area", "path": "information_sharing.reason", "label": "If they do not know, why", "hint": ""},
    ),
)


def child(place: int) -> Step:
    """Give the page of one child, by place in the list."""
    path = f"children.{place}"
    return Step(
        f"child-{place + 1}",
        "The child" if place == 0 else f"Child {place + 1}",
        "What you do not know, leave out.",
        (
            _text(f"{path}.given_name", "First name"),
            _text(f"{path}.family_name", "Last name"),
            _text(f"{path}.date_of_birth", "Date of birth", hint="3/4/2017, May 2018 or 2018", width="10"),
            _choice(f"{path}.sex", "Sex", list(codes.SEXES.items())),
            _text(f"{path}.address.line_1", "Home address"),
            _text(f"{path}.address.postcode", "Postcode", width="10"),
            _text(f"{path}.where_now.place", "Where the child is now"),
            _text(f"{path}.where_now.with_whom", "With whom"),
            _text(f"{path}.where_now.safe_until", "Safe until when", hint="Home time, tonight, not safe"),
        ),
    )


def adult(place: int) -> Step:
    """Give the page of one adult, by place in the list."""
    path = f"adults.{place}"
    return Step(
        f"adult-{place + 1}",
        "An adult whom we should know of" if place == 0 else f"Adult {place + 1}",
        "Whoever lives with the child, or worries you, also where you work. Nobody to name? Go on.",
        (
            _text(f"{path}.given_name", "First name"),
            _text(f"{path}.family_name", "Last name"),
            _text(f"{path}.relationship", "Who they are to the child", hint="Mother, stepfather, teacher, coach"),
            _choice(f"{path}.works_with_children", "Do they work with children, paid or not?", YES_NO),
            _choice(f"{path}.answers.{HARMED}", "Is it said that they have harmed a child?", YES_NO),
        ),
    )


def steps(children: int, adults: int) -> list[Step]:
    """List the pages, for so many children and adults."""
    people = [*map(child, range(max(children, 1))), *map(adult, range(max(adults, 1)))]
    return [DANGER, YOU, *people, WORRY, VIEWS, FAMILY]
