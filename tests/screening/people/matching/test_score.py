import pytest
from hypothesis import given

from screening.people.matching import MODEL, Frequencies, fact_to_ask, rank, score
from screening.people.matching.compare import compare
from tests.screening.people.matching.cards import card, living_at, person
from tests.screening.people.matching.test_card import cards

NOTHING_KNOWN = Frequencies()
SAME_HOME = {"addresses": [{"line_1": "14 High Street", "postcode": "SO23 8UG"}]}


def scored(one, other):
    return score(one, other, NOTHING_KNOWN)


def words(one, other):
    return [reason.words for reason in scored(one, other).reasons]


@given(cards, cards)
def test_any_two_cards_can_be_compared_either_way_round(one, other):
    assert compare(one, other) == compare(other, one)
    assert scored(one, other).weight == pytest.approx(scored(other, one).weight)


@given(cards, cards)
def test_every_level_has_its_words(one, other):
    assert {reason.field for reason in scored(one, other).reasons} <= {*compare(one, other), "identifier"}


@pytest.mark.parametrize(
    ("field", "level", "one", "other"),
    [
        ("given", "short", person("Bob"), person("Robert")),
        ("given", "initial", person("R"), person("Robert")),
        ("given", "initial", person("TJ"), person("Thomas James")),
        ("given", "swapped_alike", person("Abdi", "Yousef"), person("Yusuf Abdi", "Hassan")),
        ("given", "other", person("Rose"), person("Maya Rose")),
        ("family", "part", person(family="Smith"), person(family="Smith-Jones")),
        ("family", "former", person(family="Jones"), person(family="Carter", also_known_as=["Maya Jones"])),
        ("family", "sound", person(family="Smyth"), person(family="Smith")),
        ("family", "swapped", person("Nguyen", "Linh"), person("Linh", "Nguyen")),
        ("born", "swapped", person(born="2018-02-05"), person(born="2018-05-02")),
        ("born", "digit", person(born="2018-05-02"), person(born="2018-05-03")),
        ("born", "month", person(born="2018-05"), person(born="2018-05-03")),
        ("born", "year", person(born="2018"), person(born="2018-05-03")),
        ("born", "age", card(age_years_estimated=7), person(born="2019-05-03")),
        ("born", "age_far", card(age_years_estimated=7), person(born="2021-05-03")),
        ("born", "differ", card(age_years_estimated=7), person(born="2005-05-03")),
        ("born", "due_born", card(expected_delivery_date="2026-03-01"), person(born="2026-02-11")),
        ("address", "full", living_at("14b St Johns Road", "SO23 8UG"), living_at("Flat 2, 14 St Johns Rd", "SO238UG")),
        ("address", "other_flat", living_at("14a High St", "SO23 8UG"), living_at("14b High St", "SO23 8UG")),
        ("address", "other_door", living_at("16 High St", "SO23 8UG"), living_at("14 High St", "SO23 8UG")),
        ("address", "postcode_near", living_at("", "SO23 8UH"), living_at("14 High St", "SO23 8UG")),
        ("address", "line", living_at("14 High Street"), living_at("14 High St", "SO23 8UG")),
        ("phone", "equal", card(phones=["01632 960123"]), card(phones=["+441632960123"])),
    ],
)  # fmt: skip
def test_fields_are_compared_to_levels(field, level, one, other):
    assert compare(one, other)[field] == level


def test_what_one_card_does_not_say_is_no_evidence_either_way():
    assert compare(person("Maya"), person(family="Carter", born="2018")) == {}


def test_a_reason_tells_a_handler_how_two_names_agree():
    assert "Surname sounds the same: Smyth / Smith" in words(person("Maya", "Smyth"), person("Maya", "Smith"))


def test_a_reason_tells_until_when_somebody_lived_at_an_address():
    left = living_at("14 High Street", "SO23 8UG", until="2024")

    assert words(living_at("14 High Street", "SO23 8UG"), left) == ["Address the same: lived there until 2024"]


def test_each_reason_names_the_field_it_gives_away():
    one = person("Maya", **SAME_HOME)

    assert {reason.field for reason in scored(one, one).reasons} == {"given", "address"}


def test_a_rare_name_says_more_than_a_common_one():
    known = Frequencies(10_000, given={"maya": 400, "xenobia": 1}, family={"smith": 100})
    common, rare = person("Maya", "Smith"), person("Xenobia", "Smith")

    assert score(rare, rare, known).weight > score(common, common, known).weight + 5


def test_a_sister_at_the_same_address_is_not_taken_for_the_child():
    asked = person("Maya", "Carter", "2018-05-02", **SAME_HOME)
    sister = person("Rose", "Carter", "2015-03-09", **SAME_HOME)

    assert rank(asked, [("S", sister)], population=10_000, frequencies=NOTHING_KNOWN)[0].posterior < 0.01


def test_a_twin_who_is_not_in_the_index_is_not_taken_for_the_one_who_is():
    asked = person("Maya", "Carter", "2018-05-02", **SAME_HOME)
    twin = person("Rose", "Carter", "2018-05-02", **SAME_HOME)

    assert rank(asked, [("T", twin)], population=10_000, frequencies=NOTHING_KNOWN)[0].posterior < 0.5


def test_name_and_address_without_any_birth_are_never_very_likely():
    asked = person("Xenobia", "Quillfeather", **SAME_HOME)

    assert rank(asked, [("P", asked)], population=10_000, frequencies=NOTHING_KNOWN)[0].posterior < 0.95


def test_two_who_fit_as_well_share_the_posterior():
    twins = [(name, person("Maya", "Carter", "2018-05-02")) for name in ("A", "B")]
    ranked = rank(person("Maya", "Carter", "2018-05-02"), twins, population=10_000, frequencies=NOTHING_KNOWN)

    assert [round(one.posterior, 1) for one in ranked] == [0.5, 0.5]


def test_candidates_come_likeliest_first():
    asked = person("Maya", "Carter", "2018-05-02")
    candidates = [("near", person("Mia", "Carter", "2018-05-03")), ("same", asked)]

    assert [one.id for one in rank(asked, candidates, population=10_000, frequencies=NOTHING_KNOWN)] == ["same", "near"]


def test_an_equal_nhs_number_decides_almost_alone():
    one, other = card(nhs_number="9990000018", given_names=["Maya"]), card(nhs_number="9990000018")

    assert rank(one, [("P", other)], population=100_000, frequencies=NOTHING_KNOWN)[0].posterior > 0.6


def test_an_equal_nhs_number_with_another_name_and_birth_says_so():
    one = person("Maya", "Carter", "2018-05-02", nhs_number="9990000018")
    other = person("Zebedee", "Quill", "1961-11-30", nhs_number="9990000018")

    assert scored(one, other).reasons[0].words.endswith("check the number")
    assert rank(one, [("P", other)], population=10_000, frequencies=NOTHING_KNOWN)[0].posterior < 0.5


def test_different_valid_nhs_numbers_are_evidence_against():
    one, other = card(nhs_number="9990000018"), card(nhs_number="9990000026")

    assert compare(one, other) == {"identifier": "differ"}


def test_a_mistyped_nhs_number_is_no_evidence():
    assert compare(card(nhs_number="9990000018"), card(nhs_number="9990000019")) == {}


def test_every_score_says_which_model_made_it():
    assert scored(person("Maya"), person("Maya")).model == MODEL


def test_the_fact_to_ask_is_one_that_would_tell_the_first_two_apart():
    first, second = person("Maya", "Carter", "2018-05-02"), person("Maya", "Carter", "2019-01-01")

    assert fact_to_ask(first, second, person("Maya", "Carter")) == "date of birth"


def test_a_fact_that_was_given_is_not_asked_again():
    first = person("Maya", "Carter", "2018-05-02", sex="F")
    second = person("Maya", "Carter", "2019-01-01", sex="M")

    assert fact_to_ask(first, second, person("Maya", "Carter", "2018-05-02")) == "sex"


def test_of_two_names_that_sound_the_same_the_nearer_spelling_is_worth_more():
    asked = person("Simunn")

    assert scored(asked, person("Simon")).weight > scored(asked, person("Samina")).weight
