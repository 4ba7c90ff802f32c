"""After it was sent the caller still talks: nothing of that is lost, and it reaches whoever has the contact."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.db import db, new_id, now
from screening.models import BackgroundCheck, Contact, ContactAddition, DangerAlert, MissingFact, Screening, Task
from tests.screening.contacts.bodies import form
from tests.screening.queues import given
from workers import additions

pytestmark = pytest.mark.usefixtures("context")
JSON = {"Accept": "application/json"}
SAID = form(narrative="He has a knife.", children__0__given_name="Ada", children__0__answers__injury_seen="no")


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def red(priya):
    """A call that was sent with F9, its page still open; gives the reference and the page's version."""
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    answer = priya.post(f"/contacts/{reference}/danger", data={**SAID, "version": "0"}, headers=JSON)
    return reference, answer.json["version"]


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def typed(client, red, **fields):
    reference, version = red
    data = {**SAID, **form(**fields), "answers.immediate_danger": "yes", "version": version}
    return client.post(f"/contacts/{reference}/autosave", data=data, headers=JSON)


def follow_all():
    for addition in db.session.scalars(select(ContactAddition).order_by(ContactAddition.seq)):
        additions.follow(addition.id)
    db.session.flush()


def summary(client, reference):
    return " ".join(client.get(f"/contacts/{reference}").text.split())


def test_what_is_typed_after_the_red_was_sent_is_added_to_it(priya, signed_in, red):
    answer = typed(priya, red, narrative="He has a knife. She is in the bathroom.")

    assert answer.status_code == 200
    assert answer.json["version"] == red[1] + 1
    assert contact(red[0]).narrative == "He has a knife."
    page = summary(signed_in("sarah"), red[0])
    assert '<p class="fd-narrative">She is in the bathroom.</p>' in page
    assert "Priya Nair" in page


def test_what_was_blank_is_filled_in_and_looked_up(priya, red):
    typed(
        priya,
        red,
        children__0__family_name="Marlow",
        children__0__date_of_birth="2/5/2018",
        children__1__given_name="Ben",
    )

    ada, ben = contact(red[0]).children
    assert (ada.family_name, ada.date_of_birth, ben.given_name) == ("Marlow", "2018-05-02", "Ben")
    assert db.session.scalars(select(Task).where(Task.kind == "check_own_records", Task.subject_id.is_not(None))).all()


def test_a_child_who_is_added_with_a_name_alone_is_looked_up(priya, red):
    typed(priya, red, children__1__given_name="Ben", children__1__family_name="Marlow")

    ben = contact(red[0]).children[1]
    assert db.session.scalars(select(BackgroundCheck.kind).where(BackgroundCheck.participation_id == ben.id)).all()


def test_what_was_said_before_stands_beside_what_is_said_now(priya, signed_in, red):
    typed(priya, red, children__0__given_name="Adela")

    page = summary(signed_in("sarah"), red[0])
    assert 'Adela<span class="fd-under">before: Ada</span>' in page


def test_not_known_takes_no_answer_away(priya, red):
    typed(priya, red, children__0__answers__injury_seen="unknown")

    assert contact(red[0]).children[0].answers["injury_seen"] == "no"


def test_a_list_of_what_was_said_is_changed_as_any_answer_is(priya, red):
    typed(priya, red, children__0__disabilities="MOB", adults__0__given_name="Carl", adults__0__alleged_harm_to="0")

    answer = typed(priya, (red[0], red[1] + 1), children__0__disabilities="LD", adults__0__alleged_harm_to=["0", "1"])

    assert answer.status_code == 200
    assert contact(red[0]).children[0].disabilities == ["LD"]


def test_what_cannot_be_read_leaves_what_was_there_and_is_kept_as_typed(priya, signed_in, red):
    typed(priya, red, children__0__date_of_birth="2/5/2018")
    typed(priya, red, children__0__date_of_birth="umpteen")

    assert contact(red[0]).children[0].date_of_birth == "2018-05-02"
    assert "umpteen" in summary(signed_in("sarah"), red[0])


def test_two_windows_take_nothing_from_each_other(priya, red):
    typed(priya, red, children__0__family_name="Marlow")
    typed(priya, red, children__0__school="Oak Primary")

    assert (contact(red[0]).children[0].family_name, contact(red[0]).children[0].school) == ("Marlow", "Oak Primary")


def test_the_same_form_that_comes_twice_adds_once(priya, red):
    typed(priya, red, narrative="He has a knife. Now.")
    typed(priya, red, narrative="He has a knife. Now.")

    assert len(db.session.scalars(select(ContactAddition)).all()) == 1


def test_answers_that_were_added_are_scored_again_and_raise_it(priya, signed_in):
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    priya.post(f"/contacts/{reference}/autosave", data={**SAID, "version": "0"})
    priya.post(f"/contacts/{reference}/send", data={"version": "1"})
    item = given.item(contact(reference), urgency="green", level=1)

    priya.post(
        f"/contacts/{reference}/autosave",
        data={**SAID, "children.0.answers.immediate_danger": "yes", "version": "1"},
    )
    follow_all()

    db.session.refresh(item)
    assert item.urgency == "red"
    assert "more was said" in item.attention
    assert [row.reason for row in db.session.scalars(select(Screening).order_by(Screening.seq))] == ["sent", "addition"]
    assert db.session.scalars(select(DangerAlert)).one().contact_id == contact(reference).id


def test_words_alone_ask_for_eyes_and_score_nothing(priya, red):
    item = given.item(contact(red[0]), urgency="red", level=4)
    typed(priya, red, narrative="He has a knife. She is in the bathroom.")

    follow_all()

    db.session.refresh(item)
    assert item.attention == additions.ADDED
    assert len(db.session.scalars(select(Screening)).all()) == 1


def test_after_the_decision_nothing_is_filled_in_and_whoever_decided_is_told(priya, red):
    item = given.item(contact(red[0]), urgency="red", level=4)
    decided = contact(red[0])
    decided.state, decided.decided_at = "decided", decided.received_at
    db.session.flush()

    typed(priya, red, children__0__family_name="Marlow")
    follow_all()

    db.session.refresh(item)
    assert contact(red[0]).children[0].family_name is None
    assert item.attention == additions.LATE


def test_the_page_of_the_call_stays_after_it_was_sent(priya, red):
    page = priya.get(f"/contacts/{red[0]}/take")

    assert page.status_code == 200
    assert "Nobody has seen it yet" in page.text
    assert priya.post(f"/contacts/{red[0]}/panel").status_code == 200


def test_nobody_else_types_into_a_call_that_was_sent(signed_in, red):
    assert typed(signed_in("sarah"), red, narrative="Mine").status_code == 404
    assert signed_in("sarah").get(f"/contacts/{red[0]}/take").status_code == 404


def test_whoever_may_read_a_contact_adds_words_to_it(signed_in, red):
    sarah = signed_in("sarah")

    answer = sarah.post(f"/contacts/{red[0]}/additions", data={"words": "The police are on their way."})

    assert answer.location == f"/contacts/{red[0]}#added"
    page = summary(sarah, red[0])
    assert "The police are on their way." in page
    assert "Sarah Okafor" in page
    assert "Added later: The police are on their way." in sarah.get(f"/contacts/{red[0]}/briefing").text


def test_what_is_not_text_in_added_words_is_left_out(signed_in, red):
    signed_in("sarah").post(f"/contacts/{red[0]}/additions", data={"words": "On their\x00 way.\r\nWait."})

    added = db.session.scalars(select(ContactAddition).order_by(ContactAddition.seq.desc())).first()
    assert added.changes[0]["after"] == "On their way.\nWait."


def test_whoever_may_not_read_a_contact_adds_nothing(signed_in, red):
    assert signed_in("winnie").post(f"/contacts/{red[0]}/additions", data={"words": "x"}).status_code == 404


def test_an_address_that_was_added_is_not_shown_beside_the_account(priya, signed_in, red):
    typed(priya, red, children__0__address__line_1="86 Surrey Drive")

    page = summary(signed_in("sarah"), red[0])
    assert "86 Surrey Drive" not in page
    assert "An address, or how to reach them: see People" in page


def test_where_the_caller_was_promised_a_call_is_not_told_to_who_may_not_know_them(priya, signed_in, red):
    typed(priya, red, promises__0__kind="callback", promises__0__to_number="01632 960123")
    given.item(contact(red[0]), "winchester", leads=False)

    assert "01632 960123" in signed_in("sarah").get(f"/contacts/{red[0]}").text
    seen = signed_in("winnie").get(f"/contacts/{red[0]}").text
    assert "How the caller is reached" in seen
    assert "01632 960123" not in seen


def test_danger_is_said_from_a_page_that_holds_no_call(priya):
    answer = priya.post("/contacts/danger")

    reference = re.search(r"FD-\w+", answer.location).group()
    assert answer.location == f"/contacts/{reference}/take"
    assert contact(reference).answers["immediate_danger"] == "yes"
    assert db.session.scalars(select(DangerAlert)).one().contact_id == contact(reference).id


def test_danger_from_the_last_look_sends_what_was_kept(priya):
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    priya.post(f"/contacts/{reference}/autosave", data={**SAID, "version": "0"})

    priya.post(f"/contacts/{reference}/danger")

    assert contact(reference).narrative == "He has a knife."


def test_danger_on_a_contact_that_was_sent_is_told_again(priya, signed_in, red):
    first = db.session.scalars(select(DangerAlert)).one()
    sarah = signed_in("sarah")
    sarah.post(f"/danger/alerts/{first.id}/acknowledge")

    sarah.post(f"/contacts/{red[0]}/danger")

    assert len(db.session.scalars(select(DangerAlert)).all()) == 2


def test_the_form_of_the_call_that_comes_again_alerts_nobody_twice(priya, signed_in, red):
    first = db.session.scalars(select(DangerAlert)).one()
    signed_in("sarah").post(f"/danger/alerts/{first.id}/acknowledge")

    priya.post(f"/contacts/{red[0]}/danger", data={**SAID, "version": "0"}, headers=JSON)

    assert len(db.session.scalars(select(DangerAlert)).all()) == 1


@pytest.mark.parametrize("path", ["/contacts/", "/messages/to-ring"])
def test_danger_is_one_key_away_on_every_page_of_a_handler(priya, path):
    page = priya.get(path).text

    assert 'data-key="F9"' in page
    assert 'action="/contacts/danger"' in page


def test_nobody_who_was_sent_is_taken_out(priya, red):
    reference, version = red
    two = {**SAID, "children.1.given_name": "Ben", "version": version}
    priya.post(f"/contacts/{reference}/autosave", data=two, headers=JSON)

    priya.post(f"/contacts/{reference}/save", data={**two, "version": version + 1, "remove_child": "0"})

    assert [child.given_name for child in contact(reference).children] == ["Ada", "Ben"]


def test_danger_from_an_older_window_takes_no_words_from_another(priya, signed_in):
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    saves = (("He has a knife.", 0), ("He has a knife. She is in the bathroom.", 1))
    for narrative, version in saves:
        priya.post(f"/contacts/{reference}/autosave", data={**SAID, "narrative": narrative, "version": version})

    older = {**SAID, "narrative": "He has a knife. He is drunk.", "children.0.school": "Oak", "version": "1"}
    priya.post(f"/contacts/{reference}/danger", data=older, headers=JSON)

    assert contact(reference).narrative == "He has a knife. She is in the bathroom."
    assert contact(reference).children[0].school == "Oak"
    assert '<p class="fd-narrative">He is drunk.</p>' in summary(signed_in("sarah"), reference)
    assert db.session.scalars(select(DangerAlert)).one()


def test_a_window_that_goes_on_takes_back_nothing_that_another_changed(priya, red):
    typed(priya, red, children__0__given_name="Adela")
    here = typed(priya, red, children__0__school="Oak").json["version"]

    typed(priya, (red[0], here), children__0__school="Oak Primary")

    assert (contact(red[0]).children[0].given_name, contact(red[0]).children[0].school) == ("Adela", "Oak Primary")


def test_what_two_windows_write_into_the_account_is_shown_both(priya, signed_in, red):
    typed(priya, red, narrative="He has a knife. She is in the bathroom.")
    here = typed(priya, red, narrative="He has a knife. He is").json["version"]
    typed(priya, (red[0], here), narrative="He has a knife. He is drunk.")

    page = summary(signed_in("sarah"), red[0])
    assert "She is in the bathroom. He is drunk." in page


def test_two_children_whom_two_windows_add_stay_two(priya, red):
    typed(priya, red, children__1__given_name="Cara", children__1__sex="F")
    here = typed(priya, red, children__1__given_name="Ben").json["version"]
    typed(priya, (red[0], here), children__1__given_name="Ben", children__1__school="Oak")

    kept = [(child.given_name, child.sex, child.school) for child in contact(red[0]).children]
    assert kept == [("Ada", None, None), ("Cara", "F", None), ("Ben", None, "Oak")]


def test_words_that_are_written_over_are_shown_beside_those_that_replace_them(priya, signed_in, red):
    typed(priya, red, narrative="He has a knife. She is in the bathroom.")
    typed(priya, (red[0], red[1] + 1), narrative="He has a knife. They ran to the shop next door.")

    page = summary(signed_in("sarah"), red[0])
    assert '<p class="fd-narrative">She is in the bathroom.</p>' in page
    assert '<p class="fd-narrative">They ran to the shop next door.</p>' in page


def test_a_word_that_is_put_right_while_typing_is_shown_once(priya, signed_in, red):
    typed(priya, red, narrative="He has a knife. She is in the bathrom")
    typed(priya, (red[0], red[1] + 1), narrative="He has a knife. She is in the bathroom.")

    assert "bathrom<" not in summary(signed_in("sarah"), red[0])


def test_what_is_again_unreadable_is_still_to_be_found_out(priya, red):
    fact = select(MissingFact).where(MissingFact.field == "children.0.date_of_birth")
    db.session.add(
        MissingFact(
            id=new_id(),
            contact_id=contact(red[0]).id,
            field="children.0.date_of_birth",
            why="unreadable",
            said_at=now(),
            due_at=now(),
        )
    )
    typed(priya, red, children__0__date_of_birth="umpteen")
    assert db.session.scalars(fact).one().found_at is None

    typed(priya, (red[0], red[1] + 1), children__0__date_of_birth="2/5/2018")
    assert db.session.scalars(fact).one().found_at


def test_more_that_is_added_asks_for_eyes_anew(priya, red):
    item = given.item(contact(red[0]), urgency="red", level=4)
    typed(priya, red, narrative="He has a knife. She is in the bathroom.")
    follow_all()
    first = item.attention_at
    given.clock_at(now() + timedelta(minutes=5))
    follow_all()

    assert item.attention_at > first
