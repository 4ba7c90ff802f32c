"""A person takes work, sends it back, passes it on or gives it to somebody. Knows no HTTP; the caller commits."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import acceptance, audit
from screening.access import require, viewer, viewing, worker_viewer
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound, Stale
from screening.locks import lock_contact
from screening.models import Contact, QueueItem, Team, User
from screening.models.queue_item import OPEN_STATES
from screening.queues import caseload, opening, placing
from screening.wording import LONDON, clock_time, moment

NOT_FOUND = "There is no such item in your teams' queues. It may have been passed on: open the queue again."
STALE = "This changed since you opened it. Open it again, and repeat what you wanted to do."


def seen_item(item_id: UUID) -> QueueItem:
    """Find an item in a queue of the viewer's teams.

    Raises:
        NotFound: not in a queue of the viewer's teams.
    """
    item = db.session.get(QueueItem, item_id)
    if item is None or not _in_own_team(item):
        raise NotFound(NOT_FOUND)
    return item


def claim(item_id: UUID, *, version: int) -> QueueItem:
    """Keep an item for the viewer to read, for a quarter of an hour; nobody else can take it meanwhile.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: another person has it; says who and when.
        Stale: it changed since the viewer opened it.
    """
    require("queue.accept")
    item = _free_item(item_id, version)
    at, reader = now(), _acting_user()
    minutes = policy.packaged().read("soft_claim", clocks.london_date(at), int)
    item.claimed_by, item.claimed_by_id = reader, reader.id
    item.claimed_until = at + timedelta(minutes=minutes)
    return _audited("queue.claimed", item)


def accept(item_id: UUID, *, version: int) -> QueueItem:
    """Make the viewer the holder. Of two who accept at once, one wins and the other is told who.

    Raises:
        NotFound: not in a queue of the viewer's teams.
        Conflict: another person has it; says who and when.
        Stale: it changed since the viewer opened it.
    """
    require("queue.accept")
    item = _open_item(item_id)
    if item.holder_id == viewer().user_id:
        # A double click, or a resend after a lost answer.
        return item
    _refuse_taken(item)
    _refuse_stale(item, version)
    _give(item, _acting_user())
    return _audited("queue.accepted", item)


def mark_seen(item_id: UUID, *, version: int) -> QueueItem:
    """Take an alert out of the queue: it told of work that another team has, and asks for nothing but to be seen.

    Raises:
        NotFound, Stale: as for `accept`.
        Conflict: it is work, which somebody has to accept; or it ended already, and says by whom.
    """
    require("queue.accept")
    item = _open_item(item_id)
    _refuse_stale(item, version)
    if not item.is_alert:
        raise Conflict("This is work for your team, not an alert. Accept it, or send it back.")
    placing.end(item, by=viewer().user_id)
    return _audited("queue.seen", item)


def end_late_answer(item_id: UUID, *, version: int, reason: str) -> QueueItem:
    """End what asks whether a decision still holds, with the sentence that says so. Only its holder ends it.

    Raises:
        NotFound, Stale: as for `accept`.
        Conflict: it is other work, or not the viewer's; or it ended already, and says by whom.
        Invalid: the reason is too short.
    """
    require("queue.accept")
    item = _open_item(item_id)
    _refuse_stale(item, version)
    if item.step != placing.ATTENTION or item.holder_id != viewer().user_id:
        raise Conflict("Accept this before you end it. Work on a contact ends when it is decided, or passed on.")
    if short := _too_short(reason):
        raise Invalid("It was not ended.", fields={"/reason": [short]})
    item.return_reason = reason.strip()
    placing.end(item, by=viewer().user_id)
    return _audited("queue.seen", item)


def send_back(item_id: UUID, *, version: int, reason: str, to_team: str) -> QueueItem:
    """Return an item that is another team's work, with the reason and the team that is proposed instead.

    It goes back to the screening team (at night and red: to the emergency duty team), not to the proposed one.

    Raises:
        NotFound, Conflict, Stale: as for `accept`.
        Invalid: the reason is too short, or there is no such team.
    """
    require("queue.return")
    item = _movable_item(item_id, version)
    proposed = _checked_move(item, reason, to_team)
    item.returns += 1
    item.return_reason, item.proposed_team_id = reason.strip(), proposed.id
    placing.end(item, "returned", by=viewer().user_id)
    receiver = _receiver(item)
    why = f"Sent back by {_team_name(item)}, who propose {proposed.name}."
    following = placing.follow(item, team=receiver, why=why, proposed_team_id=proposed.id)
    _record("queue.returned", item, {"to": _slug(receiver), "proposed": proposed.slug, "returns": item.returns})
    return following


def transfer(item_id: UUID, *, version: int, reason: str, to_team: str) -> QueueItem:
    """Pass an item on to another team, which has to accept it. What no team holds is placed without a reason.

    Raises:
        NotFound, Conflict, Stale, Invalid: as for `send_back`.
        Invalid: it cannot wait, and the team is closed now.
    """
    require("queue.route")
    item = _placeable_item(item_id, version)
    team = _checked_move(item, reason, to_team)
    opening.refuse_closed(item, team)
    item.return_reason = reason.strip() or None
    placing.end(item, by=viewer().user_id)
    following = placing.follow(item, team=team, why=f"Passed on by {_team_name(item)}.")
    _record("queue.moved", item, {"to": team.slug})
    return following


def place_unheld(reference: str, *, to_team: str) -> QueueItem:
    """Put a contact that is in no queue with a team. It is placed unread, so that anybody who places work can.

    Raises:
        NotFound: there is no such contact, or it was not sent or has ended.
        Conflict: it is in a queue by now.
        Invalid: there is no such team, or it is closed now and the contact cannot wait.
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
    item = placing.unrouted(contact, team=team, why=f"Placed by {viewer().name}: no queue held it.")
    opening.refuse_closed(item, team)
    placing.place(item)
    _record("queue.moved", item, {"to": team.slug})
    return item


def allocate(item_id: UUID, *, version: int, to_user: str, override_reason: str | None = None) -> QueueItem:
    """Give an item to a member of its team, whoever holds it now.

    Raises:
        NotFound, Stale: as for `accept`.
        Invalid: no such person in the team, or their caseload is full and no reason was given.
    """
    require("queue.allocate")
    item = _open_item(item_id)
    _refuse_stale(item, version)
    user = _member(item, to_user)
    load = caseload.of(user.id)
    if load >= caseload.most() and not (override_reason or "").strip():
        full = f"{user.name} already holds as much as one person should. Choose somebody else, or write why."
        raise Invalid("The caseload is full.", fields={"/override_reason": [full]})
    detail = {"from": str(item.holder_id or ""), "to": str(user.id), "caseload": load}
    _give(item, user)
    item.allocated_because = (override_reason or "").strip() or None
    db.session.flush()
    _record("queue.allocated", item, detail)
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
    item = _open_item(item_id)
    acceptance.keep(item, answer, seen=seen)
    # Afterwards, so that who comes second is told who was first, whatever else has changed.
    _refuse_stale(item, version)
    return item


def _give(item: QueueItem, user: User) -> None:
    item.accepted_at, item.holder, item.holder_id = now(), user, user.id
    if item.state == "waiting":
        placing.change(item, "accepted")
    item.claimed_by = item.claimed_by_id = item.claimed_until = item.attention = item.attention_at = None
    db.session.flush()


def _locked(item_id: UUID) -> QueueItem:
    question = select(QueueItem).where(QueueItem.id == item_id).with_for_update(of=QueueItem)
    item = db.session.scalar(question.execution_options(populate_existing=True))
    if item is None:
        raise NotFound(NOT_FOUND)
    return item


def _in_own_team(item: QueueItem) -> bool:
    return item.team_id in viewer().team_ids and _seen(item)


def _may_be_placed(item: QueueItem) -> bool:
    """Say whether the viewer may place what no team holds: unread, so only a worker's eyes see if it is restricted."""
    if item.team_id is not None or not viewer().may("queue.route"):
        return False
    with viewing(worker_viewer("queues")):
        restricted = db.session.scalar(select(Contact.restricted).where(Contact.id == item.contact_id))
    return not restricted or _seen(item)


def _seen(item: QueueItem) -> bool:
    return db.session.scalar(select(Contact.id).where(Contact.id == item.contact_id)) is not None


def _open_item(item_id: UUID) -> QueueItem:
    item = _locked(item_id)
    if not _in_own_team(item):
        raise NotFound(NOT_FOUND)
    _refuse_ended(item)
    return item


def _placeable_item(item_id: UUID, version: int) -> QueueItem:
    item = _locked(item_id)
    if not _may_be_placed(item):
        return _movable_item(item_id, version)
    _refuse_ended(item)
    _refuse_stale(item, version)
    return item


def _refuse_ended(item: QueueItem) -> None:
    if item.state not in OPEN_STATES:
        who = item.ended_by.name if item.ended_by else "Somebody"
        when = _when(item.ended_at) if item.ended_at else "earlier"
        raise Conflict(f"{who} passed this on {when}. Open the queue again to see where it is.")


def _free_item(item_id: UUID, version: int) -> QueueItem:
    item = _open_item(item_id)
    _refuse_taken(item)
    _refuse_stale(item, version)
    return item


def _movable_item(item_id: UUID, version: int) -> QueueItem:
    item = _open_item(item_id)
    if not viewer().may("queue.allocate"):
        _refuse_taken(item)
    _refuse_stale(item, version)
    return item


def _refuse_taken(item: QueueItem) -> None:
    me = viewer().user_id
    if item.holder and item.accepted_at and item.holder_id != me:
        raise Conflict(f"Accepted by {item.holder.name} {_when(item.accepted_at)}.")
    if item.claimed_by and item.claimed_until and item.claimed_by_id != me and item.claimed_until > now():
        free_again = clock_time(item.claimed_until)
        raise Conflict(f"{item.claimed_by.name} is reading this. It is free again at {free_again}.")


def _refuse_stale(item: QueueItem, version: int) -> None:
    if item.version != version:
        raise Stale(STALE)


def _when(at: datetime) -> str:
    today = now().astimezone(LONDON).date()
    return f"at {clock_time(at)}" if at.astimezone(LONDON).date() == today else f"at {moment(at)}"


def _acting_user() -> User:
    user = db.session.get(User, viewer().user_id) if viewer().user_id else None
    if user is None:
        raise NotFound(NOT_FOUND)
    return user


def _checked_move(item: QueueItem, reason: str, to_team: str) -> Team:
    wrong: dict[str, list[str]] = {}
    if item.team_id and (short := _too_short(reason)):
        wrong["/reason"] = [short]
    team = db.session.scalar(select(Team).where(Team.slug == to_team, Team.active))
    if team is None:
        wrong["/to_team"] = ["Choose a team from the list."]
    elif team.id == item.team_id:
        wrong["/to_team"] = ["Choose another team: the item is with this one."]
    if wrong or team is None:
        raise Invalid("The item was not moved.", fields=wrong)
    return team


def _too_short(reason: str) -> str | None:
    least = policy.packaged().read("return_reason_characters", clocks.london_date(now()), int)
    if len(reason.strip()) >= least:
        return None
    return f"Say why in {least} characters or more, so that the next person need not ask."


def _receiver(item: QueueItem) -> Team | None:
    kind = item.team.kind if item.team else ""
    if kind == "screening":
        return placing.team_of_kind(["duty_manager"])
    # Nobody reads the day teams' queues at night: red must not wait there for the morning.
    if item.urgency == "red" and clocks.is_out_of_hours(now()):
        return placing.team_of_kind(["duty_manager"] if kind == "edt" else ["edt", "duty_manager"])
    return placing.team_of_kind(["screening", "duty_manager"])


def _member(item: QueueItem, user_name: str) -> User:
    user = db.session.scalar(select(User).where(User.user_name == user_name.lower(), User.disabled_at.is_(None)))
    in_team = user is not None and item.team_id in {team.id for team in user.teams}
    if user is None or not in_team or not caseload.WORKS_A_QUEUE & set(user.roles):
        raise Invalid("The item was not given.", fields={"/to_user": ["Choose somebody who works in this team."]})
    return user


def _team_name(item: QueueItem) -> str:
    return item.team.name if item.team else viewer().name


def _slug(team: Team | None) -> str | None:
    return team.slug if team else None


def _audited(action: str, item: QueueItem) -> QueueItem:
    db.session.flush()
    _record(action, item, {"version": item.version})
    return item


def _record(action: str, item: QueueItem, detail: dict[str, object]) -> None:
    audit.record(action, contact_id=item.contact_id, subject=("queue_item", item.id), detail=detail)
