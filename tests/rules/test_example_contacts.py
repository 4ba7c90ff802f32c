"""The example contacts: each answer is one that the sample rules ask there, and nobody in them is real."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
FIELDS = yaml.safe_load((ROOT / "routing_rules" / "rulesets" / "sample.yaml").read_text("utf-8"))["fields"]
CONTACT_KEYS = {
    "channel", "received_at", "contact_type", "referrer", "children", "adults", "narrative", "answers", "views",
    "identity", "information_sharing",
}  # fmt: skip
CONTACT_TYPES = {
    "request_for_service", "notification", "request_for_information", "hoax", "silent", "wrong_number",
}  # fmt: skip
CHILD_KEYS = {
    "given_name", "family_name", "date_of_birth", "age_years_estimated", "age_as_of", "expected_delivery_date", "sex",
    "address", "ethnicity", "disabilities", "where_now", "school", "gp", "language", "interpreter", "answers",
}  # fmt: skip
ADULT_KEYS = {
    "given_name", "family_name", "relationship", "in_household", "date_of_birth", "alleged_harm_to",
    "works_with_children",
}  # fmt: skip
REFERRER_KEYS = {"name", "agency", "source_code", "email", "phone", "safe_to_reply", "your_reference"}
SOURCE_CODES = set("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10".split())  # noqa: SIM905
ANSWERS = {"yes", "no", "unknown", "refused", "not_safe_to_ask"}
# Ofcom keeps these numbers for drama.
DRAMA = re.compile(r"01632 960\d{3}|07700 900\d{3}")

pytestmark = pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])


def contact(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def unasked(answers: dict, *scopes: str) -> set[str]:
    asked = {name for name, field in FIELDS.items() if not field.get("derived") and field["scope"] in scopes}
    return set(answers) - asked


def fits(name: str, said: object) -> bool:
    return isinstance(said, int) if FIELDS[name].get("kind") == "number" else said in ANSWERS


def test_each_answer_is_a_question_of_the_sample_rules(path):
    found = contact(path)

    assert unasked(found["answers"], "household", "both") == set()
    assert {name for name, said in found["answers"].items() if not fits(name, said)} == set()
    for child in found["children"]:
        assert unasked(child["answers"], "child", "both") == set()
        assert {name for name, said in child["answers"].items() if not fits(name, said)} == set()


def test_it_has_the_shape_that_a_client_sends(path):
    found = contact(path)

    assert set(found) <= CONTACT_KEYS
    assert found["contact_type"] in CONTACT_TYPES
    assert found["channel"] in {"phone", "email", "walk_in", "web"}
    assert set(found["referrer"]) <= REFERRER_KEYS
    assert found["referrer"]["source_code"] in SOURCE_CODES
    assert found["referrer"]["safe_to_reply"] in {"yes", "no", "unknown"}
    assert all(set(child) <= CHILD_KEYS for child in found["children"])
    assert all(set(adult) <= ADULT_KEYS for adult in found["adults"])


def test_adults_point_to_children_that_are_there(path):
    found = contact(path)

    for adult in found["adults"]:
        assert all(index < len(found["children"]) for index in adult.get("alleged_harm_to", []))


def test_a_child_has_one_kind_of_age(path):
    for child in contact(path)["children"]:
        assert len({"date_of_birth", "age_years_estimated", "expected_delivery_date"} & set(child)) <= 1
        assert ("age_as_of" in child) == ("age_years_estimated" in child)
        assert "expected_delivery_date" not in child or child["sex"] == "U"


def test_nobody_in_it_can_be_reached(path):
    text = path.read_text("utf-8")

    assert all(address.endswith(".example.org") for address in re.findall(r"@([\w.-]+)", text))
    assert all(DRAMA.fullmatch(number) for number in re.findall(r'"phone": "([^"]+)"', text))
    assert not re.search(r"\b\d{3} ?\d{3} ?\d{4}\b", text)
