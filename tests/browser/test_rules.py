"""A threshold is changed in Chromium: drafted in a form, proposed, and published by a second person, at any width."""

import pytest


@pytest.mark.parametrize("width", [1280, 320])
def test_a_threshold_is_changed_by_two_people(county, person, width):
    title, year = f"Missing under 14, at {width}", 2090 + width // 1000
    grace = person("grace", width).open("/rules/")
    grace.page.locator(".fd-card__title a").click()
    grace.look()
    grace.open("/rules/drafts/new")
    grace.page.fill("[name=title]", title)
    grace.press("Start it")
    draft = grace.page.url.removeprefix(county.address)
    grace.press("Change a rule")
    grace.press("Change A child under 13 is missing.")
    grace.page.fill("[name='conditions.1.value']", "14")
    grace.page.fill("[name=text]", "A child under 14 is missing.")
    grace.press("Work the examples out")
    # The Enter key keeps the rule, and presses no other button.
    with grace.page.expect_navigation():
        grace.page.press("[name='source.cite']", "Enter")
    grace.look()
    assert grace.sees("now counts ‘age in years’ below 14, was below 13")
    for path in ("/rules/new", "/text", "/discard"):
        grace.open(f"{draft}{path}")
    grace.open(f"{draft}/propose")
    grace.page.fill("[name=in_force_from]", f"{year}-04-01")
    grace.page.fill("[name=why]", "Agreed by the partnership.")
    grace.press("Propose it")
    assert grace.sees("A second person has to publish it")

    adam = person("adam", width).open(f"{draft}/publish")
    adam.page.check("[name=without_shadow_run]")
    adam.press("Publish, to count from")

    assert adam.sees("Published, not in force yet")
    adam.open(f"{adam.page.url.removeprefix(county.address)}?view=changes")
    # The one who comes second here is compared with what the first has published.
    assert adam.sees("The version of these rules is now")
