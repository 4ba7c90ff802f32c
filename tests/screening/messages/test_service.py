"""Receipts and acknowledgements: once, with their own clocks, or given to a person."""

from datetime import UTC, datetime, timedelta

import pytest

from screening import leaving, letter_text
from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.messages import queries, service
from tests.screening.messages import given
from tests.screening.queues import given as rows
from workers import undelivered

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def acknowledged(contact, user_name="sarah"):
    user = given.user(user_name)
    with viewing(user_viewer(user)):
        return service.write_acknowledgement(contact, by=user)


def told(message, user_name="sarah"):
    user = given.user(user_name)
    with viewing(user_viewer(user)):
        return service.record_told_by_phone(message.id, by=user)


def listed(find=queries.to_ring):
    return [found.contact.reference for found in find()]


def unsafe(**more):
    return given.contact({**given.SCHOOL, "safe_to_reply": "no"}, **more)


def test_a_receipt_is_made_once():
    contact = given.contact()

    first, second = service.prepare_receipt(contact), service.prepare_receipt(contact)

    assert first.id == second.id
    assert first.state == "pending"


def test_the_message_id_is_made_with_the_row_and_tells_nothing():
    message = service.prepare_receipt(given.contact())

    assert message.message_id.endswith("@front-door.example>")
    assert len(message.message_id) > 40


def test_an_unsafe_receipt_is_withheld_listed_and_audited():
    contact = unsafe()

    message = service.prepare_receipt(contact)

    assert (message.state, message.reason) == ("withheld", leaving.NOT_SAFE)
    assert listed() == [contact.reference]
    assert given.audited(contact, "message.withheld")[0].detail == {"kind": "receipt"}


def test_an_anonymous_caller_is_on_no_list():
    contact = given.contact({**given.NEIGHBOUR, "source_code": "9"})

    service.prepare_receipt(contact)

    assert contact.reference not in listed() + listed(queries.to_acknowledge)


def test_a_failed_receipt_is_listed_and_audited():
    contact = given.contact()

    service.record_failed(service.prepare_receipt(contact), "Refused by the mail server. Ring them.")

    assert listed() == [contact.reference]
    assert len(given.audited(contact, "message.failed")) == 1


def test_a_receipt_that_was_sent_cannot_fail_afterwards():
    message = service.prepare_receipt(given.contact())
    service.record_sent(message)

    with pytest.raises(Conflict):
        service.record_failed(message, "late")


def test_a_receipt_still_unsent_when_the_clock_ends_is_listed():
    contact = given.contact()
    service.prepare_receipt(contact)

    before = listed()
    given.clock_at(datetime(2026, 11, 25, 17, 1, tzinfo=UTC))

    assert (before, listed()) == ([], [contact.reference])


def test_the_acknowledgement_has_a_clock_of_one_working_day_from_first_received():
    friday_night = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    contact = given.contact(first_received_at=friday_night)

    service.prepare_receipt(contact)

    assert given.message_of(contact, "acknowledgement").due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert listed(queries.to_acknowledge) == [contact.reference]


def test_a_request_for_information_waits_for_no_acknowledgement():
    contact = given.contact(contact_type="request_for_information")

    service.prepare_receipt(contact)

    assert listed(queries.to_acknowledge) == []


def test_an_acknowledgement_is_written_by_a_named_social_worker_and_promised():
    contact = given.contact()

    message = acknowledged(contact)

    assert message.written_by_id == given.user("sarah").id
    assert message.state == "pending"
    assert [task.subject_id for task in given.tasks_of(contact, "acknowledgement")] == [message.id]
    assert len(given.audited(contact, "message.written")) == 1


def test_an_acknowledgement_is_written_by_a_registered_social_worker_only():
    user = given.user("sarah")
    user.social_work_number = None

    with pytest.raises(NotAllowed, match="registered social worker"):
        acknowledged(given.contact())


def test_a_call_handler_does_not_acknowledge():
    with pytest.raises(NotAllowed):
        acknowledged(given.contact(), "priya")


def test_a_double_click_acknowledges_once():
    contact = given.contact()

    assert acknowledged(contact).id == acknowledged(contact).id
    assert len(given.audited(contact, "message.written")) == 1


def test_a_second_social_worker_is_told_who_acknowledged():
    contact = given.contact()
    acknowledged(contact)

    with pytest.raises(Conflict, match="Sarah Okafor"):
        acknowledged(contact, "tom")


def test_an_unsafe_acknowledgement_is_withheld_and_its_writer_rings():
    contact = unsafe()

    message = acknowledged(contact)

    assert message.state == "withheld"
    assert given.tasks_of(contact, "acknowledgement") == []
    assert listed() == [contact.reference]


def test_a_contact_that_is_still_being_taken_is_not_acknowledged():
    with pytest.raises(Invalid, match="still being taken"):
        acknowledged(given.contact(state="taking"))


def test_nobody_acknowledges_to_the_anonymous():
    with pytest.raises(Invalid, match="anonymous"):
        acknowledged(given.contact({**given.NEIGHBOUR, "source_code": "9"}))


def test_a_referrer_who_was_told_by_phone_leaves_the_list():
    contact = unsafe()

    message = told(service.prepare_receipt(contact))

    assert message.told_by_phone_by_id == given.user("sarah").id
    assert listed() == []
    assert len(given.audited(contact, "message.told_by_phone")) == 1


def came_back(message, user_name="sarah"):
    with viewing(user_viewer(given.user(user_name))):
        return service.record_came_back(message.id)


def test_a_message_that_came_back_is_work_for_a_person_and_no_longer_sent():
    contact = given.contact()
    message = service.prepare_receipt(contact)
    service.record_sent(message)

    came_back(message)

    assert (message.state, message.sent_at, listed()) == ("failed", None, [contact.reference])
    assert len(given.audited(contact, "message.failed")) == 1


def test_who_was_rung_after_it_came_back_leaves_the_list():
    message = service.prepare_receipt(given.contact())
    service.record_sent(message)

    told(came_back(message))

    assert listed() == []


def test_what_was_not_sent_cannot_have_come_back():
    with pytest.raises(Conflict, match="has not been sent"):
        came_back(service.prepare_receipt(given.contact()))


def test_one_call_by_a_social_worker_settles_the_receipt_too():
    contact = unsafe()
    receipt = service.prepare_receipt(contact)

    told(acknowledged(contact))

    assert receipt.told_by_phone_at is not None


def test_a_call_instead_of_an_acknowledgement_is_the_acknowledgement():
    contact = given.contact()
    service.prepare_receipt(contact)

    told(given.message_of(contact, "acknowledgement"))

    assert given.message_of(contact, "acknowledgement").written_by_id == given.user("sarah").id
    assert listed(queries.to_acknowledge) == []


def test_a_call_handler_cannot_acknowledge_by_phone():
    contact = given.contact(taken_by_id=given.user("priya").id)
    service.prepare_receipt(contact)

    with pytest.raises(NotAllowed):
        told(given.message_of(contact, "acknowledgement"), "priya")


def test_a_call_handler_tells_their_own_caller():
    contact = unsafe(taken_by_id=given.user("priya").id)

    assert told(service.prepare_receipt(contact), "priya").told_by_phone_at is not None


def test_a_message_of_a_contact_out_of_reach_does_not_exist():
    message = service.prepare_receipt(unsafe(taken_by_id=given.user("callum").id))

    with pytest.raises(NotFound):
        told(message, "priya")


def test_the_second_to_ring_is_told_who_did():
    message = service.prepare_receipt(unsafe())
    told(message)

    with pytest.raises(Conflict, match="Sarah Okafor told them by telephone"):
        told(message, "tom")


def test_what_was_sent_needs_no_call():
    message = service.prepare_receipt(given.contact())
    service.record_sent(message)

    with pytest.raises(Conflict, match="sent it at"):
        told(message)


def test_the_list_shows_only_contacts_in_reach():
    mine = unsafe(taken_by_id=given.user("priya").id)
    for contact in (mine, unsafe(taken_by_id=given.user("callum").id)):
        service.prepare_receipt(contact)

    with viewing(user_viewer(given.user("priya"))):
        assert listed() == [mine.reference]


def test_the_next_to_breach_is_rung_first():
    later = unsafe(first_received_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    sooner = unsafe(first_received_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    for contact in (later, sooner):
        service.prepare_receipt(contact)

    assert listed() == [sooner.reference, later.reference]


def test_a_social_workers_number_is_their_teams():
    assert queries.phone_of(given.user("winnie")) == rows.team("winchester").phone


def test_a_receipts_number_is_the_screening_teams():
    assert letter_text.front_door_phone() == rows.team("screening").phone


def test_where_no_team_has_a_number_the_referrer_keeps_theirs():
    rows.team("screening").phone = ""
    db.session.flush()

    assert letter_text.front_door_phone() == letter_text.NUMBER_THEY_USED


@pytest.mark.parametrize("state", ["failed", "withheld"])
def test_what_was_not_delivered_has_a_clock_and_is_raised_to_the_team_and_then_the_duty_manager(state):
    contact = given.contact() if state == "failed" else unsafe()
    rows.item(contact, "mash")
    message = service.prepare_receipt(contact)
    if state == "failed":
        service.record_failed(message, "Refused by the mail server. Ring them.")
    [task] = given.tasks_of(contact, "undelivered")
    assert task.run_after > given.TUESDAY_NOON

    undelivered.raise_late(message.id, "team")
    assert "open To ring" in rows.lead_of(contact).attention
    undelivered.raise_late(message.id, "duty_manager")

    assert [item.team.kind for item in rows.items_of(contact)] == ["mash", "duty_manager"]


def test_whoever_rings_takes_away_that_the_referrer_was_not_told():
    contact = unsafe()
    rows.item(contact)
    message = service.prepare_receipt(contact)
    undelivered.raise_late(message.id, "team")
    was = rows.lead_of(contact).attention

    told(message)

    assert (was is not None, rows.lead_of(contact).attention) == (True, None)


def test_who_was_told_by_telephone_is_raised_to_nobody():
    contact = unsafe()
    rows.item(contact)
    message = service.prepare_receipt(contact)
    told(message)

    undelivered.raise_late(message.id, "team")

    assert rows.lead_of(contact).attention is None


def test_a_message_that_was_not_delivered_though_no_team_ever_had_the_contact_is_an_alarm():
    contact = unsafe()
    message = service.prepare_receipt(contact)

    undelivered.raise_late(message.id, "team")

    assert [(item.team_id, item.attention is not None) for item in rows.items_of(contact)] == [(None, True)]


def test_while_the_mail_server_is_down_for_long_a_receipt_is_a_persons_to_ring():
    contact = given.contact()
    service.record_not_yet(service.prepare_receipt(contact), "The mail server cannot be reached.")
    assert listed() == []

    given.clock_at(given.TUESDAY_NOON + timedelta(minutes=61))

    assert listed() == [contact.reference]
    assert len(given.tasks_of(contact, "undelivered")) == 1


def test_whoever_takes_it_rings_and_until_then_the_team_that_has_the_contact():
    contact = unsafe()
    rows.item(contact, "mash")
    message = service.prepare_receipt(contact)
    assert [found.held_by for found in queries.to_ring()] == [rows.team("mash").name]

    with viewing(user_viewer(given.user("grace"))):
        service.take(message.id, by=given.user("grace"))

    assert [found.held_by for found in queries.to_ring()] == [given.user("grace").name]
