"""A call that was promised is made, or somebody is told; and only as it is safe."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.call_safe import turn_on
from screening.callbacks import promising, service
from screening.callbacks.promising import Promised
from screening.db import db, now
from screening.models import AuditEntry, Callback, NamedReader, QueueItem, Referrer, Task
from tests.screening.contacts.bodies import form
from tests.screening.queues import given
from workers import callbacks

pytestmark = pytest.mark.usefixtures("context")
NUMBER = "01632 960123"


@pytest.fixture(autouse=True)
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def contact():
    row = given.contact(taken_by_id=given.user("priya").id)
    db.session.add(Referrer(contact_id=row.id, name="Ms Adeyemi", phone="01632 960111", safe_to_reply="yes"))
    given.item(row, "screening", urgency="amber")
    return row


@pytest.fixture
def callback(contact):
    with viewing(user_viewer(given.user("priya"))):
        return promising.promise(contact, Promised(to_whom="Ms Adeyemi", number=NUMBER, by_when="14:00"))


def rung(client, callback, outcome="no_answer", **more):
    return client.post(f"/calls-promised/{callback.id}/tries", data={"outcome": outcome, **more})


def decided(client, callback, **said):
    return client.post(f"/calls-promised/{callback.id}/decision", data=said)


def page(client, callback):
    return client.get(f"/calls-promised/{callback.id}")


def told(callback, step):
    callbacks.raise_late(callback.id, f"callback_late:{callback.id}:{callback.round}:{step}")


def promised_steps(callback):
    keys = db.session.scalars(select(Task.key).where(Task.subject_id == callback.id).order_by(Task.seq))
    return [key.split(":", 2)[2] for key in keys]


def test_a_call_promised_on_the_telephone_is_owed_by_who_took_it_once_it_is_sent(priya):
    reference = re.search(r"FD-\w+", priya.post("/contacts/", data={"kind": "young_person"}).location).group()
    fields = form(narrative="I am scared.", referrer__source_code="1C", referrer__phone="01632 960111", version="1")
    fields |= {"promises.0.kind": "callback", "promises.0.to_number": NUMBER, "promises.0.by_when": "16:30"}
    fields |= {"referrer.safe_contact.may_say": "It is the library", "promises.1.kind": "outcome"}
    priya.post(f"/contacts/{reference}/autosave", data=fields)

    for _ in range(2):
        priya.post(f"/contacts/{reference}/send", data={"version": 2})

    kept = db.session.scalars(select(Callback)).one()
    assert (kept.number, kept.may_be_said, kept.owner_id) == (NUMBER, "It is the library", given.user("priya").id)
    assert kept.due_at == given.TUESDAY_NOON.replace(hour=16, minute=30)


def test_a_young_person_is_never_rung_at_a_number_that_they_did_not_choose_for_it(contact):
    contact.referrer.source_code = "1C"
    contact.promises = [{"kind": "callback"}]

    with viewing(user_viewer(given.user("priya"))):
        promising.promise_from_call(contact)

    kept = db.session.scalars(select(Callback)).one()
    assert (kept.number, kept.state, kept.to_decide_because) == (None, "to_decide", "No number was given to ring.")


def test_what_is_said_of_a_promise_after_the_contact_was_sent_changes_that_promise(contact):
    contact.promises = [{"kind": "callback", "by_when": "16:30"}]
    with viewing(user_viewer(given.user("priya"))):
        promising.promise_from_call(contact)
        contact.promises = [{"kind": "callback", "by_when": "15:00"}, {"kind": "callback", "note": "The aunt too"}]
        promising.promise_from_call(contact)
        promising.promise_from_call(contact)

    kept = db.session.scalars(select(Callback).order_by(Callback.seq)).all()
    assert [one.note for one in kept] == [None, "The aunt too"]
    assert kept[0].due_at == kept[0].next_at == given.TUESDAY_NOON.replace(hour=15)


def test_what_was_decided_is_not_undone_by_the_page_of_the_call(contact):
    contact.promises = [{"kind": "callback", "to_number": NUMBER}]
    with viewing(user_viewer(given.user("priya"))):
        promising.promise_from_call(contact)
        kept = db.session.scalars(select(Callback)).one()
        service.ring_again(kept.id, number="01632 960199", by_when=None)
        contact.promises = [{"kind": "callback", "to_number": NUMBER, "note": "About Ada"}]
        promising.promise_from_call(contact)

    assert kept.number == "01632 960199"


def test_a_number_that_was_taken_back_leaves_it_to_a_person(contact):
    contact.referrer.phone = None
    contact.promises = [{"kind": "callback", "to_number": NUMBER}]
    with viewing(user_viewer(given.user("priya"))):
        promising.promise_from_call(contact)
        contact.promises = [{"kind": "callback"}]
        promising.promise_from_call(contact)

    kept = db.session.scalars(select(Callback)).one()
    assert (kept.number, kept.state, kept.to_decide_because) == (None, "to_decide", "No number was given to ring.")


def test_a_time_that_cannot_be_read_is_kept_in_words_and_due_soon(contact):
    with viewing(user_viewer(given.user("priya"))):
        kept = promising.promise(contact, Promised(number=NUMBER, by_when="when her shift ends"))

    assert (kept.by_when, kept.due_at - kept.promised_at) == ("when her shift ends", timedelta(minutes=120))


def test_who_rings_is_shown_the_number_and_what_may_be_said(priya, callback):
    callback.may_be_said, callback.safe_times = "It is the library", "After 4"
    db.session.flush()

    words = page(priya, callback).text

    assert all(said in words for said in (NUMBER, "It is the library", "After 4", "Leave none"))


def test_that_a_caller_said_it_is_safe_to_ring_is_told_to_who_rings(priya, callback):
    callback.place = 0
    db.session.flush()

    assert "They said that it is safe to ring back, and not when." in page(priya, callback).text


def test_what_nobody_said_of_a_call_promised_later_is_not_said_to_be_safe(priya, callback):
    assert "Nobody said. Ask first whether they can talk." in page(priya, callback).text


def test_who_may_not_know_the_referrer_is_shown_neither_name_nor_number(signed_in, callback, contact):
    given.item(contact, "winchester", urgency="amber", leads=False)
    winnie = signed_in("winnie")
    own_list = winnie.get(f"/contacts/{contact.reference}/calls-promised")
    assert own_list.status_code == 200

    words = own_list.text + page(winnie, callback).text + winnie.get("/calls-promised?whose=all").text

    assert f"/calls-promised/{callback.id}" in words
    assert "Ms Adeyemi" not in words
    assert NUMBER not in words
    assert NUMBER in page(signed_in("sarah"), callback).text


@pytest.mark.parametrize("why", ["safe", "anonymous"])
def test_the_number_is_not_shown_while_nobody_may_ring(priya, callback, contact, why):
    if why == "safe":
        contact.referrer.safe_to_reply = "no"
    else:
        contact.referrer.source_code = "9"
    db.session.flush()

    words = page(priya, callback).text

    assert "Do not ring now" in words
    assert NUMBER not in words


def alleged(contact, name):
    return given.person(contact, name, role="adult", alleged_harm_to=[0])


def test_a_caller_with_the_name_of_the_alleged_adult_is_not_rung(priya, callback, contact):
    alleged(contact, "Tunde Adeyemi")

    words = page(priya, callback).text

    assert "A manager decides" in words
    assert NUMBER not in words


def test_a_call_safe_caller_is_rung_once_who_may_decide_it_did(signed_in, priya, callback, contact):
    call_safe(contact)
    assert NUMBER not in page(priya, callback).text
    sarah = signed_in("sarah")

    assert decided(sarah, callback, decision="again", by_when="15:00").status_code == 302

    assert NUMBER in page(priya, callback).text
    alleged(contact, "Tunde Adeyemi")
    assert NUMBER not in page(priya, callback).text


def call_safe(contact):
    with viewing(user_viewer(given.user("priya"))):
        turn_on(contact)


def test_a_number_chosen_for_the_call_is_rung_although_the_caller_left_none_of_their_own(priya, callback, contact):
    contact.referrer.phone = None
    db.session.flush()

    assert NUMBER in page(priya, callback).text


def test_once_they_are_reached_it_is_owed_no_more(priya, callback):
    rung(priya, callback, "reached")

    assert "You owe no call" in priya.get("/calls-promised").text
    assert rung(priya, callback).status_code == 409


def test_where_nobody_answered_it_is_rung_again_later(priya, callback):
    rung(priya, callback, note="Rang out")

    assert callback.state == "open"
    assert callback.next_at - callback.tried[0].tried_at == timedelta(minutes=30)
    assert callback.due_at == given.TUESDAY_NOON.replace(hour=14)
    assert "Rang out" in page(priya, callback).text


def test_after_three_tries_a_person_decides(priya, callback):
    for _ in range(3):
        rung(priya, callback)

    assert (callback.state, callback.to_decide_because) == ("to_decide", "Nobody answered 3 times.")
    assert rung(priya, callback).status_code == 409
    assert NUMBER not in page(priya, callback).text


@pytest.mark.parametrize("outcome", ["wrong_number", "not_safe"])
def test_a_wrong_or_an_unsafe_number_is_not_rung_again_before_a_person_decides(priya, callback, outcome):
    rung(priya, callback, outcome)

    assert callback.state == "to_decide"
    assert promised_steps(callback)[-1] == "1:duty_manager"


def test_a_handler_does_not_decide(priya, callback):
    rung(priya, callback, "wrong_number")

    assert decided(priya, callback, decision="again").status_code == 403


def test_who_decides_may_have_it_rung_again_at_another_number(signed_in, priya, callback):
    rung(priya, callback, "wrong_number")

    decided(signed_in("sarah"), callback, decision="again", number="01632 960199", by_when="15:00")

    assert (callback.state, callback.number, callback.tries) == ("open", "01632 960199", 0)
    assert callback.next_at == given.TUESDAY_NOON.replace(hour=15)


def test_it_is_not_ended_without_a_reason(signed_in, priya, callback):
    rung(priya, callback, "not_safe")
    sarah = signed_in("sarah")

    assert decided(sarah, callback, decision="stop").status_code == 422
    decided(sarah, callback, decision="stop", because="A social worker visits at school.")

    assert (callback.state, callback.ended_because) == ("stopped", "A social worker visits at school.")


def test_the_ladder_goes_from_the_owner_to_the_team_to_the_duty_manager(signed_in, callback, contact):
    told(callback, "owner")
    assert (callback.raised_to, promised_steps(callback)) == ("owner", ["0:owner", "0:team"])

    told(callback, "team")
    items = db.session.scalars(select(QueueItem).where(QueueItem.contact_id == contact.id)).all()
    assert "A call was promised by 14:00 on 24 November 2026 and not made." in items[0].attention

    told(callback, "duty_manager")
    manager = given.team("duty-manager")
    assert db.session.scalar(select(QueueItem).where(QueueItem.team_id == manager.id)) is not None


def test_a_call_that_was_made_asks_nobody_for_attention_any_more(priya, callback, contact):
    told(callback, "team")
    item = db.session.scalars(select(QueueItem).where(QueueItem.contact_id == contact.id)).one()
    was = item.attention

    rung(priya, callback, "reached")

    db.session.refresh(item)
    assert (was is not None, item.attention) == (True, None)


def test_what_was_rung_meanwhile_is_raised_to_nobody(priya, callback):
    key = f"callback_late:{callback.id}:{callback.round}:team"
    rung(priya, callback)

    callbacks.raise_late(callback.id, key)

    assert callback.raised_to is None


def test_whoever_held_an_ended_contact_last_is_told(callback, contact):
    item = db.session.scalars(select(QueueItem).where(QueueItem.contact_id == contact.id)).one()
    item.state, item.ended_at = "done", now()

    told(callback, "team")

    flagged = db.session.scalars(select(QueueItem).where(QueueItem.attention.is_not(None))).one()
    assert (flagged.contact_id, flagged.state) == (contact.id, "waiting")


def test_the_navigation_counts_what_is_due(signed_in, callback):
    assert "Calls promised</a>" in signed_in("priya").get("/contacts/").text

    given.clock_at(given.TUESDAY_NOON + timedelta(hours=3))

    assert 'Calls promised<span class="fd-count">1<' in signed_in("priya").get("/contacts/").text


def test_what_was_raised_to_the_team_counts_for_its_members(signed_in, callback):
    told(callback, "team")
    given.clock_at(given.TUESDAY_NOON + timedelta(hours=3))

    assert 'Calls promised<span class="fd-count">1<' in signed_in("sarah").get("/calls-promised").text
    assert "waiting</span></span>" not in signed_in("henry").get("/calls-promised").text


def test_who_owes_a_call_finds_it_when_the_contact_is_long_out_of_their_reach(priya, callback, contact):
    contact.first_received_at -= timedelta(days=3)
    contact.received_at = contact.first_received_at
    db.session.flush()

    words = priya.get("/calls-promised").text

    assert "Ms Adeyemi" in words
    assert contact.reference not in words


def test_a_call_about_a_restricted_contact_is_shown_to_its_named_readers_only(signed_in, priya, callback, contact):
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user("tom").id))
    db.session.flush()

    assert page(priya, callback).status_code == 404
    assert page(signed_in("sarah"), callback).status_code == 404
    assert page(signed_in("tom"), callback).status_code == 200


def test_a_colleague_takes_it_over(signed_in, callback):
    sarah = signed_in("sarah")

    sarah.post(f"/calls-promised/{callback.id}/owner")

    assert "Ms Adeyemi" in sarah.get("/calls-promised").text


def test_a_call_is_promised_by_hand_from_a_contact(priya, contact):
    where = f"/contacts/{contact.reference}/calls-promised"
    said = {"to_whom": "The grandmother", "number": NUMBER, "by_when": "tomorrow 10am"}

    assert priya.post(where, data=said | {"by_when": "soon"}).status_code == 422
    priya.post(where, data=said)

    assert "The grandmother" in priya.get(where).text
    assert where in priya.get(f"/contacts/{contact.reference}").text


def test_nothing_of_the_number_is_in_an_address_or_the_audit(priya, callback):
    rung(priya, callback)

    assert all(NUMBER not in str(one.detail) for one in db.session.scalars(select(AuditEntry)))
