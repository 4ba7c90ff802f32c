"""A shift of somebody who is on leave does not count, and somebody is told all the same."""

import pytest

from screening.db import db
from screening.escalation import people
from screening.models import StaffLeave
from screening.rota import gaps, queries
from tests.screening.queues import given as rows
from tests.screening.queues.given import team, user
from tests.screening.rota import given

pytestmark = pytest.mark.usefixtures("context")
NIGHT, MORNING = given.at("2026-11-24T22:00"), given.at("2026-11-25T03:00")
NOON = given.at("2026-11-24T12:00")


def test_a_manager_on_leave_is_not_on_call_and_every_duty_manager_is_told():
    given.night()
    given.leave("ines", "2026-11-24")

    assert (queries.on_call_manager(NIGHT), queries.is_on_shift(user("ines").id, NIGHT)) == (None, False)
    assert {one.user_name for one in people.at_step("on_call", None, NIGHT)} == {"grace", "ines"}


def test_a_shift_that_runs_into_leave_counts_until_then():
    given.night()
    given.leave("ines", "2026-11-25")

    assert (queries.on_call_manager(NIGHT), queries.on_call_manager(MORNING)) == (user("ines"), None)


def test_a_shift_that_would_begin_on_leave_never_begins():
    given.night()
    given.leave("ines", "2026-11-24")

    assert queries.on_call_manager(MORNING) is None


def test_leave_that_was_taken_back_changes_nothing():
    given.night()
    given.leave("ines", "2026-11-24")
    db.session.query(StaffLeave).one().withdrawn_at = NOON

    assert queries.on_call_manager(NIGHT) == user("ines")


@pytest.mark.parametrize(
    ("day", "hole"),
    [
        ("2026-11-24", "from 17:00 on 24 November 2026 to 09:00 on 25 November 2026"),
        ("2026-11-25", "from 00:00 on 25 November 2026 to 09:00 on 25 November 2026"),
    ],
)
def test_leave_makes_a_hole_of_which_the_board_is_told(day, hole):
    given.night()
    given.leave("edith", day)

    words = [gap.words for gap in gaps.look(NIGHT.replace(hour=17), MORNING.replace(hour=9)).gaps if gap.must]
    assert words == [f"Emergency duty team: nobody {hole}."]
    assert gaps.alarm(NIGHT.replace(hour=17)).startswith("Rota: Emergency duty team")


def test_where_one_is_on_leave_and_no_rota_counts_the_others_are_at_work():
    given.night()
    given.leave("edith", "2026-11-24")

    assert queries.on_shift(team("emergency-duty").id, NIGHT) == [user("ines")]


def test_where_all_are_on_leave_somebody_is_told_all_the_same():
    for name in ("edith", "ines"):
        given.leave(name, "2026-11-24")

    assert queries.on_shift(team("emergency-duty").id, NIGHT) == [user("edith"), user("ines")]


def test_the_rota_says_who_is_on_leave_beside_their_shift(signed_in):
    rows.clock_at(rows.TUESDAY_NOON)
    given.shift("screening", "sarah", "2026-11-24T09:00", "2026-11-24T17:00")
    given.leave("sarah", "2026-11-24")
    grace = signed_in("grace")

    for page in ("/rota/screening?week=2026-11-23", "/rota/"):
        assert "On leave" in grace.get(page).text.partition("Sarah Okafor")[2].partition("</li>")[0][:200]
