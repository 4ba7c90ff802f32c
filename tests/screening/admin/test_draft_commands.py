"""One person drafts and proposes with commands, a second publishes: each by the token of their own."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.admin import queries
from screening.db import db, transaction
from screening.models import AuditEntry, RulesDraft, RulesetInForce, User
from tests.screening.admin import drafts
from tests.screening.typed import NOWHERE, Command

pytestmark = pytest.mark.commits
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def file(frontdoor):
    return frontdoor.file("county.yaml", drafts.under_fourteen())


@pytest.fixture
def begun(as_person, file):
    told = as_person("grace")("draft", file, "--title", "Missing under 14", "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)["id"]


@pytest.fixture
def proposed(as_person, begun):
    told = as_person("grace")("propose", begun, "--from", day(), "--why", "Agreed in May.")
    assert told.returncode == 0, told.stderr
    return begun


def day():
    with transaction():
        return str(queries.today() + timedelta(days=30))


def seen(told):
    return told.stdout.rpartition("--seen ")[2].strip()


def published():
    with transaction():
        return db.session.scalars(select(RulesetInForce).where(RulesetInForce.proposed_by_id.is_not(None))).all()


def audited():
    """What was done to rules, and by whom."""
    with transaction():
        entries = select(AuditEntry.action, AuditEntry.actor_kind, User.user_name).outerjoin(
            User, AuditEntry.actor_id == func.cast(User.id, db.Text)
        )
        rules = entries.where(AuditEntry.action.startswith("rules.")).order_by(AuditEntry.seq)
        return [tuple(row) for row in db.session.execute(rules)]


def test_a_draft_is_begun_from_a_file_and_told_in_words(as_person, file):
    told = as_person("grace")("draft", file, "--title", "Missing under 14")

    assert (told.returncode, told.stderr) == (0, "")
    assert "Missing under 14. Being written, begun by Grace Lindqvist." in told.stdout
    assert "now counts ‘age in years’ below 14, was below 13." in told.stdout
    assert "Nobody knows yet who would move." in told.stdout
    assert audited() == [("rules.drafted", "user", "grace")]


def test_a_draft_with_problems_is_kept_and_its_problems_are_said(as_person, frontdoor):
    told = as_person("grace")("draft", frontdoor.file("half.yaml", "rules: [half"), "--title", "Half")

    assert told.returncode == 0
    assert "It cannot be proposed until its text is sound:\nThe text, line 1" in told.stdout


def test_a_file_that_is_no_text_is_refused_in_a_sentence(as_person, tmp_path):
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")

    told = as_person("grace")("draft", tmp_path / "odd.yaml", "--title", "Odd")

    assert (told.returncode, told.stderr) == (1, "odd.yaml is not UTF-8 text. Save it as that, and try again.\n")


def test_drafts_are_listed_and_shown(as_person, begun):
    listed = as_person("adam")("drafts")
    assert listed.stdout == f"{begun}  Missing under 14. Being written, begun by Grace Lindqvist.\n"

    data = json.loads(as_person("adam")("drafts", "--json").stdout)
    assert [(one["id"], one["state"], one["version"]) for one in data] == [(begun, "draft", 1)]
    assert "Against the rules in force from" in as_person("adam")("show", begun).stdout


def test_where_nobody_drafts_that_is_said(as_person):
    assert as_person("grace")("drafts").stdout == "Nobody drafts rules.\n"
    assert as_person("grace")("drafts", "--json").stdout == "[]\n"


def test_the_difference_of_a_draft_is_told_without_a_person(frontdoor, begun):
    told = frontdoor("rules", "diff", begun)

    assert (told.returncode, "now counts ‘age in years’ below 14" in told.stdout) == (0, True)


def test_a_draft_that_is_not_sound_cannot_be_compared(frontdoor, as_person):
    half = frontdoor.file("half.yaml", "rules: [half")
    data = json.loads(as_person("grace")("draft", half, "--title", "Half", "--json").stdout)

    told = frontdoor("rules", "diff", data["id"])

    assert (told.returncode, told.stderr.startswith("The text, line 1")) == (1, True)


def test_a_text_is_put_in_place_of_the_drafts(as_person, frontdoor, begun):
    other = frontdoor.file("other.yaml", drafts.TEXT.replace('"2026.11"', '"2090.1"'))

    told = as_person("henry")("write", begun, other)

    assert (told.returncode, "version 2" in told.stdout) == (0, True)
    assert audited()[-1] == ("rules.changed", "user", "henry")


def test_a_file_made_from_an_older_draft_overwrites_nothing(as_person, frontdoor, begun):
    mine, theirs = (
        frontdoor.file(name, drafts.TEXT.replace('"2026.11"', f'"{name}"')) for name in ("2090.1", "2090.2")
    )
    as_person("henry")("write", begun, theirs)

    told = as_person("grace")("write", begun, mine, "--version", "1")

    assert (told.returncode, "Somebody changed this draft" in told.stderr) == (1, True)
    with transaction():
        assert '"2090.2"' in db.session.scalars(select(RulesDraft.yaml)).one()


def test_a_proposal_is_taken_back_and_a_draft_is_discarded(as_person, proposed):
    assert "Being written" in as_person("grace")("take-back", proposed).stdout
    told = as_person("grace")("discard", proposed, "--because", "Not agreed.")

    assert "Discarded by Grace Lindqvist." in told.stdout
    assert as_person("grace")("discard", proposed, "--because", "Again.").returncode == 1
    assert audited()[-1] == ("rules.discarded", "user", "grace")


@pytest.mark.parametrize("why", ["", "   "])
def test_a_proposal_says_why(as_person, begun, why):
    told = as_person("grace")("propose", begun, "--from", day(), "--why", why)

    assert (told.returncode, "/why: Say why, in a sentence." in told.stderr) == (1, True)


def test_who_proposed_does_not_publish(as_person, begun):
    as_person("adam")("propose", begun, "--from", day(), "--why", "Mine.")
    shown = as_person("adam")("publish", begun)

    told = as_person("adam")("publish", begun, "--seen", seen(shown), "--without-shadow-run")

    assert (told.returncode, "a second person has to publish it" in told.stderr) == (1, True)
    assert published() == []


def test_a_second_person_is_shown_what_changes_and_publishes_that(as_person, proposed):
    shown = as_person("adam")("publish", proposed)
    assert shown.returncode == 1
    assert "below 14, was below 13" in shown.stdout
    assert "Nothing is published yet." in shown.stdout
    assert published() == []

    told = as_person("adam")("publish", proposed, "--seen", seen(shown), "--without-shadow-run")

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"Published: {published()[0].hash[:12]} counts from ")
    assert [entry[::2] for entry in audited()] == [
        ("rules.drafted", "grace"), ("rules.proposed", "grace"), ("rules.published", "adam"),
    ]  # fmt: skip


def test_without_a_shadow_run_the_publisher_says_so(as_person, proposed):
    shown = as_person("adam")("publish", proposed)

    told = as_person("adam")("publish", proposed, "--seen", seen(shown))

    assert (told.returncode, "No shadow run shows" in told.stderr) == (1, True)
    assert published() == []


def test_what_was_not_seen_is_not_published(as_person, proposed):
    told = as_person("adam")("publish", proposed, "--seen", "something", "--without-shadow-run")

    assert (told.returncode, "not what you were shown" in told.stderr) == (1, True)


def test_a_draft_that_nobody_proposed_is_shown_and_not_offered(as_person, begun):
    shown = as_person("adam")("publish", begun)

    assert (shown.returncode, "--seen" in shown.stdout) == (1, False)


def test_who_may_not_publish_is_refused_and_that_is_kept(as_person, proposed):
    told = as_person("grace")("publish", proposed, "--seen", "x")

    assert told.returncode == 1
    with transaction():
        refused = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "access.refused")).one()
    assert (refused.actor_kind, refused.detail) == ("user", {"permission": "rules.publish"})


def test_published_rules_are_withdrawn_or_adopted_by_their_hash(as_person, proposed):
    adam = as_person("adam")
    adam("publish", proposed, "--seen", seen(adam("publish", proposed)), "--without-shadow-run")
    found = published()[0].hash[:12]
    agreed = ("--name", "A. Chair", "--name", "B. Director", "--adopted-on", "2026-01-05", "--review-on", "2090-01-05")

    assert adam("adopt", found, *agreed).stdout == "Adopted by A. Chair and B. Director.\n"
    assert "is free again" in adam("withdraw", found, "--because", "The figures first.").stdout
    assert published()[0].adopted_by == ["A. Chair", "B. Director"]
    assert [entry[::2] for entry in audited()[-2:]] == [("rules.adopted", "adam"), ("rules.withdrawn", "adam")]


def test_an_adoption_by_one_name_is_refused_by_field(as_person):
    agreed = ("--name", "A. Chair", "--adopted-on", "2026-01-05", "--review-on", "2090-01-05")

    told = as_person("adam")("adopt", drafts.SAMPLE.hash[:12], *agreed)

    assert (told.returncode, "    /names: " in told.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("drafts",), ("show", NOBODY), ("take-back", NOBODY), ("publish", NOBODY), ("shadow", NOBODY),
        ("shadow-result", NOBODY), ("calibration",), ("discard", NOBODY, "--because", "No."),
        ("withdraw", "abcdef", "--because", "No."), ("propose", NOBODY, "--from", "2090-01-01", "--why", "No."),
    ],
)  # fmt: skip
def test_what_a_person_does_needs_their_token(tmp_path, words):
    told = Command({"DATABASE_URL": NOWHERE}, tmp_path)("rules", *words)

    assert (told.returncode, "give --token-file, or set FRONTDOOR_TOKEN" in told.stderr) == (2, True)


def test_a_token_may_be_in_the_environment(frontdoor):
    token = frontdoor("token", "create", "--user", "grace").stdout.strip()

    assert frontdoor.program("rules", "drafts", FRONTDOOR_TOKEN=token).stdout == "Nobody drafts rules.\n"


def test_a_token_that_is_not_known_or_is_no_persons_is_refused(frontdoor):
    client = frontdoor("token", "create", "--client", "school", "--scope", "integration").stdout.strip()

    unknown = frontdoor("rules", "drafts", FRONTDOOR_TOKEN="not a token")
    of_client = frontdoor("rules", "drafts", FRONTDOOR_TOKEN=client)

    assert (unknown.returncode, "not known, or has expired" in unknown.stderr) == (1, True)
    assert (of_client.returncode, "Only a person can do this" in of_client.stderr) == (1, True)


@pytest.mark.parametrize(
    ("act", "typed"),
    [("show", ()), ("discard", ("--because", "No.")), ("shadow", ())],
)
def test_a_draft_that_is_not_there_is_said(as_person, act, typed):
    told = as_person("adam")(act, NOBODY, *typed)

    assert (told.returncode, "There is no such draft" in told.stderr) == (1, True)


def test_what_is_no_draft_and_no_file_is_not_published(frontdoor):
    told = frontdoor("rules", "publish", "nowhere.yaml")

    assert (told.returncode, told.stderr.startswith("nowhere.yaml is no draft and no file.")) == (1, True)
