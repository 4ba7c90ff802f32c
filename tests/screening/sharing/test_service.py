"""People say on what basis it is shared: by addition, a second person where the family did not agree."""

from datetime import timedelta

import pytest

from screening import sharing
from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import NamedReader, SharingRecord
from screening.sharing import service
from screening.sharing.service import Said
from screening.sharing.told import told
from tests.screening.messages import given as letters
from tests.screening.queues import given as rows
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")
S47 = Said(lawful_basis="s47", agreement="not_sought", reason_code="immediate_risk")
S17 = Said(lawful_basis="s17", agreement="refused", reason_code="carers_behaviour", reason="He shouts.")


@pytest.fixture
def contact():
    found = rows.contact()
    rows.item(found, "screening")
    return found


def as_user(name):
    return viewing(user_viewer(rows.user(name)))


def recorded(contact, said=S17, by="sarah"):
    with as_user(by):
        return service.record(contact, said)


def answered(contact, asked, override="approved", by="grace"):
    with as_user(by):
        return service.answer_override(contact, asked.id, override=override, reason="She is safe with her aunt.")


def test_what_is_recorded_counts_and_is_audited(contact):
    recorded(contact, S47)

    assert sharing.allows(contact, "police").allowed
    assert rows.audited(contact, "sharing.recorded")[0].detail == {"basis": "s47", "agreement": "not_sought"}


def test_what_was_recorded_before_stays(contact):
    recorded(contact, S47)
    recorded(contact, S17)

    rows_kept = db.session.scalars(db.select(SharingRecord).where(SharingRecord.contact_id == contact.id)).all()
    assert {row.lawful_basis for row in rows_kept} == {"s47", "s17"}


@pytest.mark.parametrize("name", ["priya", "winnie", "owen", "aisha"])
def test_who_may_not_record_it_is_refused(contact, name):
    with pytest.raises(NotAllowed):
        recorded(contact, by=name)


@pytest.mark.parametrize("basis", ["duty_to_share", "because_we_can"])
def test_a_basis_that_is_not_in_force_is_refused(contact, basis):
    with pytest.raises(Invalid) as problem:
        recorded(contact, Said(lawful_basis=basis, agreement="refused", reason_code="other", reason="x"))

    assert problem.value.fields == {"/lawful_basis": [service.NOT_IN_FORCE]}


def test_nobody_agrees_tomorrow(contact):
    tomorrow = (now() + timedelta(days=1)).date()

    with pytest.raises(Invalid) as problem:
        recorded(contact, Said(lawful_basis="s17", agreement="given", agreed_by="Mum", agreed_on=tomorrow))

    assert "/agreed_on" in problem.value.fields


def test_a_manager_approves_and_then_it_is_shared(contact):
    answered(contact, recorded(contact))

    assert sharing.allows(contact, "health").allowed
    assert rows.audited(contact, "sharing.answered")[0].detail == {"basis": "s17", "answer": "approved"}


def test_who_asked_does_not_approve_their_own(contact):
    asked = recorded(contact, by="grace")

    with pytest.raises(NotAllowed, match="Somebody else"):
        answered(contact, asked)


def test_a_social_worker_approves_nothing(contact):
    asked = recorded(contact)

    with pytest.raises(NotAllowed):
        answered(contact, asked, by="tom")


def test_a_second_answer_is_told_who_was_first(contact):
    asked = recorded(contact)
    answered(contact, asked)

    with pytest.raises(Conflict, match="Grace"):
        answered(contact, asked, "refused")


def test_an_answer_to_what_was_said_anew_since_is_refused(contact):
    asked = recorded(contact)
    recorded(contact)

    with pytest.raises(Conflict, match="since you opened this"):
        answered(contact, asked)


def test_a_record_that_needs_no_approval_gets_none(contact):
    asked = recorded(contact, S47)

    with pytest.raises(Conflict):
        answered(contact, asked)


def test_nobody_of_another_contact_is_marked(contact):
    stranger = rows.person(rows.contact())

    with as_user("sarah"), pytest.raises(Invalid):
        service.mark(contact, stranger.id, why="He works there.", organisation="Oakbank School")


def test_a_mark_is_ended_with_a_reason_and_kept(contact):
    with as_user("sarah"):
        mark = service.mark(contact, rows.person(contact).id, why="He works there.", register="police")
        service.end_mark(mark.id, because="He left.")

    assert (mark.ended_because, mark.why) == ("He left.", "He works there.")


def test_a_mark_is_ended_once(contact):
    with as_user("sarah"):
        mark = service.mark(contact, rows.person(contact).id, why="He works there.", register="police")
        service.end_mark(mark.id, because="He left.")

        with pytest.raises(Conflict, match="Sarah"):
            service.end_mark(mark.id, because="Again.")


def test_a_mark_on_a_contact_that_one_may_not_know_of_does_not_exist():
    hidden = rows.contact(restricted=True)
    db.session.add(NamedReader(contact_id=hidden.id, user_id=rows.user("grace").id))
    mark = given.mark(rows.person(hidden), register="police")

    with as_user("sarah"), pytest.raises(NotFound):
        service.end_mark(mark.id, because="He left.")


def test_what_was_sent_and_what_was_held_back_is_told(contact):
    with_referrer = letters.contact()
    letters.message(with_referrer, "receipt", state="sent", sent_at=now())
    letters.message(with_referrer, "acknowledgement", state="withheld", reason="Ring them.")

    found = told(with_referrer)

    assert [(one.what, one.shared, one.why) for one in found] == [
        ("Receipt, by e-mail", True, None),
        ("Acknowledgement: not sent", False, "Ring them."),
    ]


def test_a_decision_not_to_share_is_told_with_who_and_why(contact):
    recorded(contact, Said(lawful_basis=None, agreement="refused", reason_code="other", reason="Nobody needs to know."))

    (only,) = told(contact)
    assert (only.what, only.shared, only.why) == ("Decided not to share", False, "Nobody needs to know.")
    assert "Sarah" in only.by


def test_a_refused_approval_is_told(contact):
    answered(contact, recorded(contact), "refused")

    assert [(one.what, one.shared) for one in told(contact)] == [("Not approved without agreement", False)]


def test_a_partner_who_was_not_asked_is_told_as_such(contact):
    rows.check(rows.person(contact), kind="police", outcome="not_asked", answered_at=now(), problem="Ask by telephone.")

    (only,) = told(contact)
    assert (only.whom, only.shared, only.why) == ("Police", False, "Ask by telephone.")


def test_what_a_partner_was_told_is_told_with_its_basis_and_who_asked(contact):
    shared = {"to": "Sample Police", "at": now().isoformat(), "lawful_basis": "s47",
              "person": {"role": "child", "given_name": "Ada", "date_of_birth": "2019"}}  # fmt: skip
    rows.check(rows.person(contact), kind="police", shared=shared, asked_by_id=rows.user("sarah").id)

    (only,) = told(contact)
    assert (only.whom, only.shared, only.by) == ("Sample Police", True, rows.user("sarah").name)
    assert only.what == "Asked about Ada Marlow; told: given name, date of birth"
    assert (only.basis or "").startswith("Public task, Children Act 1989 section 47.")


def test_a_check_of_which_nothing_has_left_yet_is_not_told(contact):
    rows.check(rows.person(contact), kind="police")

    assert told(contact) == []
