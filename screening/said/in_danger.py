"""That a child is in danger now: of whom it was said, by whom, when, and whether at the start or afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from screening import codes
from screening.db import db
from screening.models import Contact, ContactAddition
from screening.said import added, asked

ANSWER = f"answers.{codes.DANGER_NOW}"


@dataclass(frozen=True)
class Said:
    """Of whom it was said. `later` is what was added by whom and when; None where it was said when it was taken."""

    of: str
    later: ContactAddition | None = None
    by: str = ""

    @property
    def at(self) -> datetime | None:
        """When it was said, where that was later."""
        return self.later.added_at if self.later else None


def dangers(contact: Contact) -> list[Said]:
    """List of whom it was said, with what was said by a link after the decision, which changes no answer."""
    later = dict(_later(contact))
    names = dict.fromkeys([*asked.in_danger(contact), *later])
    return [_said(contact, name, later.get(name)) for name in names]


def _said(contact: Contact, name: str, row: ContactAddition | None) -> Said:
    return Said(name, row, added.said_by(contact, row) if row else "")


def _later(contact: Contact) -> Iterator[tuple[str, ContactAddition]]:
    """Give the newest addition that said it of each, where it was not said before."""
    question = select(ContactAddition).where(ContactAddition.contact_id == contact.id).order_by(ContactAddition.seq)
    still = set(asked.in_danger(contact))
    for row in db.session.scalars(question.options(joinedload(ContactAddition.added_by))):
        for change in row.changes:
            name = _of(contact, change["path"])
            says_so = name is not None and change["after"] == "yes" and change["before"] != "yes"
            # What was taken back since is no danger; what came by a link after the decision changed no answer.
            if name is not None and says_so and (name in still or row.reply_link_id is not None):
                yield name, row


def _of(contact: Contact, path: str) -> str | None:
    if path == ANSWER:
        return asked.HOUSEHOLD.lower()
    parts, children = path.split("."), list(contact.children)
    if parts[0] != "children" or not path.endswith(f".{ANSWER}") or not parts[1].isdigit():
        return None
    return children[int(parts[1])].full_name if int(parts[1]) < len(children) else None
