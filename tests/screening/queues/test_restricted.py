"""Restricted contacts in queues: they wait where somebody may open them, and are given to nobody who may not."""

from datetime import timedelta

import pytest

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Invalid
from screening.models import NamedReader
from screening.oversight import queries as board
from screening.queues import attention, forms, service
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def restricted_to(user_name, **more):
    contact = given.contact(restricted=True, **more)
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user(user_name).id))
    db.session.flush()
    return contact


def as_who(user_name):
    return viewing(user_viewer(given.user(user_name)))


def test_it_is_given_to_nobody_who_may_not_open_it():
    item = given.item(restricted_to("grace"), "screening")

    with as_who("grace"), pytest.raises(Invalid) as refused:
        service.allocate(item.id, version=item.version, to_user="tom")

    assert list(refused.value.fields) == ["/to_user"]


def test_the_form_offers_only_who_may_open_it(app):
    item = given.item(restricted_to("grace"), "screening")
    db.session.add(NamedReader(contact_id=item.contact_id, user_id=given.user("sarah").id))
    db.session.flush()

    with app.test_request_context(), as_who("grace"):
        page = forms.allocate(item)

    assert "sarah" in page
    assert "tom" not in page


def test_what_is_in_nobodys_queue_is_listed_for_its_reader_and_for_nobody_else():
    item = given.item(restricted_to("grace"), None, attention="Place it.", attention_at=now())

    with as_who("grace"):
        assert [found.id for found in attention.flagged()] == [item.id]
    with as_who("owen"):
        assert attention.flagged() == []


def test_one_in_no_queue_is_placed_only_where_somebody_may_open_it():
    lost = restricted_to("winnie", first_received_at=now() - timedelta(minutes=2))

    with as_who("grace"), pytest.raises(Invalid):
        service.place_unheld(lost.reference, to_team="havant")
    with as_who("grace"):
        assert service.place_unheld(lost.reference, to_team="winchester").team.slug == "winchester"


def test_one_in_no_queue_that_nobody_may_open_is_placed_all_the_same():
    lost = given.contact(restricted=True, first_received_at=now() - timedelta(minutes=2))

    with as_who("grace"):
        assert service.place_unheld(lost.reference, to_team="havant").team.slug == "havant"


def test_the_board_counts_it_and_does_not_name_it():
    given.contact(restricted=True, first_received_at=now() - timedelta(minutes=2))
    given.item(given.contact(restricted=True), None)

    found = board.board()

    assert (found["in_no_queue"], found["needs_attention"]) == (["restricted"], ["restricted"])
