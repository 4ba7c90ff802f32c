"""A browser left on a wall: what it shows, what ends it, and that it extends nobody's session."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening.db import db, new_id, transaction
from screening.models import AuditEntry, Contact, County, User, WebSession
from screening.oversight import wall, whole
from screening.sample.rota import seed_sample_rota
from screening.sessions import DatabaseSessions, ServerSession, end_sessions_of
from tests.screening.queues import given, tokens
from workers import expired

pytestmark = pytest.mark.usefixtures("context")
WALL, LIVE = "/board/wall", "/board/wall/live"


@pytest.fixture
def display(signed_in):
    client = signed_in("owen")
    assert client.post("/board/displays/").location == WALL
    return client


def goes_on(client):
    """Whether the display still shows its live part; else it is asked to sign in."""
    answer = client.get(LIVE)
    assert answer.status_code == 200 or answer.location.startswith("/sign-in")
    return answer.status_code == 200


def move_clock(**by):
    with transaction():
        db.session.execute(update(County).values(clock_shift=County.clock_shift + timedelta(**by)))


def change_owen(**values):
    with transaction():
        db.session.execute(update(User).where(User.user_name == "owen").values(**values))


def end_from_the_list(other):
    display_id = db.session.scalar(select(WebSession.display_id).where(WebSession.display_id.is_not(None)))
    return other.post(f"/board/displays/{display_id}/end")


def audited(action):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


def test_a_wall_shows_nobodys_name_and_no_reference(display, signed_in):
    seed_sample_rota()
    given.item(given.contact(), due_at=func.now())
    given.item(given.contact(), state="accepted", holder_id=given.user("sarah").id, accepted_at=func.now())
    given.item(given.contact(), None)
    names = db.session.scalars(select(User.name)).all() + db.session.scalars(select(Contact.reference)).all()

    shown = display.get(WALL).text + display.get(LIVE).text

    assert "Screening team" in shown
    assert [name for name in names if name in shown] == []
    at_the_desk = signed_in("owen").get("/board/").text
    assert len([name for name in names if name in at_the_desk]) > 2


@pytest.mark.parametrize("name", ["handover", "partner_Dr Winslow"])
def test_an_alarm_that_names_somebody_does_so_at_the_desk_only(name):
    found = {**whole.board(), "alarm_names": [name, "parked"], "alarms": ["Dr Winslow is told.", "2 parked."]}
    found["teams"] = []

    said = wall.of(found)["alarms"]

    assert "board for the desk says" in said[0]
    assert said[1:] == ["2 parked."]


def test_a_display_goes_on_with_nobody_touching_it_until_its_last_day(display):
    move_clock(days=29, hours=23)
    expired.delete_expired()

    assert goes_on(display)

    move_clock(hours=2)
    assert not goes_on(display)
    expired.delete_expired()
    assert db.session.scalar(select(func.count()).where(WebSession.display_id.is_not(None))) == 0


def test_a_screen_that_is_switched_off_at_night_is_a_display_still(signed_in):
    client = signed_in("owen")

    cookie = client.post("/board/displays/").headers["Set-Cookie"]

    assert f"Max-Age={30 * 24 * 3600}" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(
    ("lost", "regained"),
    [
        ({"disabled_at": func.now()}, {"disabled_at": None}),
        ({"roles": ["call_handler"]}, {"roles": ["operations"]}),
    ],
)
def test_a_display_ends_for_good_with_the_right_of_whoever_left_it(display, lost, regained):
    change_owen(**lost)
    assert not goes_on(display)

    change_owen(**regained)

    assert not goes_on(display)


def test_signing_a_person_out_everywhere_ends_their_displays(display):
    with transaction():
        end_sessions_of(given.user("owen").id)

    assert not goes_on(display)


def test_anybody_with_the_board_sees_who_left_a_display_and_ends_it(display, signed_in):
    other = signed_in("aisha")
    assert "Left by Owen" in other.get("/board/displays/").text

    assert end_from_the_list(other).location == "/board/displays/"

    assert not goes_on(display)
    assert "Left by Owen" not in other.get("/board/displays/").text
    left, ended = audited("display.left"), audited("display.ended")
    assert (left.subject_id, left.actor_id) == (ended.subject_id, str(given.user("owen").id))
    assert ended.actor_id == str(given.user("aisha").id)


def test_a_display_that_ended_is_not_ended_twice(signed_in):
    assert signed_in("owen").post(f"/board/displays/{new_id()}/end").status_code == 404


def test_what_was_ended_while_it_asked_is_not_kept_again():
    asking = ServerSession({"some": "words"}, "a token whose row is gone")
    asking.user_id = given.user("owen").id

    DatabaseSessions()._store(asking)

    assert db.session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_the_session_of_whoever_left_it_is_over_and_the_display_is_nobodys(app, signed_in):
    client = signed_in("owen")
    before = client.get_cookie("session").value
    client.post("/board/displays/")

    row = db.session.scalars(select(WebSession)).one()
    assert (row.user_id, row.left_by_id) == (None, given.user("owen").id)
    old = app.test_client()
    old.set_cookie("session", before)
    assert old.get("/board/").location.startswith("/sign-in")


def test_a_program_with_a_persons_token_leaves_no_display(client):
    answer = client.post("/board/displays/", headers=tokens.headers(tokens.of_user("owen")))

    assert answer.status_code == 403
    assert not db.session.scalars(select(WebSession).where(WebSession.display_id.is_not(None))).all()


def test_signing_in_takes_the_place_of_the_display_and_a_wrong_password_does_not(display):
    wrong = display.post("/sign-in", data={"user_name": "owen", "password": "wrong"})
    assert wrong.status_code == 422
    assert goes_on(display)

    display.sign_in("owen")

    assert "Owen" in display.get("/board/").text
    assert db.session.scalars(select(WebSession.display_id)).all() == [None]


def test_a_display_reads_the_board_in_its_own_name(display):
    display.get(WALL)

    reading = audited("board.read")
    assert (reading.actor_kind, reading.actor_id) == ("display", audited("display.left").subject_id)


def test_the_wall_of_somebody_who_is_signed_in_never_extends_their_session(signed_in):
    client = signed_in("owen")
    move_clock(minutes=10)
    assert goes_on(client)

    move_clock(minutes=6)

    assert not goes_on(client)
