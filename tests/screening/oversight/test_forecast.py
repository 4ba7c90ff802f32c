"""The forecast of breaches: a queue played ahead, kept every hour, and compared with what happened."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.models import BreachForecast
from screening.oversight import flow, foreseeing
from screening.oversight.forecast import Piece, breaches, forecast
from tests.screening.queues import given

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def test_what_is_taken_in_time_is_no_breach():
    assert breaches([Piece(1.0), Piece(1.5)], pace=2, ahead=2) == 0


def test_what_comes_due_faster_than_it_is_taken_breaches():
    assert breaches([Piece(0.5), Piece(0.6), Piece(0.7)], pace=2, ahead=2) == 2


def test_with_nobody_taking_anything_all_that_comes_due_breaches():
    assert breaches([Piece(0.5), Piece(1.9), Piece(2.5)], pace=0, ahead=2) == 2


def test_what_is_late_already_is_taken_first_and_not_counted_again():
    assert breaches([Piece(-1.0), Piece(0.6)], pace=1, ahead=2) == 1
    assert breaches([Piece(-1.0)], pace=0, ahead=2) == 0


def test_what_arrives_sooner_due_goes_before_what_waits():
    assert breaches([Piece(1.7), Piece(0.9, arrives=0.4)], pace=1.2, ahead=2) == 0


def test_each_stretch_is_a_play_and_their_spread_is_the_range():
    busy, quiet = [Piece(0.5, arrives=0.1)] * 3, []

    found = forecast([], [busy, quiet, quiet], pace=0, ahead=2)

    assert (found.expected, found.least, found.most, found.plays) == (0, 0, 3, (3, 0, 0))


def test_with_no_past_only_what_waits_is_played():
    assert forecast([Piece(1.0)], [], pace=0, ahead=2).expected == 1


@pytest.mark.parametrize(("moment", "then"), [("2026-10-28T09:00+00:00", "2026-10-21T08:00+00:00")])
def test_the_same_hour_of_a_past_week_is_that_of_the_clock_on_the_wall(moment, then):
    at = now().fromisoformat(moment)

    assert flow.same_hours(at, HOUR, 1) == [(now().fromisoformat(then), now().fromisoformat(then) + HOUR)]


pytestmark = pytest.mark.usefixtures("context")


def of(slug="screening"):
    team = given.team(slug)
    return foreseeing.foresee(now(), [team])[team.id]


def test_a_team_whose_queue_nobody_takes_from_is_foreseen_to_breach():
    given.clock_at(given.TUESDAY_NOON)
    given.item(given.contact(), due_at=now() + HOUR)
    given.item(given.contact(), due_at=now() + 5 * HOUR)

    assert (of().forecast.expected, of().due) == (1, 1)


def test_what_came_at_this_hour_last_week_is_played_as_if_it_came_now():
    given.clock_at(given.TUESDAY_NOON)
    then = now() - WEEK + HOUR / 2
    given.item(given.contact(), queued_at=then - 3 * HOUR, state="done", ended_at=then)
    given.item(given.contact(), queued_at=then, due_at=then + HOUR, state="done", ended_at=then + 4 * HOUR)

    assert (of().weeks, of().forecast.most) == (1, 1)


def test_the_pace_is_the_mean_of_the_usual_and_the_late_one():
    given.clock_at(given.TUESDAY_NOON)
    sarah = given.user("sarah")
    for queued, accepted in ((now() - WEEK, now() - WEEK + HOUR), (now() - 3 * HOUR, now() - HOUR)):
        given.item(given.contact(), queued_at=queued, accepted_at=accepted, state="accepted", holder_id=sarah.id)
    given.item(
        given.contact(), queued_at=now() - HOUR, accepted_at=now() - HOUR / 2, state="accepted", holder_id=sarah.id
    )

    assert (of().usual_pace, of().late_pace, of().pace) == (0.5, 1.0, 0.75)


def test_an_alert_beside_the_item_that_leads_is_in_no_forecast():
    given.item(given.contact(), leads=False, accept_due_at=None, due_at=now() + HOUR)

    assert of().due == 0


def kept(slug="screening"):
    question = select(BreachForecast).where(BreachForecast.team_id == given.team(slug).id)
    return db.session.scalars(question.execution_options(populate_existing=True)).one()


def test_an_hours_forecast_is_kept_once():
    given.item(given.contact(), due_at=now() + HOUR)
    foreseeing.keep(now(), at := now())
    given.item(given.contact(), due_at=now() + HOUR)
    foreseeing.keep(at, now())

    assert (kept().expected, kept().happened) == (1, None)


def test_what_happened_is_counted_once_its_time_is_over():
    start = now() - 3 * HOUR
    foreseeing.keep(start, start)
    sarah = given.user("sarah")
    taken = {"state": "accepted", "holder_id": sarah.id, "queued_at": start}
    given.item(given.contact(), due_at=start + HOUR, queued_at=start)
    given.item(given.contact(), due_at=start + HOUR, accepted_at=start + 2 * HOUR, **taken)
    given.item(given.contact(), due_at=start + HOUR, accepted_at=start + HOUR / 2, **taken)
    given.item(given.contact(), due_at=now() - HOUR / 2, queued_at=start)

    foreseeing.count_what_happened(now())

    assert kept().happened == 2
