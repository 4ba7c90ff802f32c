"""Shadow runs, a chunk at a time: rows, tally and cursor are written in one transaction with the promise of the next.

A chunk that its worker took with it is done again from the same cursor, and leaves no row twice.
"""

import time
from copy import deepcopy
from uuid import UUID

from sqlalchemy import insert, select

from routing_rules import ruleset
from screening import tasks
from screening.db import db, now
from screening.models import RulesReplay, RulesReplayRow
from screening.scoring import shadow, shadow_tally
from screening.scoring.replaying import Window, by_day
from screening.scoring.shadow import Seen, Shadow

BATCH_CONTACTS = 100
# Well below the ten seconds that a chunk may take: what is found shows, and SIGTERM is heeded, as soon as one ends.
CHUNK_SECONDS = 3.0
STOPPED = (
    "It stopped at contact {looked_at} of {total}: the work failed several times there. What was found before that is "
    "kept, and nothing about any contact was changed. Start it again; if it stops at the same place, tell support."
)


def look_at_chunk(run_id: UUID) -> None:
    """Look at contacts for a few seconds, and promise the next chunk, or end the run."""
    run = _locked(run_id)
    if run is None or run.state == "done":
        return
    # Somebody may have put it back to work after it had stopped.
    run.state, run.problem = "running", None
    if _look(run):
        tasks.promise(tasks.REPLAY, f"{run.id}:{run.cursor}", subject_id=run.id, urgency="green")
    else:
        # Contacts that were sent meanwhile were looked at too.
        run.state, run.finished_at, run.total = "done", now(), run.looked_at
    db.session.flush()


def give_up(run_id: UUID) -> None:
    """Say on the run that it stopped, and what to do."""
    run = _locked(run_id)
    if run is not None and run.state == "running":
        run.state, run.problem = "stopped", STOPPED.format(looked_at=run.looked_at, total=run.total)
        db.session.flush()


def _locked(run_id: UUID) -> RulesReplay | None:
    locked = select(RulesReplay).where(RulesReplay.id == run_id).with_for_update()
    return db.session.scalar(locked.execution_options(populate_existing=True))


def _look(run: RulesReplay) -> bool:
    """Look at batches until the chunk's time is over, and at one at least; False once no contact is left."""
    other = Shadow(by_day(ruleset.load_published(run.yaml)), shadow.teams())
    window, begun = Window(since=run.since, until=run.until), time.monotonic()
    while True:
        found = other.look(shadow.contacts_after(run.cursor, window, BATCH_CONTACTS))
        # A copy for each batch: what is changed inside JSON that was written before is not written again.
        tally = deepcopy(run.tally)
        for seen in found:
            shadow_tally.add(tally, seen)
            run.cursor, run.looked_at = seen.seq, run.looked_at + 1
        run.tally = tally
        _keep(run, found)
        if len(found) < BATCH_CONTACTS:
            return False
        if time.monotonic() > begun + CHUNK_SECONDS:
            return True


def _keep(run: RulesReplay, found: list[Seen]) -> None:
    rows = [
        {
            "replay_id": run.id,
            "contact_id": seen.contact_id,
            "child_id": child.id,
            "moved": child.moved,
            "before": child.before,
            "after": child.after,
            "groups": child.groups,
        }
        for seen in found
        for child in seen.children
    ]
    if rows:
        db.session.execute(insert(RulesReplayRow), rows)
