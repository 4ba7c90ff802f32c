"""Who disagrees with an outcome is answered by a manager who had no part in it, in time or by the next level."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Invalid, NotAllowed, NotFound
from screening.messages.disagreements import queries, service, whom
from screening.messages.replies import links
from screening.models import Decision, Membership, Message, User
from screening.said.adding import ByLink
from tests import statements
from tests.screening.messages import given
from tests.screening.queues import given as rows
from workers import disagreements, receipts

pytestmark = pytest.mark.usefixtures("context")
WORDS = "Two bruises in a week are not for advice."
ANSWER = "I have read it again with the team. A social worker visits tomorrow."
NEXT = "Decided anew as an assessment."


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def settings(app):
    return app.extensions["front_door"]


@pytest.fixture
def disagreed(settings):
    """A disagreement about what `decider` decided in a team's queue."""

    def made(team="screening", decider=None, **more):
        contact = given.contact(**more)
        rows.item(contact, team)
        if decider:
            child = rows.person(contact, "Tamsin Quillfeather")
            rows.decision(child).decided_by_id = decider.id
        message = given.message(contact, "outcome", state="sent")
        link, _ = links.link_for(message, contact, settings.secret_key)
        by = ByLink(link_id=link.id, said_by="Ms Adeyemi")
        return service.make(message, contact, WORDS, by)

    return made


def manager(name, *teams):
    """A team manager of these teams and no others."""
    user = User(
        user_name=name, name=name.title(), roles=["team_manager"], email=f"{name}@example.org", password_hash="-"
    )
    db.session.add(user)
    db.session.flush()
    db.session.add_all(Membership(user_id=user.id, team_id=team.id) for team in teams)
    db.session.flush()
    return user


def only(*users):
    """Leave these as the only managers."""
    others = update(User).where(User.id.not_in([user.id for user in users]), User.roles.contains(["team_manager"]))
    db.session.execute(others.values(disabled_at=given.TUESDAY_NOON))


def placed(row, level=1):
    disagreements.raise_to(row.id, level)
    db.session.refresh(row)
    return row


def team_of(row):
    return rows.lead_of(row.contact).team


def listed(user):
    with viewing(user_viewer(user)):
        return [row.id for row in queries.waiting()]


def answered(row, user, words=ANSWER):
    with viewing(user_viewer(user)):
        return service.answer(row.id, words, NEXT)


def test_it_goes_to_a_manager_of_the_team_who_did_not_decide(disagreed):
    row = disagreed("screening", decider=given.user("sarah"))
    one = manager("mona", team_of(row))
    only(one)

    placed(row)

    assert (row.level, row.team_id) == (1, team_of(row).id)
    assert listed(one) == [row.id]
    assert "open Disagreements" in rows.lead_of(row.contact).attention
    # One working day from Tuesday noon: the close of Wednesday.
    assert row.due_at.isoformat() == "2026-11-25T17:00:00+00:00"


def test_once_it_is_answered_no_queue_says_any_more_that_it_waits(disagreed):
    row = disagreed("screening", decider=given.user("sarah"))
    one = manager("mona", team_of(row))
    only(one)
    placed(row)
    told = [item for item in rows.items_of(row.contact) if item.is_to_be_seen]
    before = [item.state for item in told]

    answered(row, one)

    assert before == ["waiting"]
    assert [item.state for item in told] == ["done"]
    assert "A professional disagrees" not in (rows.lead_of(row.contact).attention or "")


def test_it_never_goes_to_who_decided_nor_may_they_answer(disagreed):
    decider = manager("mona", rows.team("screening"), rows.team("duty-manager"))
    row = disagreed("screening", decider=decider)
    other = manager("olga", rows.team("duty-manager"))
    only(decider, other)

    placed(row)

    assert row.level == 2
    assert (listed(decider), listed(other)) == ([], [row.id])
    with pytest.raises(NotAllowed, match="part in"):
        answered(row, decider)


@pytest.mark.parametrize("part", ["confirmed_by_id", "second_view"])
def test_whoever_was_the_second_person_had_a_part_too(disagreed, part):
    second = manager("mona", rows.team("screening"))
    row = disagreed("screening", decider=given.user("sarah"))
    decision = db.session.scalars(db.select(Decision).where(Decision.contact_id == row.contact_id)).one()
    setattr(decision, part, second.id if part == "confirmed_by_id" else {"by": str(second.id)})
    db.session.flush()

    assert second.id in whom.had_a_part(row.contact_id)


def test_unanswered_it_goes_to_the_next_level_when_it_is_due(disagreed):
    row = disagreed("screening")
    one, two = manager("mona", team_of(row)), manager("olga", rows.team("duty-manager"))
    only(one, two)
    placed(row)
    [*_, task] = given.tasks_of(row.contact, "disagreement")
    assert task.run_after == row.due_at
    given.clock_at(row.due_at + timedelta(minutes=1))

    placed(row, level=2)

    assert (row.level, row.team.kind) == (2, "duty_manager")
    # It is in their queue, so they may open it.
    assert listed(two) == [row.id]


@pytest.mark.parametrize("level", [1, 3])
def test_with_no_manager_left_an_alarm_shows_it_and_it_is_never_nobodys(disagreed, level):
    row = disagreed("screening")
    if level == 1:
        only(given.user("sarah"))

    placed(row, level=level)

    alarms = [item for item in rows.items_of(row.contact) if item.team_id is None]
    assert [alarm.attention for alarm in alarms] == [disagreements.NOBODY]
    assert row.team_id is None


def test_of_a_restricted_contact_only_who_is_named_is_asked(disagreed):
    row = disagreed("screening", restricted=True)
    one = manager("mona", team_of(row))
    only(one)

    assert whom.who_may(row.contact, team_of(row)) == []


def test_what_one_may_not_know_of_one_cannot_answer(disagreed):
    row = disagreed("screening")
    stranger = manager("mona")

    with pytest.raises(NotFound):
        answered(row, stranger)


def test_a_letter_that_names_the_family_is_refused(disagreed):
    row = disagreed("screening", decider=given.user("sarah"))
    one = manager("mona", team_of(row))

    with pytest.raises(Invalid, match="names nobody"):
        answered(row, one, "Tamsin is seen tomorrow.")

    assert row.answered_at is None


def test_the_answer_goes_back_by_message_with_a_link_to_disagree_again(disagreed, settings):
    row = disagreed("screening")
    message = answered(row, manager("mona", team_of(row)))

    outgoing = receipts.prepare_answer(message.id)

    text = outgoing.letter.get_content()
    assert ANSWER in text
    assert "To disagree" in text
    assert f"{settings.public_url}/reply/" in text
    assert given.tasks_of(row.contact, "answer")
    assert NEXT not in text


def test_where_no_letter_may_go_the_answer_is_told_by_telephone(disagreed):
    row = disagreed("screening")
    row.contact.referrer.safe_to_reply = "no"
    db.session.flush()

    message = answered(row, manager("mona", team_of(row)))

    assert message.state == "withheld"
    assert not given.tasks_of(row.contact, "answer")


def test_who_still_disagrees_is_answered_by_the_next_level_and_not_by_the_same_person(disagreed, settings):
    row = disagreed("screening")
    first = manager("mona", team_of(row), rows.team("duty-manager"))
    second = manager("olga", rows.team("duty-manager"))
    only(first, second)
    placed(row)
    message = answered(row, first)
    link, _ = links.link_for(message, row.contact, settings.secret_key)

    again = service.make(message, row.contact, "Still.", ByLink(link_id=link.id, said_by="Ms Adeyemi"))
    placed(again, level=2)

    assert (again.about_id, again.level) == (row.id, 2)
    assert (listed(first), listed(second)) == ([], [again.id])
    with viewing(user_viewer(second)):
        assert [(one.words, one.answer) for one in queries.before(again)] == [(WORDS, ANSWER)]
    assert answered(again, second).kind == "answer_2"


def test_after_the_last_level_there_is_nothing_more_to_disagree_with(disagreed):
    row = disagreed("screening")
    placed(row, level=2)

    assert not service.may_be_made(answered(row, manager("mona", team_of(row))))


def test_a_manager_answers_on_the_page(disagreed, signed_in):
    row = disagreed("screening")
    placed(row)
    db.session.commit()
    page, path = signed_in("grace"), f"/disagreements/{row.id}"
    assert WORDS in page.get("/disagreements").text

    refused = page.post(path, data={"answer": ANSWER})
    done = page.post(path, data={"answer": ANSWER, "next_step": NEXT}, follow_redirects=True)

    assert refused.status_code == 422
    assert ANSWER in refused.text
    assert "Answered by Grace" in done.text
    assert db.session.scalars(db.select(Message).where(Message.id == row.message_id)).one().state == "pending"


def test_a_long_list_asks_no_more_than_a_short_one(disagreed, signed_in):
    grace, asked = signed_in("grace"), []
    for more in (1, 3):
        for _ in range(more):
            placed(disagreed("screening"))
        db.session.commit()
        db.session.expunge_all()
        with statements.asked() as seen:
            assert grace.get("/disagreements").text.count(WORDS) >= more
        asked.append(len(seen))

    assert asked[1] <= asked[0]


def test_a_social_worker_does_not_reach_the_page(signed_in):
    assert signed_in("sarah").get("/disagreements").status_code == 403
