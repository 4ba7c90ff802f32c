"""The rota's pages and commands: a week at a time, hours, and the check that fails."""

import re

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import RotaShift
from tests.screening.queues import given as rows
from tests.screening.rota import given

pytestmark = pytest.mark.usefixtures("context")
WEEK = "/rota/screening?week=2026-11-23"
SHIFT = {"week": "2026-11-23", "user": "sarah", "kind": "on_duty", "from": "2026-11-24T09:00", "to": "2026-11-24T17:00"}


@pytest.fixture
def noon(context):
    rows.clock_at(rows.TUESDAY_NOON)


def test_a_manager_writes_a_shift_and_takes_it_back(noon, signed_in):
    grace = signed_in("grace")
    grace.post("/rota/screening/shifts", data=SHIFT)
    written = grace.get(WEEK).text
    shift = db.session.scalars(select(RotaShift)).one()
    grace.post(f"/rota/shifts/{shift.id}/withdraw")

    assert "09:00 to 17:00" in written
    assert "09:00 to 17:00" not in grace.get(WEEK).text


def test_an_overlap_is_said_at_its_field_and_what_was_typed_stays(noon, signed_in):
    grace = signed_in("grace")
    grace.post("/rota/screening/shifts", data=SHIFT)
    again = grace.post("/rota/screening/shifts", data=SHIFT | {"to": "2026-11-24T18:00"})

    assert (again.status_code, "This overlaps with Sarah Okafor" in again.text) == (422, True)
    assert 'value="2026-11-24T18:00"' in again.text


def test_who_only_reads_is_shown_no_form(noon, signed_in):
    page = signed_in("sarah").get(WEEK)

    assert (page.status_code, "Add a shift" in page.text) == (200, False)


def test_another_teams_manager_writes_nothing(noon, signed_in):
    assert signed_in("henry").post("/rota/screening/shifts", data=SHIFT).status_code == 403


def test_the_list_says_who_is_on_call_and_what_may_not_be(noon, signed_in):
    given.shift("duty-manager", "ines", "2026-11-24T09:00", "2026-11-24T17:00", "on_call_manager", phone="07700 900201")

    page = signed_in("owen").get("/rota/").text

    assert "Ines Carvalho, 07700 900201" in page
    assert "Emergency duty or the manager on call is missing" in page


def test_a_bank_holiday_is_named_in_its_week(noon, signed_in):
    assert "Bank holiday" in signed_in("sarah").get("/rota/screening?week=2026-12-21").text


def test_an_administrator_gives_a_team_hours_of_its_own_and_routing_reads_them(noon, signed_in):
    adam = signed_in("adam")
    said = {"cover": "own", "opens-2": "13:00", "closes-2": "20:00"}
    adam.post("/rota/mash/hours", data=said)

    assert "Tuesday 13:00 to 20:00" in adam.get("/rota/mash").text
    assert "closed until 13:00" in _closed("mash")


def _closed(slug):
    from screening.db import now
    from screening.queues.opening import closed_words

    db.session.expire_all()
    return closed_words(rows.team(slug), now())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"cover": "own"}, "opens-1"),
        ({"cover": "own", "opens-3": "18:00", "closes-3": "08:00"}, "opens-3"),
        ({"cover": "own", "opens-3": "soon", "closes-3": "08:00"}, "opens-3"),
        ({}, "cover"),
    ],
)
def test_hours_that_cannot_be_are_refused_by_field(noon, signed_in, said, field):
    page = signed_in("adam").post("/rota/mash/hours", data=said)

    assert page.status_code == 422
    assert re.search(f'href="#{field}"', page.text)


@pytest.mark.commits
def test_the_commands_load_a_rota_and_say_what_it_lacks(frontdoor):
    file = frontdoor.file(
        "rota.csv", "team,user,kind,from,to\nscreening,sarah,on_duty,2026-11-24T09:00,2026-11-24T17:00\n"
    )
    loaded, checked = frontdoor("rota", "load", file), frontdoor("rota", "check")

    assert (loaded.returncode, loaded.stdout) == (0, "1 shifts written, 0 stood already.\n")
    assert (checked.returncode, "MUST NOT BE. Emergency duty team" in checked.stdout) == (1, True)
