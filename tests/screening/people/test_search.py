"""Searching people: candidates with reasons, whatever was misheard, and never one whom the viewer may not know of."""

import pytest
from sqlalchemy import event, select, text

from screening.access import client_viewer, user_viewer, viewing
from screening.db import db
from screening.models import AuditEntry, User
from screening.people.finding import index, search
from tests.screening.people.indexed import home, name_reader, person

pytestmark = pytest.mark.usefixtures("context")
KATHRYN = {"given_names": ["Kathryn"], "family_names": ["Smyth"], "age_years_estimated": 8}


def ids(found):
    return [candidate.person_id for candidate in found.candidates]


def as_user(user_name):
    return viewing(user_viewer(db.session.scalars(select(User).where(User.user_name == user_name)).one()))


def crowd():
    """People who must not matter: other names, other years, other places."""
    names = [("Oliver", "Patel"), ("Amelia", "Okafor"), ("Noah", "Williams"), ("Isla", "Begum"), ("Jack", "Evans")]
    for n, (given, family) in enumerate(names):
        person(given, family, born=f"199{n}-0{n + 1}-1{n}", homes=[home(f"{n + 1} High Street", f"SO1{n} 1ZZ")])


def test_a_name_spelt_otherwise_and_a_guessed_age_find_a_child():
    crowd()
    catherine = person("Catherine", "Smith", born="2018-05-02", homes=[home("4 Winchester Road", "SO23 1ZZ")])

    found = search.search(KATHRYN | {"addresses": [{"line_1": "Winchester Road"}]})

    assert ids(found)[0] == catherine.id
    assert {reason.field for reason in found.candidates[0].reasons} >= {"given", "family", "born"}


def test_a_likely_candidate_needs_one_look():
    crowd()
    row = person("Zuzanna", "Wisniewska", born="2015-11-08", homes=[home("51 Fernhill Lane", "BH25 5ZZ")])

    found = search.search({"given_names": ["Zuzanna"], "family_names": ["Wisniewska"], "date_of_birth": "2015-11-08",
                           "addresses": [{"line_1": "51 Fernhill Lane", "postcode": "BH25 5ZZ"}]})  # fmt: skip

    assert (ids(found)[0], found.stage) == (row.id, 1)


def test_two_broken_names_are_found_on_the_second_look():
    crowd()
    row = person("Zbigniew", "Brzezinski", born="2015-11-08")

    found = search.search({"given_names": ["Sbigniev"], "family_names": ["Bzezinsky"], "age_years_estimated": 10})

    assert (ids(found), found.stage) == ([row.id], 2)


def test_a_name_that_was_added_after_the_first_search_is_found_on_the_second_look():
    crowd()
    search.search(KATHRYN)
    row = person("Guinevere", "Anstruther", born="2015-11-08")

    found = search.search({"given_names": ["Gwinnevear"], "family_names": ["Anstruthar"], "age_years_estimated": 11})

    assert row.id in ids(found)


def test_names_that_were_counted_anew_are_read_anew():
    person("James", "Smith")
    search.search(KATHRYN)
    for _ in range(3):
        person("James", "Smith")

    index.recount()

    assert search.known_names().given["james"] == 4


def test_a_thorough_search_looks_twice_however_likely_the_first_is():
    row = person("Zuzanna", "Wisniewska", born="2015-11-08", nhs_number="9990000026")
    crowd()

    found = search.search_thoroughly({"given_names": ["Zuzanna"], "date_of_birth": "2015-11-08",
                                      "nhs_number": "9990000026"})  # fmt: skip

    assert (ids(found)[0], found.stage) == (row.id, 2)


def test_nobody_is_found_where_nobody_is_alike():
    crowd()

    assert search.search(KATHRYN).candidates == []


def test_two_who_are_alike_are_told_apart_by_what_was_not_said():
    person("Catherine", "Smith", born="2018-05-02")
    person("Catherine", "Smith", born="2017-03-30")

    assert search.search(KATHRYN).ask == "date of birth"


def test_no_more_are_given_than_were_asked_for():
    for day in range(1, 8):
        person("Catherine", "Smith", born=f"2018-05-0{day}")

    assert len(search.search(KATHRYN, limit=3).candidates) == 3


def restricted_child():
    row = person("Catherine", "Smith", born="2018-05-02")
    row.restricted = True
    index.put(row)
    return row


def test_a_restricted_person_is_not_there_for_who_is_not_named():
    crowd()
    with as_user("sarah"):
        before = search.search(KATHRYN)
    restricted_child()

    with as_user("sarah"):
        assert search.search(KATHRYN) == before


def test_a_restricted_person_takes_no_share_of_what_others_get():
    crowd()
    person("Catherine", "Smith", born="2018-05-09")
    with as_user("sarah"):
        before = search.search(KATHRYN)
    restricted_child()

    with as_user("sarah"):
        after = search.search(KATHRYN)

    assert ids(after) == ids(before)
    assert after.ask is None
    # The population alone may tell of somebody more: one in so many, however many they are.
    assert after.candidates[0].posterior == pytest.approx(before.candidates[0].posterior, abs=0.05)


def test_a_named_reader_finds_a_restricted_person():
    row = restricted_child()
    name_reader(row, "sarah")

    with as_user("sarah"):
        assert ids(search.search(KATHRYN)) == [row.id]
    with as_user("winnie"):
        assert ids(search.search(KATHRYN)) == []


def test_a_merged_record_is_shown_as_the_one_that_was_kept():
    kept, other = person("Ekaterina", "Petrova", born="2018-05-02"), person("Catherine", "Smith", born="2018-05-02")
    other.merged_into_id = kept.id
    index.put(other)

    assert ids(search.search(KATHRYN)) == [kept.id]


HIDDEN = {"given_names": ["Catherine"], "family_names": ["Smith"], "addresses": [{"line_1": "9 Quay Lane",
          "postcode": "PO1 1ZZ"}]}  # fmt: skip


def reasons(found):
    return {reason.field for candidate in found.candidates for reason in candidate.reasons}


def test_a_protected_address_is_no_reason_for_a_handler_or_a_program():
    person("Catherine", "Smith", homes=[home("9 Quay Lane", "PO1 1ZZ", protected=True)])

    with as_user("priya"):
        handler = search.search(HIDDEN)
    with viewing(client_viewer("case system", "integration")):
        program = search.search(HIDDEN)

    assert (len(handler.candidates), reasons(handler)) == (1, {"given", "family"})
    assert reasons(program) == {"given", "family"}


def test_a_protected_address_weighs_nothing_for_a_handler():
    person("Catherine", "Smith", homes=[home("9 Quay Lane", "PO1 1ZZ", protected=True)])
    elsewhere = HIDDEN | {"addresses": [{"line_1": "3 Mill Road", "postcode": "GU1 1ZZ"}]}

    with as_user("priya"):
        assert search.search(HIDDEN) == search.search(elsewhere)


def test_a_protected_address_is_a_reason_for_who_may_open_the_person():
    person("Catherine", "Smith", homes=[home("9 Quay Lane", "PO1 1ZZ", protected=True)])

    with as_user("sarah"):
        assert "address" in reasons(search.search(HIDDEN))


def test_what_was_looked_for_is_written_down_without_saying_it():
    row = person("Catherine", "Smith", born="2018-05-02")

    search.record_search(KATHRYN, search.search(KATHRYN))

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.searched")).one()
    assert entry.detail["shown"] == [str(row.id)]
    assert "Kathryn" not in str(entry.detail)
    assert set(entry.detail["terms"]) == set(KATHRYN)


def plans(*, analysed):
    """The plans of the statements that a search makes of the keys, as PostgreSQL tells them."""
    if analysed:
        db.session.execute(text("analyze"))
    statements = []

    def keep(_connection, _cursor, statement, parameters, *_):
        if "unnest" in statement:
            statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", keep)
    search.search_thoroughly({**KATHRYN, "also_known_as": ["Katie"], "sex": "F"})
    event.remove(db.engine, "before_cursor_execute", keep)
    cursor = db.session.connection().connection.cursor()
    return ["\n".join(row[0] for row in cursor.execute(f"explain {said}", values)) for said, values in statements]


@pytest.mark.parametrize("analysed", [False, True])
def test_keys_are_never_looked_up_by_reading_the_table_through(analysed):
    crowd()
    db.session.execute(text("insert into person_key select n % 40, n from generate_series(1, 60000) as n"))
    db.session.execute(text("insert into person_token select n % 40, 2018, n from generate_series(1, 60000) as n"))

    found = plans(analysed=analysed)

    assert len(found) == 2
    assert [plan for plan in found if "Seq Scan" in plan] == []


def test_a_street_alone_is_a_reason_whatever_town_it_is_in():
    person(
        "Catherine",
        "Smith",
        born="2018-05-02",
        homes=[home("4 Mill Lane", "SO23 1ZZ"), home("9 Winchester Road", "SO53 1ZZ", until="2024-06-30")],
    )

    found = search.search(KATHRYN | {"addresses": [{"line_1": "Winchester Road"}]})

    words = {reason.field: reason.words for reason in found.candidates[0].reasons}
    assert words["address"] == "Street the same: lived there until 2024"
