"""What moves on the call page: the questions, the state of each section, and the score of what is typed so far."""

from collections.abc import Iterator, Sequence
from typing import Any

from routing_rules import clocks
from routing_rules.rules import Field, Ruleset
from routing_rules.screen import assess
from routing_rules.would_change import would_change
from screening import codes, dates
from screening.contacts import said, told_to_taker
from screening.db import Json
from screening.models import Contact
from screening.scoring import family_history
from screening.scoring import service as scoring

SECTIONS = (
    ("caller", "Caller"),
    ("children", "Children"),
    ("safe", "Safe right now?"),
    ("worry", "What is the worry?"),
    ("adults", "Adults and home"),
    ("views", "Views"),
    ("identity", "Identity"),
    ("sharing", "Sharing and promises"),
)
NOT_EXPLORED = "not explored yet"
STATE_WORDS = {
    "not_looked_at": "not looked at",
    "started": "started",
    "complete": "done",
    "unknown_recorded": "not known, said so",
}


def rules_for(contact: Contact) -> Ruleset | None:
    """Find the rules by which a contact is scored; None where they cannot be used, and a person scores it."""
    return scoring.rules_or_none(clocks.london_date(contact.first_received_at))


def questions(rules: Ruleset | None, contact_type: str | None) -> list[Json]:
    """List what may be asked on a call, in the order of the rules. What is about both is asked of each child.

    What this kind of contact is not asked is listed too, and marked: a call may turn out to be about something else.
    """
    if rules is None:
        return []
    kind = codes.TYPE_IN_RULES.get(contact_type or "", contact_type)
    asked_here = {field.id for field in rules.questions(kind)}
    return [_question(field, rules) | {"asked_here": field.id in asked_here} for field in rules.questions(None)]


def _question(field: Field, rules: Ruleset) -> Json:
    return {
        "id": field.id,
        "question": field.question,
        "help": field.help,
        "kind": field.kind,
        "choices": [(value, value.replace("_", " ").capitalize()) for value in field.values],
        "scope": "household" if field.scope == "household" else "child",
        "core_safety": field.core_safety,
        "section": rules.sections.get(field.section, field.section),
    }


def score(contact: Contact, body: Json, on_show: Sequence[str] = ()) -> Json | None:
    """Score what is typed so far; None where the rules fail, which is shown as urgent. Odd values count as unknown.

    What the checks have established about the children counts already, but for what only some may know of.
    `on_show` are the questions that the handler has before them: those that still matter stay where they are.
    """
    rules = rules_for(contact)
    if rules is None:
        return None
    try:
        history = family_history.looked_up(contact, family_history.TOLD_TO_ALL)
        looked_up = [history[child.id] for child in contact.children]
        on = contact.first_received_at
        facts = scoring.facts_of_body(_scorable(contact, body), on, looked_up)
        found = assess(facts, rules).as_json(on_show)
        asked = [question["answer"] for question in found["ask_next"]]
        changes = {"would_change": would_change(facts, rules, asked)}
        return told_to_taker.told(found, rules, looked_up) | changes
    except (LookupError, TypeError, ValueError):
        return None


def _scorable(contact: Contact, body: Json) -> Json:
    on = clocks.london_date(contact.first_received_at)
    children = [_without_odd_ages(child) for child in said.as_sent(body, on).get("children", [])]
    kind = {"contact_type": contact.contact_type, "channel": contact.channel}
    return {**kind, **body, "children": children or [{}]}


def _without_odd_ages(child: Json) -> Json:
    kept = dict(child)
    if not isinstance(kept.get("age_years_estimated"), int):
        kept.pop("age_years_estimated", None)
    try:
        dates.span(kept.get("date_of_birth", ""))
    except ValueError:
        kept.pop("date_of_birth", None)
    return kept


def sections(body: Json, rules: Ruleset | None) -> list[Json]:
    """Tell the state of each section in words, of a body as it is sent. Nothing said is never the same as "no".

    They come in the order of the page: where a child or young person calls, their own words come first.
    """
    states = dict(_states(body, rules))
    first = "worry" if by_young_person(body) else None
    ordered = sorted(SECTIONS, key=lambda section: section[0] != first)
    return [{"id": name, "title": title, **states[name]} for name, title in ordered]


def by_young_person(body: Json) -> bool:
    """Say whether the child or young person calls about themself."""
    return bool(body.get("referrer", {}).get("source_code") == codes.YOUNG_PERSON)


def _states(body: Json, rules: Ruleset | None) -> Iterator[tuple[str, Json]]:
    children, adults, referrer = body.get("children", []), body.get("adults", []), body.get("referrer", {})
    yield "caller", _caller(referrer)
    yield "children", _children(children)
    yield "adults", _counted(adults, "listed")
    yield "worry", _state(body.get("narrative"), done=bool(body.get("narrative", "").strip()))
    yield "safe", _safety(body, rules)
    yield "views", _explored(body.get("views", {}), ("child", "family"))
    yield "identity", _identity(body.get("identity", {}), children)
    yield "sharing", _sharing(body.get("information_sharing", {}))


def _state(value: Any, *, done: bool) -> Json:
    name = "complete" if done else "started" if _any(value) else "not_looked_at"
    return {"state": name, "words": STATE_WORDS[name]}


def _needs(words: str) -> Json:
    return {"state": "needs_attention", "words": words}


def _unknown() -> Json:
    return {"state": "unknown_recorded", "words": STATE_WORDS["unknown_recorded"]}


def _is_said_unknown(person: Json, *names: str) -> bool:
    """Say whether somebody's name is not known, and that was said."""
    return any(name in person.get("not_known", {}) for name in names)


def _caller(referrer: Json) -> Json:
    if not referrer.get("name"):
        return _unknown() if _is_said_unknown(referrer, "name") else _state(referrer, done=False)
    marks = referrer.get("not_known", {})
    if "safe_to_reply" not in referrer and "safe_to_reply" not in marks:
        return _needs("safe to reply?")
    return _state(referrer, done=True)


def _children(children: list[Json]) -> Json:
    # Most rules about injuries turn on the age: a guess is asked for, or that nobody knows it.
    ages = ("date_of_birth", "age_years_estimated", "expected_delivery_date")
    named = [child for child in children if child.get("given_name") or child.get("family_name")]
    ageless = [child for child in named if not any(child.get(age) or age in child.get("not_known", {}) for age in ages)]
    return _needs(f"{len(ageless)} without an age") if ageless else _counted(children, "named")


def _sharing(sharing: Json) -> Json:
    if "parents_informed" not in sharing or "agreement" not in sharing:
        return _state(sharing, done=False)
    told = sharing["parents_informed"] == "yes" and sharing["agreement"] == "given"
    return _state(sharing, done=True) if told or sharing.get("reason") else _needs("say why")


def _identity(identity: Json, children: list[Json]) -> Json:
    of_children = any(child.get("ethnicity") or child.get("language") for child in children)
    begun = of_children and not (identity.get("relevance") or identity.get("not_explored"))
    return _state(of_children, done=False) if begun else _explored(identity, ("relevance",))


def _explored(said: Json, names: tuple[str, ...]) -> Json:
    """Tell how far something was explored. That it was not, and why, is an answer; silence is none."""
    not_explored = ["not_explored" if name == "relevance" else f"{name}_not_explored" for name in names]
    answered = [bool(said.get(name) or said.get(why)) for name, why in zip(names, not_explored, strict=True)]
    if not any(answered):
        return {"state": "not_looked_at", "words": NOT_EXPLORED}
    if not all(answered):
        return _state(said, done=False)
    unknown = not any(said.get(name) for name in names)
    name = "unknown_recorded" if unknown else "complete"
    return {"state": name, "words": "not explored, said why" if unknown else STATE_WORDS[name]}


def _any(value: Any) -> bool:
    if isinstance(value, list):
        return any(value)
    return bool(value)


def _counted(people: list[Json], words: str) -> Json:
    named = sum(bool(person.get("given_name") or person.get("family_name")) for person in people)
    if not named:
        unknown = any(_is_said_unknown(person, "given_name", "family_name") for person in people)
        return _unknown() if unknown else _state(people, done=False)
    return {"state": "complete", "words": f"{named} {words}"}


def _safety(body: Json, rules: Ruleset | None) -> Json:
    asked = rules.core_safety if rules else ()
    answered = [*body.get("answers", {}).items()]
    answered += [pair for child in body.get("children", []) for pair in child.get("answers", {}).items()]
    core = {name: value for name, value in answered if name in asked}
    left = len(set(asked) - set(core))
    if left:
        return {"state": "needs_attention", "words": f"{left} to ask"}
    unknown = any(value not in ("yes", "no") for value in core.values())
    name = "unknown_recorded" if unknown else "complete"
    return {"state": name, "words": STATE_WORDS[name]}


def caller_words(body: Json) -> str:
    """Say who is calling, as far as it was said."""
    referrer = body.get("referrer", {})
    return ", ".join(part for part in (referrer.get("name"), referrer.get("agency")) if part)


def children_words(body: Json) -> str:
    """Say which children this is about, as far as it was said."""
    names = [name_of(child) for child in body.get("children", [])]
    return " and ".join(name for name in names if name)


def name_of(person: Json) -> str:
    """Say somebody's name, as far as it was said."""
    return " ".join(part for part in (person.get("given_name"), person.get("family_name")) if part)


def lists() -> Json:
    """Give the closed lists that the call page offers."""
    return {
        "channels": codes.choices(codes.CHANNELS),
        "contact_types": codes.choices(codes.CONTACT_TYPES),
        "source_codes": codes.choices(codes.SOURCES),
        "ethnicities": codes.choices(codes.ETHNICITIES),
        "disabilities": codes.choices(codes.DISABILITIES),
    }
