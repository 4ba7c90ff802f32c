"""Promise 8 for what goes to partners, and for organisations that somebody marked: nobody is tipped off."""

import pytest

from screening import leaving
from screening.access import user_viewer, viewing
from screening.db import db
from screening.leaving import Recipient, may_leave
from tests.screening.messages import given as letters
from tests.screening.queues import given as rows
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")
POLICE = Recipient(register="police", address="mash@police.example.org", organisation="Sample Police")
EDUCATION = Recipient(register="education", address="checks@schools.example.org", organisation="Schools' service")
QUIET, ALLEGATION, NOT_ALERTED = {"must_do": []}, {"must_do": ["lado"]}, {"must_do": ["do_not_alert_carer"]}


def contact(output=QUIET):
    found = letters.contact(output=output)
    given.record(found)
    return found


def alleged(contact, relationship, works_with_children="unknown"):
    return letters.alleged(contact, relationship_to_child=relationship, works_with_children=works_with_children)


def ask(contact, to=POLICE, kind="partner_check"):
    return may_leave(contact, kind, to)


def test_a_partner_may_be_asked_on_the_basis_that_was_recorded():
    found = ask(contact())

    assert (found.allowed, found.basis) == (True, "s47")


def test_without_a_basis_a_partner_is_not_asked_in_any_way():
    found = letters.contact(output=QUIET)

    assert not ask(found).allowed
    assert not ask(found, kind="partner_call").allowed


def test_a_check_that_names_no_register_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="register"):
        may_leave(contact(), "partner_check", Recipient(address="a@example.org"))


def test_where_the_alleged_adult_works_for_the_partner_a_person_rings():
    found = contact()
    alleged(found, "class teacher", "yes")

    assert ask(found, EDUCATION).reason == leaving.WORKS_FOR_PARTNER
    assert ask(found, EDUCATION, "partner_call").allowed


def test_a_partner_for_whom_the_alleged_adult_does_not_work_is_asked_in_an_allegation():
    found = contact(ALLEGATION)
    alleged(found, "class teacher", "yes")

    assert ask(found, POLICE).allowed


def test_where_it_is_not_known_where_somebody_works_with_children_a_person_rings():
    found = contact()
    alleged(found, "family friend", "yes")

    assert ask(found).reason == leaving.PARTNER_NOT_KNOWN


@pytest.mark.parametrize("output", [ALLEGATION, NOT_ALERTED, None], ids=["allegation", "not alerted", "not scored"])
def test_not_known_in_the_gravest_cases_means_that_a_person_rings(output):
    found = letters.contact(urgency=None) if output is None else letters.contact(output=output)
    given.record(found)
    alleged(found, "uncle")

    assert ask(found).reason == leaving.PARTNER_NOT_KNOWN


def test_where_nobody_is_named_in_the_gravest_cases_a_person_rings():
    assert ask(contact(NOT_ALERTED)).reason == leaving.PARTNER_NOT_KNOWN


def test_not_known_is_no_obstacle_in_other_cases():
    found = contact()
    alleged(found, "stepfather")

    assert ask(found).allowed


def test_somebody_who_is_said_not_to_work_with_children_is_no_obstacle():
    found = contact(NOT_ALERTED)
    alleged(found, "stepfather", "no")

    assert ask(found).allowed


def test_a_partners_mailbox_with_the_alleged_adults_name_is_not_written_to():
    found = contact()
    alleged(found, "stepfather", "no")

    assert ask(found, Recipient(register="police", address="g.smyth@police.example.org")).reason == (
        leaving.PARTNERS_MAILBOX
    )


@pytest.mark.parametrize(
    "organisation",
    [{"register": "police"}, {"email_domain": "example.org"}, {"email_domain": "police.example.org"},
     {"organisation": "sample police"}, {"organisation": "The Sample Police Service"}],
)  # fmt: skip
def test_a_mark_stops_what_would_go_to_the_organisation(organisation):
    found = contact()
    given.mark(rows.person(found), **organisation)

    assert ask(found).reason == leaving.MARKED
    assert ask(found, kind="partner_call").reason == leaving.MARKED


@pytest.mark.parametrize(
    "organisation",
    [{"register": "health"}, {"email_domain": "ice.example.org"}, {"organisation": "Oakbank School"}],
)
def test_a_mark_about_another_organisation_stops_nothing(organisation):
    found = contact()
    given.mark(rows.person(found), **organisation)

    assert ask(found).allowed


@pytest.mark.parametrize("kind", ["receipt", "acknowledgement", "outcome", "reply_link", "callback"])
@pytest.mark.parametrize(
    "organisation",
    [{"organisation": "Oakbank"}, {"email_domain": "oakbank.example.org"}, {"register": "education"}],
)
def test_a_mark_stops_what_would_go_to_the_referrer(kind, organisation):
    found = letters.contact(output=QUIET)
    given.mark(rows.person(found), **organisation)

    assert may_leave(found, kind).reason == leaving.MARKED


def test_a_mark_that_was_ended_stops_nothing():
    found = contact()
    mark = given.mark(rows.person(found), register="police")
    mark.ended_at, mark.ended_by_id, mark.ended_because = mark.made_at, mark.made_by_id, "He left."

    assert ask(found).allowed


def test_a_mark_follows_somebody_to_another_contact():
    somebody, first, second = given.person(), contact(), contact()
    about, again = rows.person(first, "Gary Smyth", role="adult"), rows.person(second, "Gaz Smyth", role="adult")
    given.mark(about, register="police")
    given.link(about, somebody)
    given.link(again, somebody)

    assert ask(second).reason == leaving.MARKED


def test_a_mark_follows_somebody_whose_records_were_merged():
    kept = given.person()
    merged, found = given.person(merged_into_id=kept.id), contact()
    given.mark(merged, register="police")
    given.link(rows.person(found, "Gary Smyth", role="adult"), kept)

    assert ask(found).reason == leaving.MARKED


def test_a_candidate_whom_nobody_confirmed_carries_no_mark():
    somebody, found = given.person(), contact()
    given.mark(somebody, register="police")
    given.link(rows.person(found), somebody, "proposed")

    assert ask(found).allowed


def test_a_mark_on_a_restricted_person_stops_what_somebody_sends_who_may_not_know_of_them():
    somebody, found = given.person(restricted=True), contact()
    given.mark(somebody, register="police")
    given.link(rows.person(found), somebody)
    rows.item(found, "screening")

    with viewing(user_viewer(rows.user("sarah"))):
        assert ask(found).reason == leaving.MARKED


def test_no_reason_names_anybody():
    found = contact()
    given.mark(alleged(found, "class teacher", "yes"), organisation="Sample Police")

    words = " ".join(reason for reason in (ask(found).reason, ask(found, EDUCATION).reason) if reason)
    assert not any(name in words for name in ("Gary", "Smyth", "Sample"))


def test_a_print_is_allowed_and_warns_where_somebody_is_marked():
    found = contact()
    assert may_leave(found, "print").reason is None

    given.mark(rows.person(found), organisation="Oakbank School")

    assert may_leave(found, "print") == leaving.Permission(True, leaving.PRINT_WARNING)


def test_a_call_back_needs_no_mailbox():
    found = letters.contact({**letters.SCHOOL, "email": None}, output=QUIET)

    assert may_leave(found, "callback").allowed


def test_a_mark_on_a_restricted_contact_stops_what_somebody_sends_who_may_not_know_of_it():
    somebody, hidden, found = given.person(), contact(), contact()
    marked = rows.person(hidden, "Gary Smyth", role="adult")
    given.mark(marked, register="police")
    given.link(marked, somebody)
    given.link(rows.person(found, "Gaz Smyth", role="adult"), somebody)
    hidden.restricted = True
    rows.item(found, "screening")
    db.session.flush()

    with viewing(user_viewer(rows.user("sarah"))):
        assert ask(found).reason == leaving.MARKED
