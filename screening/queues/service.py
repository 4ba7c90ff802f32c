"""A person takes work, sends it back, passes it on or gives it to somebody. Knows no HTTP; the caller commits."""

from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening import acceptance, reasons
from screening.access import require, viewer, viewing, worker_viewer
from screening.chronology import gate
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.escalation.people import may_be_told
from screening.locks import lock_contact
from screening.models import Contact, QueueItem, Team, User
from screening.queues import bounces, caseload, claiming, finding, opening, placing, readers
from screening.rota import leave
from screening.teams import DAY_KINDS, team_of_kind
from screening.urgency import decide_due_at
from screening.wording import long_day


def claim(item_id: UUID, *, version: int) -> QueueItem:
    """Keep an item for the viewer to read, for a quarter of an hour; nobody else can take it meanwhile.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: another person has it; says who and when.
        Stale: it changed since the viewer opened it.
    """
    require("queue.accept")
    item = finding.free_item(item_id, version)
    at, reader = now(), finding.acting_user()
    item.claimed_by, item.claimed_by_id = reader, reader.id
    item.claimed_until = at + claiming.lasts()
    return finding.audited("queue.claimed", item)


def accept(item_id: UUID, *, version: int) -> QueueItem:
    """Make the viewer the holder. Of two who accept at once, one wins and the other is told who.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: another person has it; says who and when.
        Stale: it changed since the viewer opened it.
    """
    require("queue.accept")
    item = finding.open_item(item_id)
    if item.state == "accepted" and item.holder_id == viewer().user_id:
        # A double click, or a resend after a lost answer.
        return item
    finding.refuse_taken(item)
    finding.refuse_stale(item, version)
    give(item, finding.acting_user())
    reasons.accepted(item)
    return finding.audited("queue.accepted", item)


def mark_seen(item_id: UUID, *, version: int) -> QueueItem:
    """Take an alert out of the queue: it told of work that another team has, and asks for nothing but to be seen.

    Raises:
        NotFound, Stale: as for `accept`.
        Conflict: it is work, which somebody has to accept; or it ended already, and says by whom.
    """
    require("queue.accept")
    item = finding.open_item(item_id)
    finding.refuse_stale(item, version)
    if not item.is_alert:
        raise Conflict("This is work for your team, not an alert. Accept it, or send it back.")
    placing.end(item, by=viewer().user_id)
    return finding.audited("queue.seen", item)


def end_late_answer(item_id: UUID, *, version: int, reason: str) -> QueueItem:
    """End what asks whether a decision still holds, or what was done beside it, with a sentence. Only its holder does.

    Raises:
        NotFound, Stale: as for `accept`.
        Conflict: it is other work, or not the viewer's; or it ended already, and says by whom.
        Invalid: the reason is too short, or a chronology is not ready; says what is missing.
    """
    require("queue.accept")
    item = finding.open_item(item_id)
    finding.refuse_stale(item, version)
    if not item.is_beside or item.holder_id != viewer().user_id:
        raise Conflict("Accept this before you end it. Work on a contact ends when it is decided, or passed on.")
    if short := finding.too_short(reason):
        raise Invalid("It was not ended.", fields={"/reason": [short]})
    gate.refuse_ending(item)
    item.return_reason = reason.strip()
    placing.end(item, by=viewer().user_id)
    return finding.audited("queue.seen", item)


def send_back(item_id: UUID, *, version: int, reason: str, to_team: str) -> QueueItem:
    """Return an item that is another team's work, with the reason and the team that is proposed instead.

    It goes back to the screening team (at night and red: to the emergency duty team), not to the proposed one. What has
    come back too often waits for one named manager: see `bounces`.

    Raises:
        NotFound, Conflict, Stale: as for `accept`.
        Invalid: the reason is too short, or there is no such team.
    """
    require("queue.return")
    item = finding.movable_item(item_id, version)
    proposed = _checked_move(item, reason, to_team)
    to_finish = gate.passing_back(item)
    item.returns += 1
    item.return_reason, item.proposed_team_id = reason.strip(), proposed.id
    placing.end(item, "returned", by=viewer().user_id)
    following = _to_named_manager(item, proposed, to_finish) or _to_receiver(item, proposed, to_finish)
    detail = {"to": _slug(following.team), "from": _slug(item.team), "proposed": proposed.slug, "returns": item.returns}
    finding.note("queue.returned", item, detail)
    return following


def transfer(item_id: UUID, *, version: int, reason: str, to_team: str) -> QueueItem:
    """Pass an item on to another team, which has to accept it. What no team holds is placed without a reason.

    Raises:
        NotFound, Conflict, Stale, Invalid: as for `send_back`.
        Invalid: it cannot wait, and the team is closed now; or it can, and a chronology is not ready: see `gate`.
    """
    require("queue.route")
    item = _placeable_item(item_id, version)
    team = _checked_move(item, reason, to_team)
    opening.refuse_closed(item, team)
    to_finish = gate.passing_on(item)
    item.return_reason = reason.strip() or None
    placing.end(item, by=viewer().user_id)
    following = placing.follow(item, team=team, why=f"Passed on by {_team_name(item)}.{to_finish}")
    finding.note("queue.moved", item, {"to": team.slug})
    return following


def place_unheld(reference: str, *, to_team: str) -> QueueItem:
    """Put a contact that is in no queue with a team. It is placed unread, so that anybody who places work can.

    Raises:
        NotFound: there is no such contact, or it was not sent or has ended.
        Conflict: it is in a queue by now.
        Invalid: there is no such team, or it is closed now and the contact cannot wait; or nobody in it may open it.
    """
    require("queue.route")
    with viewing(worker_viewer("queues")):
        contact_id = db.session.scalar(select(Contact.id).where(Contact.reference == reference))
        contact = lock_contact(contact_id) if contact_id else None
    if contact is None or contact.state not in ("received", "decided"):
        raise NotFound("No contact of that reference waits for a queue. Open the page again to see those that do.")
    if any(item.leads for item in placing.open_items(contact.id)):
        raise Conflict(f"{reference} is in a queue by now. Open the page again to see what is in none.")
    team = db.session.scalar(select(Team).where(Team.slug == to_team, Team.active))
    if team is None:
        raise Invalid("The contact was not placed.", fields={"/to_team": ["Choose a team from the list."]})
    if readers.nobody_reads(contact, team):
        raise Invalid("The contact was not placed.", fields={"/to_team": [f"Nobody in {team.name} may open it."]})
    item = placing.unrouted(contact, team=team, why=f"Placed by {viewer().name}: no queue held it.")
    opening.refuse_closed(item, team)
    placing.place(item)
    finding.note("queue.moved", item, {"to": team.slug})
    return item


def allocate(item_id: UUID, *, version: int, to_user: str, override_reason: str | None = None) -> QueueItem:
    """Give an item to a member of its team, whoever holds it now.

    Raises:
        NotFound, Stale: as for `accept`.
        Invalid: no such person in the team; or their caseload is full or they are away, and no reason was given.
    """
    require("queue.allocate")
    item = finding.open_item(item_id)
    finding.refuse_stale(item, version)
    user = _member(item, to_user)
    load = caseload.of(user.id)
    # What they hold already adds nothing.
    adds = 0 if item.holder_id == user.id else caseload.of_item(item)
    if against := _against(user, load + adds, override_reason):
        raise Invalid("They should not be given more.", fields={"/override_reason": [against]})
    held = (str(item.holder_id), item.accepted_at.isoformat()) if item.accepted_at else ("", "")
    detail = {"from": held[0], "since": held[1], "to": str(user.id), "caseload": load}
    give(item, user)
    reasons.allocated(item)
    item.allocated_because = (override_reason or "").strip() or None
    db.session.flush()
    finding.note("queue.allocated", item, detail)
    return item


def say_threshold(item_id: UUID, *, version: int, answer: str, seen: UUID | None = None) -> QueueItem:
    """Keep what the person who accepted an item thinks of its threshold, once: see `acceptance`.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: answered before, and says by whom and when; not asked of this item, or it ended; or not the viewer's.
        Stale: it changed since the viewer opened it, or `seen` is no longer the newest screening.
        Invalid: there is no such answer.
    """
    require("queue.accept")
    item = finding.open_item(item_id)
    acceptance.keep(item, answer, seen=seen)
    # Afterwards, so that who comes second is told who was first, whatever else has changed.
    finding.refuse_stale(item, version)
    return item


def _against(user: User, would_carry: int, override_reason: str | None) -> str | None:
    if (override_reason or "").strip():
        return None
    if away := leave.who_is_away([user.id], now()).get(user.id):
        return f"{user.name} is away until {long_day(away.last_day)}. Choose somebody else, or write why."
    if would_carry > (most := caseload.most()):
        return f"{user.name} would carry {would_carry} of {most} with this. Choose somebody else, or write why."
    return None


def _to_named_manager(item: QueueItem, proposed: Team, to_finish: str) -> QueueItem | None:
    named = bounces.named_manager(item) if bounces.is_one_too_many(item) else None
    if named is None:
        return None
    why = f"Sent back by {_team_name(item)}, who propose {proposed.name}.{to_finish}"
    following = placing.follow(item, team=named.team, why=why, holder_id=named.user.id, proposed_team_id=proposed.id)
    words = f"Sent back {item.returns} times: {named.user.name} says which team has it."
    placing.flag(following, words, cause=reasons.PLACING)
    return following


def _to_receiver(item: QueueItem, proposed: Team, to_finish: str) -> QueueItem:
    why = f"Sent back by {_team_name(item)}, who propose {proposed.name}.{to_finish}"
    following = placing.follow(item, team=_receiver(item), why=why, proposed_team_id=proposed.id)
    if bounces.is_one_too_many(item):
        placing.tell_duty_manager(following, f"Sent back {item.returns} times, and no manager could be named for it.")
    return following


def give(item: QueueItem, user: User) -> None:
    """Make somebody the holder of an item that is locked; the caller has refused what may not be, and audits it."""
    item.accepted_at, item.holder, item.holder_id = now(), user, user.id
    if item.state == "waiting":
        placing.change(item, "accepted")
        item.decide_due_at = decide_due_at(item)
    item.claimed_by = item.claimed_by_id = item.claimed_until = None
    db.session.flush()


def _may_be_placed(item: QueueItem) -> bool:
    """Say whether the viewer may place what no team holds: unread, so only a worker's eyes see if it is restricted."""
    if item.team_id is not None or not viewer().may("queue.route"):
        return False
    with viewing(worker_viewer("queues")):
        restricted = db.session.scalar(select(Contact.restricted).where(Contact.id == item.contact_id))
    return not restricted or finding.seen(item)


def _placeable_item(item_id: UUID, version: int) -> QueueItem:
    item = finding.locked(item_id)
    if not _may_be_placed(item):
        return finding.movable_item(item_id, version)
    finding.refuse_ended(item)
    finding.refuse_stale(item, version)
    return item


def _checked_move(item: QueueItem, reason: str, to_team: str) -> Team:
    wrong: dict[str, list[str]] = {}
    if item.team_id and (short := finding.too_short(reason)):
        wrong["/reason"] = [short]
    team = db.session.scalar(select(Team).where(Team.slug == to_team, Team.active))
    if team is None:
        wrong["/to_team"] = ["Choose a team from the list."]
    elif team.id == item.team_id:
        wrong["/to_team"] = ["Choose another team: the item is with this one."]
    if wrong or team is None:
        raise Invalid("The item was not moved.", fields=wrong)
    return team


def _receiver(item: QueueItem) -> Team | None:
    kind = item.team.kind if item.team else ""
    if kind == "screening":
        return team_of_kind(["duty_manager"])
    # Nobody reads the day teams' queues at night: red must not wait there for the morning.
    if item.urgency == "red" and clocks.is_out_of_hours(now()):
        return team_of_kind(["duty_manager"] if kind == "edt" else ["edt", "duty_manager"])
    return team_of_kind(DAY_KINDS)


def _member(item: QueueItem, user_name: str) -> User:
    user = db.session.scalar(select(User).where(User.user_name == user_name.lower(), User.disabled_at.is_(None)))
    in_team = user is not None and item.team_id in {team.id for team in user.teams}
    if user is None or not in_team or not caseload.WORKS_A_QUEUE & set(user.roles):
        raise Invalid("The item was not given.", fields={"/to_user": ["Choose somebody who works in this team."]})
    if not may_be_told(user, item.contact):
        # Why is told to nobody: it may be that they are said to have done harm.
        raise Invalid("The item was not given.", fields={"/to_user": [f"{user.name} may not open it. Choose another."]})
    return user


def _team_name(item: QueueItem) -> str:
    return item.team.name if item.team else viewer().name


def _slug(team: Team | None) -> str | None:
    return team.slug if team else None
