"""Drafts of the rules for tests: begun, changed and proposed by the sample people."""

from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import yaml

from routing_rules import ruleset, ruleset_text
from screening.access import user_viewer, viewing
from screening.admin import publishing, queries, service
from screening.db import db
from screening.models import User
from tests.screening.queues import given

SAMPLE = ruleset.sample()
TEXT = SAMPLE.text
SAMPLE_ID = UUID(int=0)
FOURTEEN = [
    ('all: [[missing_now, is, yes], [age_years, "<", 13]]', 'all: [[missing_now, is, yes], [age_years, "<", 14]]'),
    ("{fires: {missing_now: yes, age_years: 12}}", "{fires: {missing_now: yes, age_years: 13}}"),
    ("{rests: {missing_now: yes, age_years: 13}}", "{rests: {missing_now: yes, age_years: 14}}"),
]


@contextmanager
def acting(user_name):
    with viewing(user_viewer(given.user(user_name))):
        yield


def another_administrator():
    ines = db.session.query(User).filter_by(user_name="ines").one()
    ines.roles = [*ines.roles, "administrator"]
    db.session.flush()


def under_fourteen(text=TEXT):
    for old, new in FOURTEEN:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def all_later(text=TEXT):
    """The sample's rules, of which none counts before 2099."""
    content = ruleset_text.read(text)[0].content
    rules = [written | {"effective": {"from": date(2099, 1, 1)}} for written in content["rules"]]
    return yaml.safe_dump(content | {"rules": rules}, sort_keys=False)


def begun(user_name="grace", title="Missing under 14"):
    with acting(user_name):
        return service.start(title=title, based_on=SAMPLE.hash)


def changed(user_name="grace", text=None):
    draft = begun(user_name)
    with acting(user_name):
        return service.write(draft.id, text or under_fourteen(draft.yaml), version=draft.version)


def tomorrow():
    return queries.today() + timedelta(days=1)


def proposed(user_name="grace", day=None, text=None):
    draft = changed(user_name, text)
    with acting(user_name):
        return service.propose(draft.id, in_force_from=day or tomorrow(), why="Agreed.", version=draft.version)


def published(day=None):
    draft = proposed(day=day)
    with acting("adam"):
        return publishing.publish_without_shadow_run(draft.id, seen=publishing.seen_token(draft), version=draft.version)
