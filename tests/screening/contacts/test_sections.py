"""How far each section of a call is. What is not known, and said so, is an answer; silence never looks like one."""

from datetime import date

import pytest

from routing_rules.ruleset import sample
from screening.contacts import live, said

ADA = {"given_name": "Ada"}
YES = {"parents_informed": "yes", "agreement": "given"}
TODAY = date(2026, 11, 24)
NOT_YET = {"parents_informed": "not_yet", "agreement": "not_sought"}


def state(section, body):
    return {one["id"]: one["state"] for one in live.sections(said.as_sent(body, TODAY), sample())}[section]


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
        ("caller", {"referrer": {"name": "refused", "safe_to_reply": "yes"}}, "unknown_recorded"),
        ("caller", {"referrer": {"name": "don't know"}}, "unknown_recorded"),
        ("children", {"children": [{"school": "Oakbank"}]}, "started"),
        ("children", {"children": [ADA]}, "needs_attention"),
        ("children", {"children": [ADA | {"age_years_estimated": "7"}]}, "complete"),
        ("children", {"children": [ADA | {"not_known": {"date_of_birth": "unknown"}}]}, "complete"),
        ("children", {"children": [{"not_known": {"given_name": "unknown"}}]}, "unknown_recorded"),
        ("adults", {"adults": [{"relationship": "mother"}]}, "started"),
        ("adults", {"adults": [{"given_name": "?"}]}, "unknown_recorded"),
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


@pytest.fixture
def refused(context, signed_in):
    """A call whose caller would not say who they are: its page, and what saving it told."""
    priya = signed_in("priya")
    take = priya.post("/contacts/", data={"kind": "request_for_service"}).location
    data = {"referrer.name": "refused", "referrer.safe_to_reply": "yes", "version": "0"}
    answer = priya.post(take.replace("/take", "/autosave"), data=data, headers={"Accept": "application/json"})
    return priya.get(take).text, answer.json


def test_a_caller_who_would_not_say_their_name_is_never_done(refused):
    page, saved = refused

    assert saved["sections"][0]["words"] == live.STATE_WORDS["unknown_recorded"]
    caller = page[page.index('href="#section-caller"') :]
    assert live.STATE_WORDS["unknown_recorded"] in caller[: caller.index("section-children")]
