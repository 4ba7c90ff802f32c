"""Text that is code is kept and shown as typed; rules that fail lower nothing, and leave a contact nowhere never.

The names in brackets are those of the fault matrix in docs/reliability.md.
"""

from datetime import UTC, datetime

import pytest
from markupsafe import escape
from sqlalchemy import delete, select, update

from screening.db import db
from screening.models import Contact, QueueItem, RulesetInForce, Screening, Team
from tests.screening.contacts.bodies import body, child
from tests.screening.queues import given, tokens
from workers.routing import route_contact

CODE = {
    "SQL": "'); DROP TABLE contact; --",
    "HTML": '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "format": "%s %n %(name)s {0} {name!r} %d%%",
    "entities": "&lt;b&gt; &amp;amp; &#x27;",
    "markup": "**bold** [a](javascript:alert(1)) =1+1",
    "letters": "Zoë Ñuñez 💥 \u202eevil\u202c",
}


@pytest.fixture
def send(client, context):
    token = tokens.of_client("integration")

    def sent(kept):
        answer = client.post("/api/v1/contacts", json=kept, headers=tokens.headers(token))
        assert answer.status_code == 201, answer.text
        return answer.json

    sent.read = lambda reference: client.get(f"/api/v1/contacts/{reference}", headers=tokens.headers(token)).json
    return sent


@pytest.mark.parametrize("kind", sorted(CODE))
def test_text_that_is_code_is_kept_and_shown_as_typed(send, signed_in, kind):
    """[F38]"""
    code = CODE[kind]
    reference = send(
        body(
            narrative=code,
            children=[child(given_name=code, school=code)],
            adults=[{"given_name": code, "relationship": code}],
            referrer={"name": code, "agency": code},
            views={"child": code},
        )
    )["reference"]
    route_contact(the_contact(reference).id, "received")
    db.session.commit()

    read = send.read(reference)["contact"]
    assert (read["narrative"], read["children"][0]["given_name"], read["adults"][0]["relationship"]) == (code,) * 3
    assert (read["referrer"]["name"], read["views"]["child"]) == (code, code)
    browser = signed_in("sarah")
    page = browser.get(f"/contacts/{reference}").text
    assert str(escape(code)) in page
    for path in (f"/contacts/{reference}", f"/contacts/{reference}/briefing", "/queues/screening"):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text


def the_contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def lead_of(contact):
    question = select(QueueItem).where(QueueItem.contact_id == contact.id, QueueItem.leads)
    return db.session.scalars(question).one()


RULES = {
    "missing": delete(RulesetInForce),
    "half-written": update(RulesetInForce).values(hash="half-written", yaml="ruleset: {name: half wri"),
    "empty": update(RulesetInForce).values(hash="empty", yaml=""),
    "not yet in force": update(RulesetInForce).values(in_force_from=datetime(2999, 1, 1, tzinfo=UTC).date()),
}


@pytest.mark.parametrize("how", sorted(RULES))
def test_a_contact_that_no_rules_can_score_is_kept_and_is_urgent_in_a_queue(send, how):
    """[F42]"""
    db.session.execute(RULES[how])

    reference = send(body())["reference"]

    contact = the_contact(reference)
    scored = db.session.scalars(select(Screening).where(Screening.contact_id == contact.id)).one()
    assert (scored.ruleset, scored.level_at_least, scored.urgency_at_least, scored.unscreened) == (
        "none",
        4,
        "red",
        True,
    )
    route_contact(contact.id, "received")
    lead = lead_of(contact)
    assert (lead.urgency, lead.level) == ("red", 4)
    assert lead.team_id is not None


def test_a_contact_that_no_rules_can_score_is_shown_to_be_so(send, signed_in):
    """[F42]"""
    db.session.execute(RULES["half-written"])
    reference = send(body())["reference"]
    route_contact(the_contact(reference).id, "received")
    db.session.commit()

    assert send.read(reference)["reference"] == reference
    shown = signed_in("sarah").get(f"/contacts/{reference}")
    assert shown.status_code == 200
    assert "not scored" in shown.text.lower() or "could not be scored" in shown.text.lower()


def test_a_contact_on_a_day_whose_holidays_nobody_knows_has_a_holder_and_asks_for_attention(send):
    """[F43]"""
    given.clock_at(datetime(2150, 6, 10, 12, 0, tzinfo=UTC))
    contact = the_contact(send(body(children=[child(date_of_birth="2145-05-02")]))["reference"])

    route_contact(contact.id, "received")

    lead = lead_of(contact)
    assert lead.team_id is not None
    assert lead.attention_at is not None


@pytest.mark.parametrize(("left", "team"), [("duty_manager", "duty-manager"), ("none", None)])
def test_a_contact_that_no_team_matches_is_never_nowhere(send, signed_in, left, team):
    """[F43]"""
    db.session.execute(update(Team).where(Team.kind != left).values(active=False))
    reference = send(body())["reference"]
    contact = the_contact(reference)

    route_contact(contact.id, "received")
    db.session.commit()

    lead = lead_of(contact)
    assert (lead.team.slug if lead.team else None, lead.attention_at is not None) == (team, True)
    assert reference in signed_in("grace").get("/queues/attention").text
