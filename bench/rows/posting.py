"""POST a contact to 201, how many in a second: eight clients at once, beside a bare endpoint of one INSERT and COMMIT.

From the first request's start to the last answer, both with gunicorn as `frontdoor run` starts it (two processes of
eight threads), on one PostgreSQL server, sent by the same clients in a process of their own on the same machine.
First with the web alone; then with the ringers and workers that share the machine's processors with it.
"""

from contextlib import AbstractContextManager

from bench.clients import Plan
from bench.house import County, House
from bench.sizes import Size
from bench.table import CouldNotMeasure, Row, at_least_times

CLIENTS = 8
WARM_SECONDS = 1.0
# More than any machine here sends; the bodies are made before the clock starts.
MOST_EACH_SECOND = 1500
SHARE = 0.3


def measure(house: House, size: Size) -> list[Row]:
    """Post for some seconds to each."""
    bare, alone, together = house.empty("bare"), house.county("posting"), house.county("posting_everything")
    bare.environ["DATABASE_URL"] = bare.owner_url
    floor = _rate(bare, bare.module("bench.bare", "/readyz"), size, path="/notes")
    rates = (
        ("POST a contact, web only", _rate(alone, alone.web_only(), size, token=alone.token())),
        ("POST a contact, everything runs", _rate(together, together.everything(), size, token=together.token())),
    )
    return [
        Row(what, rate, "/s", at_least_times(SHARE), floor, "bare INSERT + COMMIT", note=_note(what))
        for what, rate in rates
    ]


def _note(what: str) -> str:
    if "only" in what:
        return "ringers and workers are off; clients, web and PostgreSQL share the machine."
    return "ringers, workers and mail sink run and do what each contact promises, at the same time."


def _rate(
    county: County, running: AbstractContextManager[None], size: Size, *, token: str = "", path: str = ""
) -> float:
    path = path or Plan.path
    with running:
        warm = _plan(county, WARM_SECONDS, token, path, first=0)
        county.send(warm)
        answers = county.send(_plan(county, size.posting_seconds, token, path, first=warm.most))
    refused = [answer["status"] for answer in answers if answer["status"] != 201]
    if refused or not answers:
        raise CouldNotMeasure(f"Of {len(answers)} posts to {path}, {len(refused)} were not kept: {set(refused)}.")
    took = max(answer["answered"] for answer in answers) - min(answer["sent"] for answer in answers)
    return len(answers) / took


def _plan(county: County, seconds: float, token: str, path: str, *, first: int) -> Plan:
    most = int(seconds * MOST_EACH_SECOND)
    return Plan(port=county.port, token=token, clients=CLIENTS, seconds=seconds, most=most, path=path, first=first)
