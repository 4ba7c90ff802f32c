"""What was said of the children after the decision: it is scored with the rest, and the decision keeps its facts."""

from typing import Any

from sqlalchemy import select

from screening.db import db
from screening.models import Contact, ContactAddition

Place = int | None
"""A child's place in the contact, as the paths of the API count them; None is the household."""


def worries(contact: Contact) -> dict[Place, dict[str, str]]:
    """Give each "yes" that was said after the decision, by whom it is about.

    What else was said then fills in nothing, so that nothing gets better by it. Only one of ours takes a "yes" back:
    whoever answers by a link is not signed in.
    """
    if contact.decided_at is None:
        return {}
    late = select(ContactAddition).where(
        ContactAddition.contact_id == contact.id, ContactAddition.added_at > contact.decided_at
    )
    found: dict[Place, dict[str, str]] = {}
    for addition in db.session.scalars(late.order_by(ContactAddition.seq)):
        for path, after in ((change["path"].split("."), change["after"]) for change in addition.changes):
            if "answers" in path:
                _keep(found.setdefault(_place(path), {}), path[-1], after, ours=addition.added_by_id is not None)
    return found


def _keep(said: dict[str, str], name: str, after: Any, *, ours: bool) -> None:
    if after == "yes":
        said[name] = "yes"
    elif after == "no" and ours:
        said.pop(name, None)


def _place(path: list[str]) -> Place:
    return int(path[1]) if path[0] == "children" else None
