"""What was said, section by section, for the last look: each answer with the way back to its field."""

from typing import Any

from flask import url_for

from routing_rules import clocks
from screening import codes
from screening.contacts import answered, live, said
from screening.db import Json
from screening.models import Contact
from screening.said import dates_said

NOT_SAID, NOT_ASKED = "Not said", "Not asked yet"
SHARING_WORDS = {"parents_informed": codes.PARENTS_INFORMED, "agreement": codes.AGREEMENTS}


def of(contact: Contact, body: Json) -> list[Json]:
    """List what was said, section by section, each with the way back to its field."""
    take = url_for("contacts.take", reference=contact.reference)
    # As it is sent: a "?" is "not known", and a date is the one that was understood.
    body = said.as_sent(body, clocks.london_date(contact.first_received_at))
    return [
        {"title": title, "href": f"{take}#section-{name}", "rows": _linked(_rows(name, contact, body), take)}
        for name, title in live.SECTIONS
    ]


def _rows(section: str, contact: Contact, body: Json) -> list[answered.Row]:
    rows = ROWS[section](body) if section in ROWS else []
    if section == "safe":
        return answered.safe(contact, body)
    return rows + answered.worry(contact, body) if section == "worry" else rows


def _linked(rows: list[tuple[str, Any, str]], take: str) -> list[Json]:
    return [
        {
            "key": key,
            "value": value or _silence(anchor),
            "missing": not value,
            "href": f"{take}#{anchor.replace('.', '-')}",
        }
        for key, value, anchor in rows
    ]


def _silence(anchor: str) -> str:
    """Say what nothing means here: silence is no answer."""
    if anchor.startswith(("views.", "identity.")):
        return live.NOT_EXPLORED.capitalize()
    return NOT_ASKED if ".answers." in f".{anchor}" else NOT_SAID


def _caller(body: Json) -> list[tuple[str, Any, str]]:
    referrer = body.get("referrer", {})
    safe = codes.YES_NO_UNKNOWN.get(referrer.get("safe_to_reply", ""), "")
    return [
        ("Name", live.caller_words(body), "referrer.name"),
        ("Who they are", codes.SOURCES.get(referrer.get("source_code", ""), ""), "referrer.source_code"),
        ("Number to ring back", referrer.get("phone"), "referrer.phone"),
        ("Email for the receipt", referrer.get("email"), "referrer.email"),
        ("Safe to reply", safe, "referrer.safe_to_reply"),
        *([("Language and interpreter", spoken, "referrer.language")] if (spoken := _spoken(referrer)) else []),
    ]


def _promises(body: Json) -> list[tuple[str, Any, str]]:
    return [
        (
            "You promised",
            ", ".join(
                part
                for part in (
                    codes.PROMISES.get(one.get("kind", ""), ""),
                    one.get("note"),
                    f"by {one['by_when']}" if one.get("by_when") else "",
                    f"on {one['to_number']}" if one.get("to_number") else "",
                )
                if part
            ),
            f"promises.{place}.kind",
        )
        for place, one in enumerate(body.get("promises", []))
        if one
    ]


def _spoken(person: Json) -> str:
    """Say how to speak with somebody, as far as it was said."""
    needs = {"yes": "interpreter needed", "no": "no interpreter needed"}.get(person.get("interpreter", ""), "")
    language = codes.language_name(person.get("language"))
    return ", ".join(part for part in (language, needs, person.get("communication")) if part)


def _children(body: Json) -> list[tuple[str, Any, str]]:
    return [
        (f"Child {place + 1}", _person(child), f"children.{place}.given_name")
        for place, child in enumerate(body.get("children", []))
    ] or [("Children", "", "section.children")]


def _adults(body: Json) -> list[tuple[str, Any, str]]:
    return [
        (f"Adult {place + 1}", _person(adult, adult.get("relationship")), f"adults.{place}.given_name")
        for place, adult in enumerate(body.get("adults", []))
    ] or [("Adults", "", "section.adults")]


def _person(person: Json, *more: Any) -> str:
    name = live.name_of(person)
    born = person.get("date_of_birth")
    age, due = person.get("age_years_estimated"), person.get("expected_delivery_date")
    home = person.get("address", {})
    parts = [
        name or "Name not known",
        *more,
        f"born {_date_words(born)}" if born else None,
        f"age said: {age}" if age else None,
        f"due {_date_words(due)}" if due else None,
        home.get("line_1"),
        home.get("postcode"),
        person.get("school"),
        _spoken(person),
        {True: "lives in the home", False: "lives elsewhere"}.get(person.get("in_household", "")),
        "said to have harmed a child" if person.get("alleged_harm_to") else None,
        "works with children" if person.get("works_with_children") == "yes" else None,
        *(
            f"{name.replace('_', ' ')}: {answered.words(why).lower()}"
            for name, why in person.get("not_known", {}).items()
        ),
    ]
    return ", ".join(str(part) for part in parts if part)


def _date_words(in_part: Any) -> str:
    try:
        return dates_said.words(str(in_part))
    except ValueError:
        return f'"{in_part}"'


def _worry(body: Json) -> list[tuple[str, Any, str]]:
    return [("Account", body.get("narrative"), "narrative")]


def _views(body: Json) -> list[tuple[str, Any, str]]:
    views = body.get("views", {})
    return [
        ("The child's view", explored(views, "child", "child_not_explored"), "views.child"),
        ("The family's view", explored(views, "family", "family_not_explored"), "views.family"),
        *(
            (f"Child {place + 1}: {title}", child["views"][name], f"children.{place}.views.{name}")
            for place, child in enumerate(body.get("children", []))
            for name, title in (("child", "what they say"), ("family", "what the family says"))
            if child.get("views", {}).get(name)
        ),
    ]


def explored(said: Json, name: str, why: str) -> str:
    """Give what was said, or why it was not explored; nothing where nobody has answered either."""
    because = ": ".join(part for part in (codes.NOT_EXPLORED.get(said.get(why, "")), said.get(f"{why}_why")) if part)
    return said.get(name) or (f"Not explored. {because}" if because else "")


def _identity(body: Json) -> list[tuple[str, Any, str]]:
    words = explored(body.get("identity", {}), "relevance", "not_explored")
    return [("How identity matters here", words, "identity.relevance")]


def _sharing(body: Json) -> list[tuple[str, Any, str]]:
    sharing = body.get("information_sharing", {})
    words = {name: known.get(sharing.get(name, ""), "") for name, known in SHARING_WORDS.items()}
    return [
        ("Parents know about this call", words["parents_informed"], "information_sharing.parents_informed"),
        ("Agreement to share", words["agreement"], "information_sharing.agreement"),
        *([("Why", sharing["reason"], "information_sharing.reason")] if sharing.get("reason") else []),
        *_promises(body),
    ]


ROWS = {
    "caller": _caller,
    "children": _children,
    "adults": _adults,
    "worry": _worry,
    "views": _views,
    "identity": _identity,
    "sharing": _sharing,
}
