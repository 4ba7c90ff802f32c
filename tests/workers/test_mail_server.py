"""Talking to a mail server: within its limit, never without TLS, and nobody's address in what comes back."""

import time
from dataclasses import replace
from email.message import EmailMessage

import pytest

from screening.errors import ConfigurationError
from tests.workers.post_office import certificate_for, dripping_server, free_port, open_post_office
from workers.mail_server import LIMIT_SECONDS, MailServer

SHORT = 0.4


@pytest.fixture
def office():
    with open_post_office() as office:
        yield office


def server(port, scheme="smtp", limit=SHORT, host="127.0.0.1"):
    found = MailServer.from_url(f"{scheme}://{host}:{port}?sender=no-reply@example.org", live=False)
    return replace(found, limit_seconds=limit)


def letter():
    made = EmailMessage()
    made["From"], made["To"] = "no-reply@example.org", "ms.adeyemi@oakbank.example.org"
    made["Message-ID"] = "<1@front-door.example>"
    made.set_content("Received")
    return made


def test_a_letter_is_handed_over(office):
    assert server(office.port).deliver(letter()).outcome == "sent"
    assert office.recipients == ["ms.adeyemi@oakbank.example.org"]


def test_a_server_that_asks_for_patience_gets_another_try(office):
    """[F21]"""
    office.mode = "later"

    delivery = server(office.port).deliver(letter())

    assert (delivery.outcome, delivery.code) == ("later", 451)


def test_a_refusal_for_good_is_one_and_repeats_no_address(office):
    """[F22]"""
    office.mode = "refuse"

    delivery = server(office.port).deliver(letter())

    assert (delivery.outcome, delivery.code) == ("refused", 550)
    assert "adeyemi" not in delivery.why


def test_nobody_listening_is_another_try():
    """[F21]"""
    assert server(free_port()).deliver(letter()).outcome == "later"


@pytest.mark.parametrize("mode", ["hang", "drop"])
def test_no_answer_after_the_data_is_another_try(office, mode):
    """[F21]"""
    office.mode = mode

    assert server(office.port).deliver(letter()).outcome == "later"


def test_a_server_that_answers_a_byte_at_a_time_is_given_up_at_the_limit():
    """[F21]"""
    with dripping_server() as port:
        begun = time.monotonic()

        delivery = server(port).deliver(letter())

        assert (delivery.outcome, time.monotonic() - begun < SHORT + 1) == ("later", True)


def test_the_limit_is_ten_seconds():
    assert LIMIT_SECONDS <= 10


def test_starttls_with_a_server_that_can_prove_its_name(tmp_path, monkeypatch):
    tls, trusted = certificate_for("127.0.0.1", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with open_post_office(tls) as office:
        assert server(office.port, "smtp+starttls", limit=5).deliver(letter()).outcome == "sent"


def test_a_certificate_for_another_name_is_another_try_and_nothing_is_sent(tmp_path, monkeypatch):
    """[F46]"""
    tls, trusted = certificate_for("elsewhere.example.org", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with open_post_office(tls) as office:
        assert server(office.port, "smtp+starttls", limit=5).deliver(letter()).outcome == "later"
        assert office.taken == []


def test_a_certificate_that_nobody_vouches_for_is_another_try_and_nothing_is_sent(tmp_path):
    tls, _ = certificate_for("127.0.0.1", tmp_path)
    with open_post_office(tls) as office:
        assert server(office.port, "smtp+starttls", limit=5).deliver(letter()).outcome == "later"
        assert office.taken == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_server_without_tls_is_never_sent_to_without_it(office, scheme):
    assert server(office.port, scheme).deliver(letter()).outcome == "later"
    assert office.taken == []


@pytest.mark.parametrize(
    ("url", "live"),
    [
        ("smtp://mail.example.org?sender=a@example.org", False),
        ("smtp://127.0.0.1:2525?sender=a@example.org", True),
        ("http://mail.example.org?sender=a@example.org", False),
        ("smtps://", False),
        ("smtps://mail.example.org", False),
    ],
)
def test_an_unsafe_or_unreadable_address_of_a_server_is_refused(url, live):
    with pytest.raises(ConfigurationError, match="SMTP_URL"):
        MailServer.from_url(url, live=live)


def test_a_name_and_password_are_read_from_the_address():
    found = MailServer.from_url("smtps://fd:p%40ss@mail.example.org?sender=a@example.org", live=True)

    assert (found.user, found.password, found.port) == ("fd", "p@ss", 465)
