"""Two people at once, on real connections: one wins, the other is told who."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import transaction
from screening.queues import service
from tests.screening.at_once import at_once
from tests.screening.queues import given

pytestmark = pytest.mark.commits
REASON = "The family lives in Havant since May."


def waiting_item(app):
    with app.app_context(), viewing(worker_viewer("test")), transaction():
        item = given.item(given.contact(), "screening")
        return item.id, item.version


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(own_app):
    """[F31] The loser gets a 409 in words; nothing is last-write-wins."""
    item_id, version = waiting_item(own_app)

    answers = at_once(own_app, *((name, lambda: service.accept(item_id, version=version)) for name in ("sarah", "tom")))

    winner = next(name for name, answer in answers.items() if answer == "done")
    loser = next(answer for answer in answers.values() if answer != "done")
    with own_app.app_context():
        assert loser.startswith(f"Accepted by {given.user(winner).name} at ")


def test_an_item_that_is_accepted_and_moved_at_once_has_one_lead(own_app):
    item_id, version = waiting_item(own_app)

    answers = at_once(
        own_app,
        ("sarah", lambda: service.accept(item_id, version=version)),
        ("tom", lambda: service.transfer(item_id, version=version, reason=REASON, to_team="havant")),
    )

    assert sorted(answers.values())[-1] == "done"
    assert list(answers.values()).count("done") == 1
