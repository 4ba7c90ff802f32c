"""What people of the county do through the API, in a line."""

from workers import run

RATIONALE = dict.fromkeys(("worried", "going_well", "history", "views", "identity"), "What we think of it.")
TOLD = {"who": "Mother", "when": "today", "how": "by telephone"}
REFERRER = {
    "name": "Ms Adeyemi",
    "source_code": "2A",
    "email": "ms.adeyemi@oakbank.example.org",
    "safe_to_reply": "yes",
}


def work(*queues):
    for queue in queues:
        while run.work_one(queue, "test"):
            pass


def accept(api, person, team, reference):
    queue = api("GET", f"/teams/{team}/queue", person)
    item = next(item for item in queue["items"] if item["reference"] == reference)
    return api("POST", f"/queue-items/{item['id']}/accept", person, version=item["version"], json={})


def decide(api, person, reference, outcome, *, of=None, **more):
    contact = api("GET", f"/contacts/{reference}", person)
    answer = {"outcome": outcome, "level": 3, "urgency": "amber", "rationale": RATIONALE, "family_told": TOLD, **more}
    # Written once, and said to be true of each of them as it stands.
    answer |= {"confirmed_same": list(RATIONALE)}
    return [
        api(
            "POST",
            f"/contacts/{reference}/decisions",
            person,
            status=201,
            version=api("GET", f"/contacts/{reference}", person)["version"],
            json={**answer, "child": child_of_it["id"]},
        )
        for child_of_it in of or contact["contact"]["children"]
    ]
