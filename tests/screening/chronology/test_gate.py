"""Work does not end and is not passed on before the chronology is reviewed; what protects a child is never held up."""

import pytest
from flask import current_app, render_template

from screening.chronology import gate, letting_pass
from screening.db import db, now
from screening.errors import Invalid, NotAllowed
from screening.models import DangerAlert, NamedReader
from screening.queues import service as queues
from tests.screening.chronology import made as chronology
from tests.screening.decisions import given as deciding
from tests.screening.people import made
from tests.screening.queues import given, tokens

pytestmark = pytest.mark.usefixtures("context")
WHY = "They moved to Basingstoke."
CLOSING = {"outcome": "no_further_action", "level": 2, "urgency": "green", "against_reason": "Seen at home, and safe."}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def ada():
    """A child whom Winnie's team works with."""
    part = chronology.referred()
    deciding.rules_say(part.contact)
    return part


def transfer(part, by="henry", to="basingstoke-and-deane"):
    item = given.lead_of(part.contact)
    with chronology.seen_as(by):
        return queues.transfer(item.id, version=item.version, reason=WHY, to_team=to)


def let_pass(part, by="henry", reason="The court sits tomorrow."):
    with chronology.seen_as(by):
        return letting_pass.override(part.contact, reason=reason)


def closes(part, by="winnie", **changed):
    return deciding.decide(part.contact, by=by, **{**CLOSING, **changed})


@pytest.mark.parametrize(
    "outcome", ["no_further_action", "information_and_advice", "early_help", "another_authority", "open_case"]
)
def test_a_decision_that_ends_the_teams_work_says_exactly_what_is_missing(ada, outcome):
    with pytest.raises(Invalid) as problem:
        closes(ada, outcome=outcome)

    told = problem.value.fields["/chronology"]
    assert "Ada Marlow: Nobody has reviewed it yet." in told
    assert "Ada Marlow: 4 entries nobody has looked at." in told


@pytest.mark.parametrize("outcome", ["strategy_discussion", "assessment", "another_authority"])
def test_a_decision_that_protects_is_not_held_up(ada, outcome):
    assert closes(ada, outcome=outcome, level=4, urgency="red").outcome == outcome


def test_a_first_decision_is_not_held_up():
    contact = deciding.contact()

    assert deciding.decide(contact, **CLOSING).stands


def test_once_it_is_reviewed_the_work_may_end(ada):
    chronology.review(ada, by="winnie")

    assert closes(ada).outcome == "no_further_action"


def test_what_came_since_the_review_is_missing_again(ada):
    chronology.review(ada, by="winnie")
    chronology.answered(ada, "nothing_known")

    assert chronology.missing(ada.contact, "winnie") == ["Ada Marlow: 1 entry nobody has looked at."]


def test_a_team_does_not_pass_on_what_it_works_on_before_it_is_reviewed(ada):
    with pytest.raises(Invalid) as problem:
        transfer(ada)
    assert "/chronology" in problem.value.fields

    chronology.review(ada, by="henry")
    assert transfer(ada).why == "Passed on by Winchester assessment team."


def test_what_came_to_the_wrong_team_is_sent_back_and_says_what_is_left_to_finish(ada):
    item = given.lead_of(ada.contact)
    with chronology.seen_as("winnie"):
        following = queues.send_back(item.id, version=item.version, reason=WHY, to_team="havant")

    assert following.why.endswith("Chronology to finish, of 1 child: it was passed on before it was reviewed.")


def test_who_says_whose_it_is_passes_on_what_came_back_and_who_receives_it_is_told(ada):
    item = given.lead_of(ada.contact)
    with chronology.seen_as("winnie"):
        following = queues.send_back(item.id, version=item.version, reason=WHY, to_team="havant")
    with chronology.seen_as("sarah"):
        queues.accept(following.id, version=following.version)
        notice = gate.on_passing(following)

    assert notice.held is False
    assert "Chronology to finish" in transfer(ada, by="sarah", to="havant").why


def test_what_nobody_has_begun_to_work_on_is_placed_elsewhere_at_once(ada):
    item = given.lead_of(ada.contact)
    item.state, item.holder_id = "waiting", None

    assert transfer(ada).step == "referral"


@pytest.mark.parametrize("danger", ["red", "alert"])
def test_what_cannot_wait_goes_on_and_the_receiving_team_is_told(ada, danger):
    if danger == "red":
        given.lead_of(ada.contact).urgency = "red"
    else:
        db.session.add(DangerAlert(contact_id=ada.contact_id, raised_at=now(), out_of_hours=False))

    following = transfer(ada)

    assert following.why.endswith("Chronology to finish, of 1 child: it was passed on before it was reviewed.")
    assert "Ada" not in following.why


def test_the_emergency_duty_team_hands_over_whatever_is_missing():
    part = chronology.referred(holder="edith", team="emergency-duty")

    assert "Chronology to finish" in transfer(part, by="edith", to="winchester").why


def test_a_manager_lets_it_go_on_with_a_reason_that_stays_on_the_record(ada):
    let_pass(ada)

    with chronology.seen_as("henry"):
        passed = letting_pass.overrides_of(ada.contact)
    assert [(one["by"], one["reason"]) for one in passed] == [("Henry Castell", "The court sits tomorrow.")]
    assert "Ada Marlow: Nobody has reviewed it yet." in passed[0]["missing"]
    assert len(given.audited(ada.contact, "chronology.overridden")) == 1
    assert closes(ada).outcome == "no_further_action"


def test_a_managers_word_is_about_what_was_missing_then(ada):
    let_pass(ada)
    chronology.answered(ada, "nothing_known")

    assert chronology.missing(ada.contact, "winnie") == ["Ada Marlow: 1 entry nobody has looked at."]


def test_only_a_manager_lets_it_go_on_and_never_without_a_reason(ada):
    with pytest.raises(NotAllowed):
        let_pass(ada, by="winnie")
    with pytest.raises(Invalid):
        let_pass(ada, reason=" ")


def test_what_came_after_a_decision_ends_once_the_chronology_has_it(ada):
    item = given.lead_of(ada.contact)
    item.step, item.leads = "attention", False
    with chronology.seen_as("winnie"), pytest.raises(Invalid) as problem:
        queues.end_late_answer(item.id, version=item.version, reason="The decision still holds.")

    assert "/chronology" in problem.value.fields


def test_a_restricted_contact_tells_nothing_at_the_gate_to_whom_may_not_see_it(ada):
    person = chronology.known(ada)
    chronology.review(ada, by="winnie")
    hidden = chronology.child(contact={"restricted": True})
    made.link(hidden, person)

    assert chronology.missing(ada.contact, "winnie") == []


def test_what_a_manager_let_pass_tells_nobody_of_a_contact_that_they_may_not_open(ada):
    person = chronology.known(ada)
    hidden = chronology.child(team="winchester", contact={"restricted": True})
    made.link(hidden, person)
    chronology.answered(hidden, "waiting")
    db.session.add(NamedReader(contact_id=hidden.contact_id, user_id=given.user("henry").id))
    let_pass(ada)

    with chronology.seen_as("henry"):
        assert any(hidden.contact.reference in one for one in letting_pass.overrides_of(ada.contact)[0]["missing"])
    with chronology.seen_as("winnie"):
        told = letting_pass.overrides_of(ada.contact)[0]["missing"]
    assert not any(hidden.contact.reference in one for one in told)
    assert f"Ada Marlow: {letting_pass.OUT_OF_SIGHT}." in told


def test_the_gate_holds_through_the_api(client, ada):
    item = given.lead_of(ada.contact)
    db.session.commit()
    path, body = f"/queue-items/{item.id}/transfer", {"reason": WHY, "to_team": "basingstoke-and-deane"}

    refused = tokens.post(client, tokens.of_user("henry"), path, body, version=item.version)

    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json["errors"]} == {"/chronology"}
    passed = tokens.post(
        client, tokens.of_user("henry"), f"/contacts/{ada.contact.reference}/chronology/let-pass",
        {"reason": "The court sits tomorrow."}, version=None,
    )  # fmt: skip
    assert (passed.status_code, passed.json["ready"]) == (200, True)
    assert tokens.post(client, tokens.of_user("henry"), path, body, version=item.version).status_code == 200


def test_the_gate_holds_on_the_page_and_keeps_what_was_typed(signed_in, ada):
    item = given.lead_of(ada.contact)
    db.session.commit()
    henry = signed_in("henry")
    shown = henry.get(f"/queues/items/{item.id}/transfer")

    answer = henry.post(
        f"/queues/items/{item.id}/transfer",
        data={"version": item.version, "reason": WHY, "to_team": "basingstoke-and-deane"},
    )

    assert "Chronology: not ready" in shown.text
    assert answer.status_code == 422
    assert WHY in answer.text
    assert "Nobody has reviewed it yet" in answer.text


def test_what_a_manager_let_pass_is_never_called_reviewed(ada):
    let_pass(ada)
    with chronology.seen_as("winnie"):
        notice = gate.on_closing(ada.contact, ada.id)
    with current_app.test_request_context():
        words = render_template("chronology/_ready.html", chronology=notice)

    assert (notice.missing, "Ada Marlow: Nobody has reviewed it yet." in notice.passed) == ([], True)
    assert "A manager let it go on before this was done:" in words
    assert "nothing has come since" not in words
