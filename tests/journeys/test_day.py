"""A day through the JSON API: a surge, siblings who part, a receipt that came back, a chronology's entries."""

from tests.journeys.acting import REFERRER, accept, decide, work
from tests.screening.contacts.bodies import body, child

HOME = {"postcode": "PO9 9ZZ"}


def test_of_a_mornings_surge_nothing_is_in_no_queue(api, token, person):
    school, sarah = token(), person("sarah")
    sent = {api("POST", "/contacts", school, status=201, json=body())["reference"] for _ in range(12)}
    work("urgent", "checks", "mail")

    queue = api("GET", "/teams/screening/queue", sarah)
    assert {item["reference"] for item in queue["items"]} == sent
    assert api("GET", "/board", sarah)["in_no_queue"] == []


def test_brothers_and_sisters_are_decided_apart(api, token, person):
    sarah = person("sarah")
    sent = body(children=[child(address=HOME), child(given_name="Leo", address=HOME)])
    reference = api("POST", "/contacts", token(), status=201, json=sent)["reference"]
    work("urgent", "checks")
    accept(api, sarah, "screening", reference)

    ada, leo = api("GET", f"/contacts/{reference}", sarah)["contact"]["children"]
    made = decide(api, sarah, reference, "assessment", of=[ada])
    assert api("GET", f"/contacts/{reference}", sarah)["state"] == "received"
    made += decide(api, sarah, reference, "early_help", of=[leo])

    assert api("GET", f"/contacts/{reference}", sarah)["state"] == "decided"
    assert [(one["child"], one["outcome"]) for one in made] == [(ada["id"], "assessment"), (leo["id"], "early_help")]


def test_a_receipt_that_came_back_is_somebodys_to_ring(api, token, person, post_office):
    post_office.mode = "refuse"
    reference = api("POST", "/contacts", token(), status=201, json=body(referrer=REFERRER))["reference"]
    work("urgent", "checks", "mail")

    sarah = person("sarah")
    assert api("GET", f"/contacts/{reference}", sarah)["receipt"]["state"] == "failed"
    assert api("GET", "/board", sarah)["unreached"]["count"] == 1


def test_a_chronology_is_kept_reworded_and_added_to(api, token, person):
    sarah = person("sarah")
    reference = api("POST", "/contacts", token(), status=201, json=body())["reference"]
    work("urgent", "checks")
    accept(api, sarah, "screening", reference)
    place = f"/contacts/{reference}/chronology"
    (whole,) = api("GET", place, sarah)["children"]
    entry, entries = whole["entries"][0], f"{place}/{whole['id']}/entries"

    refused = api("POST", f"{entries}/{entry['key']}", sarah, status=422, json={"state": "dropped", "seen": None})
    assert [error["pointer"] for error in refused["errors"]] == ["/reason"]
    said = {"state": "reworded", "words": "Hungry on Mondays, the school says.", "seen": entry["answer"]}
    (whole,) = api("POST", f"{entries}/{entry['key']}", sarah, json=said)["children"]
    assert said["words"] in [one["words"] for one in whole["entries"]]
    # Read before somebody answered: it is not written over.
    api("POST", f"{entries}/{entry['key']}", sarah, status=409, json=said)

    own = {"happened": "May 2018", "words": "Moved in.", "source": "The health visitor", "significance": "high"}
    refused = api("POST", entries, sarah, status=422, json=own)
    assert [error["pointer"] for error in refused["errors"]] == ["/significance"]
    (whole,) = api("POST", entries, sarah, status=201, json=own | {"significance": "routine"})["children"]
    assert {"added", "reworded"} <= {one["state"] for one in whole["entries"]}
