"""Every number of the board opens its rows; the wall, the quiet board, and what both say beside the counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening import tasks
from screening.db import db, now
from screening.models import AuditEntry, BreachForecast, Message, RotaShift
from screening.oversight import forecast_error, whole
from screening.oversight.rows import WHAT, Asked, lines
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
HOUR = timedelta(hours=1)


def team(slug="screening"):
    return next(team for team in whole.board()["teams"] if team["slug"] == slug)


def rows(what, slug=None, **more):
    return lines(what, Asked(at=now(), team=given.team(slug) if slug else None, **more))


def page(client, what, **query):
    return client.get(f"/board/rows/{what}", query_string=query)


@pytest.mark.parametrize("what", ["waiting", "open", "held", "reds", "late", "held_late", "to_see"])
def test_a_number_of_a_team_counts_as_many_rows_as_it_opens(what):
    sarah = given.user("sarah")
    given.item(given.contact(urgency="red"), urgency="red", due_at=now() - HOUR)
    given.item(given.contact(), due_at=now() + HOUR)
    given.item(given.contact(), state="accepted", holder_id=sarah.id, accepted_at=now(), due_at=now() - HOUR)
    given.item(given.contact(), leads=False, accept_due_at=None)
    given.item(given.contact(), "havant")
    counted = {**team(), "held": sum(holder["items"] for holder in team()["holders"])}

    assert len(rows(what, "screening")) == counted[what] > 0


def test_what_somebody_holds_past_its_clock_is_said_on_board_and_wall_and_its_row_says_whose_it_is(signed_in):
    held = {"state": "accepted", "holder_id": given.user("sarah").id, "accepted_at": now(), "due_at": now() - HOUR}
    late = given.item(given.contact(), **held)
    given.item(given.contact(), **held | {"due_at": now() + HOUR})
    given.item(given.contact(state="decided"), **held)
    db.session.commit()
    owen = signed_in("owen")

    assert (team()["late"], team()["held_late"]) == (0, 1)
    for shown in (owen.get("/board/").text, owen.get("/board/wall").text):
        assert ("<strong>1 held late.</strong>" in shown, "No alarms." in shown) == (True, False)
    (line,) = rows("held_late", "screening")
    assert (line.contact_id, line.holder, line.due) == (late.contact_id, "Sarah Okafor", late.due_at)


def test_what_was_taken_in_the_last_hour_is_counted_and_listed():
    sarah = given.user("sarah")
    for ago in (HOUR / 2, 2 * HOUR):
        given.item(given.contact(), state="accepted", holder_id=sarah.id, accepted_at=now() - ago)

    assert (team()["taken_last_hour"], len(rows("taken", "screening"))) == (1, 1)


def test_what_was_passed_on_unaccepted_is_counted_as_taken_and_listed():
    for ago in (HOUR / 2, 2 * HOUR):
        given.item(given.contact(), state="done", ended_at=now() - ago)

    assert (team()["taken_last_hour"], len(rows("taken", "screening"))) == (1, 1)


def test_what_came_in_the_last_hour_is_counted_and_listed_and_who_is_on_shift_opens_the_rota(signed_in):
    for ago in (HOUR / 2, 2 * HOUR):
        given.item(given.contact(), queued_at=now() - ago)
    page = signed_in("grace").get("/board/").text

    assert (team()["came_last_hour"], len(rows("came", "screening"))) == (1, 1)
    assert ("/board/rows/came?team=screening" in page, 'href="/rota/screening"' in page) == (True, True)


def test_operations_see_a_reference_and_an_age_and_may_not_open_it(signed_in):
    contact = given.contact()
    given.person(contact, "Ada Marlow")
    given.item(contact)

    shown = page(signed_in("owen"), "waiting", team="screening").text

    assert contact.reference in shown
    assert "Marlow" not in shown
    assert f"/contacts/{contact.reference}" not in shown


def test_who_may_open_the_contact_opens_it_from_there(signed_in):
    contact = given.contact()
    given.item(contact)

    assert f"/contacts/{contact.reference}" in page(signed_in("sarah"), "waiting", team="screening").text


def test_of_a_restricted_contact_the_row_is_there_and_its_reference_is_not(signed_in):
    contact = given.contact(restricted=True)
    given.item(contact)

    shown = page(signed_in("owen"), "waiting", team="screening").text

    assert "Restricted contact" in shown
    assert contact.reference not in shown


def test_rows_are_a_list_that_was_shown_and_audited(signed_in):
    contact = given.contact()
    given.item(contact)

    page(signed_in("owen"), "waiting", team="screening")

    details = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "board.read")).all()
    assert {"rows": "waiting", "of": "Screening team", "contacts": [str(contact.id)]} in details


@pytest.mark.parametrize(
    ("what", "query"), [("nonsense", {}), ("late", {"team": "nowhere"}), ("checks", {"partner": "x"})]
)
def test_a_number_that_there_is_not_is_no_page(signed_in, what, query):
    assert page(signed_in("owen"), what, **query).status_code == 404


def test_every_number_has_a_page_even_with_nothing_in_it(signed_in):
    owen = signed_in("owen")

    assert {page(owen, what).status_code for what in WHAT} == {200}


def test_a_check_that_waits_is_counted_by_who_was_asked_and_listed():
    given.check(given.person(given.contact()))

    (asked,) = whole.board()["checks"]
    assert (asked["name"], asked["waiting"], asked["late"]) == ("Our own records", 1, 0)
    assert len(rows("checks")) == 1


def test_a_message_that_came_back_is_counted_and_listed_until_somebody_rang():
    message = Message(
        contact_id=given.contact().id,
        kind="receipt",
        message_id="1",
        state="failed",
        reason="Refused.",
        created_at=now(),
    )
    db.session.add(message)
    db.session.flush()
    assert (whole.board()["unreached"]["count"], len(rows("messages"))) == (1, 1)

    message.told_by_phone_at = now()
    db.session.flush()

    assert (whole.board()["unreached"]["count"], len(rows("messages"))) == (0, 0)


def test_a_worker_says_in_words_what_it_has_to_do():
    tasks.promise(tasks.RECEIPT, "1", contact_id=given.contact().id)

    mail = next(worker for worker in whole.board()["health"] if worker["role"] == "mail")
    assert [(kind["words"], kind["unfinished"]) for kind in mail["kinds"]] == [("Receipts to send", 1)]
    assert len(rows("tasks", kind="receipt")) == 1


def test_a_team_with_no_rota_is_not_said_to_have_nobody():
    given.clock_at(given.TUESDAY_NOON)

    assert team()["on_shift"] == {"names": [], "open": True, "known": False}


def test_who_is_on_shift_is_named():
    given.clock_at(given.TUESDAY_NOON)
    shift = {"starts_at": now() - HOUR, "ends_at": now() + HOUR, "written_at": now()}
    db.session.add(
        RotaShift(team_id=given.team("screening").id, user_id=given.user("sarah").id, kind="on_duty", **shift)
    )
    db.session.flush()

    assert team()["on_shift"]["names"] == ["Sarah Okafor"]


def test_the_board_says_how_far_its_forecasts_were_out():
    at = now().replace(minute=0, second=0, microsecond=0)
    for back, happened in ((3, 2), (4, 4), (5, 0)):
        made = at - back * HOUR
        expected = 0 if happened == 0 else 2
        kept = BreachForecast(team_id=given.team("screening").id, for_hour=made, made_at=made, until_at=made + 2 * HOUR)
        kept.expected, kept.least, kept.most, kept.happened = expected, expected, expected + 1, happened
        db.session.add(kept)
    db.session.flush()

    assert forecast_error.overall(now()) == {"count": 2, "in_range": 1, "mean_out": 1.0, "days": 14}


def test_a_forecast_is_explained_in_words(signed_in):
    given.item(given.contact(), due_at=now() + HOUR)

    shown = signed_in("owen").get("/board/forecast/screening").text

    assert "1 item is likely to pass its time" in shown
    assert "How far out it was" in shown


def test_a_wall_has_nothing_to_press(signed_in):
    given.item(given.contact(), due_at=now() - HOUR)
    wall = signed_in("owen")
    wall.post("/board/displays/")

    shown = wall.get("/board/wall").text

    assert "1 late." in shown
    assert "<button" not in shown
    assert "<a " not in shown.partition("<main")[2]
    assert "/board/wall/live" in shown.partition("data-poll-url")[2][:80]


def test_a_quiet_board_says_nothing_by_itself_and_keeps_its_order(signed_in):
    given.item(given.contact(), "screening", due_at=now() + HOUR)
    given.item(given.contact(), "havant", due_at=now() + 2 * HOUR)
    owen = signed_in("owen")
    assert "data-announce" in owen.get("/board/").text

    owen.post("/board/quiet", data={"on": "yes"})

    shown = owen.get("/board/").text
    assert "data-announce" not in shown
    assert shown.index("Havant assessment team") < shown.index("Screening team")


def test_the_parts_that_come_by_themselves_are_quiet_too(signed_in):
    owen = signed_in("owen")
    owen.post("/board/quiet", data={"on": "yes"})

    assert "data-announce" not in owen.get("/board/live").text
