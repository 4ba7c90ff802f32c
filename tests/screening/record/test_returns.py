"""Each return of a contact, with its reason, its team and whom they propose: who says whose it is reads them all."""

import pytest

from screening.db import db
from screening.queues import service, undoing
from tests.screening.queues import given
from tests.screening.queues.test_service import act

pytestmark = pytest.mark.usefixtures("context")
FIRST, SECOND = "They moved to Havant in May.", "Havant has no home for them on record."


@pytest.fixture
def contact():
    given.clock_at(given.TUESDAY_NOON)
    item = given.item(given.contact(), "winchester")
    again = act("winnie", service.send_back, item, reason=FIRST, to_team="havant")
    # Placed there once more, by whoever had it meanwhile.
    again.team_id, again.returns = item.team_id, 2
    db.session.flush()
    act("winnie", service.send_back, again, reason=SECOND, to_team="test-valley")
    db.session.commit()
    return item.contact


@pytest.mark.parametrize("tab", ["history", "summary"])
def test_the_named_manager_reads_every_return_with_its_reason_team_and_proposal(tab, contact, signed_in):
    page = signed_in("grace").get(f"/contacts/{contact.reference}?tab={tab}").text

    assert FIRST in page
    assert SECOND in page
    assert page.count("Winchester") >= 2
    assert "propose Havant" in page
    assert "propose Test Valley" in page


def test_a_return_that_was_taken_back_is_shown_and_not_counted(signed_in):
    given.clock_at(given.TUESDAY_NOON)
    item = given.item(given.contact(), "winchester", returns=2)
    act("winnie", undoing.undo, act("winnie", service.send_back, item, reason=FIRST, to_team="havant"))
    db.session.commit()
    place, winnie = f"/contacts/{item.contact.reference}", signed_in("winnie")
    before, history = winnie.get(place).text, winnie.get(f"{place}?tab=history").text
    stands = given.lead_of(item.contact)
    act("winnie", service.send_back, stands, reason=SECOND, to_team="havant")
    db.session.commit()

    assert "Sent back, and taken back" in before
    assert "Winnie Asante took this back" in before
    assert "Taken back" in history
    assert FIRST in history
    after = winnie.get(place).text
    assert "Sent back once" in after
    assert FIRST in after


def test_what_was_never_sent_back_says_nothing_of_it(signed_in):
    row = given.item(given.contact(), "screening").contact
    db.session.commit()

    assert 'id="returns"' not in signed_in("grace").get(f"/contacts/{row.reference}").text


def test_what_waits_under_a_managers_name_is_not_said_to_be_held_by_them(contact, signed_in):
    page = signed_in("grace").get(f"/contacts/{contact.reference}").text

    assert "<dd>For Grace Lindqvist, Duty manager" in page


def test_the_history_says_to_which_team_it_was_passed_on(signed_in):
    given.clock_at(given.TUESDAY_NOON)
    item = given.item(given.contact(), "screening")
    act("sarah", service.transfer, item, reason=FIRST, to_team="havant")
    db.session.commit()

    page = signed_in("grace").get(f"/contacts/{item.contact.reference}?tab=history").text

    assert "To Havant assessment team" in page


def test_the_contact_says_why_it_asks_for_attention_to_those_of_its_team_alone(contact, signed_in):
    words = "Sent back 3 times: Grace Lindqvist says which team has it."

    assert words in signed_in("grace").get(f"/contacts/{contact.reference}").text
    assert words not in signed_in("sarah").get(f"/contacts/{contact.reference}").text
