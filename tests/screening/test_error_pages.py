import pytest
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from screening.errors import Conflict, Invalid, NotAllowed, NotFound, NotSaved, Stale, TooMany, VersionMissing
from screening.sign_in import public
from tests import statements

ERRORS = [
    (Invalid("Two answers are wrong.", fields={"/narrative": ["Too long."]}), 422),
    (NotAllowed("Ask your manager."), 403),
    (NotFound("There is no such contact."), 404),
    (Conflict("Accepted by Sarah Okafor at 14:02."), 409),
    (Stale("Open it again."), 412),
    (VersionMissing("Send If-Match."), 428),
    (TooMany("Wait 5 minutes.", retry_after_seconds=300), 429),
    (NotSaved("Nothing was saved."), 503),
]


@pytest.fixture
def failing(shared_app):
    """A client of an app with one more route, which raises what it is told."""
    from tests.conftest import make_app

    app = make_app(shared_app.extensions["front_door"])
    told = {}

    @public
    def fail():
        raise told["error"]

    app.add_url_rule("/fail", "fail", fail)
    app.add_url_rule("/api/fail", "api_fail", fail)
    client = app.test_client()
    yield lambda path, error: told.update(error=error) or client.get(path)
    with app.app_context():
        from screening.db import db

        db.engine.dispose()


@pytest.fixture
def asked_meanwhile():
    with statements.asked() as asked:
        yield asked


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_a_program_is_told_as_a_problem(failing, error, status):
    answer = failing("/api/fail", error)

    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")
    assert answer.json["detail"] == error.message


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_a_person_is_told_on_a_page(failing, error, status):
    answer = failing("/fail", error)

    assert answer.status_code == status
    assert error.message in answer.text


def test_a_wrong_field_is_named_by_its_pointer(failing):
    answer = failing("/api/fail", ERRORS[0][0])

    assert answer.json["errors"] == [{"pointer": "/narrative", "detail": "Too long."}]


def test_an_unexpected_failure_shows_no_trace_and_no_text(failing):
    answer = failing("/fail", RuntimeError("Kathryn Smyth"))

    assert answer.status_code == 500
    assert "Kathryn" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("select", {}, Exception("server closed the connection")),
        InterfaceError("select", {}, Exception("the connection is closed")),
        PendingRollbackError("Can't reconnect until invalid transaction is rolled back."),
    ],
)
def test_a_lost_database_is_a_503_with_a_time_to_try_again(failing, error):
    answer = failing("/fail", error)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_a_wrong_method_says_which_are_right(client):
    answer = client.delete("/sign-in")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/contacts/FD-AAAAAAAA1/checks", "/contacts/FD-AAAAAAAA1?tab=checks"),
        (
            "/contacts/FD-AAAAAAAA1/people/0199a1f0-0000-7000-8000-000000000000/links",
            "/contacts/FD-AAAAAAAA1?tab=people",
        ),
        ("/checks/0199a1f0-0000-7000-8000-000000000000/no-reply", "/"),
        ("/sign-out", "/"),
    ],
)
def test_the_address_of_a_form_leads_to_the_page_above_it(client, path, page):
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, page)


def test_a_program_is_told_that_an_address_takes_no_get(client):
    assert client.get("/contacts/FD-AAAAAAAA1/checks", headers={"Accept": "application/json"}).status_code == 405


@pytest.mark.parametrize("path", ["/fail", "/api/fail"])
def test_a_pool_with_no_connection_free_is_503_and_says_when_to_come_back(failing, path):
    """[F14]"""
    answer = failing(path, NoConnectionFree("QueuePool limit of size 5 overflow 5 reached"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "QueuePool" not in answer.text


def test_the_page_that_says_so_asks_the_database_nothing(failing, asked_meanwhile):
    failing("/fail", NoConnectionFree("QueuePool limit of size 5 overflow 5 reached"))

    assert asked_meanwhile == []
