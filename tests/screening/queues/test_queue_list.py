"""What a queue lists: its filters, its order, the places at which its pages begin, and whom its work waits on."""

from datetime import timedelta

import pytest
from flask import current_app

from screening.db import db, now
from screening.decisions.awaited import service as awaited
from screening.models import NamedReader, OwnView
from screening.queues import paging, placing, queries
from screening.queues.queries import team_queue
from screening.queues.rows import shown
from screening.queues.wanted import NOBODY, NOT_KNOWN, Wanted
from tests.screening.queues import given
from tests.screening.queues.test_service import seen_as

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def item_of(name="Ada Marlow", team="screening", postcode=None, **more):
    contact = given.contact()
    given.person(contact, name, postcode=postcode)
    return given.item(contact, team, **more)


def listed(by="sarah", slug="screening", **wanted):
    with seen_as(by):
        return [row.item for row in team_queue(slug, Wanted(**wanted)).rows]


def holder(user_name):
    return {"state": "accepted", "holder_id": given.user(user_name).id, "accepted_at": now()}


def test_next_to_breach_is_first_then_the_higher_level_then_the_older():
    due = now() + timedelta(hours=1)
    older, higher, sooner = (
        item_of(due_at=due),
        item_of(due_at=due, level=3),
        item_of(due_at=due - timedelta(minutes=1)),
    )
    younger = item_of(due_at=due)

    assert listed() == [sooner, higher, older, younger]


@pytest.mark.parametrize("tab", ["new", "done_today"])
def test_pages_follow_each_other_without_loss_or_double_while_work_comes_and_goes(monkeypatch, tab):
    monkeypatch.setattr(queries, "PAGE_ROWS", 2)
    ended = {"state": "done"} if tab == "done_today" else {}
    due = now() + timedelta(hours=1)
    for minutes in range(5):
        at = now() - timedelta(minutes=minutes)
        item_of(due_at=due + timedelta(minutes=minutes % 3), **({**ended, "ended_at": at} if ended else {}))
    with seen_as("sarah"):
        pages = [team_queue("screening", Wanted(tab=tab))]
        # What comes before the place moves no page.
        item_of(due_at=now())
        while pages[-1].after:
            pages.append(team_queue("screening", Wanted(tab=tab, after=pages[-1].after)))
        back = team_queue("screening", Wanted(tab=tab, before=pages[-1].before))

    seen = [row.item.seq for page in pages for row in page.rows]
    assert (len(seen), len(set(seen))) == (5, 5)
    assert [row.item for row in back.rows] == [row.item for row in pages[-2].rows]
    assert pages[-1].after == ""


@pytest.mark.parametrize("written", ["", "nonsense", "W10", "WzEsMl0", "%00"])
def test_what_is_no_place_is_the_first_page(written):
    item = item_of()

    assert paging.read(written) is None
    assert listed(after=written) == [item]


def test_work_is_filtered_by_who_holds_it():
    item_of(**holder("grace"))
    toms = item_of(**holder("tom"))

    assert listed(tab="held", worker=given.user("tom").id) == [toms]


def test_work_is_filtered_by_where_the_children_live_and_unknown_is_an_area_of_its_own():
    havant, unknown = item_of(postcode="PO9 1AA"), item_of()
    half = item_of(postcode="PO9")
    item_of(postcode="SO23 8UG")

    assert listed(area="havant") == [havant, half]
    assert listed(area="PO9") == [havant, half]
    assert listed(area=NOT_KNOWN) == [unknown]


def waiting_items():
    """One item for each that work can wait on, with the code of that."""
    asked = item_of(**holder("tom"))
    given.check(asked.contact.children[0], "police")
    second = item_of(**holder("tom"))
    given.item(second.contact, "duty-manager", step="second_person", leads=False)
    approval = item_of(**holder("tom"))
    placing.flag(approval, placing.APPROVAL, cause="approval")
    elsewhere = item_of(**holder("tom"))
    given.decision(elsewhere.contact.children[0], "another_authority")
    items = {"police": asked, "second_person": second, "approval": approval, "elsewhere": elsewhere}
    return items | {kind: item_that_awaits(kind) for kind in ("agreement", "step_down", "strategy_discussion")}


def item_that_awaits(kind):
    item = item_of(**holder("tom"))
    awaited.wait_for(kind, given.decision(item.contact.children[0]))
    return item


def test_what_waits_on_others_says_on_whom_and_since_when():
    expected = waiting_items()
    free = item_of()
    db.session.flush()
    given.clock_at(given.TUESDAY_NOON + timedelta(days=2, minutes=1))

    with seen_as("sarah"):
        rows = team_queue("screening", Wanted(tab="waiting")).rows

    said = {row.waits[0].code: row.item for row in rows}
    assert said == expected
    assert {(now() - row.waits[0].since).days for row in rows} == {2}
    assert free not in said.values()
    for code, item in expected.items():
        assert listed(tab="waiting", waiting_on=code) == [item]
    assert listed(waiting_on=NOBODY) == [free]


def test_our_own_records_and_a_partner_whom_we_have_to_ring_are_not_others_to_wait_on():
    item = item_of()
    given.check(item.contact.children[0])
    given.check(item.contact.children[0], "police", way="phone")

    assert listed(tab="waiting") == []


def test_who_holds_how_many_stands_beside_each_name_and_no_restricted_contact_is_counted():
    item_of(**holder("tom"))
    hidden = item_of(**holder("tom"))
    hidden.contact.restricted = True

    with seen_as("sarah"):
        holding = {one.user.name: one.items for one in team_queue("screening", Wanted()).holding}

    assert holding == {"Grace Lindqvist": 0, "Ines Carvalho": 0, "Sarah Okafor": 0, "Tom Whitlock": 1}


def test_the_address_of_a_filtered_list_is_kept_by_its_pages_its_refresh_and_its_fields(signed_in):
    item_of(urgency="red", postcode="PO9 1AA")
    db.session.commit()
    address = "/queues/screening?tab=new&urgency=red&level=2&area=havant&waiting_on=nobody"

    page = signed_in("sarah").get(address).text

    assert "Ada Marlow" in page
    assert "/queues/screening/live?tab=new&amp;urgency=red&amp;level=2&amp;waiting_on=nobody&amp;area=havant" in page
    assert '<option value="havant" selected>' in page
    nothing = signed_in("sarah").get("/queues/screening?area=winchester").text
    assert "New has 1 without these filters." in nothing


def test_those_of_one_home_stand_together_where_the_first_of_them_stands_and_no_street_is_a_home(signed_in):
    due = now() + timedelta(hours=1)
    minutes = iter(range(9))

    def at(line, name):
        contact = given.contact()
        given.person(contact, name, address_line_1=line, postcode="PO9 1AA")
        return given.item(contact, due_at=due + timedelta(minutes=next(minutes)))

    first, other, second = (
        at("12 Mill Lane", "Ada Marlow"),
        at("14 Mill Lane", "Ben Hart"),
        at("12, Mill Lane", "Cas Fox"),
    )
    db.session.commit()

    assert listed(together=True) == [first, second, other]
    assert listed() == [first, other, second]
    page = signed_in("sarah").get("/queues/screening?together=yes").text
    assert page.count("One home: 2 in this list") == 1
    assert page.count("Not of one home") == 1


@pytest.mark.parametrize(
    ("urgency", "level", "words"),
    [
        ("green", 2, "The handler said red, level 4; the rules say green, level 2."),
        ("green", 4, "The handler said red; the rules say green."),
        ("red", 4, ""),
    ],
)
def test_a_row_says_where_the_handler_and_the_rules_differ(urgency, level, words):
    item = item_of()
    said = {"level": 4, "urgency": "red", "kept_at": now(), "score": None}
    db.session.add(OwnView(contact_id=item.contact_id, stage="call", user_id=given.user("priya").id, **said))
    given.screening(item.contact, level=level, urgency=urgency)
    db.session.flush()

    with current_app.test_request_context(), seen_as("sarah"):
        [row] = team_queue("screening", Wanted()).rows
        told = shown(row)

    assert told["said_on_call"] == words


def counted(by):
    with seen_as(by):
        found = team_queue("screening", Wanted())
        return [found.counts["held"] + found.counts["mine"], sum(one.items for one in found.holding), len(found.newest)]


def test_what_one_viewer_counts_is_not_counted_for_the_next():
    contact = given.contact()
    before = counted("sarah"), counted("tom")
    given.item(contact, "screening", **holder("sarah"))
    given.item(contact, "screening", leads=False)
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user("sarah").id))
    db.session.flush()

    sarahs, toms = before
    assert (counted("sarah"), counted("tom")) == ([many + 1 for many in sarahs], toms)


def test_what_ended_today_is_no_longer_counted_tomorrow():
    item_of(state="done", ended_at=now())
    with seen_as("sarah"):
        today = team_queue("screening", Wanted()).counts["done_today"]
        given.clock_at(given.TUESDAY_NOON + timedelta(days=1))
        tomorrow = team_queue("screening", Wanted()).counts["done_today"]

    assert (today, tomorrow) == (1, 0)
