"""Ages and due dates are read as people say them; what cannot be read is given back."""

from datetime import date

import pytest

from screening import dates
from screening.said import dates_said

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3/4/17", "2017-04-03"),
        ("030417", "2017-04-03"),
        ("03042017", "2017-04-03"),
        ("born 3/4/2017", "2017-04-03"),
        ("about May 2018", "2018-05"),
        ("born in 2018", "2018"),
        ("20180502", "0502-18-20"),
        ("14/5", "14/5"),
    ],
)
def test_a_date_of_birth_is_read_without_its_slashes_and_with_words_before_it(typed, meant):
    assert dates.iso(typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7", 7), ("about 7", 7), ("7 yrs", 7), ("7yrs old", 7), ("7 or 8", 7), ("7-8", 7), ("nearly 8", 7),
        ("7 and a half", 7), ("7½", 7), ("11 year old", 11), ("tiny", None), ("6 months", None),
        ("about seven", 7), ("Seven or eight", 7), ("nearly eight", 7), ("seven-year-old", 7), ("sevenish", 7),
        ("7-ish", 7), ("one", 1), ("Seventeen", 17), ("twenty", 20), ("seventy", None), ("someone", None),
        ("six months", None), ("twenty-one", None),
    ],
)  # fmt: skip
def test_the_youngest_of_the_years_that_are_said_counts(typed, meant):
    assert dates_said.years(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("6 months", "2026-05"), ("about 18 months old", "2025-05"), ("3 weeks", "2026-11"), ("10 wks", "2026-09"),
     ("newborn", "2026-11"), ("six months", "2026-05"), ("7", None)],
)  # fmt: skip
def test_a_babys_age_gives_the_month_of_birth(typed, meant):
    assert dates_said.month_of_birth(typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "age"),
    [("7", True), ("seventeen", True), ("17 yrs", True), ("17", False), ("2018", False),
     ("7/8", False), ("7-9", False), ("7 - 9", False), ("7 or 8", True), ("7-8 years", True), ("7 to 8", True)],
)  # fmt: skip
def test_what_may_be_a_year_or_a_day_is_no_age(typed, age):
    assert dates_said.is_age(typed) is age


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("due in March", "2027-03"),
        ("March", "2027-03"),
        ("14/5", "2027-05-14"),
        ("14 May", "2027-05-14"),
        ("early May 2027", "2027-05"),
        ("14/5/27", "2027-05-14"),
        ("140527", "2027-05-14"),
        ("November", "2026-11"),
        ("20 weeks", "2027-04"),
        ("6 months pregnant", "2027-03"),
        ("in 6 weeks", "2027-01"),
        ("in 2 months", "2027-01"),
        ("2027-05-14", "2027-05-14"),
        ("31/2", "31/2"),
        ("some day", "some day"),
    ],
)
def test_a_due_date_is_read_in_the_year_in_which_it_can_be(typed, meant):
    assert dates_said.due(typed, TODAY) == meant


@pytest.mark.parametrize(("age", "years"), [(7, "2018/19"), (26, "1999/2000"), (0, "2025/26")])
def test_an_age_is_told_back_as_the_years_of_birth(age, years):
    assert dates_said.born_about(age, TODAY) == years


@pytest.mark.parametrize(
    ("in_part", "words"), [("2018-05-02", "2 May 2018"), ("2018-05", "May 2018"), ("2018", "2018")]
)
def test_a_date_in_part_is_said_in_words(in_part, words):
    assert dates_said.words(in_part) == words
