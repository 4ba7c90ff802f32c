"""Policy: numbers in force on a day, and files that are wrong in every way somebody might write them."""

from datetime import date, time

import pytest

from routing_rules.policy import SOURCE_KINDS, UNITS, PolicyError, load, packaged, value

ENTRY = """
red_hours:
  description: Acted on.
  unit: hours
  source: Sample
  source_kind: our_suggestion
  last_checked_on: 2026-11-24
  values:
    2020-01-01: 4
    2026-04-01: 3
    2030-01-01: null
"""
DAY = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "clocks.yaml").write_text(ENTRY)
    return tmp_path


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2020-01-01", 4), ("2026-03-31", 4), ("2026-04-01", 3), ("2029-12-31", 3)],
)
def test_the_value_of_a_day_is_the_last_that_started(folder, on, expected):
    assert value("red_hours", date.fromisoformat(on), load(folder)) == expected


@pytest.mark.parametrize(("on", "says"), [("2019-12-31", "only from 2020-01-01"), ("2030-01-01", "ended")])
def test_before_the_start_and_after_the_end_there_is_no_value(folder, on, says):
    with pytest.raises(PolicyError, match=rf"clocks\.yaml: red_hours: .*{says}"):
        value("red_hours", date.fromisoformat(on), load(folder))


def test_a_number_nobody_wrote_is_named():
    with pytest.raises(PolicyError, match="no_such_number"):
        value("no_such_number", DAY)


def test_a_number_is_read_as_the_type_it_has():
    assert packaged().read("office_opens", DAY, time) == time(9)
    with pytest.raises(PolicyError, match=r"calendar\.yaml: office_opens: unit time_of_day"):
        packaged().read("office_opens", DAY, int)


def test_the_packaged_numbers_all_have_a_source_and_a_day_of_checking():
    entries = packaged().entries.values()

    assert all(entry.source and entry.description and entry.source_kind in SOURCE_KINDS for entry in entries)
    assert all(entry.last_checked_on >= date(2026, 1, 1) and entry.unit in UNITS for entry in entries)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("urgency_immediate", 15),
        ("urgency_red", 4),
        ("urgency_amber", 1),
        ("urgency_green", 3),
        ("contact_read", 1),
        ("contact_decision", 1),
        ("acknowledgement", 1),
        ("mash_enquiry", 48),
        ("child_seen_protection", 24),
        ("child_seen_need", 5),
        ("assessment", 45),
        ("initial_conference", 15),
        ("allegations_officer", 1),
        ("private_fostering_visit", 7),
        ("return_conversation", 72),
        ("draft_to_duty_manager", 30),
        ("history_windows", (3, 6, 12)),
        ("event_day", 0),
    ],
)
def test_the_sample_county_promises(name, expected):
    assert value(name, DAY) == expected


@pytest.mark.parametrize(
    ("found", "instead", "says"),
    [
        ("unit: hours", "unit: fortnights", "unit: fortnights is not known"),
        ("source: Sample", "source: ''", "source: must be words"),
        ("source_kind: our_suggestion", "source_kind: hearsay", "source_kind: must be one of"),
        ("last_checked_on: 2026-11-24", "last_checked_on: soon", "is not a day"),
        ("2020-01-01: 4", "2020-01-01: -4", "whole number of 1 or more"),
        ("2020-01-01: 4", "2020-01-01: true", "whole number"),
        ("2020-01-01: 4", "2020-01-01T09:00:00: 4", "is not a day"),
        ("2020-01-01: 4", "2020-01-01: 4\n    2020-01-01: 5", "written twice"),
        ("  description: Acted on.\n", "", "must have exactly the keys"),
        ("  description: Acted on.\n", "  description: Acted on.\n  note: x\n", "must have exactly the keys"),
        ("unit: hours", "unit: time_of_day", 'Write it in quotes, as "09:00"'),
        ("unit: hours", "unit: names", "is not a list"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place_and_a_remedy(folder, found, instead, says):
    assert found in ENTRY
    (folder / "clocks.yaml").write_text(ENTRY.replace(found, instead, 1))

    with pytest.raises(PolicyError, match=says) as refused:
        load(folder)

    assert str(refused.value).startswith("clocks.yaml")


@pytest.mark.parametrize(
    ("unit", "listed", "says"),
    [
        ("weekdays", "[1, 8]", "1 for Monday"),
        ("weekdays", "[]", "is empty"),
        ("names", "[1]", "list of names"),
        ("names", "[green, 1]", "list of names"),
        ("dates", "[soon]", "list of days"),
        ("dates", "[2026-06-15, soon]", "list of days"),
        ("event_day", "2", "is not 0 or 1"),
        ("event_day", "true", "is not 0 or 1"),
        ("time_of_day", "'25:00'", "time of day"),
        ("time_of_day", "17:00", "time of day"),
    ],
)
def test_a_wrong_value_is_refused(folder, unit, listed, says):
    wrong = ENTRY.replace("unit: hours", f"unit: {unit}").replace("2020-01-01: 4", f"2020-01-01: {listed}")
    (folder / "clocks.yaml").write_text(wrong.replace("2026-04-01: 3\n", "2026-04-01: null\n"))

    with pytest.raises(PolicyError, match=says):
        load(folder)


@pytest.mark.parametrize(
    ("unit", "written", "expected"),
    [
        ("count", "0", 0),
        ("weekdays", "[1, 7]", (1, 7)),
        ("names", "[green, amber]", ("green", "amber")),
        ("dates", "[2026-06-15]", (date(2026, 6, 15),)),
    ],
)
def test_a_value_is_read_as_its_unit_says(folder, unit, written, expected):
    (folder / "clocks.yaml").write_text(
        ENTRY.split("  values:")[0].replace("unit: hours", f"unit: {unit}") + f"  values:\n    2020-01-01: {written}\n"
    )

    assert value("red_hours", DAY, load(folder)) == expected


@pytest.mark.parametrize("content", ["- a list", "a: [", "plain words"])
def test_a_file_that_holds_no_entries_is_refused(folder, content):
    (folder / "other.yaml").write_text(content)

    with pytest.raises(PolicyError, match=r"^other\.yaml"):
        load(folder)


def test_values_that_are_no_mapping_are_refused(folder):
    (folder / "clocks.yaml").write_text(ENTRY.split("  values:")[0] + "  values: 4\n")

    with pytest.raises(PolicyError, match="at least one start date"):
        load(folder)


def test_a_number_in_two_files_is_refused(folder):
    (folder / "second.yaml").write_text(ENTRY)

    with pytest.raises(PolicyError, match=r"second\.yaml: red_hours: is in clocks\.yaml too"):
        load(folder)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="no policy files"):
        load(tmp_path)
