"""Once somebody is said to be another person, what partners were asked about the first one counts no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening import tasks
from screening.access import user_viewer, viewing
from screening.checks import answers, asking, links, permission, queries, said_who
from screening.checks.asking import Wish
from screening.checks.proposing import asked_already, proposals, standing
from screening.db import db, now
from screening.models import BackgroundCheck, Contact, Partner, Person, PersonLink, Task
from screening.people import alerts, merging
from screening.people import links as who
from screening.people.links import Shown
from screening.scoring import family_history
from tests.screening.checks import given
from tests.screening.people import made
from tests.screening.queues import given as rows
from workers.checks import follow_up, own_records
from workers.partners import by_form

pytestmark = pytest.mark.usefixtures("context")
NOTHING = answers.Answer(outcome="nothing_known")


@pytest.fixture
def contact(context):
    given.partner("police", "form")
    found = given.contact()
    rows.item(found, "screening")
    return found


def said(contact, person=None, answer="refused"):
    """Say of whom was confirmed that it is not them; or of another person that it is."""
    child = contact.children[0]
    with viewing(user_viewer(rows.user("sarah"))):
        return who.answer(child, person or confirmed(child), answer, Shown())


def confirmed(child):
    question = select(PersonLink).where(PersonLink.participation_id == child.id, PersonLink.replaced_at.is_(None))
    link = db.session.scalars(question.where(PersonLink.answer == "confirmed")).one()
    return db.session.get_one(Person, link.person_id)


@pytest.mark.parametrize("answer", ["refused", "not_sure"])
def test_a_question_that_waits_is_not_sent(contact, answer):
    check = given.asked(contact)

    said(contact, answer=answer)

    assert by_form.prepare(check.id, "first") is None
    assert (check.outcome, check.problem) == ("not_asked", "They were said to be somebody else.")
    assert check.replaced_at is not None
    assert rows.audited(contact, "check.withdrawn")


def test_a_question_about_somebody_else_is_not_sent_though_nobody_withdrew_it(contact):
    check = given.asked(contact)
    check.person_id = made.person("Ada Other").id

    sent = permission.permit(check, contact, db.session.get_one(Partner, check.partner_id))

    assert (sent, check.outcome) == (False, "not_asked")
    assert check.replaced_at is not None


def test_the_link_of_a_question_about_somebody_else_is_dead(contact):
    check = given.asked(contact)
    _, token = links.link_for(check, "<x@front-door.example>", "a secret")
    assert links.opened(token, lock=True) is not None

    check.person_id = made.person("Ada Other").id
    db.session.flush()
    assert links.opened(token) is None
    assert links.opened(token, lock=True) is None


def test_the_link_of_a_question_that_counts_no_longer_is_dead(contact):
    check = given.asked(contact)
    _, token = links.link_for(check, "<x@front-door.example>", "a secret")

    said(contact)

    assert links.opened(token) is None


def test_an_answer_about_somebody_else_is_not_shown_as_current_and_is_kept(contact):
    check = given.asked(contact)
    answers.keep(check, NOTHING)

    said(contact)

    with viewing(user_viewer(rows.user("sarah"))):
        assert [one.kind for one in queries.checks_of(contact)] == ["own_records"]
    assert db.session.get(BackgroundCheck, check.id, populate_existing=True).outcome == "nothing_known"


def test_the_right_person_can_be_asked_about(contact):
    answers.keep(given.asked(contact), NOTHING)
    right = made.person("Ada Right")

    said(contact, right, "confirmed")

    assert "police" not in asked_already(proposals(contact, standing(contact)))
    assert given.asked(contact).person_id == right.id


def test_a_register_that_was_left_out_for_somebody_else_is_proposed_anew(contact):
    with viewing(user_viewer(rows.user("sarah"))):
        [row] = asking.ask(contact, Wish(registers=[], not_asked={"police": "Known well."}))
    assert row.outcome == "not_asked"

    said(contact, made.person("Ada Right"), "confirmed")

    assert "police" not in asked_already(proposals(contact, standing(contact)))


def test_what_is_said_of_another_candidate_takes_nothing_away(contact):
    check = given.asked(contact)

    said(contact, made.person("Ada Other"), "refused")

    assert (check.outcome, check.replaced_at) == (None, None)


def test_a_contact_that_was_decided_on_such_an_answer_is_looked_at_again(contact):
    check = given.asked(contact)
    answers.keep(check, NOTHING)
    contact.state = "decided"
    said(contact)
    assert db.session.scalars(select(Task).where(Task.key == f"{tasks.AFTER_ANSWER}:{check.id}:withdrawn")).one()

    follow_up.after_answer_to(check.id)

    assert "said not to be" in rows.lead_of(db.session.get_one(Contact, contact.id)).attention


def alert_on(record):
    with viewing(user_viewer(rows.user("grace"))):
        day = now().date() + timedelta(days=30)
        return alerts.set_alert(record.id, kind="danger_to_child", words="Invented.", review_on=day)


def promised(contact):
    question = select(Task).where(Task.contact_id == contact.id, Task.kind == tasks.LOOK_AGAIN)
    return list(db.session.scalars(question.order_by(Task.promised_at)))


def look_again(contact):
    """Work what was promised, and the look at our own records that it asks for."""
    for task in promised(contact):
        said_who.look_again(task.subject_id)
        db.session.delete(task)
    question = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.kind == "own_records"
    )
    own_records.answer_check(db.session.scalars(question.where(BackgroundCheck.replaced_at.is_(None))).one().id)


def test_a_danger_alert_set_on_a_confirmed_child_raises_the_open_contact(contact):
    assert rows.lead_of(contact).level != 4

    alert_on(confirmed(contact.children[0]))
    look_again(contact)

    assert rows.lead_of(contact).level == 4


@pytest.mark.parametrize(("answer", "looks"), [("proposed", 1), ("doubted", 1), ("not_sure", 1), ("refused", 0)])
def test_an_alert_on_somebody_who_may_be_the_child_is_looked_at(contact, answer, looks):
    other = made.person("Ada Marlow")
    other_contact = rows.contact()
    child = rows.person(other_contact, "Ada Marlow")
    with viewing(user_viewer(rows.user("sarah"))):
        who.answer(child, other, answer, Shown())

    alert_on(other)

    assert len(promised(other_contact)) == looks


def test_a_merge_and_its_undoing_are_looked_at_by_open_contacts_of_either_record(contact):
    first, second = confirmed(contact.children[0]), made.person("Ada Marlow")
    with viewing(user_viewer(rows.user("grace"))):
        versions = (second.version, first.version)
        done = merging.merge(second.id, first.id, versions=versions, choices={}, why="One.")
        assert len(promised(contact)) == 1
        merging.unmerge(done.id, because="Two.")

    assert len(promised(contact)) == 2


def test_what_was_asked_about_the_kept_record_counts_no_more_once_the_merge_is_undone(contact):
    first, second = confirmed(contact.children[0]), made.person("Ada Marlow")
    with viewing(user_viewer(rows.user("grace"))):
        versions = (second.version, first.version)
        done = merging.merge(second.id, first.id, versions=versions, choices={}, why="One.")
    check = given.asked(contact)
    with viewing(user_viewer(rows.user("grace"))):
        merging.unmerge(done.id, because="Two.")

    look_again(contact)

    assert check.replaced_at is not None
    assert given.asked(contact).person_id == first.id


def test_an_alert_that_ends_is_looked_at_too(contact):
    alert = alert_on(confirmed(contact.children[0]))
    with viewing(user_viewer(rows.user("grace"))):
        alerts.end_alert(alert.id, because="Gone.")

    assert len(promised(contact)) == 2


@pytest.mark.parametrize(("state", "held", "looks"), [("decided", True, 1), ("decided", False, 0)])
def test_a_contact_that_was_decided_looks_again_while_somebody_holds_it(contact, state, held, looks):
    contact.state = state
    if not held:
        rows.lead_of(contact).state = "done"
    db.session.flush()

    alert_on(confirmed(contact.children[0]))

    assert len(promised(contact)) == looks


def test_who_may_not_know_whom_somebody_is_takes_nothing_away_by_another_answer(contact):
    check = given.asked(contact)
    confirmed(contact.children[0]).restricted = True
    db.session.flush()

    said(contact, made.person("Ada Other"), "refused")

    assert (check.outcome, check.replaced_at) == (None, None)


def test_what_counts_of_somebody_restricted_is_the_same_for_every_viewer(contact):
    found = answers.Answer(outcome="information_found", words="Invented.", facts={"missing_before": "yes"})
    answers.keep(given.asked(contact), found)
    confirmed(contact.children[0]).restricted = True
    db.session.flush()

    with viewing(user_viewer(rows.user("sarah"))):
        assert family_history.answered(contact)[contact.children[0].id]["missing_before"] == "yes"
