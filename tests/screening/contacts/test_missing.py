"""What a contact is sent without becomes something for somebody to find out; nothing of it holds up the send."""

import re

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import Contact, MissingFact
from tests.screening.contacts.bodies import form
from tests.screening.people import made

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


def sent(client, how="send", **fields):
    location = client.post("/contacts/", data={"kind": "request_for_service"}).location
    reference = re.search(r"FD-\w+", location).group()
    body = form(children__0__given_name="Ada", **fields)
    # Nothing was kept yet where danger is said at once: the page was made on no version.
    version = 0
    if how == "send":
        version = client.post(f"/contacts/{reference}/autosave", data={**body, "version": 0}).json["version"]
    answer = client.post(f"/contacts/{reference}/{how}", data={**body, "version": version})
    assert answer.status_code == 302, answer.text
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def missing(contact):
    rows = db.session.scalars(select(MissingFact).where(MissingFact.contact_id == contact.id))
    return {row.field: (row.why, row.words) for row in rows}


UNREADABLE = {
    "children__0__date_of_birth": "umpteen",
    "children__0__address__postcode": "the mill",
    "referrer__email": "adeyemi@oak",
}


def test_what_cannot_be_read_holds_up_nothing_and_is_kept_as_it_was_said(priya):
    found = missing(sent(priya, narrative="Hungry.", **UNREADABLE))

    assert found["children.0.date_of_birth"] == ("unreadable", "umpteen")
    assert found["children.0.address.postcode"] == ("unreadable", "the mill")
    assert found["referrer.email"] == ("unreadable", "adeyemi@oak")


@pytest.mark.parametrize("age", ["99 yrs", "7"])
def test_an_age_that_no_child_has_holds_up_nothing(priya, age):
    contact = sent(priya, narrative="Hungry.", children__0__date_of_birth=age)

    assert contact.children[0].age_years_estimated == (7 if age == "7" else None)


def test_an_account_that_says_nothing_still_blocks(priya):
    location = priya.post("/contacts/", data={"kind": "request_for_service"}).location

    answer = priya.post(location.replace("/take", "/send"), data={"version": 0})

    assert answer.status_code == 422
    assert "#narrative" in answer.text


def test_a_child_in_danger_is_sent_without_an_account_that_somebody_is_to_get(priya):
    contact = sent(priya, how="danger")

    assert missing(contact)["narrative"] == ("not_asked", None)


def test_refused_and_not_known_are_kept_as_they_were_answered(priya):
    contact = sent(
        priya,
        narrative="Hungry.",
        children__0__not_known__school="refused",
        children__0__answers__immediate_danger="unknown",
        children__0__where_now__with_whom="?",
        adults__0__given_name="Gary",
        adults__0__in_household="not_safe_to_ask",
    )

    found = {field: why for field, (why, _) in missing(contact).items()}
    assert found["children.0.school"] == "refused"
    assert found["children.0.answers.immediate_danger"] == "unknown"
    assert found["children.0.where_now.with_whom"] == "unknown"
    assert found["adults.0.in_household"] == "not_safe_to_ask"
    assert found["children.0.answers.child_safe_now"] == "not_asked"
    assert contact.children[0].not_known == {"school": "refused"}


def test_what_the_account_called_for_and_nobody_asked_is_to_be_found_out_of_each_child(priya):
    found = missing(sent(priya, narrative="Black eye today.", children__1__given_name="Ben"))

    assert found["children.0.answers.injury_seen"] == ("not_asked", "Black eye today")
    assert found["children.1.answers.injury_seen"] == ("not_asked", "Black eye today")


def test_what_the_account_called_for_and_somebody_asked_is_not_to_be_found_out(priya):
    found = missing(sent(priya, narrative="Black eye today.", children__0__answers__injury_seen="no"))

    assert not any(field.endswith("injury_seen") for field in found)


def test_what_is_missing_stands_on_the_record_and_in_the_briefing(priya, signed_in):
    contact = sent(priya, narrative="Hungry.", **UNREADABLE)
    sarah = signed_in("sarah")

    for page in ("", "/briefing"):
        text = sarah.get(f"/contacts/{contact.reference}{page}").text
        assert "Ada, date of birth (said, and could not be read" in text
        assert "umpteen" in text


def test_who_found_it_out_closes_it(priya, signed_in):
    contact = sent(priya, narrative="Hungry.", **UNREADABLE)
    fact = db.session.scalars(select(MissingFact).where(MissingFact.field == "children.0.date_of_birth")).one()
    sarah = signed_in("sarah")

    sarah.post(f"/contacts/{contact.reference}/missing/{fact.id}", data={"words": "3 April 2017, the school says."})

    page = sarah.get(f"/contacts/{contact.reference}").text
    assert "Ada, date of birth: 3 April 2017, the school says." in page
    assert "umpteen" not in page
    assert (fact.found_by_id is not None, fact.found_at is not None) == (True, True)


def test_a_protected_home_that_somebody_found_out_is_shown_to_nobody(priya, signed_in):
    contact = sent(priya, narrative="Hungry.", **UNREADABLE)
    fact = db.session.scalars(select(MissingFact).where(MissingFact.field == "children.0.address.postcode")).one()
    sarah = signed_in("sarah")
    sarah.post(f"/contacts/{contact.reference}/missing/{fact.id}", data={"words": "SO23 8UB, the school says."})
    person = made.person("Ada Marlow")
    made.link(contact.children[0], person)
    made.alert(person, "protected_address")
    db.session.commit()

    text = sarah.get(f"/contacts/{contact.reference}").text

    assert "Ada, address, postcode: Address withheld: protected" in text
    assert "SO23 8UB" not in text


@pytest.mark.parametrize(("words", "times", "status"), [(" ", 1, 422), ("Found", 2, 409)])
def test_nothing_is_found_out_without_words_or_twice(priya, words, times, status):
    contact = sent(priya, narrative="Hungry.")
    fact = db.session.scalars(select(MissingFact).where(MissingFact.contact_id == contact.id)).first()
    address = f"/contacts/{contact.reference}/missing/{fact.id}"

    answers = [priya.post(address, data={"words": words}) for _ in range(times)]

    assert answers[-1].status_code == status


def test_what_is_missing_of_the_caller_is_told_to_who_may_know_them(priya, signed_in):
    contact = sent(priya, narrative="Hungry.", **UNREADABLE)

    assert "adeyemi@oak" in signed_in("sarah").get(f"/contacts/{contact.reference}").text
    assert "adeyemi@oak" not in priya.get(f"/contacts/{contact.reference}").text


def test_a_contact_out_of_reach_takes_no_finding(priya, signed_in):
    contact = sent(priya, narrative="Hungry.")
    fact = db.session.scalars(select(MissingFact).where(MissingFact.contact_id == contact.id)).first()

    assert signed_in("callum").post(f"/contacts/{contact.reference}/missing/{fact.id}").status_code == 404


def test_what_the_caller_says_after_it_was_sent_is_found_out(priya):
    contact = sent(priya, how="danger")

    priya.post(
        f"/contacts/{contact.reference}/autosave",
        data={**form(children__0__given_name="Ada", children__0__where_now__place="School"), "version": 1},
    )

    which = (MissingFact.contact_id == contact.id, MissingFact.field == "children.0.where_now")
    fact = db.session.scalars(select(MissingFact).where(*which)).one()
    assert (fact.found_at is not None, fact.found_words) == (True, "School")


@pytest.mark.parametrize(("said", "words"), [("no", "No"), ("yes", "Yes")])
def test_whether_somebody_lives_in_the_home_is_found_out_by_either_answer(priya, said, words):
    adult = {"adults__0__given_name": "Gary"}
    contact = sent(priya, how="danger", **adult, adults__0__in_household="not_safe_to_ask")

    priya.post(
        f"/contacts/{contact.reference}/autosave",
        data={**form(children__0__given_name="Ada", **adult, adults__0__in_household=said), "version": 1},
    )

    fact = db.session.scalars(select(MissingFact).where(MissingFact.field == "adults.0.in_household")).one()
    assert (fact.found_at is not None, fact.found_words) == (True, words)
