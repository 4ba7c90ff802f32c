"""A call in which something was typed is never forgotten: its owner is told, then a manager."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.contacts import late_drafts
from screening.db import db, now, transaction
from screening.models import AuditEntry, Contact, LateDraft, Task
from tests.screening.contacts.bodies import form
from tests.screening.queues.given import clock_at

pytestmark = pytest.mark.usefixtures("context")
ENDED = {"outcome": "in_another_contact", "reason": "Taken down by Callum as FD-TEST."}


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    answer = priya.post("/contacts/", data={"kind": "request_for_service"})
    return re.search(r"FD-\w+", answer.location).group()


@pytest.fixture
def typed(priya, reference):
    save(priya, reference, 0, "Hungry at school.")
    return reference


def save(client, reference, version, narrative):
    return client.post(f"/contacts/{reference}/autosave", data={**form(narrative=narrative), "version": version})


def contact_of(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def due_steps():
    keys = db.session.scalars(select(Task.key).where(Task.kind == "late_draft").order_by(Task.run_after))
    return [key.rsplit(":", 1)[-1] for key in keys]


def look(reference, minutes, step):
    """Do what the worker does so many minutes from now."""
    with viewing(worker_viewer("test")), transaction():
        clock_at(now() + timedelta(minutes=minutes))
        late_drafts.look(contact_of(reference).id, step)


def test_the_clock_begins_with_the_first_words_and_once(priya, reference):
    assert due_steps() == []
    save(priya, reference, 0, "Hungry.")
    save(priya, reference, 1, "Hungry at school.")

    assert due_steps() == ["owner", "manager"]


def test_the_clock_begins_with_a_young_persons_call(priya):
    priya.post("/contacts/", data={"kind": "young_person"})

    assert due_steps() == ["owner", "manager"]


def test_the_clock_begins_with_a_silent_line_that_is_taken_as_a_worry(priya):
    answer = priya.post("/contacts/", data={"kind": "silent"})
    silent = re.search(r"FD-\w+", answer.location).group()
    priya.post(f"/contacts/{silent}/short/take", data={"tap_there": "yes", "contact_type": "silent"})

    assert due_steps() == ["owner", "manager"]


def test_the_owner_is_told_on_every_page(priya, typed):
    look(typed, 11, "owner")

    assert f"/contacts/{typed}/take" in priya.get("/messages/to-ring").text


def test_an_owner_who_still_types_is_left_alone_and_looked_at_again(typed):
    look(typed, 9, "owner")

    assert "v1" in due_steps()
    assert db.session.get(LateDraft, contact_of(typed).id) is None


def test_a_manager_has_it_under_needs_attention(signed_in, typed):
    look(typed, 31, "manager")

    page = signed_in("grace").get("/queues/attention").text
    assert "Begun and not sent" in page
    assert f"/contacts/{typed}/take" in page


def test_who_is_no_manager_is_not_shown_it(signed_in, typed):
    look(typed, 31, "manager")

    assert typed not in signed_in("sarah").get("/queues/attention").text


def test_a_call_that_was_sent_is_late_for_nobody(priya, typed):
    priya.post(f"/contacts/{typed}/danger", data={**form(narrative="Hungry."), "version": 1})
    look(typed, 31, "manager")

    assert db.session.get(LateDraft, contact_of(typed).id) is None


def test_a_call_with_words_is_ended_with_what_it_was_and_why(priya, typed):
    priya.post(f"/contacts/{typed}/end", data=ENDED)

    kept = db.session.get(LateDraft, contact_of(typed).id)
    assert (contact_of(typed).state, kept.outcome, kept.reason) == ("closed", *ENDED.values())


def test_the_reason_is_kept_out_of_the_audit(priya, typed):
    priya.post(f"/contacts/{typed}/end", data=ENDED)

    detail = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "contact.closed"))
    assert detail == {"because": "in_another_contact"}


@pytest.mark.parametrize("missing", ["outcome", "reason"])
def test_a_call_is_not_ended_without_both(priya, typed, missing):
    answer = priya.post(f"/contacts/{typed}/end", data={**ENDED, missing: ""})

    assert answer.status_code == 422
    assert contact_of(typed).state == "taking"


def test_a_manager_ends_a_late_call(signed_in, typed):
    look(typed, 31, "manager")
    signed_in("grace").post(f"/contacts/{typed}/end", data=ENDED)

    assert contact_of(typed).state == "closed"


def test_a_colleague_ends_no_call_of_somebody_else(signed_in, typed):
    assert signed_in("callum").post(f"/contacts/{typed}/end", data=ENDED).status_code == 404
