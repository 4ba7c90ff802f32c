"""One day of a county: a night that is handed over, a morning that is full, and all that a day asks; axe on each page.

What a page shows is looked at here. What follows from it, without a browser, is in tests/journeys.
"""

import json
import os
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from screening import sink_store
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Contact, Escalation, QueueItem
from screening.sample.rota import seed_sample_rota
from tests.browser.county import SIDEWAYS, forgive, until
from tests.browser.deciding import decide, own_view, queued
from tests.screening.contacts.bodies import body, bruised_baby, child
from tests.screening.contacts.test_api import give_token
from tests.screening.people import made

# A story, not a page: its time is that of a busy machine.
DAY = 400
# A Wednesday's night, and the Thursday after it.
NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
BEFORE_NINE = datetime(2026, 11, 26, 8, 45, tzinfo=UTC)
AFTER_NINE = datetime(2026, 11, 26, 9, 5, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
GREEN = {"level": "2", "urgency": "green"}
IS_SAFE = {
    "child_safe_now": "yes",
    **dict.fromkeys(("immediate_danger", "needs_medical_help", "alleged_adult_has_access"), "no"),
}
SAFE = "At her grandmother's, who rang back"
SCHOOL = {
    "name": "Ms Adeyemi",
    "source_code": "2A",
    "agency": "Oakbank School",
    "email": "ms.adeyemi@oakbank.example.org",
    "phone": "01632 960177",
    "safe_to_reply": "yes",
}


def shot(somebody, name):
    if "SHOTS" in os.environ:
        width = somebody.page.viewport_size["width"]
        somebody.page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}-{width}.png", full_page=True)


def narrow(somebody, name):
    """Look at the page on a telephone, too."""
    shot(somebody, name)
    somebody.page.set_viewport_size({"width": 320, "height": 900})
    sideways = somebody.page.evaluate(SIDEWAYS)
    shot(somebody, name)
    somebody.page.set_viewport_size({"width": 1280, "height": 900})
    assert sideways <= 0, f"{somebody.page.url} scrolls sideways by {sideways} px"


def in_county(county, act):
    with county.app.app_context():
        with viewing(worker_viewer("test")), transaction():
            found = act()
        db.session.remove()
    return found


def sent(county, key, **changes):
    """Send a contact as a school's program does; gives back its reference."""
    token = in_county(county, lambda: give_token(f"school {key}"))
    headers = {**token, "Content-Type": "application/json", "Idempotency-Key": key}
    said = json.dumps({**body(referrer=SCHOOL), **changes}).encode()
    asked = urllib.request.Request(f"{county.address}/api/v1/contacts", said, headers, method="POST")
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)["reference"]


def accept(worker, team, reference):
    """Accept a contact from its team's queue; it opens."""
    queued(worker, team, reference)
    row = worker.page.locator(".fd-case", has=worker.page.locator(f"a[href*='{reference}']"))
    with worker.page.expect_navigation():
        row.get_by_role("button", name="Accept").click()
    worker.look()


def lower(worker, outcome, **view):
    """Decide lower than the rules propose: the reason is asked for once they see that it is."""
    decide(worker, outcome, **view)
    forgive(worker, "422")
    worker.page.fill("[name=against_reason]", "Seen by a doctor today: an old mark, explained.")
    worker.press("Decide for")


def night(person, county):
    """What came at night is triaged; the second person of a decision is rung."""
    county.clock_at(NIGHT)
    in_county(county, seed_sample_rota)
    red, amber = sent(county, "red", **bruised_baby()), sent(county, "amber", children=[child(given_name="Maya")])
    # Oscar is decided lower; Theo is still red when the shift changes.
    baby = bruised_baby()["children"][0]
    sent(county, "still red", children=[{**baby, "given_name": "Theo"}])
    edith = person("edith")
    until(
        lambda: (
            edith.page.goto(f"{county.address}/night") and all(edith.sees(name) for name in ("Oscar", "Maya", "Theo"))
        )
    )
    narrow(edith, "night")
    edith.press("Cannot wait Oscar")
    edith.press("Cannot wait Theo")
    waits = edith.page.locator("li", has_text=amber)
    waits.locator("summary").click()
    waits.locator("[name=reason]").fill(SAFE)
    edith.press("For the morning Maya")
    shot(edith, "night-triaged")

    edith.open(f"/contacts/{red}").press("Decide")
    lower(edith, "assessment")
    shot(edith, "night-decided")
    edith.open(f"/contacts/{red}?tab=decision").press("Write down what the manager said")
    edith.page.locator("[name=manager] option").nth(1).evaluate("one => one.selected = true")
    for name, value in (("outcome", "assessment"), ("level", "3"), ("urgency", "amber")):
        edith.page.check(f"[name={name}][value='{value}']")
    edith.page.fill("[name=said]", "The same, and somebody goes there at nine.")
    narrow(edith, "telephone")
    edith.press("Keep the call")
    assert edith.sees("by telephone"), edith.page.inner_text("main")


def morning(person, county):
    """The night is handed over, and signed by who opened each red one; the manager signs what they said."""
    county.clock_at(BEFORE_NINE)
    edith = person("edith").open("/handover/")
    narrow(edith, "handovers")
    edith.press("Night to day, 09:00 on 26 November 2026")
    edith.page.fill("[name=words]", "Oscar was seen. Nothing more.")
    edith.press("Keep these words")
    county.clock_at(AFTER_NINE)
    grace = person("grace").open("/handover/").press("Night to day, 09:00 on 26 November 2026")
    narrow(grace, "handover")
    pack = grace.page.url.removeprefix(county.address)
    grace.press("Take over and sign")
    forgive(grace, "422")
    for reference in (
        grace.page.locator("li", has_text="Red,")
        .locator("form[action*='/open/']")
        .evaluate_all("all => all.map(one => one.getAttribute('action'))")
    ):
        grace.page.locator(f"form[action='{reference}'] button").click()
        grace.open(pack)
    grace.press("Take over and sign")
    assert grace.sees("Signed by Grace")
    grace.open("/countersign")
    narrow(grace, "countersign")
    grace.press("I said this")
    shot(grace, "countersigned")


def brothers(reference):
    """Ada is known, with a brother elsewhere, and a sister whom Henry alone may know of."""
    contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
    ada, rosa, ben, cara = (made.person(name, born=born) for name, born in FAMILY)
    for one in (ada, ben, cara):
        made.related(rosa, one)
    made.restricted(cara, "henry")
    made.link(contact.children[0], ada)


FAMILY = [
    ("Ada Marlow", "2018-05-02"),
    ("Rosa Marlow", "1990-01-09"),
    ("Ben Stone", "2013-06-11"),
    ("Cara Stone", "2015-02-20"),
]


def surge(person, county):
    """A morning's contacts: brothers and sisters are decided apart, and a grave one by two people."""
    county.clock_at(AFTER_NINE + HALF_AN_HOUR)
    address = {"postcode": "PO9 9ZZ"}
    leo = child(given_name="Leo", date_of_birth="2015-01-30", address=address, answers=IS_SAFE)
    home = [child(address=address, answers=IS_SAFE), leo]
    group = sent(county, "group", children=home, answers={"other_children_at_risk": "no"})
    baby = sent(county, "baby", **bruised_baby())
    for name in ("Noor", "Ivo", "Tess"):
        sent(county, name, children=[child(given_name=name, address=address)])
    in_county(county, lambda: brothers(group))
    sarah = person("sarah")
    queued(sarah, "screening", group)
    sarah.open("/queues/screening?urgency=amber&urgency=green&together=yes")
    narrow(sarah, "queue")
    accept(sarah, "screening", group)
    sarah.press("Decide")
    sarah.page.wait_for_url("**/children")
    narrow(sarah, "children")
    decide(sarah, "assessment", **GREEN)
    narrow(sarah, "decided")
    sarah.press("Decide for Leo")
    own_view(sarah, **GREEN)
    sarah.press("Copy the reasons from Ada")
    narrow(sarah, "copied")
    decide(sarah, "information_and_advice", **GREEN)
    assert sarah.sees("Decided for Leo Marlow"), sarah.page.inner_text("main")

    grace = person("grace")
    accept(grace, "mash", baby)
    grace.press("Decide")
    lower(grace, "assessment")
    narrow(grace, "second-awaited")
    ines = person("ines").open(f"/contacts/{baby}/second-view")
    for name, value in (("outcome", "assessment"), ("level", "3"), ("urgency", "amber")):
        ines.page.check(f"[name={name}][value='{value}']")
    narrow(ines, "second-view")
    ines.press("Keep my view")
    assert ines.sees("You decided the same")
    henry = person("henry").open("/restricted-children")
    narrow(henry, "restricted")
    return group


def teams(person, county, group):
    """A referral comes back, is taken back, and does not end before its chronology was read."""
    county.clock_at(AFTER_NINE + 2 * HALF_AN_HOUR)
    nadia = person("nadia")
    accept(nadia, "havant", group)
    nadia.press("Return")
    nadia.page.fill("[name=reason]", "They moved to Fareham.")
    nadia.page.locator("[name=to_team]").select_option("winchester")
    narrow(nadia, "return")
    nadia.page.locator("main button[type=submit]").click()
    nadia.look()
    narrow(nadia, "taken-back")
    sarah = person("sarah").open("/queues/screening?tab=returned")
    narrow(sarah, "returned")
    assert sarah.sees("They moved to Fareham.")
    nadia.press("Take back")
    accept_again(nadia, group)

    nadia.open(f"/contacts/{group}").press("Decide")
    decide(nadia, "no_further_action", **GREEN)
    forgive(nadia, "422")
    narrow(nadia, "gate-refuses")
    nadia.open(f"/contacts/{group}/chronology")
    narrow(nadia, "gate")
    nadia.press("Open the chronology")
    narrow(nadia, "chronology")
    chronology = nadia.page.url.removeprefix(county.address)
    for part in ("Reword or drop", "Add an entry", "Brothers and sisters", "Copy for somebody"):
        nadia.open(chronology).press(part)
        narrow(nadia, "chronology-" + part.split()[0].lower())
    for name, words in (("recipient", "Dr Hale"), ("organisation", "Havant surgery"), ("purpose", "The conference")):
        nadia.page.fill(f"[name={name}]", words)
    nadia.page.check("[name='entries.0.shown'][value='left_out']")
    nadia.page.fill("[name=left_out_because]", "It is about somebody else.")
    nadia.press("Make the copy")
    narrow(nadia, "chronology-made")
    nadia.open(chronology)
    nadia.page.fill("[name=words]", "Hungry twice; nobody knows the school.")
    nadia.press("I have reviewed all of it")
    assert nadia.sees("Ready to close or transfer")
    nadia.open(f"/contacts/{group}").press("Decide")
    decide(nadia, "no_further_action", **GREEN)
    assert nadia.sees("Decided for Ada Marlow"), nadia.page.inner_text("main")


def accept_again(worker, reference):
    """Take hold of what one took back, where it waits again."""
    worker.open(f"/contacts/{reference}")
    if worker.page.get_by_role("button", name="Accept").count():
        worker.press("Accept")


def letters(person, county, group):
    """A receipt that came back is rung, by who said that they will."""
    county.clock_at(AFTER_NINE + 3 * HALF_AN_HOUR)
    sarah = person("sarah").open(f"/contacts/{group}?tab=messages")
    sarah.press("It came back undelivered")
    narrow(sarah, "to-ring")
    ring = sarah.page.locator("li", has_text=group)
    for button in ("I will ring them", "I have told them"):
        with sarah.page.expect_navigation():
            ring.get_by_role("button", name=button).first.click()
        sarah.look()
    assert sarah.sees("Nobody to ring")


def answered(person, county, group):
    """What a professional answers by the link of an outcome is work for people, for one who did not decide."""
    school = person()
    until(lambda: link_in(county, group))
    school.open(link_in(county, group))
    narrow(school, "reply")
    for name, words in REPLY.items():
        school.page.fill(f"[name={name}]", words)
    school.page.check("[name=ring]")
    school.press("Send this")
    narrow(school, "replied")
    ines = person("ines").open("/disagreements")
    narrow(ines, "disagreements")
    ines.press("Ms Adeyemi")
    ines.page.fill("[name=answer]", "Somebody looks at it again today, and rings you.")
    ines.page.fill("[name=next_step]", "Decided anew today.")
    narrow(ines, "disagreement")
    ines.press("Send my answer")


REPLY = {
    "name": "Ms Adeyemi, Oakbank School",
    "words": "She was hungry again today.",
    "number": "01632 960177",
    "disagree": "This needs more than advice.",
}


def link_in(county, reference):
    """Find the link by which an outcome may be answered, in the mail that went no further than this machine."""
    for mail in sink_store.newest(sink_store.folder_in(Path(county.environ["FRONTDOOR_DATA"]))):
        text = mail.text
        if reference in str(mail.letter["Subject"]) and "disagree" in text:
            return re.search(r"/reply/\S{43}", text).group()
    return ""


def step_of(county, reference):
    """How far an item has climbed by now, or nothing."""
    question = (
        select(Escalation.step)
        .join(Contact, Contact.id == Escalation.contact_id)
        .where(Contact.reference == reference, Escalation.ended_at.is_(None))
    )
    return in_county(county, lambda: db.session.scalar(question))


def is_placed(county, reference):
    question = select(QueueItem.id).join(Contact, Contact.id == QueueItem.contact_id)
    return in_county(county, lambda: db.session.scalar(question.where(Contact.reference == reference)))


def waiting(person, county):
    """What nobody accepted in time climbs to the manager, who says that they have it."""
    county.clock_at(AFTER_NINE)
    in_county(county, seed_sample_rota)
    reference = sent(county, "waits", children=[child(given_name="Zoe")])
    # Its time to be accepted runs from when it is placed: the clock may not move before.
    until(lambda: is_placed(county, reference))
    for later, step in ((14 * HALF_AN_HOUR, "team"), (56 * HALF_AN_HOUR, "manager")):
        county.clock_at(AFTER_NINE + later)
        until(lambda step=step: step_of(county, reference) == step)
    grace = person("grace").open("/told/")
    narrow(grace, "told")
    own = grace.page.locator(".fd-entry", has_text=reference)
    with grace.page.expect_navigation():
        own.get_by_role("button", name="I have it").click()
    # It opens the contact, to be seen to.
    grace.look()
    grace.open("/told/")
    assert "You have it since" in own.inner_text()
    shot(grace, "told-taken")
    for path in (
        "/queues/attention",
        "/queues/duty-manager",
        "/waited-for",
        "/rota/",
        "/rota/screening",
        "/rota/screening/people",
    ):
        narrow(grace.open(path), path.strip("/").replace("/", "-"))
    adam = person("adam")
    narrow(adam.open("/rota/screening/hours"), "hours")


def discussed(person, county):
    """A strategy discussion is called, and waited for."""
    county.clock_at(AFTER_NINE + 15 * HALF_AN_HOUR)
    baby = sent(county, "discussed", **bruised_baby())
    grace = person("grace")
    accept(grace, "mash", baby)
    grace.open(f"/contacts/{baby}").press("Allocate")
    narrow(grace, "allocate")
    grace.open(f"/contacts/{baby}").press("Decide")
    decide(grace, "strategy_discussion", level="4", urgency="red")
    grace.open(f"/contacts/{baby}/strategy")
    narrow(grace, "strategy-call")
    grace.page.fill("[name=because]", "A baby with a bruise.")
    grace.press("Call the discussion")
    narrow(grace, "strategy-record")
    grace.open(f"/contacts/{baby}?tab=decision")
    narrow(grace, "decisions-tab")
    grace.page.locator(".fd-items a").first.click()
    grace.look()
    narrow(grace, "awaited")


@pytest.mark.timeout(DAY)
def test_a_night_is_triaged_decided_with_the_manager_on_call_and_handed_over(person, county):
    night(person, county)
    morning(person, county)


@pytest.mark.timeout(DAY)
def test_a_morning_is_decided_returned_closed_and_answered(person, county):
    group = surge(person, county)
    teams(person, county, group)
    letters(person, county, group)
    answered(person, county, group)


@pytest.mark.timeout(DAY)
def test_what_nobody_takes_climbs_to_the_manager_who_has_it(person, county):
    waiting(person, county)


@pytest.mark.timeout(DAY)
def test_a_strategy_discussion_is_called_and_waited_for(person, county):
    discussed(person, county)
