"""Who agreed that a red one waits until morning: told wherever it is read, countersigned, and acted on where denied."""

import pytest
from sqlalchemy import select

from screening import put_off
from screening.db import db
from screening.errors import NotFound
from screening.models import Contact, QueueItem
from screening.queues.handover import packs
from tests.screening.queues import given, tokens
from tests.screening.queues.handover.test_night import KEY, MORNING, by, came, composed, said
from tests.screening.rota.given import at
from workers import countersign

pytestmark = pytest.mark.usefixtures("context")
WORDS = "Agreed: police are there till nine"


@pytest.fixture
def waits(context):
    """A red one for the morning, which Edith says that Ines agreed to."""
    given.clock_at(at("2026-11-24T22:00"))
    contact = came(urgency="red")
    said(contact, manager_id=given.user("ines").id, said=WORDS)
    return contact


def denied(contact):
    with by("ines"):
        put_off.countersign(contact.id, confirms=False, note="Nobody rang me")
    countersign.late(contact.id)


def test_who_agreed_and_in_which_words_stands_in_the_handover(waits):
    pack = composed(MORNING, "to_day")

    with by("sarah"):
        (entry,) = packs.shown(pack, KEY)

    assert entry["agreed"] == f"Ines Carvalho agreed by telephone: “{WORDS}”"


@pytest.mark.parametrize("place", ["/contacts/{}", "/contacts/{}?tab=history", "/contacts/{}/briefing"])
def test_who_agreed_stands_on_the_contact_and_its_briefing(waits, signed_in, place):
    db.session.commit()

    page = signed_in("sarah").get(place.format(waits.reference)).text

    assert "Ines Carvalho agreed by telephone" in page
    assert "history" in place or WORDS in page


def test_the_manager_who_was_named_finds_it_among_what_they_countersign_and_may_read_it(waits, signed_in):
    given.clock_at(at("2026-11-26T11:00"))
    db.session.commit()
    ines = signed_in("ines")
    page = ines.get("/countersign").text
    with by("ines"):
        readable = db.session.scalar(select(Contact.id).where(Contact.id == waits.id))
    ines.post(f"/countersign/{waits.id}", data={"answer": "confirms"})

    assert (waits.reference in page, WORDS in page, readable) == (True, True, waits.id)
    assert waits.reference not in ines.get("/countersign").text
    with by("ines"):
        assert put_off.waiting_for_viewer() == 0


def test_nobody_else_countersigns_it(waits):
    with by("grace"), pytest.raises(NotFound):
        put_off.countersign(waits.id, confirms=True)


@pytest.mark.parametrize(
    ("moment", "team"), [("2026-11-24T23:00", "emergency-duty"), ("2026-11-25T10:00", "screening")]
)
def test_what_is_denied_is_acted_on_at_once_by_who_is_open_and_the_duty_manager_is_told(waits, moment, team):
    given.clock_at(at(moment))
    denied(waits)

    lead = given.lead_of(waits)
    told = db.session.scalars(
        select(QueueItem).where(QueueItem.contact_id == waits.id, QueueItem.accept_due_at.is_(None))
    )
    assert (lead.team.slug, lead.urgency, lead.accept_due_at) == (team, "red", lead.queued_at)
    assert [(one.team.slug, one.why) for one in told] == [
        ("duty-manager", "Ines Carvalho does not confirm that this could wait until morning. Act now.")
    ]


def test_what_is_not_countersigned_in_time_is_told(waits):
    given.clock_at(at("2026-11-27T10:00"))
    countersign.late(waits.id)

    assert "has not countersigned that this could wait" in given.lead_of(waits).attention


def test_what_is_denied_is_not_said_to_wait_and_what_to_do_comes_first(waits, signed_in):
    denied(waits)
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{waits.reference}").text

    assert "Put off until morning, and denied" in page
    assert page.index("It does not wait: act now. Ines Carvalho did not agree") < page.index(WORDS)


def test_what_a_denial_lacks_is_asked_at_the_row_that_it_is_about(waits, signed_in):
    other = came(urgency="red")
    said(other, manager_id=given.user("ines").id, said=WORDS)
    given.clock_at(at("2026-11-25T10:00"))
    db.session.commit()

    refused = signed_in("ines").post(f"/countersign/{other.id}", data={"answer": "denies"})

    own = refused.text.partition(f"/countersign/{other.id}")[2].partition("</form>")[0]
    assert refused.status_code == 422
    assert 'id="note"' in own
    assert 'id="note-error"' in own
    assert refused.text.count('id="note"') == 1


def listed_by(client, token):
    return client.get("/api/v1/telephone-agreements", headers=tokens.headers(token)).json["put_off"]


def test_by_program_the_manager_lists_it_and_countersigns_it_once(waits, client):
    given.clock_at(at("2026-11-25T11:00"))
    db.session.commit()
    ines, grace = tokens.of_user("ines"), tokens.of_user("grace")
    (listed,) = listed_by(client, ines)
    place = f"/telephone-agreements/put-off/{listed['contact']}/countersign"
    denial = {"confirms": False, "note": "Nobody rang me"}
    others = tokens.post(client, grace, place, denial, version=None)
    silent = tokens.post(client, ines, place, denial | {"note": ""}, version=None)
    twice = [tokens.post(client, ines, place, denial, version=None, key="one") for _ in range(2)]
    late = tokens.post(client, ines, place, denial, version=None)

    assert (listed["said"], listed["written_by"], listed["confirms"]) == (WORDS, "Edith Marsh", None)
    assert [one.status_code for one in (others, silent, *twice, late)] == [404, 422, 200, 200, 409]
    assert twice[0].json == twice[1].json
    assert twice[0].json["note"] == "Nobody rang me"
    assert listed_by(client, ines) == []
