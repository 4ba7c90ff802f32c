"""The last look before a contact is sent: what blocks, what is still open, and what will happen."""

from datetime import datetime
from typing import Any

from routing_rules import clocks
from screening import call_safe, codes, letter_text, validation
from screening.contacts import live, said
from screening.contacts.schemas import ContactSchema
from screening.db import Json
from screening.errors import Invalid
from screening.missing_facts import field_words
from screening.models import Contact

# What cannot be read is kept as it was said, and somebody asks again.
BLOCKS = ("narrative",)


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


def unanswered(screening: Json | None, contact: Contact, body: Json) -> list[str]:
    """List what is not answered yet: core safety questions, with what came of asking, and where each child is."""
    rules = live.rules_for(contact)
    names = (screening or {}).get("core_safety_unanswered", [])
    questions = [f"{rules.fields[name].question}{_asked(name, body)}" for name in names] if rules else []
    return [*questions, *_where(body)]


def _asked(name: str, body: Json) -> str:
    """Say that a question was asked of everybody whom it is about, and why it is still open; else nothing."""
    children = [one.get("answers", {}).get(name) for one in body.get("children", [])]
    household = body.get("answers", {}).get(name)
    said = [household] if household else children
    if not said or not all(map(codes.is_no_answer, said)):
        return ""
    return f" (asked: {', '.join(dict.fromkeys(codes.WHY_NOT_KNOWN[str(one)] for one in said))})"


def _where(body: Json) -> list[str]:
    return [
        f"{live.name_of(child) or f'Child {place}'}: where they are now, and with whom"
        for place, child in enumerate(body.get("children", []), 1)
        if child and not child.get("where_now")
    ]


def due_at(screening: Json | None, first_received_at: datetime) -> datetime:
    """Say when it must be acted on, by the clocks that routing takes: the earliest of those that run."""
    words = [screening["urgency"]["at_least"] if screening else "red"]
    words += ["hard_open"] if screening and screening["hard_open"] else []
    words += ["amber"] if screening and screening["unscreened"] else []
    ends = [clocks.due_at(word, first_received_at) for word in words]
    return min(*ends, clocks.contact_decision_due_at(first_received_at))


def letter(contact: Contact, body: Json) -> str:
    """Give the receipt itself, as it would leave; nothing where none does. Nothing of the call stands in it."""
    leaves = _stays(contact, body) is None
    return letter_text.text("receipt", contact, phone=letter_text.front_door_phone()) if leaves else ""


def receipt_words(contact: Contact, body: Json) -> str:
    """Say what the referrer is sent; whether it may leave is asked again when it does (promise 8)."""
    return _stays(contact, body) or (
        f"To {body['referrer']['email']}: the reference, the date and a number to ring, and nothing else. If somebody "
        "who is said to have harmed a child may read it, it is not sent and a named person rings."
    )


def _stays(contact: Contact, body: Json) -> str | None:
    """Say why nothing is sent to the referrer, as far as that is known before it is sent; None where it leaves."""
    referrer = body.get("referrer", {})
    if not referrer.get("email"):
        return "No email address was given, so nothing is sent."
    if referrer.get("safe_to_reply") == "no":
        return "It is not safe to write to them, so nothing is sent."
    if call_safe.state_of(contact).on:
        return "This call is taken call-safe, so nothing is sent."
    return None
