"""The last look before a contact is sent: what was said, what blocks, what is still open, and what will happen."""

from datetime import datetime
from typing import Any

from flask import url_for

from routing_rules import clocks
from screening import codes, dates_said, letter_text, validation
from screening.contacts import answered, live, said
from screening.contacts.schemas import ContactSchema
from screening.db import Json
from screening.errors import Invalid
from screening.missing_facts import field_words
from screening.models import Contact

NOT_SAID, NOT_ASKED = "Not said", "Not asked yet"
# What cannot be read is kept as it was said, and somebody asks again.
BLOCKS = ("narrative",)
SHARING_WORDS = {"parents_informed": codes.PARENTS_INFORMED, "agreement": codes.AGREEMENTS}


def checked(contact: Contact, body: Json) -> Json:
    """Check what was taken, by the schema that the API has too.

    Raises:
        Invalid: something blocks; each field by its pointer.
    """
    today = clocks.london_date(contact.first_received_at)
    sent = {"channel": contact.channel, "contact_type": contact.contact_type, **said.as_sent(body, today)}
    return validation.load(ContactSchema(rules=live.rules_for(contact)), sent)


def blocking(contact: Contact, body: Json) -> dict[str, str]:
    """Tell what must be put right first: nothing but an account that says nothing, while no child is in danger now."""
    found = errors(contact, _account_of(body))
    return {path: message for path, message in found.items() if path in BLOCKS}


def _account_of(body: Json) -> Json:
    """Take the account, and whether a child is in danger: whatever else cannot be read says nothing of these."""
    account = {name: body[name] for name in ("narrative", "contact_type") if name in body}
    return account | _danger_of(body) | {"children": [_danger_of(child) for child in body.get("children", [])]}


def _danger_of(one: Json) -> Json:
    said = one.get("answers", {}).get(codes.DANGER_NOW)
    return {"answers": {codes.DANGER_NOW: said}} if said in codes.ANSWERS else {}


def refuse_what_blocks(contact: Contact, body: Json) -> None:
    """Raise Invalid where something must be put right first; each field by its pointer."""
    if found := blocking(contact, body):
        raise Invalid("The contact was not sent.", fields={f"/{path}": [words] for path, words in found.items()})


def errors(contact: Contact, body: Json) -> dict[str, str]:
    """Tell what blocks: message by the path of its field on the page."""
    try:
        checked(contact, body)
    except Invalid as problem:
        return paths(problem)
    return {}


def paths(problem: Invalid) -> dict[str, str]:
    """Name fields as the page does: "/children/0/sex" → "children.0.sex"."""
    return {
        pointer.removeprefix("/").replace("/", "."): " ".join(messages)
        for pointer, messages in sorted(problem.fields.items())
    }


def named(errors: dict[str, str]) -> dict[str, str]:
    """Put the name of its field before each message, for a list that stands away from the fields."""
    return {path: f"{field_words(path.split('.'))}: {message}" for path, message in errors.items()}


def unreadable(contact: Contact, body: Json) -> dict[str, str]:
    """Tell what was typed and cannot be read, while the caller is still there; what is missing is no error yet."""
    return named({path: message for path, message in errors(contact, body).items() if _typed_at(path, body)})


def _typed_at(path: str, body: Any) -> bool:
    for step in path.split("."):
        place = int(step) if isinstance(body, list) and step.isdigit() else step
        try:
            body = body[place]
        except (LookupError, TypeError):
            return False
    return not isinstance(body, dict | list) and bool(body)


def summary(contact: Contact, body: Json) -> list[Json]:
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
    return ", ".join(part for part in (person.get("language"), needs, person.get("communication")) if part)


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


def unanswered(screening: Json | None, contact: Contact) -> list[str]:
    """List the core safety questions that nobody has answered yet."""
    rules = live.rules_for(contact)
    names = (screening or {}).get("core_safety_unanswered", [])
    return [rules.fields[name].question for name in names] if rules else []


def due_at(screening: Json | None, first_received_at: datetime) -> datetime:
    """Say when it must be acted on, by the clocks that routing takes: the earliest of those that run."""
    words = [screening["urgency"]["at_least"] if screening else "red"]
    words += ["hard_open"] if screening and screening["hard_open"] else []
    words += ["amber"] if screening and screening["unscreened"] else []
    ends = [clocks.due_at(word, first_received_at) for word in words]
    return min(*ends, clocks.contact_decision_due_at(first_received_at))


def letter(contact: Contact, body: Json) -> str:
    """Give the receipt itself, as it would leave; nothing where none does. Nothing of the call stands in it."""
    referrer = body.get("referrer", {})
    leaves = referrer.get("email") and referrer.get("safe_to_reply") != "no"
    return letter_text.text("receipt", contact, phone=letter_text.front_door_phone()) if leaves else ""


def receipt_words(body: Json) -> str:
    """Say what the referrer is sent; whether it may leave is asked again when it does (promise 8)."""
    referrer = body.get("referrer", {})
    if not referrer.get("email"):
        return "No email address was given, so nothing is sent."
    if referrer.get("safe_to_reply") == "no":
        return "It is not safe to write to them, so nothing is sent."
    return (
        f"To {referrer['email']}: the reference, the date and a number to ring, and nothing else. If somebody who is "
        "said to have harmed a child may read it, it is not sent and a named person rings."
    )
