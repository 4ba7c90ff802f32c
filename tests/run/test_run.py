"""`frontdoor run`, as it is started: it says where it is, mends what dies, ends whole, and loses nothing.

The names in brackets are those of the fault matrix in docs/reliability.md.
"""

import os
import shutil
import signal
import threading
import time
import urllib.request

import pytest

from tests.run.machine import Machine, children_of, free_port, is_alive, until
from tests.screening.contacts.bodies import body, bruised_baby

pytestmark = [pytest.mark.commits, pytest.mark.timeout(240)]
# The simulator of partners is one of those that have no heartbeat, as the sink is.
PROGRAMS = {"web", "ringer", "urgent", "checks", "partners", "mail", "bulk", "sink", "lmtp"}


@pytest.fixture(scope="module")
def machine():
    made = Machine()
    yield made
    made.close()
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def running(machine):
    """The machine, started where a test before has ended it: on the data that is there."""
    return machine if machine.is_running() else machine.start()


def is_ready(machine):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def team_of(machine, reference):
    """The team that holds a contact, once it was routed."""
    status, contact = machine.read(reference)
    return status == 200 and contact["holder"]


def test_a_start_says_where_it_is_and_is_ready(running):
    assert f"Front Door is ready: http://127.0.0.1:{running.port}" in running.words()
    assert is_ready(running)


def test_a_second_run_on_the_same_folder_refuses_in_a_sentence(running):
    second = running.command("run", FRONTDOOR_PORT=str(free_port()))

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("Front Door is already running on data/. Stop it, or set FRONTDOOR_DATA to")
    assert second.stderr.count("\n") == 1
    assert running.is_running()


def test_a_port_that_is_taken_is_said_in_words(running):
    second = running.command("run", FRONTDOOR_DATA=str(running.folder / "other"))

    assert second.returncode == 1
    assert second.stderr == f"Port {running.port} is taken. Stop what uses it, or set FRONTDOOR_PORT to another.\n"
    assert not (running.folder / "other" / "postgres").exists()


def test_a_port_that_is_none_is_said_in_words(running):
    second = running.command("run", FRONTDOOR_DATA=str(running.folder / "other"), FRONTDOOR_PORT="http")

    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert "FRONTDOOR_PORT is 'http'" in second.stderr


def test_a_command_finds_the_service_that_runs(running):
    found = running.command("users", "list")

    assert (found.returncode, found.stderr) == (0, "")
    assert "Priya Nair" in found.stdout


def test_a_red_contact_is_with_its_team_within_seconds(running):
    status, reference = running.send(bruised_baby(), "red")

    assert status == 201
    assert until(lambda: team_of(running, reference), 5)


def test_programs_that_are_killed_are_started_again(running):
    """[F3, F35]"""
    killed = running.programs()
    assert killed.keys() == {
        "postgres",
        "valkey",
        "web",
        "ringer",
        "urgent",
        "checks",
        "partners",
        "mail",
        "bulk",
        "sink",
        "lmtp",
    }
    worker_of_web = children_of(killed["web"])[0]
    killed = {name: pid for name, pid in killed.items() if name not in ("postgres", "valkey")}

    for pid in (*killed.values(), worker_of_web):
        os.kill(pid, signal.SIGKILL)

    until(lambda: not any(map(is_alive, killed.values())))
    until(lambda: set(running.programs()) >= set(killed) and is_ready(running))
    status, reference = running.send(body(), f"after {time.monotonic()}")
    assert status == 201
    assert until(lambda: team_of(running, reference))


class Sender(threading.Thread):
    """Sends contacts one after another until it is told to end; keeps each key's status and reference."""

    def __init__(self, machine):
        super().__init__()
        self.machine, self.answers, self.ending = machine, {}, False
        self.start()

    def run(self):
        while not self.ending:
            key = f"{self.name} {len(self.answers)}"
            self.answers[key] = self.machine.send(body(), key)
            time.sleep(0.05)

    def end(self):
        self.ending = True
        self.join()
        return self.answers


@pytest.mark.parametrize(("server", "refused"), [("valkey", {201}), ("postgres", {201, 503})])
def test_a_server_that_is_killed_is_started_again_and_nothing_acknowledged_is_lost(running, server, refused):
    """[F9, F12]"""
    killed = running.programs()[server]
    running.send(body(), "first")
    sender = Sender(running)
    time.sleep(0.3)

    os.kill(killed, signal.SIGKILL)

    until(lambda: not is_alive(killed))
    until(lambda: is_ready(running) and running.programs().get(server, killed) != killed, 30)
    answers = sender.end()
    assert {status for status, _ in answers.values()} <= refused
    kept = [reference for status, reference in answers.values() if status == 201]
    assert kept
    for reference in kept[:3] + kept[-3:]:
        assert until(lambda reference=reference: team_of(running, reference), 30)
    assert [reference for reference in kept if running.read(reference)[0] != 200] == []
    again = [key for key, (status, _) in answers.items() if status == 503][:5]
    assert {running.send(body(), key)[0] for key in again} <= {201}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_within_seconds(running, how):
    """[F33]"""
    had = running.processes()

    status, seconds = running.stop(how)

    assert (status, [pid for pid in had if is_alive(pid)]) == (0, [])
    assert seconds < 10
    assert not (running.folder / "data" / "running.json").exists()


def test_a_supervisor_that_is_killed_leaves_no_orphan_and_the_next_start_has_all_data(running):
    references = [running.send(body(), f"kept {n} {time.monotonic()}")[1] for n in range(5)]
    had = running.processes()

    running.process.kill()
    running.process.wait()

    until(lambda: not any(map(is_alive, had)), 8)
    running.start()
    assert [running.read(reference)[0] for reference in references] == [200] * 5
    assert all(until(lambda reference=reference: team_of(running, reference)) for reference in references)


def test_a_start_at_once_after_a_kill_succeeds(running):
    """Whoever starts it again does not know how long the old processes take to end."""
    running.process.kill()
    running.process.wait()

    assert running.start().is_running()


def test_outside_servers_are_used_and_left_running(postgres, valkey, own_database):
    outside = Machine(
        DATABASE_URL=postgres.url(own_database, "frontdoor_app"),
        MIGRATION_DATABASE_URL=postgres.url(own_database, "frontdoor_owner"),
        REDIS_URL=valkey.url,
    )
    try:
        outside.start()
        assert set(outside.programs()) == PROGRAMS
        assert outside.addresses()["DATABASE_URL"] == postgres.url(own_database, "frontdoor_app")
        assert outside.stop(signal.SIGTERM)[0] == 0
        assert postgres.alive
        assert valkey.alive
        assert not (outside.folder / "data" / "postgres").exists()
    finally:
        outside.close()
        shutil.rmtree(outside.folder, ignore_errors=True)
