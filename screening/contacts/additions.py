"""What is typed into a call once it was sent: nothing of it is lost, and it reaches whoever has the contact.

What was blank is filled in on the contact and scored again; what was said before stays on record beside it. An answer
that is not known never takes one away that is. Once it was decided nothing is filled in: the decision keeps the facts
that it stood on, and whoever made it is told.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import codes, missing_facts, tasks
from screening.access import viewer
from screening.callbacks import promising
from screening.checks import looking_up
from screening.contacts import danger_now, drafts, windows
from screening.contacts import people as people_rows
from screening.contacts.drafts import Typed
from screening.contacts.windows import Change, Path, Window
from screening.danger import service as danger_alerts
from screening.db import Json, db
from screening.errors import NotAllowed, NotFound
from screening.models import Contact, ContactAddition, Draft
from screening.said import adding
from screening.sealing import seal, unseal

NOT_YOURS = "There is no such call among yours. Look under your contacts."
# Beside what stands: what the window itself held, where that is something else.
WINDOW = "window"
FILLED_IN = ("answers", "views", "identity", "information_sharing")


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

    The version that is given back is the window's own: what it holds, and not what others have added beside it.
    """
    stands, window = latest(contact, key), _window(contact, version, key)
    changes, places = windows.changes(stands.body, window, body)
    if not changes:
        return stands if body == stands.body else Typed(version, stands.body, stands.saved_at)
    merged = windows.put(stands.body, [change for change in changes if not _takes_an_answer_away(change)])
    row, own_version = _add_typed(contact, changes, stands.version, (merged, Window(body, places)), key)
    unreadable = _unreadable(contact, merged)
    if contact.state == "received":
        _fill_in(contact, _mended(merged, stands.body, unreadable), merged)
    said = {".".join(change.path): change.after for change in changes}
    missing_facts.told(contact, said, [".".join(path) for path in unreadable])
    if any(change.path[-1] == codes.DANGER_NOW and change.after == "yes" for change in changes):
        danger_alerts.alert(contact)
    return Typed(own_version, merged, row.added_at)


def _add_typed(
    contact: Contact, changes: list[Change], after: int, typed: tuple[Json, Window], key: bytes
) -> tuple[ContactAddition, int]:
    """Add a version. Where the window holds something else than what then stands, that has the number before."""
    merged, window = typed
    number, kept = after + 1, merged
    if window.body != merged:
        number, kept = after + 2, merged | {WINDOW: {"body": window.body, "places": window.places}}
    sealed = seal(key, json.dumps(kept, ensure_ascii=False), bound_to=f"{contact.id}/{number}")
    row = _add(contact, changes, version=number, body=sealed)
    return row, number if kept is merged else number - 1


def add_words(contact: Contact, words: str) -> None:
    """Add words to a contact that was sent."""
    _add(contact, [Change(("narrative",), None, words)])


def _add(contact: Contact, changes: list[Change], **more: Any) -> ContactAddition:
    by: UUID | None = viewer().user_id
    if by is None:
        raise NotAllowed("Only a person can add to a contact. Sign in.")
    return adding.keep(contact, [_as_json(change) for change in changes], by=by, **more)


def _as_json(change: Change) -> Json:
    return adding.change(".".join(change.path), change.before, change.after)


def _window(contact: Contact, version: int, key: bytes) -> Window:
    """Open what a page held at a version: as it then stood, or as that window alone had it."""
    near = ContactAddition.version.in_((version, version + 1))
    added = select(ContactAddition).where(ContactAddition.contact_id == contact.id, near)
    for row in db.session.scalars(added.order_by(ContactAddition.version)):
        body = _unsealed(row, key)
        own = body.pop(WINDOW, None)
        if row.version == version:
            return Window(body)
        if own:
            return Window(own["body"], own["places"])
    draft = db.session.scalar(select(Draft).where(Draft.contact_id == contact.id, Draft.version == version))
    if draft is None:
        return Window({})
    return Window(json.loads(unseal(key, draft.body, bound_to=f"{contact.id}/{version}")))


def _opened(added: ContactAddition, key: bytes) -> Typed:
    body = _unsealed(added, key)
    body.pop(WINDOW, None)
    return Typed(added.version or 0, body, added.added_at)


def _unsealed(added: ContactAddition, key: bytes) -> Json:
    if added.body is None:
        raise LookupError("This addition was not made on the call page.")
    body: Json = json.loads(unseal(key, added.body, bound_to=f"{added.contact_id}/{added.version}"))
    return body


def _takes_an_answer_away(change: Change) -> bool:
    known = change.before is not None and not codes.is_no_answer(change.before)
    return "answers" in change.path and known and codes.is_no_answer(change.after)


def _unreadable(contact: Contact, body: Json) -> list[Path]:
    _, left_out = danger_now.what_fits(contact, body)
    return [tuple(danger_now.steps(pointer)) for pointer in left_out]


def _mended(merged: Json, stood: Json, unreadable: list[Path]) -> Json:
    """Give what is known now. What cannot be read leaves what was there."""
    before = dict(windows.leaves(stood))
    return windows.put(merged, [Change(path, None, before[path]) for path in unreadable if path in before])


def _fill_in(contact: Contact, mended: Json, merged: Json) -> None:
    """Bring the contact's own rows up to what is known now: `mended`, of which only what is in `merged` was said."""
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
    if promises := looking_up.once_sent(people):
        tasks.promise_all(promises)
    promising.promise_from_call(contact)
