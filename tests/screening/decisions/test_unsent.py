"""A decision that was begun survives a closed tab: for its writer alone, sealed, until they decide or a week passed."""

import re
from datetime import timedelta
from functools import partial

import pytest

from screening.db import db, now
from screening.decisions import unsent
from screening.models import UnsentDecision
from tests.screening.decisions import given
from tests.screening.decisions.test_pages import kept, place
from workers import expired

WROTE = "He hid his lunch for his sister."
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def begun(client, contact, **more):
    form = given.form(contact) | {"rationale.worried": WROTE, "rationale.history": ""}
    kept(client, contact)
    return client.post(f"{place(contact)}/unsent", data=form, **more)


def rows():
    return db.session.query(UnsentDecision).all()


def test_what_was_kept_for_later_is_back_in_the_form_with_when_it_was_begun(signed_in):
    contact, client = given.contact(), signed_in("sarah")

    page = client.get(begun(client, contact).location).text

    assert WROTE in page
    assert "You began this at" in page


def test_the_pages_script_is_told_when_it_was_kept(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    begun(client, contact)

    assert begun(client, contact, headers=JSON).json == {"kept_at": "12:00"}
    assert len(rows()) == 1


def test_nobody_else_is_given_it(signed_in):
    contact = given.contact()
    begun(signed_in("sarah"), contact)
    child_id = contact.children[0].id

    given_to = {}
    for who in ("sarah", "tom", "grace"):
        with given.seen_as(who):
            given_to[who] = unsent.found(contact, child_id, "contact") is not None

    assert given_to == {"sarah": True, "tom": False, "grace": False}


def test_it_is_sealed(signed_in):
    begun(signed_in("sarah"), given.contact())

    [row] = rows()
    assert WROTE.encode() not in row.body


def test_it_is_gone_once_they_decide(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    begun(client, contact)

    client.post(place(contact), data=given.form(contact, primary_need="N1"))

    assert (contact.state, rows()) == ("decided", [])


def test_who_begins_anew_has_an_empty_form(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    begun(client, contact)

    page = client.get(client.post(f"{place(contact)}/unsent/anew").location).text

    assert (WROTE in page, rows()) == (False, [])


def test_what_is_not_theirs_to_decide_any_more_is_not_kept_and_comes_back(signed_in):
    contact = given.contact()
    kept(signed_in("sarah"), contact)
    given.lead_of(contact).holder = given.user("tom")
    db.session.commit()

    answer = signed_in("sarah").post(f"{place(contact)}/unsent", data={"rationale.worried": WROTE})

    assert (answer.status_code, WROTE in answer.text, rows()) == (409, True, [])


def test_a_week_after_its_last_word_it_is_deleted(signed_in):
    for days in (6, 8):
        contact = given.contact()
        begun(signed_in("sarah"), contact)
        rows()[-1].saved_at = now() - timedelta(days=days)
    db.session.commit()

    expired.delete_expired()

    db.session.expire_all()
    assert len(rows()) == 1


def window(page):
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1) for name in ("window", "opened_at")}


def test_two_windows_do_not_write_over_each_other_and_the_older_is_told(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    kept(client, contact)
    old, new = (window(client.get(place(contact)).text) for _ in range(2))
    keep = partial(client.post, f"{place(contact)}/unsent", headers=JSON)
    assert keep(data=new | {"rationale.worried": WROTE}).status_code == 200

    refused = keep(data=old | {"rationale.worried": "Written before."})

    assert (refused.status_code, "in another window at 12:00" in refused.json["detail"]) == (409, True)
    page = client.post(f"{place(contact)}/unsent", data=old | {"rationale.worried": "Written before."}).text
    assert ("Written before." in page, "Opened at" in page) == (True, False)
    assert keep(data=new | {"rationale.worried": f"{WROTE} Again."}).status_code == 200
    assert f"{WROTE} Again." in client.get(place(contact)).text
