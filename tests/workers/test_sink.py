"""The local mail sink: a real server that keeps what it takes."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest

from screening import sink_store
from screening.errors import ConfigurationError
from tests.workers.post_office import free_port
from workers import sink


@pytest.fixture
def running(tmp_path):
    port = free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@/none",
        "FRONTDOOR_DATA": str(tmp_path),
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
    }
    process = subprocess.Popen([sys.executable, "-m", "workers.sink"], env=environ)
    yield port, process
    process.kill()
    process.wait()


def connected(port):
    for _ in range(200):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            time.sleep(0.05)
    raise AssertionError("The sink does not listen.")


def test_what_is_sent_is_kept_and_can_be_read(running, tmp_path):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.org", "b@example.org", "Received"
    letter.set_content("Received")

    with connected(running[0]) as connection:
        connection.send_message(letter)

    (kept,) = sink_store.newest(sink_store.folder_in(tmp_path))
    assert (kept.letter["Subject"], kept.text.strip()) == ("Received", "Received")


def test_it_ends_when_it_is_told(running):
    port, process = running
    connected(port).close()

    process.send_signal(signal.SIGTERM)

    assert process.wait(5) == 0


def test_live_mode_refuses_it(monkeypatch):
    for name in ("SECRET_KEY", "AUDIT_KEY"):
        monkeypatch.setenv(f"FRONTDOOR_{name}", "x" * 40)
    monkeypatch.setenv("FRONTDOOR_DRAFT_KEY", "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")
    monkeypatch.setenv("FRONTDOOR_MODE", "live")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@/none")

    with pytest.raises(ConfigurationError, match="Live mode"):
        sink.main()


@pytest.mark.parametrize("url", [None, "smtp://mail.example.org:25", "smtps://127.0.0.1:25", "smtp://127.0.0.1"])
def test_it_listens_on_this_machine_only(url):
    with pytest.raises(ConfigurationError, match="this machine only"):
        sink.port_of(url)
