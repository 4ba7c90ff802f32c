"""The children behind a number of a shadow run: those in contacts that the viewer may see, and how many more there are.

A number is named by its place: `moved:up`, `level:2:3`, `urgency:amber:red`, `team:havant:gains`,
`group:ethnicity:asian:up`, `rule:fires:ID`, or `all`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import selectinload

from routing_rules.rules import LEVELS, URGENCIES
from screening import audit
from screening.access import viewer
from screening.admin.replay_queries import GROUP_TITLES, MOVE_WORDS
from screening.db import Json, db
from screening.errors import NotFound
from screening.models import Contact, RulesReplay, RulesReplayRow, Team
from screening.scoring import shadow_groups, shadow_tally
from screening.visibility.rule import visible

PAGE_ROWS = 50
Which = list[ColumnElement[bool]]
Part = tuple[str, Which]
BEFORE, AFTER = RulesReplayRow.before, RulesReplayRow.after


def listed(run: RulesReplay, of: str, page: int) -> Json:
    """List a page of the children behind a number.

    Raises:
        NotFound: there is no such number.
    """
    words, which = part(of)
    which = [RulesReplayRow.replay_id == run.id, *which]
    children, contacts = _counted(which)
    shown_children, shown_contacts = _counted_for_viewer(which)
    rows = _rows(which, page)
    shown = sorted({str(row.contact_id) for row, _ in rows})
    audit.record("contact.list_read", detail={"list": "replay", "replay": str(run.id), "of": of, "contacts": shown})
    return {
        "words": words,
        "children": children,
        "contacts": contacts,
        "shown": shown_children,
        "hidden_contacts": contacts - shown_contacts,
        "rows": [_entry(row, contact) for row, contact in rows],
    }


def part(of: str) -> Part:
    """Say a number in words, and as SQL on the rows.

    Raises:
        NotFound: it is not one of those that are shown.
    """
    kind, *names = of.split(":", 3)
    try:
        return _PARTS[kind](*names)
    except (KeyError, TypeError, ValueError) as problem:
        raise NotFound("There is no such number. Go back to the result, and open one that is there.") from problem


def _all() -> Part:
    return "Everybody who was looked at", []


def _moved(move: str) -> Part:
    return MOVE_WORDS[move], [RulesReplayRow.moved == move]


def _level(before: str, after: str) -> Part:
    levels = int(before), int(after)
    if not set(levels) <= set(LEVELS):
        raise ValueError(before)
    sides = zip((BEFORE, AFTER), levels, strict=True)
    return _from_to(f"level {before}", f"level {after}"), [
        side["level"]["at_least"].as_integer() == level for side, level in sides
    ]


def _urgency(before: str, after: str) -> Part:
    if not {before, after} <= set(URGENCIES):
        raise ValueError(before)
    sides = zip((BEFORE, AFTER), (before, after), strict=True)
    return _from_to(before, after), [side["urgency"]["at_least"].astext == urgency for side, urgency in sides]


def _from_to(before: str, after: str) -> str:
    return f"Would stay at {before}" if before == after else f"Would go from {before} to {after}"


def _team(slug: str, change: str) -> Part:
    name = "no team" if slug == shadow_tally.NO_TEAM else db.session.scalar(select(Team.name).where(Team.slug == slug))
    if name is None:
        raise ValueError(slug)
    was, would = _in_team(BEFORE, slug), _in_team(AFTER, slug)
    return {
        "before": (f"Would have gone to {name} before", [was]),
        "after": (f"Would go to {name}", [would]),
        "gains": (f"{name} would gain", [would, not_(was)]),
        "loses": (f"{name} would lose", [was, not_(would)]),
    }[change]


def _in_team(side: Any, slug: str) -> ColumnElement[bool]:
    return func.coalesce(side["team"].astext, shadow_tally.NO_TEAM) == slug


def _group(kind: str, group: str, *moves: str) -> Part:
    words = shadow_groups.WORDS[kind].get(group, group.replace("_", " "))
    which: Which = [RulesReplayRow.groups[kind].astext == group]
    for move in moves:
        told, moved = _moved(move)
        words, which = f"{words}: {told.lower()}", [*which, *moved]
    return f"{GROUP_TITLES[kind]}: {words}", which


def _rule(change: str, rule: str) -> Part:
    fired, fires = BEFORE["rules"].contains([rule]), AFTER["rules"].contains([rule])
    opened = [AFTER["open"].contains([rule]), not_(BEFORE["open"].contains([rule])), not_(fires)]
    return {
        "fires": (f"Rule {rule} would newly fire", [fires, not_(fired)]),
        "rests": (f"Rule {rule} would no longer fire", [fired, not_(fires)]),
        "opens": (f"Hard rule {rule} would newly be open", opened),
    }[change]


_PARTS: dict[str, Callable[..., Part]] = {
    "all": _all,
    "moved": _moved,
    "level": _level,
    "urgency": _urgency,
    "team": _team,
    "group": _group,
    "rule": _rule,
}


def _counted(which: Which) -> tuple[int, int]:
    contact = Contact.__table__.c
    # Of what was restricted since, only its readers learn that it is there.
    known_of = or_(contact.restricted.is_(False), visible(viewer()))
    question = select(func.count(), func.count(func.distinct(RulesReplayRow.contact_id)))
    theirs = question.join(Contact.__table__, contact.id == RulesReplayRow.contact_id).where(*which)
    children, contacts = db.session.execute(theirs.where(known_of)).one()
    return children, contacts


def _counted_for_viewer(which: Which) -> tuple[int, int]:
    question = select(func.count(), func.count(func.distinct(RulesReplayRow.contact_id)))
    theirs = question.join(Contact, Contact.id == RulesReplayRow.contact_id).where(*which, visible(viewer()))
    children, contacts = db.session.execute(theirs).one()
    return children, contacts


def _rows(which: Which, page: int) -> list[tuple[RulesReplayRow, Contact]]:
    # The session's hook leaves out what the viewer may not see.
    question = select(RulesReplayRow, Contact).join(Contact, Contact.id == RulesReplayRow.contact_id).where(*which)
    newest = question.options(selectinload(Contact.participations)).order_by(RulesReplayRow.seq.desc())
    found = db.session.execute(newest.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all()
    return [(row[0], row[1]) for row in found]


def _entry(row: RulesReplayRow, contact: Contact) -> Json:
    child = next((child.full_name for child in contact.children if child.id == row.child_id), "No child named")
    return {
        "child": child,
        "reference": contact.reference,
        "first_received_at": contact.first_received_at,
        "moved": MOVE_WORDS[row.moved],
        "before": row.before,
        "after": row.after,
        "changes": [
            {"words": words, "rule": rule}
            for change, words in (("fires", "Newly fires"), ("rests", "No longer fires"), ("opens", "Newly open"))
            for rule in sorted(
                rule for found, rule in shadow_tally.rule_changes(row.before, row.after) if found == change
            )
        ],
    }
