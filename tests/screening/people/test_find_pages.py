"""Finding a person on the page for it: with reasons, for who may open people, and with no name in any address."""

import re

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import AuditEntry
from screening.people.finding import live_search
from tests.screening.people import indexed
from tests.screening.queues.given import TUESDAY_NOON, clock_at

pytestmark = pytest.mark.usefixtures("context")
HOME = indexed.home("4 Mill Lane", "SO53 1BB") | {"town": "Eastleigh"}
CATHERINE = {"given_name": "Kathryn", "family_name": "Smyth", "date_of_birth": "2/5/2018"}


@pytest.fixture(autouse=True)
def eyes(context):
    with viewing(worker_viewer("test")):
        yield


@pytest.fixture
def catherine(eyes):
    with transaction():
        clock_at(TUESDAY_NOON)
        more = {"phones": ["01632 960123"], "nhs_number": "9990000018", "also": ["Katie"], "sex": "F"}
        return indexed.person("Catherine", "Smith", born="2018-05-02", homes=[HOME], **more)


@pytest.fixture
def sarah(catherine, signed_in):
    return signed_in("sarah")


def found(client, **typed):
    return client.post("/people/found", data=typed).text


def searches():
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.searched")))


def test_somebody_is_found_with_reasons_and_a_way_to_their_page(sarah, catherine):
    page = found(sarah, **CATHERINE)

    assert f'href="/people/{catherine.id}"' in page
    assert "born 2 May 2018" in page
    assert "Surname sounds the same: Smyth / Smith" in page


@pytest.mark.parametrize("typed", [{"nhs_number": "999 000 0018"}, {"phone": "01632 960123", "family_name": "Smith"}])
def test_a_number_finds_somebody(sarah, typed):
    assert "Catherine Smith" in found(sarah, **typed)


def test_a_button_does_the_same_without_script(sarah):
    page = sarah.post("/people/", data=CATHERINE).text

    assert "Catherine Smith" in page
    assert 'value="Kathryn"' in page


def test_the_form_asks_nothing_before_anything_is_typed(sarah):
    page = sarah.get("/people/").text

    assert "People are shown here" in page
    assert searches() == []


@pytest.mark.parametrize("name", ["priya", "owen", "aisha", "adam"])
def test_who_may_not_open_people_may_not_find_them_here(catherine, signed_in, name):
    client = signed_in(name)

    assert client.get("/people/").status_code == 403
    assert client.post("/people/found", data=CATHERINE).status_code == 403
    assert searches() == []


def test_a_restricted_person_changes_nothing_for_who_is_not_named(sarah, signed_in):
    before = found(sarah, **CATHERINE)
    with transaction():
        hidden = indexed.person("Kathryn", "Smyth", born="2018-05-02", homes=[HOME], restricted=True)
        indexed.name_reader(hidden, "tom")

    assert found(sarah, **CATHERINE) == before
    assert str(hidden.id) in found(signed_in("tom"), **CATHERINE)


def test_one_entry_says_by_whom_with_hashes_alone(sarah, catherine):
    found(sarah, **CATHERINE)

    (entry,) = searches()
    assert entry.detail["shown"] == [str(catherine.id)]
    assert set(entry.detail["terms"]) == {"given_names", "family_names", "date_of_birth"}
    assert not re.search("Kathryn|Smyth|2018", str(entry.detail["terms"]))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"date_of_birth": "31/2/2018"}, "This date of birth cannot be read, so it was not used."),
        ({"age_years_estimated": "young"}, "This age cannot be read, so it was not used."),
        ({"nhs_number": "999 000 0000"}, "This is no NHS number: its check digit is wrong, so it was not used."),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(sarah, typed, words):
    page = found(sarah, given_name="Kathryn", family_name="Smyth", **typed)

    assert words in page
    assert "Catherine Smith" in page


def test_a_search_that_fails_never_reads_as_nobody(sarah, monkeypatch):
    def fail(described):
        raise RuntimeError

    monkeypatch.setattr(live_search, "search", fail)
    page = found(sarah, **CATHERINE)

    assert "Search could not be done: not checked" in page
    assert "Nobody found" not in page


def test_the_menu_leads_here_for_who_may_open_people(sarah, signed_in):
    assert 'href="/people/"' in sarah.get("/people/").text
    assert 'href="/people/"' not in signed_in("priya").get("/contacts/").text
