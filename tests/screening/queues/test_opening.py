"""A team that is closed says so, and nothing that cannot wait is put with it."""

from datetime import UTC, datetime

import pytest

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Invalid
from screening.queues import opening, service
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
REASON = "The family lives in Havant since May."
FRIDAY_NIGHT = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "slug", "words"),
    [
        (given.TUESDAY_NIGHT, "havant", "closed until 09:00 tomorrow"),
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), "havant", "closed until 09:00"),
        (FRIDAY_NIGHT, "havant", "closed until 09:00 on 30 November 2026"),
        (given.TUESDAY_NOON, "havant", ""),
        (given.TUESDAY_NOON, "emergency-duty", "closed until 17:00"),
        (given.TUESDAY_NIGHT, "emergency-duty", ""),
        (given.TUESDAY_NIGHT, "duty-manager", ""),
    ],
)
def test_a_closed_team_says_until_when(moment, slug, words):
    given.clock_at(moment)

    assert opening.closed_words(given.team(slug), now()) == words


def transfer(item, to_team):
    db.session.flush()
    with viewing(user_viewer(given.user("edith"))):
        return service.transfer(item.id, version=item.version, reason=REASON, to_team=to_team)


def at_night(*, urgency="amber", **scored):
    given.clock_at(given.TUESDAY_NIGHT)
    contact = given.contact(**{"urgency": urgency, **scored})
    return given.item(contact, "emergency-duty", urgency=urgency or "red")


@pytest.mark.parametrize("scored", [{"urgency": "red"}, {"hard_open": True}, {"urgency": None}])
def test_what_cannot_wait_is_not_put_with_a_closed_team(scored):
    item = at_night(**scored)

    with pytest.raises(Invalid) as refused:
        transfer(item, "havant")

    assert item.state == "waiting"
    (said,) = refused.value.fields["/to_team"]
    assert said.startswith("Havant assessment team is closed until 09:00 tomorrow, and this cannot wait.")
    assert said.endswith("open now, such as the emergency duty team, or ring the duty manager.")


def test_what_was_raised_to_red_by_hand_is_not_put_with_a_closed_team():
    item = at_night()
    item.urgency = "red"

    with pytest.raises(Invalid):
        transfer(item, "havant")


def test_red_goes_to_a_team_that_is_open():
    assert transfer(at_night(urgency="red"), "duty-manager").team.slug == "duty-manager"


def test_what_can_wait_goes_to_a_closed_team():
    assert transfer(at_night(), "havant").team.slug == "havant"


def test_the_page_names_the_closed_teams_and_keeps_what_was_typed(signed_in):
    item = at_night(urgency="red")
    edith, address = signed_in("edith"), f"/queues/items/{item.id}/transfer"

    form = edith.get(address).text
    answer = edith.post(address, data={"version": item.version, "reason": REASON, "to_team": "havant"})

    assert "Havant assessment team (closed until 09:00 tomorrow)" in form
    assert form.index(">Duty manager<") < form.index("Havant assessment team")
    assert answer.status_code == 422
    assert "Havant assessment team is closed until 09:00 tomorrow, and this cannot wait." in answer.text
    assert REASON in answer.text


def test_what_no_queue_holds_and_cannot_wait_is_not_placed_with_a_closed_team(signed_in):
    given.clock_at(given.TUESDAY_NIGHT)
    lost = given.contact(urgency="red")

    answer = signed_in("grace").post(f"/queues/unheld/{lost.reference}/place", data={"to_team": "havant"})

    assert answer.status_code == 422
    assert "this cannot wait" in answer.text
