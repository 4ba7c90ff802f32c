"""What was added to a contact after it was sent, as it is read: one entry for what one person added in one go."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from screening.access import viewer
from screening.db import Json, db
from screening.models import Contact, ContactAddition
from screening.wording import value_words

# While somebody types, each pause keeps what is there: within this time it is one addition, still being written.
ONE_GO = timedelta(minutes=10)
# So many words may change between two pauses of who only puts right what they type.
MOST_PUT_RIGHT = 2
ACCOUNT = "narrative"
ADDRESS = "An address, or how to reach them: see People"
BY_LINK = "by the link in our message, not signed in"
REFERRER = "How the caller is reached"


@dataclass(kw_only=True)
class Added:
    """What one person added in one go: `words` of the account, and `rows` of {key, value, before} for the rest.

    `by` says also where it came by the link in a message: nobody signed in there.
    """

    by: str
    at: datetime
    until: datetime
    words: list[str] = field(default_factory=list)
    rows: list[Json] = field(default_factory=list)


def said_since(contact: Contact) -> list[Added]:
    """List what was added to a contact since it was sent, oldest first, as far as the viewer may see it."""
    question = select(ContactAddition).where(ContactAddition.contact_id == contact.id).order_by(ContactAddition.seq)
    rows = db.session.scalars(question.options(joinedload(ContactAddition.added_by)))
    return [_added(contact, one_go) for one_go in _in_one_go(rows)]


def _in_one_go(rows: Iterable[ContactAddition]) -> list[list[ContactAddition]]:
    groups: list[list[ContactAddition]] = []
    for row in rows:
        last = groups[-1][-1] if groups else None
        goes_on = last and row.version and last.version and row.added_by_id == last.added_by_id
        if last and goes_on and row.added_at - last.added_at < ONE_GO:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _added(contact: Contact, rows: list[ContactAddition]) -> Added:
    found = Added(by=said_by(contact, rows[0]), at=rows[0].added_at, until=rows[-1].added_at)
    found.words = _words_added(rows)
    found.rows = [_row(contact, change) for change in _newest(rows)]
    return found


def said_by(contact: Contact, row: ContactAddition) -> str:
    """Say who added something, and how, as far as the viewer may know who told us."""
    if row.added_by is not None:
        return row.added_by.name
    return f"{row.said_by}, {BY_LINK}" if _may_see_referrer(contact) else BY_LINK.capitalize()


def _newest(rows: list[ContactAddition]) -> list[Json]:
    """Give each field's newest words once, with what it said before all of these; the account is for itself."""
    newest: dict[str, Json] = {}
    for change in (change for row in rows for change in row.changes if change["path"] != ACCOUNT):
        first = newest.get(change["path"])
        newest[change["path"]] = change | ({"before": first["before"]} if first else {})
    return list(newest.values())


def _words_added(rows: list[ContactAddition]) -> list[str]:
    """Give what was added to the account. While somebody types it is one entry; what they take back stays another."""
    entries: list[tuple[str, str]] = []
    for change in (change for row in rows for change in row.changes if change["path"] == ACCOUNT):
        before, after = str(change["before"] or ""), str(change["after"])
        if not entries:
            entries.append((before, after))
        elif _takes_back(entries[-1][1], after):
            entries.append((entries[-1][0] if after.startswith(entries[-1][0]) else before, after))
        else:
            entries[-1] = (entries[-1][0], after)
    return [_more(before, after) for before, after in entries]


def _takes_back(shown: str, after: str) -> bool:
    """Say whether words of an account are gone, and not only one that was being typed or put right."""
    return (Counter(shown.split()) - Counter(after.split())).total() > MOST_PUT_RIGHT


def _more(before: str, after: str) -> str:
    """Give what is new of the account: what follows the words that were there, or all of it where those changed."""
    return after.removeprefix(before).strip() or after


def _row(contact: Contact, change: Json) -> Json:
    path = change["path"].split(".")
    if "address" in path or "safe_contact" in path:
        # Where somebody lives is shown in one place, which knows from whom it is withheld.
        return {"key": change["words"], "value": ADDRESS, "before": ""}
    if path[0] in ("referrer", "promises") and not _may_see_referrer(contact):
        # What was promised says to whom, and at which number.
        return {"key": "Caller", "value": REFERRER, "before": ""}
    return {"key": change["words"], "value": value_words(change["after"]), "before": value_words(change["before"])}


def _may_see_referrer(contact: Contact) -> bool:
    own = contact.taken_by_id is not None and contact.taken_by_id == viewer().user_id
    return own or viewer().may("contact.read_referrer")
