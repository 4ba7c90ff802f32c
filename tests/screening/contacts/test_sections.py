"""How far each section of a call is. What is not known, and said so, is an answer; silence never looks like one."""

import pytest

from routing_rules.ruleset import sample
from screening.contacts import live

ADA = {"given_name": "Ada"}
YES = {"parents_informed": "yes", "agreement": "given"}
NOT_YET = {"parents_informed": "not_yet", "agreement": "not_sought"}


def state(section, body):
    return {one["id"]: one["state"] for one in live.sections(body, sample())}[section]


@pytest.mark.parametrize("section", ["caller", "children", "worry", "adults", "views", "identity", "sharing"])
def test_what_nobody_has_looked_at_says_so(section):
    assert state(section, {}) == "not_looked_at"


@pytest.mark.parametrize(
    ("section", "body", "expected"),
    [
        ("caller", {"referrer": {"agency": "Oakbank School"}}, "started"),
        ("caller", {"referrer": {"name": "Ms Adeyemi"}}, "needs_attention"),
        ("caller", {"referrer": {"name": "Ms Adeyemi", "safe_to_reply": "yes"}}, "complete"),
        ("caller", {"referrer": {"name": "Ms Adeyemi", "not_known": {"safe_to_reply": "refused"}}}, "complete"),
        ("caller", {"referrer": {"not_known": {"name": "refused"}}}, "unknown_recorded"),
        ("children", {"children": [{"school": "Oakbank"}]}, "started"),
        ("children", {"children": [ADA]}, "needs_attention"),
        ("children", {"children": [ADA | {"age_years_estimated": "7"}]}, "complete"),
        ("children", {"children": [ADA | {"not_known": {"date_of_birth": "unknown"}}]}, "complete"),
        ("children", {"children": [{"not_known": {"given_name": "unknown"}}]}, "unknown_recorded"),
        ("adults", {"adults": [{"relationship": "mother"}]}, "started"),
        ("adults", {"adults": [{"given_name": "?"}]}, "complete"),
        ("adults", {"adults": [{"not_known": {"given_name": "refused"}}]}, "unknown_recorded"),
        ("safe", {}, "needs_attention"),
        ("worry", {"narrative": "Hungry."}, "complete"),
        ("sharing", {"information_sharing": {"agreement": "given"}}, "started"),
        ("sharing", {"information_sharing": YES}, "complete"),
        ("sharing", {"information_sharing": NOT_YET}, "needs_attention"),
        ("sharing", {"information_sharing": NOT_YET | {"reason": "Not safe"}}, "complete"),
    ],
)
def test_a_section_says_how_far_it_is(section, body, expected):
    assert state(section, body) == expected
