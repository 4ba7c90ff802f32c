"""What whoever takes a call thinks of it before the level unfolds; kept with the score that stood at that moment."""

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from routing_rules.evaluate import URGENCY_RANK
from routing_rules.screen import ENGINE
from screening import audit
from screening.access import viewer
from screening.contacts.drafts import Typed
from screening.db import Json, db, new_id, now
from screening.errors import Invalid
from screening.models import Contact, OwnView

STAGE = "call"
LEVELS = ("1", "2", "3", "4")


def keep(contact: Contact, said: tuple[str, str], typed: Typed, screening: Json | None) -> None:
    """Keep a level and an urgency, as the form sends them. The first view is the one that counts.

    Args:
        contact: the one being taken.
        said: the level, `1` to `4`, and the urgency.
        typed: the draft that it is about.
        screening: what the rules made of that draft; None where they failed.

    Raises:
        Invalid: a part of it was not said.
    """
    level, urgency = said
    wrong = {} if level in LEVELS else {"/own_level": ["Choose a level."]}
    wrong |= {} if urgency in URGENCY_RANK else {"/own_urgency": ["Choose how soon."]}
    if wrong:
        raise Invalid("Choose a level and how soon, and keep your view again.", fields=wrong)
    row = {
        "id": new_id(),
        "contact_id": contact.id,
        "stage": STAGE,
        "user_id": viewer().user_id,
        "level": int(level),
        "urgency": urgency,
        "kept_at": now(),
        "score": _score(typed, screening),
    }
    if db.session.execute(insert(OwnView).values(row).on_conflict_do_nothing().returning(OwnView.id)).first():
        audit.record("contact.own_view", contact_id=contact.id, detail={"draft": typed.version})


def mine(contact: Contact) -> OwnView | None:
    """Find the viewer's own view of a call, or None where they have not said."""
    return db.session.scalar(_of(contact).where(OwnView.user_id == viewer().user_id))


def _of(contact: Contact) -> Select[OwnView]:
    return select(OwnView).where(OwnView.contact_id == contact.id, OwnView.stage == STAGE)


def _score(typed: Typed, screening: Json | None) -> Json:
    which = {"draft": typed.version, "engine": ENGINE}
    if screening is None:
        return which
    return which | {part: screening[part] for part in ("ruleset", "level", "urgency", "hard_open")}
