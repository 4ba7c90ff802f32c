"""Who somebody in a contact is: a person says, every answer is kept, and nothing is linked by itself."""

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Conflict, NotAllowed, NotFound
from screening.models import BackgroundCheck, PersonLink, Task
from screening.people import links, merging
from screening.people.links import Shown
from screening.tasks import PRIORITY
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
SHOWN = Shown("uk-1", 0.97, 12.5, [{"field": "given", "words": "First name the same: ada"}])


@pytest.fixture
def ada(context):
    """Somebody in a contact that the screening team holds, and that Priya took."""
    contact = given.contact(taken_by_id=given.user("priya").id)
    given.item(contact, "screening")
    return given.person(contact)


def answer(participation, person, said="confirmed", by="sarah", shown=SHOWN):
    with viewing(user_viewer(given.user(by))):
        return links.answer(participation, person, said, shown)


def kept(participation):
    question = select(PersonLink).where(PersonLink.participation_id == participation.id).order_by(PersonLink.seq)
    return [(link.answer, link.replaced_at is None) for link in db.session.scalars(question)]


def test_an_answer_keeps_who_gave_it_and_what_was_shown(ada):
    link = answer(ada, made.person())

    assert (link.answered_by_id, link.model, link.posterior) == (given.user("sarah").id, "uk-1", 0.97)
    assert link.reasons == SHOWN.reasons


def test_a_new_answer_replaces_the_old_one_and_both_are_kept(ada):
    person = made.person()
    answer(ada, person)
    answer(ada, person, "not_sure", by="tom")

    assert kept(ada) == [("confirmed", False), ("not_sure", True)]


def test_the_same_answer_again_is_the_same_answer(ada):
    person = made.person()

    assert answer(ada, person).id == answer(ada, person, by="tom").id
    assert kept(ada) == [("confirmed", True)]


def test_one_who_confirms_somebody_else_is_told_who_was_first(ada):
    answer(ada, made.person())

    with pytest.raises(Conflict, match="Sarah Okafor confirmed somebody else at "):
        answer(ada, made.person(), by="tom")


def test_one_may_correct_ones_own_confirmation(ada):
    answer(ada, made.person())
    answer(ada, made.person())

    assert kept(ada) == [("confirmed", False), ("confirmed", True)]


def test_after_the_first_is_taken_back_another_can_be_confirmed(ada):
    first = made.person()
    answer(ada, first)
    answer(ada, first, "refused", by="tom")
    answer(ada, made.person(), by="tom")

    assert kept(ada) == [("confirmed", False), ("refused", True), ("confirmed", True)]


def test_a_call_handler_proposes_and_no_more(ada):
    person = made.person()

    assert answer(ada, person, "proposed", by="priya").answer == "proposed"
    for said in ("confirmed", "refused", "not_sure"):
        with pytest.raises(NotAllowed):
            answer(ada, person, said, by="priya")


def test_a_proposal_undoes_no_answer(ada):
    person = made.person()
    answer(ada, person, "refused")

    with pytest.raises(Conflict, match="Sarah Okafor has answered already: not them"):
        answer(ada, person, "proposed", by="priya")


def test_a_doubt_undoes_no_answer_and_nobody_elses_proposal(ada):
    person, other = made.person(), made.person()
    answer(ada, person, "proposed", by="tom")
    answer(ada, other, "not_sure")

    for one in (person, other):
        with pytest.raises(Conflict, match="has answered already"):
            answer(ada, one, "doubted", by="priya")


def test_who_proposed_may_doubt_it_and_who_doubts_may_propose(ada):
    person = made.person()
    for said in ("proposed", "doubted", "proposed"):
        answer(ada, person, said, by="priya")

    assert kept(ada) == [("proposed", False), ("doubted", False), ("proposed", True)]


def test_nobody_is_proposed_once_it_is_confirmed_who_it_is(ada):
    answer(ada, made.person())

    with pytest.raises(Conflict, match="has answered already: confirmed"):
        answer(ada, made.person(), "proposed", by="priya")


def test_an_answer_is_audited_without_a_name(ada):
    person = made.person()
    answer(ada, person)

    entry = given.audited(ada.contact, "link.answered")[0]
    assert entry.detail == {"participation": str(ada.id), "person": str(person.id), "answer": "confirmed"}


def test_who_has_the_contact_open_is_told_that_it_changed(ada):
    before = ada.contact.version
    answer(ada, made.person())

    assert ada.contact.version > before


def checks_of(participation):
    db.session.flush()
    question = select(BackgroundCheck).where(BackgroundCheck.participation_id == participation.id)
    return list(db.session.scalars(question.order_by(BackgroundCheck.seq)))


def test_once_it_is_said_who_it_is_our_own_records_are_asked_again(ada):
    given.check(ada)
    answer(ada, made.person())

    assert [check.replaced_at is None for check in checks_of(ada)] == [False, True]


def test_once_that_is_taken_back_they_are_asked_again(ada):
    person = made.person()
    answer(ada, person)
    answer(ada, person, "not_sure")

    assert len(checks_of(ada)) == 2


def test_a_proposal_asks_our_own_records_too_and_so_does_taking_it_back(ada):
    person = made.person()
    answer(ada, person, "proposed", by="priya")
    assert len(checks_of(ada)) == 1

    with viewing(user_viewer(given.user("priya"))):
        links.take_back(ada, person.id)
    assert len(checks_of(ada)) == 2


def test_what_is_asked_again_about_a_red_contact_is_as_urgent_as_it_is(ada):
    given.item(ada.contact, "mash", urgency="red", leads=False)
    answer(ada, made.person())

    db.session.flush()
    task = db.session.scalars(select(Task).where(Task.subject_id == checks_of(ada)[0].id)).one()
    assert task.priority == PRIORITY["red"]


def test_who_may_not_see_the_contact_answers_nothing_about_it(ada):
    with pytest.raises(NotFound):
        answer(ada, made.person(), by="winnie")


def test_a_restricted_person_cannot_be_answered_about(ada):
    with pytest.raises(NotFound):
        answer(ada, made.restricted(made.person(), "grace"))


def test_that_a_restricted_person_was_confirmed_is_not_told(ada):
    secret = made.restricted(made.person(), "grace")
    answer(ada, secret, by="grace")

    with pytest.raises(Conflict) as refused:
        answer(ada, made.person(), by="sarah")

    assert refused.value.message == links.CANNOT_SETTLE


def test_current_leaves_out_what_was_replaced_and_whom_the_viewer_may_not_know(ada):
    person, secret = made.person(), made.restricted(made.person(), "grace")
    answer(ada, person, "not_sure")
    answer(ada, person, "refused")
    answer(ada, secret, "not_sure", by="grace")

    with viewing(user_viewer(given.user("sarah"))):
        found = links.current([ada.id])[ada.id]

    assert [(one.link.answer, one.kept_id, one.by) for one in found] == [("refused", person.id, "Sarah Okafor")]


def test_an_answer_stays_with_a_record_that_is_merged(ada):
    first, second = made.person(), made.person()
    answer(ada, second)
    with viewing(user_viewer(given.user("grace"))):
        done = merging.merge(first.id, second.id, versions=(first.version, second.version), choices={}, why="One.")

        assert links.current([ada.id])[ada.id][0].kept_id == first.id
        assert links.confirmed_records([ada.id]) == {ada.id: [first.id, second.id]}
        merging.unmerge(done.id, because="Two.")

        assert links.confirmed_records([ada.id]) == {ada.id: [second.id]}


def test_a_merged_record_is_not_answered_about_any_more(ada):
    first, second = made.person(), made.person()
    with viewing(user_viewer(given.user("grace"))):
        merging.merge(first.id, second.id, versions=(first.version, second.version), choices={}, why="One.")

    with pytest.raises(Conflict, match="merged this record into another"):
        answer(ada, second)


def test_an_answer_about_the_kept_record_replaces_those_about_what_it_took_in(ada):
    first, second = made.person(), made.person()
    answer(ada, second, "not_sure")
    with viewing(user_viewer(given.user("grace"))):
        merging.merge(first.id, second.id, versions=(first.version, second.version), choices={}, why="One.")
    answer(ada, first)

    assert kept(ada) == [("not_sure", False), ("confirmed", True)]
