from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.people.matching import Card, Home, from_text, to_text
from screening.people.matching.card import nhs_number_is_valid
from tests.screening.people.matching.cards import card, living_at, person

token = st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=8)
tokens = st.lists(token, max_size=3).map(tuple)
days = st.integers(700000, 740000)
part = st.one_of(st.just(""), token)
outward = st.sampled_from(["", "SO23", "B1"])
postcode = st.sampled_from(["", "SO238UG", "SO238UH", "SO228UG"])
homes = st.builds(Home, part, part, part, part, postcode, outward, st.sampled_from(["", "2024"]))
cards = st.builds(
    Card,
    tokens,
    tokens,
    tokens,
    tokens,
    st.sampled_from(["", "F", "M"]),
    st.none() | st.tuples(days, days),
    st.just(0),
    st.none() | days,
    st.lists(homes, max_size=3).map(tuple),
    tokens,
    tokens,
    st.none() | token,
)


def test_accents_apostrophes_and_case_make_no_difference():
    assert person("Siobhán", "O'Brien") == person("SIOBHAN", "o’brien")


def test_a_double_barrelled_name_is_two_tokens():
    assert person("Mary-Jane", "Smith-Jones").family == ("smith", "jones")


def test_a_hyphen_keeps_a_first_name_together_and_a_space_makes_a_middle_name():
    assert person("Mary-Jane").given == ("mary", "jane")
    assert person("Mary Jane").middle == ("jane",)


def test_small_words_that_records_leave_out_are_left_out():
    assert person("Omar", "Al-Hassan").family == person("Omar", "Hassan").family
    assert person("Rory", "Mac Donald").family == ("macdonald",)


def test_a_word_said_in_place_of_a_name_is_no_name():
    assert person("Unborn baby", "Smith").given == ()
    assert person("Baby", "Smith").given == ()


def test_a_year_of_birth_is_every_day_of_that_year():
    assert person(born="2018").born == (date(2018, 1, 1).toordinal(), date(2018, 12, 31).toordinal())


def test_a_child_said_to_be_seven_was_born_in_the_year_that_makes_them_seven():
    said = card(age_years_estimated=7)

    assert said.born == (date(2018, 11, 27).toordinal(), date(2019, 11, 26).toordinal())
    assert said.out_years == 2


def test_an_age_counts_from_the_day_it_was_said():
    assert card(age_years_estimated=7, age_as_of="2020-11-26").born[1] == date(2013, 11, 26).toordinal()


def test_a_date_that_is_no_date_is_refused():
    with pytest.raises(ValueError, match="no such month"):
        person(born="2018-13")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Flat 2, 14 St. John's Rd", ("2", "14", "saint johns road")),
        ("14b Saint Johns Road", ("2", "14", "saint johns road")),
        ("2/14 St John's Road", ("2", "14", "saint johns road")),
        ("Apt B 14 St Johns Road", ("2", "14", "saint johns road")),
        ("86, Surrey Drive", ("", "86", "surrey drive")),
        ("2 Tower House, 14 St John's Road", ("2", "14", "saint johns road")),
        ("Flat 12 Baxter Court", ("", "12", "baxter court")),
        ("Rose Cottage, Mill Lane", ("", "rose cottage", "mill lane")),
        ("The Old Vicarage", ("", "", "old vicarage")),
        ("Surrey Drive", ("", "", "surrey drive")),
    ],
)
def test_an_address_is_read_however_it_is_written(line, parts):
    assert living_at(line).homes[0][:3] == parts


def test_a_postcode_is_read_with_its_letters_and_figures_put_right():
    assert living_at("", "so23 8ug").homes[0].postcode == "SO238UG"
    assert living_at("", "SO23 OUG").homes[0].postcode == "SO230UG"


def test_a_postcode_in_the_line_is_found():
    assert living_at("14 High St SO23 8UG").homes[0].postcode == "SO238UG"


def test_an_outward_code_alone_is_an_area():
    home = living_at("", "SO23").homes[0]

    assert (home.postcode, home.outward) == ("", "SO23")


def test_an_address_left_in_the_past_is_a_previous_one_and_one_to_be_left_is_not():
    assert not living_at("1 High Street", until="2024-06-30").homes[0].is_current
    assert living_at("1 High Street", until="2027").homes[0].is_current


def test_a_telephone_number_is_one_however_it_is_written():
    written = ["01632 960123", "+44 (0)1632 960 123", "0044 1632 960123"]

    assert card(phones=written).phones == ("441632960123",)


def test_an_nhs_number_is_checked_by_its_last_digit():
    assert nhs_number_is_valid("9990000018")
    assert not nhs_number_is_valid("9990000019")


@given(cards)
def test_a_card_survives_being_written_as_text(made):
    assert from_text(to_text(made)) == made


def test_a_said_age_survives_being_written_as_text():
    said = card(age_years_estimated=34)

    assert from_text(to_text(said)) == said
