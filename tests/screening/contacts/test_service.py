"""A contact is received once, whole, with everything that must follow in the same transaction (promise 1)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening import tasks, validation
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db, now
from screening.errors import Conflict
from screening.models import AuditEntry, BackgroundCheck, RulesetInForce, Task
from screening.references import check_character
from screening.scoring.newest_score import newest_score
from tests.screening.contacts.bodies import body, bruised_baby, child

pytestmark = pytest.mark.usefixtures("context")


def receive(**changes):
    return service.receive_sent(body=validation.load(ContactSchema(), body(**changes)))


def promised(contact):
    return sorted(db.session.scalars(select(Task.kind).where(Task.contact_id == contact.id)))


def test_a_contact_is_kept_with_its_people_and_its_words():
    contact = receive(adults=[{"given_name": "Gary", "relationship": "stepfather", "alleged_harm_to": [0]}])

    assert contact.state == "received"
    assert [child.full_name for child in contact.children] == ["Ada Marlow"]
    assert [adult.full_name for adult in contact.adults] == ["Gary"]
    assert contact.narrative == "Came to school hungry."


def test_everything_that_must_follow_is_promised_with_it():
    contact = receive(children=[child(), child(given_name="Leo")])

    assert promised(contact) == [tasks.CHECK_OWN_RECORDS, tasks.CHECK_OWN_RECORDS, tasks.RECEIPT, tasks.ROUTE]


def test_each_person_is_asked_about_in_our_own_records():
    contact = receive(adults=[{"given_name": "Gary"}])

    asked = select(func.count()).where(BackgroundCheck.contact_id == contact.id, BackgroundCheck.outcome.is_(None))
    assert db.session.scalar(asked) == 2


def test_it_is_scored_inside_the_save():
    contact = service.receive_sent(body=validation.load(ContactSchema(), bruised_baby()))

    screening = newest_score(contact.id)
    assert (screening.level_at_least, screening.urgency_at_least) == (4, "red")


def test_red_work_is_promised_as_red():
    contact = service.receive_sent(body=validation.load(ContactSchema(), bruised_baby()))

    route = db.session.scalars(select(Task).where(Task.contact_id == contact.id, Task.kind == tasks.ROUTE)).one()
    assert route.priority == tasks.PRIORITY["red"]


def test_what_cannot_be_scored_goes_to_a_person_as_urgent():
    db.session.execute(RulesetInForce.__table__.delete())

    contact = service.receive_sent(body=validation.load(ContactSchema(), body()))

    screening = newest_score(contact.id)
    assert screening.output is None
    assert (screening.level_at_least, screening.urgency_at_least, screening.hard_open) == (4, "red", True)
    assert tasks.ROUTE in promised(contact)


def test_saving_is_audited_in_the_same_transaction():
    contact = receive()
    db.session.flush()

    actions = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.contact_id == contact.id)))
    assert {"contact.sent", "screening.made"} <= actions


def test_its_clock_runs_from_when_it_was_first_received():
    earlier = now() - timedelta(hours=3)

    assert receive(received_at=earlier.isoformat()).first_received_at == earlier


def test_a_call_is_a_contact_from_its_first_second():
    contact = service.open_call(contact_type="request_for_service")

    assert (contact.state, contact.received_at) == ("taking", None)
    assert contact.reference.startswith("FD-")


def test_sending_a_call_twice_changes_nothing():
    contact = service.open_call(contact_type="request_for_service")
    sent = validation.load(ContactSchema(), body())

    first = service.receive_call(contact=contact, body=sent)
    second = service.receive_call(contact=contact, body=sent)

    assert first is second
    assert db.session.scalar(select(func.count()).where(Task.contact_id == contact.id)) == 3


def test_a_closed_call_is_not_received_again():
    contact = service.open_call(contact_type="request_for_service")
    contact.state = "closed"

    with pytest.raises(Conflict):
        service.receive_call(contact=contact, body=validation.load(ContactSchema(), body()))


def test_references_carry_a_check_character_and_do_not_follow_each_other():
    references = [receive().reference for _ in range(5)]

    assert len(set(references)) == 5
    assert all(reference[-1] == check_character(reference[3:-1]) for reference in references)


def test_a_clash_of_references_is_settled_by_another(monkeypatch):
    taken = receive().reference
    drawn = iter([taken, taken, "FD-00000000A"])
    monkeypatch.setattr(service, "new_reference", lambda: next(drawn))

    assert receive().reference == "FD-00000000A"


def test_an_age_is_kept_with_the_day_it_was_said():
    contact = receive(children=[{"age_years_estimated": 7}])

    assert contact.children[0].age_as_of == contact.first_received_at.date()


def test_a_birth_known_in_part_is_kept_as_its_earliest_and_latest_day():
    contact = receive(children=[child(date_of_birth="2018-02")])

    kept = contact.children[0]
    assert (str(kept.born_earliest), str(kept.born_latest), kept.date_of_birth) == (
        "2018-02-01",
        "2018-02-28",
        "2018-02",
    )
