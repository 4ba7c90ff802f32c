"""A child who comes to be known after the others were referred is decided, and their decision takes effect."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from screening.chronology import letting_pass
from screening.db import db
from screening.decisions import queries
from screening.decisions.awaited import answering
from screening.decisions.awaited import service as awaited
from screening.decisions.children import settling
from screening.decisions.children.settling import Said
from screening.models import BackgroundCheck
from screening.models.decision import OUTCOMES
from screening.queues import service as queues
from tests.screening.decisions import given
from tests.screening.people import made
from workers.routing import route_contact

pytestmark = pytest.mark.usefixtures("context")
SEEN = {"outcome": "information_and_advice", "against_reason": "Seen, and safe."}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def late(context):
    """Ada is referred, and not routed yet, when her brother Ben comes to be known and is included."""
    return _included_late()


@pytest.fixture
def grave(context):
    """The same, where the rules say red of them both."""
    return _included_late(level=4, urgency="red")


def _included_late(**score):
    contact = given.contact(**score)
    ada, mother = made.person("Ada Marlow", born="2019"), made.person("Rose Marlow", born="1990")
    made.link(contact.children[0], ada)
    made.related(mother, ada)
    given.decide(contact, **({"level": 4, "urgency": "red", "outcome": "strategy_discussion"} if score else {}))
    _committed()
    made.related(mother, made.person("Ben Stone", born="2016"))
    with given.seen_as("sarah"):
        (known,) = settling.unsettled(contact)
        settling.settle(contact=contact, said={known.key: Said("included")})
    given.rules_say(contact, **score)
    return contact


def _committed():
    """As when the decision is committed: what the database asks of it is asked now."""
    db.session.flush()
    db.session.execute(text("set constraints contact_ends_decided immediate"))
    db.session.execute(text("set constraints contact_ends_decided deferred"))


def routed(contact, holder="winnie"):
    route_contact(contact.id, "referral")
    return given.referred(contact, "winchester", holder=holder)


def decide(contact, which, by="winnie", **more):
    asked = db.session.query(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id)
    more = {"acknowledged_missing": [str(check.id) for check in asked], **more}
    return given.decide(contact, by=by, child=contact.children[which], **more)


def referred(contact):
    return {contact.children.index(one.child) for one in given.decisions_of(contact) if _is_referred(contact, one)}


def _is_referred(contact, decision):
    return decision.id in {one.decision_id for one in given.referrals_of(contact)}


def test_one_who_is_decided_before_the_others_are_routed_is_referred_and_routed_with_them(late):
    decide(late, 1, by="sarah")
    routed(late)

    with given.seen_as("winnie"):
        assert queries.to_decide(late) == [child.id for child in late.children]
    assert referred(late) == {0, 1}


def test_one_who_is_not_decided_when_the_others_are_routed_is_the_teams_to_decide(late):
    routed(late)
    decide(late, 0)
    given.agree(late, by="winnie")
    before = late.state
    decide(late, 1)
    given.agree(late, by="winnie")

    assert (before, late.state, referred(late)) == ("decided", "closed", {0, 1})


def test_the_team_that_a_contact_is_passed_on_to_decides_for_them_too(late):
    item = routed(late)
    decide(late, 0)
    with given.seen_as("henry"):
        letting_pass.override(late, reason="Moved in yesterday.")
        queues.transfer(item.id, version=item.version, to_team="havant", reason="They live in Havant.")
    given.referred(late, "havant", holder="nadia")

    given.agree(late, by="winnie")
    with given.seen_as("nadia"):
        assert (late.state, queries.to_decide(late)) == ("decided", [late.children[1].id])


def test_a_first_decision_that_stands_only_after_the_routing_is_referred(grave):
    waits = decide(
        grave, 1, by="sarah", outcome="assessment", level=3, urgency="amber", against_reason="A nurse saw it happen."
    )
    routed(grave)
    assert referred(grave) == {0}

    given.confirm(waits)

    assert (referred(grave), grave.state) == ({0, 1}, "decided")


def test_a_second_view_that_comes_after_the_teams_own_decision_refers_nobody_anew(grave):
    waits = decide(
        grave, 1, by="sarah", outcome="assessment", level=3, urgency="amber", against_reason="A nurse saw it happen."
    )
    routed(grave)
    decide(grave, 1, outcome="strategy_discussion", level=4, urgency="red")
    given.confirm(waits)
    before = referred(grave)
    decide(grave, 0, outcome="strategy_discussion", level=4, urgency="red")

    assert (before, referred(grave), len(given.referrals_of(grave))) == ({0}, {0, 1}, 2)


def test_the_database_ends_no_teams_contact_with_a_child_whom_nobody_decided(late):
    routed(late)
    decide(late, 0)
    _committed()
    db.session.execute(text("update contact set state = 'closed' where id = :id"), {"id": late.id})

    with pytest.raises(IntegrityError, match="each of its children is decided"):
        db.session.execute(text("set constraints contact_ends_decided immediate"))


@pytest.mark.parametrize("which", [0, -1])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_whatever_is_decided_and_answered_of_a_sister_no_contact_ends_with_a_brother_undecided(late, outcome, which):
    routed(late)
    with given.seen_as("henry"):
        letting_pass.override(late, reason="Moved in yesterday.")
    decide(late, 0, outcome=outcome, against_reason="Seen, and safe.")
    for _ in range(5):
        for row in awaited.open_of(late.id):
            _answered(row, which)
            assert (row.kind, late.state, given.lead_of(late).step) == (row.kind, "decided", "referral")

    with given.seen_as("winnie"):
        assert late.children[1].id in queries.to_decide(late)


def _answered(row, which):
    """What is waited for is answered by a manager of the team, in one of the ways that there are."""
    answers = list(answering.answers_for(row))
    if not answers:
        return
    said = {"who": "Jo Bell", "when": "today", "how": "By telephone", "because": "In a sentence."}
    with given.seen_as("henry"):
        answering.answer(row, answering.Answer(answer=answers[which], **said))
