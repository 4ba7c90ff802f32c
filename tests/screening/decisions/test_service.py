"""A person decides, child by child: who may, what must be said, who else has to agree, and what follows."""

import pytest

from screening.db import db
from screening.decisions import queries, second_person, service
from screening.decisions.second_person import DIFFERS, WANTED
from screening.decisions.turns import lock
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.queues import placing
from screening.queues import service as queues
from tests.screening.decisions import given
from tests.screening.queues import given as queue
from workers.routing import route_contact

pytestmark = pytest.mark.usefixtures("context")
LEVEL_4 = {"level": 4, "urgency": "red"}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def test_a_decision_is_on_file_with_its_reasons_and_the_screening_it_stood_on():
    contact = given.contact()

    decision = given.decide(contact)

    assert (decision.outcome, decision.decided_by.name) == ("assessment", "Sarah Okafor")
    assert decision.rationale["views"] == "In a sentence."
    assert decision.screening_id == service.latest_screening(contact).id
    assert len(given.audited(contact, "decision.made")) == 1


def test_a_referral_is_created_and_its_routing_promised():
    contact = given.contact()

    decision = given.decide(contact)

    assert (contact.state, contact.referred_at is not None) == ("decided", True)
    assert [referral.decision_id for referral in given.referrals_of(contact)] == [decision.id]
    assert [task.key for task in given.route_tasks_of(contact)] == [f"route:{contact.id}:referral"]


def test_until_it_is_placed_who_decided_still_holds_it():
    contact = given.contact()

    given.decide(contact)

    assert given.lead_of(contact).holder.name == "Sarah Okafor"


def test_no_further_action_ends_the_contact_and_its_work():
    contact = given.contact()

    given.decide(contact, outcome="no_further_action", level=2)

    assert contact.state == "closed"
    assert [(item.state, item.ended_by.name) for item in given.items_of(contact)] == [("done", "Sarah Okafor")]
    assert given.route_tasks_of(contact) == []


def test_what_is_passed_to_another_authority_stays_ours_until_they_accept_it():
    contact = given.contact()

    given.decide(contact, outcome="another_authority")

    assert (contact.state, given.lead_of(contact).state) == ("decided", "accepted")


def test_nothing_follows_before_every_child_is_decided():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    first, second = contact.children

    given.decide(contact, child=first)
    assert (contact.state, given.referrals_of(contact)) == ("received", [])
    given.decide(contact, child=second, outcome="no_further_action")

    assert contact.state == "decided"
    assert [referral.child_id for referral in given.referrals_of(contact)] == [first.id]


def test_a_contact_in_which_no_child_is_named_is_decided_once():
    contact = given.nameless()

    given.decide(contact, outcome="information_and_advice")

    assert (contact.state, given.decisions_of(contact)[0].child_id) == ("closed", None)


def test_the_teams_decision_is_about_the_children_who_were_referred():
    contact = given.contact(holder="winnie", team="winchester", step="referral")

    decision = given.decide(contact, by="winnie")
    given.agree(contact, by="winnie")

    assert (decision.stage, contact.state) == ("team", "closed")


def test_a_child_who_was_not_referred_is_not_the_teams_to_decide():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    other = given.person(contact, "Ben Marlow")
    given.given.decision(other, "information_and_advice")

    with pytest.raises(Invalid) as refused:
        given.decide(contact, by="winnie", child=other)

    assert set(refused.value.fields) == {"/child"}


def test_a_child_who_is_named_after_the_referral_is_the_teams_to_decide():
    contact = given.nameless()
    given.decide(contact)
    child = given.person(contact, "Ada Marlow")
    given.referred(contact, "winchester", holder="winnie")

    decision = given.decide(contact, by="winnie", child=child)

    assert (decision.stage, decision.child_id) == ("team", child.id)


def test_a_child_of_another_contact_is_not_decided_here():
    contact, other = given.contact(), given.contact("Ben Marlow")

    with pytest.raises(Invalid):
        given.decide(contact, child=other.children[0])


def test_what_is_still_being_said_is_not_decided():
    contact = given.contact()
    for screening in list(db.session.query(type(service.latest_screening(contact))).filter_by(contact_id=contact.id)):
        db.session.delete(screening)

    with pytest.raises(NotFound):
        given.decide(contact)


def test_a_call_handler_does_not_decide():
    contact = given.contact()
    contact.taken_by_id = given.user("priya").id

    with pytest.raises(NotAllowed):
        given.decide(contact, by="priya")


def test_without_a_social_workers_number_nobody_makes_the_contact_decision():
    given.user("sarah").social_work_number = None

    with pytest.raises(NotAllowed, match="registered social worker"):
        given.decide(given.contact())


def test_a_social_worker_of_a_team_does_not_make_the_contact_decision():
    with pytest.raises(NotAllowed):
        given.decide(given.contact(holder="marcus", team="mash"), by="marcus")


def test_another_teams_social_worker_does_not_know_of_the_contact():
    contact = given.contact(holder="winnie", team="winchester", step="referral")

    with pytest.raises(NotFound):
        given.decide(contact, by="nadia")


def test_who_sees_every_contact_still_decides_only_their_own_teams():
    contact = given.contact(holder="edith", team="emergency-duty")

    with pytest.raises(NotAllowed, match="not with your team"):
        given.decide(contact, by="sarah")


def test_a_contact_is_accepted_before_it_is_decided():
    with pytest.raises(Conflict, match="Accept this contact"):
        given.decide(given.contact(holder=None))


def test_who_does_not_hold_it_is_told_who_does():
    with pytest.raises(Conflict, match="Sarah Okafor has held this since 12:00 on 24 November 2026"):
        given.decide(given.contact(), by="tom")


def test_the_second_decision_on_a_child_is_told_who_decided_and_when():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    given.decide(contact)

    with pytest.raises(Conflict, match="Sarah Okafor decided this at 12:00 on 24 November 2026"):
        given.decide(contact)


def test_who_comes_after_the_contact_has_ended_is_told_who_decided():
    contact = given.contact()
    given.decide(contact, outcome="no_further_action")

    with pytest.raises(Conflict, match="Sarah Okafor decided this"):
        given.decide(contact, by="tom")


def test_what_changed_since_it_was_read_is_not_decided():
    contact = given.contact()

    with given.seen_as("sarah"), pytest.raises(Stale):
        service.decide(contact=contact, answer=given.answer(contact.children[0]), version=contact.version + 1)


def test_all_that_is_missing_is_said_at_once():
    contact = given.contact()
    given.check(contact.children[0])
    nothing = {"outcome": "", "level": 0, "urgency": "", "rationale": {}, "family_told": {}}

    with pytest.raises(Invalid) as refused:
        given.decide(contact, **nothing)

    parts = {f"/rationale/{part}" for part in ("worried", "going_well", "history", "views", "identity")}
    others = {"/outcome", "/level", "/urgency", "/family_told", "/acknowledged_missing"}
    assert set(refused.value.fields) == parts | others


@pytest.mark.parametrize("told", [{"who": "Mother"}, {"who": "Mother", "when": "today", "how": " "}])
def test_the_family_is_told_by_somebody_at_some_time_in_some_way(told):
    with pytest.raises(Invalid):
        given.decide(given.contact(), family_told=told)


def test_or_it_is_said_why_telling_them_is_unsafe():
    decision = given.decide(given.contact(), family_told={"unsafe_because": "He reads her messages."})

    db.session.refresh(decision)
    assert decision.family_told == {"unsafe_because": "He reads her messages."}


def test_a_check_without_an_answer_is_acknowledged():
    contact = given.contact()
    check = given.check(contact.children[0])

    decision = given.decide(contact, acknowledged_missing=[str(check.id)])

    assert decision.acknowledged_missing == [str(check.id)]


def test_lower_than_proposed_needs_a_reason():
    contact = given.contact(level=3)

    with pytest.raises(Invalid) as refused:
        given.decide(contact, outcome="early_help", level=2)

    assert set(refused.value.fields) == {"/against_reason"}


def test_lower_than_level_3_is_on_file_as_such_and_needs_nobody_else():
    decision = given.decide(
        given.contact(level=3), outcome="early_help", level=2, against_reason="Granny has moved in."
    )

    assert (decision.against_proposal, decision.needs_second_person, decision.stands) == (True, False, True)


def test_higher_than_proposed_needs_no_reason():
    assert not given.decide(given.contact(), outcome="strategy_discussion", **LEVEL_4).against_proposal


def test_with_safety_questions_open_only_a_manager_takes_no_action():
    unanswered = {"no_further_action_offered": False}

    with pytest.raises(Invalid, match="not complete"):
        given.decide(given.contact(**unanswered), outcome="no_further_action", against_reason="He is in hospital.")
    signed = given.decide(
        given.contact(holder="grace", **unanswered),
        by="grace",
        outcome="no_further_action",
        against_reason="He is in hospital.",
    )

    assert signed.stands


def test_new_harm_is_not_only_linked_to_an_open_case():
    with pytest.raises(Invalid) as refused:
        given.decide(given.contact(hard_open=True), outcome="open_case")

    assert set(refused.value.fields) == {"/outcome"}


def test_what_could_not_be_scored_counts_as_level_4_and_red():
    contact = given.contact()
    given.given.screening(contact, urgency=None, level=4)

    with pytest.raises(Invalid) as refused:
        given.decide(contact)

    assert set(refused.value.fields) == {"/against_reason"}


@pytest.mark.parametrize("score", [{"level": 4, "urgency": "amber"}, {"level": 3, "urgency": "red"}])
def test_lower_than_level_4_or_red_waits_for_a_second_person(score):
    contact = given.contact(**score)

    decision = given.lower(contact, level=2)

    assert not decision.stands
    assert (contact.state, given.referrals_of(contact), given.route_tasks_of(contact)) == ("received", [], [])


def test_what_waits_for_a_second_person_is_shown_with_its_holder_and_to_the_duty_manager():
    contact = given.contact(**LEVEL_4)

    given.lower(contact)

    assert given.lead_of(contact).attention == WANTED
    assert [(item.team.slug, item.why, item.leads) for item in given.asked_of(contact)] == [
        ("duty-manager", WANTED, False)
    ]


def test_two_children_who_wait_for_a_second_person_are_one_item():
    contact = given.contact("Ada Marlow", "Ben Marlow", **LEVEL_4)

    for child in contact.children:
        given.lower(contact, child=child)

    assert len(given.asked_of(contact)) == 1


def test_where_the_second_person_decides_the_same_it_takes_effect():
    contact = given.contact(**LEVEL_4)

    decision = given.confirm(given.lower(contact))

    assert (decision.stands, decision.confirmed_by.name) == (True, "Grace Lindqvist")
    assert (contact.state, len(given.route_tasks_of(contact))) == ("decided", 1)
    assert given.lead_of(contact).attention is None
    assert [(item.state, item.ended_by.name) for item in given.asked_of(contact)] == [("done", "Grace Lindqvist")]
    assert len(given.audited(contact, "decision.confirmed")) == 1


def test_where_the_second_person_differs_it_does_not_and_the_holder_is_told():
    contact = given.contact(**LEVEL_4)

    decision = given.confirm(given.lower(contact), level=4)

    assert (decision.stands, decision.differs, contact.state) == (False, True, "received")
    assert given.lead_of(contact).attention == DIFFERS
    assert given.asked_of(contact)[0].state == "done"


def test_what_the_two_saw_differently_is_decided_anew_and_both_views_stay():
    contact = given.contact(**LEVEL_4)
    first = given.confirm(given.lower(contact), level=4)

    second = given.decide(contact, outcome="strategy_discussion", **LEVEL_4)

    assert (first.corrected_by_id, first.second_view["level"]) == (second.id, 4)
    assert (second.stands, contact.state) == (True, "decided")
    assert given.lead_of(contact).attention is None


def test_it_is_not_decided_anew_while_the_second_person_is_awaited():
    contact = given.contact(**LEVEL_4)
    given.lower(contact)

    with pytest.raises(Conflict, match="Sarah Okafor decided this"):
        given.lower(contact)


def test_nobody_is_their_own_second_person():
    contact = given.contact(holder="grace", **LEVEL_4)

    with pytest.raises(NotAllowed, match="You made this decision"):
        given.confirm(given.lower(contact, by="grace"))


@pytest.mark.parametrize("user_name", ["tom", "winnie", "priya", "owen"])
def test_only_a_manager_gives_the_second_view(user_name):
    decision = given.lower(given.contact(**LEVEL_4))

    with pytest.raises(NotAllowed):
        given.confirm(decision, by=user_name)


def test_a_manager_who_does_not_know_of_the_contact_gives_no_view():
    decision = given.lower(given.contact(**LEVEL_4))

    with pytest.raises(NotFound):
        given.confirm(decision, by="henry")


@pytest.mark.parametrize("level", [3, 4])
def test_a_second_view_is_given_once(level):
    decision = given.confirm(given.lower(given.contact(**LEVEL_4)), level=level)

    with pytest.raises(Conflict):
        given.confirm(decision)


def test_a_second_view_is_whole():
    decision = given.lower(given.contact(**LEVEL_4))

    with pytest.raises(Invalid) as refused:
        given.confirm(decision, outcome="", level=0, urgency="")

    assert set(refused.value.fields) == {"/outcome", "/level", "/urgency"}


def test_a_decision_that_needs_nobody_else_takes_no_second_view():
    with pytest.raises(Conflict):
        given.confirm(given.decide(given.contact()))


def test_the_second_person_does_not_see_the_first_answer_before_they_gave_their_own():
    contact = given.contact(**LEVEL_4)
    decision = given.lower(contact)

    with given.seen_as("grace"):
        assert queries.decisions_of(contact) == []
        assert [found["may_confirm"] for found in queries.awaiting_second_view(contact)] == [True]
    given.confirm(decision, level=4)
    with given.seen_as("grace"):
        assert queries.decisions_of(contact)[0]["second"].startswith("Never in effect: Grace Lindqvist would have")


def test_who_decided_sees_that_a_second_person_is_awaited():
    contact = given.contact(**LEVEL_4)
    given.lower(contact)

    with given.seen_as("sarah"):
        shown = queries.decisions_of(contact)[0]
        assert [found["may_confirm"] for found in queries.awaiting_second_view(contact)] == [False]

    assert shown["second"] == "Not in effect yet: a second person has to give their own view"


def test_a_decision_is_shown_in_words():
    contact = given.contact()
    given.decide(contact)

    with given.seen_as("tom"):
        shown = queries.decisions_of(contact)[0]

    assert (shown["child"], shown["outcome_words"]) == ("Ada Marlow", "Referral to assessment")
    assert shown["family_told"] == "Mother, By telephone, Today at 11:40"
    assert shown["rationale"][0][0] == "What we are worried about"


def test_what_somebody_else_raised_is_not_taken_away():
    contact = given.contact(**LEVEL_4)
    decision = given.lower(contact)
    placing.flag(given.lead_of(contact), "A check came late.")

    given.confirm(decision, level=4, urgency="red")
    given.decide(contact, outcome="another_authority", **LEVEL_4)
    placing.flag(given.lead_of(contact), "A check came late.")
    with given.seen_as("sarah"):
        second_person.show(contact)

    assert given.lead_of(contact).attention == "A check came late."


def test_the_first_own_view_is_the_one_that_counts():
    contact = given.contact()
    child_id = contact.children[0].id

    with given.seen_as("sarah"):
        service.keep_own_view(contact=contact, child_id=child_id, level=4, urgency="red")
        kept = service.keep_own_view(contact=contact, child_id=child_id, level=1, urgency="green")

    assert (kept.level, kept.urgency, len(given.own_views_of(contact))) == (4, "red", 1)


def test_an_own_view_is_whole():
    contact = given.contact()

    with given.seen_as("sarah"), pytest.raises(Invalid) as refused:
        service.keep_own_view(contact=contact, child_id=contact.children[0].id, level=0, urgency="")

    assert set(refused.value.fields) == {"/own_level", "/own_urgency"}


def test_only_who_decides_keeps_an_own_view():
    contact = given.contact()

    with given.seen_as("tom"), pytest.raises(Conflict):
        service.keep_own_view(contact=contact, child_id=contact.children[0].id, level=3, urgency="amber")


def test_a_restricted_contact_does_not_exist_for_who_is_not_named():
    contact = given.contact()
    contact.restricted = True

    with given.seen_as("sarah"), pytest.raises(NotFound):
        lock(contact.id)


def test_the_duty_managers_item_is_accepted_and_escalated_like_any_other():
    contact = given.contact(**LEVEL_4)
    given.lower(contact)
    item = given.asked_of(contact)[0]

    with given.seen_as("grace"):
        queues.accept(item.id, version=item.version)

    assert (item.state, item.accept_due_at is not None) == ("accepted", True)


def test_the_worker_places_a_referral_with_the_team_that_acts():
    contact = given.contact()
    contact.children[0].postcode = "SO23 8UG"
    given.decide(contact)

    route_contact(contact.id, "referral")

    lead = given.lead_of(contact)
    assert (lead.step, lead.state, lead.team.slug) == ("referral", "waiting", "winchester")


def test_what_another_team_does_beside_a_contact_goes_on_after_it_ended():
    contact = given.contact()
    beside = queue.item(contact, "winchester", leads=False)
    alert = queue.item(contact, "winchester", leads=False, accept_due_at=None)
    own = queue.item(contact, "screening", leads=False, step="attention")

    given.decide(contact, outcome="information_and_advice", level=2)

    assert contact.state == "closed"
    assert [item.state for item in (beside, alert, own)] == ["waiting", "done", "done"]


def test_what_the_duty_manager_has_not_seen_waits_for_them_after_the_contact_ended():
    contact = given.contact()
    unseen = queue.item(contact, "duty-manager", leads=False, step="attention", accept_due_at=None)
    given.decide(contact, outcome="information_and_advice", level=2)
    left = unseen.state

    with given.seen_as("grace"):
        queues.mark_seen(unseen.id, version=unseen.version)

    assert (left, unseen.state) == ("waiting", "done")
