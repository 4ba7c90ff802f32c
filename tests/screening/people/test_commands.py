"""`frontdoor people load` and `search` as they are typed: one answer a line, and exit 1 where a line was refused."""

import json

import pytest
from sqlalchemy import select

from screening.db import db, transaction
from screening.models import Person
from screening.people.finding import index

pytestmark = pytest.mark.commits
CATHERINE = {
    "id": "P1",
    "given_names": ["Catherine"],
    "family_names": ["Smith"],
    "date_of_birth": "2018-05-02",
    "addresses": [{"line_1": "4 Winchester Road", "postcode": "SO23 1ZZ"}],
}
KATHRYN = {"given_names": ["Kathryn"], "family_names": ["Smyth"], "age_years_estimated": 8}


def jsonl(*rows):
    return "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)


def test_people_are_loaded_and_found(frontdoor):
    loaded = frontdoor.program("people", "load", frontdoor.file("people.jsonl", jsonl(CATHERINE, {"id": "P2"})))
    found = frontdoor("people", "search", frontdoor.file("asked.jsonl", jsonl(KATHRYN, {"given_names": ["Nobody"]})))

    assert (loaded.returncode, loaded.stdout) == (0, "people.jsonl: 2 new, 0 updated, 0 unchanged, 0 refused.\n")
    assert found.returncode == 0, found.stderr
    first, second = map(json.loads, found.stdout.splitlines())
    assert [candidate["source_id"] for candidate in first["candidates"]] == ["P1"]
    assert second["candidates"] == []


def test_a_refused_row_is_named_and_the_exit_is_1(frontdoor):
    file = frontdoor.file("people.jsonl", jsonl(CATHERINE, "{broken\n", {"id": "P3", "sex": "X"}))

    loaded = frontdoor("people", "load", file)

    assert loaded.returncode == 1
    assert "1 new, 0 updated, 0 unchanged, 2 refused." in loaded.stdout
    assert [line.split(":")[0] for line in loaded.stderr.splitlines()] == ["line 2", "line 3"]
    assert "Catherine" not in loaded.stderr + loaded.stdout


def test_a_program_reads_what_a_load_came_to(frontdoor):
    file = frontdoor.file("people.jsonl", jsonl(CATHERINE | {"nhs_number": "9990000019"}, {"id": "P3", "sex": "X"}))

    loaded = json.loads(frontdoor("people", "load", file, "--json", "--source", "early help").stdout)

    assert (loaded["new"], loaded["rows_refused"]) == (1, 1)
    assert [(problem["line"], problem["field"]) for problem in loaded["refused"]] == [(2, "/sex")]
    assert [(problem["line"], problem["field"]) for problem in loaded["warnings"]] == [(1, "/nhs_number")]


def test_each_line_that_is_looked_up_is_answered_though_one_cannot_be_read(frontdoor):
    frontdoor("people", "load", frontdoor.file("people.jsonl", jsonl(CATHERINE)))

    found = frontdoor("people", "search", frontdoor.file("asked.jsonl", jsonl("{broken\n", {"colour": "red"}, KATHRYN)))

    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 1
    assert [len(answer["candidates"]) for answer in answers] == [0, 0, 1]
    assert list(answers[1]["fields"]) == ["/colour"]


def test_the_index_is_rewritten_by_command(frontdoor):
    frontdoor("people", "load", frontdoor.file("people.jsonl", jsonl(CATHERINE, {"id": "P2"})))

    first, everybody = frontdoor("people", "reindex"), frontdoor("people", "reindex", "--all")

    assert (first.stderr, first.stdout) == ("", "0 people rewritten, 0 old keys taken away.\n")
    assert (everybody.stderr, everybody.stdout) == ("", "2 people rewritten, 0 old keys taken away.\n")


def test_a_restricted_person_is_not_there_for_who_types_the_command(frontdoor):
    frontdoor("people", "load", frontdoor.file("people.jsonl", jsonl(CATHERINE)))
    with transaction():
        row = db.session.scalars(select(Person).where(Person.source_id == "P1")).one()
        row.restricted = True
        index.put(row)

    found = frontdoor("people", "search", frontdoor.file("asked.jsonl", jsonl(KATHRYN)))

    assert json.loads(found.stdout)["candidates"] == []
