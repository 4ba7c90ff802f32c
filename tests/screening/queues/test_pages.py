"""The queue's pages: the list, the forms that ask first, what needs attention; and who sees none of it."""

from datetime import timedelta

import pytest

from screening.db import db, now
from screening.models import AuditEntry
from screening.queues import placing
from screening.queues.caseload import most
from screening.wording import clock_time
from tests import statements
from tests.browser.county import until
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
REASON = "The family lives in Havant since May."
NAME = "Ada Marlow"


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def waiting():
    return new_item()


def new_item(team="screening", name=NAME, **more):
    contact = given.contact(restricted=more.pop("restricted", False))
    given.person(contact, name, age_years_estimated=7)
    item = given.item(contact, team, **more)
    db.session.commit()
    return item


def held(item, user_name):
    item.state, item.holder_id, item.accepted_at = "accepted", given.user(user_name).id, now()
    db.session.commit()
    return item


def act(client, item, action, **form):
    return client.post(f"/queues/items/{item.id}/{action}", data={"version": item.version, **form})


def form_of(client, item, action):
    return client.get(f"/queues/items/{item.id}/{action}")


def test_ones_own_queue_is_the_first_of_ones_teams(signed_in):
    assert signed_in("grace").get("/queues/").headers["Location"] == "/queues/duty-manager"


@pytest.mark.parametrize("tab", ["new", "mine", "waiting", "held", "returned", "done_today", "nonsense"])
@pytest.mark.parametrize("user_name", ["sarah", "grace"])
def test_every_tab_opens(signed_in, waiting, user_name, tab):
    assert signed_in(user_name).get(f"/queues/screening?tab={tab}").status_code == 200


def test_the_list_says_who_why_and_by_when(signed_in, waiting):
    page = signed_in("sarah").get("/queues/screening").text

    assert NAME in page
    assert "about 7 years" in page
    assert "Every new contact about a child." in page
    assert f"/queues/items/{waiting.id}/accept" in page


def test_a_manager_sees_the_list_of_a_team_of_theirs(signed_in, waiting):
    assert NAME in signed_in("grace").get("/queues/screening").text


def test_next_to_breach_stands_first(signed_in, waiting):
    new_item(name="Ben Later", due_at=now() + timedelta(days=1))
    new_item(name="Cas Sooner", due_at=now() + timedelta(minutes=5))

    page = signed_in("sarah").get("/queues/screening").text

    assert page.index("Cas Sooner") < page.index(NAME) < page.index("Ben Later")


def test_what_needs_a_second_view_stands_above_the_alerts(signed_in):
    new_item("duty-manager", "Al Ert", leads=False, accept_due_at=None, due_at=now() + timedelta(minutes=5))
    new_item("duty-manager", "Sec Ond", step="second_person", due_at=now() + timedelta(days=1))

    page = signed_in("grace").get("/queues/duty-manager").text

    assert page.index("Sec Ond") < page.index("Al Ert")


def test_red_work_that_breaches_sooner_stands_above_a_second_view(signed_in):
    new_item("duty-manager", "Sec Ond", step="second_person", due_at=now() + timedelta(days=1))
    new_item("duty-manager", "Rosa Red", urgency="red", due_at=now() + timedelta(minutes=5))

    page = signed_in("grace").get("/queues/duty-manager").text

    assert page.index("Rosa Red") < page.index("Sec Ond")


def test_the_childs_name_leads_to_the_contact(signed_in, waiting):
    page = signed_in("sarah").get("/queues/screening").text

    assert f'href="/contacts/{waiting.contact.reference}">{NAME}<' in page


def test_the_list_is_filtered_by_urgency_and_keeps_its_tab(signed_in, waiting):
    new_item(name="Rosa Red", urgency="red")

    page = signed_in("sarah").get("/queues/screening?urgency=red&tab=new").text

    assert "Rosa Red" in page
    assert NAME not in page
    assert '<input type="hidden" name="tab" value="new">' in page


def test_reading_the_list_is_audited_with_what_was_shown(signed_in, waiting):
    signed_in("sarah").get("/queues/screening")

    entry = db.session.query(AuditEntry).where(AuditEntry.action == "queue.read").one()
    assert entry.detail["items"] == [str(waiting.id)]


def test_an_open_page_is_shown_what_came_with_its_counts(signed_in, waiting):
    sarah = signed_in("sarah")
    sarah.get("/queues/screening")
    new_item(name="Rosa Red", urgency="red")

    parts = sarah.get("/queues/screening/live").text

    assert "Rosa Red" in parts
    assert 'New<span class="fd-count">2</span>' in parts


def test_what_is_said_of_something_new_is_no_name(signed_in):
    item = new_item(urgency="red")

    parts = signed_in("sarah").get("/queues/screening/live?tab=mine").text

    assert f'<span data-news="{item.id}">red, act by 16:00</span>' in parts
    assert NAME not in parts


def test_a_refresh_is_audited_only_where_it_shows_something_new(signed_in, waiting):
    sarah = signed_in("sarah")
    sarah.get("/queues/screening")
    sarah.get("/queues/screening/live")
    new_item()
    sarah.get("/queues/screening/live")
    sarah.get("/queues/screening/live")

    assert db.session.query(AuditEntry).where(AuditEntry.action == "queue.read").count() == 2


def test_a_refresh_neither_lists_nor_announces_a_restricted_contact(signed_in):
    hidden = new_item(name="Stella Hidden", restricted=True)

    parts = signed_in("sarah").get("/queues/screening/live").text

    assert "Stella Hidden" not in parts
    assert str(hidden.id) not in parts


@pytest.mark.parametrize(("user_name", "status"), [("priya", 403), ("owen", 403), ("winnie", 404)])
def test_nobody_else_is_shown_a_teams_queue_live(signed_in, waiting, user_name, status):
    assert signed_in(user_name).get("/queues/screening/live").status_code == status


@pytest.mark.parametrize("together", ["", "?together=yes"])
def test_a_list_of_many_lines_asks_no_more_than_one_of_two(signed_in, together):
    sarah, asked = signed_in("sarah"), []
    # What a session keeps once: the token of its forms.
    new_item()
    sarah.get(f"/queues/screening/live{together}")
    for _ in range(2):
        new_item()
        new_item()
        db.session.expunge_all()
        with statements.asked() as seen:
            assert NAME in sarah.get(f"/queues/screening/live{together}").text
        asked.append(len(seen))

    assert asked[0] == asked[1]


def test_a_refresh_never_extends_a_session(app):
    assert app.view_functions["queues.team_live"].refreshes is True


def test_an_unchanged_queue_is_a_304(own_app):
    sarah = own_app.test_client().sign_in("sarah")
    tags = []
    until(lambda: tags.append(sarah.get("/queues/screening/live").headers.get("ETag")) or tags[-1])

    assert sarah.get("/queues/screening/live", headers={"If-None-Match": tags[-1]}).status_code == 304


def test_a_restricted_contact_is_neither_listed_nor_counted(signed_in):
    new_item(name="Stella Hidden", restricted=True)

    page = signed_in("sarah").get("/queues/screening").text

    assert "Stella Hidden" not in page
    assert "Nothing waits" in page


@pytest.mark.parametrize(
    ("user_name", "status"),
    [("priya", 403), ("owen", 403), ("aisha", 403), ("adam", 403), ("winnie", 404), ("edith", 404)],
)
def test_nobody_else_reads_a_teams_queue(signed_in, waiting, user_name, status):
    answer = signed_in(user_name).get("/queues/screening")

    assert answer.status_code == status
    assert NAME not in answer.text


def test_accepting_opens_the_contact(signed_in, waiting):
    answer = act(signed_in("sarah"), waiting, "accept")

    assert answer.headers["Location"] == f"/contacts/{waiting.contact.reference}"
    assert waiting.holder.name == "Sarah Okafor"


def test_who_comes_second_is_told_on_a_plain_page_who_was_first_and_when(signed_in, waiting):
    version = waiting.version
    act(signed_in("sarah"), waiting, "accept")

    answer = act(signed_in("tom"), waiting, "accept", version=version)

    assert answer.status_code == 409
    assert "Accepted by Sarah Okafor at 12:00." in answer.text


def test_who_comes_second_goes_on_to_the_record_or_to_what_waits_next(signed_in, waiting):
    version, following = waiting.version, new_item(due_at=now() + timedelta(hours=9))
    act(signed_in("sarah"), waiting, "claim")

    answer = act(signed_in("tom"), waiting, "accept", version=version)

    assert answer.status_code == 409
    assert f'href="/contacts/{waiting.contact.reference}">Open {waiting.contact.reference}' in answer.text
    assert f'href="/contacts/{following.contact.reference}">Open what waits next' in answer.text


def test_a_claim_shows_who_reads_it(signed_in, waiting):
    act(signed_in("sarah"), waiting, "claim")

    page = signed_in("tom").get("/queues/screening").text

    assert "Sarah Okafor is working on it until" in page
    assert "/accept" not in page


def test_an_action_without_a_version_is_refused(signed_in, waiting):
    answer = signed_in("sarah").post(f"/queues/items/{waiting.id}/accept")

    assert answer.status_code == 428


def test_an_action_on_what_changed_meanwhile_is_refused(signed_in, waiting):
    assert act(signed_in("sarah"), waiting, "accept", version=waiting.version + 1).status_code == 412


@pytest.mark.parametrize(("action", "words"), [("return", "Return it"), ("transfer", "Transfer it")])
def test_the_form_asks_why_and_which_team(signed_in, waiting, action, words):
    page = form_of(signed_in("sarah"), waiting, action).text

    assert words in page
    assert NAME in page
    assert '<option value="havant"' in page
    assert '<option value="screening"' not in page


@pytest.mark.parametrize("action", ["return", "transfer"])
def test_what_was_typed_stays_where_the_reason_is_too_short(signed_in, waiting, action):
    answer = act(signed_in("sarah"), waiting, action, reason="<b>no", to_team="havant")

    assert answer.status_code == 422
    assert "&lt;b&gt;no" in answer.text
    assert '<option value="havant" selected>' in answer.text
    assert f'action="/queues/items/{waiting.id}/{action}"' in answer.text


def test_a_reason_that_is_no_text_is_refused_in_words(signed_in, waiting):
    answer = act(signed_in("sarah"), waiting, "return", reason=f"{REASON}\0", to_team="havant")

    assert answer.status_code == 422
    assert "not text" in answer.text


def test_a_return_leads_back_to_the_queue_and_the_reason_travels(signed_in):
    item = new_item("winchester")

    answer = act(signed_in("winnie"), item, "return", reason=REASON, to_team="havant")

    assert answer.headers["Location"].partition("?")[0] == "/queues/winchester"
    assert REASON in signed_in("sarah").get("/queues/screening?tab=returned").text


def test_a_transfer_leads_back_to_the_queue(signed_in, waiting):
    answer = act(signed_in("sarah"), waiting, "transfer", reason=REASON, to_team="havant")

    assert answer.headers["Location"].partition("?")[0] == "/queues/screening"
    assert given.lead_of(waiting.contact).team.slug == "havant"


def test_the_form_to_allocate_shows_what_each_member_carries_the_least_first(signed_in, waiting):
    for _ in range(15):
        held(new_item(urgency="red"), "sarah")

    page = form_of(signed_in("grace"), waiting, "allocate").text

    assert f"Carries 60 of {most()}, 15 red. With this 63. Full: write why below" in page
    assert page.index("Tom Whitlock") < page.index("Sarah Okafor")
    assert "Winnie Asante" not in page


def test_a_manager_allocates_to_a_member_of_the_team(signed_in, waiting):
    answer = act(signed_in("grace"), waiting, "allocate", to_user="tom")

    assert answer.headers["Location"] == f"/contacts/{waiting.contact.reference}"
    assert waiting.holder.name == "Tom Whitlock"


def test_allocating_to_nobody_asks_again(signed_in, waiting):
    answer = act(signed_in("grace"), waiting, "allocate", override_reason="Tom knows them.")

    assert answer.status_code == 422
    assert "Choose somebody who works in this team." in answer.text
    assert "Tom knows them." in answer.text


def test_the_form_says_from_whom_it_is_taken(signed_in, waiting):
    held(waiting, "sarah")

    assert "Sarah Okafor holds it now." in form_of(signed_in("grace"), waiting, "allocate").text


@pytest.mark.parametrize(
    ("user_name", "action", "status"),
    [
        ("priya", "accept", 403),
        ("owen", "return", 403),
        ("winnie", "transfer", 403),
        ("sarah", "allocate", 403),
        ("winnie", "accept", 404),
        ("henry", "allocate", 404),
    ],
)
def test_who_may_not_does_not(signed_in, waiting, user_name, action, status):
    answer = act(signed_in(user_name), waiting, action, reason=REASON, to_team="havant", to_user="tom")

    assert answer.status_code == status
    assert waiting.state == "waiting"


def flag(item, words="Nobody accepted it by 11:59 on 24 November 2026."):
    placing.flag(item, words)
    db.session.commit()


def test_what_needs_attention_is_shown_with_its_team_and_since_when(signed_in, waiting):
    flag(waiting)

    page = signed_in("grace").get("/queues/attention").text

    assert waiting.contact.reference in page
    assert "Nobody accepted it by 11:59" in page
    assert "Screening" in page


def test_nothing_needs_attention_is_said(signed_in):
    assert "Nothing needs attention" in signed_in("grace").get("/queues/attention").text


def test_operations_see_that_it_waits_and_never_a_name(signed_in, waiting):
    flag(waiting)

    page = signed_in("owen").get("/queues/attention").text

    assert waiting.contact.reference in page
    assert NAME not in page
    assert f"/contacts/{waiting.contact.reference}" not in page


def test_a_teams_worker_sees_only_what_waits_in_their_teams(signed_in, waiting):
    flag(waiting)
    own = new_item("winchester")
    flag(own)

    page = signed_in("winnie").get("/queues/attention").text

    assert own.contact.reference in page
    assert waiting.contact.reference not in page


def test_a_call_handler_does_not_see_what_needs_attention(signed_in):
    assert signed_in("priya").get("/queues/attention").status_code == 403


def test_a_restricted_contact_needs_nobodys_attention_who_is_not_named(signed_in):
    hidden = new_item(restricted=True)
    flag(hidden)

    assert hidden.contact.reference not in signed_in("grace").get("/queues/attention").text


def test_what_no_team_holds_is_placed_from_there(signed_in):
    item = new_item(None)
    flag(item)
    client = signed_in("grace")

    page = client.get("/queues/attention").text
    answer = act(client, item, "place", to_team="mash")

    assert f"/queues/items/{item.id}/place" in page
    assert answer.headers["Location"] == "/queues/attention"
    assert given.lead_of(item.contact).team.slug == "mash"


def test_a_contact_in_no_queue_is_an_alarm_there(signed_in):
    lost = given.contact(first_received_at=now() - timedelta(minutes=2))
    db.session.commit()

    page = signed_in("owen").get("/queues/attention").text

    assert "1 contact is in no queue" in page
    assert lost.reference in page


def test_a_contact_in_no_queue_is_placed_from_there(signed_in):
    lost = given.contact(first_received_at=now() - timedelta(minutes=2))
    db.session.commit()
    client, place = signed_in("grace"), f"/queues/unheld/{lost.reference}/place"

    page = client.get("/queues/attention").text
    answer = client.post(place, data={"to_team": "mash"})
    again = client.post(place, data={"to_team": "havant"})

    assert place in page
    assert (answer.headers["Location"], again.status_code) == ("/queues/attention", 409)
    assert (given.lead_of(lost).team.slug, given.lead_of(lost).urgency) == ("mash", "amber")
    assert given.audited(lost, "queue.moved")[0].detail == {"to": "mash"}


def test_who_only_watches_the_queues_places_nothing(signed_in):
    lost = given.contact(first_received_at=now() - timedelta(minutes=2))
    db.session.commit()
    client, place = signed_in("owen"), f"/queues/unheld/{lost.reference}/place"

    page, answer = client.get("/queues/attention").text, client.post(place, data={"to_team": "mash"})

    assert place not in page
    assert answer.status_code == 403


@pytest.mark.parametrize(("reference", "team", "status"), [("FD-NONE", "mash", 404), (None, "no-such-team", 422)])
def test_what_is_not_there_is_not_placed(signed_in, reference, team, status):
    lost = given.contact()
    db.session.commit()

    answer = signed_in("grace").post(f"/queues/unheld/{reference or lost.reference}/place", data={"to_team": team})

    assert answer.status_code == status


def test_an_alert_offers_to_be_seen_and_not_to_be_accepted(signed_in):
    alert = given.item(given.contact(urgency="red"), "screening", urgency="red", leads=False, accept_due_at=None)

    page = signed_in("sarah").get("/queues/screening").text

    assert f"/queues/items/{alert.id}/seen" in page
    assert f"/queues/items/{alert.id}/accept" not in page


def late_answer_held_by(user_name):
    contact = given.contact(state="closed")
    holder = {"state": "accepted", "holder_id": given.user(user_name).id, "accepted_at": now()}
    item = given.item(contact, "screening", step="attention", leads=False, why="A check came late.", **holder)
    db.session.commit()
    return item


def test_what_came_after_a_decision_is_ended_by_its_holder_with_a_sentence(signed_in):
    item, client = late_answer_held_by("sarah"), signed_in("sarah")
    place, version = f"/queues/items/{item.id}/end", item.version

    listed, form = client.get("/queues/screening?tab=mine").text, client.get(place).text
    short = client.post(place, data={"reason": "Yes.", "version": version})
    ended = client.post(place, data={"reason": "It holds: the case was known.", "version": version})

    assert place in listed
    assert "A check came late." in form
    assert (short.status_code, ended.status_code) == (422, 302)
    assert (item.state, item.return_reason) == ("done", "It holds: the case was known.")
    assert len(given.audited(item.contact, "queue.seen")) == 1


def test_who_ends_what_came_after_a_decision_reads_all_that_came(signed_in):
    item = late_answer_held_by("sarah")
    placing.flag(item, "Something was added after the decision.")
    item.reasons = [{**one, "read_at": one["at"]} for one in item.reasons]
    item.attention = item.attention_at = None
    db.session.commit()

    form = signed_in("sarah").get(f"/queues/items/{item.id}/end").text

    assert "Something was added after the decision." in form
    assert "A check came late." in form


def test_work_beside_a_contact_that_ended_is_ended_by_its_holder_with_a_sentence(signed_in):
    holder = {"state": "accepted", "holder_id": given.user("winnie").id, "accepted_at": now()}
    item, client = given.item(given.contact(state="closed"), "winchester", leads=False, **holder), signed_in("winnie")
    db.session.commit()
    place = f"/queues/items/{item.id}/end"

    listed, form = client.get("/queues/winchester?tab=mine").text, client.get(place).text
    ended = client.post(place, data={"reason": "Met the employer: no risk found.", "version": item.version})

    assert place in listed
    assert "Work beside the decision" in form
    assert (ended.status_code, item.state) == (302, "done")


def test_what_came_late_is_told_to_who_had_the_contact_and_not_to_who_works_beside_it():
    contact = given.contact(state="closed")
    given.item(contact, "screening", state="done", ended_at=now())
    beside = given.item(contact, "winchester", leads=False)

    placing.late_answer(contact.id, "A check came late.")

    told = given.items_of(contact)[-1]
    assert (beside.attention, told.team.slug, told.attention) == (None, "screening", "A check came late.")


def test_what_came_after_a_decision_is_ended_by_nobody_else(signed_in):
    item = late_answer_held_by("sarah")

    answer = signed_in("tom").post(
        f"/queues/items/{item.id}/end", data={"reason": "It holds, I should think.", "version": item.version}
    )

    assert (answer.status_code, item.state) == (409, "accepted")


def test_what_was_sent_back_is_taken_back_from_the_page_that_follows(signed_in):
    item = held(new_item("winchester"), "winnie")
    client = signed_in("winnie")

    after = act(client, item, "return", reason=REASON, to_team="havant").location
    page = client.get(after).text

    following = given.lead_of(item.contact)
    assert f"{item.contact.reference} was sent on" in page
    back = act(client, following, "undo").location
    assert back == f"/queues/winchester?back={given.lead_of(item.contact).id}"
    assert "you took back the return" in client.get(back).text
    assert given.lead_of(item.contact).team.slug == "winchester"
    assert "was sent on" not in client.get(after).text


def test_a_contact_offers_to_take_back_what_its_viewer_did_to_it(signed_in):
    item = held(new_item(), "sarah")
    client = signed_in("sarah")
    address = f"/contacts/{item.contact.reference}"
    assert "Take back" not in client.get(address).text

    waiting = new_item(name="Ben Later")
    act(client, waiting, "accept")

    assert f"/queues/items/{waiting.id}/undo" in client.get(f"/contacts/{waiting.contact.reference}").text


def test_a_reason_that_somebody_was_first_with_is_shown_back_with_who_and_when(signed_in, waiting):
    version = waiting.version
    act(signed_in("tom"), waiting, "transfer", reason=REASON, to_team="winchester")

    typed = "The grandmother in Havant asked for this <b>twice</b>."
    answer = act(signed_in("sarah"), waiting, "return", version=version, reason=typed, to_team="havant")

    assert answer.status_code == 409
    assert "Tom Whitlock passed this on at 12:0" in answer.text
    assert "asked for this &lt;b&gt;twice&lt;/b&gt;." in answer.text
    words = {"action": "again", "reason": typed, "to_team": "havant"}
    again = signed_in("sarah").post(f"/queues/items/{waiting.id}/return", data=words)
    assert (again.status_code, "asked for this &lt;b&gt;twice" in again.text) == (200, True)


def test_who_opens_the_form_to_return_it_is_shown_in_the_list_until_when(signed_in, waiting):
    version = waiting.version
    address = f"/queues/items/{waiting.id}"
    assert signed_in("sarah").get(f"{address}/return").status_code == 200

    row = signed_in("tom").get("/queues/screening").text

    db.session.refresh(waiting)
    assert clock_time(waiting.claimed_until) in row.split("Sarah Okafor is working on it until")[1][:100]
    assert f"{address}/accept" not in row
    assert (signed_in("sarah").post(f"{address}/working").status_code, waiting.version) == (204, version)


def test_who_opens_a_form_while_a_colleague_works_on_it_is_told_before_they_write(signed_in, waiting):
    address = f"/queues/items/{waiting.id}/return"
    own = signed_in("sarah").get(address).text

    others = signed_in("tom").get(address).text

    assert "Sarah Okafor is working on this. It is free again at" in others
    assert "is working on this" not in own


def test_a_claim_that_ran_out_while_somebody_typed_loses_no_words(signed_in, waiting):
    act(signed_in("sarah"), waiting, "claim")
    version = waiting.version
    # It ran out, and somebody else read it meanwhile.
    waiting.claimed_until = now() - timedelta(seconds=1)
    db.session.commit()
    assert act(signed_in("tom"), waiting, "claim").status_code == 302
    waiting.claimed_until = now() - timedelta(seconds=1)
    db.session.commit()

    answer = act(signed_in("sarah"), waiting, "return", version=version, reason=REASON, to_team="havant")

    assert answer.status_code == 412
    assert REASON in answer.text
    again = act(signed_in("sarah"), waiting, "return", reason=REASON, to_team="havant")
    assert (again.status_code, given.lead_of(waiting.contact).returns) == (302, 1)


@pytest.mark.parametrize(
    ("act", "typed"), [("allocate", {"to_user": "tom", "override_reason": REASON}), ("end", {"reason": REASON})]
)
def test_a_reason_that_was_typed_comes_back_where_the_work_changed_meanwhile(waiting, signed_in, act, typed):
    answer = signed_in("grace").post(f"/queues/items/{waiting.id}/{act}", data=typed | {"version": 77})

    assert (answer.status_code, REASON in answer.text) == (412, True)
