"""Was the threshold right? Asked once of who accepted, about the score as it stood, and never changed."""

import pytest
from sqlalchemy import func, select

from screening import acceptance
from screening.access import user_viewer, viewing, worker_viewer
from screening.db import db, now, transaction
from screening.errors import Conflict, Invalid, NotFound, Stale
from screening.models import AcceptanceView, OwnView
from screening.queues import service
from tests.screening.at_once import at_once
from tests.screening.decisions.given import rules_say
from tests.screening.queues import given, tokens

NAME = "Ada Marlow"


@pytest.fixture
def noon(context):
    given.clock_at(given.TUESDAY_NOON)


def held(team="winchester", by="winnie", *, step="referral", urgency="amber", **more):
    """An item that somebody has accepted, of a contact with one child; a referral unless a step says otherwise."""
    contact = given.contact(urgency=urgency, level=3, state="decided" if step == "referral" else "received")
    child = given.person(contact, NAME)
    rules_say(contact, level=3, urgency=urgency)
    if step == "referral":
        given.decision(child, referral=True)
    holder = {"state": "accepted", "holder_id": given.user(by).id, "accepted_at": now()} if by else {}
    return given.item(contact, team, step=step, urgency=urgency, **{**holder, **more})


def own_view(item, by="winnie", stage="team"):
    child = item.contact.children[0]
    row = {"contact_id": item.contact_id, "child_id": child.id, "user_id": given.user(by).id, "stage": stage}
    db.session.add(OwnView(**row, level=2, urgency="green", kept_at=now()))
    db.session.flush()


def viewed(*where, **more):
    """The same, of whose child the holder has kept their own view, where they decide about it."""
    item = held(*where, **more)
    own_view(item, stage="team" if item.step == "referral" else "contact")
    return item


def say(item, answer="right", *, by="winnie", **more):
    with viewing(user_viewer(given.user(by))):
        return service.say_threshold(item.id, version=more.pop("version", item.version), answer=answer, **more)


def kept(item):
    return db.session.scalars(select(AcceptanceView).where(AcceptanceView.queue_item_id == item.id)).one_or_none()


def is_open(item, by="winnie"):
    with viewing(user_viewer(given.user(by))):
        return acceptance.is_open(item)


@pytest.mark.usefixtures("noon")
class TestOfWhichItems:
    """Which items are asked about, and which are not."""

    def test_a_referral_is(self):
        assert acceptance.asks(held())

    @pytest.mark.parametrize(
        ("team", "step", "urgency", "asked"),
        [
            ("mash", "received", "red", True),
            ("emergency-duty", "received", "red", True),
            ("mash", "raised", "red", True),
            ("screening", "received", "red", False),
            ("screening", "received", "amber", False),
            ("emergency-duty", "received", "amber", False),
            ("duty-manager", "received", "red", False),
            ("information", "received", "green", False),
            ("mash", "second_person", "red", False),
            ("mash", "attention", "red", False),
        ],
    )
    def test_a_first_reading_is_only_where_red_went_straight_to_a_team_that_acts(self, team, step, urgency, asked):
        assert acceptance.asks(held(team, None, step=step, urgency=urgency)) is asked

    def test_an_alert_is_not(self):
        assert not acceptance.asks(held(by=None, leads=False, accept_due_at=None))

    def test_what_no_team_holds_is_not(self):
        assert not acceptance.asks(held(None, None))


@pytest.mark.usefixtures("noon")
class TestTheAnswer:
    """What is kept, and what is refused."""

    def test_it_is_kept_about_the_newest_score(self):
        item = viewed()
        newest = given.screening(item.contact, urgency="amber", level=3)

        say(item, "too_high")

        found = kept(item)
        assert (found.answer, found.screening_id, found.team_id) == ("too_high", newest.id, item.team_id)

    def test_it_is_in_the_audit(self):
        item = viewed()

        say(item, "too_low")

        assert given.audited(item.contact, "queue.threshold_view")[0].detail == {"answer": "too_low"}

    def test_a_second_answer_is_refused_with_who_and_when(self):
        item = viewed()
        say(item, "right")

        with pytest.raises(Conflict, match=r"Winnie Asante answered this at 12:00 on 24 November 2026"):
            say(item, "too_low")

    def test_the_same_answer_again_is_a_double_click(self):
        item = viewed()

        say(item, "right")
        say(item, "right")

        assert len(given.audited(item.contact, "queue.threshold_view")) == 1

    def test_whoever_holds_it_next_is_told_who_answered(self):
        item = viewed()
        say(item, "right")
        item.holder_id = given.user("henry").id
        db.session.flush()

        with pytest.raises(Conflict, match="Winnie Asante answered this"):
            say(item, "right", by="henry")

    def test_only_who_accepted_answers(self):
        with pytest.raises(Conflict, match="Only the person who accepted this"):
            say(held(), by="henry")

    def test_it_is_not_open_before_it_is_accepted(self):
        with pytest.raises(Conflict, match="Accept it first"):
            say(held(by=None))

    def test_it_is_closed_once_the_item_has_ended(self):
        item = held()
        item.state, item.ended_at = "done", now()
        db.session.flush()

        with pytest.raises(Conflict, match="passed this on"):
            say(item)

    def test_another_team_does_not_know_of_it(self):
        with pytest.raises(NotFound):
            say(held(), by="nadia")

    def test_a_first_reading_by_screening_is_refused(self):
        with pytest.raises(Conflict, match="only asked of referrals"):
            say(held("screening", "sarah", step="received"), by="sarah")

    def test_an_answer_that_is_none_of_the_four_is_refused(self):
        with pytest.raises(Invalid):
            say(held(), "perhaps")

    def test_an_answer_about_an_older_score_is_refused(self):
        item = viewed()
        seen = given.screening(item.contact, urgency="amber", level=3).id
        given.screening(item.contact, urgency="amber", level=2)

        with pytest.raises(Stale):
            say(item, seen=seen)

    def test_an_item_that_was_raised_meanwhile_is_refused(self):
        item = viewed()

        with pytest.raises(Stale):
            say(item, version=item.version - 1)

    def test_it_waits_for_the_own_view_of_who_decides_there(self):
        item = held()

        with pytest.raises(Conflict, match="Your own view of each child comes first"):
            say(item)
        assert kept(item) is None

    def test_who_was_referred_as_a_child_and_is_one_no_longer_is_not_waited_for(self):
        """Nobody can decide about them there, so nobody could ever keep a view of them."""
        item = viewed()
        ben = given.person(item.contact, "Ben Marlow")
        given.decision(ben, referral=True)
        assert not is_open(item)

        ben.role = "adult"
        db.session.flush()

        assert is_open(item)


@pytest.mark.usefixtures("noon")
class TestOnAPage:
    """When the pages ask, and what they show."""

    def page(self, client, item):
        return client.get(f"/contacts/{item.contact.reference}").text

    def send(self, client, item, answer):
        form = {"answer": answer, "version": item.version}
        return client.post(f"/queues/items/{item.id}/threshold-view", data=form)

    def test_who_decides_is_asked_only_after_their_own_view(self, signed_in):
        item = held()
        client = signed_in("winnie")

        before = self.page(client, item)
        own_view(item)
        after = self.page(client, item)

        assert "Was the threshold right?" not in before
        assert "The rules proposed level 3, targeted early help, amber." in after

    def test_with_two_children_it_waits_for_the_view_of_both(self):
        item = held()
        given.decision(given.person(item.contact, "Ben Marlow"), referral=True)
        own_view(item)

        assert not is_open(item)

    def test_an_own_view_of_the_first_stage_is_not_one_of_the_second(self):
        item = held()
        own_view(item, stage="contact")

        assert not is_open(item)

    def test_who_decides_nothing_there_is_asked_right_after_accepting(self, signed_in):
        # A social worker without rights over the contact decision, to whom red went straight.
        item = held("mash", "marcus", step="received", urgency="red")

        assert "Was the threshold right?" in self.page(signed_in("marcus"), item)

    def test_a_colleague_of_the_holder_is_not_asked(self, signed_in):
        item = held("mash", "marcus", step="received", urgency="red")

        assert "Was the threshold right?" not in self.page(signed_in("grace"), item)

    def test_one_click_keeps_it_and_the_question_is_gone(self, signed_in):
        item = held()
        own_view(item)
        client = signed_in("winnie")

        answer = self.send(client, item, "right")
        page = self.page(client, item)

        assert (answer.status_code, kept(item).answer) == (302, "right")
        assert "You answered <strong>about right</strong>" in page
        assert 'name="answer"' not in page

    def test_the_wrong_team_is_offered_to_return_it(self, signed_in):
        item = held()
        own_view(item)
        client = signed_in("winnie")
        self.send(client, item, "wrong_team")

        assert "Return it</a>" in self.page(client, item)

    def test_too_high_offers_nothing_more(self, signed_in):
        item = held()
        own_view(item)
        client = signed_in("winnie")
        self.send(client, item, "too_high")

        assert "Return it</a>" not in self.page(client, item)

    def test_a_form_sent_before_the_own_view_is_refused(self, signed_in):
        item = held()

        answer = self.send(signed_in("winnie"), item, "right")

        assert (answer.status_code, kept(item)) == (409, None)

    def test_the_record_shows_it_to_who_may_see_rules_and_to_no_other(self, signed_in):
        item = held("mash", "marcus", step="received", urgency="red")
        say(item, "too_high", by="marcus")

        shown, hidden = self.page(signed_in("edith"), item), self.page(signed_in("marcus"), item)

        assert "What the teams thought of it" in shown
        assert "What the teams thought of it" not in hidden

    def test_a_decider_does_not_read_it_before_their_own_view(self, signed_in):
        item = held("mash", "marcus", step="received", urgency="red")
        say(item, "too_high", by="marcus")
        item.holder_id = given.user("grace").id
        db.session.flush()

        assert "What the teams thought of it" not in self.page(signed_in("grace"), item)


@pytest.mark.usefixtures("noon")
class TestThroughTheApi:
    """Only a person's own token answers."""

    def post(self, client, item, token, body=None, **more):
        more = {"version": item.version, **more}
        return tokens.post(client, token, f"/queue-items/{item.id}/threshold-view", body or {"answer": "right"}, **more)

    def test_a_person_answers_once(self, client):
        item = viewed()
        db.session.commit()

        answer = self.post(client, item, tokens.of_user("winnie"))

        assert (answer.status_code, kept(item).answer) == (200, "right")

    def test_a_second_answer_is_a_conflict_with_who_and_when(self, client):
        item = viewed()
        db.session.commit()
        self.post(client, item, tokens.of_user("winnie"))

        answer = self.post(client, item, tokens.of_user("winnie"), {"answer": "too_low"})

        assert answer.status_code == 409
        assert "Winnie Asante answered this at" in answer.json["detail"]

    def test_a_repeat_under_the_same_key_gets_the_same_answer(self, client):
        item = viewed()
        db.session.commit()
        token = tokens.of_user("winnie")

        first, again = (self.post(client, item, token, key="one") for _ in range(2))

        assert (first.json, db.session.scalar(select(func.count(AcceptanceView.id)))) == (again.json, 1)

    @pytest.mark.parametrize("body", [{"answer": "maybe"}, {"answer": "right", "because": "words"}])
    def test_another_answer_or_text_beside_it_is_refused(self, client, body):
        item = viewed()
        db.session.commit()

        assert self.post(client, item, tokens.of_user("winnie"), body).status_code == 422

    def test_no_version_is_refused(self, client):
        item = viewed()
        db.session.commit()

        assert self.post(client, item, tokens.of_user("winnie"), version=None).status_code == 428

    def test_an_integrations_token_does_not_answer(self, client):
        item = viewed()
        db.session.commit()

        assert self.post(client, item, tokens.of_client("integration")).status_code == 403

    def test_it_waits_for_the_own_view_too(self, client):
        item = held()
        db.session.commit()

        answer = self.post(client, item, tokens.of_user("winnie"))

        assert (answer.status_code, kept(item)) == (409, None)
        assert answer.json["detail"].startswith("Your own view of each child comes first")


@pytest.mark.commits
def test_of_two_answers_at_once_one_is_kept_and_the_other_is_told_who(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        item = viewed()
        item_id, version = item.id, item.version

    def answering(answer):
        return lambda: service.say_threshold(item_id, version=version, answer=answer)

    # The same person on two screens.
    answers = at_once_of_one(own_app, "winnie", answering("right"), answering("too_low"))

    with own_app.app_context(), viewing(worker_viewer("test")):
        assert db.session.scalar(select(func.count(AcceptanceView.id))) == 1
    assert sorted(answer == "done" for answer in answers) == [False, True]
    assert next(answer for answer in answers if answer != "done").startswith("Winnie Asante answered this at ")


def at_once_of_one(app, user_name, *actions):
    """Run the actions of one person as `at_once` does those of several."""
    answers = []

    def told(action):
        def act():
            try:
                with transaction():
                    action()
                answers.append("done")
            except Conflict as refused:
                answers.append(refused.message)

        return act

    at_once(app, *((user_name, told(action)) for action in actions))
    return answers
