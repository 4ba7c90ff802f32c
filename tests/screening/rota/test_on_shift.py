"""Who is at work: as the rota says, and everybody where it says nothing."""

import pytest

from screening.db import now
from screening.rota import queries
from tests.screening.queues.given import team, user
from tests.screening.rota import given

pytestmark = pytest.mark.usefixtures("context")
NIGHT = given.at("2026-11-24T22:00")
NOON = given.at("2026-11-24T12:00")


def names(team_slug, at):
    return [one.user_name for one in queries.on_shift(team(team_slug).id, at)]


def test_who_the_rota_names_is_at_work():
    given.night()

    assert (names("emergency-duty", NIGHT), queries.is_on_shift(user("edith").id, NIGHT)) == (["edith"], True)


def test_where_no_rota_is_written_every_member_counts_as_at_work():
    assert (names("emergency-duty", NIGHT), queries.is_on_shift(user("edith").id, NIGHT)) == (["edith", "ines"], None)


def test_a_hole_in_working_hours_leaves_nobody_known_to_be_off():
    given.shift("screening", "sarah", "2026-11-24T09:00", "2026-11-24T11:00")

    assert (names("screening", NOON), queries.is_on_shift(user("tom").id, NOON)) == (
        ["grace", "ines", "sarah", "tom"],
        None,
    )


def test_a_colleague_who_is_on_makes_the_others_known_to_be_off():
    given.shift("screening", "sarah", "2026-11-24T09:00", "2026-11-24T17:00")

    assert (names("screening", NOON), queries.is_on_shift(user("tom").id, NOON)) == (["sarah"], False)


def test_a_closed_team_with_a_rota_around_has_nobody_at_work():
    given.shift("screening", "sarah", "2026-11-24T09:00", "2026-11-24T17:00")

    assert (names("screening", NIGHT), queries.is_on_shift(user("sarah").id, NIGHT)) == ([], False)


def test_the_manager_on_call_is_told_and_is_not_at_work():
    given.night(manager="grace")

    assert (queries.on_call_manager(NIGHT), names("duty-manager", NIGHT)) == (user("grace"), ["grace", "ines"])
    assert queries.is_on_shift(user("grace").id, NIGHT) is True


def test_by_day_a_duty_manager_who_is_at_work_is_rung():
    given.shift("duty-manager", "grace", "2026-11-24T09:00", "2026-11-24T17:00")

    assert queries.on_call_manager(NOON) == user("grace")


def test_whoever_has_left_is_on_no_shift():
    given.night()
    user("ines").disabled_at = now()

    assert queries.on_call_manager(NIGHT) is None
