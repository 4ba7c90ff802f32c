"""Keys that are a single sign can be switched off, for the person and not for the machine."""

import pytest

from screening.frame import LETTERS, PLACES, SINK

pytestmark = pytest.mark.usefixtures("context")


def test_single_keys_are_on_until_they_are_switched_off(signed_in):
    assert 'data-single-keys="on"' in signed_in("priya").get("/contacts/").text


def test_single_keys_stay_off_on_the_next_machine(signed_in):
    signed_in("priya").post("/keys", data={"on": "no"})

    assert 'data-single-keys="off"' in signed_in("priya").get("/contacts/").text


def test_single_keys_that_one_switched_off_are_on_for_others(signed_in):
    signed_in("priya").post("/keys", data={"on": "no"})

    assert 'data-single-keys="on"' in signed_in("callum").get("/contacts/").text


def test_the_letters_of_places_are_each_of_one_place():
    assert set(LETTERS) <= {endpoint for _, endpoint, _ in PLACES} | {SINK[1]}
    assert len(set(LETTERS.values())) == len(LETTERS)
