"""No way round a decision: whatever is sent to whichever route, a contact about a child ends by decisions alone."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from screening.db import db
from screening.models import Contact
from screening.models.queue_item import OPEN_STATES
from tests.screening.decisions import given
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
# As much as anybody may send to end something, under every name that a form or body of ours has.
SENT = {
    "outcome": "no_further_action", "level": "1", "urgency": "green", "reason": "Nothing in it.", "words": "Done.",
    "to_team": "screening", "team": "screening", "state": "closed", "action": "decide", "because": "Nothing in it.",
    "who": "Jo Bell, Surrey", "when": "today", "answer": "right", "why": "Nothing in it.", "items": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def routes(app, known):
    for rule in app.url_map.iter_rules():
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"} and rule.arguments and rule.arguments <= known.keys():
            yield rule


@pytest.mark.parametrize("holder", ["sarah", "grace"])
def test_no_route_ends_a_contact_whose_child_is_not_decided(app, client, signed_in, holder):
    contact = given.contact("Ada Marlow", "Ben Marlow", holder=holder)
    first, second = contact.children
    given.decide(contact, by=holder, child=first, outcome="information_and_advice")
    item = given.lead_of(contact)
    db.session.commit()
    known = {"reference": contact.reference, "item_id": item.id, "child": str(second.id), "slug": "screening"}
    version, token, browser = contact.version, tokens.of_user(holder), signed_in(holder)
    tried = 0
    for rule in routes(app, known):
        with app.test_request_context():
            path = app.url_map.bind("").build(rule.endpoint, {name: known[name] for name in rule.arguments}, "POST")
        if path.startswith("/api/v1"):
            tokens.post(client, token, path.removeprefix("/api/v1"), SENT, version=version)
        else:
            browser.post(path, data=SENT | {"version": version})
        tried += 1
        left = db.session.get(Contact, contact.id, populate_existing=True)
        leads = [one for one in given.items_of(left) if one.leads and one.state in OPEN_STATES]
        assert (rule.endpoint, left.state, len(leads)) == (rule.endpoint, "received", 1)
    assert tried > 15


@pytest.mark.parametrize("state", ["decided", "closed"])
def test_the_database_keeps_a_contact_from_ending_undecided_whoever_asks(state):
    contact = given.contact("Ada Marlow", "Ben Marlow")
    given.decide(contact, child=contact.children[0], outcome="information_and_advice")

    db.session.flush()
    db.session.execute(text("update contact set state = :state where id = :id"), {"state": state, "id": contact.id})

    with pytest.raises(IntegrityError, match="each of its children is decided"):
        db.session.execute(text("set constraints contact_ends_decided immediate"))


def test_a_contact_whose_children_are_decided_ends(context):
    contact = given.contact()
    given.decide(contact, outcome="information_and_advice")

    db.session.execute(text("set constraints contact_ends_decided immediate"))

    assert contact.state == "closed"
