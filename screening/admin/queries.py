"""Versions and drafts of the rules, as their pages and the API read them. No contact is here."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from routing_rules import clocks, compare, ruleset
from routing_rules.compare import Change
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.models import RulesDraft, RulesDraftChange, RulesetInForce, RulesReplay, User
from screening.scoring import rules_in_force

FEWEST_DIGITS = 6
IN_FORCE = "in-force"
MOST_SHOWN = 100
OPEN_STATES = ("draft", "proposed")


@dataclass(frozen=True)
class Checked:
    """A text, checked: its rules where it is sound; else what is wrong, and what of it can be shown."""

    rules: Ruleset | None
    problems: tuple[str, ...]
    shown: Ruleset | None

    @property
    def is_sound(self) -> bool:
        """True where it could be proposed."""
        return self.rules is not None


def today() -> date:
    """Tell the day in London."""
    return clocks.london_date(now())


def check(text: str) -> Checked:
    """Check a text as it must be to come into force: each problem with its line and what to do."""
    try:
        rules = ruleset.load_text(text, "The text")
        return Checked(rules, (), rules)
    except RulesetError as problem:
        return Checked(None, tuple(problem.problems), _shown(text))


def _shown(text: str) -> Ruleset | None:
    try:
        return ruleset.load_unchecked(text)
    except RulesetError:
        return None


def versions() -> list[RulesetInForce]:
    """List what was ever published, the newest first; what was withdrawn, too."""
    return list(db.session.scalars(select(RulesetInForce).order_by(RulesetInForce.in_force_from.desc())))


def version(digits: str) -> RulesetInForce:
    """Find a published version by the first digits of its hash.

    Raises:
        NotFound: there is none, or more than one.
    """
    found = select(RulesetInForce).where(RulesetInForce.hash.startswith(digits, autoescape=True)).limit(2)
    rows = db.session.scalars(found).all() if len(digits) >= FEWEST_DIGITS else []
    if len(rows) != 1:
        raise NotFound("There is no such version of the rules. Open the list of versions and choose one.")
    return rows[0]


def named(name: str) -> RulesetInForce:
    """Find a published version by the first digits of its hash, or the one that counts today as `in-force`.

    Raises:
        NotFound: there is none, or more than one.
        Conflict: nothing is in force.
    """
    row = counting(today()) if name == IN_FORCE else version(name)
    if row is None:
        raise Conflict("No rules are in force. Have an administrator publish some.")
    return row


def counting(day: date) -> RulesetInForce | None:
    """Find the version that counts on a day, as published: damaged or not."""
    begun = RulesetInForce.in_force_from <= day, RulesetInForce.withdrawn_at.is_(None)
    return db.session.scalar(
        select(RulesetInForce).where(*begun).order_by(RulesetInForce.in_force_from.desc()).limit(1)
    )


def before(row: RulesetInForce) -> RulesetInForce | None:
    """Find the version that counted until this one."""
    earlier = RulesetInForce.in_force_from < row.in_force_from, RulesetInForce.withdrawn_at.is_(None)
    return db.session.scalar(
        select(RulesetInForce).where(*earlier).order_by(RulesetInForce.in_force_from.desc()).limit(1)
    )


def rules_of(row: RulesetInForce) -> Ruleset | None:
    """Read a published version; None where it is damaged."""
    try:
        return rules_in_force.read_published(row.yaml, row.hash)
    except RulesetError:
        return None


def base_of(draft: RulesDraft) -> RulesetInForce:
    """Find what a draft is compared with: what counts on the day that it is proposed for, else today.

    Raises:
        NotFound: nothing is in force, which a start refuses.
    """
    day = draft.in_force_from if draft.state == "proposed" and draft.in_force_from else today()
    found = counting(day) or counting(today())
    if found is None:
        raise NotFound("No rules are in force. Have an administrator publish some.")
    return found


def difference(draft: RulesDraft) -> list[Change] | None:
    """Say in words what a draft would change; None where one of the two cannot be read."""
    old, new = rules_of(base_of(draft)), check(draft.yaml).rules
    return compare.compare(old, new) if old and new else None


def open_drafts() -> list[RulesDraft]:
    """List the drafts that people work on, the newest first."""
    return _drafts(RulesDraft.state.in_(OPEN_STATES))


def ended_drafts() -> list[RulesDraft]:
    """List the drafts that were published or discarded, the newest first."""
    return _drafts(RulesDraft.state.not_in(OPEN_STATES))


def _drafts(which: object) -> list[RulesDraft]:
    people = joinedload(RulesDraft.made_by), joinedload(RulesDraft.proposed_by), joinedload(RulesDraft.ended_by)
    found = select(RulesDraft).where(which).options(*people).order_by(RulesDraft.seq.desc())  # type: ignore[arg-type]
    return list(db.session.scalars(found.limit(MOST_SHOWN)))


def draft(draft_id: UUID) -> RulesDraft:
    """Find a draft.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(RulesDraft, draft_id)
    if found is None:
        raise NotFound("There is no such draft. Open the list of rules and choose one.")
    return found


def changes(draft_id: UUID) -> list[RulesDraftChange]:
    """List what was done to a draft, the newest first."""
    found = select(RulesDraftChange).where(RulesDraftChange.draft_id == draft_id).order_by(RulesDraftChange.seq.desc())
    return list(db.session.scalars(found.options(joinedload(RulesDraftChange.changed_by)).limit(MOST_SHOWN)))


def shadow_run(found_hash: str) -> RulesReplay | None:
    """Find the newest finished shadow run of exactly these rules."""
    done = RulesReplay.hash == found_hash, RulesReplay.state == "done"
    return db.session.scalar(select(RulesReplay).where(*done).order_by(RulesReplay.seq.desc()).limit(1))


def name_of(user_id: UUID | None) -> str | None:
    """Say a person's name; None where nobody did it on a page."""
    user = db.session.get(User, user_id) if user_id else None
    return user.name if user else None


def version_words_taken(words: str) -> bool:
    """Say whether published rules call themselves this version already."""
    like = func.strpos(RulesetInForce.yaml, f'version: "{words}"') > 0
    return db.session.scalar(select(func.count()).where(like)) != 0
