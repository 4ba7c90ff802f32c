"""At night the second person is the manager on call, by telephone; they countersign, or a person is told."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.decisions import by_telephone
from screening.decisions.answers import View
from screening.decisions.by_telephone import Call
from screening.decisions.queries import second_words
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import Contact, Decision, NamedReader, Task
from tests.screening.decisions import given
from tests.screening.rota import given as rota
from tests.screening.rota.given import at
from workers import countersign

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def waits(context):
    """A decision of emergency duty that is lower than the rules say, at night."""
    given.clock_at(at("2026-11-24T22:00"))
    rota.night()
    contact = given.contact(holder="edith", team="emergency-duty", level=4, urgency="red")
    return given.lower(contact, by="edith")


def rung(decision, by="edith", manager="ines", said="Ines: the same, with a visit at nine", **view):
    own = {"outcome": decision.outcome, "level": decision.level, "urgency": decision.urgency, **view}
    manager_id = given.user(manager).id if manager else None
    call = Call(manager_id=manager_id, rung_at=now() - timedelta(minutes=5), said=said, view=View(**own))
    with given.seen_as(by):
        return by_telephone.keep(decision=decision, call=call)


def test_what_the_manager_on_call_agrees_to_takes_effect_and_is_kept_with_name_time_and_words(waits):
    kept = rung(waits)

    assert (waits.stands, waits.confirmed_by.name, waits.second_view["by_telephone"]) == (True, "Ines Carvalho", True)
    assert (kept.on_rota, kept.said, kept.kept_by.name) == (True, "Ines: the same, with a visit at nine", "Edith Marsh")
    assert kept.due_at == at("2026-11-25T17:00")


def test_where_the_manager_would_decide_otherwise_it_does_not_take_effect(waits):
    rung(waits, level=4)

    assert (waits.stands, waits.differs) == (False, True)


def test_a_manager_who_is_not_on_the_rota_is_kept_as_such(waits):
    assert rung(waits, manager="grace").on_rota is False


@pytest.mark.parametrize(
    ("more", "field"), [({"manager": None}, "/manager"), ({"manager": "tom"}, "/manager"), ({"said": " "}, "/said")]
)
def test_a_call_without_a_manager_or_words_is_refused(waits, more, field):
    with pytest.raises(Invalid) as refused:
        rung(waits, **more)

    assert list(refused.value.fields) == [field]


def test_a_manager_who_may_have_harmed_the_child_is_neither_listed_nor_taken(waits, signed_in):
    contact = db.session.get_one(Contact, waits.contact_id)
    given.person(contact, "Ines Carvalho", role="adult", alleged_harm_to=[0])
    db.session.commit()
    page = signed_in("edith").get(f"/contacts/{contact.reference}/second-view/{waits.id}/telephone").text
    with pytest.raises(Invalid) as refused:
        rung(waits)

    assert ("Ines" in page, "Grace" in page, list(refused.value.fields)) == (False, True, ["/manager"])


def test_where_no_manager_may_be_told_it_says_what_to_do(waits, signed_in):
    contact = db.session.get_one(Contact, waits.contact_id)
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user("edith").id))
    db.session.commit()

    page = signed_in("edith").get(f"/contacts/{contact.reference}/second-view/{waits.id}/telephone").text

    assert "Nobody to ring" in page
    assert "act as the rules propose" in page
    assert "Whom did you ring?" not in page


def test_only_whoever_decided_writes_the_call_down_and_only_at_night(waits):
    with pytest.raises(NotAllowed, match="Whoever decided"):
        rung(waits, by="ines", manager="grace")
    given.clock_at(at("2026-11-25T11:00"))
    with pytest.raises(NotAllowed, match="Offices are open"):
        rung(waits)


def test_the_manager_reads_the_contact_until_they_countersign_it_once(waits):
    # Grace works in no team that has it.
    kept = rung(waits, manager="grace")
    with given.seen_as("grace"):
        reads = db.session.scalar(select(Contact.id).where(Contact.id == waits.contact_id))
        by_telephone.countersign(kept.id, confirms=True)
        with pytest.raises(Conflict):
            by_telephone.countersign(kept.id, confirms=True)

    assert (reads, kept.confirms, kept.countersigned_at is not None) == (waits.contact_id, True, True)
    assert by_telephone.raise_late(kept.id) is None


def test_nobody_countersigns_for_another(waits):
    kept = rung(waits)

    with given.seen_as("grace"), pytest.raises(NotFound):
        by_telephone.countersign(kept.id, confirms=True)


def test_a_denial_needs_words_and_goes_to_whoever_holds_the_contact(waits):
    kept = rung(waits)
    with given.seen_as("ines"):
        with pytest.raises(Invalid):
            by_telephone.countersign(kept.id, confirms=False)
        by_telephone.countersign(kept.id, confirms=False, note="I said level 4")
    countersign.late(kept.id)

    contact = db.session.get_one(Contact, waits.contact_id)
    assert given.lead_of(contact).attention.startswith("Ines Carvalho does not confirm what was agreed by telephone.")


def test_what_is_not_countersigned_in_time_is_raised_and_raised_again(waits):
    kept = rung(waits)
    given.clock_at(at("2026-11-25T17:01"))
    countersign.late(kept.id)

    contact = db.session.get_one(Contact, waits.contact_id)
    keys = db.session.scalars(select(Task.key).where(Task.kind == "countersign").order_by(Task.seq)).all()
    assert "has not countersigned" in given.lead_of(contact).attention
    assert [key.rsplit(":", 1)[-1] for key in keys] == ["0", "1"]


def test_the_pages_write_the_call_down_and_countersign_it(waits, signed_in):
    contact = db.session.get_one(Contact, waits.contact_id)
    place = f"/contacts/{contact.reference}/second-view/{waits.id}/telephone"
    edith, ines = signed_in("edith"), signed_in("ines")
    shown = edith.get(f"/contacts/{contact.reference}?tab=decision").text
    told = {"manager": str(given.user("ines").id), "rung_at": "2026-11-24T21:50", "said": "The same"}
    told |= {"outcome": waits.outcome, "level": waits.level, "urgency": waits.urgency}
    refused, kept = edith.post(place, data=told | {"said": ""}), edith.post(place, data=told)
    listed = ines.get("/countersign").text
    (agreement,) = _agreements(ines)
    ines.post(agreement, data={"answer": "confirms"})

    assert (place in shown, refused.status_code, kept.status_code) == (True, 422, 302)
    assert ("The same" in listed, "Nothing to countersign" in ines.get("/countersign").text) == (True, True)
    assert db.session.get_one(Decision, waits.id).stands


def _agreements(client):
    return re.findall(r'action="(/countersign/[^"]+)"', client.get("/countersign").text)


def test_who_was_asked_by_telephone_who_wrote_it_down_and_that_it_is_not_countersigned_is_said_everywhere(
    waits, signed_in
):
    kept = rung(waits)
    db.session.commit()
    place, edith = f"/contacts/{db.session.get_one(Contact, waits.contact_id).reference}", signed_in("edith")
    pages = [unescape(edith.get(f"{place}{part}").text) for part in ("?tab=decision", "/briefing", "?tab=history")]

    for page in pages[:2]:
        assert "Ines Carvalho agreed at" in page
        assert 'Edith Marsh wrote it down: "Ines: the same, with a visit at nine". Not countersigned yet' in page
    assert "Second person asked by telephone, and what they said written down" in pages[2]
    assert "Ines Carvalho was asked. It is not countersigned yet" in pages[2]
    with given.seen_as("ines"):
        by_telephone.countersign(kept.id, confirms=True)
    assert "Ines Carvalho countersigned it at" in second_words(waits)


def test_the_briefing_says_first_what_was_decided_with_why_it_was_lowered_and_red_until_then(waits, signed_in):
    db.session.commit()
    place = f"/contacts/{db.session.get_one(Contact, waits.contact_id).reference}/briefing"
    edith = signed_in("edith")
    before = edith.get(place).text
    rung(waits)
    db.session.commit()
    after = unescape(edith.get(place).text)

    assert "Decided Amber" not in before
    assert "Decided Amber, 1 working day. The rules said: Red" in after
    assert "Why lower: A nurse saw it happen." in after
