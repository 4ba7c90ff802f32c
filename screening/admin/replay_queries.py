"""What a shadow run found, as it is shown: numbers in tables, with the words beside them. No contact is read here."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from routing_rules import clocks, policy, ruleset
from routing_rules.rules import LEVELS, URGENCIES
from routing_rules.ruleset import RulesetError
from screening.db import Json, db, now
from screening.errors import NotFound
from screening.models import RulesDraft, RulesetInForce, RulesReplay, Team
from screening.scoring import shadow_groups, shadow_tally
from screening.scoring.shadow import MOVES
from screening.wording import long_day

MOST_RUNS = 50
MOVE_WORDS = {
    "up": "Would move up",
    "opened": "More urgent by open rules only",
    "down": "Would move down",
    "closed": "No longer urgent by open rules",
    "same": "Would stay as they are",
}
STATE_WORDS = {"running": "Running", "done": "Done", "stopped": "Stopped"}
RULE_TITLES = {"fires": "Rules that would newly fire", "rests": "Rules that would no longer fire",
               "opens": "Hard rules that would newly be open"}  # fmt: skip
GROUP_TITLES = {"ethnicity": "Ethnicity", "disability": "Disability", "age": "Age", "sex": "Sex"}
Table = dict[str, Any]


def run_of(run_id: UUID) -> RulesReplay:
    """Find a run.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(RulesReplay, run_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such run. Open the list of runs again.")
    return found


def runs() -> list[Json]:
    """List the newest runs, newest first."""
    newest = select(RulesReplay).options(joinedload(RulesReplay.started_by)).order_by(RulesReplay.seq.desc())
    return [heading(run) for run in db.session.scalars(newest.limit(MOST_RUNS))]


def heading(run: RulesReplay) -> Json:
    """Say what was run, over which days, by whom, and how far it is."""
    return {
        "id": run.id,
        "what": _what(run),
        "rules": {"draft": run.draft_id} if run.draft_id else {"version": run.hash},
        "changed_since": _changed_since(run),
        "since": run.since,
        "last_day": run.until - timedelta(days=1),
        "state": run.state,
        "state_words": STATE_WORDS[run.state],
        "started_by": run.started_by.name if run.started_by else "the command line",
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "looked_at": run.looked_at,
        "total": max(run.total, run.looked_at),
        "percent": 100 * run.looked_at // max(run.total, run.looked_at, 1),
        "problem": run.problem,
        "in_words": shadow_tally.in_words(run.tally),
    }


def result(run: RulesReplay) -> Json:
    """Give every table of a run's numbers."""
    tally = run.tally
    return {
        **{name: tally[name] for name in ("contacts", "children", "left_out", "other_engine")},
        "moved": [_move_row(tally, move) for move in MOVES],
        "level": _matrix(tally["level"], "level", [(str(level), f"Level {level}", str(level)) for level in LEVELS]),
        "urgency": _matrix(tally["urgency"], "urgency", [(one, one.capitalize(), one) for one in URGENCIES]),
        "teams": list(_team_rows(tally["teams"])),
        "groups": [_group_table(run, kind) for kind in GROUP_TITLES],
        "fewest": _fewest(),
        "rules": [_rule_table(tally, change) for change in RULE_TITLES],
    }


def share(part: int, whole: int) -> str:
    """Say a share: 3.1%."""
    return f"{100 * part / whole:.1f}%" if part else "0%"


def _what(run: RulesReplay) -> str:
    if run.draft_id:
        title: str = db.session.scalars(select(RulesDraft.title).where(RulesDraft.id == run.draft_id)).one()
        return f"Draft: {title}"
    since = db.session.scalar(select(RulesetInForce.in_force_from).where(RulesetInForce.hash == run.hash))
    return f"Version in force from {long_day(since)}" if since else f"Rules {run.hash[:12]}"


def _changed_since(run: RulesReplay) -> bool:
    """Say whether the draft reads otherwise than when it was run: then this is not what would be published."""
    return (
        bool(run.draft_id)
        and db.session.scalar(select(RulesDraft.yaml).where(RulesDraft.id == run.draft_id)) != run.yaml
    )


def _move_row(tally: Json, move: str) -> Table:
    count = tally["moved"][move]
    return {"words": MOVE_WORDS[move], "count": count, "share": share(count, tally["children"]), "of": f"moved:{move}"}


def _matrix(counts: Json, kind: str, steps: list[tuple[str, str, str]]) -> Table:
    """Set before against after: one row for each step before, one cell for each step after."""
    ranks = [step for step, _, _ in steps]
    rows = [
        {
            "words": words,
            "cells": [
                {
                    "count": counts.get(f"{before}>{after}", 0),
                    "of": f"{kind}:{before}:{after}",
                    "way": _way(ranks.index(before), ranks.index(after)),
                }
                for after in ranks
            ],
        }
        for before, words, _ in steps
    ]
    return {"heads": [head for _, _, head in steps], "rows": rows}


def _way(before: int, after: int) -> str:
    return "same" if before == after else "up" if after > before else "down"


def _team_rows(teams: Json) -> Iterator[Table]:
    names = {row.slug: row.name for row in db.session.execute(select(Team.slug, Team.name))}
    numbers, today = policy.packaged(), clocks.london_date(now())
    weights = {urgency: numbers.read(f"weight_{urgency}", today, int) for urgency in URGENCIES}
    for slug, counts in sorted(teams.items(), key=lambda found: names.get(found[0], "~")):
        weighed = {
            side: sum(weights[urgency] * count for urgency, count in counts[side].items())
            for side in ("before", "after")
        }
        yield {
            "slug": slug,
            "name": names.get(slug, "No team matches" if slug == shadow_tally.NO_TEAM else slug),
            "before": sum(counts["before"].values()),
            "after": sum(counts["after"].values()),
            "gains": counts["gains"],
            "loses": counts["loses"],
            "weight_before": weighed["before"],
            "weight_after": weighed["after"],
            "changes": bool(counts["gains"] or counts["loses"] or weighed["before"] != weighed["after"]),
        }


def _group_table(run: RulesReplay, kind: str) -> Table:
    counted = run.tally["groups"][kind]
    words = _age_words(run, counted) if kind == "age" else shadow_groups.WORDS[kind]
    rows = [_group_row(kind, group, words[group], counted[group]) for group in words if group in counted]
    everybody = {"children": run.tally["children"], **run.tally["moved"]}
    return {"title": GROUP_TITLES[kind], "rows": rows, "all": _group_row("", "", "All children", everybody)}


def _group_row(kind: str, group: str, words: str, counts: Json) -> Table:
    moves = [
        {"move": move, "count": counts[move], "share": share(counts[move], counts["children"])}
        for move in ("up", "opened", "down")
    ]
    return {
        "words": words,
        "children": counts["children"],
        "of": f"group:{kind}:{group}" if kind else "",
        "moves": moves if counts["children"] >= _fewest() or not kind else [],
    }


def _age_words(run: RulesReplay, counted: Json) -> dict[str, str]:
    """Give the age bands in their order, with the rules' own labels; those that the rules no longer have come last."""
    try:
        words = {
            band.id: band.label[:1].upper() + band.label[1:] for band in ruleset.load_published(run.yaml).age_bands
        }
    except RulesetError:
        words = {}
    rest = {band: band.replace("_", " ").capitalize() for band in sorted(counted) if band not in words}
    return words | rest | shadow_groups.WORDS["age"]


def _rule_table(tally: Json, change: str) -> Table:
    counts = sorted(tally["rules"][change].items(), key=lambda found: (-found[1], found[0]))
    rows = [{"rule": rule, "text": tally["texts"][rule], "count": count, "of": f"rule:{change}:{rule}"}
            for rule, count in counts]  # fmt: skip
    return {"title": RULE_TITLES[change], "rows": rows}


def _fewest() -> int:
    return policy.packaged().read("fewest_to_compare", clocks.london_date(now()), int)
