from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening.db import db, transaction
from screening.models import AuditEntry, County, User, WebSession
from screening.signing_in.passwords import hasher
from tests.conftest import AS_SEEDED


def sign_in(client, user_name="priya", password="sample county only", address="127.0.0.1"):
    data = {"user_name": user_name, "password": password}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})


def move_clock(**by):
    with transaction():
        db.session.execute(update(County).values(clock_shift=County.clock_shift + timedelta(**by)))


def test_the_right_password_signs_in(client):
    assert sign_in(client).location == "/"


def test_the_user_name_may_be_typed_in_capitals(client):
    assert sign_in(client, " PRIYA ").status_code == 302


@pytest.mark.parametrize(("user_name", "password"), [("priya", "wrong"), ("nobody", "sample county only"), ("", "")])
def test_a_wrong_account_or_password_is_refused_with_one_sentence(client, user_name, password):
    answer = sign_in(client, user_name, password)

    assert answer.status_code == 422
    assert "The user name or password is not right" in answer.text


def test_the_eleventh_try_in_five_minutes_waits(client):
    for _ in range(10):
        sign_in(client, password="wrong")

    answer = sign_in(client)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 300


def test_wrong_passwords_from_elsewhere_keep_nobody_out(client):
    for number in range(30):
        sign_in(client, password="wrong", address=f"198.51.100.{number % 3}")

    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(("failures", "delay"), [(20, 2), (21, 4), (22, 8), (27, 30)])
def test_an_account_that_many_addresses_try_answers_each_more_slowly(client, context, failures, delay):
    for number in range(failures):
        sign_in(client, password="wrong", address=f"198.51.100.{number}")

    # The one that tried last: however slow the machine, its own try is not long ago.
    last = f"198.51.100.{failures - 1}"
    slowed = sign_in(client, address=last)
    move_clock(seconds=delay)

    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, str(delay))
    assert sign_in(client, address=last).status_code == 302


def test_one_address_does_not_try_account_after_account(client, monkeypatch):
    monkeypatch.setattr("screening.signing_in.tries.MOST_FROM_ADDRESS", 12)
    for number in range(12):
        sign_in(client, f"somebody{number}", "wrong")

    assert sign_in(client).status_code == 429


def test_the_right_password_is_no_failure(client):
    assert [sign_in(client).status_code for _ in range(12)] == [302] * 12


def test_parallel_tries_do_not_pass_the_limit(own_app):
    def wrong(_):
        return sign_in(own_app.test_client(), password="wrong").status_code

    with ThreadPoolExecutor(14) as pool:
        answers = list(pool.map(wrong, range(14)))

    assert sorted(answers) == [422] * 10 + [429] * 4


def test_the_throttle_ends_by_itself(client, context):
    for _ in range(10):
        sign_in(client, password="wrong")
    move_clock(minutes=6)

    assert sign_in(client).status_code == 302


def test_the_session_id_changes_at_sign_in(client):
    client.get("/sign-in")
    before = client.get_cookie("session")

    sign_in(client)

    assert client.get_cookie("session").value != (before.value if before else None)


def test_the_cookie_cannot_be_read_by_a_script_or_sent_by_another_site(client):
    cookie = sign_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_database_does_not_hold_the_cookie(client, context):
    sign_in(client)
    value = client.get_cookie("session").value

    rows = db.session.scalars(select(WebSession.id_hash)).all()

    assert value.encode() not in rows


@pytest.mark.parametrize("idle", [{"minutes": 16}, {"hours": 11}])
def test_an_idle_session_ends(client, context, idle):
    sign_in(client)
    move_clock(**idle)

    assert client.get("/").location.startswith("/sign-in")


def test_signing_out_ends_the_session_on_the_server(client, context):
    sign_in(client)
    value = client.get_cookie("session").value
    client.post("/sign-out")
    client.set_cookie("session", value)

    assert client.get("/").location.startswith("/sign-in")


def test_a_disabled_user_is_out_at_the_next_request(client, context):
    sign_in(client)
    with transaction():
        db.session.execute(update(User).where(User.user_name == "priya").values(disabled_at=func.clock_timestamp()))

    assert client.get("/").location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["//elsewhere.example.org", "https://elsewhere.example.org", "/\\elsewhere"])
def test_nobody_is_sent_to_another_site_after_sign_in(client, path):
    answer = client.post("/sign-in", data={"user_name": "priya", "password": "sample county only", "next": path})

    assert answer.location == "/"


def test_passwords_are_kept_as_argon2id(client, context):
    kept = db.session.scalars(select(User.password_hash).where(User.user_name == AS_SEEDED)).one()

    assert kept.startswith("$argon2id$")
    assert not hasher.check_needs_rehash(kept)
    assert sign_in(client, AS_SEEDED).status_code == 302


@pytest.mark.parametrize(
    ("password", "action"), [("sample county only", "session.signed_in"), ("wrong", "session.refused")]
)
def test_every_try_is_audited(client, context, password, action):
    sign_in(client, password=password)

    assert db.session.scalar(select(func.count()).where(AuditEntry.action == action)) == 1


def test_a_form_from_another_site_is_refused(client):
    answer = client.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_a_form_without_its_token_is_refused_in_words(app):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/sign-in", data={"user_name": "priya"})
    app.config["WTF_CSRF_ENABLED"] = False

    assert answer.status_code == 400
    assert "reload it" in answer.text
