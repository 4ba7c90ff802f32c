"""Receipts and acknowledgements leave once, say nothing, and where they cannot leave a person is told."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import structlog

from screening.access import user_viewer, viewing
from screening.messages import queries, service
from tests.screening.messages import given
from tests.screening.queues import given as rows
from tests.workers.post_office import free_port, open_post_office
from workers import receipts

pytestmark = pytest.mark.usefixtures("context")
AFTER_THE_CLOCK = datetime(2026, 11, 25, 17, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def office():
    with open_post_office() as office:
        yield office


@pytest.fixture
def settings(app, office):
    return replace(app.extensions["front_door"], smtp_url=f"smtp://127.0.0.1:{office.port}")


def sent(outgoing, settings):
    """Deliver and record, as the worker does; gives back why it has to be tried again."""
    assert outgoing is not None
    return receipts.record(outgoing, receipts.deliver(outgoing, settings))


def receipt_sent(contact, settings):
    return sent(receipts.prepare_receipt(contact.id), settings)


def acknowledgement_of(contact, user_name="sarah"):
    user = given.user(user_name)
    with viewing(user_viewer(user)):
        return service.write_acknowledgement(contact, by=user)


def words_of(text):
    return set(re.findall(r"[a-z0-9]{3,}", text.casefold()))


def listed():
    return [found.contact.reference for found in queries.to_ring()]


def test_a_receipt_is_sent_with_the_message_id_of_its_row(office, settings):
    contact = given.contact()

    assert receipt_sent(contact, settings) is None

    message = given.message_of(contact)
    assert [letter["Message-ID"] for letter in office.taken] == [message.message_id]
    assert (message.state, message.sent_at is not None) == ("sent", True)
    assert office.recipients == [given.SCHOOL["email"]]
    assert len(given.audited(contact, "message.sent")) == 1


def test_a_task_that_comes_twice_sends_one_receipt(office, settings):
    contact = given.contact()
    receipt_sent(contact, settings)

    assert receipts.prepare_receipt(contact.id) is None
    assert len(office.taken) == 1


def test_a_crash_before_it_is_written_down_repeats_the_same_message_only(office, settings):
    contact = given.contact()
    receipts.deliver(receipts.prepare_receipt(contact.id), settings)

    receipt_sent(contact, settings)

    first, second = office.taken
    assert first.as_bytes() == second.as_bytes()


def test_a_receipt_says_nothing_about_anybody(office, settings):
    contact = given.contact(narrative="Kathryn flinched, hungry again; bruise upon cheek. Gary shouted at mother.")
    rows.person(contact, "Kathryn Smyth", address_line_1="14 Oakapple Lane", town="Fareham", postcode="PO16 7AB")
    given.alleged(contact, "Gary Marlow", relationship_to_child="stepfather")
    rows.screening(contact, urgency="red", level=4, output={"must_do": ["strategy_discussion"]})
    personal = words_of(
        f"{contact.narrative} Kathryn Smyth 14 Oakapple Lane Fareham PO16 7AB Gary Marlow stepfather red level strategy"
        " children services social safeguarding screening team Adeyemi Oakbank School"
    )

    receipt_sent(contact, settings)

    letter = office.taken[0]
    del letter["To"]
    assert words_of(letter.as_string()) & personal == set()
    assert contact.reference in letter["Subject"]
    assert "24 November 2026" in letter.get_content()
    assert rows.team("screening").phone in letter.get_content()


def test_an_unsafe_receipt_never_leaves_and_is_listed(office, settings):
    contact = given.contact({**given.SCHOOL, "safe_to_reply": "no"})

    assert receipts.prepare_receipt(contact.id) is None
    assert (office.talks, listed()) == (0, [contact.reference])


def test_a_receipt_becomes_unsafe_between_two_tries(office, settings):
    contact = given.contact({**given.SCHOOL, "safe_to_reply": "unknown"})
    office.mode = "later"
    receipt_sent(contact, settings)
    rows.screening(contact, urgency="red", output={"must_do": ["do_not_alert_carer"]})

    assert receipts.prepare_receipt(contact.id) is None
    assert given.message_of(contact).state == "withheld"


def test_an_address_with_another_header_reaches_no_server(office, settings):
    contact = given.contact({**given.SCHOOL, "email": "a@example.org\r\nBcc: b@example.org"})

    assert receipts.prepare_receipt(contact.id) is None
    assert (office.talks, listed()) == (0, [contact.reference])


def test_a_refused_receipt_has_failed_and_is_listed(office, settings):
    """[F22]"""
    contact = given.contact()
    office.mode = "refuse"

    assert receipt_sent(contact, settings) is None

    message = given.message_of(contact)
    assert (message.state, message.reason) == ("failed", receipts.REFUSED)
    assert listed() == [contact.reference]
    assert receipts.prepare_receipt(contact.id) is None
    assert len(given.audited(contact, "message.failed")) == 1


def test_a_server_that_asks_for_patience_gets_it_and_then_the_receipt(office, settings):
    """[F21]"""
    contact = given.contact()
    office.mode = "later"

    assert receipt_sent(contact, settings) == "The mail server asks us to try again later."
    office.mode = "take"

    assert receipt_sent(contact, settings) is None
    assert given.message_of(contact).state == "sent"


def test_patience_ends_when_the_clock_does_and_a_person_rings(office, settings):
    """[F22]"""
    contact = given.contact()
    office.mode = "later"
    receipt_sent(contact, settings)
    given.clock_at(AFTER_THE_CLOCK)

    assert receipt_sent(contact, settings) is None
    assert (given.message_of(contact).state, listed()) == ("failed", [contact.reference])


def test_a_late_receipt_that_is_taken_is_sent(office, settings):
    contact = given.contact()
    service.prepare_receipt(contact)
    given.clock_at(AFTER_THE_CLOCK)

    receipt_sent(contact, settings)

    assert given.message_of(contact).state == "sent"


@pytest.mark.parametrize("smtp_url", [None, "smtp://mail.example.org", "smtp://127.0.0.1:{port}"])
def test_without_a_mail_server_the_receipt_waits(settings, smtp_url):
    contact = given.contact()
    url = smtp_url and smtp_url.format(port=free_port())

    assert receipt_sent(contact, replace(settings, smtp_url=url))
    assert given.message_of(contact).state == "pending"


def test_no_log_line_and_no_row_repeats_the_address(office, settings):
    contact = given.contact()
    office.mode = "refuse"

    with structlog.testing.capture_logs() as lines:
        receipt_sent(contact, settings)

    kept = str(lines) + str(given.message_of(contact).reason) + str(given.audited(contact, "message.failed")[0].detail)
    assert lines
    assert "adeyemi" not in kept
    assert "oakbank" not in kept


def test_a_contact_that_is_still_being_taken_gets_no_receipt():
    assert receipts.prepare_receipt(given.contact(state="taking").id) is None


def test_a_contact_that_is_not_there_gets_no_receipt():
    assert receipts.prepare_receipt(service.new_id()) is None


def test_an_acknowledgement_names_its_social_worker_and_their_number(office, settings):
    contact = given.contact()
    rows.item(contact, "winchester")
    message = acknowledgement_of(contact, "winnie")

    sent(receipts.prepare_acknowledgement(message.id), settings)

    text = office.taken[0].get_content()
    assert "Winnie Asante" in text
    assert rows.team("winchester").phone in text
    assert "Winchester" not in text
    assert given.message_of(contact, "acknowledgement").state == "sent"


def test_an_acknowledgement_bears_the_day_it_was_written_and_not_the_contacts(office, settings):
    contact = given.contact()
    service.prepare_receipt(contact)
    given.clock_at(AFTER_THE_CLOCK)
    rows.item(contact, "screening")

    sent(receipts.prepare_acknowledgement(acknowledgement_of(contact).id), settings)

    assert office.taken[0]["Date"].datetime == AFTER_THE_CLOCK


def test_receipt_and_acknowledgement_are_two_messages(office, settings):
    contact = given.contact()

    receipt_sent(contact, settings)
    sent(receipts.prepare_acknowledgement(acknowledgement_of(contact).id), settings)

    assert len({letter["Message-ID"] for letter in office.taken}) == 2


def test_an_acknowledgement_that_nobody_has_written_does_not_leave():
    contact = given.contact()
    service.prepare_receipt(contact)

    assert receipts.prepare_acknowledgement(given.message_of(contact, "acknowledgement").id) is None


def test_an_acknowledgement_told_by_phone_in_the_meantime_does_not_leave():
    message = acknowledgement_of(given.contact())
    sarah = given.user("sarah")
    with viewing(user_viewer(sarah)):
        service.record_told_by_phone(message.id, by=sarah)

    assert receipts.prepare_acknowledgement(message.id) is None


def test_a_call_while_the_mail_server_has_it_leaves_both_on_record(settings):
    contact = given.contact()
    outgoing = receipts.prepare_receipt(contact.id)
    sarah = given.user("sarah")
    with viewing(user_viewer(sarah)):
        service.record_told_by_phone(outgoing.message_id, by=sarah)

    sent(outgoing, settings)

    message = given.message_of(contact)
    assert (message.state, message.told_by_phone_at is not None) == ("sent", True)


def test_sent_again_after_a_crash_it_holds_the_same_link_which_no_log_and_no_row_repeats(office, settings):
    contact = given.contact()
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            receipts.deliver(receipts.prepare_receipt(contact.id), settings)

    first, second = (re.search(r"/reply/(\S{43})", letter.get_payload())[1] for letter in office.taken)
    assert first == second
    assert first not in str(logs)
    rows_kept = [str(vars(task)) for task in given.tasks_of(contact, "receipt")]
    assert first not in str(vars(given.message_of(contact))) + str(rows_kept)
