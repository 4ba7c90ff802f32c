"""Questions that words in the account propose: shown to be asked, never answered by themselves, set aside for good."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, cues
from routing_rules.policy import PolicyError
from routing_rules.rules import Field, Ruleset
from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.errors import Invalid
from screening.models import Contact, CueSetAside

# What is asked next stands above them: more would be read by nobody while a caller talks.
MOST_ON_CALL = 2


def on_call(contact: Contact, body: Json, rules: Ruleset | None) -> list[Json]:
    """List the first of them, for the panel of a call."""
    return of_call(contact, body, rules)[:MOST_ON_CALL]


def of_call(contact: Contact, body: Json, rules: Ruleset | None) -> list[Json]:
    """List what the account proposes to ask, and nobody has asked or set aside: {answer, question, path, quote}."""
    if rules is None:
        return []
    try:
        found = cues.cues(str(body.get("narrative", "")), clocks.london_date(contact.first_received_at))
    except PolicyError:
        # Cues are help: a call goes on without them.
        return []
    done = _answered(body) | _set_aside(contact) if found else set()
    asked = [(cue, rules.fields[cue.question]) for cue in found if cue.question in rules.answered]
    return [
        {"answer": field.id, "question": field.question, "path": _path(field), "quote": cue.quote}
        for cue, field in asked
        if field.id not in done
    ]


def set_aside(contact: Contact, rules: Ruleset | None, question: str) -> None:
    """Propose a question no more in this call.

    Raises:
        Invalid: the rules know no such question.
    """
    if rules is None or question not in rules.answered:
        raise Invalid("There is no such question. Choose one of those that are shown.")
    row = {
        "contact_id": contact.id,
        "question": question,
        "set_aside_by_id": viewer().user_id,
        "set_aside_at": now(),
    }
    db.session.execute(insert(CueSetAside).values(row).on_conflict_do_nothing())
    audit.record("contact.cue_set_aside", contact_id=contact.id, detail={"question": question})


def _answered(body: Json) -> set[str]:
    # Whatever was answered, and of whomever: it was asked. "Not known" is an answer, too.
    everyone = [body, *body.get("children", [])]
    return {name for one in everyone for name in one.get("answers", {})}


def _set_aside(contact: Contact) -> set[str]:
    return set(db.session.scalars(select(CueSetAside.question).where(CueSetAside.contact_id == contact.id)))


def _path(field: Field) -> str:
    return f"{'' if field.scope == 'household' else 'children.0.'}answers.{field.id}"
