"""From a partner's contact to a team's decision through the JSON API, with every worker's work done in between."""

from datetime import timedelta

from tests.journeys.acting import RATIONALE, REFERRER, TOLD, accept, decide, work
from tests.screening.contacts.bodies import body, bruised_baby, child
from tests.screening.queues.given import TUESDAY_NIGHT, TUESDAY_NOON


def test_a_partners_contact_becomes_a_referral_that_a_team_decides(api, token, post_office):
    school, sarah, nadia = token(), token("user:sarah", user_name="sarah"), token("user:nadia", user_name="nadia")
    sent = body(referrer=REFERRER, children=[child(address={"postcode": "PO9 9ZZ"}), child(given_name="Leo")])
    reference = api("POST", "/contacts", school, status=201, json=sent)["reference"]
    work("urgent", "checks", "mail")

    accept(api, sarah, "screening", reference)
    found = api("GET", f"/contacts/{reference}", sarah)
    assert [check["outcome"] for check in found["checks"]] == ["nothing_known"] * 2
    decide(api, sarah, reference, "assessment")
    work("urgent")

    assert accept(api, nadia, "havant", reference)["team"] == "havant"
    decide(api, nadia, reference, "assessment")
    work("urgent")
    # Nobody has asked the family yet: it does not end by itself.
    assert api("GET", f"/contacts/{reference}", school)["state"] == "decided"
    for waited in api("GET", f"/contacts/{reference}/waited-for", nadia):
        if waited["kind"] == "agreement":
            agreed = {"answer": "given", "who": "Mother", "when": "today", "how": "by telephone"}
            api("POST", f"/contacts/{reference}/waited-for/{waited['id']}/answer", nadia, json=agreed)

    assert api("GET", f"/contacts/{reference}", school)["state"] == "closed"
    assert [letter["Subject"] for letter in post_office.taken] == [f"We have received your contact {reference}"]


def test_the_letter_holds_nothing_about_anybody(api, token, post_office):
    api("POST", "/contacts", token(), status=201, json=body(referrer=REFERRER, narrative="Ada was hit by Gary."))
    work("urgent", "checks", "mail")

    letter = post_office.taken[0].as_string()
    assert not [word for word in ("Ada", "Marlow", "Gary", "hit", "screening", "Level") if word in letter]


def test_a_child_with_no_further_action_ends_there(api, token):
    sarah = token("user:sarah", user_name="sarah")
    answers = dict.fromkeys(("immediate_danger", "needs_medical_help", "alleged_adult_has_access"), "no")
    sent = body(
        answers={"other_children_at_risk": "no"},
        children=[child(answers={"child_safe_now": "yes", **answers})],
    )
    reference = api("POST", "/contacts", token(), status=201, json=sent)["reference"]
    work("urgent", "checks")
    accept(api, sarah, "screening", reference)

    decide(api, sarah, reference, "no_further_action", level=1, urgency="green")

    assert api("GET", f"/contacts/{reference}", sarah)["state"] == "closed"


def test_red_goes_to_the_team_that_acts_with_screening_alerted(api, token):
    reference = api("POST", "/contacts", token(), status=201, json=bruised_baby())["reference"]
    work("urgent")

    integration = token("case system", "integration")
    assert api("GET", f"/contacts/{reference}", integration)["holder"]["team"] == "mash"
    alerted = api("GET", "/teams/screening/queue", integration)["items"]
    assert [(item["reference"], item["leads"]) for item in alerted] == [(reference, False)]


def test_at_night_red_is_the_emergency_duty_teams(api, token, at):
    at(TUESDAY_NIGHT)
    reference = api("POST", "/contacts", token(), status=201, json=bruised_baby())["reference"]
    work("urgent")

    assert (
        api("GET", f"/contacts/{reference}", token("case system", "integration"))["holder"]["team"] == "emergency-duty"
    )


def test_a_second_contact_about_a_child_meets_the_first(api, token):
    school, integration = token(), token("case system", "integration")
    first = api("POST", "/contacts", school, status=201, json=body())["reference"]
    second = api("POST", "/contacts", school, status=201, json=body(narrative="Again hungry."))["reference"]
    work("urgent", "checks")

    (check,) = api("GET", f"/contacts/{second}", integration)["checks"]
    assert check["outcome"] == "information_found"
    assert check["found"]["earlier"][0]["reference"] == first


def test_the_board_ends_calm(api, token):
    sarah = token("user:sarah", user_name="sarah")
    reference = api("POST", "/contacts", token(), status=201, json=body())["reference"]
    work("urgent", "checks", "mail")
    accept(api, sarah, "screening", reference)
    decide(api, sarah, reference, "information_and_advice", level=3, against_reason="The school gives breakfast.")

    board = api("GET", "/board", token("case system", "integration"))
    assert (board["in_no_queue"], board["needs_attention"]) == ([], [])
    assert sum(team["open"] for team in board["teams"]) == 0


def test_a_grave_decision_takes_effect_as_a_second_person_decides_the_same(api, token):
    grace, ines = token("user:grace", user_name="grace"), token("user:ines", user_name="ines")
    reference = api("POST", "/contacts", token(), status=201, json=bruised_baby())["reference"]
    work("urgent", "checks")
    accept(api, grace, "mash", reference)
    reason = "Seen by a doctor: an old mark, explained."
    (waits,) = decide(api, grace, reference, "assessment", against_reason=reason)

    assert waits["stands"] is False
    # Whoever is asked for a view of their own is not led by the first.
    assert api("GET", f"/contacts/{reference}", ines)["decisions"] == []
    version = api("GET", f"/contacts/{reference}", ines)["version"]
    view = {"outcome": "assessment", "level": 3, "urgency": "amber"}
    agreed = api("POST", f"/contacts/{reference}/decisions/{waits['id']}/confirm", ines, version=version, json=view)
    assert agreed["stands"] is True


def test_what_nobody_accepts_climbs_until_somebody_says_that_they_have_it(api, token, at):
    reference = api("POST", "/contacts", token(), status=201, json=body())["reference"]
    work("urgent")
    at(TUESDAY_NOON + timedelta(hours=4, minutes=30))
    work("urgent")
    sarah, tom = token("user:sarah", user_name="sarah"), token("user:tom", user_name="tom")

    (told,) = api("GET", "/escalations", sarah)["escalations"]
    assert (told["reference"], told["taken_by"]) == (reference, None)
    api("POST", f"/escalations/{told['id']}/take", sarah, json={})
    assert api("GET", "/escalations", tom)["escalations"][0]["taken_by"] == "Sarah Okafor"


def test_a_referral_is_returned_taken_back_and_not_closed_before_its_chronology_was_reviewed(api, token):
    sarah, nadia = token("user:sarah", user_name="sarah"), token("user:nadia", user_name="nadia")
    sent = body(children=[child(address={"postcode": "PO9 9ZZ"})])
    reference = api("POST", "/contacts", token(), status=201, json=sent)["reference"]
    work("urgent", "checks")
    accept(api, sarah, "screening", reference)
    decide(api, sarah, reference, "assessment")
    work("urgent")
    item = accept(api, nadia, "havant", reference)
    why = {"reason": "They moved to Winchester.", "to_team": "winchester"}
    back = api("POST", f"/queue-items/{item['id']}/return", nadia, version=item["version"], json=why)
    assert back["team"] == "screening"
    api("POST", f"/queue-items/{back['id']}/undo", nadia, version=back["version"], json={})

    ends = {"child": None, "outcome": "information_and_advice", "level": 3, "urgency": "amber", "family_told": TOLD}
    ends |= {"rationale": RATIONALE, "against_reason": "Seen at home, and safe."}
    held = api("GET", f"/contacts/{reference}", nadia)
    ends["child"] = held["contact"]["children"][0]["id"]
    place = f"/contacts/{reference}/decisions"
    refused = api("POST", place, nadia, status=422, version=held["version"], json=ends)
    assert "/chronology" in [error["pointer"] for error in refused["errors"]]

    (chronology,) = api("GET", f"/contacts/{reference}/chronology", nadia)["children"]
    seen = {"shown": [entry["key"] for entry in chronology["entries"]], "words": "Hungry; the school is not known."}
    assert api("POST", f"/contacts/{reference}/chronology/{chronology['id']}/reviewed", nadia, json=seen)["ready"]
    api("POST", place, nadia, status=201, version=held["version"], json=ends)
