"""Keeps what came by a link: added to the contact, a promised call, a disagreement. The caller commits.

Nobody signed in: what came is kept under the name that they gave, and said to have come by the link. Whatever was typed
is kept, also where the link was used meanwhile; where that is too long ago the page says whom to ring.
"""

import hashlib
import json

from sqlalchemy import select

from screening import audit
from screening.callbacks import promising
from screening.callbacks.promising import Promised
from screening.codes import DANGER_NOW
from screening.danger import service as danger_alerts
from screening.db import Json, db, now
from screening.fields import NOT_WORDS
from screening.messages.disagreements import service as disagreements
from screening.messages.replies.links import Opened
from screening.models import Callback, ContactAddition, Disagreement, ReplyLink
from screening.said import adding
from screening.said.adding import ByLink

ASKED_BY_LINK = "Asked for by the link in our message: nobody signed in. Make sure who answers before you say anything."
CAME_LATE = "[This came after the link was used or had ended.]"
OF_EARLIER = "[This came by the link of an earlier message, and may be about what that one told.]"
# In the place of one that the database cannot hold.
NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
SAID_NO_NAME = "Somebody who gave no name"


def keep(opened: Opened, said: Json, facts: frozenset[str]) -> None:
    """Keep a reply, after which its link is used. The same again, as by a double click, is the one kept already.

    Args:
        opened: works, or is still kept. Its contact is locked.
        said: read by the page's schema: `name`, and any of `words`, `number`, `by_when`, `disagree` and facts.
        facts: the names in `said` that answer questions about the household.
    """
    digest = _digest(said)
    if opened.link.used_with == digest:
        return
    by = ByLink(link_id=opened.link.id, said_by=said["name"])
    disagrees = said.get("disagree", "")
    may_disagree = disagreements.may_be_made(opened.message)
    parts = [said.get("words", ""), "" if may_disagree else disagrees]
    _add(opened, "\n\n".join(part for part in parts if part), {n: said[n] for n in facts & said.keys()}, by)
    if "number" in said:
        promising.promise_by_link(opened.contact, _call(said), opened.link.id)
    if disagrees and may_disagree:
        of_earlier = f"{OF_EARLIER}\n\n" if opened.is_earlier else ""
        disagreements.make(opened.message, opened.contact, f"{of_earlier}{disagrees}", by)
    _used(opened, by, digest)


def keep_as_words(opened: Opened, typed: dict[str, str]) -> None:
    """Keep what was typed as it is, where it can be neither read nor mended: the page is not shown any more."""
    digest = _digest(typed)
    if opened.link.used_with == digest:
        return
    typed = {name: NOT_WORDS.sub(NO_CHARACTER, words) for name, words in typed.items()}
    by = ByLink(link_id=opened.link.id, said_by=typed.get("name", "").strip() or SAID_NO_NAME)
    answers = {DANGER_NOW: "yes"} if typed.get(DANGER_NOW) == "yes" else {}
    _add(opened, "\n".join(f"{name}: {words}" for name, words in typed.items()), answers, by)
    _used(opened, by, digest)


def kept(link: ReplyLink) -> frozenset[str]:
    """Say what came by a link: any of `words`, `call` and `disagreement`."""
    found = {
        "words": select(ContactAddition.id).where(ContactAddition.reply_link_id == link.id),
        "call": select(Callback.id).where(Callback.reply_link_id == link.id),
        "disagreement": select(Disagreement.id).where(Disagreement.link_id == link.id),
    }
    return frozenset(name for name, question in found.items() if db.session.scalar(question.limit(1)) is not None)


def _add(opened: Opened, words: str, answers: dict[str, str], by: ByLink) -> None:
    if not words and not answers:
        return
    late = OF_EARLIER if opened.is_earlier else "" if opened.works else CAME_LATE
    adding.keep_by_link(opened.contact, "\n\n".join(part for part in (late, words) if part), answers, by)
    if answers.get(DANGER_NOW) == "yes":
        danger_alerts.alert(opened.contact)


def _call(said: Json) -> Promised:
    return Promised(to_whom=said["name"], number=said["number"], by_when=said.get("by_when"), note=ASKED_BY_LINK)


def _used(opened: Opened, by: ByLink, digest: bytes) -> None:
    link = opened.link
    if opened.works:
        link.used_at, link.said_by = now(), by.said_by
    else:
        link.late += 1
    link.used_with = digest
    db.session.flush()
    audit.record("reply.kept", contact_id=opened.contact.id, subject=("reply_link", link.id))


def _digest(said: Json) -> bytes:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).digest()
