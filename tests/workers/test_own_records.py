"""The check of our own records: who may be the same, who lives there, how often, and what "not checked" means."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from screening import telling
from screening.access import user_viewer, viewing
from screening.checks import queries
from screening.db import db
from screening.models import Contact, NamedReader
from screening.people import case_rows
from tests.screening.queues import given
from workers.checks import earlier as earlier_contacts
from workers.checks import own_records

pytestmark = pytest.mark.usefixtures("context")
BORN = date(2018, 5, 2)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(context):
    given.clock_at(NOW)


def earlier(name="Ada Marlow", *, days_ago=30, **person):
    contact = given.contact(first_received_at=NOW - timedelta(days=days_ago), state="decided")
    given.person(contact, name, **person)
    return contact


def checked(name="Ada Marlow", **person):
    """A new contact about somebody, checked."""
    contact = given.contact(first_received_at=NOW)
    check = given.check(given.person(contact, name, **person))
    own_records.answer_check(check.id)
    return check


def found_references(check):
    return [entry["reference"] for entry in check.found["earlier"]]


def test_a_child_with_no_earlier_contact_is_not_known():
    check = checked(born=BORN, postcode="SO23 8UG")

    assert check.outcome == "nothing_known"
    assert check.found is None


def test_the_same_name_and_date_of_birth_is_found_with_its_reasons():
    before = earlier(born=BORN)

    check = checked(born=BORN)

    entry = check.found["earlier"][0]
    assert check.outcome == "information_found"
    assert entry["reference"] == before.reference
    assert entry["likeness"] == "very likely the same person"
    assert entry["reasons"] == [
        "First name the same: Ada",
        "Surname the same: Marlow",
        "Date of birth the same: born 2 May 2018",
    ]


@pytest.mark.parametrize(
    ("given_name", "earlier_name"),
    [
        ("Kathryn Smyth", "Catherine Smith"),
        ("Beth Marlow", "Elizabeth Marlow"),
        ("Ada Marlow", "Marlow Ada"),
        ("Adá Marlow", "Ada Marlowe"),
    ],
)
def test_a_near_name_with_the_same_date_of_birth_is_found(given_name, earlier_name):
    before = earlier(earlier_name, born=BORN)

    check = checked(given_name, born=BORN)

    assert found_references(check) == [before.reference]
    assert check.found["earlier"][0]["likeness"] == "possibly the same person"


def test_day_and_month_written_the_other_way_round_are_found():
    before = earlier(born=date(2018, 2, 5))

    check = checked(born=BORN)

    assert found_references(check) == [before.reference]
    assert any("Day and month of birth swapped" in words for words in check.found["earlier"][0]["reasons"])


def test_a_year_of_birth_agrees_with_a_whole_date_in_it():
    before = earlier(born_earliest=date(2018, 1, 1), born_latest=date(2018, 12, 31))

    check = checked(born=BORN)

    assert found_references(check) == [before.reference]


def test_an_estimated_age_agrees_with_a_date_of_birth_at_the_same_postcode():
    before = earlier("Ada Marlowe", age_years_estimated=7, age_as_of=date(2026, 1, 10), postcode="SO23 8UG")

    check = checked(born=BORN, postcode="so238ug")

    assert found_references(check) == [before.reference]


def test_a_namesake_with_another_birth_in_another_place_is_not_found():
    earlier(born=date(2011, 9, 20), postcode="PO9 1AA")

    check = checked(born=BORN, postcode="SO23 8UG")

    assert check.outcome == "nothing_known"


def test_another_name_with_the_same_birth_is_not_found():
    earlier("Zoltan Brown", born=BORN)

    check = checked(born=BORN)

    assert check.outcome == "nothing_known"


def test_brothers_and_sisters_at_the_address_are_found_each_once():
    for name in ("Ben Marlow", "Ben Marlow", "Cora Marlow"):
        earlier(name, born=date(2015, 3, 4 + len(name)), address_line_1="86 Surrey Drive", postcode="SO23 8UG")

    check = checked(born=BORN, address_line_1="86, surrey drive", postcode="SO23 8UG")

    assert sorted(entry["name"] for entry in check.found["siblings"]) == ["Ben Marlow", "Cora Marlow"]
    assert check.found["earlier"] == []


def test_a_child_at_the_same_postcode_but_another_house_is_no_sibling():
    earlier("Ben Marlow", born=date(2015, 3, 4), address_line_1="12 Surrey Drive", postcode="SO23 8UG")

    check = checked(born=BORN, address_line_1="86 Surrey Drive", postcode="SO23 8UG")

    assert check.outcome == "nothing_known"


def test_contacts_are_counted_in_three_six_and_twelve_months():
    for days_ago in (10, 80, 150, 300, 400):
        earlier(born=BORN, days_ago=days_ago)

    check = checked(born=BORN)

    counts = {entry["months"]: entry["contacts"] for entry in check.found["counts"]}
    assert counts == {3: 2, 6: 3, 12: 4}


HOME = {"address_line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}


def test_contacts_about_children_at_the_address_are_counted_for_the_rules():
    earlier("Ben Marlow", born=date(2015, 3, 4), days_ago=20, **HOME)
    earlier("Cora Marlow", born=date(2016, 3, 4), days_ago=200, **HOME)
    earlier(born=BORN, days_ago=30, **HOME)

    facts = checked(born=BORN, **HOME).found["facts"]

    assert [facts[f"address_contacts_{months}_months"] for months in (3, 6, 12)] == [2, 2, 3]
    assert [facts[f"sibling_contacts_{months}_months"] for months in (3, 6, 12)] == [1, 1, 2]


def test_what_happened_at_the_address_is_never_none_because_siblings_are_looked_for_less_far_back(monkeypatch):
    monkeypatch.setattr(earlier_contacts, "siblings_since", lambda contact: date(2999, 1, 1))
    earlier("Ben Marlow", born=date(2015, 3, 4), days_ago=200, **HOME)

    check = checked(born=BORN, **HOME)

    assert check.found["facts"]["address_contacts_12_months"] == 1


def test_of_a_child_whose_address_is_not_known_nothing_is_counted_there():
    earlier(born=BORN, **HOME)

    assert not [name for name in checked(born=BORN).found["facts"] if name.startswith(("address_", "sibling_"))]


def test_a_later_contact_is_not_an_earlier_one():
    contact = given.contact(first_received_at=NOW - timedelta(days=1))
    check = given.check(given.person(contact, born=BORN))
    given.person(given.contact(first_received_at=NOW), born=BORN)

    own_records.answer_check(check.id)

    assert check.outcome == "nothing_known"


def test_a_call_that_is_still_being_taken_is_no_earlier_contact():
    given.person(given.contact(state="taking", first_received_at=NOW - timedelta(hours=1)), born=BORN)

    assert checked(born=BORN).outcome == "nothing_known"


def test_the_outcome_of_the_earlier_contact_is_told():
    before = earlier(born=BORN)
    given.decision(before.children[0], "early_help")

    check = checked(born=BORN)

    assert check.found["earlier"][0]["outcomes"] == ["early_help"]


def test_an_open_case_is_told_with_its_team():
    given.involvement("Ada Marlow", born=BORN, kind="protection_plan", team_slug="havant", as_at=NOW)

    check = checked(born=BORN)

    case = check.found["open_cases"][0]
    assert (case["kind"], case["team"], case["checked"]) == ("protection_plan", "havant", True)
    assert case["words"] == "Open to Havant assessment team for a child protection plan"


def test_an_open_case_that_was_told_too_long_ago_is_marked_not_checked():
    given.involvement("Ada Marlow", born=BORN, as_at=NOW - timedelta(hours=25))

    check = checked(born=BORN)

    assert check.found["open_cases"][0]["checked"] is False
    assert "not checked since" in check.found["open_cases"][0]["words"]
    assert check.found["not_checked"]


def test_of_many_with_one_birthday_the_likest_are_looked_at_and_the_rest_is_not_checked(monkeypatch):
    monkeypatch.setattr(case_rows, "MOST_ALIKE", 1)
    given.involvement("Ada Marlow", born=BORN, kind="protection_plan", as_at=NOW, started_on=date(2019, 1, 1))
    for number in range(3):
        given.involvement(f"Somebody Else{number}", born=BORN, as_at=NOW)

    check, other = checked(born=BORN), checked("Grace Hill", born=BORN)

    assert [case["kind"] for case in check.found["open_cases"]] == ["protection_plan"]
    assert check.found["not_checked"] == [case_rows.TOO_MANY]
    assert (other.outcome, case_rows.TOO_MANY in other.problem) == ("failed", True)


@pytest.mark.parametrize(
    ("age", "outcome"), [(timedelta(hours=23, minutes=59), "nothing_known"), (timedelta(hours=25), "failed")]
)
def test_nothing_known_needs_a_fresh_list_of_open_cases(age, outcome):
    given.involvement("Somebody Else", born=date(1999, 9, 9), as_at=NOW - age)

    check = checked(born=BORN)

    assert check.outcome == outcome


def test_where_no_list_of_open_cases_was_ever_loaded_that_part_is_not_checked():
    check = checked(born=BORN)

    assert "Open cases were not checked" in check.problem


def test_an_allegation_is_not_told():
    given.involvement("Ada Marlow", born=BORN, kind="allegation", as_at=NOW)

    assert checked(born=BORN).outcome == "nothing_known"


def test_nobody_is_looked_up_without_a_name():
    check = checked("")

    assert check.outcome == "not_asked"
    assert "No name or date of birth given" in check.problem


def test_a_name_alone_is_too_little_to_say_that_nothing_is_known():
    check = checked("Ada Marlow")

    assert check.outcome == "not_asked"


def test_a_name_alone_finds_exactly_that_name():
    before = earlier("Ada Marlow")

    assert found_references(checked("Ada Marlow")) == [before.reference]


def test_a_look_up_that_crashes_is_not_checked_never_nothing_known(monkeypatch):
    def crash(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(own_records, "look_up", crash)

    check = checked(born=BORN)

    assert check.outcome == "failed"
    assert "failed" in check.problem


def test_a_look_up_that_takes_too_long_is_not_checked(monkeypatch):
    monkeypatch.setattr(own_records, "STATEMENT_LIMIT_MS", 50)
    monkeypatch.setattr(own_records, "look_up", lambda _: db.session.execute(text("select pg_sleep(2)")))

    check = checked(born=BORN)

    assert check.outcome == "failed"
    assert "did not answer in time" in check.problem


def test_the_first_answer_stays():
    check = checked(born=BORN)
    answered_at = check.answered_at
    earlier(born=BORN)

    own_records.answer_check(check.id)

    assert (check.outcome, check.answered_at) == ("nothing_known", answered_at)


def test_an_answer_is_audited_once():
    contact = given.contact(first_received_at=NOW)
    check = given.check(given.person(contact, born=BORN))

    own_records.answer_check(check.id)
    own_records.answer_check(check.id)

    assert [entry.detail["outcome"] for entry in given.audited(contact, "check.answered")] == ["nothing_known"]


def test_an_answer_after_the_decision_raises_attention():
    earlier(born=BORN)
    contact = given.contact(first_received_at=NOW, state="decided")
    ended = given.item(contact, "screening", state="done", ended_at=NOW)
    check = given.check(given.person(contact, born=BORN))

    own_records.answer_check(check.id)

    raised = given.items_of(contact)[-1]
    assert raised is not ended
    assert (raised.team.slug, raised.leads, raised.step) == ("screening", False, "attention")
    assert "after the decision" in raised.attention


def test_nothing_known_after_the_decision_raises_nothing():
    contact = given.contact(first_received_at=NOW, state="decided")
    given.item(contact, "screening", state="done", ended_at=NOW)
    check = given.check(given.person(contact, born=BORN))

    own_records.answer_check(check.id)

    assert len(given.items_of(contact)) == 1


def test_what_a_viewer_may_not_know_of_is_neither_shown_nor_counted():
    hidden, shown = earlier(born=BORN, days_ago=20), earlier(born=BORN, days_ago=40)
    hidden.restricted = True
    check = checked(born=BORN)
    contact = db.session.get_one(type(hidden), check.contact_id)
    db.session.flush()

    with viewing(user_viewer(given.user("sarah"))):
        found = queries.checks_of(contact)[0].found

    assert [entry["reference"] for entry in found["earlier"]] == [shown.reference]
    assert found["counts"][0] == {"months": 3, "contacts": 1}


def test_facts_that_count_what_is_hidden_are_not_shown():
    earlier(born=BORN)
    earlier(born=BORN, days_ago=60).restricted = True
    check = checked(born=BORN)
    contact = db.session.get_one(Contact, check.contact_id)

    with viewing(user_viewer(given.user("sarah"))):
        shown = queries.checks_of(contact)[0].found

    assert check.found["facts"]
    assert "facts" not in shown


def test_where_all_that_was_found_is_restricted_nothing_is_known_to_that_viewer():
    hidden = earlier(born=BORN)
    hidden.restricted = True
    check = checked(born=BORN)
    contact = db.session.get_one(type(hidden), check.contact_id)
    db.session.flush()

    with viewing(user_viewer(given.user("sarah"))):
        shown = queries.checks_of(contact)[0]

    assert (shown.outcome, shown.found) == ("nothing_known", None)


@pytest.fixture
def as_edith():
    """Read the first check of a contact as Edith of the emergency duty team, who has no reach of her own into it."""

    def read(check):
        db.session.flush()
        contact = db.session.get_one(Contact, check.contact_id)
        with viewing(user_viewer(given.user("edith"))):
            return queries.checks_of(contact)[0]

    return read


def test_what_a_reader_may_not_open_is_counted_and_said_to_be_there(as_edith):
    earlier(born=BORN)

    shown = as_edith(checked(born=BORN))

    assert shown.outcome == "information_found"
    assert shown.found["counts"][0] == {"months": 3, "contacts": 1}
    assert shown.found["not_open"] == {"earlier": 1, "family_contacts": 0, "siblings": 0}


def test_nothing_but_its_day_and_its_outcome_is_said_of_what_a_reader_may_not_open(as_edith):
    before = earlier(born=BORN)

    shown = as_edith(checked(born=BORN))

    (one,) = shown.found["out_of_reach"]
    assert set(one) == {"part", "first_received_at", "likeness", "standing", "outcomes"}

    assert before.reference not in str(shown)
    assert str(before.id) not in str(shown)


def test_the_reader_is_told_when_it_was_and_whom_to_ask_for_what_they_may_not_open(as_edith):
    given.item(earlier(born=BORN), "emergency-duty")
    earlier(born=BORN, days_ago=40)

    words = telling.check(as_edith(checked(born=BORN)))

    (line,) = (line for line in words["details"] if "may not open" in line)
    assert line.startswith("15 October 2026: an earlier contact, very likely the same person, that you may not open.")
    assert line.endswith("Outcome: no decision on file. Ask the duty manager what it was.")
    assert words["found_words"] == "2 earlier contacts in 12 months"


def test_a_child_at_the_address_in_what_a_reader_may_not_open_is_said_to_be_there(as_edith):
    earlier("Ben Marlow", born=date(2020, 1, 1), address_line_1="1 High Street", postcode="SO23 8UG")

    shown = as_edith(checked(born=BORN, address_line_1="1 High Street", postcode="SO23 8UG"))

    assert (
        "Also at this address: 1 child in what you may not open: ask the duty manager."
        in telling.check(shown)["details"]
    )
    assert "Ben" not in str(shown.found)


def test_a_restricted_contact_is_not_counted_with_what_a_reader_may_not_open(as_edith):
    earlier(born=BORN)
    earlier(born=BORN, days_ago=40).restricted = True

    shown = as_edith(checked(born=BORN))

    assert shown.found["not_open"] == {"earlier": 1, "family_contacts": 0, "siblings": 0}
    assert shown.found["counts"][0] == {"months": 3, "contacts": 1}


@pytest.mark.parametrize("restricted", [True, False])
def test_nothing_known_looks_the_same_whether_or_not_a_restricted_contact_is_left_out(as_edith, restricted):
    if restricted:
        earlier(born=BORN).restricted = True

    words = telling.check(as_edith(checked(born=BORN)))

    assert (words["outcome"], words["found_words"], words["left_out"]) == (
        "nothing_known",
        "that you may see",
        telling.LEFT_OUT,
    )


def test_an_old_list_of_open_cases_is_not_nothing_known_where_a_restricted_contact_is_left_out(as_edith):
    earlier(born=BORN).restricted = True
    given.involvement("Somebody Else", born=date(1999, 9, 9), as_at=NOW - timedelta(hours=25))

    assert as_edith(checked(born=BORN)).outcome == "failed"


def test_a_contact_with_two_alike_is_counted_once_where_a_reader_may_not_open_it(as_edith):
    before = earlier(born=BORN)
    given.person(before, "Ada Marlowe", born=BORN)

    assert as_edith(checked(born=BORN)).found["not_open"]["earlier"] == 1


def test_the_emergency_duty_team_reads_the_earlier_contacts_of_what_it_holds(as_edith):
    before = earlier(born=BORN)
    check = checked(born=BORN)
    given.item(db.session.get_one(Contact, check.contact_id), "emergency-duty")

    shown = as_edith(check)

    assert [entry["reference"] for entry in shown.found["earlier"]] == [before.reference]
    assert may_open("edith", before)


def test_the_emergency_duty_team_reads_no_restricted_contact_of_what_it_holds():
    before = earlier(born=BORN)
    before.restricted = True
    given.item(db.session.get_one(Contact, checked(born=BORN).contact_id), "emergency-duty")

    assert not may_open("edith", before)


def test_the_emergency_duty_team_reads_no_contact_that_what_it_holds_does_not_name():
    other = earlier("Zed Quill", born=date(2011, 1, 1))
    given.item(db.session.get_one(Contact, checked(born=BORN).contact_id), "emergency-duty")

    assert not may_open("edith", other)


def test_the_emergency_duty_team_reads_them_until_it_hands_over():
    before = earlier(born=BORN)
    contact = db.session.get_one(Contact, checked(born=BORN).contact_id)
    given.item(contact, "emergency-duty", state="done", ended_at=NOW)

    assert not may_open("edith", before)


def test_another_team_that_holds_it_does_not_read_them():
    before = earlier(born=BORN)
    given.item(db.session.get_one(Contact, checked(born=BORN).contact_id), "winchester")

    assert not may_open("winnie", before)


def may_open(user_name, contact):
    db.session.flush()
    with viewing(user_viewer(given.user(user_name))):
        return db.session.scalar(select(Contact.id).where(Contact.id == contact.id)) is not None


def test_a_named_reader_is_shown_what_is_restricted():
    hidden = earlier(born=BORN)
    hidden.restricted = True
    sarah = given.user("sarah")
    db.session.add(NamedReader(contact_id=hidden.id, user_id=sarah.id))
    check = checked(born=BORN)
    contact = db.session.get_one(type(hidden), check.contact_id)
    db.session.flush()

    with viewing(user_viewer(sarah)):
        shown = queries.checks_of(contact)[0]

    assert shown.outcome == "information_found"
