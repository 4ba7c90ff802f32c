"""An unread e-mail on a screen: anybody who takes contacts sees it; whoever opens it takes it down."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from screening.contacts import drafts
from screening.db import db, now, transaction
from screening.intake import emails, reading, refused_emails
from screening.models import Contact, Email, EmailAttachment, RefusedEmail, Task
from tests.screening.intake.given import PNG, letter, scanner, with_pdf
from tests.screening.queues import given
from workers import scanning

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def settings(app, tmp_path, monkeypatch):
    settings = replace(app.extensions["front_door"], data=tmp_path)
    monkeypatch.setitem(app.extensions, "front_door", settings)
    return settings


@pytest.fixture
def came(settings):
    """An e-mail with a PDF that came a moment ago; gives its contact."""

    def come(message=None):
        raw = (message or with_pdf(letter())).as_bytes()
        with transaction():
            return emails.receive(reading.read(raw), raw, settings).contact

    return come


def cleared():
    with transaction():
        db.session.execute(update(EmailAttachment).values(state="cleared"))


def opened(client, contact):
    return client.post(f"/emails/{contact.reference}/open")


def fill(client, contact):
    fields = {"narrative": "A bruise.", "referrer.safe_to_reply": "yes", "children.0.given_name": "Ada"}
    return client.post(f"/contacts/{contact.reference}/save", data={"version": "1", **fields})


def test_an_unread_e_mail_is_listed_with_the_time_by_which_it_must_be_opened(came, signed_in):
    contact = came()

    page = signed_in("priya").get("/emails/").text

    assert contact.reference in page
    assert re.search(r"To be opened.*in (29|30) min", page, re.DOTALL)


def test_whoever_opens_it_takes_it_down_with_its_words_in_the_form(came, signed_in, settings):
    contact, priya = came(), signed_in("priya")

    answer = opened(priya, contact)

    body = drafts.latest(contact, settings.draft_key).body
    assert answer.location == f"/contacts/{contact.reference}/take"
    assert body["referrer"] == {"email": "head@school.example.org", "name": "Ms Adeyemi"}
    assert body["narrative"] == "Worried about Ada Marlow\n\nAda came to school with a bruise on her arm."


def test_no_short_path_is_offered_beside_an_e_mail(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)

    assert "Short path" not in priya.get(f"/contacts/{contact.reference}/take").text


def test_the_message_stands_beside_the_form_in_a_frame_that_can_do_nothing(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)

    page = priya.get(f"/contacts/{contact.reference}/take").text
    message = priya.get(f"/emails/{contact.reference}/message")

    assert re.search(r'<iframe[^>]* sandbox="allow-same-origin">', page)
    assert "a bruise on her arm" in message.text
    assert message.headers["Content-Security-Policy"].startswith("sandbox allow-same-origin; default-src 'none'")


def test_an_e_mail_that_was_opened_and_not_sent_is_not_forgotten(came, signed_in):
    opened(signed_in("priya"), came())

    assert len(db.session.scalars(select(Task).where(Task.kind == "late_draft")).all()) == 2


def test_two_who_open_it_are_not_both_given_it(came, signed_in):
    contact = came()
    opened(signed_in("priya"), contact)

    assert opened(signed_in("callum"), contact).status_code == 404


def test_what_was_opened_is_listed_as_unread_no_longer(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)

    assert contact.reference not in priya.get("/emails/").text


def test_it_is_sent_as_any_contact_is_and_its_clock_runs_from_when_it_came(came, signed_in):
    contact, priya = came(), signed_in("priya")
    came_at = contact.first_received_at
    opened(priya, contact)

    fill(priya, contact)
    answer = priya.post(f"/contacts/{contact.reference}/send")

    sent = db.session.scalars(select(Contact).where(Contact.id == contact.id)).one()
    assert answer.location.endswith("/sent")
    assert (sent.state, sent.channel, sent.first_received_at) == ("received", "email", came_at)


def test_nothing_opens_before_a_scanner_has_cleared_it(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)
    held = priya.get(f"/emails/{contact.reference}/attachments/0").status_code
    page = priya.get(f"/contacts/{contact.reference}/take").text
    cleared()

    after = priya.get(f"/emails/{contact.reference}/attachments/0")

    assert (held, "Held" in page) == (404, True)
    assert (after.status_code, after.mimetype) == (200, "application/pdf")


def test_a_picture_is_shown_in_the_frame(came, signed_in):
    message = letter()
    message.add_attachment(PNG, maintype="image", subtype="png", filename="bruise.png")
    contact, priya = came(message), signed_in("priya")
    opened(priya, contact)
    cleared()

    answer = priya.get(f"/emails/{contact.reference}/attachments/0")

    assert (answer.mimetype, answer.data) == ("image/png", PNG)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_a_part_that_is_not_opened_here_stays_closed_and_the_letter_is_read(came, signed_in):
    message = with_pdf(letter())
    message.add_attachment(b"PK\x03\x04xl/\xff", maintype="application", subtype="vnd.ms-excel", filename="log.xlsx")
    contact, priya = came(message), signed_in("priya")
    opened(priya, contact)

    page = priya.get(f"/contacts/{contact.reference}/take").text

    assert (emails.NOT_OPENED in page, "or ask for a PDF" in page) == (True, True)
    assert priya.get(f"/emails/{contact.reference}/attachments/1").status_code == 404


def test_more_attachments_than_are_opened_are_kept_closed(came):
    message = letter()
    for place in range(31):
        message.add_attachment(PNG, maintype="image", subtype="png", filename=f"{place}.png")
    came(message)

    states = db.session.scalars(select(EmailAttachment.state).order_by(EmailAttachment.place)).all()
    assert (set(states[:30]), states[30:]) == ({"held"}, ["refused"])


def test_the_whole_e_mail_is_saved_as_it_came_and_cannot_run(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)

    answer = priya.get(f"/emails/{contact.reference}/whole")

    assert b'filename="body-map.pdf"' in answer.data
    assert (answer.mimetype, answer.headers["Content-Disposition"].split(";")[0]) == ("text/plain", "attachment")
    assert signed_in("callum").get(f"/emails/{contact.reference}/whole").status_code == 404


def test_a_colleagues_e_mail_is_not_anybody_elses_to_read(came, signed_in):
    contact = came()
    opened(signed_in("priya"), contact)

    assert signed_in("callum").get(f"/emails/{contact.reference}/message").status_code == 404


def test_who_takes_no_contacts_sees_no_e_mail(came, signed_in):
    contact = came()

    assert signed_in("owen").get("/emails/").status_code == 403
    assert signed_in("owen").get(f"/emails/{contact.reference}/message").status_code == 403


def test_what_was_refused_is_listed_with_who_sent_it(settings, signed_in):
    with transaction():
        refused_emails.refuse(refused_emails.TOO_LARGE, 4_096, "head@school.example.org", settings)

    page = signed_in("priya").get("/emails/").text

    assert "head@school.example.org" in page
    assert refused_emails.REFUSALS[refused_emails.TOO_LARGE] in page


def test_what_was_refused_stands_and_is_an_alarm_until_somebody_has_rung(settings, signed_in):
    with transaction():
        refused_emails.refuse(refused_emails.TOO_LARGE, 4_096, "head@school.example.org", settings)
        db.session.execute(update(RefusedEmail).values(came_at=now() - timedelta(days=30)))
    priya = signed_in("priya")
    where = re.search(r"/emails/refused/\S+/rung", priya.get("/emails/").text).group()
    alarmed = "1 e-mail not taken" in signed_in("owen").get("/board/").text

    priya.post(where)

    page, board = priya.get("/emails/").text, signed_in("owen").get("/board/").text
    assert (alarmed, "head@school.example.org" in page, "1 e-mail not taken" in board) == (True, False, False)


def looked_at(attachment):
    """Have the scanner look at it, as its worker does."""
    with transaction():
        held = scanning.prepare(attachment.id)
    verdict = scanning.deliver(held)
    with transaction():
        return scanning.record(held, verdict)


def attachment_of(contact):
    return db.session.scalars(select(EmailAttachment)).one()


@pytest.mark.parametrize(("content", "state"), [(b"%PDF-1.4 fine", "cleared"), (b"%PDF-1.4 EICAR", "refused")])
def test_the_scanner_says_what_becomes_of_it(came, settings, app, monkeypatch, content, state):
    attachment = attachment_of(came(with_pdf(letter(), content=content)))
    with scanner() as clamd:
        monkeypatch.setitem(app.extensions, "front_door", replace(settings, scanner_url=clamd.url))

        assert looked_at(attachment) is None

    assert attachment_of(None).state == state


def test_a_scanner_that_is_away_is_asked_again_and_it_stays_held(came, settings, app, monkeypatch):
    attachment = attachment_of(came())
    monkeypatch.setitem(app.extensions, "front_door", replace(settings, scanner_url="tcp://127.0.0.1:9"))

    assert looked_at(attachment) == scanning.AWAY
    assert attachment_of(None).state == "held"


def test_without_a_scanner_it_stays_held_and_says_so(came):
    attachment = attachment_of(came())

    assert looked_at(attachment) is None
    assert (attachment_of(None).state, attachment_of(None).why) == ("held", scanning.NO_SCANNER)


def test_the_social_worker_reads_it_on_the_record_and_a_referral_team_does_not(came, signed_in):
    contact, priya = came(), signed_in("priya")
    opened(priya, contact)
    fill(priya, contact)
    priya.post(f"/contacts/{contact.reference}/send")
    with transaction():
        given.item(contact, "winchester", leads=False)

    sarah, winnie = (signed_in(name).get(f"/contacts/{contact.reference}") for name in ("sarah", "winnie"))

    assert [page.status_code for page in (sarah, winnie)] == [200, 200]
    assert ["letter-title" in page.text for page in (sarah, winnie)] == [True, False]
    assert signed_in("winnie").get(f"/emails/{contact.reference}/message").status_code == 404


def test_an_e_mail_unread_for_too_long_is_an_alarm_on_the_board(came, signed_in):
    came()
    with transaction():
        db.session.execute(update(Email).values(came_at=now() - timedelta(minutes=31)))

    assert "1 e-mail unread for too long" in signed_in("owen").get("/board/").text


def raised(contact, grace):
    """Do what is due where nobody opened it in time; gives what needs the duty manager's attention."""
    with transaction():
        emails.raise_unread(contact.id)
    return grace.get("/queues/attention").text


def test_an_e_mail_that_nobody_opened_in_time_needs_the_duty_managers_attention(came, signed_in):
    contact = came()
    due = db.session.scalars(select(Task.run_after).where(Task.kind == "email_unread")).one()

    page = raised(contact, signed_in("grace"))

    assert due == contact.first_received_at + timedelta(minutes=30)
    assert ("nobody has opened it" in page, contact.reference in page) == (True, True)


def test_an_e_mail_that_was_opened_needs_nobodys_attention(came, signed_in):
    contact = came()
    opened(signed_in("priya"), contact)

    assert contact.reference not in raised(contact, signed_in("grace"))
