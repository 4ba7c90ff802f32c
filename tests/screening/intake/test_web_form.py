"""The professionals' form: a link to a mailbox that we know, one thing per page, sent once as a contact."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening import leaving
from screening.db import db, transaction
from screening.fields import LONG
from screening.intake import web_begun, web_forms
from screening.leaving import may_leave
from screening.models import Contact, Task, WebForm
from screening.signing_in.tries import MOST_FROM_ADDRESS
from workers import form_link

pytestmark = pytest.mark.usefixtures("context")
MAILBOX = "lead@oak.school.example.org"


@pytest.fixture
def token(app, client):
    """A link that was asked for as people do, and sent."""
    client.post("/refer/", data={"mailbox": MAILBOX})
    outgoing = form_link.prepare(db.session.scalars(select(WebForm.id)).one())
    return re.search(r"/refer/(\S+)", outgoing.letter.get_content()).group(1)


def fill(client, token, name, **fields):
    return client.post(f"/refer/{token}/{name}", data={path.replace("__", "."): text for path, text in fields.items()})


def fill_all(client, token):
    fill(client, token, "danger", answers__immediate_danger="no")
    fill(client, token, "you", referrer__name="Ms Adeyemi", referrer__phone="01632 960111",
         referrer__agency="Oak School", referrer__source_code="2A")  # fmt: skip
    fill(client, token, "child-1", children__0__given_name="Ada", children__0__date_of_birth="2/5/2018")
    return fill(client, token, "worry", narrative="A bruise that nobody can explain.")


def test_the_first_page_says_when_to_ring_instead(client):
    assert "If a child is in danger now, ring 999" in client.get("/refer/").text


@pytest.mark.parametrize("mailbox", ["someone@example.com", "x@evilschool.example.org", "a@nhs.uk.example.com"])
def test_a_mailbox_that_we_do_not_know_gets_no_link_and_is_told_the_same(client, mailbox):
    known = client.post("/refer/", data={"mailbox": MAILBOX}).text
    unknown = client.post("/refer/", data={"mailbox": mailbox}).text

    assert unknown == known
    assert db.session.scalar(select(func.count()).where(Task.kind == "send_web_form")) == 1


def test_the_link_goes_to_the_mailbox_and_says_nothing_of_anybody(token):
    letter = form_link.prepare(db.session.scalars(select(WebForm.id)).one()).letter

    assert letter["To"] == MAILBOX
    assert letter["Subject"] == "The form that you asked for"


def test_what_is_answered_is_kept_between_the_pages_and_lies_sealed(client, token):
    fill(client, token, "you", referrer__name="Ms Adeyemi")

    assert 'value="Ms Adeyemi"' in client.get(f"/refer/{token}/you").text
    assert b"Adeyemi" not in db.session.scalars(select(WebForm.sealed)).one()


def test_it_becomes_a_contact_with_a_reference_and_the_same_tasks(client, token):
    fill_all(client, token)

    answer = client.post(f"/refer/{token}/check")

    (contact,) = db.session.scalars(select(Contact)).all()
    assert contact.reference in client.get(answer.location).text
    assert (contact.state, contact.channel, contact.referrer.email) == ("received", "web", MAILBOX)
    assert (contact.children[0].full_name, contact.answers["immediate_danger"]) == ("Ada", "no")
    assert db.session.scalar(select(func.count()).where(Task.kind == "route", Task.contact_id == contact.id)) == 1


def test_words_typed_after_it_was_sent_are_said_to_be_lost_and_how_to_add(client, token):
    fill_all(client, token)
    client.post(f"/refer/{token}/check")

    answer = fill(client, token, "worry", narrative="And he has a knife.")

    page = client.get(answer.location).text
    assert ("was not kept" in page, "ask for another form" in page) == (True, True)


@pytest.mark.parametrize("page", ["", "/worry", "/check"])
def test_once_sent_the_link_shows_the_receipt_and_no_answers(client, token, page):
    fill_all(client, token)
    client.post(f"/refer/{token}/check")

    assert client.get(f"/refer/{token}{page}").location == f"/refer/{token}/done"


def test_sent_twice_it_is_one_contact(client, token):
    fill_all(client, token)

    answers = [client.post(f"/refer/{token}/check") for _ in range(2)]

    assert [answer.location for answer in answers] == [f"/refer/{token}/done"] * 2
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_second_child_is_added(client, token):
    there = fill(client, token, "child-1", children__0__given_name="Ada", then="child").location
    client.post(there, data={"children.1.given_name": "Ben"})
    fill(client, token, "worry", narrative="Both were alone.")
    client.post(f"/refer/{token}/check")

    (contact,) = db.session.scalars(select(Contact)).all()
    assert [child.full_name for child in contact.children] == ["Ada", "Ben"]


def answered(client, token):
    client.post(f"/refer/{token}/check")
    (contact,) = db.session.scalars(select(Contact)).all()
    return contact


def test_nobody_said_that_it_is_safe_to_write_so_it_is_not_known(client, token):
    fill_all(client, token)

    assert answered(client, token).referrer.safe_to_reply == "unknown"


def test_a_mailbox_that_somebody_they_are_worried_about_may_read_gets_no_receipt(client, token):
    fill_all(client, token)
    fill(client, token, "you", referrer__name="Ms Adeyemi", referrer__source_code="2A", referrer__safe_to_reply="no")

    assert may_leave(answered(client, token), "receipt").reason == leaving.NOT_SAFE


def test_a_colleague_who_is_said_to_have_harmed_a_child_stops_the_receipt_to_the_school(client, token):
    fill_all(client, token)
    who = {"adults.0.given_name": "Gary", "adults.0.works_with_children": "yes", "adults.0.answers.harmed": "yes"}
    client.post(f"/refer/{token}/adult-1", data=who)

    contact = answered(client, token)
    assert (contact.adults[0].alleged_harm_to, may_leave(contact, "receipt").allowed) == ([0], False)
    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_WORKS_THERE


def test_harm_by_somebody_is_kept_where_no_child_is_named(client, token):
    client.post(f"/refer/{token}/adult-1", data={"adults.0.answers.harmed": "yes"})
    fill(client, token, "worry", narrative="Shouting behind a door.")

    contact = answered(client, token)
    assert (len(contact.children), contact.adults[0].alleged_harm_to) == (1, [0])


def test_harm_that_is_not_known_is_not_no(client, token):
    client.post(f"/refer/{token}/adult-1", data={"adults.0.given_name": "Gary", "adults.0.answers.harmed": "unknown"})
    fill(client, token, "worry", narrative="Shouting behind a door.")

    assert answered(client, token).adults[0].not_known == {"alleged_harm_to": "unknown"}


def test_a_second_adult_is_added(client, token):
    there = client.post(f"/refer/{token}/adult-1", data={"adults.0.given_name": "Gary", "then": "adult"}).location
    client.post(there, data={"adults.1.given_name": "Sue"})
    fill(client, token, "worry", narrative="Shouting behind a door.")

    assert [adult.given_name for adult in answered(client, token).adults] == ["Gary", "Sue"]


def test_a_professional_gives_a_name_and_a_number_and_what_was_said_is_kept(client, token):
    answer = fill(client, token, "you", referrer__agency="Oak School")

    assert answer.status_code == 422
    assert "Write your name" in answer.text
    assert "Write a number that we can ring" in answer.text
    assert 'value="Oak School"' in client.get(f"/refer/{token}/you").text


def test_who_says_that_a_child_is_in_danger_now_is_not_held_up_for_a_name(client, token):
    fill(client, token, "danger", answers__immediate_danger="yes")

    assert fill(client, token, "you").status_code == 302


def test_an_account_that_is_too_long_is_said_and_never_cut(client, token):
    fill_all(client, token)
    fill(client, token, "worry", narrative="x" * (web_forms.MOST_WORDS + 1))

    answer = client.post(f"/refer/{token}/check")

    assert answer.status_code == 422
    assert "characters or fewer" in answer.text


def test_words_of_a_form_that_was_not_sent_say_where_they_were_cut(client, token):
    fill(client, token, "worry", narrative="x" * LONG)
    look()

    (contact,) = begun()
    assert len(contact.narrative) <= LONG
    assert contact.narrative.endswith(web_begun.CUT)


def test_what_blocks_is_said_and_everything_is_kept(client, token):
    fill(client, token, "child-1", children__0__given_name="Ada")

    answer = client.post(f"/refer/{token}/check")

    assert (answer.status_code, "Write what the caller said" in answer.text, "Ada" in answer.text) == (422, True, True)


def test_what_is_emptied_is_taken_out(client, token):
    fill(client, token, "you", referrer__name="Ms Adeyemi", referrer__agency="Oak School")
    fill(client, token, "you", referrer__name="", referrer__agency="Oak School")

    page = client.get(f"/refer/{token}/you").text
    assert ("Ms Adeyemi" in page, "Oak School" in page) == (False, True)


def test_a_field_of_another_page_is_not_taken(client, token):
    fill(client, token, "you", referrer__name="Ms Adeyemi", narrative="Slipped in.")

    assert "Slipped in" not in client.get(f"/refer/{token}/worry").text


@pytest.mark.parametrize("odd", ["nothing", "x" * 43, "é" * 43])
def test_a_link_that_never_was_opens_nothing(client, odd):
    assert client.get(f"/refer/{odd}").status_code == 410


def test_a_link_that_is_too_old_opens_nothing(client, token):
    with transaction():
        db.session.execute(update(WebForm).values(expires_at=WebForm.asked_at))

    assert client.get(f"/refer/{token}/you").status_code == 410


def test_tries_with_links_that_do_not_work_are_stopped(client):
    answers = {client.get(f"/refer/{'x' * 43}").status_code for _ in range(MOST_FROM_ADDRESS + 1)}

    assert answers == {410, 429}


def test_answers_of_one_page_do_not_wipe_those_of_another():
    before = {"children": [{"given_name": "Ada"}], "answers": {"a": "yes"}}

    after = web_forms.merged(before, {"children": [{}, {"given_name": "Ben"}], "answers": {"b": "no"}})

    assert after == {"children": [{"given_name": "Ada"}, {"given_name": "Ben"}], "answers": {"a": "yes", "b": "no"}}


def look(form_id=None):
    """Do what is due of forms that were begun, as the worker does."""
    with transaction():
        web_begun.look(form_id or db.session.scalars(select(WebForm.id)).one())


def begun():
    return db.session.scalars(select(Contact).order_by(Contact.seq)).all()


def due():
    return db.session.scalars(select(Task.run_after).where(Task.kind == "web_form_begun").order_by(Task.seq)).all()


def test_a_form_that_was_begun_and_not_sent_becomes_a_contact_that_says_so(client, token):
    fill(client, token, "you", referrer__name="Ms Adeyemi", referrer__source_code="2A")
    fill(client, token, "child-1", children__0__given_name="Ada")
    look()
    look()

    (contact,) = begun()
    assert (contact.state, contact.children[0].full_name) == ("received", "Ada")
    assert contact.narrative.startswith("[Begun on the web form and not sent.")
    assert MAILBOX in contact.narrative


def test_no_receipt_leaves_for_what_was_not_sent(client, token):
    fill(client, token, "you", referrer__name="Ms Adeyemi", referrer__source_code="2A")
    look()

    assert may_leave(begun()[0], "receipt").reason == leaving.NO_ADDRESS


def test_danger_now_is_looked_at_at_once_and_anything_else_well_before_the_link_ends(client, token):
    form = db.session.scalars(select(WebForm)).one()
    fill(client, token, "danger", answers__immediate_danger="unknown")
    (later,) = due()
    fill(client, token, "danger", answers__immediate_danger="yes")

    assert form.asked_at < later < form.expires_at
    assert due()[-1] < form.asked_at + timedelta(minutes=1)


def test_what_is_answered_after_that_is_taken_too_and_the_form_can_still_be_sent(client, token):
    fill(client, token, "danger", answers__immediate_danger="yes")
    look()
    fill_all(client, token)
    look()
    client.post(f"/refer/{token}/check")

    first, second, sent = begun()
    assert (first.answers["immediate_danger"], second.children[0].full_name) == ("yes", "Ada")
    assert second.reference in sent.narrative


def test_answers_that_no_contact_takes_are_kept_as_words(client, token):
    fill(client, token, "child-1", children__0__given_name="Ada", children__0__date_of_birth="some time in spring")
    look()

    assert "some time in spring" in begun()[0].narrative


def test_a_form_that_was_sent_or_never_answered_becomes_nothing_more(client, token):
    look()
    fill_all(client, token)
    client.post(f"/refer/{token}/check")
    look()

    assert len(begun()) == 1
