"""The board: what waits where, who holds what, what is promised, and an alarm for whatever nobody sees to."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import AuditEntry, Draft, Heartbeat, RulesetInForce, Task
from screening.oversight import queries
from screening.sample.rota import seed_sample_rota
from tests import statements
from tests.browser.county import until
from tests.conftest import NEVER
from tests.screening.contacts.test_api import give_token
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def team(slug):
    return next(team for team in queries.board()["teams"] if team["slug"] == slug)


def alarms():
    return " ".join(queries.board()["alarms"])


def beat(*roles, ago=timedelta(0)):
    for role in roles:
        db.session.add(Heartbeat(name=f"{role}-1", role=role, seen_at=now() - ago))
    db.session.flush()


@pytest.fixture
def workers():
    beat("ringer", "urgent", "checks", "partners", "mail", "bulk")
    db.session.add(Heartbeat(name="ringer-2", role="ringer", seen_at=now()))
    seed_sample_rota()


def test_a_night_without_emergency_duty_on_its_rota_is_an_alarm():
    assert "Rota: " in alarms()


def test_the_program_that_takes_e_mail_is_watched_from_its_first_beat():
    def of_lmtp():
        return [worker["alive"] for worker in queries.board()["workers"] if worker["role"] == "lmtp"]

    assert of_lmtp() == []
    beat("lmtp", ago=timedelta(minutes=10))

    assert of_lmtp() == [False]


def test_a_team_shows_what_waits_and_what_is_red():
    given.item(given.contact(urgency="red"), "screening", urgency="red")
    given.item(given.contact(), "screening")

    assert (team("screening")["waiting"], team("screening")["reds"]) == (2, 1)


def test_an_alert_beside_the_item_that_leads_is_no_work():
    given.item(given.contact(urgency="red"), "screening", urgency="red", leads=False, accept_due_at=None)

    assert (team("screening")["open"], team("screening")["reds"]) == (0, 0)


def test_what_is_late_is_counted():
    given.item(given.contact(), "screening", due_at=now() - timedelta(minutes=1))

    assert team("screening")["late"] == 1


def test_what_is_late_is_said_first_and_never_beside_no_alarms(signed_in, workers):
    given.item(given.contact(), "screening", due_at=now() - timedelta(minutes=1))

    page = signed_in("owen").get("/board/").text

    assert "<strong>1 late.</strong>" in page
    assert "No alarms" not in page


def test_what_is_late_stands_above_the_alarms(signed_in):
    given.item(given.contact(), "screening", due_at=now() - timedelta(minutes=1))

    page = signed_in("owen").get("/board/").text

    assert page.index("1 late.") < page.index("Alarm.</strong>")


def test_a_county_with_nothing_late_and_no_alarm_is_calm(signed_in, workers):
    given.item(given.contact(), "screening")

    assert "No alarms." in signed_in("owen").get("/board/").text


def test_a_team_with_nothing_but_alerts_says_how_many_are_to_be_seen(signed_in, workers):
    given.item(given.contact(urgency="red"), "duty-manager", urgency="red", leads=False, accept_due_at=None)

    page = signed_in("owen").get("/board/").text

    assert (team("duty-manager")["to_see"], team("duty-manager")["waiting"]) == (1, 0)
    assert '<p class="fd-team__none">1 to be seen</p>' in page


def test_who_holds_what_is_shown():
    sarah = given.user("sarah")
    given.item(given.contact(), "screening", state="accepted", holder_id=sarah.id, accepted_at=now())

    assert team("screening")["holders"] == [{"name": "Sarah Okafor", "items": 1}]


def test_the_team_next_to_breach_stands_first():
    given.item(given.contact(), "screening", due_at=now() + timedelta(hours=2))
    given.item(given.contact(), "havant", due_at=now() + timedelta(hours=1))

    assert [team["slug"] for team in queries.board()["teams"][:2]] == ["havant", "screening"]


def test_a_county_where_all_is_held_and_running_has_no_alarm(workers):
    given.item(given.contact(), "screening")

    assert queries.board()["alarms"] == []


def test_a_contact_in_no_queue_is_an_alarm(workers):
    contact = given.contact(first_received_at=now() - timedelta(minutes=2))

    assert queries.board()["in_no_queue"] == [contact.reference]
    assert "1 in no queue" in alarms()


def test_a_contact_that_matches_no_team_is_an_alarm(workers):
    contact = given.contact()
    given.item(contact, None)

    assert queries.board()["needs_attention"] == [contact.reference]
    assert "1 match no team" in alarms()


def test_a_worker_that_fell_silent_is_an_alarm():
    beat("ringer", "urgent", "mail", "bulk")
    beat("checks", ago=timedelta(minutes=1))

    assert "Not running: checks" in alarms()


def test_a_parked_task_is_an_alarm(workers):
    tasks.promise(tasks.RECEIPT, "1", contact_id=given.contact(state="closed").id)
    db.session.execute(update(Task).values(state="parked"))

    assert "1 parked after repeated failures" in alarms()


def test_no_rules_is_an_alarm(workers):
    db.session.execute(RulesetInForce.__table__.delete())

    assert "No rules can be used" in alarms()


def test_what_is_promised_for_later_is_not_yet_to_do():
    tasks.promise(tasks.ESCALATE, "1", contact_id=given.contact().id, run_after=now() + timedelta(hours=1))

    assert queries.board()["tasks"] == []


def test_a_call_begun_and_never_sent_is_an_alarm(workers):
    contact = given.contact(state="taking", first_received_at=now() - timedelta(hours=1))
    draft = Draft(contact_id=contact.id, version=1, body=b"", has_text=True, saved_at=now())
    draft.saved_by_id = given.user("priya").id
    db.session.add(draft)
    db.session.flush()

    assert "1 begun and not sent" in alarms()


def test_a_call_that_is_going_on_is_no_alarm(workers):
    given.contact(state="taking")

    assert queries.board()["alarms"] == []


def test_tasks_are_shown_by_kind():
    tasks.promise(tasks.RECEIPT, "1", contact_id=given.contact().id)

    (kind,) = queries.board()["tasks"]
    assert (kind["kind"], kind["unfinished"], kind["parked"]) == ("receipt", 1, 0)


def test_operations_see_the_board_and_no_name(signed_in):
    contact = given.contact()
    given.person(contact, "Ada Marlow")
    given.item(contact, None)

    page = signed_in("owen").get("/board/").text

    assert contact.reference in page
    assert "Marlow" not in page


def test_a_handler_has_no_board(signed_in):
    assert signed_in("priya").get("/board/").status_code == 403


@pytest.fixture
def operations(own_app):
    return own_app.test_client().sign_in("owen")


def listened(operations):
    """The board's tag, once the process listens."""
    found = []

    def has_tag():
        found[:] = [operations.get("/board/live").headers.get("ETag")]
        return found[0] is not None

    until(has_tag)
    return found[0]


def test_an_unchanged_board_is_a_304(operations):
    tag = listened(operations)

    assert operations.get("/board/live", headers={"If-None-Match": tag}).status_code == 304


def test_an_unchanged_page_asks_the_database_who_is_there_and_nothing_else(operations):
    tag = listened(operations)

    with statements.asked() as seen:
        operations.get("/board/live", headers={"If-None-Match": tag})

    tables = {table for statement in seen for table in re.findall(r"FROM (\w+)", statement)}
    assert tables <= {"web_session", "county", "app_user", "membership"}
    assert len(seen) == 1


def test_a_part_that_comes_by_itself_counts_nothing_for_the_places_around_it(signed_in):
    sarah = signed_in("sarah")

    with statements.asked() as seen:
        assert sarah.get("/queues/screening/live").status_code == 200

    assert not [statement for statement in seen if "FROM callback" in statement]


def test_one_thread_listens_however_many_pages_ask(operations, own_app):
    listened(operations)
    listener = own_app.extensions["changes"]._thread
    for person in ("owen", "sarah"):
        own_app.test_client().sign_in(person).get("/board/live")

    assert own_app.extensions["changes"]._thread is listener
    assert listener.is_alive()


def test_a_change_in_a_queue_makes_the_next_board_a_new_one(operations, own_app):
    tag = listened(operations)

    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        given.item(given.contact(), "screening")

    until(lambda: operations.get("/board/live", headers={"If-None-Match": tag}).status_code == 200)


def test_who_looks_in_the_same_second_shares_one_reading(operations, own_app):
    own_app.extensions["board"].seconds = NEVER
    grace = own_app.test_client().sign_in("grace")
    listened(operations)

    with statements.asked() as seen:
        assert all("Screening" in grace.get(path).text for path in ("/board/", "/board/live"))

    assert not [statement for statement in seen if "FROM task" in statement]


def test_who_has_put_a_task_back_is_shown_the_board_as_it_is_then(operations, own_app):
    own_app.extensions["board"].seconds = NEVER
    listened(operations)

    with statements.asked() as seen:
        operations.get("/board/?put_back=yes")

    assert [statement for statement in seen if "FROM task" in statement]


def test_a_reading_is_shared_no_longer_than_nothing_changes(operations, own_app):
    own_app.extensions["board"].seconds = NEVER
    listened(operations)

    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        in_no_queue = given.item(given.contact(), None).contact.reference

    until(lambda: in_no_queue in operations.get("/board/live").text)


def test_what_is_not_told_of_is_read_again_by_itself(operations):
    listened(operations)

    with statements.asked() as seen:
        operations.get("/board/live")

    assert [statement for statement in seen if "FROM task" in statement]


def test_reading_the_board_changes_nothing_on_it(operations):
    tag = listened(operations)
    operations.get("/board/")

    assert operations.get("/board/live", headers={"If-None-Match": tag}).status_code == 304


def test_the_service_says_that_it_is_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_with_a_ringer_and_an_urgent_worker(client):
    assert client.get("/readyz").status_code == 503

    beat("ringer", "urgent")

    assert client.get("/readyz").json["status"] == "ready"


def test_metrics_need_a_token(client):
    assert client.get("/metrics").status_code in (302, 401)


def test_metrics_tell_the_boards_numbers(client, workers):
    given.item(given.contact(urgency="red"), "screening", urgency="red")
    given.contact(first_received_at=now() - timedelta(minutes=2))

    text = client.get("/metrics", headers=give_token("prometheus", "integration")).text

    assert 'front_door_queue_reds{team="screening"} 1.0' in text
    assert "front_door_in_no_queue 1.0" in text
    assert 'front_door_worker_alive{role="urgent"} 1.0' in text


@pytest.fixture
def parked(workers):
    tasks.promise(tasks.RECEIPT, "1", contact_id=given.contact(state="closed").id)
    db.session.execute(update(Task).values(state="parked", crashes=3, problem="Its worker stopped."))
    return db.session.scalars(select(Task)).one()


def test_operations_put_a_parked_task_back(signed_in, parked):
    answer = signed_in("owen").post(f"/board/tasks/{parked.id}/retry")

    db.session.refresh(parked)
    assert answer.location == "/board/?put_back=yes"
    assert (parked.state, parked.crashes) == ("pending", 0)


def test_putting_back_is_audited(signed_in, parked):
    signed_in("owen").post(f"/board/tasks/{parked.id}/retry")

    assert db.session.scalar(select(AuditEntry.action).where(AuditEntry.subject_id == str(parked.id))) == "task.retried"


def test_a_task_is_put_back_once(signed_in, parked):
    owen = signed_in("owen")
    owen.post(f"/board/tasks/{parked.id}/retry")

    assert owen.post(f"/board/tasks/{parked.id}/retry").status_code == 409


def test_only_operations_put_work_back(signed_in, parked):
    assert signed_in("sarah").post(f"/board/tasks/{parked.id}/retry").status_code == 403


def test_a_parked_task_is_listed_with_its_reason(signed_in, parked):
    page = signed_in("owen").get("/board/").text

    assert "Its worker stopped." in page
    assert f"/board/tasks/{parked.id}/retry" in page
