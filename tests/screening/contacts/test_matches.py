"""Who the people of a call may be: shown as they are typed, proposed by the handler, never more than may be told."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, literal, select

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import AuditEntry, Contact, InvolvementList, PersonLink
from screening.people import case_rows
from screening.people.finding import live_search
from tests import statements
from tests.screening.contacts.bodies import form
from tests.screening.people import indexed
from tests.screening.queues import given
from tests.screening.queues.given import TUESDAY_NOON, clock_at

pytestmark = pytest.mark.usefixtures("context")
KATHRYN = {
    "given_name": "Kathryn", "family_name": "Smyth", "age_years_estimated": "about 7", "sex": "F",
    "address.line_1": "12 Winchester Road",
}  # fmt: skip
LIST = {"source": "case system", "whole": True, "rows_kept": 0, "rows_refused": 0, "rows_untold": 0}
OLD_HOME = indexed.home("12 Winchester Road", "SO23 9AA", until="2024-06-30") | {"town": "Winchester"}
HOME = indexed.home("4 Mill Lane", "SO53 1BB") | {"town": "Eastleigh"}


@pytest.fixture(autouse=True)
def eyes(context):
    with viewing(worker_viewer("test")):
        yield


@pytest.fixture
def catherine(eyes):
    with transaction():
        clock_at(TUESDAY_NOON)
        return indexed.person("Catherine", "Smith", born="2018-05-02", homes=[HOME, OLD_HOME], sex="F", also=["Katie"])


@pytest.fixture
def priya(catherine, signed_in):
    return signed_in("priya")


def call(client):
    return re.search(r"FD-\w+", client.post("/contacts/", data={"kind": "request_for_service"}).location).group()


@pytest.fixture
def reference(priya):
    return call(priya)


def fields(child, **more):
    return form(**{f"children__0__{name.replace('.', '__')}": value for name, value in child.items()}, **more)


def look(client, reference, child=KATHRYN, of="children.0"):
    return client.post(f"/contacts/{reference}/matches", data={**fields(child), "of": of})


def answer(client, reference, word, person, child=KATHRYN, version=0):
    data = {**fields(child), "who": f"children.0 {word} {person.id}", "version": version}
    return client.post(f"/contacts/{reference}/who", data=data)


def links():
    return list(
        db.session.scalars(select(PersonLink).order_by(PersonLink.seq).execution_options(populate_existing=True))
    )


def searches():
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.searched").order_by(AuditEntry.seq))
    )


def caller_known(priya, reference):
    """Say who the caller is, so that where people live is shown."""
    priya.post(f"/contacts/{reference}/autosave", data={"referrer.source_code": "2A", "version": "0"})


def test_a_child_who_was_misheard_is_found_with_the_reasons(priya, reference):
    caller_known(priya, reference)
    page = look(priya, reference).text

    assert "Catherine Smith" in page
    assert "also known as Katie" in page
    assert "8 years, born 2018 · Eastleigh, SO53" in page
    for reason in ("First name", "Surname", "Age nearly agrees", "lived there until"):
        assert reason in page


def test_a_handler_is_not_shown_a_date_of_birth_or_an_address(priya, reference):
    page = look(priya, reference).text

    assert not re.search(r"2 May|2018-05|Mill Lane|SO53 1BB|12 Winchester", page)


def test_who_opens_people_sees_the_whole_date_of_birth(catherine, signed_in):
    sarah = signed_in("sarah")

    assert "born 2 May 2018" in look(sarah, call(sarah)).text


def test_while_it_is_not_known_who_the_caller_is_no_town_is_on_the_screen(priya, reference, catherine):
    page = look(priya, reference).text

    assert "Catherine Smith" in page
    assert "Eastleigh" not in page


def test_a_protected_home_hides_where_somebody_lives(priya, reference):
    with transaction():
        kathryn = indexed.person("Kathryn", "Smyth", born="2018-01-01", homes=[HOME | {"protected": True}, OLD_HOME])
    caller_known(priya, reference)
    page = look(priya, reference, KATHRYN | {"address.line_1": "4 Mill Lane", "address.postcode": "SO53 1BB"}).text

    hers = page.partition(f'data-person="{kathryn.id}"')[2].partition("data-person")[0]
    assert "Kathryn Smyth" in hers
    assert "address protected" in hers
    assert "SO53" not in hers
    assert "Winchester" not in hers
    assert "House number and street" not in hers


def test_a_restricted_person_is_as_if_they_were_not_there(priya, reference, catherine):
    alone = look(priya, reference).text
    with transaction():
        hidden = indexed.person("Kathryn", "Smyth", born="2018-01-01", homes=[OLD_HOME], restricted=True)

    assert look(priya, reference).text == alone
    assert str(hidden.id) not in str([entry.detail for entry in searches()])


def test_a_search_is_written_down_by_hashes_and_whom_it_showed(priya, reference, catherine):
    look(priya, reference)

    entry = searches()[-1]
    contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
    assert entry.contact_id == contact.id
    assert entry.detail["shown"] == [str(catherine.id)]
    assert not re.search("Kathryn|Smyth|Winchester", str(entry.detail))


def test_one_fact_alone_is_not_looked_for_and_never_reads_as_nobody(priya, reference):
    page = look(priya, reference, {"given_name": "Kathryn"}).text

    assert "Not looked for yet" in page
    assert "Nobody found" not in page
    assert searches() == []


def test_nobody_found_says_so(priya, reference):
    page = look(priya, reference, {"given_name": "Zebedee", "family_name": "Quillfeather"}).text

    assert "Nobody found by this" in page


def test_a_search_that_fails_is_not_checked_and_the_page_stands(priya, reference, monkeypatch):
    def fail(described):
        db.session.execute(select(1 / literal(0)))

    monkeypatch.setattr(live_search, "search", fail)
    page = look(priya, reference)

    assert page.status_code == 200
    assert "Search could not be done: not checked" in page.text
    assert "Nobody found" not in page.text


def test_half_a_postcode_does_not_take_the_street_away(priya, reference):
    page = look(priya, reference, KATHRYN | {"address.postcode": "SO2"}).text

    assert "lived there until" in page


def test_a_handler_proposes_and_a_social_worker_is_left_to_confirm(priya, reference, catherine):
    page = priya.get(answer(priya, reference, "this", catherine).location.partition("#")[0]).text

    assert [(link.answer, link.person_id, bool(link.reasons)) for link in links()] == [("proposed", catherine.id, True)]
    assert "You say this is <strong>Catherine Smith</strong>; a social worker confirms." in page


def page_after(answered, client):
    return client.get(answered.location.partition("#")[0]).text


def page_after_proposing(client, reference, person):
    return page_after(answer(client, reference, "this", person), client)


def test_who_proposed_is_told_to_whom_they_are_open_and_no_more(priya, reference, catherine):
    with transaction():
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester", worker="Nadia Hollis")
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="havant", kind="allegation")
    page = page_after_proposing(priya, reference, catherine)

    assert "Known; open to Winchester" in page
    told = page.partition("data-matches")[2].partition("</section>")[0]
    assert not re.search("Havant|Nadia Hollis|child in need", told)


def test_nobody_is_told_of_what_is_open_before_they_said_who_it_is(priya, reference, catherine):
    with transaction():
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester")

    assert "open to" not in look(priya, reference).text


def test_an_old_list_of_open_cases_is_not_checked_and_never_nothing(priya, reference, catherine):
    with transaction():
        db.session.execute(delete(InvolvementList))
        old = TUESDAY_NOON - timedelta(days=9)
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester", as_at=old)
    page = page_after_proposing(priya, reference, catherine)

    assert "Whether they are open to a team was not checked." in page
    assert "Nothing open" not in page


def test_nothing_open_is_said_only_by_a_list_that_is_new(priya, reference, catherine):
    with transaction():
        db.session.execute(delete(InvolvementList))
        db.session.add(InvolvementList(as_at=TUESDAY_NOON, read_at=TUESDAY_NOON, **LIST))

    assert "Nothing open that you may see." in page_after_proposing(priya, reference, catherine)


def a_list(days_old, **more):
    as_at = TUESDAY_NOON - timedelta(days=days_old)
    db.session.add(InvolvementList(as_at=as_at, read_at=as_at, **LIST | more))


def test_a_plan_told_long_ago_is_open_after_a_list_of_part(priya, reference, catherine):
    with transaction():
        db.session.execute(delete(InvolvementList))
        old = TUESDAY_NOON - timedelta(days=9)
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester", as_at=old)
        a_list(9)
        a_list(0, whole=False)
    page = page_after_proposing(priya, reference, catherine)

    assert "Known; open to Winchester" in page
    assert "not checked" not in page


def test_their_own_plan_is_found_however_many_share_a_birthday(priya, reference, catherine, monkeypatch):
    monkeypatch.setattr(case_rows, "MOST_ALIKE", 1)
    with transaction():
        for number in range(3):
            given.involvement(f"Somebody Else{number}", born=date(2018, 5, 2), team_slug="havant")
        given.involvement("C. Smyth", person_id=catherine.id, team_slug="winchester", started_on=date(2019, 1, 1))
        a_list(0)
    page = page_after_proposing(priya, reference, catherine)

    assert "Known; open to Winchester" in page
    assert "Whether they are open to another team was not checked." in page


def test_where_too_many_share_a_birthday_nothing_open_is_never_said(priya, reference, catherine, monkeypatch):
    monkeypatch.setattr(case_rows, "MOST_ALIKE", 1)
    with transaction():
        for number in range(2):
            given.involvement(f"Somebody Else{number}", born=date(2018, 5, 2), team_slug="havant")
        a_list(0)
    page = page_after_proposing(priya, reference, catherine)

    assert "Whether they are open to a team was not checked." in page
    assert "Nothing open" not in page


def test_a_case_that_is_of_no_record_of_ours_is_open_all_the_same(priya, reference, catherine):
    with transaction():
        given.involvement("Catherine Smith", born=date(2018, 5, 2), team_slug="winchester")
        a_list(0)

    assert "Known; open to Winchester" in page_after_proposing(priya, reference, catherine)


def test_a_case_that_may_be_theirs_is_never_nothing_open(priya, reference, catherine):
    with transaction():
        given.involvement("Catherine Smith", born=date(2018, 5, 3), postcode="SO53 1BB", team_slug="winchester")
        a_list(0)
    page = page_after_proposing(priya, reference, catherine)

    assert "May be open to a team: a social worker says whether it is them." in page
    assert "Nothing open" not in page


@pytest.mark.parametrize("slug", [None, "team-nobody-knows"])
def test_who_is_open_to_a_team_not_named_is_known(priya, reference, catherine, slug):
    with transaction():
        db.session.execute(delete(InvolvementList))
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug=slug)
        a_list(0)

    assert "Known; team not named." in page_after_proposing(priya, reference, catherine)


def test_beside_a_fresh_team_an_old_one_is_not_checked(priya, reference, catherine):
    with transaction():
        db.session.execute(delete(InvolvementList))
        old = TUESDAY_NOON - timedelta(days=9)
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester")
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="havant", source="other", as_at=old)
        a_list(0)
    page = page_after_proposing(priya, reference, catherine)

    assert "Known; open to Winchester" in page
    assert "Whether they are open to another team was not checked." in page
    assert "Havant" not in page.partition("data-matches")[2].partition("</section>")[0]


def test_a_handler_may_not_say_that_they_are_not_sure(priya, reference, catherine):
    assert answer(priya, reference, "unsure", catherine).status_code == 422
    assert links() == []


def test_whom_a_handler_says_it_is_not_is_doubted_and_folded(priya, reference, catherine):
    page = page_after(answer(priya, reference, "not", catherine), priya)

    assert [link.answer for link in links()] == ["doubted"]
    folded = page.partition('id="matches-children-0-doubted-more"')[2].partition("</details>")[0]
    assert "Catherine Smith" in folded
    assert page.count("Catherine Smith</h3>") + page.count("Catherine Smith<span") == 1


def test_a_handler_who_doubts_is_not_told_to_whom_they_are_open(priya, reference, catherine):
    with transaction():
        given.involvement("Catherine Smith", person_id=catherine.id, team_slug="winchester")

    assert "open to Winchester" not in page_after(answer(priya, reference, "not", catherine), priya)


def test_a_handler_takes_a_doubt_back(priya, reference, catherine):
    answer(priya, reference, "not", catherine)
    page = page_after(answer(priya, reference, "back", catherine, version=1), priya)

    assert [link.replaced_at is None for link in links()] == [False]
    assert "-doubted" not in page


def test_a_handler_takes_a_proposal_back(priya, reference, catherine):
    answer(priya, reference, "this", catherine)
    answer(priya, reference, "back", catherine, version=1)

    assert [link.replaced_at is None for link in links()] == [False]


def test_a_social_worker_who_takes_a_call_confirms(catherine, signed_in):
    sarah = signed_in("sarah")
    answer(sarah, call(sarah), "this", catherine)

    assert [link.answer for link in links()] == ["confirmed"]


def test_only_who_is_shown_can_be_proposed(priya, reference):
    with transaction():
        stranger = indexed.person("Zebedee", "Quillfeather", born="1971-01-01")

    assert answer(priya, reference, "this", stranger).status_code == 409
    assert links() == []


def test_a_restricted_person_cannot_be_proposed(priya, reference):
    with transaction():
        hidden = indexed.person("Kathryn", "Smyth", born="2018-01-01", homes=[OLD_HOME], restricted=True)

    assert answer(priya, reference, "this", hidden).status_code == 409
    assert links() == []


@pytest.mark.parametrize("who", ["", "children.0", "children.x this 1", "uncles.0 this 1", "children.0 this 1"])
def test_an_odd_choice_is_refused_in_words(priya, reference, who):
    data = {**fields(KATHRYN), "who": who, "version": 0}

    assert priya.post(f"/contacts/{reference}/who", data=data).status_code == 422


def test_without_script_a_button_saves_and_goes_to_who_it_may_be(priya, reference):
    saved = priya.post(f"/contacts/{reference}/save", data={**fields(KATHRYN), "look": "children.0", "version": 0})

    assert saved.location.endswith("/take#matches-children-0")
    assert "Catherine Smith" in priya.get(saved.location.partition("#")[0]).text


def test_nobody_looks_into_somebody_elses_call(reference, signed_in):
    assert look(signed_in("callum"), reference).status_code == 404


def test_how_a_call_is_taken_is_read_once_for_all_its_people(priya, reference):
    typed = form(children__0__given_name="Ada", children__1__given_name="Ben", adults__0__given_name="Gary")
    version = 0
    read = []
    for body in (form(children__0__given_name="Ada"), typed):
        answer = priya.post(f"/contacts/{reference}/autosave", data={**body, "version": version})
        version = answer.json["version"]
        with statements.asked() as seen:
            priya.get(f"/contacts/{reference}/take")
        read.append(sum("FROM call_safety" in statement for statement in seen))

    assert read[0] == read[1] > 0
