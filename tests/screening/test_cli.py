"""The `frontdoor` command as it is typed: what it says, and how it exits. 0 done, 1 wrong, 2 wrong usage."""

import hashlib
import json

import pytest
from sqlalchemy import create_engine, func, select, text

from screening import audit
from screening.db import db, transaction
from screening.models import ApiToken, AuditEntry, Contact, User, WebSession
from tests.screening.contacts.bodies import body, bruised_baby
from tests.screening.test_audit import TAMPERINGS
from tests.screening.typed import AUDIT_KEY, NOWHERE, REPOSITORY, Command

pytestmark = pytest.mark.commits
EXAMPLES = REPOSITORY / "examples"
NEVER_LINKED = "insert into audit_link select n + 1, 999999, hash, hash from audit_link order by n desc limit 1"


@pytest.fixture
def alone(tmp_path):
    """Types commands where there is no database and no network."""
    return Command({"DATABASE_URL": NOWHERE}, tmp_path)


def contacts():
    with transaction():
        return db.session.scalar(select(func.count()).select_from(Contact))


@pytest.fixture
def chain(frontdoor, postgres, own_database):
    """Five linked entries, and a way to tamper as somebody who owns the database."""
    with transaction():
        for n in range(5):
            audit.record("contact.read", detail={"n": n})
    with transaction():
        audit.link_pending(AUDIT_KEY)
    owner = create_engine(postgres.url(own_database, "frontdoor_owner"))

    def tamper(sql):
        with owner.begin() as connection:
            connection.execute(text("alter table audit_link drop constraint uq_audit_link_entry_seq"))
            connection.execute(text(sql))

    yield tamper
    owner.dispose()


def test_verify_says_that_the_chain_is_whole_and_names_its_head(frontdoor, chain):
    found = frontdoor.program("audit", "verify")

    assert (found.returncode, found.stderr) == (0, "")
    words, head = found.stdout.split(" Head: ")
    assert words.endswith("entries, whole.")
    assert frontdoor("audit", "verify", "--expect-head", head.strip()).returncode == 0
    assert frontdoor("audit", "verify", "--expect-head", "ab" * 32).returncode == 1


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (TAMPERINGS["edited"], "was edited"),
        (TAMPERINGS["inserted"], "was inserted"),
        (TAMPERINGS["deleted"], "was deleted"),
        (TAMPERINGS["deleted with its link"], "is missing"),
        (TAMPERINGS["put in another order"], "was edited, or its link was put in another place"),
        (NEVER_LINKED, "was deleted"),
    ],
    ids=["edited", "inserted", "deleted", "deleted with its link", "reordered", "never there"],
)
def test_verify_names_the_place_that_was_tampered_with(frontdoor, chain, sql, words):
    chain(sql)

    found = frontdoor("audit", "verify")

    assert (found.returncode, found.stderr) == (1, "")
    assert words in found.stdout


def test_rules_that_are_sound_are_said_to_be(alone):
    found = alone.program("rules", "check")

    assert (found.returncode, found.stderr) == (0, "")
    assert "all sound" in found.stdout


def test_rules_that_are_broken_are_named_by_file_and_line(alone):
    sample = (REPOSITORY / "routing_rules" / "rulesets" / "sample.yaml").read_text()
    broken = alone.file("broken.yaml", sample.replace("level: 4", "level: 9", 1))
    line = sample[: sample.index("level: 4")].count("\n") + 1

    found = alone.program("rules", "check", broken)

    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith(f"broken.yaml, line {line}: ")


def test_a_half_written_rules_file_is_refused(alone):
    """[F42]"""
    sample = (REPOSITORY / "routing_rules" / "rulesets" / "sample.yaml").read_text()

    found = alone("rules", "check", alone.file("half.yaml", sample[: len(sample) // 2]))

    assert found.returncode == 1
    assert "half.yaml, line " in found.stdout
    assert "Traceback" not in found.stderr


def test_submit_prints_reference_level_urgency_and_team(frontdoor):
    """No worker runs here, so no team has it yet, and that is said."""
    found = frontdoor("submit", "--wait", "0", frontdoor.file("baby.json", bruised_baby()))

    assert (found.returncode, found.stderr) == (0, "")
    with transaction():
        reference = db.session.scalars(select(Contact.reference)).one()
    assert found.stdout.splitlines()[0] == f"baby.json: {reference}  Level 4, social care  red  not routed yet"


def test_a_file_submitted_twice_is_one_contact_and_again_makes_two(frontdoor):
    """[F27]"""
    file = frontdoor.file("one.json", body())

    first, second = (frontdoor("submit", "--wait", "0", "--json", file) for _ in range(2))
    assert json.loads(first.stdout)["reference"] == json.loads(second.stdout)["reference"]
    assert contacts() == 1

    third = frontdoor("submit", "--wait", "0", "--json", "--again", file)
    assert json.loads(third.stdout)["reference"] != json.loads(first.stdout)["reference"]
    assert contacts() == 2


def test_a_bad_file_says_which_field_and_the_others_still_go(frontdoor):
    files = [
        frontdoor.file("good.json", body()),
        frontdoor.file("bad.json", body(children=[{"sex": "X"}], colour="red")),
        frontdoor.file("no.json", "{"),
        frontdoor.file("good too.json", body(narrative="Another worry.")),
    ]

    found = frontdoor("submit", "--wait", "0", *files)

    assert found.returncode == 1
    assert [line.partition(":")[0] for line in found.stdout.splitlines() if line.startswith("good")] == [
        "good.json",
        "good too.json",
    ]
    assert "    /children/0/sex: " in found.stderr
    assert "    /colour: " in found.stderr
    assert "no.json: The body is not JSON." in found.stderr
    assert contacts() == 2


def test_score_needs_no_database_and_no_network(alone):
    found = alone.program("score", EXAMPLES / "08-bruised-baby.json")

    assert (found.returncode, found.stderr) == (0, "")
    assert "Level 4" in found.stdout
    assert not (alone.folder / "data").exists()


def test_score_says_which_field_is_wrong(alone):
    found = alone("score", alone.file("bad.json", body(colour="red")))

    assert (found.returncode, found.stdout) == (1, "")
    assert "    /colour: " in found.stderr


def test_a_database_that_is_away_is_said_in_a_sentence(alone):
    found = alone.program("users", "list")

    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert found.stderr.startswith("The database went away.")


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(alone):
    alone.file("file", "")

    found = alone("run", FRONTDOOR_DATA=str(alone.folder / "file" / "data"))

    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert "data/ cannot be written." in found.stderr


def test_wrong_usage_exits_2(alone):
    assert alone("token", "create").returncode == 2
    assert alone("worker", "nobody").returncode == 2
    assert alone.program("nonsense").returncode == 2


def test_a_token_is_printed_once_and_only_its_hash_is_kept(frontdoor):
    found = frontdoor("token", "create", "--client", "school", "--scope", "partner")

    assert found.returncode == 0
    with transaction():
        kept = db.session.scalars(select(ApiToken)).one()
    assert (kept.client, kept.scope, kept.user_id) == ("school", "partner", None)
    assert kept.token_hash == hashlib.sha256(found.stdout.strip().encode()).digest()


def test_a_token_of_a_person_ends_after_12_hours(frontdoor):
    assert frontdoor("token", "create", "--user", "sarah").returncode == 0

    with transaction():
        kept = db.session.scalars(select(ApiToken)).one()
    assert (kept.expires_at - kept.created_at).total_seconds() == 12 * 3600
    assert kept.user_id is not None


def test_the_audit_says_whose_token_was_made_and_revoked(frontdoor):
    frontdoor("token", "create", "--user", "SARAH")
    found = frontdoor("token", "revoke", "user:Sarah")

    assert (found.returncode, found.stdout) == (0, "1 revoked.\n")
    with transaction():
        sarah = db.session.scalars(select(User.id).where(User.user_name == "sarah")).one()
        entries = select(AuditEntry).where(AuditEntry.action.in_(("token.made", "token.revoked")))
        subjects = [(entry.subject_kind, entry.subject_id) for entry in db.session.scalars(entries)]
    assert subjects == [("user", str(sarah))] * 2


@pytest.mark.parametrize("client", ["school", "user:sarah", "user:nobody"])
def test_where_no_token_is_revoked_that_is_said(frontdoor, client):
    found = frontdoor("token", "revoke", client)

    assert found.returncode == 1
    assert client.removeprefix("user:") in found.stderr


def test_what_submit_prints_of_a_contact_is_a_reading(frontdoor):
    frontdoor("submit", "--wait", "0", frontdoor.file("one.json", body()))

    with transaction():
        contact = db.session.scalars(select(Contact)).one()
        read = select(AuditEntry.contact_id).where(AuditEntry.action == "contact.read")
        assert list(db.session.scalars(read)) == [contact.id]


def test_a_person_who_is_added_signs_in_and_once_disabled_is_out_at_once(own_app, frontdoor):
    named = ("new.person", "--name", "New Person", "--email", "new.person@example.org", "--role", "call_handler")
    added = frontdoor("users", "add", *named, typed="a password that is long\n")
    assert (added.returncode, added.stdout) == (0, "New Person may sign in as new.person.\n")
    token = frontdoor("token", "create", "--user", "new.person").stdout.strip()
    browser, asked = own_app.test_client(), {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    signing_in = {"user_name": "new.person", "password": "a password that is long"}
    assert browser.post("/sign-in", data=signing_in).status_code == 302
    assert browser.get("/contacts/").status_code == 200
    assert browser.post("/api/v1/contacts", json=body(), headers=asked).status_code == 201

    disabled = frontdoor("users", "disable", "new.person")

    assert (disabled.returncode, disabled.stdout) == (0, "New Person can no longer sign in.\n")
    assert browser.get("/contacts/").location.startswith("/sign-in")
    assert browser.post("/api/v1/contacts", json=body(), headers=asked).status_code == 401
    assert browser.post("/sign-in", data=signing_in).status_code == 422
    with transaction():
        user = db.session.scalars(select(User).where(User.user_name == "new.person")).one()
        assert db.session.scalar(select(func.count()).where(WebSession.user_id == user.id)) == 0


def test_a_short_password_is_refused(frontdoor):
    named = ("new.person", "--name", "New Person", "--email", "new.person@example.org", "--role", "call_handler")

    found = frontdoor("users", "add", *named, typed="short\n")

    assert found.returncode == 2
    assert "15 characters or more" in found.stderr


def test_a_name_that_is_taken_is_said_in_a_sentence(frontdoor):
    named = ("priya", "--name", "Priya Two", "--email", "priya@example.org", "--role", "call_handler")

    found = frontdoor("users", "add", *named, typed="a password that is long\n")

    assert (found.returncode, found.stderr.count("\n")) == (1, 1), found.stderr
    assert "priya" in found.stderr


def test_a_team_or_a_person_that_there_is_not_is_said_in_a_sentence(frontdoor):
    found = frontdoor("users", "disable", "nobody.here")

    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
    assert "There is no user 'nobody.here'" in found.stderr


def test_doctor_exits_1_where_something_is_wrong(frontdoor):
    """The tests' own PostgreSQL is not durable."""
    found = frontdoor.program("doctor")

    assert found.returncode == 1
    assert "WRONG durability: " in found.stdout


LIVE = {
    "FRONTDOOR_MODE": "live",
    "FRONTDOOR_SECRET_KEY": "s" * 32,
    "FRONTDOOR_AUDIT_KEY": "a" * 32,
    "FRONTDOOR_DRAFT_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
    "SMTP_URL": "smtp://127.0.0.1:1",
    "REDIS_URL": "redis://127.0.0.1:1",
}


@pytest.mark.parametrize("command", ["run", "serve"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "This is the sample county's database."),
        ({"FRONTDOOR_SECRET_KEY": "short"}, "FRONTDOOR_SECRET_KEY is missing or shorter than 32 characters."),
    ],
    ids=["sample county", "default secret"],
)
def test_live_mode_refuses_to_start_on_what_is_not_safe(frontdoor, command, change, words):
    found = frontdoor(command, FRONTDOOR_PORT=free_port(), **{**LIVE, **change})

    assert found.returncode == 1
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_live_mode_refuses_to_keep_mail_to_itself(frontdoor):
    environ = {name: value for name, value in LIVE.items() if name != "SMTP_URL"}

    found = frontdoor("run", FRONTDOOR_PORT=free_port(), **environ)

    assert (found.returncode, found.stderr.startswith("SMTP_URL is not set.")) == (1, True)


def free_port():
    import socket

    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return str(tried.getsockname()[1])


def test_a_database_without_tables_is_told_in_words(postgres, tmp_path):
    postgres.create_database("untouched")
    addresses = {"DATABASE_URL": postgres.url("untouched"), "MIGRATION_DATABASE_URL": postgres.url("untouched")}

    found = Command(addresses, tmp_path)("partners", "list")

    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("There are no tables of Front Door here.")
    postgres.drop_database("untouched")
