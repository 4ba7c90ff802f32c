"""Asking, writing down and chasing, on the pages and through the API."""

import re

import pytest

from screening.checks import answers, links, sharing
from screening.db import db, now
from screening.models import BackgroundCheck, DoNotAlert, Partner, PartnerLink, Person, PersonAddress, PersonLink
from screening.models.partner import REGISTERS
from tests import statements
from tests.screening.checks import given
from tests.screening.people import made
from tests.screening.queues import given as rows
from tests.screening.queues.tokens import of_user

pytestmark = pytest.mark.usefixtures("context")
SECRET = "a secret of the test's own"
SAID = {"outcome": "information_found", "words": "Missing twice.", "answered_by": "PC Invented, referral unit"}


@pytest.fixture
def contact():
    given.partner()
    found = given.contact()
    db.session.commit()
    return found


@pytest.fixture
def check(contact):
    found = given.asked(contact)
    db.session.commit()
    return found


def mark_police(contact):
    mark = DoNotAlert(
        participation_id=contact.children[0].id,
        register="police",
        why="Invented.",
        made_by_id=rows.user("sarah").id,
        made_at=now(),
    )
    db.session.add(mark)


def bearer(user):
    return {"Authorization": f"Bearer {of_user(user)}"}


def fresh(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def checks_of(contact):
    asked = db.select(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id)
    return list(db.session.scalars(asked.order_by(BackgroundCheck.seq)))


def test_the_form_has_what_policy_proposes_ticked_and_one_button(signed_in, contact):
    page = signed_in("sarah").get(f"/contacts/{contact.reference}?tab=checks").text

    assert 'value="police" checked' in " ".join(page.split())
    assert "Public task, Children Act 1989 section 47" in page
    assert page.count("Ask those who are ticked") == 1


def test_the_tab_asks_the_database_no_more_for_eight_registers_than_for_one(signed_in, contact):
    client, tab = signed_in("sarah"), f"/contacts/{contact.reference}?tab=checks"
    client.get(tab)
    with statements.asked() as for_one:
        client.get(tab)
    for register in REGISTERS[1:]:
        given.partner(register)
    db.session.commit()

    with statements.asked() as for_eight:
        page = client.get(tab).text

    assert page.count('name="registers"') == len(REGISTERS)
    assert len(for_eight) <= len(for_one)


def test_one_click_asks(signed_in, contact):
    answer = signed_in("sarah").post(f"/contacts/{contact.reference}/checks", data={"registers": ["police"]})

    assert answer.status_code == 302
    assert [check.kind for check in checks_of(contact)] == ["police"]


def test_taking_a_tick_away_without_a_reason_shows_what_is_missing_and_keeps_what_was_typed(signed_in, contact):
    given.partner("health")
    db.session.commit()

    answer = signed_in("sarah").post(
        f"/contacts/{contact.reference}/checks", data={"registers": ["police"], "reason": "She rang twice."}
    )

    assert answer.status_code == 422
    assert "Write why Health is not asked" in answer.text
    assert "She rang twice." in answer.text
    assert checks_of(contact) == []


def test_asking_with_nothing_ticked_says_what_to_do(signed_in, contact):
    given.partner("health")
    db.session.commit()
    browser, asking = signed_in("sarah"), f"/contacts/{contact.reference}/checks"
    browser.post(asking, data={"registers": ["police"], "left_out_because": "She was seen there today."})

    answer = browser.post(asking, data={})

    assert answer.status_code == 422
    assert "Choose at least one partner to ask." in answer.text


def test_a_partner_who_was_left_out_can_still_be_asked(signed_in, contact):
    given.partner("health")
    db.session.commit()
    browser, asking = signed_in("sarah"), f"/contacts/{contact.reference}/checks"
    browser.post(asking, data={"registers": ["police"], "left_out_because": "She was seen there today."})

    page = browser.get(f"/contacts/{contact.reference}?tab=checks").text
    browser.post(asking, data={"registers": ["health"]})

    assert 'value="health"' in page
    assert 'value="police"' not in page
    standing = [check for check in checks_of(contact) if check.replaced_at is None]
    assert {(check.kind, check.outcome) for check in standing} == {("police", None), ("health", None)}


@pytest.mark.parametrize("user", ["priya", "owen", "aisha", "adam"])
def test_who_may_not_is_refused_every_place(signed_in, contact, check, user):
    browser = signed_in(user)

    asked = [
        browser.post(f"/contacts/{contact.reference}/checks", data={"registers": ["police"]}),
        browser.get(f"/checks/{check.id}/answer"),
        browser.post(f"/checks/{check.id}/answer", data=SAID),
        browser.post(f"/checks/{check.id}/no-reply", data={"reason": "x"}),
        browser.post(f"/checks/{check.id}/again"),
        browser.get("/checks/to-chase"),
    ]

    assert {answer.status_code for answer in asked} == {403}
    assert fresh(check).outcome is None


def test_a_check_of_a_contact_out_of_reach_does_not_exist(signed_in, contact, check):
    contact.restricted = True
    db.session.commit()
    browser = signed_in("sarah")

    assert browser.get(f"/checks/{check.id}/answer").status_code == 404
    assert browser.post(f"/checks/{check.id}/answer", data=SAID).status_code == 404
    assert contact.reference not in browser.get("/checks/to-chase").text


def test_what_was_said_by_telephone_is_kept_with_who_said_it_and_who_wrote_it_down(signed_in, check):
    answer = signed_in("sarah").post(f"/checks/{check.id}/answer", data={**SAID, "facts.missing_before": "yes"})

    kept = fresh(check)
    assert answer.status_code == 302
    assert (kept.outcome, kept.answered_by, kept.found["stated"]) == (
        "information_found",
        "PC Invented, referral unit",
        {"missing_before": "yes"},
    )
    assert kept.kept_by_id == rows.user("sarah").id


@pytest.mark.parametrize("missing", ["outcome", "answered_by"])
def test_an_answer_that_is_not_whole_is_not_kept(signed_in, check, missing):
    answer = signed_in("sarah").post(f"/checks/{check.id}/answer", data={**SAID, missing: ""})

    assert answer.status_code == 422
    assert fresh(check).outcome is None


def test_of_a_check_that_failed_what_was_said_is_a_new_row_and_the_failed_one_is_kept(signed_in, contact, check):
    check.outcome, check.answered_at, check.problem = "failed", now(), "Their service failed."
    db.session.commit()

    signed_in("sarah").post(f"/checks/{check.id}/answer", data=SAID)

    assert [(one.outcome, one.way) for one in checks_of(contact)] == [
        ("failed", "http"),
        ("information_found", "phone"),
    ]


def test_what_was_said_is_kept_though_they_might_not_be_asked_now(signed_in, contact, check):
    check.outcome, check.answered_at, check.problem = "failed", now(), "Their service failed."
    given.share_nothing(contact)
    db.session.commit()

    answer = signed_in("sarah").post(f"/checks/{check.id}/answer", data=SAID)

    assert (answer.status_code, [one.outcome for one in checks_of(contact)]) == (302, ["failed", "information_found"])


def test_what_was_said_of_somebody_else_is_kept_and_counts_for_nobody(signed_in, contact, check):
    check.outcome, check.answered_at, check.problem = "failed", now(), "Their service failed."
    link = db.session.scalars(db.select(PersonLink).where(PersonLink.person_id == check.person_id)).one()
    link.replaced_at = now()
    db.session.commit()

    answer = signed_in("sarah").post(f"/checks/{check.id}/answer", data=SAID)

    assert answer.status_code == 302
    assert [(one.outcome, one.replaced_at is None) for one in checks_of(contact)] == [
        ("failed", True),
        ("information_found", False),
    ]


def test_a_check_that_nobody_answers_is_closed_by_a_person_with_a_reason_and_is_not_nothing_known(signed_in, check):
    browser = signed_in("sarah")

    assert browser.post(f"/checks/{check.id}/no-reply", data={"reason": " "}).status_code == 422
    assert browser.post(f"/checks/{check.id}/no-reply", data={"reason": "Rang three times."}).status_code == 302

    assert (fresh(check).outcome, fresh(check).problem) == ("no_reply", "Nobody answered. Rang three times.")


def test_a_second_answer_is_told_that_there_is_one(signed_in, check):
    browser = signed_in("sarah")
    browser.post(f"/checks/{check.id}/answer", data=SAID)

    assert browser.post(f"/checks/{check.id}/answer", data=SAID).status_code == 409


def test_a_simulators_answer_says_so(signed_in, contact, check):
    check.simulated = True
    answers.keep(check, answers.Answer(outcome="nothing_known"))
    db.session.commit()

    assert "Simulator" in signed_in("sarah").get(f"/contacts/{contact.reference}?tab=checks").text


def test_late_and_failed_checks_and_those_to_ring_are_to_chase_and_others_are_not(signed_in, contact, check):
    browser = signed_in("sarah")
    assert "Nobody to chase" in browser.get("/checks/to-chase").text

    check.due_at = now()
    db.session.commit()

    page = browser.get("/checks/to-chase").text
    assert contact.reference in page
    assert "01632 960201" in page
    assert "Ada" not in page


class TestApi:
    def test_a_persons_token_asks_and_the_contact_shows_it(self, client, contact):
        headers = {**bearer("sarah"), "Idempotency-Key": "one"}
        url = f"/api/v1/contacts/{contact.reference}/checks"

        first = client.post(url, json={"registers": ["police"]}, headers=headers)
        again = client.post(url, json={"registers": ["police"]}, headers=headers)

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json == again.json
        assert [one["register"] for one in first.json["checks"]] == ["police"]
        shown = client.get(f"/api/v1/contacts/{contact.reference}", headers=bearer("sarah")).json["checks"]
        assert shown[0]["asked"]["partner"] == "Invented police"

    def test_what_is_wrong_is_named_by_pointer(self, client, contact):
        answer = client.post(
            f"/api/v1/contacts/{contact.reference}/checks",
            json={"registers": ["the neighbours"]},
            headers={**bearer("sarah"), "Idempotency-Key": "two"},
        )

        assert answer.status_code == 422
        pointers = {error["pointer"] for error in answer.json["errors"]}
        assert pointers == {"/registers/0", "/not_asked/police"}

    def test_an_answer_by_telephone_is_kept(self, client, check):
        answer = client.post(
            f"/api/v1/checks/{check.id}/answer", json=SAID, headers={**bearer("sarah"), "Idempotency-Key": "three"}
        )

        assert (answer.status_code, answer.json["outcome"]) == (200, "information_found")


class TestTheFormOfAPartner:
    @pytest.fixture
    def token(self, check, app):
        check.way, check.shared = "form", {"person": {"names": {"given_names": ["Ada"]}, "role": "child"}}
        _, token = links.link_for(check, "<x@front-door.example>", SECRET)
        db.session.commit()
        return token

    def test_it_shows_whom_it_is_about_and_no_more(self, client, contact, token):
        contact.narrative = "A neighbour heard screaming."
        db.session.commit()

        page = client.get(f"/partner/{token}").text

        assert "Ada" in page
        for hidden in ("Marlow", "Surrey Drive", "screaming", contact.reference):
            assert hidden not in page

    def test_an_address_that_is_protected_since_is_shown_no_more(self, client, contact, check, token):
        check.shared = {"person": {"role": "child", "address": {"line_1": "86 Surrey Drive"}}}
        db.session.commit()
        assert "Surrey Drive" in client.get(f"/partner/{token}").text
        made.alert(db.session.get_one(Person, check.person_id), "protected_address")
        db.session.commit()

        assert "Surrey Drive" not in client.get(f"/partner/{token}").text

    def test_it_takes_one_answer_and_is_dead_then(self, client, check, token):
        first = client.post(f"/partner/{token}", data=SAID)
        second = client.post(f"/partner/{token}", data={**SAID, "outcome": "nothing_known", "words": ""})

        assert (first.status_code, second.status_code) == (200, 410)
        assert fresh(check).outcome == "information_found"
        assert client.get(f"/partner/{token}").status_code == 410

    @pytest.mark.parametrize("wrong", ["x", "x" * 43, "%00" * 43, "é" * 43])
    def test_a_link_that_never_was_one_opens_nothing(self, client, token, wrong):
        assert client.get(f"/partner/{wrong}").status_code == 410

    @pytest.mark.parametrize("outcome", ["failed", "no_reply"])
    def test_what_is_typed_into_it_is_kept_though_nobody_waited_any_longer(
        self, client, contact, check, token, outcome
    ):
        check.outcome, check.answered_at = outcome, now()
        db.session.commit()

        assert client.get(f"/partner/{token}").status_code == 200
        assert client.post(f"/partner/{token}", data=SAID).status_code == 200

        assert [one.outcome for one in checks_of(contact)] == [outcome, "information_found"]
        assert client.get(f"/partner/{token}").status_code == 410

    @pytest.mark.parametrize("stop", [mark_police, given.share_nothing])
    def test_it_shows_nobody_once_word_may_not_leave_and_still_keeps_what_was_typed(
        self, client, contact, check, token, stop
    ):
        stop(contact)
        db.session.commit()

        shown = client.get(f"/partner/{token}")
        garbled = client.post(f"/partner/{token}", data={"answered_by": "PC Invented"})
        sent = client.post(f"/partner/{token}", data={"words": "Missing twice."})

        assert (shown.status_code, garbled.status_code, sent.status_code) == (410, 410, 200)
        assert not any("Ada" in page.text for page in (shown, garbled, sent))
        assert fresh(check).found["words"] == "Missing twice."

    def test_one_that_is_too_old_opens_nothing(self, client, token):
        db.session.execute(db.update(PartnerLink).values(expires_at=now()))
        db.session.commit()

        assert client.get(f"/partner/{token}").status_code == 410

    def test_one_that_was_answered_by_telephone_opens_nothing(self, client, signed_in, check, token):
        signed_in("sarah").post(f"/checks/{check.id}/answer", data=SAID)

        assert client.get(f"/partner/{token}").status_code == 410

    def test_the_database_holds_no_token(self, token):
        kept = db.session.scalars(db.select(PartnerLink)).one()

        assert token.encode() not in kept.token_hash
        assert links.opened(token).link.id == kept.id

    def test_what_is_missing_is_said_and_what_was_typed_is_kept(self, client, check, token):
        answer = client.post(f"/partner/{token}", data={**SAID, "answered_by": ""})

        assert answer.status_code == 422
        assert "Missing twice." in answer.text
        assert fresh(check).outcome is None

    def test_who_tries_too_often_has_to_wait(self, client, token):
        statuses = {client.get(f"/partner/{'y' * 43}").status_code for _ in range(101)}

        assert statuses == {410, 429}


def said_on(page):
    """The rows of the part that says what may be said."""
    part = page.partition("Say this, and no more")[2].partition("</section>")[0]
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part))


def test_who_rings_is_told_exactly_what_the_partners_program_or_form_would_be_sent(signed_in, contact, check):
    partner, child = db.session.get_one(Partner, check.partner_id), contact.children[0]
    partner.shares = ["names", "address"]
    db.session.commit()

    page = signed_in("sarah").get(f"/checks/{check.id}/answer").text

    sent = sharing.identity(child, db.session.get_one(Person, check.person_id), partner)
    said = said_on(page)
    assert "section 47" in said.pop("On what basis")
    assert said == dict(sharing.in_words(sent)) == {"Name": "Ada Marlow", "Address": "86 Surrey Drive, SO23 8UG"}


def test_who_rings_is_shown_no_protected_address(signed_in, contact, check):
    record = db.session.get_one(Person, check.person_id)
    record.addresses = [PersonAddress(position=0, line_1="86 Surrey Drive", postcode="SO23 8UG", protected=True)]
    db.session.commit()

    page = signed_in("sarah").get(f"/checks/{check.id}/answer").text

    assert (said_on(page)["Name"], "Surrey" in page) == ("Ada Marlow", False)


def test_a_register_that_word_must_not_reach_is_not_rung_and_nothing_to_say_is_shown(signed_in, contact, check):
    mark_police(contact)
    db.session.commit()

    page = signed_in("sarah").get(f"/checks/{check.id}/answer").text

    assert "Do not ring them" in page
    assert (said_on(page), "01632 960201" in page) == ({}, False)


def test_that_who_rings_saw_whom_it_is_about_is_audited(signed_in, contact, check):
    signed_in("sarah").get(f"/checks/{check.id}/answer")

    [read] = rows.audited(contact, "person.read")
    assert (read.subject_id, read.detail) == (str(check.person_id), {"part": "check"})
