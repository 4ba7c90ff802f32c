"""No worker runs at all: contacts stay visible and are worked by hand.

The names in brackets are those of the fault matrix in docs/reliability.md.
"""

from datetime import timedelta

import pytest

from screening.db import db, now, transaction
from screening.models import QueueItem
from tests.screening.queues import given

pytestmark = pytest.mark.commits


@pytest.fixture
def unrouted(committed):
    with transaction():
        given.clock_at(given.TUESDAY_NOON)
        contact = given.contact(urgency="red", first_received_at=now() - timedelta(minutes=2))
        given.person(contact)
        return contact.reference


def item_in_force(reference):
    with transaction():
        found = db.session.query(QueueItem).where(QueueItem.state.in_(("waiting", "accepted"))).one()
        return found.id, found.version, found.state


def test_a_contact_that_no_worker_routed_is_an_alarm_and_is_placed_accepted_and_given_by_hand(own_app, unrouted):
    """[F34]"""
    tom, grace = (own_app.test_client().sign_in(name) for name in ("tom", "grace"))

    alarm = tom.get("/queues/attention").text
    assert "1 contact is in no queue" in alarm
    assert unrouted in alarm
    assert tom.post(f"/queues/unheld/{unrouted}/place", data={"to_team": "screening"}).status_code == 302

    assert unrouted in tom.get("/queues/screening").text
    item_id, version, _ = item_in_force(unrouted)
    assert tom.post(f"/queues/items/{item_id}/accept", data={"version": version}).status_code == 302
    item_id, version, state = item_in_force(unrouted)
    assert state == "accepted"
    given_on = grace.post(f"/queues/items/{item_id}/allocate", data={"version": version, "to_user": "sarah"})
    assert given_on.status_code == 302
    assert "1 contact is in no queue" not in tom.get("/queues/attention").text
