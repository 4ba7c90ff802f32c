"""A night through the JSON API: triage, a manager rung, the handover signed, what was said countersigned."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from routing_rules.clocks import LONDON
from screening.access import user_viewer, viewing, worker_viewer
from screening.db import db, transaction
from screening.decisions import by_telephone
from screening.decisions.answers import View
from screening.models import Decision
from tests.journeys.acting import accept, decide, work
from tests.screening.contacts.bodies import body, bruised_baby
from tests.screening.queues import given
from tests.screening.rota.given import night as rota_of_the_night

EVENING, LATE, MORNING, DAY = (
    datetime.fromisoformat(text).replace(tzinfo=LONDON)
    for text in ("2026-11-24T16:45", "2026-11-24T22:00", "2026-11-25T08:45", "2026-11-25T10:00")
)
SAFE = "At her grandmother's tonight, who rang back."
DUTY = "emergency-duty"


@pytest.fixture
def evening(at):
    at(EVENING)
    with viewing(worker_viewer("test")), transaction():
        rota_of_the_night()


def came_late(api, token, at, sent):
    at(LATE)
    reference = api("POST", "/contacts", token(), status=201, json=sent)["reference"]
    work("urgent", "checks", "mail")
    return reference


def triaged(api, person, reference, **said):
    (row,) = (one for one in api("GET", "/night", person)["contacts"] if one["reference"] == reference)
    said = {"answer": "morning", "reason": SAFE, "version": row["version"], **said}
    return api("POST", f"/night/{reference}/triage", person, json=said)


def test_what_can_wait_is_in_the_day_teams_queue_in_the_morning(api, token, person, at, evening):
    edith = person("edith")
    reference = came_late(api, token, at, body())
    refused = api("POST", f"/night/{reference}/triage", edith, status=422, json={"answer": "perhaps"})
    assert [error["pointer"] for error in refused["errors"]] == ["/answer"]

    (row,) = triaged(api, edith, reference)["contacts"]

    assert (row["answer"], row["answered_by"], row["team"]) == ("morning", "Edith Marsh", "Screening team")


def test_a_red_waits_only_with_a_managers_word(api, token, person, at, evening):
    edith = person("edith")
    reference = came_late(api, token, at, bruised_baby())
    (row,) = api("GET", "/night", edith)["contacts"]
    said = {"answer": "morning", "reason": SAFE, "version": row["version"]}

    refused = api("POST", f"/night/{reference}/triage", edith, status=422, json=said)

    assert [error["pointer"] for error in refused["errors"]] == ["/manager", "/said"]
    manager = row["to_ring"][0]
    assert manager["name"] == "Ines Carvalho"
    (row,) = triaged(api, edith, reference, manager=manager["id"], said="She stays in hospital tonight.")["contacts"]
    assert row["agreed_by"] == manager["name"]


def test_the_morning_opens_each_red_one_and_signs(api, token, person, at, evening):
    edith, sarah = person("edith"), person("sarah")
    # Composed for the evening: the county's first.
    assert [one["kind"] for one in api("GET", "/handovers", sarah)["handovers"]] == ["to_night"]
    reference = came_late(api, token, at, bruised_baby())
    triaged(api, edith, reference, answer="cannot_wait")
    at(MORNING)

    pack = next(one for one in api("GET", "/handovers", edith)["handovers"] if one["kind"] == "to_day")
    place = f"/handovers/{pack['id']}"
    assert [error["pointer"] for error in unworded(api, edith, place)] == ["/words"]
    api("POST", f"{place}/words", edith, json={"words": "Oscar is on the ward until noon."})
    refused = api("POST", f"{place}/sign", sarah, status=422, json={})
    assert [error["pointer"] for error in refused["errors"]] == ["/sign"]
    api("POST", f"{place}/contacts/{reference}/open", sarah, json={})
    signed = api("POST", f"{place}/sign", sarah, json={})

    assert (signed["signed_by"], signed["words"]) == ("Sarah Okafor", "Oscar is on the ward until noon.")
    assert [(one["reference"], one["opened"]) for one in signed["entries"]] == [(reference, True)]
    api("POST", f"{place}/sign", sarah, status=409, json={})


def unworded(api, person, place):
    return api("POST", f"{place}/words", person, status=422, json={"words": " "})["errors"]


def test_what_a_manager_said_at_night_is_countersigned_by_day(api, token, person, at, evening):
    edith, ines = person("edith"), person("ines")
    reference = came_late(api, token, at, bruised_baby())
    accept(api, edith, DUTY, reference)
    (waits,) = decide(api, edith, reference, "assessment", against_reason="Seen by a doctor: an old mark.")
    rung(waits["id"])
    at(DAY)

    (told,) = api("GET", "/telephone-agreements", ines)["agreements"]
    place = f"/telephone-agreements/{told['id']}/countersign"
    refused = api("POST", place, ines, status=422, json={"confirms": False})
    assert [error["pointer"] for error in refused["errors"]] == ["/note"]
    api("POST", place, person("grace"), status=404, json={"confirms": True})
    assert api("POST", place, ines, json={"confirms": True})["confirms"] is True
    assert api("GET", "/telephone-agreements", ines)["agreements"] == []


def rung(decision_id):
    with viewing(user_viewer(given.user("edith"))), transaction():
        decision = db.session.scalars(select(Decision).where(Decision.id == UUID(decision_id))).one()
        view = View(outcome="assessment", level=3, urgency="amber")
        ines = given.user("ines").id
        call = by_telephone.Call(manager_id=ines, rung_at=LATE, said="Yes, as the doctor said.", view=view)
        by_telephone.keep(decision=decision, call=call)
