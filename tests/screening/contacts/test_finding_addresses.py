"""Postcode first: a press finds the addresses there, a press takes one, and free words are always taken."""

import re

import pytest

from screening.addresses import Address
from tests.screening.contacts.bodies import form

pytestmark = pytest.mark.usefixtures("context")


class Silent:
    def at(self, postcode):
        raise LookupError("Timeout")


class One:
    def at(self, postcode):
        return [Address(line_1="1 Mill Lane", town="Winchester", postcode=postcode)]


@pytest.fixture
def find(app, signed_in):
    """Press "Find address" for the first child with this typed, and read the page."""
    priya = signed_in("priya")

    def press(postcode, service):
        app.extensions["front_door_addresses"] = service
        location = priya.post("/contacts/", data={"kind": "request_for_service"}).location
        data = {**form(children__0__address__postcode=postcode), "version": 0, "find_address": "children.0"}
        answer = priya.post(location.replace("/take", "/save"), data=data)
        assert postcode not in answer.location
        return priya.get(answer.location.partition("#")[0]).text

    yield press
    app.extensions["front_door_addresses"] = None


def test_the_addresses_at_a_postcode_are_offered(find):
    page = find("so21 2jw", One())

    assert "1 at SO21 2JW: which?" in page
    assert 'value="children.0|1 Mill Lane|Winchester|SO21 2JW"' in page


@pytest.mark.parametrize(
    ("postcode", "service", "words"),
    [
        ("the mill", One(), "A whole postcode is needed"),
        ("SO21", One(), "A whole postcode is needed"),
        ("SO21 2JW", Silent(), "The look-up of addresses does not answer."),
        ("SO21 2JW", None, "No look-up of addresses is set up."),
    ],
)
def test_what_cannot_be_looked_up_says_so_and_is_kept(find, postcode, service, words):
    page = find(postcode, service)

    assert words in page
    assert re.search(rf'name="children.0.address.postcode"[^>]*value="{postcode}"', page)
