"""A strategy discussion: called, held, who took part; section 47 starts with it, and the clock of the conference."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import current_app

from routing_rules import clocks
from screening.access import viewing, worker_viewer
from screening.db import db, now
from screening.decisions.awaited import queries as waited
from screening.decisions.awaited.service import open_of
from screening.decisions.strategy import queries, service
from screening.decisions.strategy.covering import discussions_of
from screening.decisions.strategy.service import Held
from screening.errors import Conflict, Invalid, NotAllowed
from tests.screening.decisions import given
from tests.screening.queues import tokens
from workers import awaited

pytestmark = pytest.mark.usefixtures("context")
WHO = [
    {"agency": "social_care", "name": "Winnie Achebe", "role": "Social worker"},
    {"agency": "police", "name": "DS Hale", "role": "Child abuse team"},
    {"agency": "health", "name": "Dr Rao", "role": "Named doctor"},
]
RED = {"level": 4, "urgency": "red"}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def decided(**changed):
    """A referral of winnie's team in which she decided on a strategy discussion."""
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.decide(contact, by="winnie", outcome="strategy_discussion", **{**RED, **changed})
    given.placed(contact)
    return contact


def called(contact, *, by="winnie"):
    with given.seen_as(by):
        return service.call(contact, because="A bruise on a baby who does not move.")


def held(contact, discussion, *, by="winnie", section_47="joint", **changed):
    child = {"child": str(contact.children[0].id), "section_47": section_47, "reason": "Unexplained injury."}
    values: dict[str, Any] = {
        "held_at": now() - timedelta(hours=1),
        "how": "telephone",
        "took_part": WHO,
        "children": [child],
        "medical": "agreed",
        "medical_words": "Dr Rao, today at 16:00",
        **changed,
    }
    with given.seen_as(by):
        return service.keep_record(discussion, Held(**values))


def recorded(**changed):
    contact = decided()
    return contact, held(contact, called(contact), **changed)


@pytest.mark.parametrize(("urgency", "clock"), [("red", "strategy_discussion_red"), ("amber", "strategy_discussion")])
def test_a_discussion_that_was_decided_on_has_a_clock(urgency, clock):
    contact = decided(urgency=urgency)

    assert given.waits(contact, "strategy_discussion").due_at == clocks.deadline(clock, now())
    assert contact.state == "decided"


def test_it_is_called_by_somebody_with_a_reason():
    contact = decided()

    discussion = called(contact)

    assert (discussion.called_by.user_name, discussion.called_at) == ("winnie", now())
    assert discussion.because.startswith("A bruise")


def test_what_is_held_ends_its_clock_and_starts_that_of_the_conference():
    contact, record = recorded()

    conference = given.waits(contact, "initial_conference")
    assert given.waits(contact, "strategy_discussion") is None
    assert conference.began_at == record.held_at
    # 15 working days from Tuesday 24 November 2026.
    assert clocks.london_date(conference.due_at) == date(2026, 12, 15)
    assert contact.state == "closed"


@pytest.mark.parametrize("absent", ["social_care", "police", "health"])
def test_an_expected_agency_that_was_not_there_is_answered_with_a_reason(absent):
    contact = decided()
    there = [one for one in WHO if one["agency"] != absent]

    with pytest.raises(Invalid) as refused:
        held(contact, called(contact), took_part=there)

    joint = {"/children/0/joint_because"} if absent == "police" else set()
    assert set(refused.value.fields) == {f"/missing/{absent}"} | joint


def test_with_the_reason_it_is_kept_and_shown():
    contact, record = recorded(took_part=WHO[:2], missing={"health": "Nobody on call answered; told at 13:00"})

    assert record.missing == {"health": "Nobody on call answered; told at 13:00"}
    assert "Without health: Nobody on call answered" in queries.lines(contact)[0]


def test_all_that_is_missing_is_said_at_once():
    contact = decided()

    with pytest.raises(Invalid) as refused:
        held(contact, called(contact), held_at=None, how="", medical="", children=[], took_part=WHO)

    assert set(refused.value.fields) == {"/held_at", "/how", "/medical", "/children"}


def test_it_was_not_held_in_the_time_to_come():
    contact = decided()

    with pytest.raises(Invalid) as refused:
        held(contact, called(contact), held_at=now() + timedelta(minutes=5))

    assert set(refused.value.fields) == {"/held_at"}


def test_where_section_47_does_not_start_the_decider_says_what_follows():
    contact, _ = recorded(section_47="no")

    returned = given.waits(contact, "returned")
    assert (returned.came_from, contact.state) == ("strategy_discussion", "decided")
    assert given.waits(contact, "initial_conference") is None
    again = given.decide(contact, by="winnie", **RED)
    assert (again.outcome, given.waits(contact, "returned")) == ("assessment", None)


def test_a_correction_is_another_record_and_the_first_stays():
    contact = decided()
    discussion = called(contact)
    held(contact, discussion)

    held(contact, discussion, section_47="no", corrected_because="It was decided not to start.")

    assert [record.children[0]["section_47"] for record in discussion.records] == ["joint", "no"]
    assert given.waits(contact, "initial_conference") is None


def test_a_correction_says_what_was_wrong():
    contact = decided()
    discussion = called(contact)
    held(contact, discussion)

    with pytest.raises(Invalid) as refused:
        held(contact, discussion)

    assert set(refused.value.fields) == {"/corrected_because"}


def test_a_correction_to_an_earlier_hour_moves_the_conference_forward():
    contact = decided()
    discussion = called(contact)
    held(contact, discussion)

    earlier = now() - timedelta(days=1)
    held(contact, discussion, held_at=earlier, corrected_because="It was held on Monday.")

    assert given.waits(contact, "initial_conference").began_at == earlier


def test_an_action_is_ticked_off_once_with_who_did_it():
    actions = [{"what": "Medical", "who": "Dr Rao", "by_when": date(2026, 11, 24)}]
    contact, record = recorded(actions=actions)
    discussion = service.find(contact, record.discussion_id)
    [action] = discussion.actions

    with given.seen_as("winnie"):
        service.do_action(discussion, action.id)

    assert (action.done_by.user_name, action.done_at) == ("winnie", now())


def actions_waited(contact):
    return [row for row in open_of(contact.id) if row.kind == "strategy_action"]


def test_what_was_agreed_is_waited_for_action_by_action_until_all_is_done():
    later, sooner = date(2026, 11, 27), date(2026, 11, 25)
    actions = [{"what": what, "who": "Dr Rao", "by_when": on} for what, on in (("Visit", later), ("Medical", sooner))]
    contact, record = recorded(actions=actions)
    discussion = service.find(contact, record.discussion_id)
    visit, medical = discussion.actions

    due = []
    for action in (medical, visit):
        due += [clocks.london_date(row.due_at) for row in actions_waited(contact)]
        with given.seen_as("winnie"):
            service.do_action(discussion, action.id)

    assert (due, actions_waited(contact)) == ([sooner, later], [])


def test_what_was_agreed_is_listed_with_the_children_whom_the_discussion_was_about():
    contact, _ = recorded(actions=[{"what": "Medical", "who": "Dr Rao", "by_when": date(2026, 11, 27)}])
    [row] = actions_waited(contact)

    with current_app.test_request_context():
        assert waited.shown(contact, row)["child"] == "Ada Marlow"


@pytest.mark.parametrize(
    ("by_when", "due"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        (date(2026, 11, 23), datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
        (date(2026, 11, 25), datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
    ],
    ids=["today", "yesterday", "tomorrow"],
)
def test_an_action_that_was_agreed_after_office_hours_is_not_late_as_it_is_written(by_when, due):
    given.clock_at(given.TUESDAY_NOON + timedelta(hours=10))
    contact, _ = recorded(actions=[{"what": "See the child", "who": "Edith", "by_when": by_when}])

    assert [row.due_at for row in actions_waited(contact)] == [due]


def test_an_action_that_is_late_is_raised_on_its_work():
    contact, _ = recorded(actions=[{"what": "Medical", "who": "Dr Rao", "by_when": date(2026, 11, 24)}])
    [row] = actions_waited(contact)

    with viewing(worker_viewer("test")):
        awaited.raise_late(row.id)

    # Section 47 has started, so the contact itself has ended: it comes back to the team that had it.
    [item] = [item for item in given.items_of(contact) if item.step == "attention"]
    assert item.attention.startswith("Still waited for: what the strategy discussion agreed is done.")


def test_a_review_has_its_clock():
    contact, _ = recorded(review_on=date(2026, 12, 1))

    [review] = [row for row in open_of(contact.id) if row.kind == "strategy_review"]
    assert clocks.london_date(review.due_at) == date(2026, 12, 1)


def test_somebody_ends_a_review_with_a_reason_without_holding_another(signed_in):
    contact, _ = recorded(review_on=date(2026, 12, 1))
    [review] = [row for row in open_of(contact.id) if row.kind == "strategy_review"]
    db.session.commit()
    place, client = f"/contacts/{contact.reference}/waited-for/{review.id}", signed_in("winnie")

    shown = client.get(place).text
    without = client.post(place, data={"answer": "not_needed", "because": ""})
    client.post(place, data={"answer": "not_needed", "because": "The conference is held before it."})

    db.session.refresh(review)
    assert ("Hold it" in shown, without.status_code) == (True, 422)
    assert (review.answer, review.said["because"]) == ("not_needed", "The conference is held before it.")
    assert given.audited(contact, "awaited.ended")


def test_section_47_joint_without_police_there_asks_who_of_the_police_agreed():
    contact = decided()
    without = {"took_part": [WHO[0], WHO[2]], "missing": {"police": "Nobody free before four."}}
    child = {"child": str(contact.children[0].id), "section_47": "joint", "reason": "Unexplained injury."}
    discussion = called(contact)
    with pytest.raises(Invalid) as refused:
        held(contact, discussion, **without)

    held(contact, discussion, **without, children=[child | {"joint_because": "DS Hale, by telephone at 11:00."}])

    assert set(refused.value.fields) == {"/children/0/joint_because"}
    assert "DS Hale, by telephone" in queries.shown(contact)[0]["records"][0]["children"][0]["reason"]


def test_a_correction_by_which_police_took_part_does_not_say_that_none_did():
    contact = decided()
    discussion = called(contact)
    child = {"child": str(contact.children[0].id), "section_47": "joint", "reason": "Unexplained injury."}
    child |= {"joint_because": "DS Hale, by telephone at 11:00."}
    held(contact, discussion, took_part=[WHO[0], WHO[2]], missing={"police": "None free."}, children=[child])

    held(contact, discussion, children=[child], corrected_because="DS Hale was there.")

    newest, before = queries.shown(contact)[0]["records"]
    assert newest["children"][0]["reason"] == "Unexplained injury."
    assert "DS Hale" in before["children"][0]["reason"]


def test_without_such_a_decision_there_is_none_to_call():
    contact = given.contact(holder="winnie", team="winchester", step="referral")

    with pytest.raises(Conflict):
        called(contact)


def test_another_team_records_nothing():
    contact = decided()

    with pytest.raises(NotAllowed):
        called(contact, by="tom")


def test_who_decided_on_it_does_not_call_it_off_alone():
    contact = decided()

    with pytest.raises(NotAllowed):
        given.answered(contact, "strategy_discussion", "called_off", by="winnie")


def test_a_manager_calls_it_off_with_a_reason_and_it_is_decided_again():
    contact = decided()

    given.answered(contact, "strategy_discussion", "called_off", by="henry", because="The injury was seen to happen.")

    assert given.waits(contact, "returned").came_from == "strategy_discussion"
    assert contact.state == "decided"


def test_what_a_manager_calls_off_after_the_team_decided_otherwise_keeps_nothing_open():
    contact = given.contact(level=4, urgency="red")
    given.decide(contact, outcome="strategy_discussion", **RED)
    given.referred(contact, "winchester", holder="winnie")
    given.decide(contact, by="winnie", **RED)
    given.agree(contact, by="winnie")
    state_before = contact.state

    given.answered(contact, "strategy_discussion", "called_off", by="henry", because="The injury was seen to happen.")

    assert given.waits(contact, "returned") is None
    assert (state_before, contact.state) == ("decided", "closed")


def test_what_is_done_is_ticked_off_while_the_only_decision_waits_for_its_second_view():
    todo = [{"what": what, "who": "Dr Rao", "by_when": now().date() + timedelta(days=1)} for what in ("See", "Call")]
    contact, record = recorded(actions=todo)
    for decision in given.decisions_of(contact):
        decision.needs_second_person, decision.confirmed_by_id = True, None
    discussion = service.find(contact, record.discussion_id)
    first = discussion.actions[0]

    with given.seen_as("winnie"):
        service.do_action(discussion, first.id)

    assert first.done_at == now()


def test_the_first_decision_starts_the_clock_before_the_team_has_it():
    contact = given.contact(level=4, urgency="red")

    given.decide(contact, outcome="strategy_discussion", **RED)

    assert given.waits(contact, "strategy_discussion").due_at == now() + timedelta(hours=4)


def test_the_page_calls_it_and_records_it(signed_in):
    contact, client = decided(), signed_in("winnie")
    db.session.commit()
    place, child = f"/contacts/{contact.reference}/strategy", contact.children[0].id

    client.post(place, data={"because": "A bruise."})
    form = {
        "held_on": "24/11/2026", "held_time": "11:30", "how": "meeting", "medical": "not_needed",
        "took_part-0-agency": "social_care", "took_part-0-name": "Winnie Achebe", "took_part-0-role": "",
        "took_part-1-agency": "police", "took_part-1-name": "DS Hale", "took_part-1-role": "",
        "took_part-2-agency": "health", "took_part-2-name": "", "took_part-2-role": "",
        "took_part-3-agency": "education", "took_part-3-name": "Ms Adeyemi", "took_part-3-role": "Lead",
        f"child-{child}-section_47": "joint", f"child-{child}-reason": "Injury.",
        "actions-0-what": "See the child", "actions-0-who": "Winnie", "actions-0-by_when": "soon",
    }  # fmt: skip
    action = place + "/" + str(discussions_of(contact.id)[0].id) + "/records"
    unread = client.post(action, data=form)
    missing = client.post(action, data=form | {"actions-0-by_when": "25/11/2026"})
    unsaid = client.post(action, data=form | {f"child-{child}-reason": ""})
    kept = client.post(action, data=form | {"actions-0-by_when": "25/11/2026", "missing-health": "On leave"})

    assert (unread.status_code, missing.status_code, kept.status_code) == (422, 422, 302)
    assert 'id="actions-0-by_when-error"' in unread.text
    # All that is missing is said at once, also where a day cannot be read.
    assert "Health did not take part" in unread.text
    assert "Health did not take part" in missing.text
    assert "Ms Adeyemi" in missing.text
    # Which child it is about is said, too.
    assert "Ada Marlow: write the reason." in unsaid.text
    shown = client.get(kept.location).text
    assert "Section 47 starts, joint with police" in shown
    assert "See the child" in shown
    record = client.get(f"/contacts/{contact.reference}?tab=decision").text
    assert "Held by meeting at 11:30 on 24 November 2026 with social care, police and education." in record


def test_the_api_calls_records_and_ticks_off(client):
    contact = decided()
    db.session.commit()
    token, path = tokens.of_user("winnie"), f"/contacts/{contact.reference}/strategy-discussions"

    made = tokens.post(client, token, path, {"because": "A bruise."}, version=None)
    body = {
        "held_at": "2026-11-24T11:30:00+00:00",
        "how": "video",
        "took_part": WHO,
        "medical": "not_needed",
        "children": [{"child": str(contact.children[0].id), "section_47": "single", "reason": "Neglect."}],
        "actions": [{"what": "Visit", "who": "Winnie", "by_when": "2026-11-25"}],
    }
    kept = tokens.post(client, token, f"{path}/{made.json['id']}/records", body, version=None)
    action = kept.json["actions"][0]["id"]
    done = tokens.post(client, token, f"{path}/{made.json['id']}/actions/{action}/done", {}, version=None)

    assert (made.status_code, kept.status_code, done.status_code) == (201, 201, 200)
    assert kept.json["record"]["children"][0]["section_47"] == "single"
    assert done.json["actions"][0]["done_at"]
