"""Drafts of the rules: begun, written, proposed, taken back, discarded. `publishing` is the second person's part."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import compare, ruleset, ruleset_edit
from routing_rules.rules import Ruleset
from routing_rules.ruleset_edit import NotEditable
from screening import audit
from screening.access import require, viewer
from screening.admin import queries
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import RulesDraft, RulesDraftChange, RulesetInForce, User
from screening.wording import long_day, moment

STALE = "Somebody changed this draft since you opened it. Look at what it is now: what you typed is still below."


def start(*, title: str, based_on: str, text: str | None = None) -> RulesDraft:
    """Begin a draft from a published version, or with a text of one's own.

    Raises:
        NotFound: there is no such version.
    """
    require("rules.write")
    row = queries.version(based_on)
    draft = RulesDraft(
        title=title,
        yaml=_with_new_version(row.yaml) if text is None else text,
        based_on=row.hash,
        made_by=_person(),
        made_at=now(),
    )
    db.session.add(draft)
    db.session.flush()
    words = [f"Started from version {_version_words(row)}."]
    note(draft, words if text is None else [*words, *_words(row.yaml, text)])
    audit.record("rules.drafted", subject=("rules_draft", draft.id), detail={"based_on": row.hash[:12]})
    return draft


def write(draft_id: UUID, text: str, *, version: int) -> RulesDraft:
    """Keep a draft's whole new text, sound or not; a text with problems cannot be proposed.

    Raises:
        Stale: somebody changed the draft meanwhile.
        Conflict: it is not being written any more.
    """
    require("rules.write")
    draft = _being_written(draft_id, version)
    if text == draft.yaml:
        return draft
    words = _words(draft.yaml, text)
    draft.yaml = text
    note(draft, words)
    audit.record("rules.changed", subject=("rules_draft", draft.id), detail={"changes": len(words)})
    return draft


def rename(draft_id: UUID, title: str, *, version: int) -> RulesDraft:
    """Give a draft another title."""
    require("rules.write")
    draft = _being_written(draft_id, version)
    draft.title = title
    db.session.flush()
    audit.record("rules.changed", subject=("rules_draft", draft.id), detail={"title": True})
    return draft


def propose(draft_id: UUID, *, in_force_from: date, why: str, version: int) -> RulesDraft:
    """Ask for a draft to be published from a day on.

    Raises:
        Invalid: it is not sound, changes nothing, or its day is not to come or is taken.
        Stale, Conflict: as for `write()`.
    """
    require("rules.write")
    draft = _being_written(draft_id, version)
    rules = queries.check(draft.yaml).rules
    wrong = day_problem(in_force_from) or rules_problem(rules, in_force_from)
    if wrong:
        raise Invalid("This cannot be proposed yet.", fields=wrong)
    # The person first: a query in between would write a proposal that is nobody's.
    draft.proposed_by, draft.proposed_at = _person(), now()
    draft.state, draft.in_force_from, draft.why = "proposed", in_force_from, why
    note(draft, [f"Proposed, to count from {long_day(in_force_from)}: {why}"])
    audit.record("rules.proposed", subject=("rules_draft", draft.id), detail={"in_force_from": str(in_force_from)})
    return draft


def take_back(draft_id: UUID, *, version: int) -> RulesDraft:
    """Make a proposal a draft again, so that it can be changed."""
    require("rules.write")
    draft = locked(draft_id, version)
    if draft.state != "proposed":
        raise Conflict(state_words(draft))
    draft.state = "draft"
    note(draft, ["Taken back, to be changed."])
    audit.record("rules.changed", subject=("rules_draft", draft.id), detail={"taken_back": True})
    return draft


def discard(draft_id: UUID, *, because: str, version: int) -> RulesDraft:
    """End a draft that will not be published. It is kept, with the reason."""
    require("rules.write")
    draft = locked(draft_id, version)
    if draft.state not in queries.OPEN_STATES:
        raise Conflict(state_words(draft))
    end(draft, "discarded")
    note(draft, [f"Discarded: {because}"])
    audit.record("rules.discarded", subject=("rules_draft", draft.id))
    return draft


def me() -> UUID:
    """Tell who acts. Raises NotAllowed where it is no person."""
    found = viewer().user_id
    if found is None:
        raise NotAllowed("Only a person can do this. Sign in, or use a token made for a user.")
    return found


def _person() -> User:
    return db.session.get_one(User, me())


def locked(draft_id: UUID, version: int) -> RulesDraft:
    """Hold a draft that people work on until the commit.

    Raises:
        NotFound: there is none.
        Conflict: it has ended; says who ended it and when.
        Stale: it is not the version that was seen.
    """
    one = select(RulesDraft).where(RulesDraft.id == draft_id).with_for_update()
    draft = db.session.scalar(one.execution_options(populate_existing=True))
    if draft is None:
        raise NotFound("There is no such draft. Open the list of rules and choose one.")
    if draft.state not in queries.OPEN_STATES:
        raise Conflict(state_words(draft))
    if draft.version != version:
        raise Stale(STALE)
    return draft


def _being_written(draft_id: UUID, version: int) -> RulesDraft:
    draft = locked(draft_id, version)
    if draft.state != "draft":
        raise Conflict(state_words(draft))
    return draft


def state_words(draft: RulesDraft) -> str:
    """Say where a draft is, and by whom, to somebody who expected it elsewhere."""
    if draft.state == "proposed" and draft.proposed_by and draft.proposed_at:
        words = f"{draft.proposed_by.name} proposed this at {moment(draft.proposed_at)}."
        return f"{words} Take it back to change it."
    if draft.ended_by and draft.ended_at:
        return f"{draft.ended_by.name} {draft.state} this at {moment(draft.ended_at)}."
    return "This draft is being written, and is not proposed. Open it again."


def note(draft: RulesDraft, words: list[str]) -> None:
    """Keep what was done to a draft, and its text after that."""
    change: dict[str, Any] = {"draft_id": draft.id, "yaml": draft.yaml, "words": words, "changed_at": now()}
    db.session.add(RulesDraftChange(**change, changed_by=_person()))
    db.session.flush()


def end(draft: RulesDraft, state: str) -> None:
    """End a draft: published or discarded."""
    draft.state, draft.ended_at, draft.ended_by = state, now(), _person()
    db.session.flush()


def _with_new_version(text: str) -> str:
    """Give the text a version that no published rules have: this month's, with a number where it is taken."""
    month = f"{queries.today():%Y.%m}"
    for number in range(1, 100):
        words = month if number == 1 else f"{month}-{number}"
        if not queries.version_words_taken(words):
            try:
                return ruleset_edit.with_version(text, words)
            except NotEditable:
                return text
    return text


def _version_words(row: RulesetInForce) -> str:
    rules = queries.rules_of(row)
    return rules.version if rules else row.hash[:12]


def _words(old: str, new: str) -> list[str]:
    before, after = queries.check(old), queries.check(new)
    if after.rules is None:
        many = "1 problem" if len(after.problems) == 1 else f"{len(after.problems)} problems"
        return [f"A text with {many}, kept as it is. It cannot be proposed until it is sound."]
    if before.rules is None:
        return ["The text is sound now."]
    return [change.words for change in compare.compare(before.rules, after.rules)] or ["Nothing that the rules say."]


def day_problem(day: date) -> dict[str, list[str]]:
    """Say why rules cannot begin on a day; empty where they can."""
    if day <= queries.today():
        return {"/in_force_from": ["Choose tomorrow or a later day: what was received before keeps its rules."]}
    taken = queries.counting(day)
    if taken is not None and taken.in_force_from == day:
        return {"/in_force_from": ["Other rules are published to begin on that day. Choose another, or withdraw them."]}
    return {}


def rules_problem(rules: Ruleset | None, day: date) -> dict[str, list[str]]:
    """Say why these rules cannot be published to count from a day; empty where they can."""
    if rules is None:
        return {"/yaml": ["The text has problems. Put them right first."]}
    if unready := ruleset.unready_on(rules, day):
        return {"/in_force_from": unready}
    row = db.session.get(RulesetInForce, rules.hash)
    if row is not None and row.withdrawn_at is None:
        return {"/yaml": [f"These very rules are published already, from {long_day(row.in_force_from)}."]}
    if row is not None:
        return {"/yaml": ["These very rules were published and withdrawn. Give them a version of their own."]}
    return {}
