"""`people load`: every row is kept or refused by line and field, the same row again is the same person."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from screening.db import db
from screening.models import Household, NameToken, Person, PersonCard, PersonChange, PersonKey, PersonName
from screening.people.finding import index, search
from screening.people.loading.load import LINES_AT_ONCE, Load, reading
from screening.people.loading.reading import read_lines
from screening.people.matching import from_text, index_keys

TODAY = date(2026, 11, 26)
ADA = {
    "id": "P1",
    "given_names": ["Ada Grace"],
    "family_names": ["Marlow"],
    "also_known_as": ["Addie"],
    "sex": "F",
    "date_of_birth": "2018-05-02",
    "household": "H1",
    "phones": ["01632 960123"],
    "nhs_number": "999 000 0018",
    "addresses": [
        {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "po99zz"},
        {"line_1": "4 Winchester Road", "postcode": "SO23 1ZZ", "until": "2024-06-30"},
    ],
}


def lines(*rows):
    return [(number, row if isinstance(row, bytes) else json.dumps(row).encode()) for number, row in enumerate(rows, 1)]


def load(*rows, source="case system"):
    loading = Load(source)
    loading.keep(read_lines(lines(*rows), TODAY))
    return loading.end()


def person(source_id="P1"):
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.source_id == source_id)).one()


def problems(loaded):
    return [(problem.line, problem.field) for problem in loaded.refused]


@pytest.mark.usefixtures("context")
class TestLoading:
    def test_a_row_becomes_a_person(self):
        loaded = load(ADA)

        ada = person()
        assert (loaded.new, loaded.refused, loaded.warnings) == (1, [], [])
        assert (ada.full_name, ada.sex, ada.born_earliest) == ("Ada Grace Marlow", "F", date(2018, 5, 2))
        assert [(one.line_1, one.postcode, one.until) for one in ada.addresses] == [
            ("86 Surrey Drive", "PO9 9ZZ", None),
            ("4 Winchester Road", "SO23 1ZZ", date(2024, 6, 30)),
        ]
        assert [(one.scheme, one.value) for one in ada.identifiers] == [("nhs_number", "9990000018")]

    def test_what_a_load_writes_finds_a_person_as_an_edit_would(self):
        load(ADA, {"id": "P2", "given_names": ["Leo"], "age_years_estimated": 4}, {"id": "P3"})

        for row in db.session.scalars(select(Person)).all():
            card = db.session.get(PersonCard, row.number)
            before = (
                card.card,
                set(db.session.scalars(select(PersonKey.key).where(PersonKey.person_number == row.number))),
            )
            index.put(row)
            assert (card.card, index_keys(from_text(card.card))) == before

    def test_members_of_a_household_share_it(self):
        load(ADA, ADA | {"id": "P2", "given_names": ["Leo"]}, ADA | {"id": "P3", "household": "H2"})

        assert person("P1").household_id == person("P2").household_id != person("P3").household_id
        assert db.session.scalar(select(func.count()).select_from(Household)) == 2

    def test_the_same_file_again_changes_nothing(self):
        load(ADA)

        loaded = load(ADA)

        assert (loaded.new, loaded.updated, loaded.unchanged) == (0, 0, 1)
        assert person().version == 1

    def test_the_same_id_of_another_source_is_another_person(self):
        load(ADA)

        assert load(ADA, source="early help").new == 1

    def test_a_changed_row_is_taken_over_and_written_down(self):
        load(ADA)

        loaded = load(ADA | {"family_names": ["Okonkwo"], "date_of_birth": "2018-05-03"})

        assert loaded.updated == 1
        assert (person().named("family"), person().born_latest) == (["Okonkwo"], date(2018, 5, 3))
        changes = db.session.scalars(select(PersonChange).order_by(PersonChange.seq)).all()
        assert [change.kind for change in changes] == ["loaded", "loaded"]
        assert changes[1].before["date_of_birth"] == "2018-05-02"
        found = search.search({"given_names": ["Ada"], "family_names": ["Okonkwo"]})
        assert [candidate.person_id for candidate in found.candidates] == [person().id]

    def test_what_people_added_here_stays(self):
        load(ADA)
        ada = person()
        ada.names.append(PersonName(kind="also_known_as", position=5, name="Addy"))
        db.session.flush()

        load(ADA | {"also_known_as": ["Addie", "Ada-Grace"]})

        assert person().named("also_known_as") == ["Addie", "Addy", "Ada-Grace"]

    def test_what_people_corrected_here_stays_and_is_reported(self):
        load(ADA)
        ada = person()
        ada.sex = "M"
        db.session.flush()

        loaded = load(ADA | {"sex": "U"})

        assert person().sex == "M"
        assert [(problem.line, problem.field) for problem in loaded.warnings] == [(1, "/sex")]

    def test_a_correction_stays_though_the_same_row_comes_again(self):
        load(ADA)
        ada = person()
        ada.sex = "M"
        db.session.flush()

        assert load(ADA).unchanged == 1
        assert person().sex == "M"

    def test_an_address_told_of_somebody_with_a_protected_one_is_protected_too(self):
        load(ADA)
        ada = person()
        ada.addresses[0].protected = True
        db.session.flush()

        load(ADA | {"addresses": [{"line_1": "9 Quay Lane", "postcode": "PO1 1ZZ"}]})

        assert [(one.line_1, one.protected) for one in person().addresses] == [("9 Quay Lane", True)]

    def test_an_age_that_is_said_again_later_is_the_same_age(self):
        load({"id": "P2", "given_names": ["Leo"], "age_years_estimated": 4})
        first = person("P2").age_as_of

        loaded = load({"id": "P2", "given_names": ["Leo"], "age_years_estimated": 4})

        assert (loaded.unchanged, person("P2").age_as_of) == (1, first)

    def test_bad_rows_are_refused_by_line_and_field_and_good_ones_kept(self):
        loaded = load(
            ADA,
            b"{not json",
            {"given_names": ["No", "Id"]},
            ADA | {"id": "P4", "colour": "red"},
            ADA | {"id": "P5", "sex": "X", "date_of_birth": "2018-02-30"},
            b'{"id": "P6", "given_names": ["\xff"]}',
            ADA | {"id": "P7", "addresses": [{"line_1": 5}]},
            {"id": "P8"},
        )

        assert loaded.new == 2
        assert problems(loaded) == [
            (2, ""),
            (3, "/id"),
            (4, "/colour"),
            (5, "/sex"),
            (5, "/date_of_birth"),
            (6, ""),
            (7, "/addresses/0/line_1"),
        ]
        assert loaded.rows_refused == 6

    def test_an_id_that_comes_twice_is_refused_the_second_time(self):
        loaded = load(ADA, ADA | {"given_names": ["Leo"]})

        assert (loaded.new, problems(loaded)) == (1, [(2, "/id")])
        assert person().named("given") == ["Ada Grace"]

    @pytest.mark.parametrize(
        ("field", "value"), [("nhs_number", "9990000019"), ("upn", "A999000000001"), ("nhs_number", "12")]
    )
    def test_a_number_with_a_wrong_check_digit_is_reported_and_left_out(self, field, value):
        loaded = load({"id": "P9", "given_names": ["Leo"], field: value})

        assert (loaded.new, loaded.refused) == (1, [])
        assert [(problem.line, problem.field) for problem in loaded.warnings] == [(1, f"/{field}")]
        assert person("P9").identifiers == []

    def test_a_upn_with_a_right_check_letter_is_kept(self):
        load({"id": "P9", "upn": "H801200001001"})

        assert [(one.scheme, one.value) for one in person("P9").identifiers] == [("upn", "H801200001001")]

    def test_a_birth_to_come_is_refused(self):
        assert problems(load(ADA | {"date_of_birth": "2027-05-02"})) == [(1, "/date_of_birth")]

    def test_null_is_not_known(self):
        loaded = load({"id": "P9", "given_names": None, "sex": None, "addresses": [{"line_1": None}]})

        assert (loaded.new, loaded.refused) == (1, [])

    def test_blank_lines_say_nothing(self):
        assert load(b"\n", ADA, b"   \n").refused == []

    def test_how_common_names_are_is_counted_at_the_end(self):
        load(ADA, ADA | {"id": "P2", "household": "H2"})

        assert {row.token: (row.given, row.family) for row in db.session.scalars(select(NameToken))} == {
            "ada": (2, 0), "grace": (2, 0), "marlow": (0, 2), "addie": (0, 0),
        }  # fmt: skip

    def test_a_loaded_unborn_child_is_one(self):
        load({"id": "P9", "family_names": ["Marlow"], "expected_delivery_date": "2027-03-01"})

        assert person("P9").is_unborn


WORDS = st.none() | st.text() | st.integers() | st.lists(st.text(max_size=5))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.binary(max_size=60) | st.dictionaries(st.sampled_from(list(ADA)), WORDS)))
def test_every_line_that_is_not_blank_becomes_a_row_or_is_refused(rows):
    told = lines(*rows)

    read = read_lines(told, TODAY)

    said_something = {number for number, line in told if line.strip()}
    assert {row.line for row in read.rows} | {problem.line for problem in read.refused} == said_something
    assert not {row.line for row in read.rows} & {problem.line for problem in read.refused}


def test_a_long_file_is_read_by_several_processes_in_its_order():
    count = LINES_AT_ONCE + 2

    read = list(reading((b'{"id": "P%d"}' % number for number in range(count)), TODAY))

    assert [row.id for part in read for row in part.rows] == [f"P{number}" for number in range(count)]
    assert [part.rows[0].line for part in read] == [1, LINES_AT_ONCE + 1]
