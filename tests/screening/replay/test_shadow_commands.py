"""`frontdoor rules shadow` and `shadow-result` as they are typed: a kept run, and who would move."""

import json

import pytest
from sqlalchemy import func, select

from screening.db import db, transaction
from screening.models import AuditEntry, RulesetInForce, RulesReplay, User
from tests.screening.replay import given
from workers import replay

pytestmark = pytest.mark.commits


@pytest.fixture
def contacts(frontdoor):
    with transaction():
        return given.some()


@pytest.fixture
def draft(frontdoor, as_person, contacts):
    few = frontdoor.file("few.yaml", given.few_rules().text)
    return json.loads(as_person("grace")("draft", few, "--title", "Few rules", "--json").stdout)["id"]


@pytest.fixture
def run(as_person, draft):
    """A run that a worker has finished."""
    told = as_person("grace")("shadow", draft, "--wait", "0", "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)["id"]
    with transaction():
        replay.look_at_chunk(found)
    return found


def done_by(action):
    with transaction():
        whose = select(User.user_name).join(AuditEntry, AuditEntry.actor_id == func.cast(User.id, db.Text))
        return list(db.session.scalars(whose.where(AuditEntry.action == action).order_by(AuditEntry.seq)))


def would_move():
    with transaction():
        moved = db.session.scalars(select(RulesReplay.tally["moved"])).one()
    return sum(count for move, count in moved.items() if move != "same")


def test_a_run_that_no_worker_has_finished_says_where_to_look(as_person, draft):
    told = as_person("grace")("shadow", draft, "--wait", "0")

    assert (told.returncode, told.stderr) == (0, "")
    assert "0 of 5 contacts looked at." in told.stdout
    assert "Look later: frontdoor rules shadow-result " in told.stdout
    assert done_by("rules.replayed") == ["grace"]


def test_published_rules_are_run_by_their_hash_and_move_nobody(as_person, contacts):
    with transaction():
        found = db.session.scalar(select(RulesetInForce.hash))
    started = json.loads(as_person("grace")("shadow", found[:12], "--wait", "0", "--json").stdout)
    with transaction():
        replay.look_at_chunk(started["id"])

    told = as_person("grace")("shadow-result", started["id"])

    assert "0 children would move. Of 6 children, 0 would move up, 0 would move down." in told.stdout


def test_the_result_is_told_in_words_and_as_data(as_person, run):
    told = as_person("sarah")("shadow-result", run)
    data = json.loads(as_person("sarah")("shadow-result", run, "--json").stdout)

    assert would_move() > 0
    assert f"{would_move()} children would move. Of 6 children, 0 would move up" in told.stdout
    assert (data["state"], data["looked_at"], data["tally"]["children"]) == ("done", 5, 6)
    assert done_by("rules.replay_read")[-2:] == ["sarah", "sarah"]


def test_who_would_move_is_listed_as_far_as_the_person_may_see_them(as_person, run, contacts):
    listed = as_person("sarah")("shadow-result", run, "--of", "moved:down")
    nobody = as_person("adam")("shadow-result", run, "--of", "moved:down")

    assert listed.stdout.startswith(f"Would move down: {would_move()} children in ")
    assert "Marlow" in listed.stdout
    assert "Marlow" not in nobody.stdout
    assert "contacts among them are not for you to see." in nobody.stdout
    assert done_by("contact.list_read") == ["sarah", "adam"]


def test_a_number_that_is_not_there_is_said(as_person, run):
    told = as_person("sarah")("shadow-result", run, "--of", "nonsense")

    assert (told.returncode, "There is no such number" in told.stderr) == (1, True)


def test_a_draft_shows_how_many_would_move_and_is_published_on_that(as_person, run, draft):
    with transaction():
        day = db.session.scalar(select(func.current_date() + 400))

    as_person("grace")("propose", draft, "--from", str(day), "--why", "Agreed.")
    shown = as_person("adam")("publish", draft)

    assert f"{would_move()} children would move." in shown.stdout
    token = shown.stdout.rpartition("--seen ")[2].strip()
    assert as_person("adam")("publish", draft, "--seen", token).stdout.startswith("Published: ")
