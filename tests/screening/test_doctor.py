"""The doctor says each thing that is wrong in words, what to do about it, and no secret."""

import json
import socket

import pytest
from redis import Redis
from sqlalchemy import create_engine, text

from routing_rules import ruleset
from screening.embedded import EmbeddedPostgres
from screening.running import doctor
from tests.conftest import settings_for

SECRETS = {
    "FRONTDOOR_SECRET_KEY": "s" * 32,
    "FRONTDOOR_AUDIT_KEY": "a" * 32,
    "FRONTDOOR_DRAFT_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
}


@pytest.fixture
def port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return str(tried.getsockname()[1])


@pytest.fixture
def environ(postgres, shared_app, valkey, tmp_path, port):
    settings = shared_app.extensions["front_door"]
    return {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "REDIS_URL": valkey.url,
        "FRONTDOOR_DATA": str(tmp_path),
        "FRONTDOOR_PORT": port,
    }


def found(environ, check):
    return next(finding for finding in doctor.examine(environ) if finding.check == check)


def wrong(environ, check):
    finding = found(environ, check)
    assert not finding.ok, finding
    return finding.words


def test_a_machine_that_is_well_is_told_so(environ, data_folder):
    with EmbeddedPostgres(data_folder / "durable") as durable:
        environ |= {"DATABASE_URL": durable.url(), "MIGRATION_DATABASE_URL": durable.url(role="frontdoor_owner")}

        findings = doctor.examine(environ)

    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.check for finding in findings} == {
        "settings", "data folder", "port", "rules", "PostgreSQL", "durability", "audit", "rules in force",
        "people index", "roles", "Redis",
    }  # fmt: skip


def test_a_disk_that_is_too_full_is_found(environ, monkeypatch):
    monkeypatch.setattr(doctor, "SMALLEST_FREE_BYTES", 2**63)

    assert "Make room for at least 1 GB" in wrong(environ, "data folder")


def test_a_folder_that_cannot_be_written_is_found(environ, tmp_path):
    (tmp_path / "file").touch()

    assert "cannot be written" in wrong(environ | {"FRONTDOOR_DATA": str(tmp_path / "file" / "data")}, "data folder")


def test_a_folder_that_is_not_there_yet_is_no_fault(environ, tmp_path):
    assert found(environ | {"FRONTDOOR_DATA": str(tmp_path / "new" / "data")}, "data folder").ok


def test_a_port_that_is_taken_is_found(environ, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(port)))
        taken.listen()

        assert wrong(environ, "port") == f"{port} is taken or no port. Stop what uses it, or set FRONTDOOR_PORT."


def test_a_postgresql_that_would_lose_contacts_is_found(environ):
    """The tests' own server is one."""
    assert wrong(environ, "durability").startswith(
        "fsync, full_page_writes, synchronous_commit off: a crash would lose"
    )


def test_a_postgresql_that_is_away_is_found(environ):
    environ |= {"DATABASE_URL": "postgresql+psycopg://app:hunter2@127.0.0.1:1/frontdoor"}

    assert "cannot be reached" in wrong(environ, "PostgreSQL")


def test_an_app_that_could_change_the_audit_is_found(environ):
    environ |= {"DATABASE_URL": environ["MIGRATION_DATABASE_URL"]}

    assert "Use two roles" in wrong(environ, "audit")
    assert found(environ, "roles").words.startswith("WARNING")


def test_a_redis_that_evicts_is_found(environ, valkey):
    """[F11]"""
    with Redis.from_url(valkey.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert wrong(environ, "Redis").startswith("evicts (allkeys-lru): bells would vanish.")
        finally:
            client.config_set("maxmemory-policy", "noeviction")


def test_a_redis_that_is_away_is_found(environ, tmp_path):
    environ |= {"REDIS_URL": f"unix://{tmp_path}/nobody"}

    assert wrong(environ, "Redis") == "cannot be reached. Contacts are kept without it; check REDIS_URL."


@pytest.mark.parametrize("packaged", [None, "", "ruleset: {name: half wri"], ids=["missing", "empty", "half-written"])
def test_packaged_rules_that_do_not_load_are_found(environ, monkeypatch, tmp_path, packaged):
    """[F42]"""
    (tmp_path / "rulesets").mkdir()
    if packaged is not None:
        (tmp_path / "rulesets" / "sample.yaml").write_text(packaged)
    monkeypatch.setattr(ruleset, "files", lambda _: tmp_path)

    assert "sample.yaml" in wrong(environ, "rules")


@pytest.mark.parametrize(
    ("change", "words"),
    [("delete from ruleset", "No ruleset is in force"), ("update ruleset set yaml = 'x: ['", "does not load")],
    ids=["missing", "half-written"],
)
def test_rules_in_force_that_do_not_load_are_found(environ, postgres, own_database, change, words):
    """[F42]"""
    owner = create_engine(postgres.url(own_database, "frontdoor_owner"))
    with owner.begin() as connection:
        connection.execute(text(change))
    owner.dispose()
    environ |= {"DATABASE_URL": settings_for(postgres, own_database).database_url}

    assert words in wrong(environ, "rules in force")


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_a_default_secret_outside_development_is_found(environ, missing):
    environ |= {"FRONTDOOR_MODE": "live", **SECRETS}
    del environ[missing]

    assert wrong(environ, "settings").startswith(missing)


def test_live_mode_on_the_sample_county_is_found(environ):
    environ |= {"FRONTDOOR_MODE": "live", **SECRETS}

    words = wrong(environ, "rules in force")

    assert "sample county's database" in words
    assert "No partnership has adopted" in words


def test_no_secret_is_shown(environ):
    environ |= {"FRONTDOOR_MODE": "live", **SECRETS, "DATABASE_URL": "postgresql+psycopg://app:hunter2@127.0.0.1:1/x"}
    environ |= {"REDIS_URL": "redis://:hunter3@127.0.0.1:1", "SMTP_URL": "smtp://u:hunter4@127.0.0.1:1"}

    for form in ("words", "json"):
        shown = doctor.show(doctor.examine(environ), form)
        assert [secret for secret in ("hunter", *SECRETS.values()) if secret in shown] == []


def test_a_program_reads_the_same(environ):
    findings = doctor.examine(environ)

    assert [row["ok"] for row in json.loads(doctor.show(findings, "json"))] == [finding.ok for finding in findings]


def test_people_whom_another_release_wrote_are_counted(environ, own_app):
    settings = own_app.extensions["front_door"]
    engine = create_engine(settings.migration_database_url)
    with engine.begin() as connection:
        person = "insert into person (id, version, restricted, made_at) values (gen_random_uuid(), 1, false, now())"
        connection.execute(text(person))
        card = "insert into person_card (person_number, person_id, restricted, card) select number, id, false, '' "
        connection.execute(text(card + "from person"))
    engine.dispose()

    assert "1 people as another release wrote them" in wrong(
        environ | {"DATABASE_URL": settings.database_url}, "people index"
    )
