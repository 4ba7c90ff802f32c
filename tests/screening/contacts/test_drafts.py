"""What is typed is kept from the first pause on, sealed, and no window overwrites another."""

from threading import Thread

import pytest
from sqlalchemy import func, select

from screening.access import user_viewer, viewing, worker_viewer
from screening.contacts import drafts, service
from screening.db import db, transaction
from screening.errors import Conflict, NotFound
from screening.models import Contact, Draft, User

KEY = b"k" * 32


@pytest.fixture
def priya(context):
    return user_viewer(db.session.scalars(select(User).where(User.user_name == "priya")).one())


@pytest.fixture
def contact(priya):
    with viewing(priya):
        yield service.open_call(contact_type="request_for_service")


def test_what_is_typed_is_kept_although_it_is_not_valid(contact):
    drafts.save(contact=contact, body={"children": [{"date_of_birth": "umpteen"}]}, version=0, key=KEY)

    assert drafts.latest(contact, KEY).body == {"children": [{"date_of_birth": "umpteen"}]}


def test_what_is_typed_lies_sealed_in_the_database(contact):
    drafts.save(contact=contact, body={"narrative": "He hit her"}, version=0, key=KEY)

    assert b"hit" not in db.session.scalars(select(Draft.body)).one()


def test_every_version_is_kept(contact):
    for version in range(3):
        drafts.save(contact=contact, body={"narrative": f"take {version}"}, version=version, key=KEY)

    assert list(db.session.scalars(select(Draft.version).order_by(Draft.seq))) == [1, 2, 3]


def test_a_second_window_does_not_overwrite_the_first(contact):
    drafts.save(contact=contact, body={"narrative": "first"}, version=0, key=KEY)

    with pytest.raises(Conflict, match="Another window saved this contact at"):
        drafts.save(contact=contact, body={"narrative": "second"}, version=0, key=KEY)


def test_a_draft_under_another_key_says_that_nothing_is_lost(contact):
    drafts.save(contact=contact, body={"narrative": "first"}, version=0, key=KEY)

    with pytest.raises(NotFound, match="nothing is lost"):
        drafts.latest(contact, b"o" * 32)


def test_a_colleague_does_not_see_the_draft(contact):
    callum = user_viewer(db.session.scalars(select(User).where(User.user_name == "callum")).one())

    with viewing(callum), pytest.raises(NotFound):
        drafts.being_taken(contact.reference)


def test_an_unfinished_contact_is_shown_to_its_owner(contact):
    assert drafts.unfinished() == [contact]


def test_what_is_typed_while_it_is_sent_is_refused_not_lost(own_app):
    priya, answers = own_app.test_client().sign_in("priya"), []
    reference = priya.post("/contacts/", data={"kind": "silent"}).location.split("/")[2]
    late = {"narrative": "Wait, there is more", "version": "0"}
    typing = Thread(target=lambda: answers.append(priya.post(f"/contacts/{reference}/autosave", data=late)))

    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            contact = db.session.scalars(select(Contact).with_for_update()).one()
            typing.start()
            typing.join(0.5)
            contact.state = "closed"
        typing.join()

        assert answers[0].status_code == 404
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
