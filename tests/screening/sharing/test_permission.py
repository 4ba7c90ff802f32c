"""May partners be asked, and on what basis? Nothing recorded is never "yes"."""

import pytest

from screening import sharing
from screening.sharing import permission
from tests.screening.queues import given as rows
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")


def test_where_nothing_is_recorded_nobody_is_asked():
    assert sharing.allows(rows.contact(), "police") == sharing.Permission(False, permission.NO_BASIS)


def test_what_the_handler_wrote_is_no_basis():
    contact = rows.contact(information_sharing={"agreement": "given", "parents_informed": "yes"})

    assert not sharing.allows(contact, "health").allowed


def test_on_a_basis_that_needs_no_agreement_partners_are_asked_without():
    contact = rows.contact()
    given.record(contact, "s47", "refused")

    assert sharing.allows(contact, "police") == sharing.Permission(True, None, "s47")


@pytest.mark.parametrize("agreement", ["refused", "not_sought"])
def test_on_a_basis_that_needs_agreement_a_manager_approves_first(agreement):
    contact = rows.contact()
    given.record(contact, "s17", agreement)

    found = sharing.allows(contact, "health")
    assert (found.allowed, found.basis) == (False, "s17")
    assert "A manager approves" in (found.reason or "")


def test_an_agreement_that_was_given_is_enough():
    contact = rows.contact()
    given.record(contact, "s17")

    assert sharing.allows(contact, "health").allowed


def approved(contact, answer):
    asked = given.record(contact, "s17", "not_sought")
    return given.record(
        contact,
        "s17",
        "not_sought",
        answers_id=asked.id,
        override=answer,
        override_reason="He would take them away.",
        override_by_id=given.user("grace").id,
    )


def test_what_a_manager_approved_is_asked():
    contact = rows.contact()
    approved(contact, "approved")

    assert sharing.allows(contact, "health").allowed


def test_what_a_manager_did_not_approve_is_not_asked():
    contact = rows.contact()
    approved(contact, "refused")

    assert sharing.allows(contact, "health").reason == permission.REFUSED


def test_the_newest_record_counts_and_an_approval_is_not_carried_over():
    contact = rows.contact()
    approved(contact, "approved")
    given.record(contact, "s17", "refused")

    assert not sharing.allows(contact, "health").allowed


def test_a_register_that_the_basis_does_not_name_is_not_asked():
    contact = rows.contact()
    given.record(contact, "vital_interests")

    found = sharing.allows(contact, "housing")
    assert not found.allowed
    assert "Housing is not asked" in (found.reason or "")


def test_a_basis_that_is_not_in_force_allows_nothing():
    contact = rows.contact()
    given.record(contact, "duty_to_share")

    assert sharing.allows(contact, "police").reason == permission.NOT_IN_FORCE


def test_a_decision_not_to_share_stands():
    contact = rows.contact()
    given.record(contact, None, reason="Nothing of this is anybody else's business.")

    assert sharing.allows(contact, "police").reason == permission.NOT_SHARED
