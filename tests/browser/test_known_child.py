"""A child whom a caller half names is found, confirmed and checked: in Chromium, with axe on each page."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Household, InvolvementList, PersonRelationship
from tests.browser.county import until
from tests.browser.deciding import decide, queued
from tests.screening.checks.given import partner
from tests.screening.people import indexed, made
from tests.screening.queues import given
from tests.workers.partners.simulated import partners_service

# Not Playwright's five seconds: the machine may be busy.
expect.set_options(timeout=20_000)
# A Thursday in office hours.
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FIRST = "[data-match='children.0']"
# What the team that gets her is told: who she is, and everything that was found of her.
BROUGHT = (
    "Catherine Smith",
    "Said on the call as Kathryn Smyth",
    "Daniel Smith, 12 years",
    "Open to Winchester",
    "Police, about Catherine Smith",
    "Education, about Catherine Smith",
    "What we think of this: worried.",
)
# What a handler is never told of a child who is known.
NOT_FOR_HANDLERS = re.compile(
    r"Winnie|child in need|Daniel|brothers or sisters in 12 months: [0-9]|September 2018|nobody has confirmed",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def simulator():
    with partners_service() as (_, address):
        yield address


@pytest.fixture(scope="module")
def family(county, simulator):
    """Catherine, who lived in Winchester Road, her brother with two contacts, and the case that she has."""
    county.clock_at(NOON)
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        home = {"line_1": "9 Sparrow Mead", "town": "Winchester", "postcode": "SO22 7ZZ", "until": None}
        before = {"line_1": "118 Winchester Road", "town": "Chandler's Ford", "postcode": "SO53 6ZZ"}
        homes = [home, before | {"until": date(2025, 11, 1)}]
        household = Household(source="case system", source_id="SH-1")
        db.session.add(household)
        db.session.flush()
        catherine = indexed.person(born="2018-09-14", sex="F", homes=homes, household_id=household.id)
        daniel = indexed.person("Daniel", born="2014-03-21", sex="M", homes=homes, household_id=household.id)
        db.session.add(PersonRelationship(person_id=catherine.id, other_id=daniel.id, kind="sibling", source="test"))
        for days in (402, 171):
            earlier = given.contact(first_received_at=NOON - timedelta(days=days), state="decided")
            made.link(given.person(earlier, "Daniel Smith", born=date(2014, 3, 21)), daniel)
        # The case system knows her by a number that is none of ours.
        given.involvement(
            "Catherine Smith", born=date(2018, 9, 14), team_slug="winchester", worker="Winnie Asante", as_at=NOON
        )
        told = {"whole": True, "read_at": NOON, "rows_kept": 1, "rows_refused": 0, "rows_untold": 0}
        db.session.add(InvolvementList(source="case system", as_at=NOON, **told))
        for register in ("police", "education"):
            shares = {"shares": ["names", "date_of_birth"], "about": ["child"]}
            partner(register, base_url=simulator, simulator=True, time_limit_seconds=5, **shares)
    with county.app.app_context():
        db.session.remove()


def a_call_about_kathryn(priya):
    """Take the call as far as the handler goes: find her, say that it is her, and send it; gives the reference."""
    page = priya.page
    priya.open("/contacts/")
    with page.expect_navigation():
        page.keyboard.press("1")
    reference = page.url.rsplit("/", 2)[1]
    # Who the caller is: until then what we know of others is folded away.
    page.select_option("[name='referrer.source_code']", "2A")
    for field, words in (("given_name", "Kathryn"), ("family_name", "Smyth"), ("age_years_estimated", "about seven")):
        page.fill(f"#children-0-{field}", words)
    page.locator("#children-0-address-line_1").press_sequentially("Winchester Road", delay=10)
    found = page.locator(f"{FIRST} .fd-match", has_text="Catherine Smith").first
    expect(found).to_contain_text("Surname sounds the same: Smyth / Smith")
    expect(found).to_contain_text("Street the same: lived there until 2025")
    assert page.locator(f"{FIRST} .fd-match").all_inner_texts().index(found.inner_text()) < 3
    priya.look()
    found.get_by_role("button", name="This is them").click()
    expect(page.locator(f"{FIRST} [data-match-settled]")).to_contain_text("Known; open to Winchester")
    page.fill("#narrative", "Came to school hungry. Her brother gets her up.")
    for answer in ("basic_needs_unmet", "low_mood"):
        page.locator(f"[name='children.0.answers.{answer}'][value=yes]").first.evaluate("field => field.click()")
    page.locator("[data-saved]", has_text="Saved").wait_for()
    priya.look()
    told_no_more(priya)
    priya.press("Check and send")
    told_no_more(priya)
    priya.press("Send to")
    told_no_more(priya)
    for part in ("", "?tab=people", "?tab=checks"):
        priya.open(f"/contacts/{reference}{part}")
        told_no_more(priya)
    return reference


def told_no_more(priya):
    assert not NOT_FOR_HANDLERS.search(priya.page.inner_text("main"))


def confirm(sarah, reference):
    sarah.open(f"/contacts/{reference}?tab=people")
    sarah.page.get_by_role("button", name="This is them Catherine Smith").first.click()
    expect(sarah.page.locator("main")).to_contain_text("Confirmed by Sarah")
    sarah.look()


def is_a_referral(sarah, reference):
    """Accept it from the queue, and decide for the child whom it is about."""
    queued(sarah, "screening", reference)
    sarah.press("Accept")
    sarah.open(f"/contacts/{reference}").press("Decide")
    decide(sarah, "assessment")


def sheets(person):
    """Print the page that they look at, on A4; gives how many sheets it takes."""
    return len(re.findall(rb"/Type\s*/Page\b", person.page.pdf(format="A4")))


def record_basis(sarah, reference):
    sarah.open(f"/contacts/{reference}?tab=checks").press("record on what basis it is shared")
    sarah.page.check("[name=lawful_basis][value=s47]")
    sarah.page.check("[name=agreement][value=not_sought]")
    sarah.page.select_option("[name=reason_code]", index=1)
    sarah.press("Keep this")


def test_a_child_who_is_half_named_is_found_confirmed_and_checked(person, family):
    priya, sarah = person("priya"), person("sarah")
    reference = a_call_about_kathryn(priya)
    confirm(sarah, reference)

    checks = sarah.page.locator("main")
    until(lambda: sarah.open(f"/contacts/{reference}?tab=checks").sees("Open to Winchester"))
    assert checks.inner_text().count("Earlier contact about a brother or sister") == 2
    assert not sarah.sees("winchester for")

    record_basis(sarah, reference)
    sarah.open(f"/contacts/{reference}?tab=checks")
    # One click, and no more: what policy proposes is ticked.
    sarah.press("Ask those who are ticked")
    for register in ("Police", "Education"):
        answered = sarah.page.locator(".fd-checks__item", has_text=register).first
        # Without a reload: the page asks by itself.
        expect(answered).to_contain_text(re.compile("Found|Nothing known"))
    sarah.look()

    is_a_referral(sarah, reference)
    winnie = person("winnie")
    queued(winnie, "winchester", reference)
    winnie.press("Accept")
    winnie.press("Briefing")
    for found in BROUGHT:
        assert winnie.sees(found), found
    assert sheets(winnie) == 1
