"""Whatever keeps contacts from people is an alarm; each is made to happen here."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select, update

from screening import tasks
from screening.db import db, now
from screening.models import Heartbeat, Partner, Task
from screening.oversight import alarms, queries
from screening.sample.rota import seed_sample_rota
from tests.screening.contacts.test_api import give_token
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
REPOSITORY = Path(__file__).parents[3]


def beat(role, number=1, **more):
    db.session.add(Heartbeat(name=f"{role}-{number}", role=role, seen_at=now(), **more))
    db.session.flush()


@pytest.fixture(autouse=True)
def _well(context):
    for role in ("ringer", "urgent", "checks", "partners", "mail", "bulk"):
        beat(role)
    beat("ringer", 2)
    seed_sample_rota()


def standing():
    return {one.name: one for one in queries.standing(now())}


def late(kind, minutes, **more):
    tasks.promise(kind, "1", contact_id=given.contact(state="closed").id, run_after=now() - timedelta(minutes=minutes))
    if more:
        db.session.execute(update(Task).values(**more))


def test_where_all_is_well_there_is_none():
    assert standing() == {}


def test_a_contact_in_no_queue_is_red():
    given.contact(first_received_at=now() - timedelta(minutes=1))

    assert standing()["in_no_queue"].urgency == "red"


def test_a_ringer_that_died_beside_the_other_is_one():
    db.session.execute(
        update(Heartbeat).where(Heartbeat.name == "ringer-2").values(seen_at=now() - timedelta(minutes=1))
    )

    assert set(standing()) == {"one_ringer"}


@pytest.mark.parametrize(("role", "urgency"), [("urgent", "red"), ("mail", "amber")])
def test_a_worker_that_is_down_is_one_of_its_own(role, urgency):
    db.session.execute(update(Heartbeat).where(Heartbeat.role == role).values(seen_at=now() - timedelta(minutes=1)))

    assert standing()[f"not_running_{role}"].urgency == urgency


def test_a_route_task_that_is_not_done_is_red_after_a_minute():
    late(tasks.ROUTE, 2)

    assert standing()["oldest_task_urgent"].urgency == "red"


def test_work_that_waits_for_its_next_try_is_not_late():
    late(tasks.RECEIPT, 60, refusals=1)

    assert standing() == {}


def test_mail_that_fails_again_and_again_is_one():
    late(tasks.RECEIPT, 0, refusals=3)

    assert "mail" in standing()


def test_a_partner_that_is_left_alone_is_named():
    partner = db.session.scalars(select(Partner)).first() or Partner(
        register="police", name="Police", adapter="http", base_url="https://police.example.org"
    )
    db.session.add(partner)
    partner.active, partner.rests_until = True, func.clock_timestamp() + timedelta(minutes=1)
    db.session.flush()

    assert f"partner_{partner.name}" in standing()


def test_a_parked_receipt_does_not_hide_that_nobody_was_told_of_a_danger():
    contact = given.contact(state="closed")
    for kind in (tasks.RECEIPT, tasks.DANGER_UNSEEN):
        tasks.promise(kind, "1", contact_id=contact.id)
    db.session.execute(update(Task).values(state="parked"))

    found = standing()

    assert (found["parked"].urgency, found["parked_urgent"].urgency) == ("amber", "red")


@pytest.mark.parametrize("seconds", [-6.0, 6.0])
def test_a_workers_machine_whose_clock_is_off_is_one(seconds):
    beat("checks", 2, skew_seconds=seconds)

    assert "checks" in standing()["clock_skew"].words


def test_a_web_machine_whose_clock_is_off_is_one(monkeypatch):
    # By its module: the package has a database of that name.
    module = sys.modules["screening.db"]
    told = module.machine_time
    monkeypatch.setattr(module, "machine_time", lambda: told() + timedelta(hours=1))

    assert "web" in standing()["clock_skew"].words


# What stands on the board under a name of its own: `not_running_` with a worker's, and so on.
NAMED = {
    "in_no_queue", "needs_attention", "calls_not_sent", "emails_unread", "emails_refused", "rules", "not_running_",
    "one_ringer", "clock_skew", "parked", "parked_urgent", "oldest_task_", "mail", "partner_", "cases_", "rota",
    "handover", "not_triaged", "audit_behind", "audit_broken", "synthetic_failed",
}  # fmt: skip


def test_the_runbook_has_a_row_for_every_alarm():
    text = (REPOSITORY / "docs" / "ops.md").read_text()

    assert set(re.findall(r"^\| `(?!front_door)([a-z_]+)…?` \|", text, re.MULTILINE)) == NAMED


def test_no_alarm_has_a_name_that_the_runbook_lacks():
    source = Path(alarms.__file__).read_text()
    written = set(re.findall(r'Alarm\(\s*f?"([a-z_]+)', source)) | set(
        re.findall(r'\("([a-z_]+)", (?:"\{\}|gaps|unsigned)', source)
    )
    named_beside = {getattr(alarms, module).NAME for module in re.findall(r"\b(\w+)\.NAME\b", source)}

    assert written | named_beside | set(alarms.FOUND_ELSEWHERE) == NAMED


def test_every_metric_that_the_alert_rules_ask_for_is_there(client):
    answer = client.get("/metrics", headers=give_token("prometheus", "integration"))
    there = set(re.findall(r"^# TYPE (\w+)", answer.text, re.MULTILINE))
    rules = yaml.safe_load((REPOSITORY / "deploy" / "alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"front_door_\w+", rule["expr"])}

    assert asked
    assert asked <= there
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
