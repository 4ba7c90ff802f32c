"""A promised call: tried, taken over, decided by a person. `promising` makes it, `ladder` has its clocks. No HTTP."""

from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import leaving
from screening.access import viewer, viewing, worker_viewer
from screening.callbacks import ladder
from screening.callbacks.when import moment_of
from screening.db import db, now
from screening.errors import Conflict, NotFound
from screening.leaving import Permission
from screening.models import Callback, CallbackTry, Contact
from screening.models.callback import OWED

NOT_FOUND = "There is no such call. Go back to the calls promised."


def owed(callback_id: UUID) -> Callback:
    """Find and lock a promised call that is not ended.

    Raises:
        NotFound: there is none that the viewer may know of.
        Conflict: it is ended; says so.
    """
    question = select(Callback).where(Callback.id == callback_id).with_for_update(of=Callback)
    found = db.session.scalar(question.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NOT_FOUND)
    if found.state not in OWED:
        raise Conflict("This call has ended. Promise a new one from the contact if there is more to say.")
    return found


def may_ring(callback: Callback) -> Permission:
    """Say whether somebody may be rung now, as promise 8 has it; asked each time, whoever rings."""
    against = _against(callback)
    return Permission(not against, against[0] if against else None)


def is_said_safe(callback: Callback) -> bool:
    """Say whether the caller said, on the call in which it was promised, that they may be rung."""
    if callback.place is None:
        return False
    with viewing(worker_viewer("callbacks")):
        referrer = _contact_of(callback).referrer
        safe = (referrer.safe_contact if referrer else None) or {}
        return referrer is not None and "yes" in (referrer.safe_to_reply, safe.get("may_ring"))


def _contact_of(callback: Callback) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.id == callback.contact_id)).one()


def _against(callback: Callback) -> list[str]:
    # The owner owes the call also when the contact itself is out of their reach by now.
    with viewing(worker_viewer("callbacks")):
        against = leaving.against_ringing(_contact_of(callback))
    # They may have chosen another number for this than the one that they rang from.
    met = {leaving.NO_NUMBER} if callback.number else set()
    return [reason for reason in against if reason not in met | _decided_against(callback)]


def _decided_against(callback: Callback) -> set[str]:
    if callback.rung_although is None:
        return set()
    causes = list(leaving.A_MANAGER_DECIDES)
    return {leaving.A_MANAGER_DECIDES[cause] for cause in causes[causes.index(callback.rung_although) :]}


def record_try(callback_id: UUID, outcome: str, note: str | None) -> Callback:
    """Keep that it was rung, and what follows: the end, another try, or a person who decides.

    Raises:
        Conflict: a person has to decide first whether it is rung again.
    """
    callback = owed(callback_id)
    if callback.state == "to_decide":
        raise Conflict("Do not ring again yet: a person decides first whether to.")
    by = viewer().user_id
    db.session.add(CallbackTry(callback_id=callback.id, tried_at=now(), tried_by_id=by, outcome=outcome, note=note))
    callback.tries += 1
    ladder.record("callback.tried", callback, outcome=outcome)
    _follow_up(callback, outcome)
    return callback


def _follow_up(callback: Callback, outcome: str) -> None:
    most = policy.packaged().read("callback_tries", clocks.london_date(now()), int)
    if outcome == "reached":
        ladder.end(callback, "reached", None)
    elif outcome == "wrong_number":
        ladder.leave_to_a_person(callback, "The number was wrong.")
    elif outcome == "not_safe":
        ladder.leave_to_a_person(callback, "It was not safe to speak.")
    elif callback.tries >= most:
        ladder.leave_to_a_person(callback, f"Nobody answered {callback.tries} times.")
    else:
        ladder.ring_next(callback, now() + ladder.minutes("callback_try_again"))


def ring_again(callback_id: UUID, *, number: str | None, by_when: str | None) -> Callback:
    """Decide that it is rung again, at a new number where one is given; the tries begin anew."""
    callback = owed(callback_id)
    callback.number = number or callback.number
    if callback.number is None:
        raise Conflict("There is no number to ring. Give one, or say what is done instead.")
    at, against = now(), _against(callback)
    callback.state, callback.to_decide_because, callback.tries, callback.decided_at = "open", None, 0, at
    # Only what stood there when they decided: what comes up since is decided anew.
    causes = (cause for cause, reason in leaving.A_MANAGER_DECIDES.items() if reason in against)
    callback.rung_although = next(causes, callback.rung_although)
    ladder.record("callback.decided", callback, decision="ring again", **_although(callback))
    ladder.ring_next(
        callback, (moment_of(by_when, at) if by_when else None) or at + ladder.minutes("callback_try_again")
    )
    return callback


def _although(callback: Callback) -> dict[str, str]:
    return {"although": callback.rung_although} if callback.rung_although else {}


def stop(callback_id: UUID, because: str) -> Callback:
    """Decide that it is not rung again, and keep why and what is done instead."""
    callback = owed(callback_id)
    ladder.record("callback.decided", callback, decision="stop")
    ladder.end(callback, "stopped", because)
    return callback


def take_over(callback_id: UUID) -> Callback:
    """Make the viewer the one who owes it."""
    callback = owed(callback_id)
    by = viewer().user_id
    if by is not None and callback.owner_id != by:
        callback.owner_id = by
        ladder.record("callback.taken_over", callback)
    return callback
