"""Start a shadow run of a draft or of a published version, and start one again that stopped. `shadow` compares."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks, ruleset
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from screening import audit, tasks
from screening.access import require, viewer, viewing, worker_viewer
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.models import Contact, RulesDraft, RulesetInForce, RulesReplay, Task
from screening.scoring import shadow, shadow_tally
from screening.scoring.replaying import Window

DAYS_OFFERED = (30, 90, 365)
USUAL_DAYS = 90
MOST_DAYS = 3660


def start_draft(draft_id: UUID, *, days: int) -> RulesReplay:
    """Run a draft, as it stands now, over the contacts first received in the last days, today with them.

    Raises:
        NotFound: there is no such draft.
        Invalid: its rules are not sound yet, or `days` is not 1 to MOST_DAYS.
    """
    require("rules.write")
    draft = db.session.get(RulesDraft, draft_id)
    if draft is None:
        raise NotFound("There is no such draft. Open the list of drafts again.")
    return _start(_sound(draft.yaml), days, draft_id=draft.id)


def start_version(found_hash: str, *, days: int) -> RulesReplay:
    """Run a published version, in the same way.

    Raises:
        NotFound: there is no such version.
        Invalid: `days` is not 1 to MOST_DAYS.
    """
    require("rules.write")
    row = db.session.get(RulesetInForce, found_hash)
    if row is None:
        raise NotFound("There is no such version of the rules. Open the list of versions again.")
    return _start(ruleset.load_published(row.yaml), days)


def start_again(run_id: UUID) -> RulesReplay:
    """Go on with a run that stopped, where it stopped.

    Raises:
        NotFound: there is no such run.
        Conflict: it is not stopped.
    """
    require("rules.write")
    run = db.session.scalar(select(RulesReplay).where(RulesReplay.id == run_id).with_for_update())
    if run is None:
        raise NotFound("There is no such run. Open the list of runs again.")
    parked = db.session.scalar(
        select(Task).where(Task.kind == tasks.REPLAY, Task.subject_id == run.id, Task.state == "parked")
    )
    if run.state != "stopped" or parked is None:
        raise Conflict("This run is not stopped any more. Open it again to see where it is.")
    run.state, run.problem = "running", None
    parked.state, parked.crashes, parked.refusals, parked.problem, parked.run_after = "pending", 0, 0, None, now()
    db.session.flush()
    audit.record("rules.replayed", subject=("rules_replay", run.id), detail={"again_from": run.looked_at})
    db.session.execute(select(func.pg_notify(tasks.CHANNEL, parked.queue)))
    return run


def _start(rules: Ruleset, days: int, **about: Any) -> RulesReplay:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"Choose 1 to {MOST_DAYS} days.", fields={"/days": [f"Choose 1 to {MOST_DAYS} days."]})
    today = clocks.london_date(now())
    window = Window(since=today - timedelta(days=days), until=today + timedelta(days=1))
    total, first = _extent(window)
    run = RulesReplay(
        yaml=rules.text,
        hash=rules.hash,
        since=window.since,
        until=window.until,
        total=total,
        tally=shadow_tally.empty(),
        # Just before the first contact, so that those of years before are not passed over one by one.
        cursor=first - 1,
        started_by_id=viewer().user_id,
        started_at=now(),
        **about,
    )
    db.session.add(run)
    db.session.flush()
    tasks.promise(tasks.REPLAY, f"{run.id}:{run.cursor}", subject_id=run.id, urgency="green")
    detail = {"rules": rules.hash[:12], "since": str(run.since), "until": str(run.until), "contacts": total}
    audit.record("rules.replayed", subject=("rules_replay", run.id), detail=detail)
    return run


def _extent(window: Window) -> tuple[int, int]:
    """Count the contacts of a window, and say which comes first: all that the worker will look at."""
    question = select(func.count(), func.coalesce(func.min(Contact.seq), 1))
    with viewing(worker_viewer("replay")):
        counted, first = db.session.execute(question.where(*shadow.compared(window))).one()
    return counted, first


def _sound(text: str) -> Ruleset:
    try:
        return ruleset.load_text(text, "The draft")
    except RulesetError as problem:
        words = "The draft is not sound yet, so nobody can be scored by it. Put this right first."
        raise Invalid(words, fields={"/draft": problem.problems}) from problem
