"""A referral goes to the case system, and is done when that says it has it: by folder and by HTTP, whatever fails."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import current_app
from sqlalchemy import select

from screening import leaving
from screening.access import user_viewer, viewing, worker_viewer
from screening.cases import handing_over, queries, referrals, service
from screening.db import db, now
from screening.errors import NotFound
from screening.models import Contact, Involvement, NamedReader, Referral, ReferralDelivery, Task
from tests.screening.people import made
from tests.screening.queues import given
from workers.cases import NotReached, reading, sending
from workers.cases.folder import FolderOfCases
from workers.cases.sample import SampleCases
from workers.cases.web import WebOfCases

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def eyes(context):
    given.clock_at(given.TUESDAY_NOON)
    with viewing(worker_viewer("test")):
        yield


@pytest.fixture
def connected(tmp_path):
    """The folder of the case system that is set up; a test may put another one there."""
    settings = current_app.extensions["front_door"]
    before = {name: getattr(settings, name) for name in ("cases_folder", "cases_sample", "cases_url")}
    change(cases_folder=tmp_path, cases_sample=False, cases_url=None)
    yield tmp_path
    change(**before)


def change(**values):
    for name, value in values.items():
        object.__setattr__(current_app.extensions["front_door"], name, value)


def referred(**more):
    """A contact decided to be a referral, on its way."""
    contact = given.contact(first_received_at=now(), state="decided", **more)
    child = given.person(contact)
    given.item(contact, "havant", step="referral")
    decision = given.decision(child, "assessment", referral=True)
    referral = db.session.scalars(select(Referral).where(Referral.decision_id == decision.id)).one()
    handing_over.hand_over(contact, [referral])
    return referral


def delivery_of(referral):
    return db.session.get_one(ReferralDelivery, referral.id, populate_existing=True)


def contact_of(referral):
    return db.session.get_one(Contact, referral.contact_id)


def send(referral):
    outgoing = sending.prepare(referral.id)
    return None if outgoing is None else sending.record(outgoing, sending.deliver(outgoing))


def confirm(referral):
    asked = sending.prepare_question(referral.id)
    return None if asked is None else sending.record_answer(asked, sending.ask(asked))


def acknowledge(folder, referral, number="C-17"):
    place = folder / "acknowledged" / f"{referral.id}.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps({"referral": str(referral.id), "reference": number}))


def test_a_referral_is_promised_with_its_alarm():
    referral = referred()

    kinds = set(db.session.scalars(select(Task.kind).where(Task.subject_id == referral.id)))
    assert kinds == {"send_referral", "flag_referral"}


def test_it_is_written_whole_with_the_contact_and_the_decision(connected):
    referral = referred()

    assert send(referral) is None

    document = json.loads((connected / "referrals" / f"{referral.id}.json").read_text())
    assert (document["reference"] == delivery_of(referral).contact_id and True) or document["reference"]
    assert document["decision"]["outcome"] == "assessment"
    assert document["contact"]["children"][0]["given_name"] == "Ada"
    assert [file.suffix for file in (connected / "referrals").iterdir()] == [".json"]
    assert delivery_of(referral).state == "sent"


def test_a_protected_home_is_not_in_it(connected):
    referral = referred()
    child = contact_of(referral).children[0]
    child.address_line_1, child.postcode = "86 Surrey Drive", "SO23 8UG"
    record = made.person("Ada Marlow")
    made.link(child, record)
    made.alert(record, "protected_address")
    db.session.flush()

    document = sending.prepare(referral.id).document

    assert "surrey" not in json.dumps(document).lower()
    assert document["contact"]["children"][0]["address_withheld"] == "Address withheld: protected"


def test_it_is_done_only_when_the_case_system_says_that_it_has_it(connected):
    referral = referred()
    send(referral)

    assert confirm(referral) == sending.NOT_YET
    acknowledge(connected, referral)
    assert confirm(referral) is None
    assert (delivery_of(referral).state, delivery_of(referral).case_reference) == ("acknowledged", "C-17")


def test_an_acknowledgement_of_another_referral_says_nothing(connected):
    referral, other = referred(), referred()
    send(referral)
    acknowledge(connected, other)
    (connected / "acknowledged" / f"{other.id}.json").rename(connected / "acknowledged" / f"{referral.id}.json")

    assert "cannot be read" in confirm(referral)
    assert delivery_of(referral).state == "sent"


def test_with_no_case_system_it_is_kept_and_says_so():
    change(cases_folder=None, cases_url=None)
    referral = referred()

    assert send(referral) == referrals.NOT_CONNECTED
    assert (delivery_of(referral).state, delivery_of(referral).problem) == ("waiting", referrals.NOT_CONNECTED)


def test_a_folder_that_cannot_be_written_is_tried_again(connected):
    (connected / "referrals").write_text("a file where a folder should be")
    referral = referred()

    assert "cannot be written" in send(referral)
    assert delivery_of(referral).state == "waiting"


def test_what_is_not_acknowledged_in_time_asks_for_attention_once(connected):
    referral = referred()
    send(referral)

    referrals.flag_late(referral.id)
    (item,) = given.items_of(contact_of(referral))
    assert item.attention == referrals.LATE
    item.attention = None
    referrals.flag_late(referral.id)
    assert item.attention is None


def test_what_is_acknowledged_asks_for_nothing(connected):
    referral = referred()
    acknowledge(connected, referral)
    send(referral)

    referrals.flag_late(referral.id)
    assert given.items_of(contact_of(referral))[0].attention is None


def test_the_board_tells_what_is_late(connected):
    referred()

    assert queries.alarms(now()) == {}
    assert list(queries.alarms(now() + timedelta(hours=5)).values()) == [
        "1 not acknowledged by the case system in time. See Case system."
    ]


def test_a_restricted_contact_is_handed_over_by_a_person(connected):
    referral = referred(restricted=True)

    assert "restricted" in send(referral)
    assert not (connected / "referrals").exists()


def test_where_somebody_accused_works_with_children_a_person_hands_it_over(connected):
    referral = referred()
    given.person(contact_of(referral), "Gary Stone", role="adult", alleged_harm_to=[0], works_with_children="yes")

    assert "works with children" in send(referral)
    assert not (connected / "referrals").exists()


@pytest.mark.parametrize("must_do", ["lado", "do_not_alert_carer"])
@pytest.mark.parametrize(
    ("works_with_children", "withheld"),
    [("unknown", leaving.CASES_NOT_KNOWN), ("no", None), (None, leaving.CASES_NOT_KNOWN)],
)
def test_in_dangerous_cases_not_known_is_handed_over_by_a_person(connected, must_do, works_with_children, withheld):
    referral = referred()
    contact = contact_of(referral)
    given.screening(contact, urgency="red", output={"must_do": [must_do]})
    if works_with_children:
        adult = {"alleged_harm_to": [0], "works_with_children": works_with_children}
        given.person(contact, "Gary Stone", role="adult", **adult)

    assert send(referral) == withheld
    assert (connected / "referrals").exists() == (withheld is None)


def listed_for(user):
    with viewing(user_viewer(given.user(user))):
        return queries.standing()


def test_a_restricted_referral_is_listed_for_its_named_readers_alone(connected):
    referral = referred(restricted=True)
    db.session.add(NamedReader(contact_id=referral.contact_id, user_id=given.user("grace").id))
    send(referral)

    assert (listed_for("owen")["on_their_way"], listed_for("owen")["counts"]["waiting"]) == ([], 0)
    [item] = listed_for("grace")["on_their_way"]
    assert item["reference"] == contact_of(referral).reference
    assert listed_for("grace")["counts"]["waiting"] == 1


def test_who_watches_the_service_is_not_told_why_a_person_hands_it_over(connected):
    referral = referred()
    given.person(contact_of(referral), "Gary Stone", role="adult", alleged_harm_to=[0], works_with_children="yes")
    send(referral)

    assert listed_for("owen")["on_their_way"][0]["problem"] == queries.BY_HAND


def test_a_person_writes_down_that_they_handed_it_over(connected):
    referral = referred()
    with viewing(user_viewer(given.user("sarah"))):
        service.handed_over(referral.id, "C-99")

    assert (delivery_of(referral).state, delivery_of(referral).case_reference) == ("acknowledged", "C-99")


def test_nobody_writes_that_of_a_contact_they_may_not_know_of(connected):
    referral = referred(restricted=True)

    with viewing(user_viewer(given.user("sarah"))), pytest.raises(NotFound):
        service.handed_over(referral.id, "C-99")


def test_the_comparison_settles_what_was_acknowledged_unheard(connected):
    referral = referred()
    send(referral)

    row = referrals.record_comparison({str(referral.id): "C-5"}, None)

    assert row.differences == []
    assert delivery_of(referral).case_reference == "C-5"


def test_what_the_case_system_lost_is_told_and_sent_again(connected):
    referral = referred()
    acknowledge(connected, referral)
    send(referral)

    row = referrals.record_comparison({}, None)

    assert row.differences == [{"referral": str(referral.id), "words": referrals.MISSING}]
    assert delivery_of(referral).state == "waiting"
    assert given.items_of(contact_of(referral))[0].attention == referrals.LATE
    assert send(referral) is None


def test_what_the_case_system_has_and_we_never_sent_is_told(connected):
    row = referrals.record_comparison({"somebody else's": "C-1"}, None)

    assert row.differences == [{"referral": "somebody else's", "words": referrals.UNKNOWN}]


def test_a_comparison_that_could_not_be_made_is_no_agreement(connected):
    (connected / "held.json").write_text("{oops")

    problem = reading.record_comparison(True, reading.ask_what_they_have(True))

    assert "cannot be read" in problem
    assert list(queries.alarms(now()).values()) == [
        "The case system and we do not have the same referrals. See Case system."
    ]


def test_the_samples_case_system_answers_under_a_number_that_says_what_it_is(connected):
    change(cases_sample=True)
    referral = referred()
    send(referral)
    confirm(referral)

    assert delivery_of(referral).case_reference.startswith("SAMPLE-")
    assert SampleCases(connected).held() == {str(referral.id): delivery_of(referral).case_reference}


LIST = [
    {"source": "cases", "as_at": "2026-11-24T11:00:00+00:00", "whole": True},
    {"id": "1", "given_names": ["Ada"], "kind": "early_help", "from": "2026-01-01"},
]


def test_the_newest_list_in_the_folder_is_read_once(connected):
    (connected / "involvements").mkdir()
    (connected / "involvements" / "2026-11-24.jsonl").write_text("\n".join(json.dumps(line) for line in LIST))

    assert reading.record_list(True, reading.read(True)) is None
    assert reading.record_list(True, reading.read(True)) is None
    kept = db.session.scalars(select(Involvement).where(Involvement.source == "cases")).one()
    assert (kept.kind, kept.source_id) == ("early_help", "1")


class Service(BaseHTTPRequestHandler):
    """A case system by HTTP that behaves as `behave` says."""

    behave = "well"
    seen: list = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).seen.append((self.headers["Idempotency-Key"], self.headers["Authorization"], body["referral"]))
        number = "another" if self.behave == "other" else body["referral"]
        withdrawn = self.path.endswith("/withdrawn")
        self._say(
            {"taken": 202, "down": 503, "elsewhere": 302}.get(self.behave, 200 if withdrawn else 201)
            if "old" not in self.behave
            else 404,
            {"referral": number, "reference": "W-1"},
        )

    def do_GET(self):
        if self.path.startswith("/cases/involvements"):
            page = int(self.path.rpartition("=")[2])
            head = LIST[0] | ({"as_at": f"2026-11-24T1{page}:00:00+00:00"} if self.behave == "changing" else {})
            self._say(200, {**head, "rows": [LIST[1] | {"id": str(page)}], "next": 2 if page == 1 else None})
        elif self.path.startswith("/cases/referrals?"):
            self._say(200, {"referrals": {"r1": "W-1"}, "next": None})
        else:
            number = self.path.rpartition("/")[2]
            self._say(404 if "unheard" in self.behave else 200, {"referral": number, "reference": "W-1"})

    def _say(self, status, body):
        whole = b"x" * (21 * 1024 * 1024) if self.behave == "huge" else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        try:
            self.wfile.write(whole)
        except OSError:
            return

    def log_message(self, *_):
        return


@pytest.fixture
def web():
    class Mine(Service):
        seen: list = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Mine, WebOfCases(f"http://127.0.0.1:{server.server_port}/cases", "our token", live=False)
    server.shutdown()
    server.server_close()


def test_by_http_a_referral_goes_under_its_own_key(web):
    behaving, cases = web

    answer = cases.send("r1", {"referral": "r1"})

    assert (answer.has_it, answer.case_reference) == (True, "W-1")
    assert behaving.seen == [("r1", "Bearer our token", "r1")]


def test_by_http_what_is_only_taken_is_not_acknowledged(web):
    behaving, cases = web
    behaving.behave = "taken"

    assert cases.send("r1", {"referral": "r1"}).has_it is False
    behaving.behave = "unheard"
    assert cases.receipt("r1").has_it is False
    behaving.behave = "well"
    assert cases.receipt("r1").has_it is True


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        ("down", "status 503"),
        ("elsewhere", "sent us elsewhere"),
        ("huge", "more than an answer can be"),
        ("other", "cannot be read"),
    ],
)
def test_by_http_whatever_is_not_a_receipt_is_none(web, behave, words):
    behaving, cases = web
    behaving.behave = behave

    with pytest.raises(NotReached, match=words):
        cases.send("r1", {"referral": "r1"})


def test_by_http_lists_come_page_by_page(web):
    _, cases = web

    told = cases.involvements()

    assert (told.source, told.whole, [row["id"] for row in told.rows]) == ("cases", True, ["1", "2"])
    assert cases.held() == {"r1": "W-1"}


def test_by_http_a_list_that_changes_while_it_is_read_is_not_kept(web):
    behaving, cases = web
    behaving.behave = "changing"

    with pytest.raises(NotReached, match="changed while it was read"):
        cases.involvements()


@pytest.mark.parametrize("address", ["http://cases.example.org", "https://user:secret@cases.example.org"])
def test_an_address_without_tls_or_with_a_password_is_never_asked(address):
    with pytest.raises(NotReached, match="not safe to use"):
        WebOfCases(address, None, live=False).receipt("r1")


def test_nobody_there_is_said_and_no_more():
    with pytest.raises(NotReached, match="cannot be reached"):
        WebOfCases("http://127.0.0.1:9", None, live=False).receipt("r1")


def test_a_file_is_either_whole_or_not_there(tmp_path, monkeypatch):
    def stop(*_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", stop)
    with pytest.raises(NotReached):
        FolderOfCases(tmp_path).send("r1", {"referral": "r1"})

    assert not list((tmp_path / "referrals").glob("*.json"))


def test_what_comes_round_is_promised_once():
    reading.promise_next()
    reading.promise_next()

    kinds = sorted(db.session.scalars(select(Task.kind).where(Task.kind.in_(("compare_cases", "read_involvements")))))
    assert kinds == ["compare_cases", "read_involvements"]
