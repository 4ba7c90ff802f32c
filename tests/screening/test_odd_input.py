"""Odd paths, questions and bodies on every route, as people and as programs: words, never a 5xx [F36, F38]."""

from collections import Counter
from uuid import UUID
from zlib import crc32

import pytest

from screening.access import client_viewer, user_token_viewer, user_viewer
from screening.db import db
from screening.sign_in import SIGNED_IN, permission_of
from tests.screening.decisions import given
from tests.screening.queues import tokens

# What no row has: for parts of addresses of which the tests here have none that is real.
NOBODYS = str(UUID(int=1))
PEOPLE = ("priya", "sarah", "grace")
ODD_PARTS = (
    "%00",
    "a%00b",
    "..%2F..%2Fetc%2Fpasswd",
    "%FF%FE%F0%9F%92%A5%0D%0AX-Odd:%201",
    "';--{{7*7}}%s%n",
    "x" * 4000,
    "-1",
    "00000000-0000-0000-0000-000000000000",
)
QUESTIONS = ("page", "tab", "urgency", "level", "copy", "next", "since", "sort")
ODD_ANSWERS = ("-1", "9" * 30, "a%00b%FF%F0%9F%92%A5'%20or%201=1--")
# Ready it is not while no worker runs; the API's description and the files of the pages take no questions.
TAKE_NO_QUESTION = ("health.readyz", "api-docs.openapi_json", "static")
FIELDS = (
    "version", "action", "kind", "user_name", "password", "outcome", "level", "urgency", "own_level", "own_urgency",
    "reason", "to_team", "to_user", "override_reason", "against_reason", "acknowledged_missing", "child", "narrative",
    "contact_type", "channel", "children.0.given_name", "children.99999999999.given_name", "children.-1.x", "a.b.c.d",
    "answers.child_safe_now", "rationale.worried", "family_told.who", "add_children", "remove_children", "next", "key",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
ODD_BODIES = {
    "empty": (b"", FORM),
    "no form": (b'{"version": 1}', "application/json"),
    "not UTF-8": (b"version=1&reason=\xff\xfe%FF&narrative=%C3%28", FORM),
    "huge": (b"reason=" + b"x" * 1_100_000, FORM),
    "NUL everywhere": ("&".join(f"{name}=a%00b" for name in FIELDS).encode(), FORM),
    "numbers": ("&".join(f"{name}={'9' * 30}" for name in FIELDS).encode(), FORM),
    "negative": ("&".join(f"{name}=-1" for name in FIELDS).encode(), FORM),
    "code": ("&".join(f"{name}=%27%3B--%7B%7B7*7%7D%7D%25s%3Cb%3E" for name in FIELDS).encode(), FORM),
    "many": (b"&".join(b"f%d=1" % n for n in range(6000)), FORM),
    "cut off": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', "multipart/form-data; boundary=x"),
    "no boundary": (b"--x", "multipart/form-data"),
}
# The framework turns these away, or reads them as an empty form, whatever the route: each route is asked some of them.
BEFORE_ANY_VIEW = ("huge", "cut off", "no boundary", "no form", "no JSON", "a form")
ODD_JSON = {
    "empty": (b"", "application/json"),
    "no JSON": (b"{", "application/json"),
    "a list": (b"[]", "application/json"),
    "not UTF-8": (b'{"reason": "\xff"}', "application/json"),
    "NUL": (b'{"reason": "a\\u0000b", "to_team": "\\u0000", "text": "\\u0000"}', "application/json"),
    "a form": (b"reason=x", FORM),
    "huge": (b'{"reason": "' + b"x" * 1_100_000 + b'"}', "application/json"),
    "wrong kinds": (
        b'{"reason": [1], "to_team": {"a": 1}, "to_user": 5, "child": 7, "outcome": null, "level": "3", "text": 3}',
        "application/json",
    ),
    "wrong kinds inside": (
        b'{"since": "never", "rationale": "x", "family_told": [], "acknowledged_missing": {}, "urgency": true}',
        "application/json",
    ),
    "odd text": (
        '{"reason": "\';-- {{7*7}} %s <b>💥", "to_team": "\';--", "to_user": "💥", "text": "%_\\\\"}'.encode(),
        "application/json",
    ),
}


@pytest.fixture
def real(signed_in, context):
    """The parts of addresses that lead somewhere, so that odd bodies reach the work behind them."""
    contact = given.contact()
    given.check(contact.children[0])
    item, decision = given.lead_of(contact), given.lower(given.contact(level=4, urgency="red"))
    db.session.commit()
    call = signed_in("priya").post("/contacts/", data={"kind": "request_for_service"}).location.split("/")[2]
    return {
        "reference": contact.reference,
        "call": call,
        "slug": "screening",
        "child": str(contact.children[0].id),
        "item_id": str(item.id),
        "decision_id": str(decision.id),
        "filename": "dist/app.css",
        "of": "child",
    }


@pytest.fixture
def asked(app, signed_in, client, context, request):
    """Ask a route one odd thing; list what went wrong.

    Those who may open it are asked in turn, so that the next odd thing is the next one's; now and then it is asked
    as somebody who may not.
    """
    held = {name: tokens.of_user(name) for name in PEOPLE}
    held |= {scope: tokens.of_client(scope) for scope in ("partner", "integration")}
    through_api = {name: user_token_viewer(given.user(name)) for name in PEOPLE}
    through_api |= {scope: client_viewer(f"a {scope}", scope) for scope in ("partner", "integration")}
    browsers = {name: signed_in(name) for name in PEOPLE}
    viewers = {name: user_viewer(given.user(name)) for name in PEOPLE}
    begins, turns = crc32(request.node.name.encode()), Counter()

    def who(rule):
        known = through_api if is_api(rule) else viewers
        permission = permission_of(app.view_functions[rule.endpoint])
        asking = [name for name, viewer in known.items() if permission == SIGNED_IN or viewer.may(permission)]
        others = [name for name in known if name not in asking][:1]
        turn = begins + turns[rule.endpoint]
        turns[rule.endpoint] += 1
        return [asking[turn % len(asking)]] + others * (turn % 4 == 0) if asking else others

    def ask(method, rule, address, **more):
        for name in who(rule):
            if is_api(rule):
                answer = client.open(address, method=method, headers=tokens.headers(held[name], version=1), **more)
            else:
                answer = browsers[name].open(address, method=method, **more)
            data = answer.data
            answer.close()
            if answer.status_code >= 500 or b"Traceback" in data:
                yield f"{name}: {method} {address[:80]} → {answer.status_code}"

    return ask


def is_api(rule):
    return str(rule).startswith("/api/")


def routes(app, method, *, api=None):
    ends_the_session = ("sign_in.sign_out", "displays.leave")
    found = [
        rule for rule in app.url_map.iter_rules() if method in rule.methods and rule.endpoint not in ends_the_session
    ]
    return [rule for rule in found if api is None or is_api(rule) == api]


def address(rule, real, **odd):
    values = {
        **real,
        **({"reference": real["call"]} if rule.endpoint.startswith(("contacts.", "sending.")) else {}),
        **odd,
    }
    built = str(rule)
    for argument in rule.arguments:
        for written in (f"<{argument}>", f"<uuid:{argument}>", f"<path:{argument}>"):
            built = built.replace(written, values.get(argument, NOBODYS))
        built = built.replace(f"<any(person, child):{argument}>", values.get(argument, "child"))
        built = built.replace(f"<int:{argument}>", values.get(argument, "0"))
    assert "<" not in built, rule
    return built


def test_an_odd_address_leads_nowhere_in_words(app, asked, real):
    wrong = [
        found
        for method in ("GET", "POST")
        for rule in routes(app, method)
        for turn, argument in enumerate(rule.arguments)
        # Every other one: the next argument is asked the rest, and each method begins with another.
        for part in ODD_PARTS[(turn + (method == "POST")) % 2 :: 2]
        if f"uuid:{argument}" not in str(rule) or part.startswith("0000")
        for found in asked(method, rule, address(rule, real, **{argument: part}))
    ]

    assert wrong == []


@pytest.mark.parametrize("path", ["/queues/%00", "/contacts/a%00b", "/static/%00"])
def test_a_nul_in_an_address_is_a_page_that_there_is_not(signed_in, context, path):
    assert signed_in("sarah").get(path).status_code == 404


def test_a_nul_in_an_address_of_the_api_is_a_404_problem(client, context):
    answer = client.get("/api/v1/teams/%00/queue", headers=tokens.headers(tokens.of_user("sarah")))

    assert (answer.status_code, answer.content_type.partition(";")[0]) == (404, "application/problem+json")


def test_an_odd_question_is_answered_in_words(app, asked, real):
    wrong = []
    for rule in routes(app, "GET"):
        for odd in ODD_ANSWERS if rule.endpoint not in TAKE_NO_QUESTION else ():
            question = "&".join(f"{name}={odd}" for name in QUESTIONS)
            wrong += asked("GET", rule, f"{address(rule, real)}?{question}")

    assert wrong == []


def asked_this(routes, odd):
    """Of what no view sees, every third route; the next of them is asked of the next third."""
    turn = BEFORE_ANY_VIEW.index(odd) if odd in BEFORE_ANY_VIEW else None
    return routes if turn is None else routes[turn % 3 :: 3]


@pytest.mark.parametrize("odd", sorted(ODD_BODIES))
def test_an_odd_form_is_refused_in_words(app, asked, real, odd):
    data, content_type = ODD_BODIES[odd]

    wrong = [
        found
        for rule in asked_this(routes(app, "POST", api=False), odd)
        for found in asked("POST", rule, address(rule, real), data=data, content_type=content_type)
    ]

    assert wrong == []


@pytest.mark.parametrize("odd", sorted(ODD_JSON))
def test_an_odd_body_is_refused_in_words_by_the_api(app, asked, real, odd):
    data, content_type = ODD_JSON[odd]

    wrong = [
        found
        for rule in asked_this(routes(app, "POST", api=True), odd)
        for found in asked("POST", rule, address(rule, real), data=data, content_type=content_type)
    ]

    assert wrong == []
