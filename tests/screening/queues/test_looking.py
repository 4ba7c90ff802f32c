"""Who has a contact open is said to whoever else has it open, or has it in a list; and goes when they go."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening import looking
from screening.db import db
from screening.models import Looking
from tests.screening.queues import given
from tests.screening.queues.test_pages import new_item
from tests.screening.queues.test_service import seen_as

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def test_who_opens_a_contact_is_shown_in_the_list_and_to_who_else_opens_it(signed_in):
    item = new_item()
    address = f"/contacts/{item.contact.reference}"

    assert "Also looking" not in signed_in("tom").get(address).text

    assert "Tom Whitlock is looking" in signed_in("sarah").get("/queues/screening").text
    assert "Also looking: Tom Whitlock, since" in signed_in("sarah").get(f"{address}/looking").text
    assert "is looking" in signed_in("tom").get("/queues/screening/live").text


def test_who_says_so_no_more_is_gone_and_comes_back_with_a_new_time():
    contact = given.contact()
    given.item(contact)
    with seen_as("tom"):
        looking.here(contact.id)
    given.clock_at(given.TUESDAY_NOON + timedelta(seconds=46))
    with seen_as("sarah"):
        assert looking.others([contact.id]) == {}

    with seen_as("tom"):
        looking.here(contact.id)

    with seen_as("sarah"):
        ((onlooker,),) = looking.others([contact.id]).values()
    assert (onlooker.name, onlooker.since >= given.TUESDAY_NOON + timedelta(seconds=46)) == ("Tom Whitlock", True)


def test_what_somebody_looked_at_before_is_put_away():
    contacts = [given.contact(), given.contact()]
    with seen_as("tom"):
        looking.here(contacts[0].id)
        given.clock_at(given.TUESDAY_NOON + timedelta(minutes=5))
        looking.here(contacts[1].id)

    assert db.session.scalar(select(func.count()).select_from(Looking)) == 1


def test_nobody_is_told_who_looks_at_what_they_may_not_see(signed_in):
    item = new_item("havant")

    assert signed_in("winnie").get(f"/contacts/{item.contact.reference}/looking").status_code == 404
    assert signed_in("priya").get(f"/contacts/{item.contact.reference}/looking").status_code == 403
