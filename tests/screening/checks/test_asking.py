"""Partners are asked only by who may, about whom somebody confirmed, after one click; and why, or why not, is kept."""

import pytest
from sqlalchemy import select

from screening import tasks
from screening.access import user_viewer, viewing, worker_viewer
from screening.checks import asking, queries
from screening.checks.asking import Wish
from screening.checks.proposing import NOT_CONFIRMED, proposals, standing
from screening.db import db
from screening.errors import Conflict, Invalid, NotAllowed
from screening.models import BackgroundCheck, Person, PersonLink, PersonReader, Task
from screening.sharing import permission
from tests.screening.checks import given
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")


def ask(contact, user="sarah", **wish):
    with viewing(user_viewer(rows.user(user))):
        return asking.ask(contact, Wish(**wish))


def proposed(contact, register="police"):
    return next(one for one in proposals(contact, standing(contact)) if one.register == register)


def promised(check):
    return set(db.session.scalars(select(Task.kind).where(Task.subject_id == check.id)))


def test_one_click_is_a_row_with_who_why_and_on_what_basis():
    given.partner()

    [check] = ask(given.contact(), registers=["police"], reason="A neighbour heard it.")

    assert (check.kind, check.outcome, check.reason) == ("police", None, "A neighbour heard it.")
    assert (check.asked_by_id, check.chaser_id) == (rows.user("sarah").id,) * 2
    assert check.lawful_basis == "s47"
    assert promised(check) == {tasks.ASK_PARTNER, tasks.CHASE_PARTNER}


@pytest.mark.parametrize(("urgency", "hours"), [("red", 4), ("amber", 24)])
def test_an_answer_is_due_by_how_urgent_it_is(urgency, hours):
    given.partner()

    [check] = ask(given.contact(urgency=urgency), registers=["police"])

    assert (check.due_at - check.asked_at).total_seconds() == hours * 3600


@pytest.mark.parametrize(("adapter", "kind"), [("form", tasks.SEND_FORM), ("phone", None)])
def test_a_partner_is_asked_as_they_are_reached(adapter, kind):
    given.partner(adapter=adapter)

    [check] = ask(given.contact(), registers=["police"])

    assert promised(check) == {tasks.CHASE_PARTNER, *([kind] if kind else [])}


def test_nobody_is_asked_about_whom_nobody_confirmed():
    given.partner()
    contact = rows.contact(level=4)
    rows.person(contact)

    assert proposed(contact).why.startswith("Say first who they are")
    with pytest.raises(Invalid) as refused:
        ask(contact, registers=["police"])
    assert refused.value.fields.keys() == {"/registers/0"}


def test_a_record_that_was_merged_is_asked_about_as_the_one_that_took_it_in():
    given.partner()
    contact = given.contact()
    [link] = db.session.scalars(select(PersonLink).where(PersonLink.participation_id == contact.children[0].id))
    kept = given.confirm(rows.person(rows.contact(), "Ada Marlow"), protected=True)
    db.session.get_one(Person, link.person_id).merged_into_id = kept.id

    [check] = ask(contact, registers=["police"])

    assert check.person_id == kept.id


def restricted(contact, reader="edith"):
    [link] = db.session.scalars(select(PersonLink).where(PersonLink.participation_id == contact.children[0].id))
    db.session.get_one(Person, link.person_id).restricted = True
    db.session.add(PersonReader(person_id=link.person_id, user_id=rows.user(reader).id))
    db.session.flush()


def seen(contact, user):
    with viewing(user_viewer(rows.user(user))):
        return next(one for one in queries.checks_of(contact) if one.kind == "police")


def test_a_restricted_person_is_nobody_whom_somebody_confirmed_to_who_is_not_named():
    given.partner()
    contact = given.contact()
    restricted(contact)

    with viewing(user_viewer(rows.user("sarah"))):
        one = proposed(contact)
        assert (one.people, one.why) == ([], NOT_CONFIRMED)
        with pytest.raises(Invalid):
            asking.ask(contact, Wish(registers=["police"]))
    with viewing(worker_viewer("checks")):
        assert [person.id for person in proposed(contact).people] == [contact.children[0].id]


@pytest.mark.parametrize("outcome", ["information_found", "nothing_known"])
def test_what_was_told_and_answered_of_a_restricted_person_is_for_named_readers(outcome):
    given.partner()
    contact = given.contact()
    [check] = ask(contact, registers=["police"])
    check.shared = {"person": {"names": {}}}
    check.found = {"words": "Known."} if outcome == "information_found" else None
    check.outcome, check.answered_at, check.answered_by = outcome, check.asked_at, "PC Stone"
    restricted(contact, reader="grace")

    shown, named = seen(contact, "sarah"), seen(contact, "grace")

    assert (shown.outcome, shown.problem, shown.found) == ("failed", queries.ASK_DUTY_MANAGER, None)
    assert (shown.asked.shared, shown.asked.reason, shown.asked.answered_by) == (None, None, None)
    assert (named.outcome, named.found, named.asked.shared) == (outcome, check.found, check.shared)


@pytest.mark.parametrize("user", ["priya", "winnie", "owen", "aisha", "adam"])
def test_who_may_not_ask_is_refused(user):
    given.partner()

    with pytest.raises(NotAllowed):
        ask(given.contact(), user, registers=["police"])


@pytest.mark.parametrize("user", ["sarah", "edith", "henry"])
def test_who_screens_manages_or_is_on_duty_may_ask(user):
    given.partner()
    contact = given.contact(urgency="red")
    rows.item(contact, rows.user(user).teams[0].slug, urgency="red")

    assert ask(contact, user, registers=["police"])


def test_a_question_is_not_put_twice():
    given.partner()
    contact = given.contact()
    ask(contact, registers=["police"])

    assert ask(contact, registers=["police"]) == []


def test_what_failed_is_asked_again_and_its_first_row_is_kept():
    given.partner()
    contact = given.contact()
    [first] = ask(contact, registers=["police"])
    first.outcome, first.answered_at, first.problem = "failed", first.asked_at, "Their service failed."
    db.session.flush()

    [second] = ask(contact, registers=["police"])

    assert first.replaced_at is not None
    assert second.id != first.id
    assert (first.outcome, second.outcome) == ("failed", None)


def test_what_a_partner_does_not_know_is_not_asked_again():
    given.partner()
    contact = given.contact()
    [first] = ask(contact, registers=["police"])
    first.outcome, first.answered_at = "nothing_known", first.asked_at
    db.session.flush()

    with viewing(user_viewer(rows.user("sarah"))), pytest.raises(Conflict):
        asking.again(first)


def test_leaving_out_what_is_proposed_takes_a_reason():
    given.partner()
    given.partner("health")
    contact = given.contact()

    with pytest.raises(Invalid) as refused:
        ask(contact, registers=["police"])

    assert refused.value.fields.keys() == {"/not_asked/health"}


def test_one_that_is_left_out_is_a_row_with_its_reason_and_never_nothing_known():
    given.partner()
    given.partner("health")

    _, left_out = ask(given.contact(), registers=["police"], not_asked={"health": "Spoke to the GP this morning."})

    assert (left_out.kind, left_out.outcome) == ("health", "not_asked")
    assert left_out.problem == "Spoke to the GP this morning."
    assert left_out.partner_id is None


def test_nobody_is_asked_before_a_lawful_basis_is_recorded():
    given.partner()
    contact = rows.contact(level=4)
    given.confirm(rows.person(contact))

    assert proposed(contact).why == permission.NO_BASIS
    with pytest.raises(Invalid):
        ask(contact, registers=["police"])


def test_a_register_is_asked_only_on_a_basis_on_which_policy_allows_it():
    given.partner("probation", about=["child"])
    contact = given.contact()
    given.share(contact, "s17", "given")

    assert not proposed(contact, "probation").asks


@pytest.mark.parametrize(("level", "ticked"), [(1, False), (2, True), (3, True), (4, True)])
def test_what_is_ticked_follows_the_level(level, ticked):
    given.partner("health")

    assert proposed(given.contact(level=level), "health").ticked is ticked


def test_where_an_alleged_adult_may_read_it_somebody_rings():
    given.partner("education")
    contact = given.contact()
    rows.person(contact, "Gary Smyth", role="adult", alleged_harm_to=[0], works_with_children="yes")

    [check] = ask(contact, registers=["education"])

    assert check.way == "phone"
    assert "Ask by telephone" in check.problem
    assert promised(check) == {tasks.CHASE_PARTNER}


def test_a_contact_that_could_not_be_scored_stands_as_the_gravest():
    stands = standing(given.contact(urgency=None, level=4))

    assert (stands.level, stands.urgency) == (4, "red")


def test_nobody_is_asked_during_the_call():
    given.partner()

    with pytest.raises(Conflict):
        ask(given.contact(state="taking", taken_by_id=rows.user("sarah").id), registers=["police"])


def test_of_adults_only_who_lives_there_or_is_alleged_to_have_harmed_is_asked_about():
    given.partner()
    contact = given.contact()
    for name, more in (("Gary Smyth", {"alleged_harm_to": [0]}), ("Nora Bell", {})):
        given.confirm(rows.person(contact, name, role="adult", **more))

    checks = ask(contact, registers=["police"])

    about = {check.participation_id for check in checks}
    named = {person.full_name for person in contact.participations if person.id in about}
    assert named == {"Ada Marlow", "Gary Smyth"}


def test_each_question_is_one_row_for_one_person():
    given.partner()
    contact = given.contact()
    given.confirm(rows.person(contact, "Ben Marlow"))

    assert len(ask(contact, registers=["police"])) == 2
    assert db.session.scalar(select(db.func.count()).select_from(BackgroundCheck)) >= 2
