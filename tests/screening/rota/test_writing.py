"""The rota is written by its manager; what overlaps is refused, and a file may come twice."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Invalid, NotAllowed
from screening.models import AuditEntry, RotaShift
from screening.rota import gaps, hours_service, loading, queries, service
from screening.rota.service import Shift
from screening.sample.rota import seed_sample_rota
from tests.screening.queues import given as rows
from tests.screening.rota import given

pytestmark = pytest.mark.usefixtures("context")
CSV = """team,user,kind,from,to,phone
screening,sarah,on_duty,2026-11-24T09:00,2026-11-24T17:00,
duty-manager,ines,on_call_manager,2026-11-24T17:00,2026-11-25T09:00,07700 900201
"""
TUESDAY, WEDNESDAY = given.at("2026-11-24T00:00"), given.at("2026-11-25T00:00")


def said(user="sarah", team="screening", kind="on_duty", starts="2026-11-24T09:00", ends="2026-11-24T17:00"):
    times = {"starts_at": given.at(starts), "ends_at": given.at(ends)}
    return Shift(team=rows.team(team), user=rows.user(user), kind=kind, **times)


def written():
    return db.session.scalar(select(func.count()).select_from(RotaShift).where(RotaShift.withdrawn_at.is_(None)))


def by(user_name):
    return viewing(user_viewer(rows.user(user_name)))


def test_a_file_that_is_loaded_twice_changes_nothing():
    first = loading.load(loading.read(CSV, is_json=False))
    second = loading.load(loading.read(CSV, is_json=False))

    assert ((first.written, first.stood), (second.written, second.stood), written()) == ((2, 0), (0, 2), 2)


def test_a_file_may_be_json():
    row = {"team": "screening", "user": "tom", "from": "2026-11-24T09:00", "to": "2026-11-24T17:00"}

    assert loading.load(loading.read(json.dumps([row]), is_json=True)).written == 1


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ("screening,nobody,on_duty,2026-11-24T09:00,2026-11-24T17:00,", "/0/user"),
        ("screening,sarah,on_duty,2026-11-24T09:00,2026-11-24T08:00,", "/0/to"),
        ("screening,sarah,on_duty,soon,2026-11-24T17:00,", "/0/from"),
        ("screening,henry,on_duty,2026-11-24T09:00,2026-11-24T17:00,", "/0/user"),
        ("emergency-duty,edith,on_call_manager,2026-11-24T09:00,2026-11-24T17:00,", "/0/user"),
        ("screening,grace,on_call_manager,2026-11-24T09:00,2026-11-24T17:00,", "/0/kind"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_loaded(line, pointer):
    with pytest.raises(Invalid) as refused:
        loading.load(loading.read(CSV.splitlines()[0] + "\n" + line, is_json=False))

    assert (list(refused.value.fields), written()) == ([pointer], 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (said, lambda: said(starts="2026-11-24T16:00", ends="2026-11-24T18:00")),
        (
            lambda: said("ines", "duty-manager", "on_call_manager"),
            lambda: said(
                "grace", "duty-manager", "on_call_manager", starts="2026-11-24T16:00", ends="2026-11-24T18:00"
            ),
        ),
        (lambda: said("grace", kind="lead"), lambda: said("ines", kind="lead")),
        (lambda: said("ines", "emergency-duty"), lambda: said("ines", "duty-manager", "on_call_manager")),
        (lambda: said("ines", "duty-manager", "on_call_manager"), lambda: said("ines", "emergency-duty")),
    ],
    ids=["one person twice", "two managers on call", "two who lead", "their own second person", "the other way round"],
)
def test_what_overlaps_is_refused(first, second):
    service.put(first())

    with pytest.raises(Invalid, match="not written") as refused:
        service.put(second())
    assert "overlaps with" in refused.value.fields["/from"][0]


def test_a_shift_may_begin_when_the_other_ends():
    service.put(said("ines", "duty-manager", "on_call_manager"))

    assert service.put(said("grace", "duty-manager", "on_call_manager", "2026-11-24T17:00", "2026-11-25T09:00"))


@pytest.mark.parametrize(("user_name", "may"), [("grace", True), ("adam", True), ("henry", False)])
def test_a_teams_manager_and_an_administrator_write_its_rota_and_no_other_manager(user_name, may):
    with by(user_name):
        if may:
            assert service.write(said())
        else:
            with pytest.raises(NotAllowed):
                service.write(said())


def test_a_withdrawn_shift_stays_to_be_read_and_is_audited():
    row = given.shift("screening", "sarah", "2026-11-24T09:00", "2026-11-24T17:00")
    with by("grace"):
        service.withdraw(row.id)

    assert row.withdrawn_by_id == rows.user("grace").id
    assert queries.between(TUESDAY, WEDNESDAY) == []
    actor = db.session.scalar(select(AuditEntry.actor_id).where(AuditEntry.action == "rota.withdrawn"))
    assert actor == str(rows.user("grace").id)


def test_a_week_is_copied_at_the_same_times_of_day_although_the_clocks_change():
    given.shift("screening", "sarah", "2026-10-23T09:00", "2026-10-23T17:00")
    with by("grace"):
        service.copy_week(rows.team("screening"), given.at("2026-10-19T00:00"), given.at("2026-10-26T00:00"))

    (copied,) = queries.between(given.at("2026-10-26T00:00"), given.at("2026-11-02T00:00"))
    assert (copied.starts_at, copied.ends_at) == (given.at("2026-10-30T09:00"), given.at("2026-10-30T17:00"))


def test_emergency_duty_and_the_manager_on_call_may_have_no_hole():
    given.shift("emergency-duty", "edith", "2026-11-24T17:00", "2026-11-24T23:00")

    found = gaps.look(given.at("2026-11-24T12:00"), given.at("2026-11-25T08:00"))

    must = [gap.words for gap in found.gaps if gap.must]
    assert "Emergency duty team: nobody from 23:00 on 24 November 2026 to 08:00 on 25 November 2026." in must
    assert "Manager on call: nobody from 17:00 on 24 November 2026 to 08:00 on 25 November 2026." in must


def test_on_a_bank_holiday_emergency_duty_is_needed_all_day_and_no_office_is():
    christmas = gaps.look(given.at("2026-12-25T09:00"), given.at("2026-12-25T17:00"))

    assert {gap.who for gap in christmas.gaps} == {"Emergency duty team", "Manager on call", "Duty manager"}


def test_without_an_emergency_duty_team_every_night_is_a_hole():
    rows.team("emergency-duty").active = False
    db.session.flush()

    found = gaps.look(given.at("2026-11-24T12:00"), given.at("2026-11-25T08:00"))

    assert "Emergency duty" in {gap.who for gap in found.gaps if gap.must}


def test_overlaps_that_came_past_the_refusal_are_found():
    given.night()
    given.shift("duty-manager", "grace", "2026-11-24T20:00", "2026-11-24T22:00", "on_call_manager")

    found = gaps.look(TUESDAY, WEDNESDAY)

    words = "Ines Carvalho and Grace Lindqvist: each is the manager on call from 20:00 on 24 November 2026."
    assert found.overlap_words == [words]


def test_the_board_is_told_of_a_hole_soon_and_of_none_that_is_filled():
    rows.clock_at(rows.TUESDAY_NOON)
    told = gaps.alarm(given.at("2026-11-24T12:00"))
    seed_sample_rota()

    assert (told.startswith("Rota: "), gaps.alarm(given.at("2026-11-24T12:00"))) == (True, None)


def test_the_sample_county_has_somebody_at_work_at_any_hour_of_the_month_and_is_written_once():
    rows.clock_at(rows.TUESDAY_NOON)
    first, second = seed_sample_rota(), seed_sample_rota()

    start = given.at("2026-11-24T12:00")
    assert (first > 0, second, gaps.look(start, start + timedelta(days=30)).is_well) == (True, 0, True)


def test_a_change_of_hours_is_audited_with_what_they_were():
    team = rows.team("mash")
    own = {"cover": "own", "days": {"1": ["08:00", "20:00"]}, "bank_holidays": False}
    with by("adam"):
        assert hours_service.change(team, own) is True

    detail = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "team.hours_changed"))
    assert (detail["from"], detail["to"]) == ({"cover": "office"}, own)


def test_only_who_manages_teams_changes_hours():
    with by("grace"), pytest.raises(NotAllowed):
        hours_service.change(rows.team("mash"), {"cover": "always"})


def test_emergency_duty_is_never_closed_at_night():
    with by("adam"), pytest.raises(Invalid, match="not changed"):
        hours_service.change(rows.team("emergency-duty"), {"cover": "office"})


def test_a_person_on_two_teams_at_once_is_no_overlap():
    service.put(said("grace", "screening"))

    assert service.put(said("grace", "mash"))
