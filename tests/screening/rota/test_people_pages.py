"""What staff can do and when they are away: written by their manager, read by the team."""

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import StaffLeave, User
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")
PAGE = "/rota/screening/people"
LEAVE = {"user": "tom", "first_day": "2026-11-24", "last_day": "2026-11-27"}


@pytest.fixture(autouse=True)
def noon(context):
    rows.clock_at(rows.TUESDAY_NOON)


def test_a_manager_writes_what_somebody_can_do(signed_in):
    signed_in("grace").post(f"{PAGE}/tom/skills", data={"skills": "Polish,  British Sign Language, "})

    assert db.session.scalar(select(User.skills).where(User.user_name == "tom")) == ["British Sign Language", "Polish"]
    assert "British Sign Language, Polish" in signed_in("sarah").get(PAGE).text


def test_leave_is_written_and_taken_back(signed_in):
    grace = signed_in("grace")
    grace.post(f"{PAGE}/leave", data=LEAVE)
    written = grace.get(PAGE).text
    leave = db.session.scalars(select(StaffLeave)).one()
    grace.post(f"{PAGE}/leave/{leave.id}/withdraw")

    assert "24 November 2026 to 27 November 2026" in written
    assert "27 November 2026" not in grace.get(PAGE).text


@pytest.mark.parametrize(("first", "last"), [("2026-11-27", "2026-11-24"), ("2026-11-01", "2026-11-02"), ("", "x")])
def test_leave_that_cannot_be_is_said_at_its_field_and_what_was_typed_stays(signed_in, first, last):
    answer = signed_in("grace").post(f"{PAGE}/leave", data=LEAVE | {"first_day": first, "last_day": last})

    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert f'value="{last}"' in answer.text


def test_who_does_not_manage_the_team_writes_nothing(signed_in):
    sarah, henry = signed_in("sarah"), signed_in("henry")

    assert [one.post(f"{PAGE}/leave", data=LEAVE).status_code for one in (sarah, henry)] == [403, 403]
    assert "Add leave" not in sarah.get(PAGE).text
