"""A strategy discussion is called, held and corrected by addition; section 47 starts with it, and the next clock."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks, policy
from screening import audit
from screening.access import viewer
from screening.db import Json, db, now
from screening.deciding import decider, in_force
from screening.decisions import after
from screening.decisions.strategy import clocks_after
from screening.decisions.strategy.covering import discussions_of
from screening.decisions.turns import lock, stage_now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import Contact, QueueItem, StrategyAction, StrategyDiscussion, StrategyRecord
from screening.strategy_words import AGENCIES, HOW_WORDS, MEDICAL_WORDS, SECTION_47
from screening.wording import moment

NOT_YOURS = "Who decides on this contact records its strategy discussion. Ask who holds it, or their manager."
NOT_DECIDED = "No child of this contact is decided for a strategy discussion. Decide first, then record it."
JOINT = (
    "Joint with police, and police did not take part: write who in the police agreed to it and when, or choose that "
    "social care starts alone. Nothing else waits for this: what protects the child goes on."
)
INCOMPLETE = "The record is not complete yet."
Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a discussion came to.

    `took_part` has {agency, name, role}, `children` {child, section_47, reason} and `joint_because` where section 47 is
    joint and police were not there, `actions` {what, who, by_when};
    `missing` says of an expected agency that was not there, why.
    """

    held_at: datetime | None = None
    how: str = ""
    took_part: list[Json] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    children: list[Json] = field(default_factory=list)
    medical: str = ""
    medical_words: str = ""
    actions: list[Json] = field(default_factory=list)
    review_on: date | None = None
    corrected_because: str = ""


def call(contact: Contact, *, because: str, planned_for: str | None = None) -> StrategyDiscussion:
    """Keep that a discussion was called: by the viewer, now, and why.

    Raises:
        NotAllowed: the viewer does not decide on this contact.
        Conflict: no child is decided for one, or one is called already and not held.
        Invalid: nobody said why.
    """
    contact = _locked(contact)
    if any(one.record is None for one in discussions_of(contact.id)):
        raise Conflict("A strategy discussion is called already. Record it, or say why it is not held.")
    if not because.strip():
        raise Invalid("Nothing was kept yet.", fields={"/because": ["Write why it is called."]})
    discussion = StrategyDiscussion(
        contact_id=contact.id,
        called_at=now(),
        called_by_id=viewer().user_id,
        because=because.strip(),
        planned_for=(planned_for or "").strip() or None,
    )
    db.session.add(discussion)
    db.session.flush()
    _record("strategy.called", discussion)
    return discussion


def keep_record(discussion: StrategyDiscussion, held: Held) -> StrategyRecord:
    """Put what a discussion came to on file; a second time it is a correction, and the first stays.

    Raises:
        NotAllowed, Conflict: as for `call`.
        Invalid: something is missing: an expected agency without a reason, a child without a decision.
    """
    contact = _locked(discussion.contact)
    before = discussion.record
    if wrong := problems(discussion, held):
        raise Invalid(INCOMPLETE, fields=wrong)
    record = _as_row(discussion, held)
    db.session.add(record)
    db.session.flush()
    db.session.add_all(
        StrategyAction(discussion_id=discussion.id, record_id=record.id, **action) for action in held.actions
    )
    db.session.flush()
    db.session.refresh(discussion)
    _record("strategy.recorded", discussion, corrects=before is not None)
    clocks_after.follow(contact, record, before)
    after.end_if_settled(contact)
    return record


def _as_row(discussion: StrategyDiscussion, held: Held) -> StrategyRecord:
    absent = _absent(held, expected_agencies())
    return StrategyRecord(
        discussion_id=discussion.id,
        held_at=held.held_at,
        how=held.how,
        took_part=held.took_part,
        missing={agency: why.strip() for agency, why in held.missing.items() if agency in absent},
        children=[_without_needless(child, held) for child in held.children],
        medical=held.medical,
        medical_words=held.medical_words.strip() or None,
        review_on=held.review_on,
        corrected_because=held.corrected_because.strip() or None,
        recorded_at=now(),
        recorded_by_id=viewer().user_id,
    )


def problems(discussion: StrategyDiscussion, held: Held) -> Problems:
    """Say what is missing in a record, or wrong in it, by where it stands in the API's shape."""
    wrong: Problems = {}
    if held.held_at is None:
        wrong["/held_at"] = ["Write the day and the time at which it was held."]
    elif held.held_at > now():
        wrong["/held_at"] = [f"It cannot have been held after now, {moment(now())}."]
    if held.how not in HOW_WORDS:
        wrong["/how"] = ["Choose how it was held."]
    if held.medical not in MEDICAL_WORDS:
        wrong["/medical"] = ["Choose whether a medical examination is needed."]
    elif held.medical == "agreed" and not held.medical_words.strip():
        wrong["/medical_words"] = ["Write what was agreed: who does it, where and when."]
    if discussion.record is not None and not held.corrected_because.strip():
        wrong["/corrected_because"] = ["Write what was wrong in the record before."]
    return wrong | _who_problems(held) | _child_problems(discussion.contact, held) | _action_problems(held)


def do_action(discussion: StrategyDiscussion, action_id: UUID) -> StrategyAction:
    """Keep that an action is done, by whom and when; done twice is done once.

    Raises:
        NotFound: the discussion has no such action.
        NotAllowed: the viewer does not work on this contact.
    """
    _refuse_who_may_not(discussion.contact)
    lock(discussion.contact_id)
    db.session.refresh(discussion)
    action = next((one for one in discussion.actions if one.id == action_id), None)
    if action is None:
        raise NotFound("There is no such action. Open the strategy discussion to see those that there are.")
    if action.done_at is None:
        action.done_at, action.done_by_id = now(), viewer().user_id
        db.session.flush()
        _record("strategy.action_done", discussion)
        clocks_after.follow_actions(discussion.contact)
    return action


def find(contact: Contact, discussion_id: UUID) -> StrategyDiscussion:
    """Find one discussion of a contact.

    Raises:
        NotFound: the contact has no such discussion.
    """
    found = db.session.get(StrategyDiscussion, discussion_id)
    if found is None or found.contact_id != contact.id:
        raise NotFound("There is no such strategy discussion on this contact. Open the contact to see those there are.")
    return found


def may_record(contact: Contact) -> bool:
    """Say whether the viewer decides on this contact, and works or worked on it."""
    who = viewer()
    if decider(stage_now(contact)) is None and decider("contact") is None:
        return False
    theirs = QueueItem.holder_id == who.user_id
    if who.may("decision.confirm"):
        theirs = theirs | QueueItem.team_id.in_(who.team_ids)
    works = exists().where(QueueItem.contact_id == contact.id, theirs)
    decided = any(decision.decided_by_id == who.user_id for decision in in_force(contact.id))
    return decided or bool(db.session.scalar(select(works)))


def is_decided_on(contact: Contact) -> bool:
    """Say whether a strategy discussion was decided on for any child of a contact."""
    return any(decision.outcome == "strategy_discussion" and decision.stands for decision in in_force(contact.id))


def expected_agencies() -> tuple[str, ...]:
    """List the agencies without which a discussion says why.

    Source: `strategy_agencies` in `policy/strategy.yaml`.
    """
    expected: tuple[str, ...] = policy.packaged().read("strategy_agencies", clocks.london_date(now()), tuple)
    return expected


def _locked(contact: Contact) -> Contact:
    _refuse_who_may_not(contact)
    contact = lock(contact.id)
    if not is_decided_on(contact):
        raise Conflict(NOT_DECIDED)
    return contact


def _refuse_who_may_not(contact: Contact) -> None:
    if not may_record(contact):
        raise NotAllowed(NOT_YOURS)


def _absent(held: Held, expected: tuple[str, ...]) -> list[str]:
    there = {one["agency"] for one in held.took_part}
    return [agency for agency in expected if agency not in there]


def _who_problems(held: Held) -> Problems:
    wrong: Problems = {}
    for place, one in enumerate(held.took_part):
        if one["agency"] not in AGENCIES:
            wrong[f"/took_part/{place}/agency"] = ["Choose an agency."]
        if not one["name"].strip():
            wrong[f"/took_part/{place}/name"] = ["Write who took part."]
    for agency in _absent(held, expected_agencies()):
        if not held.missing.get(agency, "").strip():
            words = f"{AGENCIES[agency]} did not take part: write why it was held without them, or who did."
            wrong[f"/missing/{agency}"] = [words]
    return wrong


def _child_problems(contact: Contact, held: Held) -> Problems:
    wrong: Problems = {}
    decided_on = {
        str(decision.child_id) if decision.child_id else None
        for decision in in_force(contact.id)
        if decision.outcome == "strategy_discussion" and decision.stands
    }
    known = {str(child.id) for child in contact.children} | {None}
    said = {one["child"]: one for one in held.children}
    for place, one in enumerate(held.children):
        if one["child"] not in known:
            wrong[f"/children/{place}/child"] = ["Choose a child of this contact."]
        if one["section_47"] not in SECTION_47:
            wrong[f"/children/{place}/section_47"] = ["Choose whether section 47 starts."]
        elif one["section_47"] != "not_discussed" and not one["reason"].strip():
            wrong[f"/children/{place}/reason"] = ["Write the reason."]
        elif one["section_47"] == "joint" and _is_without_police(held) and not one.get("joint_because", "").strip():
            wrong[f"/children/{place}/joint_because"] = [JOINT]
        elif one["section_47"] == "not_discussed" and one["child"] in decided_on:
            wrong[f"/children/{place}/section_47"] = [
                "A discussion was decided on for this child: say what it came to."
            ]
    if decided_on - set(said):
        wrong["/children"] = ["Say for each child whether section 47 starts."]
    return wrong


def _without_needless(child: Json, held: Held) -> Json:
    """Leave out who of the police agreed though none took part, where that is not so any more."""
    needed = child["section_47"] == "joint" and _is_without_police(held)
    return {part: said for part, said in child.items() if part != "joint_because" or needed}


def _is_without_police(held: Held) -> bool:
    return "police" not in {one["agency"] for one in held.took_part}


def _action_problems(held: Held) -> Problems:
    wrong: Problems = {}
    for place, action in enumerate(held.actions):
        for part, words in (("what", "Write what is to be done."), ("who", "Write who does it.")):
            if not action[part].strip():
                wrong[f"/actions/{place}/{part}"] = [words]
        if action["by_when"] is None:
            wrong[f"/actions/{place}/by_when"] = ["Write by which day."]
    return wrong


def _record(action: str, discussion: StrategyDiscussion, **detail: Any) -> None:
    subject = ("strategy_discussion", discussion.id)
    audit.record(action, contact_id=discussion.contact_id, subject=subject, detail=detail or None)
