"""Contacts as they come, scored by the sample rules and stored; and many copies of one, made in the database."""

from typing import Any

import yaml
from sqlalchemy import text

from routing_rules import ruleset, ruleset_text
from screening import validation
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db
from screening.models import Contact
from tests.rules.test_ruleset import GOOD
from tests.screening.contacts.bodies import body, bruised_baby, child

COPIED = "reference, state, first_received_at, received_at, channel, contact_type, version, narrative, restricted"
JSON_COPIED = "answers, views, identity, information_sharing"
SCORED = (
    "reason, ruleset, engine, facts, output, level_at_least, level_at_most, urgency_at_least, urgency_at_most, "
    "hard_open, unscreened, screened_at"
)
COPY_CONTACTS = f"""
    insert into contact (id, {COPIED}, {JSON_COPIED})
    select gen_random_uuid(), 'FD-COPY' || lpad(n::text, 6, '0'), {COPIED.partition(", ")[2]}, {JSON_COPIED}
    from contact, generate_series(1, :times) n where id = :id"""
COPY_SCREENINGS = f"""
    insert into screening (id, contact_id, {SCORED})
    select gen_random_uuid(), copy.id, {", ".join("s." + name for name in SCORED.split(", "))}
    from contact copy, screening s where copy.reference like 'FD-COPY%' and s.contact_id = :id"""


def received(sent: dict[str, Any] | None = None, **changes: Any) -> Contact:
    """A contact that was sent and scored; `changes` are to the smallest body."""
    return service.receive_sent(body=validation.load(ContactSchema(), sent or body(**changes)))


def some() -> list[Contact]:
    """Contacts of several kinds: one child, a baby with a bruise, two children, nobody named, much not known."""
    known = asked_of("child", "yes", "no", "yes", "no")
    return [
        received(),
        received(bruised_baby()),
        received(children=[child(answers=known), child(given_name="Émile", date_of_birth="2024", sex="M")]),
        received(children=[], answers=asked_of("household", "yes", "unknown", "no")),
        received(children=[child(answers=dict.fromkeys(known, "not_safe_to_ask"))]),
    ]


def asked_of(scope: str, *answers: str) -> dict[str, str]:
    """Answers to the first questions of a scope, whatever the rules call them."""
    asked = [
        field.id
        for field in ruleset.sample().fields.values()
        if field.scope == scope and not field.derived and field.kind == "answer"
    ]
    return dict(zip(asked, answers, strict=False))


def rules_with(rule: str, **changes: Any) -> ruleset.Ruleset:
    """The sample rules with one of them changed, as they would have been published."""
    content = ruleset_text.read(ruleset.sample().text)[0].content
    for written in content["rules"]:
        if written["id"] == rule:
            written.update(changes)
    return ruleset.load_published(yaml.safe_dump(content, sort_keys=False))


def few_rules() -> ruleset.Ruleset:
    """Rules that know three things, none of them in these contacts: by them everybody is at level 1, green."""
    return ruleset.load_text(GOOD)


def copies(contact: Contact, times: int) -> None:
    """Copy a contact with its screenings and no people."""
    db.session.execute(text(COPY_CONTACTS), {"id": contact.id, "times": times})
    db.session.execute(text(COPY_SCREENINGS), {"id": contact.id})
