"""Children at an address are offered as far as a viewer may know of them, and whoever is hidden is not counted."""

import re
from datetime import UTC, datetime

import pytest

from screening.access import viewing, worker_viewer
from screening.db import transaction
from screening.people import living_there
from tests.screening.contacts.bodies import form
from tests.screening.people import indexed
from tests.screening.queues.given import clock_at

pytestmark = pytest.mark.usefixtures("context")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HERE = {"line_1": "4 Mill Lane", "postcode": "SO53 1BB"}
CALL = form(
    children__0__given_name="Ada",
    children__0__family_name="Marlow",
    children__0__address__line_1="4 Mill Lane",
    children__0__address__postcode="SO53 1BB",
)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def ben(context):
    with viewing(worker_viewer("test")), transaction():
        clock_at(NOON)
        return indexed.person("Ben", "Marlow", born="2020-03-01", homes=[indexed.home(**HERE)]).id


def there(**address):
    with viewing(worker_viewer("test")):
        return [person.full_name for person in living_there.children_at(HERE | address)]


def make(given, born="2019-01-01", **home):
    with viewing(worker_viewer("test")), transaction():
        return indexed.person(given, "Marlow", born=born, homes=[indexed.home(**HERE, **home)])


def test_a_child_who_lives_there_is_found():
    assert there(line_1="4, mill lane", postcode="so531bb") == ["Ben Marlow"]


@pytest.mark.parametrize("address", [{"line_1": "5 Mill Lane"}, {"line_1": "Mill Lane"}, {"postcode": "SO53"}])
def test_no_child_of_another_door_is(address):
    assert there(**address) == []


def test_a_grown_up_and_who_has_left_are_not():
    make("Gwen", born="1990-01-01")
    make("Lena", until="2024-06-30")

    assert there() == ["Ben Marlow"]


def test_of_a_home_that_is_hidden_nothing_is_told():
    make("Hidden", protected=True)

    assert "Hidden Marlow" not in there()


def opened(client):
    answer = client.post("/contacts/", data={"kind": "request_for_service"})
    reference = re.search(r"FD-\w+", answer.location).group()
    page = client.post(f"/contacts/{reference}/matches", data={**CALL, "of": "children.0"}).text
    return reference, page


def test_a_handler_hears_that_there_are_others_and_not_who(signed_in):
    _, page = opened(signed_in("priya"))

    assert "Other children are known at this address." in page
    assert "Add Ben" not in page


def test_a_social_worker_sees_who_and_adds_them_at_the_same_address(signed_in, ben):
    sarah = signed_in("sarah")
    reference, page = opened(sarah)
    added = sarah.post(f"/contacts/{reference}/save", data={**CALL, "version": 0, "add_from_home": f"0 {ben}"})

    assert "Add Ben Marlow" in page
    assert added.location.endswith("#children-1")
    assert 'value="Ben"' in sarah.get(f"/contacts/{reference}/take").text


def test_a_handler_adds_nobody_by_guessing(signed_in, ben):
    priya = signed_in("priya")
    reference, _ = opened(priya)

    guessed = {**CALL, "version": 0, "add_from_home": f"0 {ben}"}
    assert priya.post(f"/contacts/{reference}/save", data=guessed, headers=JSON).status_code == 409
