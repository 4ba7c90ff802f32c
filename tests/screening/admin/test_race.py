"""Two people at once, on real connections: rules are published once, and a day begins with one version."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.access import viewing, worker_viewer
from screening.admin import publishing, queries, service
from screening.db import db, transaction
from screening.models import RulesetInForce
from tests.screening.admin import drafts
from tests.screening.at_once import at_once

pytestmark = pytest.mark.commits


@pytest.fixture
def prepared(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            drafts.another_administrator()
        yield own_app
        db.session.remove()


def published():
    return db.session.scalar(select(func.count()).where(RulesetInForce.proposed_by_id.is_not(None)))


def publish(draft):
    seen, version, found = publishing.seen_token(draft), draft.version, draft.id
    return lambda: publishing.publish_without_shadow_run(found, seen=seen, version=version)


def test_of_two_who_publish_at_once_one_does_and_the_other_is_told_who(prepared):
    with transaction():
        act = publish(drafts.proposed())

    answers = at_once(prepared, ("adam", act), ("ines", act))

    told = next(answer for answer in answers.values() if answer != "done")
    assert "published this at" in told
    assert published() == 1


def test_two_drafts_published_at_once_never_begin_on_one_day(prepared):
    day = queries.today() + timedelta(days=30)
    with transaction():
        first = publish(drafts.proposed(day=day))
        second = publish(drafts.proposed(day=day, text=drafts.TEXT.replace('"2026.11"', '"2090.1"')))

    answers = at_once(prepared, ("adam", first), ("ines", second))

    assert list(answers.values()).count("done") == 1
    assert published() == 1


def test_of_two_who_save_at_once_one_is_told(prepared):
    with transaction():
        draft = drafts.begun()
        found, version = draft.id, draft.version

    answers = at_once(
        prepared,
        ("grace", lambda: service.write(found, "one: text\n", version=version)),
        ("henry", lambda: service.write(found, "another: text\n", version=version)),
    )

    assert list(answers.values()).count("done") == 1
