"""Who is told that nobody signed a handover can open it, read what it holds, and sign it."""

import pytest
from sqlalchemy import delete, select

from screening.db import db, now
from screening.errors import Invalid, NotFound
from screening.left_waiting import unsigned
from screening.models import Contact, EscalationNotice, Membership, User
from screening.queues import placing
from screening.queues.handover import packs
from tests.screening.queues import given
from tests.screening.queues.handover.test_night import GONE, KEY, MORNING, by, came, composed
from tests.screening.rota import given as rota
from tests.screening.rota.given import at

pytestmark = pytest.mark.usefixtures("context")
LATE = at("2026-11-25T09:31")
TOLD_THEM = "Rang Sarah, who starts with the red one now"


@pytest.fixture
def red(context):
    given.clock_at(at("2026-11-25T02:00"))
    return came(urgency="red")


@pytest.fixture
def pack(red):
    """The morning's handover, which nobody of the screening team has signed; nobody is on call, or a duty manager."""
    db.session.execute(delete(Membership).where(Membership.team_id == given.team("duty-manager").id))
    pack = composed(MORNING, "to_day")
    given.clock_at(LATE)
    packs.escalate(pack.id)
    return pack


def told():
    found = select(User).join(EscalationNotice, EscalationNotice.user_id == User.id)
    return list(db.session.scalars(found.order_by(User.user_name)).unique())


def test_whoever_is_told_where_nobody_is_on_call_opens_it_with_all_that_it_holds(pack, red):
    assert [user.user_name for user in told()] == ["grace", "henry", "ines"]

    for user in told():
        with by(user.user_name):
            (entry,) = packs.shown(packs.one(pack.id), KEY)
            assert (entry["child"], entry["opens"]) == ("Ada Marlow", True)
            assert packs.own() == [pack]
            assert unsigned.waiting_for_viewer(now()) == 1


def test_the_manager_on_call_opens_what_it_holds_whatever_team_they_are_of(red):
    rota.shift("duty-manager", "henry", "2026-11-25T08:00", "2026-11-25T18:00", "on_call_manager")
    pack = composed(MORNING, "to_day")
    given.clock_at(LATE)
    packs.escalate(pack.id)

    with by("henry"):
        (entry,) = packs.shown(packs.one(pack.id), KEY)
    assert entry["opens"] is True
    with by("winnie"), pytest.raises(NotFound):
        packs.one(pack.id)


def test_they_sign_in_the_teams_place_once_they_opened_each_red_one_and_said_whom_they_told(pack, red):
    with by("henry"):
        with pytest.raises(Invalid) as refused:
            packs.sign(pack.id, KEY, not_reached=GONE)
        packs.open_one(pack.id, red.reference)
        packs.sign(pack.id, KEY, not_reached=GONE, in_place=TOLD_THEM)

    assert set(refused.value.fields) == {"/sign", "/in_place"}
    assert (pack.in_by, unsigned.alarm(now())) == (given.user("henry"), None)
    assert f"Signed in place of Screening team: {TOLD_THEM}\nHenry Castell" in packs.words(pack, KEY)


def test_before_it_is_late_nobody_signs_in_the_place_of_another_team(red):
    pack = composed(MORNING, "to_day")

    with by("henry"), pytest.raises(NotFound):
        packs.sign(pack.id, KEY, not_reached=GONE, in_place=TOLD_THEM)


def reads(contact, user_name="henry"):
    with by(user_name):
        return db.session.scalar(select(Contact.id).where(Contact.id == contact.id)) is not None


def test_whoever_is_told_of_one_is_not_told_of_those_before_it(red):
    db.session.execute(delete(Membership).where(Membership.team_id == given.team("duty-manager").id))
    before = composed(MORNING, "to_day")
    placing.end(given.lead_of(red))
    newest = composed(at("2026-11-25T16:45"), "to_night")
    given.clock_at(at("2026-11-25T17:31"))
    packs.escalate(newest.id)

    assert ("henry" in {user.user_name for user in told()}, reads(red)) == (True, False)
    with by("henry"):
        assert packs.own() == [newest]
        with pytest.raises(NotFound):
            packs.sign(before.id, KEY, not_reached=GONE, in_place=TOLD_THEM)
    assert unsigned.told(before) == []


def test_once_a_later_one_is_signed_whoever_was_told_signs_and_reads_that_before_no_more(pack, red):
    later = composed(at("2026-11-25T16:45"), "to_night")
    assert reads(red)
    with by("edith"):
        packs.open_one(later.id, red.reference)
        packs.sign(later.id, KEY, not_reached=GONE)

    assert (reads(red), unsigned.told(pack)) == (False, [])
    with by("henry"), pytest.raises(NotFound):
        packs.sign(pack.id, KEY, not_reached=GONE, in_place=TOLD_THEM)


@pytest.mark.parametrize("on_call", [True, False])
def test_what_an_unsigned_one_holds_is_read_for_ten_hours_from_when_one_was_told(pack, red, on_call):
    if on_call:
        rota.shift("duty-manager", "henry", "2026-11-25T08:00", "2026-11-26T18:00", "on_call_manager")
    given.clock_at(at("2026-11-26T04:59"))
    packs.escalate(pack.id)
    given.clock_at(at("2026-11-26T14:58"))
    assert reads(red)

    given.clock_at(at("2026-11-26T15:00"))
    assert not reads(red)


def test_the_page_says_who_was_told_and_leads_there_from_the_alarm(pack, red, signed_in):
    db.session.commit()
    henry = signed_in("henry")
    page, alarm = henry.get(f"/handover/{pack.id}").text, henry.get("/told/").text

    names = ", ".join(user.name for user in told())
    assert f"Told instead: {names}." in page
    assert ('name="in_place"' in page, 'href="/handover/"' in alarm) == (True, True)
