"""What a decision still waits for: agreement, acceptance by a named person, the next clock; late ones are raised."""

from datetime import timedelta

import pytest

from routing_rules import clocks
from screening import reasons
from screening.access import viewing, worker_viewer
from screening.db import db, now
from screening.decisions.after import DECIDED_AGAIN
from screening.decisions.awaited import answering
from screening.decisions.awaited.returning import DECIDE
from screening.errors import Conflict, Invalid, NotAllowed
from screening.models import AwaitedTry, StaffLeave, Task
from screening.queues import service as queue
from tests import statements
from tests.screening.decisions import given
from tests.screening.queues import tokens
from workers import awaited

pytestmark = pytest.mark.usefixtures("context")
LATE = "Still waited for: "
NOT_AGREED = "The family has not agreed to the service. Decide what happens next: open Decisions."


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def assessed_by_winchester():
    """A referral that winnie's team has decided to assess."""
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.decide(contact, by="winnie")
    given.placed(contact)
    return contact


def raise_late(row):
    with viewing(worker_viewer("test")):
        awaited.raise_late(row.id)


def test_a_service_waits_for_the_familys_agreement_and_does_not_end_by_itself():
    contact = assessed_by_winchester()
    waited = given.waits(contact, "agreement")

    assert (contact.state, waited.owner.user_name) == ("decided", "winnie")
    assert waited.due_at == clocks.deadline("service_agreement", now())


def test_with_the_familys_agreement_it_ends_and_the_agreement_is_on_file():
    contact = assessed_by_winchester()

    row = given.answered(contact, "agreement", "given", by="winnie", who="Mother", how="At home")

    assert contact.state == "closed"
    assert (row.answer, row.said["who"], row.said["how"]) == ("given", "Mother", "At home")


@pytest.mark.parametrize("answer", ["refused", "not_reached"])
def test_what_is_refused_or_not_reached_goes_back_to_who_decided_with_its_own_clock(answer):
    contact = assessed_by_winchester()

    given.answered(contact, "agreement", answer, by="winnie")

    returned = given.waits(contact, "returned")
    assert (contact.state, returned.came_from) == ("decided", "agreement")
    assert returned.due_at == clocks.deadline("returned_to_decider", now())
    assert given.lead_of(contact).attention == NOT_AGREED


def test_who_no_longer_holds_it_gets_it_back_as_work_of_their_own():
    contact = given.contact()
    given.decide(contact)
    given.referred(contact, "winchester", holder="winnie")

    given.answered(contact, "agreement", "refused", by="winnie")

    [back] = [item for item in given.items_of(contact) if item.step == "returned"]
    assert (back.state, back.holder.name, back.leads) == ("accepted", "Sarah Okafor", False)
    assert given.lead_of(contact).attention == NOT_AGREED


def passed_elsewhere_and_declined():
    """Ada was passed to another authority and Ben referred; the authority declined, after the contact went on."""
    contact = given.contact("Ada Marlow", "Ben Marlow")
    ada, ben = contact.children
    given.decide(contact, child=ada, outcome="another_authority")
    given.decide(contact, child=ben)
    given.referred(contact, "winchester", holder="winnie")
    given.answered(contact, "another_authority", "declined", by="winnie")
    return contact, ada


def test_who_decided_first_decides_again_although_the_contact_moved_on():
    contact, ada = passed_elsewhere_and_declined()

    again = given.decide(contact, child=ada)

    assert (again.stage, given.waits(contact, "returned", ada)) == ("contact", None)
    assert ada.id in {row.child_id for row in given.referrals_of(contact)}
    assert [item.state for item in given.items_of(contact) if item.step == "returned"] == ["done"]
    assert (given.lead_of(contact).holder.name, given.lead_of(contact).attention) == ("Winnie Asante", DECIDED_AGAIN)


def test_a_decision_made_again_stays_with_its_decider_until_the_second_person_agrees():
    contact, ada = passed_elsewhere_and_declined()
    given.rules_say(contact, level=4, urgency="red")

    lowered = given.lower(contact, child=ada)
    given.confirm(lowered, outcome="assessment")
    still = given.waits(contact, "returned", ada)
    again = given.decide(contact, child=ada, level=4, urgency="red")

    assert still is not None
    assert (again.stands, given.waits(contact, "returned", ada)) == (True, None)


def test_a_manager_may_give_what_came_back_to_somebody_else_who_then_decides():
    contact, ada = passed_elsewhere_and_declined()
    [back] = [item for item in given.items_of(contact) if item.step == "returned"]
    with given.seen_as("grace"):
        queue.allocate(back.id, version=back.version, to_user="tom")

    given.decide(contact, child=ada, by="tom")

    assert given.waits(contact, "returned", ada) is None


def test_what_comes_back_to_somebody_on_leave_waits_for_their_team():
    contact = given.contact()
    given.decide(contact)
    given.referred(contact, "winchester", holder="winnie")
    today = clocks.london_date(now())
    sarah = {"user_id": given.user("sarah").id, "written_by_id": given.user("grace").id, "written_at": now()}
    db.session.add(StaffLeave(first_day=today, last_day=today, **sarah))

    given.answered(contact, "agreement", "refused", by="winnie")

    [back] = [item for item in given.items_of(contact) if item.step == "returned"]
    assert (back.state, back.holder_id) == ("waiting", None)


def test_the_page_offers_who_decided_first_to_decide_again(signed_in):
    contact, ada = passed_elsewhere_and_declined()
    row = given.waits(contact, "returned", ada)
    db.session.commit()
    client = signed_in("sarah")

    page = client.get(f"/contacts/{contact.reference}/waited-for/{row.id}").text
    form = client.get(f"/contacts/{contact.reference}/decide/{ada.id}")

    assert "Decide again" in page
    assert form.status_code == 200


def test_the_contact_asks_what_is_not_said_above_whatever_its_words_and_that_what_is_back_is_late(signed_in):
    contact = assessed_by_winchester()
    given.answered(contact, "agreement", "refused", by="winnie")
    back = given.waits(contact, "returned")
    doubted = f"The decision may not hold any more. {DECIDE}"
    reasons.give(given.lead_of(contact), doubted)
    db.session.commit()
    before = signed_in("winnie").get(f"/contacts/{contact.reference}").text
    raise_late(back)
    db.session.commit()

    assert (doubted in before, NOT_AGREED in before) == (True, False)
    assert "Still waited for: what happens next" in signed_in("winnie").get(f"/contacts/{contact.reference}").text


def test_what_is_back_of_one_child_stays_work_while_that_of_another_is_settled():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    for child in contact.children:
        given.decide(contact, child=child)
    given.referred(contact, "winchester", holder="winnie")
    for child in contact.children:
        with given.seen_as("winnie"):
            no = answering.Answer(answer="not_reached", when="today", how="Rang")
            answering.answer(given.waits(contact, "agreement", child), no)

    given.answered(contact, "returned", "again")

    back = [item.state for item in given.items_of(contact) if item.step == "returned"]
    assert back == ["accepted", "accepted"]


def test_what_was_refused_may_be_decided_again_and_the_first_decision_stays_on_file():
    contact = assessed_by_winchester()
    given.answered(contact, "agreement", "refused", by="winnie")

    again = given.ends(contact, "information_and_advice")

    first = given.decisions_of(contact)[-2]
    assert (first.outcome, first.corrected_by_id) == ("assessment", again.id)
    assert (given.waits(contact, "returned"), contact.state) == (None, "closed")


def test_an_assessment_goes_on_without_agreement_where_it_is_said_why():
    contact = assessed_by_winchester()
    given.answered(contact, "agreement", "refused", by="winnie")

    row = given.answered(contact, "returned", "goes_on", by="winnie", because="The child is not safe at home.")

    assert (row.said["because"], contact.state) == ("The child is not safe at home.", "closed")


def test_early_help_does_not_go_on_without_agreement():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.ends(contact, "early_help")
    given.answered(contact, "agreement", "refused", by="winnie")

    with pytest.raises(Invalid) as refused:
        given.answered(contact, "returned", "goes_on", by="winnie")

    assert set(refused.value.fields) == {"/answer"}


def test_asking_again_starts_the_clock_again():
    contact = assessed_by_winchester()
    given.answered(contact, "agreement", "not_reached", by="winnie")

    given.answered(contact, "returned", "again", by="winnie")

    assert given.waits(contact, "agreement") is not None
    assert given.waits(contact, "returned") is None


def test_agreement_does_not_hold_up_the_way_to_the_team_that_acts():
    contact = given.contact()

    given.decide(contact)

    assert given.waits(contact, "agreement") is not None
    assert len(given.route_tasks_of(contact)) == 1


def test_agreement_to_the_same_service_is_asked_once():
    contact = given.contact()
    given.decide(contact)
    given.answered(contact, "agreement", "given")
    given.referred(contact, "winchester", holder="winnie")

    given.decide(contact, by="winnie")
    given.placed(contact)

    assert (given.waits(contact, "agreement"), contact.state) == (None, "closed")


def test_a_step_down_stays_ours_until_a_named_worker_accepts():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.ends(contact, "early_help")
    given.answered(contact, "agreement", "given", by="winnie")
    state_before = contact.state

    given.answered(contact, "step_down", "accepted", by="winnie", who="Dee Lane, family help")

    assert (state_before, contact.state) == ("decided", "closed")


def test_a_step_down_that_is_not_accepted_goes_back():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.ends(contact, "early_help")

    given.answered(contact, "step_down", "declined", by="winnie")

    assert given.waits(contact, "returned").came_from == "step_down"


def test_a_child_passed_to_another_authority_stays_ours_although_a_brother_was_referred():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    ada, ben = contact.children
    given.decide(contact, child=ada, outcome="another_authority")
    given.decide(contact, child=ben)
    given.referred(contact, "winchester", holder="winnie")
    given.ends(contact, "information_and_advice", child=ben)
    state_before = contact.state

    given.answered(contact, "another_authority", "accepted", by="winnie", who="Jo Bell, Surrey")

    assert (state_before, contact.state) == ("decided", "closed")
    assert given.decisions_of(contact)[0].accepted_elsewhere["who"] == "Jo Bell, Surrey"


def test_what_another_authority_declines_the_team_that_has_the_contact_decides():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    ada, ben = contact.children
    given.decide(contact, child=ada, outcome="another_authority")
    given.decide(contact, child=ben)
    given.referred(contact, "winchester", holder="winnie")
    given.answered(contact, "another_authority", "declined", by="winnie")

    given.decide(contact, by="winnie", child=ada)

    assert {row.child_id for row in given.referrals_of(contact)} >= {ben.id}
    assert given.waits(contact, "agreement", ada) is not None


def test_a_red_child_is_chased_elsewhere_within_the_clock_of_red():
    contact = given.contact(level=4, urgency="red")

    given.decide(contact, outcome="another_authority", level=4, urgency="red")

    assert given.waits(contact, "another_authority").due_at == clocks.due_at("red", now())


def test_the_assessment_runs_45_working_days_from_first_received():
    contact = given.contact()

    given.decide(contact)

    row = given.waits(contact, "assessment")
    assert row.due_at == clocks.deadline("assessment", contact.first_received_at)
    assert clocks.london_date(row.due_at).isoformat() == "2027-01-29"


def test_a_later_decision_that_needs_no_assessment_ends_its_clock():
    contact = given.contact()
    given.decide(contact)
    given.referred(contact, "winchester", holder="winnie")

    given.ends(contact, "information_and_advice")

    assert (given.waits(contact, "assessment"), given.waits(contact, "agreement")) == (None, None)


def test_what_is_late_is_raised_on_its_work_and_the_second_time_to_the_duty_manager():
    contact = assessed_by_winchester()
    row = given.waits(contact, "agreement")

    raise_late(row)
    raise_late(row)

    told = [item for item in given.items_of(contact) if item.team and item.team.kind == "duty_manager"]
    assert given.lead_of(contact).attention.startswith(f"{LATE}the family's agreement to the service")
    assert (row.raised, len(told)) == (2, 1)
    again = db.session.query(Task).where(Task.kind == "awaited_late", Task.subject_id == row.id).all()
    assert len(again) == 3


def test_a_late_assessment_comes_back_to_the_team_that_had_it_after_the_contact_ended():
    contact = assessed_by_winchester()
    given.answered(contact, "agreement", "given", by="winnie")
    row = given.waits(contact, "assessment")

    raise_late(row)

    [item] = [item for item in given.items_of(contact) if item.step == "attention"]
    assert (item.team.slug, item.attention.startswith(LATE)) == ("winchester", True)


def test_what_was_answered_is_not_raised_and_its_flag_is_gone():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.ends(contact, "early_help")
    row = given.waits(contact, "agreement")
    raise_late(row)

    given.answered(contact, "agreement", "given", by="winnie")
    raise_late(row)

    assert (given.lead_of(contact).attention, row.raised) == (None, 1)


def test_what_was_tried_is_kept():
    contact = assessed_by_winchester()
    row = given.waits(contact, "agreement")

    with given.seen_as("winnie"):
        answering.tried(row, "Rang the mother at 10:00: no answer.")

    [kept] = db.session.query(AwaitedTry).where(AwaitedTry.awaited_id == row.id)
    assert (kept.words, kept.tried_by.user_name) == ("Rang the mother at 10:00: no answer.", "winnie")


def test_an_answer_says_all_that_goes_with_it():
    contact = assessed_by_winchester()

    with pytest.raises(Invalid) as refused:
        given.answered(contact, "agreement", "given", by="winnie", who="", how=" ")

    assert set(refused.value.fields) == {"/who", "/how"}


def test_it_is_answered_once():
    contact = assessed_by_winchester()
    row = given.answered(contact, "agreement", "given", by="winnie")

    with given.seen_as("winnie"), pytest.raises(Conflict) as refused:
        answering.answer(row, answering.Answer(answer="refused", who="She", when="now", how="so"))

    assert "12:00 on 24 November 2026" in str(refused.value)


def test_a_colleague_who_never_held_it_does_not_answer():
    contact = given.contact()
    given.decide(contact)

    with pytest.raises(NotAllowed):
        given.answered(contact, "agreement", "given", by="tom")


def test_what_needs_a_second_person_waits_for_nothing_before_they_agree():
    contact = given.contact(level=4, urgency="red")
    decision = given.lower(contact)
    before = given.waits(contact, "agreement")

    given.confirm(decision)

    assert before is None
    assert given.waits(contact, "agreement") is not None


def test_the_list_of_a_team_shows_what_is_waited_for_next_to_be_due_first(signed_in):
    contact = assessed_by_winchester()
    db.session.commit()

    page = signed_in("winnie").get("/waited-for").text

    agreement, assessment = page.index("agreement to the service<"), page.index("The assessment is finished")
    assert agreement < assessment
    assert "Ada Marlow" in page
    assert contact.reference in page
    assert contact.reference not in signed_in("nadia").get("/waited-for").text


def test_a_long_list_asks_no_more_than_a_short_one(signed_in):
    assessed_by_winchester()
    db.session.commit()
    henry, asked = signed_in("henry"), []
    henry.get("/waited-for")
    for _ in range(2):
        db.session.expunge_all()
        with statements.asked() as seen:
            assert "agreement to the service<" in henry.get("/waited-for").text
        asked.append(len(seen))
        assessed_by_winchester(), assessed_by_winchester()
        db.session.commit()

    assert asked[1] <= asked[0]


def test_the_page_keeps_what_was_typed_and_then_the_answer(signed_in):
    contact, client = assessed_by_winchester(), signed_in("winnie")
    row = given.waits(contact, "agreement")
    db.session.commit()
    place = f"/contacts/{contact.reference}/waited-for/{row.id}"

    missing = client.post(place, data={"answer": "given", "who": "Mother Marlow", "when": "", "how": ""})
    tried = client.post(f"{place}/tries", data={"words": "Rang: no answer."})
    shown = client.get(place).text
    kept = client.post(place, data={"answer": "given", "who": "Mother", "when": "today", "how": "at home"})

    assert (missing.status_code, tried.status_code, kept.status_code) == (422, 302, 302)
    assert "Mother Marlow" in missing.text
    assert "Rang: no answer." in shown
    assert "agreed to the service: Mother, today, at home" in client.get(kept.location).text


def test_the_api_lists_and_answers(client):
    contact = assessed_by_winchester()
    row = given.waits(contact, "agreement")
    db.session.commit()
    token = tokens.of_user("winnie")
    path = f"/contacts/{contact.reference}/waited-for"

    listed = client.get(f"/api/v1{path}", headers=tokens.headers(token)).json
    sent = {"answer": "not_reached", "when": "today", "how": "rang twice"}
    answer = tokens.post(client, token, f"{path}/{row.id}/answer", sent, version=None)

    assert {one["kind"] for one in listed} == {"agreement", "assessment"}
    assert (answer.status_code, answer.json["answer"]) == (200, "not_reached")
    assert given.waits(contact, "returned") is not None


def test_the_clock_of_agreement_passes_over_christmas():
    # Thursday 24 December 2026: 25 and 28 are bank holidays, and 1 January too.
    given.clock_at(given.TUESDAY_NOON + timedelta(days=30))
    contact = given.contact()

    given.decide(contact)

    assert clocks.london_date(given.waits(contact, "agreement").due_at).isoformat() == "2027-01-05"


def test_who_decides_what_happens_next_reads_who_did_not_accept_and_why(signed_in):
    contact = given.contact()
    given.decide(contact, outcome="another_authority")
    said = {"who": "Ms Patel, Surrey", "when": "", "how": "", "because": "No address there yet."}
    given.answered(contact, "another_authority", "declined", **said)
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{contact.reference}").text

    assert "has not accepted the child. Not accepted: Ms Patel, Surrey, No address there yet." in page


def test_a_family_that_was_not_reached_is_not_said_to_have_refused(signed_in):
    contact = given.contact()
    given.decide(contact)
    given.answered(contact, "agreement", "not_reached", who="", because="")
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{contact.reference}").text

    assert "has not agreed to the service. Not reached: today at 12:00, By telephone." in page
