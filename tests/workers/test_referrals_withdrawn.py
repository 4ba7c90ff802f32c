"""A child is referred anew: the case system ends up with one referral, and is never without any."""

import json
import re

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing, worker_viewer
from screening.cases import handing_over, queries, referrals, service, superseding
from screening.db import db, now
from screening.decisions import denied
from screening.errors import Conflict
from screening.models import Decision, Participation, Referral, Task
from tests.screening.queues import given
from tests.statements import asked
from tests.workers import test_referrals_out as out
from workers.cases import sending, withdrawing
from workers.cases.sample import SampleCases

pytestmark = pytest.mark.usefixtures("context")
connected, web, delivery_of, send = out.connected, out.web, out.delivery_of, out.send


@pytest.fixture(autouse=True)
def eyes(context):
    given.clock_at(given.TUESDAY_NOON)
    with viewing(worker_viewer("test")):
        yield


def anew(first):
    """The same child, decided again and referred anew."""
    made = db.session.get_one(Referral, first.id)
    old = db.session.get_one(Decision, made.decision_id)
    old.corrected_by_id = old.id
    child = db.session.get_one(Participation, made.child_id)
    decision = given.decision(child, "strategy_discussion")
    old.corrected_by_id = decision.id
    new = Referral(contact_id=made.contact_id, child_id=made.child_id, decision_id=decision.id, referred_at=now())
    db.session.add(new)
    db.session.flush()
    handing_over.hand_over(out.contact_of(made), [new])
    return new


def acknowledged(folder, referral):
    send(referral)
    out.acknowledge(folder, referral)
    out.confirm(referral)


def tasks_of(referral):
    return list(db.session.scalars(select(Task).where(Task.subject_id == referral.id)))


def withdraw(referral):
    outgoing = withdrawing.prepare(referral.id)
    return None if outgoing is None else withdrawing.record(outgoing, withdrawing.deliver(outgoing))


def promised():
    return set(db.session.scalars(select(Task.subject_id).where(Task.kind == "withdraw_referral")))


def both(folder):
    """Two referrals of one child that the case system has, the second of them decided anew."""
    first = out.referred()
    acknowledged(folder, first)
    second = anew(first)
    acknowledged(folder, second)
    return first, second


def test_one_that_never_left_is_not_sent_any_more(connected):
    first = out.referred()
    second = anew(first)

    assert sending.prepare(first.id) is None
    document = sending.prepare(second.id).document
    assert (document["takes_the_place_of"], document["referral"]) == ([str(first.id)], str(second.id))
    assert delivery_of(first).withdrawn_at == now()


def test_the_first_is_withdrawn_only_once_the_second_is_there(connected):
    first = out.referred()
    acknowledged(connected, first)
    second = anew(first)
    before = promised()
    acknowledged(connected, second)

    assert (before, promised()) == (set(), {first.id})


def test_by_folder_it_is_done_when_the_case_system_says_so(connected):
    first, second = both(connected)

    assert withdraw(first) == withdrawing.NOT_YET
    told = json.loads((connected / "withdrawals" / f"{first.id}.json").read_text())
    assert told == {"referral": str(first.id), "instead": str(second.id)}
    (connected / "withdrawn").mkdir()
    (connected / "withdrawn" / f"{first.id}.json").write_text(json.dumps({"referral": str(first.id)}))
    assert (withdraw(first), delivery_of(first).withdrawn_at) == (None, now())


def test_where_nobody_says_so_in_time_a_person_is_told_once(connected):
    first, _ = both(connected)
    withdraw(first)
    assert given.lead_of(out.contact_of(first)).attention is None
    given.clock_at(given.TUESDAY_NOON + out.timedelta(hours=5))
    withdraw(first)
    withdraw(first)

    assert given.lead_of(out.contact_of(first)).attention == referrals.TELL
    assert "withdraw" in queries.alarms(now())


@pytest.mark.parametrize(("behave", "answer"), [("well", "withdrawn"), ("taken", "told"), ("old", "cannot")])
def test_by_http_it_says_that_it_did_was_told_or_cannot(web, behave, answer):
    behaving, cases = web
    behaving.behave = behave

    assert cases.withdraw("r1", "r2") == answer
    assert behaving.seen[-1][0] == "r1:withdrawn"


def test_by_http_it_says_that_they_do_not_have_it(web):
    behaving, cases = web
    behaving.behave = "old and unheard"

    assert cases.withdraw("r1", "r2") == "not_there"


def test_one_that_they_do_not_have_is_withdrawn(connected):
    first, _ = both(connected)
    withdrawing.record(withdrawing.prepare(first.id), "not_there")

    assert delivery_of(first).withdrawn_at == now()


def test_one_that_they_took_and_do_not_have_yet_may_still_come(connected):
    first = out.referred()
    send(first)
    second = anew(first)
    acknowledged(connected, second)
    answer = withdrawing.record(withdrawing.prepare(first.id), "not_there")
    row = referrals.record_comparison({str(second.id): "C-2"}, None)

    assert (answer, delivery_of(first).withdrawn_at, row.differences) == (withdrawing.NOT_YET, None, [])
    given.clock_at(given.TUESDAY_NOON + out.timedelta(hours=5))
    withdrawing.record(withdrawing.prepare(first.id), "not_there")
    assert given.lead_of(out.contact_of(first)).attention == referrals.TELL


def test_where_it_cannot_a_person_has_it_withdrawn_and_says_so(connected, monkeypatch):
    first, _ = both(connected)
    contact = out.contact_of(first)
    monkeypatch.setattr("workers.cases.folder.FolderOfCases.withdraw", lambda *_: "cannot")
    assert withdraw(first) is None

    assert given.lead_of(contact).attention == referrals.TELL
    with viewing(user_viewer(given.user("owen"))):
        shown = queries.standing()["to_withdraw"]
    assert [(one["reference"], one["problem"]) for one in shown] == [(contact.reference, referrals.BY_HAND)]
    with viewing(user_viewer(given.user("nadia"))):
        service.withdrawn(first.id)
        with pytest.raises(Conflict, match="already"):
            service.withdrawn(first.id)
    assert (given.lead_of(contact).attention, queries.alarms(now())) == (None, {})


def test_what_is_withdrawn_of_one_child_leaves_it_to_do_of_her_brother(connected):
    first, _ = both(connected)
    contact = out.contact_of(first)
    decision = given.decision(given.person(contact, "Ben Marlow"), "assessment", referral=True)
    his = db.session.scalars(select(Referral).where(Referral.decision_id == decision.id)).one()
    handing_over.hand_over(contact, [his])
    acknowledged(connected, his)
    acknowledged(connected, anew(his))
    for one in (first, his):
        referrals.record_not_withdrawn(delivery_of(one), referrals.BY_HAND)
    superseding.record_withdrawn(delivery_of(first))
    between = given.lead_of(contact).attention
    superseding.record_withdrawn(delivery_of(his))

    assert (between, given.lead_of(contact).attention) == (referrals.TELL, None)


def test_one_of_which_nobody_knows_whether_it_came_is_withdrawn_too(connected):
    first = out.referred()
    delivery_of(first).tries = 1
    acknowledged(connected, anew(first))

    assert promised() == {first.id}


def test_one_whose_worker_stopped_while_it_was_sent_may_be_there_and_is_withdrawn_too(connected):
    first = out.referred()
    _stopped(first)
    acknowledged(connected, anew(first))

    assert (delivery_of(first).withdrawn_at, promised()) == (None, {first.id})


def test_a_denied_one_whose_worker_stopped_while_it_was_sent_stays(connected):
    first = out.referred()
    _stopped(first)
    denied._withdraw_referral(db.session.get_one(Decision, first.decision_id))

    assert delivery_of(first).state == "waiting"


def _stopped(referral):
    """The lease of who sent it ran out, and it waits to be sent again."""
    sending_it = next(task for task in tasks_of(referral) if task.kind == "send_referral")
    sending_it.attempt, sending_it.crashes = 1, 1
    db.session.flush()


def test_one_that_was_on_its_way_is_withdrawn_after_it_came(connected):
    first = out.referred()
    outgoing = sending.prepare(first.id)
    second = anew(first)
    acknowledged(connected, second)
    sending.record(outgoing, sending.deliver(outgoing))

    assert (delivery_of(first).withdrawn_at, promised()) == (None, {first.id})


def test_neither_late_nor_missing_is_said_of_one_that_gave_way(connected):
    first, second = both(connected)
    SampleCases(connected).withdraw(str(first.id), str(second.id))
    referrals.flag_late(first.id)
    row = referrals.record_comparison(SampleCases(connected).held(), None)

    assert (row.differences, delivery_of(first).withdrawn_at) == ([], now())


def test_one_that_is_there_though_it_was_withdrawn_is_a_difference(connected):
    first, second = both(connected)
    superseding.record_withdrawn(delivery_of(first))
    row = referrals.record_comparison({str(first.id): "C-1", str(second.id): "C-2"}, None)

    assert row.differences == [{"referral": str(first.id), "words": referrals.STILL}]


def test_a_third_takes_the_place_of_both(connected):
    first = out.referred()
    acknowledged(connected, first)
    third = anew(anew(first))
    acknowledged(connected, third)

    assert (delivery_of(first).superseded_by_id, promised()) == (third.id, {first.id})


def test_where_the_new_one_is_taken_back_the_first_stands(connected):
    first = out.referred()
    acknowledged(connected, first)
    second = anew(first)
    denied._withdraw_referral(db.session.get_one(Decision, second.decision_id))

    assert delivery_of(first).gave_way is False


def test_where_the_third_is_taken_back_the_second_stands_and_the_first_gives_way_to_it(connected):
    first = out.referred()
    acknowledged(connected, first)
    second = anew(first)
    send(second)
    third = anew(second)
    out.acknowledge(connected, second)
    referrals.record_acknowledged(delivery_of(second), "C-18")
    denied._withdraw_referral(db.session.get_one(Decision, third.decision_id))

    assert (delivery_of(second).gave_way, delivery_of(first).superseded_by_id) == (False, second.id)
    assert promised() == {first.id}


@pytest.mark.parametrize(("tries", "sent"), [(0, False), (1, False), (0, True)], ids=["new", "tried", "sent"])
def test_what_stands_again_is_sent_asked_for_and_said_to_be_late_again(connected, tries, sent):
    first = out.referred()
    delivery_of(first).tries = tries
    if sent:
        send(first)
    second = anew(first)
    # While it gave way there was nothing to do for it: what was promised of it is over.
    for task in tasks_of(first):
        task.state = "done"
    denied._withdraw_referral(db.session.get_one(Decision, second.decision_id))

    pending = (task.kind for task in tasks_of(first) if task.state == "pending")
    assert set(pending) == {"confirm_referral" if sent else "send_referral", "flag_referral"}
    assert sent or sending.prepare(first.id).document["referral"] == str(first.id)


def _answered(first):
    withdrawing.record(withdrawing.prepare(first.id), "withdrawn")


def _compared(first):
    referrals.record_comparison({str(delivery_of(first).superseded_by_id): "C-2"}, None)


def _said(first):
    with viewing(user_viewer(given.user("nadia"))):
        service.withdrawn(first.id)


@pytest.mark.parametrize("withdrawn", [_answered, _compared, _said])
def test_it_waits_for_who_decides_on_the_contact_before_it_holds_the_referral(connected, withdrawn):
    first, _ = both(connected)
    db.session.expire_all()
    with asked() as statements:
        withdrawn(first)

    # As who decides holds them; the other way round the two could wait for each other.
    held = [words for words in statements if re.search("FOR (NO KEY )?UPDATE", words)]
    assert re.search("FROM contact\\b", held[0])
    assert delivery_of(first).withdrawn_at == now()


def freed(connected):
    """One that was asked to be withdrawn, and that nothing gives way for any more."""
    first, _ = both(connected)
    outgoing = withdrawing.prepare(first.id)
    delivery_of(first).superseded_by_id = None
    db.session.flush()
    return first, outgoing


def test_one_that_stands_again_while_it_is_withdrawn_is_not_waited_for(connected):
    first, outgoing = freed(connected)

    assert withdrawing.record(outgoing, "told") is None
    assert (delivery_of(first).gave_way, given.lead_of(out.contact_of(first)).attention) == (False, None)


def test_one_that_stands_again_and_was_let_go_of_meanwhile_is_sent_again(connected):
    first, outgoing = freed(connected)
    withdrawing.record(outgoing, "withdrawn")

    assert sending.prepare(first.id).document["referral"] == str(first.id)
    assert given.lead_of(out.contact_of(first)).attention == referrals.LATE


def test_one_that_the_case_system_let_go_of_gives_way_to_the_next_and_is_withdrawn_should_it_come(connected):
    first = out.referred()
    outgoing = sending.prepare(first.id)
    delivery_of(first).withdrawn_at = now()
    second = anew(first)
    sending.record(outgoing, sending.deliver(outgoing))
    before = promised()
    acknowledged(connected, second)

    assert (before, promised(), delivery_of(first).gave_way) == (set(), {first.id}, True)


def test_the_pages_show_what_is_to_be_withdrawn_and_a_person_says_that_it_is(connected, signed_in):
    first, _ = both(connected)
    referrals.record_not_withdrawn(delivery_of(first), referrals.BY_HAND)
    contact = out.contact_of(first)
    db.session.commit()
    assert "To be withdrawn" in signed_in("owen").get("/case-system/").text
    theirs = signed_in("sarah")
    place = f"/contacts/{contact.reference}?tab=decision"
    assert "It is withdrawn there" in theirs.get(place).text
    theirs.post(f"/case-system/referrals/{first.id}/withdrawn")

    assert "gave way to the one decided since" in theirs.get(place).text
