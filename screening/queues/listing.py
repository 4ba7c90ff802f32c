"""A queue as its page shows it: what the address asks for; filters, tabs and pages that lead to other addresses."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from screening.queues import homes, rows, waits
from screening.queues.queries import QueueList, own_teams
from screening.queues.wanted import NOBODY, NOT_KNOWN, TABS, Wanted, areas_of

URGENCIES = [("red", "Red"), ("amber", "Amber"), ("green", "Green")]
LEVELS = [("4", "4"), ("3", "3"), ("2", "2"), ("1", "1")]


def asked() -> Wanted:
    """Read what the address asks for; what it says that there is not, is not asked for."""
    tab, waiting_on = request.args.get("tab", "new"), request.args.get("waiting_on", "")
    return Wanted(
        tab=tab if tab in TABS else "new",
        urgencies=tuple(_chosen("urgency", URGENCIES)),
        levels=tuple(int(level) for level in _chosen("level", LEVELS)),
        worker=request.args.get("worker", type=UUID),
        waiting_on=waiting_on if waiting_on in {NOBODY, *waits.ON_WHOM} else "",
        area=request.args.get("area", "")[:60],
        together="together" in request.args,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )


def address(found: QueueList, endpoint: str = "queues.team", **changed: Any) -> str:
    """Give the address of the list as it was asked for, but for what is changed. None leaves something out."""
    return url_for(endpoint, **{"slug": found.team.slug, **_as_asked(found.wanted), **changed})


def shown(found: QueueList) -> dict[str, Any]:
    """Give what the list shows, when it is opened and each time it is fetched again."""
    title, text = rows.EMPTY_WORDS[found.wanted.tab]
    return {
        "team": {"name": found.team.name},
        "teams": _team_tabs(found),
        "tabs": rows.tabs(found),
        "holding": _holding(found),
        "items": _by_home(found) if found.wanted.together else [rows.shown(row) for row in found.rows],
        "newest": [rows.news(item, found.at) for item in found.newest],
        "pages": _pages(found),
        "empty_words": _nothing_left(found) if found.wanted.is_filtered else {"title": title, "text": text},
        "now": found.at,
    }


def filters(found: QueueList) -> dict[str, Any]:
    """Give what the filters may be set to, and what they are set to."""
    wanted = found.wanted
    workers = [(str(one.user.id), one.user.name) for one in found.holding]
    whom = [*waits.ON_WHOM.items(), (NOBODY, "Nobody")]
    return {
        "action": url_for("queues.team", slug=found.team.slug),
        "tab": wanted.tab,
        "all_href": url_for("queues.team", slug=found.team.slug, tab=wanted.tab),
        "urgency": wanted.urgencies,
        "level": [str(level) for level in wanted.levels],
        "selects": [
            ("worker", "Held by", workers, str(wanted.worker or "")),
            ("waiting_on", "Waiting on", whom, wanted.waiting_on),
            ("area", "Area", [*areas_of(found.team), (NOT_KNOWN, "Not known")], wanted.area),
        ],
        "together": wanted.together,
        "on": wanted.is_filtered,
        "more": wanted.together or bool(wanted.worker or wanted.waiting_on or wanted.area),
    }


def _by_home(found: QueueList) -> list[dict[str, Any]]:
    """Say before the first of a home how many of the list are of it."""
    row_of, after_home = {row.item.id: rows.shown(row) for row in found.rows}, False
    for home in homes.together([row.item for row in found.rows]):
        several = len({item.contact_id for item in home}) > 1
        # What is on its own is said once, where a home ends.
        if several or after_home:
            row_of[home[0].id]["home"] = f"One home: {len(home)} in this list" if several else "Not of one home"
        after_home = several
    return list(row_of.values())


def _as_asked(wanted: Wanted) -> dict[str, Any]:
    return {
        "tab": wanted.tab,
        "urgency": wanted.urgencies,
        "level": wanted.levels,
        "worker": wanted.worker,
        "waiting_on": wanted.waiting_on or None,
        "area": wanted.area or None,
        "together": "yes" if wanted.together else None,
        "after": wanted.after or None,
        "before": wanted.before or None,
    }


def _chosen(name: str, known: list[tuple[str, str]]) -> list[str]:
    return [value for value in request.args.getlist(name) if value in dict(known)]


def _nothing_left(found: QueueList) -> dict[str, str]:
    here = rows.TAB_WORDS[found.wanted.tab]
    return {"title": "Nothing matches", "text": f"{here} has {found.counts[found.wanted.tab]} without these filters."}


def _team_tabs(found: QueueList) -> list[dict[str, Any]]:
    return [
        {
            "text": team.name,
            "href": url_for("queues.team", slug=team.slug),
            "current": team.id == found.team.id,
            "count": count,
        }
        for team, count in own_teams()
    ]


def _holding(found: QueueList) -> list[dict[str, Any]]:
    """Say who holds how many; each number opens those."""
    return [
        {
            "name": one.user.name,
            "count": one.items,
            "href": url_for("queues.team", slug=found.team.slug, tab=rows.tab_of(one.user), worker=one.user.id),
        }
        for one in found.holding
    ]


def _pages(found: QueueList) -> dict[str, str | None]:
    shown_here = len(found.rows)
    one_page = shown_here == found.matching
    return {
        "previous_href": address(found, before=found.before, after=None) if found.before else None,
        "next_href": address(found, after=found.after, before=None) if found.after else None,
        "words": f"{found.matching} in all" if one_page else f"{shown_here} of {found.matching}",
    }
