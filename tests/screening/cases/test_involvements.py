"""The case system's list is read: good rows kept, wrong ones named, nothing older over newer, and nothing deleted."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.cases import involvements
from screening.cases.involvements import Told
from screening.db import db, now
from screening.errors import Conflict
from screening.models import ApiToken, Involvement, InvolvementList, Person
from tests.screening.queues import given
from workers.checks import open_cases

pytestmark = pytest.mark.usefixtures("context")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(context):
    given.clock_at(NOW)
    with viewing(worker_viewer("test")):
        yield


def row(number="1", **more):
    return {
        "id": number,
        "given_names": ["Ada"],
        "family_names": ["Marlow"],
        "date_of_birth": "2018-05-02",
        "kind": "child_in_need",
        "team": "havant",
        "from": "2026-01-01",
        **more,
    }


def load(*rows, as_at=NOW, **more):
    return involvements.load(Told(source="cases", as_at=as_at, **more), rows)


def kept(number="1"):
    question = select(Involvement).where(Involvement.source == "cases", Involvement.source_id == number)
    return db.session.scalars(question.execution_options(populate_existing=True)).one_or_none()


def test_a_row_is_kept_as_it_was_told():
    found = load(row(kind="looked_after", placing_authority="Dorset", worker="Jo Bell"))

    one = kept()
    assert (found.kept, found.wrong) == (1, [])
    assert (one.kind, one.placing_authority, one.worker, one.started_on) == (
        "looked_after", "Dorset", "Jo Bell", date(2026, 1, 1),
    )  # fmt: skip
    assert one.as_at == NOW


def test_the_same_list_again_changes_nothing():
    load(row())
    before = kept().id
    load(row())

    assert kept().id == before
    assert len(list(db.session.scalars(select(Involvement.id).where(Involvement.source == "cases")))) == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"kind": "friendly"}, "/kind"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "2025-01-01"}, "/to"),
        ({"given_names": [], "family_names": []}, "/person"),
        ({"colour": "red"}, "/colour"),
        ({"placing_authority": "Dorset"}, "/placing_authority"),
        ({"as_at": "2027-01-01T00:00:00+00:00"}, "/as_at"),
        ({"date_of_birth": "2018-13"}, "/date_of_birth"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field_and_the_others_are_kept(wrong, pointer):
    found = load(row("1"), row("2", **wrong), row("3"))

    assert [(one.line, one.id, list(one.fields)) for one in found.wrong] == [(2, "2", [pointer])]
    assert found.kept == 2
    assert kept("2") is None


def test_a_number_that_comes_twice_is_kept_once():
    found = load(row("1"), row("1", kind="protection_plan"))

    assert [one.line for one in found.wrong] == [2]
    assert kept("1").kind == "child_in_need"


def test_a_list_older_than_the_last_is_refused_in_words():
    load(row())

    with pytest.raises(Conflict, match="was read already"):
        load(row(kind="protection_plan"), as_at=NOW - timedelta(minutes=1))
    assert kept().kind == "child_in_need"


def test_a_row_older_than_what_is_there_is_refused_in_words():
    load(row(as_at=NOW.isoformat()))
    found = load(row(kind="protection_plan", as_at=(NOW - timedelta(hours=1)).isoformat()))

    assert "newer was told" in found.wrong[0].fields["/as_at"][0]
    assert kept().kind == "child_in_need"


def test_what_a_whole_list_tells_no_more_is_ended_and_kept():
    load(row("1"), row("2"))
    later = NOW + timedelta(minutes=1)
    found = load(row("2"), as_at=later, whole=True)

    assert found.untold == 1
    assert (kept("1").untold_since, kept("1").is_open) == (later, False)
    assert kept("2").is_open


def test_what_is_told_again_goes_on():
    load(row("1"), row("2"))
    load(row("2"), as_at=NOW + timedelta(minutes=1), whole=True)
    load(row("1"), as_at=NOW + timedelta(minutes=2))

    assert kept("1").is_open


def test_a_part_of_a_list_ends_nothing():
    load(row("1"), row("2"))
    load(row("2"), as_at=NOW + timedelta(minutes=1))

    assert kept("1").is_open


def test_another_systems_whole_list_ends_nothing_of_ours():
    load(row("1"))
    involvements.load(Told(source="early help module", as_at=NOW, whole=True), [row("7", kind="early_help")])

    assert kept("1").is_open


def test_a_row_that_could_not_be_read_is_not_ended():
    load(row("1"), row("2"))
    load(row("1", kind="friendly"), row("2"), as_at=NOW + timedelta(minutes=1), whole=True)

    assert kept("1").is_open


def test_a_line_without_a_number_ends_nothing_and_says_so():
    load(row("1"), row("2"))
    found = load({"kind": "child_in_need"}, row("2"), as_at=NOW + timedelta(minutes=1), whole=True)

    assert "nothing was ended" in found.problem
    assert kept("1").is_open


def test_a_whole_list_that_looks_cut_off_is_refused_unless_a_person_says_it_is_right():
    load(*(row(str(number)) for number in range(30)))
    later = NOW + timedelta(minutes=1)

    with pytest.raises(Conflict, match="29 of 30"):
        load(row("0"), as_at=later, whole=True)
    assert kept("1").is_open
    assert load(row("0"), as_at=later, whole=True, much_shorter=True).untold == 29


def person(number, source="cases"):
    row = Person(made_at=now(), source=source, source_id=number)
    db.session.add(row)
    db.session.flush()
    return row


def test_the_number_of_a_person_finds_their_record():
    theirs = person("P1")
    load(row(person="P1"))

    assert kept().person_id == theirs.id


def test_a_number_that_two_systems_use_is_nobodys():
    person("P1", "schools"), person("P1", "health")
    found = load(row(person="P1"))

    assert kept().person_id is None
    assert found.without_person == 1


def test_who_is_loaded_later_is_found_by_the_next_list():
    load(row(person="P1"))
    theirs = person("P1")
    load(row("2"), as_at=NOW + timedelta(minutes=1))

    assert kept("1").person_id == theirs.id


def test_a_list_read_today_makes_rows_fresh_that_it_does_not_repeat():
    load(row("1", as_at=(NOW - timedelta(days=3)).isoformat()), as_at=NOW)

    assert open_cases.not_checked(NOW) is None
    assert open_cases.not_checked(NOW + timedelta(hours=25)) is not None


def test_of_two_systems_the_one_that_fell_silent_counts():
    load(row())
    involvements.load(Told(source="early help module", as_at=NOW - timedelta(hours=30)), [])

    assert "was not checked" in open_cases.not_checked(NOW) or "were not checked" in open_cases.not_checked(NOW)


def test_each_list_is_noted():
    load(row("1"), row("2", kind="friendly"))

    noted = db.session.scalars(select(InvolvementList).where(InvolvementList.source == "cases")).one()
    assert (noted.rows_kept, noted.rows_refused, noted.whole) == (1, 1, False)


def post(client, scope, *rows):
    digest = hashlib.sha256(scope.encode()).digest()
    db.session.add(ApiToken(client="cases", scope=scope, token_hash=digest, created_at=now()))
    db.session.flush()
    return client.post(
        "/api/v1/involvements",
        json={"source": "cases", "as_at": NOW.isoformat(), "rows": rows},
        headers={"Authorization": f"Bearer {scope}", "Idempotency-Key": "list-1"},
    )


def test_the_api_loads_as_the_command_does(client):
    answer = post(client, "integration", row("1"), row("2", kind="friendly"))

    assert answer.status_code == 200
    assert answer.json["kept"] == 1
    assert [(one["line"], list(one["fields"])) for one in answer.json["refused"]] == [(2, ["/kind"])]


def test_a_partner_may_not_tell_who_is_open(client):
    assert post(client, "partner").status_code == 403
