"""Who is told beside the holder, and who is not."""

from dataclasses import replace

import pytest

from tests.rules.county import TEAMS, alerts, routed, without


def kinds(routing):
    return {kind for kind, _ in alerts(routing)}


@pytest.mark.parametrize(
    "changed",
    [
        {"step": "referral", "outcome": "assessment"},
        {"teams": without("screening")},
        {"teams": tuple(team for team in TEAMS if team.kind in ("screening", "duty_manager"))},
    ],
    ids=["once it is a referral", "where no team screens", "where screening holds it itself"],
)
def test_screening_is_not_told_of_red(changed):
    assert "red_sent_straight" not in kinds(routed(urgency="red", **changed))


@pytest.mark.parametrize(("capacity", "open_items", "full"), [(40, 39, False), (40, 40, True), (None, 500, False)])
def test_a_team_is_full_once_it_carries_what_it_can(capacity, open_items, full):
    teams = tuple(
        replace(team, capacity=capacity, open_items=open_items) if team.kind == "screening" else team for team in TEAMS
    )

    assert ("over_capacity" in kinds(routed(teams=teams))) is full
