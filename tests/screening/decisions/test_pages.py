"""Deciding on a screen: own view first, what was typed stays, who comes second is told, nobody is led by the first."""

import pytest

from screening.db import db, now
from screening.models import AuditEntry
from screening.models.decision import RATIONALE_PARTS
from tests.screening.decisions import given
from tests.screening.people import made

pytestmark = pytest.mark.usefixtures("context")
PROPOSAL = "Show what the rules propose"
LEVEL_4 = {"level": 4, "urgency": "red"}
LOWER = {"outcome": "early_help", "against_reason": "A nurse saw it happen."}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def place(contact, child=None):
    child = child or next(iter(contact.children), None)
    return f"/contacts/{contact.reference}/decide/{child.id if child else 'contact'}"


def kept(client, contact, child=None):
    """Keep an own view, so that the form is open."""
    db.session.commit()
    view = {"action": "own_view", "own_level": "3", "own_urgency": "amber"}
    answer = client.post(place(contact, child), data=view)
    assert answer.status_code == 302, answer.text
    return place(contact, child)


def sent(client, contact, child=None, **changed):
    return client.post(kept(client, contact, child), data=given.form(contact, **changed))


def test_the_form_asks_for_the_deciders_own_view_and_shows_no_proposal(signed_in):
    contact = given.contact()
    db.session.commit()

    page = signed_in("sarah").get(place(contact)).text

    assert "1. Your own view" in page
    assert given.NARRATIVE in page
    assert PROPOSAL not in page
    assert "Too little food" not in page


def test_a_protected_home_is_withheld_from_what_the_decider_reads(signed_in):
    contact = given.contact()
    child = contact.children[0]
    child.address_line_1, child.postcode = "86 Surrey Drive", "SO23 8UG"
    person = made.person("Ada Marlow")
    made.link(child, person)
    made.alert(person, "protected_address")
    db.session.commit()

    page = signed_in("sarah").get(place(contact)).text

    assert "Surrey Drive" not in page
    assert "Address withheld: protected" in page


def test_reading_the_form_is_audited(signed_in):
    contact = given.contact()
    db.session.commit()

    signed_in("sarah").get(place(contact))

    assert [entry.detail["part"] for entry in given.audited(contact, "contact.read")] == ["decide"]


def test_the_proposal_unfolds_when_the_own_view_is_kept(signed_in):
    contact, client = given.contact(), signed_in("sarah")

    page = client.get(kept(client, contact)).text

    assert PROPOSAL in page
    assert "Too little food" in page
    assert [(view.level, view.urgency) for view in given.own_views_of(contact)] == [(3, "amber")]


def test_a_view_that_is_not_whole_is_asked_again(signed_in):
    contact = given.contact()
    db.session.commit()

    answer = signed_in("sarah").post(place(contact), data={"action": "own_view", "own_level": "3"})

    assert answer.status_code == 422
    assert "Choose how soon." in answer.text
    assert given.own_views_of(contact) == []


def test_nobody_decides_before_their_own_view_is_kept(signed_in):
    contact = given.contact()
    db.session.commit()

    answer = signed_in("sarah").post(place(contact), data=given.form(contact))

    assert answer.status_code == 422
    assert "1. Your own view" in answer.text
    assert given.decisions_of(contact) == []


def test_after_deciding_it_says_who_holds_it_next(signed_in):
    contact, client = given.contact(), signed_in("sarah")

    answer = sent(client, contact)
    page = client.get(answer.headers["Location"]).text

    assert "Decided for Ada Marlow" in page
    assert "It is on its way to the team that acts." in page
    assert "Sarah Okafor, Screening" in page


def test_whoever_goes_back_after_deciding_is_shown_what_they_decided_and_nobody_else_is(signed_in):
    contact, sarah = given.contact(), signed_in("sarah")
    told = sent(sarah, contact, outcome="early_help", primary_need="N1").location
    given.referred(contact, "winchester", holder="winnie")
    db.session.commit()

    assert sarah.get(place(contact)).location == told
    assert signed_in("tom").get(place(contact)).status_code in (403, 409)


def test_what_ends_with_the_decision_says_so(signed_in):
    contact, client = given.contact(), signed_in("sarah")

    answer = sent(client, contact, outcome="no_further_action", level=2)

    assert "Nothing more is due for Ada Marlow" in client.get(answer.headers["Location"]).text


def test_the_next_child_is_offered(signed_in):
    contact, client = given.contact("Ada Marlow", "Ben Marlow"), signed_in("sarah")

    answer = sent(client, contact)

    assert "Decide for Ben Marlow" in client.get(answer.headers["Location"]).text


def test_a_contact_in_which_no_child_is_named_is_decided_too(signed_in):
    contact, client = given.nameless(), signed_in("sarah")

    answer = sent(client, contact, outcome="information_and_advice")

    assert "No child named" in client.get(answer.headers["Location"]).text


def test_what_was_typed_stays_where_something_is_missing(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    rationale = {"worried": "Hungry <again>", "going_well": "", "history": "h", "views": "v", "identity": "i"}

    answer = sent(client, contact, outcome="", rationale=rationale, family_told={"who": "Granny"})

    assert answer.status_code == 422
    assert "Hungry &lt;again&gt;" in answer.text
    assert 'value="Granny"' in answer.text
    assert "Choose an outcome." in answer.text
    assert 'href="#family_told-who"' in answer.text


def test_a_character_that_is_no_text_is_refused_and_nothing_is_lost(signed_in):
    contact, client = given.contact(), signed_in("sarah")

    answer = sent(client, contact, family_told={"unsafe_because": "He reads\0 it"})

    assert answer.status_code == 422
    assert "In a sentence." in answer.text


def test_lower_than_proposed_asks_why_and_says_that_a_second_person_must_agree(signed_in):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")

    answer = sent(client, contact, outcome="early_help")

    assert answer.status_code == 422
    assert "Why lower than the rules propose" in answer.text
    assert "A second person must agree" in answer.text


def test_a_missing_check_is_acknowledged_by_name(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    check = given.check(contact.children[0])

    refused = sent(client, contact)
    accepted = sent(client, contact, acknowledged_missing=[str(check.id)])

    assert f"Our own records, about {contact.children[0].full_name}: still waiting" in refused.text
    assert (refused.status_code, accepted.status_code) == (422, 302)


def test_a_check_that_was_ticked_as_missing_and_has_answered_is_read_first(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    check = given.check(contact.children[0])
    check.outcome, check.answered_at = "nothing_known", now()

    refused = sent(client, contact, acknowledged_missing=[str(check.id)])

    assert refused.status_code == 422
    assert "A check that you ticked has an answer now" in refused.text
    assert "In a sentence." in refused.text


def test_a_siblings_reasons_are_copied_and_what_is_judged_of_the_child_is_not(signed_in):
    contact, client = given.contact("Ada Marlow", "Ben Marlow"), signed_in("sarah")
    ada, ben = contact.children
    sent(client, contact, ada)

    page = client.get(f"{kept(client, contact, ben)}?copy={ada.id}").text

    assert "Copy the reasons from Ada Marlow" in page
    assert page.count("In a sentence.") == 5
    assert page.count("Copied from Ada Marlow. True of Ben Marlow as it stands") == 5
    assert 'value="assessment" checked' not in page


def test_what_is_copied_is_confirmed_part_by_part_or_changed(signed_in):
    contact, client = given.contact("Ada Marlow", "Ben Marlow"), signed_in("sarah")
    ada, ben = contact.children
    sent(client, contact, ada)
    copied = dict.fromkeys(RATIONALE_PARTS, "In a sentence.") | {"views": "Ben said he likes school."}
    three = ["worried", "going_well", "history"]

    refused = sent(client, contact, ben, rationale=copied, confirmed_same=three)
    accepted = sent(client, contact, ben, rationale=copied, confirmed_same=[*three, "identity"])

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert refused.text.count("word for word. Change what differs, or confirm it.") == 2
    assert set(given.decisions_of(contact)[1].same_as) == {*three, "identity"}


def test_not_explored_is_an_answer_and_silence_is_none(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    form = given.form(contact) | {"explored.views": "", "explored.identity": "not_relevant"}

    refused = client.post(kept(client, contact), data=form)
    accepted = client.post(place(contact), data=form | {"explored.views": "not_safe_to_ask"})
    page = client.get(f"/contacts/{contact.reference}?tab=decision").text

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert "Not safe to ask. In a sentence." in page


def test_the_decision_shows_later_how_the_checks_stood_when_it_was_made(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    late = given.check(contact.children[0])
    other = given.person(contact, "Rose Marlow", role="adult")
    given.check(other, outcome="nothing_known", answered_at=now())
    sent(client, contact, acknowledged_missing=[str(late.id)])
    late.outcome, late.answered_at = "nothing_known", now()
    db.session.commit()

    page = client.get(f"/contacts/{contact.reference}?tab=decision").text

    assert "not checked, still waiting; decided knowing that" in page
    assert "answered at 12:00 on 24 November 2026" in page


def test_a_contact_that_changed_meanwhile_is_read_again_and_what_was_typed_stays(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    form = given.form(contact) | {"version": 0}

    answer = client.post(kept(client, contact), data=form)

    assert answer.status_code == 412
    assert "Read what is new, then decide." in answer.text
    assert "In a sentence." in answer.text


def test_a_double_click_is_one_decision(signed_in):
    contact, client = given.contact("Ada Marlow", "Ben Marlow"), signed_in("sarah")
    form, address = given.form(contact), kept(client, contact)

    first, again = client.post(address, data=form), client.post(address, data=form)

    assert first.headers["Location"] == again.headers["Location"]
    assert len(given.decisions_of(contact)) == 1


def test_who_comes_second_is_told_who_decided_and_when(signed_in):
    contact = given.contact("Ada Marlow", "Ben Marlow")
    client = signed_in("sarah")
    form, address = given.form(contact), kept(client, contact)
    client.post(address, data=form)

    answer = client.post(address, data=form | {"rationale.worried": "Something else."})

    assert answer.status_code == 409
    assert "Sarah Okafor decided this at 12:00 on 24 November 2026." in answer.text


WROTE = "He has not eaten since Friday."


def test_what_was_typed_comes_back_where_the_contact_is_somebody_elses_by_now(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    address, form = kept(client, contact), given.form(contact) | {"rationale.worried": WROTE}
    given.lead_of(contact).holder_id = given.user("tom").id
    db.session.commit()

    refused = client.post(address, data=form)
    given.lead_of(contact).holder_id = given.user("sarah").id
    db.session.commit()
    again = client.post(address, data=form | {"action": "again"})

    assert (refused.status_code, WROTE in refused.text) == (409, True)
    assert "Go on with these words" in refused.text
    assert (again.status_code, WROTE in again.text, given.decisions_of(contact)) == (200, True, [])


def test_what_was_typed_comes_back_where_the_session_has_ended(signed_in, client):
    contact = given.contact()
    address = kept(signed_in("sarah"), contact)

    answer = client.post(address, data=given.form(contact) | {"rationale.worried": WROTE})

    assert (answer.status_code, WROTE in answer.text, given.NARRATIVE in answer.text) == (401, True, False)


def test_a_decided_child_leads_on_to_the_next(signed_in):
    contact, client = given.contact("Ada Marlow", "Ben Marlow"), signed_in("sarah")
    ada, ben = contact.children
    sent(client, contact, ada)

    assert client.get(place(contact, ada)).headers["Location"] == place(contact, ben)


@pytest.mark.parametrize(
    ("outcome", "words", "where"),
    [
        ("strategy_discussion", "Call the strategy discussion", "/strategy"),
        ("assessment", "Ask the family to agree", "/waited-for/"),
    ],
)
def test_a_decision_leads_to_what_it_waits_for(signed_in, outcome, words, where):
    contact, client = given.contact(), signed_in("sarah")
    page = client.get(sent(client, contact, outcome=outcome, primary_need="N1").location).text

    [link] = [part for part in page.split("<a ")[1:] if words in part]
    assert client.get(link.split('href="')[1].split('"')[0]).status_code == 200
    assert where in link


def test_a_decided_contact_leads_to_its_decisions(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    sent(client, contact)

    assert client.get(place(contact)).headers["Location"] == f"/contacts/{contact.reference}?tab=decision"


def test_the_teams_decision_has_a_form_of_its_own(signed_in):
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    client = signed_in("winnie")

    answer = sent(client, contact)

    assert "Team decision: Ada Marlow" not in answer.text
    assert [decision.stage for decision in given.decisions_of(contact)] == ["contact", "team"]
    given.agree(contact, by="winnie")
    assert contact.state == "closed"


@pytest.mark.parametrize(
    ("user_name", "status"),
    [("priya", 403), ("owen", 403), ("aisha", 403), ("adam", 403), ("nadia", 404), ("henry", 404), ("tom", 409)],
)
def test_only_who_holds_it_opens_the_form(signed_in, user_name, status):
    contact = given.contact()
    contact.taken_by_id = given.user("priya").id
    db.session.commit()

    answer = signed_in(user_name).get(place(contact))

    assert answer.status_code == status
    assert given.NAME not in answer.text
    assert given.NARRATIVE not in answer.text


@pytest.mark.parametrize("child", ["nonsense", "contact", "01a21471-4bea-723a-93d5-61ad5ac36027"])
def test_a_child_who_is_not_there_is_not_found(signed_in, child):
    contact = given.contact()
    db.session.commit()

    assert signed_in("sarah").get(f"/contacts/{contact.reference}/decide/{child}").status_code == 404


def test_a_colleague_is_led_to_the_record_and_not_to_what_the_decider_sees(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    address = sent(client, contact).headers["Location"]

    answer = signed_in("tom").get(address)

    assert answer.headers["Location"] == f"/contacts/{contact.reference}?tab=decision"


def test_a_lowered_decision_says_that_it_is_not_in_effect(signed_in):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")

    page = client.get(sent(client, contact, **LOWER).headers["Location"]).text

    assert "Not in effect yet: a second person must agree" in page


def test_the_second_person_finds_it_in_the_duty_managers_queue_and_under_attention(signed_in):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")
    sent(client, contact, **LOWER)
    grace = signed_in("grace")

    queue = grace.get("/queues/duty-manager").text
    attention = grace.get("/queues/attention").text

    assert f"/contacts/{contact.reference}/second-view" in queue
    assert contact.reference in attention
    assert "a second person has to give their own view" in attention


def test_the_second_person_is_not_shown_the_first_answer(signed_in):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")
    sent(client, contact, **LOWER)
    decision = given.decisions_of(contact)[0]
    grace = signed_in("grace")

    assert "Give my own view" in grace.get(f"/contacts/{contact.reference}").text
    led = grace.get(f"/contacts/{contact.reference}/second-view")
    page = grace.get(led.headers["Location"]).text

    assert led.headers["Location"] == f"/contacts/{contact.reference}/second-view/{decision.id}"
    assert given.NARRATIVE in page
    assert "A nurse saw it happen." not in page
    assert "checked" not in page


def view_given(signed_in, level):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")
    sent(client, contact, **LOWER)
    address = f"/contacts/{contact.reference}/second-view/{given.decisions_of(contact)[0].id}"
    grace = signed_in("grace")
    answer = grace.post(address, data={"outcome": "early_help", "level": level, "urgency": "amber"})
    assert answer.headers["Location"] == address
    return contact, grace.get(address).text


def test_two_who_decide_the_same_put_it_in_effect(signed_in):
    contact, page = view_given(signed_in, "3")

    assert "You decided the same" in page
    assert contact.state == "decided"


def test_two_who_differ_see_both_views_and_it_is_decided_anew(signed_in):
    contact, page = view_given(signed_in, "4")
    mine = signed_in("sarah").get("/queues/screening?tab=mine").text

    assert "You decided otherwise" in page
    assert "A nurse saw it happen." in page
    assert "The second person would decide otherwise. Talk, then decide again." in mine
    assert "2. The decision" in signed_in("sarah").get(place(contact)).text


def test_a_second_view_that_is_not_whole_is_asked_again(signed_in):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")
    sent(client, contact, **LOWER)
    address = f"/contacts/{contact.reference}/second-view/{given.decisions_of(contact)[0].id}"

    answer = signed_in("grace").post(address, data={"outcome": "early_help"})

    assert answer.status_code == 422
    assert "Choose a level." in answer.text
    assert "A nurse saw it happen." not in answer.text


@pytest.mark.parametrize(("user_name", "status"), [("sarah", 403), ("winnie", 403), ("owen", 403), ("henry", 404)])
def test_only_a_manager_who_knows_of_it_gives_a_second_view(signed_in, user_name, status):
    contact, client = given.contact(**LEVEL_4), signed_in("sarah")
    sent(client, contact, **LOWER)
    address = f"/contacts/{contact.reference}/second-view/{given.decisions_of(contact)[0].id}"

    assert signed_in(user_name).get(address).status_code == status


def test_without_a_second_view_to_give_a_manager_is_led_to_the_contact(signed_in):
    contact = given.contact()
    db.session.commit()

    answer = signed_in("grace").get(f"/contacts/{contact.reference}/second-view")

    assert answer.headers["Location"] == f"/contacts/{contact.reference}?tab=decision"


def test_a_refusal_is_audited(signed_in):
    contact = given.contact()
    db.session.commit()

    signed_in("owen").get(place(contact))

    refused = db.session.query(AuditEntry).where(AuditEntry.action == "access.refused").all()
    assert [entry.detail["permission"] for entry in refused] == ["queue.accept"]


def test_what_another_authority_has_accepted_ends_here_with_the_name(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    decided = client.get(sent(client, contact, outcome="another_authority").location).text
    form = f"/contacts/{contact.reference}/accepted-elsewhere"

    led_to = client.get(place(contact)).location
    nameless = client.post(form, data={"who": " ", "when": "Today at 14:00"})
    accepted = client.post(form, data={"who": "Jo Bell, Surrey", "when": "today at 14:00"})

    assert form in decided
    assert (led_to, nameless.status_code, accepted.status_code) == (form, 422, 302)
    assert "Today at 14:00" in nameless.text
    assert (contact.state, {item.state for item in given.items_of(contact)}) == ("closed", {"done"})
    assert "accepted there by Jo Bell, Surrey, today at 14:00" in client.get(accepted.location).text


def test_nobody_but_the_holder_says_that_another_authority_accepted(signed_in):
    contact = given.contact()
    given.decide(contact, outcome="another_authority")
    db.session.commit()

    answer = signed_in("tom").post(
        f"/contacts/{contact.reference}/accepted-elsewhere", data={"who": "Jo Bell", "when": "Today"}
    )

    assert (answer.status_code, contact.state) == (409, "decided")
