"""What keeps words when page and service lose each other: the journal's key, parts drawn anew, signing in in place."""

import re
from base64 import b64decode
from uuid import UUID

import pytest

from screening.sealing import journal_key
from tests.conftest import PASSWORD
from tests.screening.contacts.bodies import form

pytestmark = pytest.mark.usefixtures("context")
AS_PROGRAM = {"Accept": "application/json"}


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


def opened(client):
    answer = client.post("/contacts/", data={"kind": "request_for_service"})
    return re.search(r"FD-\w+", answer.location).group()


@pytest.fixture
def reference(priya):
    return opened(priya)


def key_of(client, reference):
    return client.get(f"/contacts/{reference}/journal-key")


def test_the_key_of_a_journal_is_the_same_each_time_it_is_given(priya, reference):
    first, second = (b64decode(key_of(priya, reference).json["key"]) for _ in range(2))

    assert first == second
    assert len(first) == 32


def test_each_call_has_a_key_of_its_own(priya, reference):
    assert key_of(priya, reference).json != key_of(priya, opened(priya)).json


def test_who_may_not_open_the_call_gets_no_key(signed_in, reference):
    assert key_of(signed_in("callum"), reference).status_code == 404


def test_the_key_of_a_journal_is_not_the_key_of_drafts():
    key = b"k" * 32

    assert journal_key(key, UUID(int=1)) != key


def test_a_person_is_added_by_a_part_of_the_page(priya, reference):
    added = priya.post(
        f"/contacts/{reference}/save",
        data={**form(narrative="Hungry.", children__0__given_name="Ada"), "version": 0, "add_child": "1"},
        headers=AS_PROGRAM,
    )

    assert (added.json["version"], added.json["anchor"]) == (1, "#children-1")
    assert "children.1.given_name" in added.json["html"]


def test_the_second_window_is_told_who_saved_first(priya, reference):
    def save(words):
        return priya.post(
            f"/contacts/{reference}/autosave", data={"narrative": words, "version": 0}, headers=AS_PROGRAM
        )

    save("first")

    assert re.match(r"Another window saved this contact at \d\d:\d\d:\d\d\.", save("second").json["detail"])


def test_a_page_signs_in_again_without_being_left(client):
    answer = client.post("/sign-in", data={"user_name": "priya", "password": PASSWORD}, headers=AS_PROGRAM)

    assert answer.status_code == 204
    assert client.get("/sign-in/token").status_code == 200


def test_a_page_that_signs_in_with_a_wrong_password_is_told_so(client):
    answer = client.post("/sign-in", data={"user_name": "priya", "password": "not this"}, headers=AS_PROGRAM)

    assert (answer.status_code, answer.json["detail"][:34]) == (422, "The user name or password is not r")


def test_a_page_knows_when_its_session_ends(priya):
    told = priya.get("/sign-in/token").json

    assert 14 * 60 < told["ends_in"] <= 15 * 60
    assert told["may_stay"] is True
