"""What is typed into a call once it was sent: nothing of it is lost, and it reaches whoever has the contact.

What was blank is filled in on the contact and scored again; what was said before stays on record beside it. An answer
that is not known never takes one away that is. Once it was decided nothing is filled in: the decision keeps the facts
that it stood on, and whoever made it is told.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import audit, codes, missing_facts, tasks
from screening.access import viewer
from screening.callbacks import service as promised_calls
from screening.checks import looking_up
from screening.contacts import danger_now, drafts
from screening.contacts import people as people_rows
from screening.contacts.drafts import Typed
from screening.danger import service as danger_alerts
from screening.db import Json, db, now
from screening.errors import NotAllowed, NotFound
from screening.models import Contact, ContactAddition, Draft
from screening.sealing import seal, unseal

NOT_YOURS = "There is no such call among yours. Look under your contacts."
FILLED_IN = ("answers", "views", "identity", "information_sharing")
Path = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One field that was added: where it stands, what it said before, and what it says now."""

    path: Path
    before: Any
    after: Any

    def as_json(self) -> Json:
        """Give it as it is kept."""
        words = missing_facts.field_words(list(self.path))
        return {"path": ".".join(self.path), "words": words, "before": self.before, "after": self.after}


def on_call(reference: str) -> Contact:
    """Find a contact that the viewer is taking, or took and has sent: the caller may still talk.

    Raises:
        NotFound: it is neither.
    """
    found = db.session.scalar(select(Contact).where(Contact.reference == reference))
    return found if found is not None and _is_own_sent(found) else drafts.being_taken(reference)


def to_write_in(reference: str) -> Contact:
    """Find and lock a contact that the viewer is taking, or took and has sent.

    Raises:
        NotFound: it is neither.
    """
    one = select(Contact).where(Contact.reference == reference).with_for_update()
    found = db.session.scalar(one.execution_options(populate_existing=True))
    return found if found is not None and _is_own_sent(found) else drafts.to_type_in(reference)


def to_add_to(reference: str) -> Contact:
    """Find and lock a contact that was sent and that the viewer may read.

    Raises:
        NotFound: there is none.
    """
    one = select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None)).with_for_update()
    found = db.session.scalar(one.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such contact. Check the reference, or choose it from your queue.")
    return found


def _is_own_sent(contact: Contact) -> bool:
    return contact.received_at is not None and contact.taken_by_id == viewer().user_id


def latest(contact: Contact, key: bytes) -> Typed:
    """Open the call page as it stood last, before it was sent or after."""
    newest = select(ContactAddition).where(ContactAddition.contact_id == contact.id, ContactAddition.body.is_not(None))
    added = db.session.scalar(newest.order_by(ContactAddition.seq.desc()).limit(1))
    return _opened(added, key) if added else drafts.latest(contact, key)


def keep(contact: Contact, body: Json, version: int, key: bytes) -> Typed:
    """Add what this window has changed since `version`, the one that it was made on; nothing where nothing did.

    Two windows never take anything from each other: each adds only what was typed into it.
    """
    stands, began_with = latest(contact, key), _at_version(contact, version, key)
    changes = list(_changes(stands.body, began_with, body))
    if not changes:
        return stands
    merged = _with(stands.body, [change for change in changes if not _takes_an_answer_away(change)])
    number, text = stands.version + 1, json.dumps(merged, ensure_ascii=False)
    sealed = seal(key, text, bound_to=f"{contact.id}/{number}")
    row = _add(contact, changes, version=number, body=sealed)
    if contact.state == "received":
        _fill_in(contact, merged, stands.body)
    missing_facts.told(contact, {".".join(change.path): change.after for change in changes})
    if any(change.path[-1] == codes.DANGER_NOW and change.after == "yes" for change in changes):
        danger_alerts.alert(contact)
    return Typed(number, merged, row.added_at)


def add_words(contact: Contact, words: str) -> None:
    """Add words to a contact that was sent."""
    _add(contact, [Change(("narrative",), None, words)])


def _add(contact: Contact, changes: list[Change], **more: Any) -> ContactAddition:
    by: UUID | None = viewer().user_id
    if by is None:
        raise NotAllowed("Only a person can add to a contact. Sign in.")
    row = ContactAddition(
        contact_id=contact.id,
        changes=[change.as_json() for change in changes],
        added_at=now(),
        added_by_id=by,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "contact.added_to",
        contact_id=contact.id,
        subject=("contact_addition", row.id),
        detail={"fields": len(changes)},
    )
    # Whatever it turns out to be, it may be what makes it red.
    tasks.promise(tasks.AFTER_ADDITION, str(row.id), contact_id=contact.id, subject_id=row.id, urgency="red")
    return row


def _at_version(contact: Contact, version: int, key: bytes) -> Json:
    added = select(ContactAddition).where(ContactAddition.contact_id == contact.id, ContactAddition.version == version)
    if (row := db.session.scalar(added)) is not None:
        return _opened(row, key).body
    draft = db.session.scalar(select(Draft).where(Draft.contact_id == contact.id, Draft.version == version))
    if draft is None:
        return {}
    body: Json = json.loads(unseal(key, draft.body, bound_to=f"{contact.id}/{version}"))
    return body


def _opened(added: ContactAddition, key: bytes) -> Typed:
    if added.body is None or added.version is None:
        raise LookupError("This addition was not made on the call page.")
    body = json.loads(unseal(key, added.body, bound_to=f"{added.contact_id}/{added.version}"))
    return Typed(added.version, body, added.added_at)


def _changes(stands: Json, began_with: Json, typed: Json) -> Iterator[Change]:
    there, before = dict(_leaves(stands)), dict(_leaves(began_with))
    for path, value in _leaves(typed):
        if value != before.get(path) and value != there.get(path):
            yield Change(path, there.get(path), value)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)))
    else:
        yield path, value


def _takes_an_answer_away(change: Change) -> bool:
    known = change.before is not None and not codes.is_no_answer(change.before)
    return "answers" in change.path and known and codes.is_no_answer(change.after)


def _with(body: Json, changes: list[Change]) -> Json:
    merged = deepcopy(body)
    for change in changes:
        _put(merged, change.path, change.after)
    return merged


def _put(here: Any, path: Path, value: Any) -> None:
    first, *rest = path
    if isinstance(here, list):
        here += [{} for _ in range(int(first) + 1 - len(here))]
        place: Any = int(first)
    else:
        place = first
    if not rest:
        here[place] = value
        return
    if isinstance(here, dict) and not isinstance(here.get(place), dict | list):
        here[place] = [] if rest[0].isdecimal() else {}
    _put(here[place], tuple(rest), value)


def _fill_in(contact: Contact, merged: Json, stood: Json) -> None:
    """Bring the contact's own rows up to what is known now. What cannot be read leaves what was there."""
    _, left_out = danger_now.what_fits(contact, merged)
    before = dict(_leaves(stood))
    unreadable = [tuple(danger_now.steps(pointer)) for pointer in left_out]
    mended = _with(merged, [Change(path, None, before[path]) for path in unreadable if path in before])
    fitting, _ = danger_now.what_fits(contact, mended)
    for name in FILLED_IN:
        setattr(contact, name, {**getattr(contact, name), **fitting[name]})
    contact.promises = fitting.get("promises") or contact.promises
    if contact.referrer is not None:
        said = set(merged.get("referrer", {}))
        for name, value in fitting["referrer"].items():
            if name in said:
                setattr(contact.referrer, name, value)
    people = people_rows.write(contact, fitting)
    if promises := looking_up.while_taking(people):
        tasks.promise_all(promises)
    promised_calls.promise_from_call(contact)
