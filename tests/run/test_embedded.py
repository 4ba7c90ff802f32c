"""The embedded PostgreSQL where root may not enter a user namespace, as in most containers: it runs as `nobody`."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from screening.embedded import EmbeddedPostgres
from screening.embedded.postgres import NOBODY

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def private_folder(tmp_path):
    """A data folder that nobody but root may enter, on a machine that forbids namespaces."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "postgres-runs-as").write_text("nobody")
    return folder


def asked(server, statement):
    with psycopg.connect(server.url(role="frontdoor_owner").replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchone() if answer.description else None


def test_it_runs_as_nobody_keeps_its_data_and_ends(private_folder):
    with EmbeddedPostgres(private_folder / "postgres") as server:
        asked(server, "create table kept as select 7 as n")
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        os.kill(server.pid, signal.SIGKILL)
        server.process.wait()
        server.start()
        assert (owner, asked(server, "select n from kept")) == (NOBODY, (7,))

    again = EmbeddedPostgres(private_folder / "postgres")
    with again:
        assert asked(again, "select n from kept") == (7,)
        pid = again.pid
    assert not Path(f"/proc/{pid}").exists()
