import subprocess
import sys

from hypothesis import given

from screening.people.matching import Vocabulary, expand, index_keys, query_keys, token_keys
from screening.people.matching.keys import key_of
from tests.screening.people.matching.cards import card, living_at, person
from tests.screening.people.matching.test_card import cards


def meet(query, candidate):
    return bool(set(query_keys(query)) & index_keys(candidate))


@given(cards)
def test_a_card_asks_for_every_key_it_is_kept_under(made):
    assert index_keys(made) <= set(query_keys(made))


@given(cards)
def test_every_key_fits_a_signed_64_bit_column(made):
    assert all(-(2**63) <= key < 2**63 for key in query_keys(made))


def test_a_key_is_the_same_in_every_process():
    program = "from screening.people.matching.keys import key_of; print(key_of('pair A B'))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert int(other.stdout) == key_of("pair A B")


def test_an_ordinary_person_has_no_more_than_forty_keys():
    home = {"line_1": "14 High Street", "postcode": "SO23 8UG"}
    left = {"line_1": "86 Surrey Drive", "postcode": "SO22 5AA", "until": "2024"}

    assert len(index_keys(person("Maya Rose", "Carter", "2018-05-02", addresses=[home, left]))) <= 40


def test_many_names_and_a_guessed_age_do_not_ask_for_a_thousand_keys():
    said = card(given_names=["Ann Bea Cat"], family_names=["Dorn Eck Fell"], age_years_estimated=40)

    assert len(query_keys(said)) <= 700


def test_somebody_spelt_by_sound_is_found():
    assert meet(person("Cathryn", "Smyth"), person("Katherine", "Smith"))


def test_somebody_by_a_short_form_is_found():
    assert meet(person("Bob", "Carter"), person("Robert", "Carter"))


def test_names_in_the_wrong_order_are_found():
    assert meet(person("Nguyen", "Linh"), person("Linh", "Nguyen"))


def test_day_and_month_swapped_are_found():
    assert meet(person("Xena", "Quill", "2018-02-05"), person("Maya", "Carter", "2018-05-02"))


def test_a_child_said_to_be_about_seven_is_found_by_first_name_two_years_out():
    said = card(given_names=["Maya"], age_years_estimated=7)

    assert meet(said, person("Maya", "Carter", "2021-06-01"))
    assert not meet(said, person("Maya", "Carter", "2013-06-01"))


def test_a_postcode_with_one_wrong_character_is_found_with_an_initial():
    home = [{"line_1": "", "postcode": "SO23 8UH"}]
    wrong_area = [{"line_1": "", "postcode": "SO24 8UG"}]
    candidate = person("Maya", "Carter", addresses=[{"line_1": "14 High Street", "postcode": "SO23 8UG"}])

    assert meet(card(given_names=["Mya"], addresses=wrong_area), candidate)
    assert not meet(card(given_names=["Xena"], addresses=home), candidate)


def test_a_door_is_found_with_the_street_written_otherwise():
    assert meet(living_at("14b Saint Johns Road"), living_at("Flat 2, 14 St. John's Rd"))


def test_a_newborn_is_found_as_the_child_that_was_expected():
    expected = card(family_names=["Carter"], expected_delivery_date="2026-03-01")

    assert meet(person("Maya", "Carter", "2026-02-11"), expected)


def test_each_name_of_a_person_has_a_key_of_its_own():
    assert len(token_keys(person("Maya Rose", "Carter-Quill"))) == 4


def test_a_typed_name_stands_for_the_names_that_sound_or_look_like_it_or_are_its_short_forms():
    vocabulary = Vocabulary(["robert", "rupert", "smith", "smyth", "schmidt", "carter"])

    assert "robert" in expand("bob", vocabulary)
    assert {"smith", "smyth"} <= set(expand("smithe", vocabulary))
    assert "carter" not in expand("smithe", vocabulary)
