"""The question in a partner's mailbox: sent once, naming nobody, and never where it may not go."""

import re

import pytest

from screening.access import viewing, worker_viewer
from screening.checks import links
from screening.db import db, now, transaction
from screening.models import BackgroundCheck, Partner, PartnerLink
from tests.conftest import make_app, settings_for
from tests.screening.checks import given
from tests.screening.queues import given as rows
from tests.workers.conftest import DATABASE
from tests.workers.partners.simulated import fresh
from tests.workers.post_office import open_post_office
from workers import kinds
from workers.partners import by_form, chase

pytestmark = pytest.mark.commits


@pytest.fixture
def office():
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def app(postgres, works, office):
    made = make_app(settings_for(postgres, DATABASE, SMTP_URL=f"smtp://127.0.0.1:{office.port}"))
    with made.app_context(), viewing(worker_viewer("test")):
        with transaction():
            db.session.execute(db.update(Partner).values(active=False))
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def check(app):
    with transaction():
        given.partner("education", "form", shares=["names"])
        contact = given.contact()
        rows.item(contact)
        return given.asked(contact, "education")


def send(check, which="first"):
    with transaction():
        outgoing = by_form.prepare(check.id, which)
    if outgoing is None:
        return None
    answer = by_form.deliver(outgoing)
    with transaction():
        return by_form.record(outgoing, answer) or outgoing


def token_in(letter):
    return re.search(r"/partner/(\S+)", letter.get_content()).group(1)


def test_the_letter_holds_a_link_that_works_and_names_nobody(check, office):
    send(check)

    [letter] = office.taken
    assert office.recipients == ["education@example.org"]
    with transaction():
        assert links.opened(token_in(letter)).check.id == check.id
    for hidden in ("Ada", "Marlow", "Surrey", "FD-"):
        assert hidden not in str(letter)


def test_exactly_what_the_form_will_show_is_kept_as_shared(check):
    send(check)

    assert fresh(check).shared["person"] == {
        "role": "child",
        "names": {"given_names": ["Ada"], "family_names": ["Marlow"]},
    }


def test_a_letter_that_is_made_again_after_a_crash_is_the_same(check):
    with transaction():
        first = by_form.prepare(check.id, "first")
    with transaction():
        second = by_form.prepare(check.id, "first")

    assert first.letter.as_bytes() == second.letter.as_bytes()


def test_it_is_sent_once_and_its_reminder_is_another_letter_with_the_same_link(check, office):
    for which in ("first", "first", "reminder", "reminder"):
        send(check, which)

    first, reminder = office.taken
    assert first["Message-ID"] != reminder["Message-ID"]
    assert token_in(first) == token_in(reminder)


def test_each_chase_sends_one_reminder_of_its_own(check, office):
    send(check)
    for _ in range(2):
        with transaction():
            chase.chase(check.id)
        send(check, "reminder")
        send(check, "reminder")

    first, *reminders = office.taken
    assert len({letter["Message-ID"] for letter in office.taken}) == len(reminders) + 1 == 3
    assert {token_in(letter) for letter in reminders} == {token_in(first)}


def test_a_mailbox_that_refuses_is_not_checked_with_who_chases(check, office):
    office.mode = "refuse"
    send(check)

    refused = fresh(check)
    assert (refused.outcome, refused.chaser_id is not None) == ("failed", True)
    assert "Ring them" in refused.problem
    assert "example.org" not in refused.problem


def test_a_mail_server_that_is_away_is_tried_again_and_said_so(check, office):
    office.mode = "later"

    assert isinstance(send(check), str)
    assert fresh(check).outcome is None


def test_what_may_not_be_sent_is_for_a_person_to_ring(app, office, check):
    with transaction():
        contact = db.session.get_one(given.Contact, check.contact_id)
        rows.person(contact, "Gary Smyth", role="adult", alleged_harm_to=[0], works_with_children="yes")

    assert send(check) is None

    assert office.taken == []
    assert fresh(check).way == "phone"
    with transaction(), viewing(worker_viewer("test")):
        assert rows.audited(db.session.get_one(given.Contact, check.contact_id), "check.withheld")
        assert db.session.scalar(db.select(PartnerLink).where(PartnerLink.check_id == check.id)) is None


def test_giving_up_is_not_checked(check):
    with transaction():
        by_form.give_up(check.id, "first")

    assert fresh(check).outcome == "failed"
    assert kinds.WORK["send_form"].most_refusals


@pytest.mark.parametrize("mode", ["later", "refuse"])
def test_a_reminder_that_cannot_be_sent_leaves_the_form_open(check, office, mode):
    send(check)
    office.mode = mode
    with transaction():
        db.session.get_one(BackgroundCheck, check.id).due_at = now()

    send(check, "reminder")
    with transaction():
        by_form.give_up(check.id, "reminder")

    assert fresh(check).outcome is None
    with transaction():
        assert links.opened(token_in(office.taken[0])) is not None


def test_a_reminder_that_may_not_go_ends_nothing(check, office):
    send(check)
    with transaction():
        given.share_nothing(db.session.get_one(given.Contact, check.contact_id))

    assert send(check, "reminder") is None

    assert (len(office.taken), fresh(check).outcome) == (1, None)


@pytest.mark.parametrize("which", ["first", "reminder"])
def test_nothing_goes_to_a_partner_who_is_on_the_list_no_more(check, office, which):
    with transaction():
        db.session.execute(db.update(Partner).values(active=False))

    assert send(check, which) is None

    ended = fresh(check)
    assert (office.taken, ended.outcome, ended.problem) == ([], "failed", "The list of partners changed: ask again.")
