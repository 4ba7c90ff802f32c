"""E-mail over a real socket: kept before it is acknowledged, once, and a person has to read it."""

import asyncio
import os
import shutil
import smtplib
import threading
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.intake import refused_emails
from screening.models import AuditEntry, Contact, Email, EmailAttachment, RefusedEmail, Task
from tests.conftest import make_app, settings_for
from tests.screening.intake.given import letter, with_pdf
from workers import lmtp

LARGEST = 200_000
TO = "childrens.services@county.example.org"


@pytest.fixture(scope="module")
def door(postgres, template, tmp_path_factory):
    """The county's door for mail, on a database of this file's own: its app, its port and its folder."""
    postgres.create_database("post", template=template)
    folder = tmp_path_factory.mktemp("post")
    app = make_app(replace(settings_for(postgres, "post"), data=folder))
    loop, ready, ended, ports = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), []

    async def serve():
        async with await loop.create_server(lambda: lmtp.counter(app, LARGEST), "127.0.0.1", 0) as server:
            ports.append(server.sockets[0].getsockname()[1])
            ready.set()
            await ended.wait()
        await loop.shutdown_default_executor()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(5)
    yield app, ports[0], folder
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()
    with app.app_context():
        db.engine.dispose()
    postgres.drop_database("post")


@pytest.fixture
def folder(door):
    return door[2]


@pytest.fixture
def office(door, folder):
    """The port; nothing has come there yet."""
    app, port, _ = door
    with app.app_context(), viewing(worker_viewer("test")):
        for model in (EmailAttachment, Email, RefusedEmail, Task, Contact):
            db.session.execute(delete(model))
        db.session.commit()
        shutil.rmtree(folder / "files", ignore_errors=True)
        yield port
        db.session.remove()
    if (folder / "files").is_file():
        (folder / "files").unlink()


def hand_over(port, message, *to):
    """Hand a message over as a mail server does; gives the answer to it."""
    with smtplib.LMTP("127.0.0.1", port, timeout=10) as server:
        server.ehlo()
        server.mail("head@school.example.org")
        for address in to or (TO,):
            server.rcpt(address)
        return server.data(message.as_bytes())


def test_a_message_with_an_attachment_is_an_unread_contact_before_it_is_acknowledged(office):
    code, said = hand_over(office, with_pdf(letter()))

    contact = db.session.scalars(select(Contact)).one()
    attachment = db.session.scalars(select(EmailAttachment)).one()
    assert (code, said.decode()) == (250, f"2.6.0 Kept as {contact.reference}")
    assert (contact.state, contact.channel, contact.taken_by_id) == ("taking", "email", None)
    assert (attachment.kind, attachment.state) == ("pdf", "held")
    assert db.session.scalar(select(func.count()).where(Task.kind == "scan")) == 1


def test_the_same_message_again_is_once_and_is_acknowledged_again(office):
    codes = [hand_over(office, letter())[0] for _ in range(2)]

    assert codes == [250, 250]
    assert db.session.scalar(select(func.count()).select_from(Email)) == 1


def test_nothing_of_it_lies_readable(office, folder):
    hand_over(office, with_pdf(letter()))

    email = db.session.scalars(select(Email)).one()
    on_disk = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(on_disk) == 2
    assert not any(b"bruise" in content or b"%PDF" in content for content in [*on_disk, email.sealed])


def test_a_message_that_cannot_be_kept_stays_with_its_mail_server(office, folder):
    (folder / "files").write_text("no folder can be made here")

    code, _ = hand_over(office, letter())

    assert code == 451
    assert waiting() == 0
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def waiting():
    return db.session.scalar(select(func.count()).select_from(RefusedEmail).where(RefusedEmail.waits()))


def test_a_message_that_cannot_be_kept_a_second_time_is_somebodys_to_ring_about(office, folder):
    (folder / "files").write_text("no folder can be made here")

    codes = [hand_over(office, letter())[0] for _ in range(3)]

    assert (codes, waiting()) == ([451, 451, 451], 1)


def test_a_message_that_is_kept_after_all_is_nobodys_to_ring_about(office, folder):
    (folder / "files").write_text("no folder can be made here")
    for _ in range(2):
        hand_over(office, letter())
    (folder / "files").unlink()

    code, _ = hand_over(office, letter())

    assert (code, waiting()) == (250, 0)


def test_a_letter_with_a_program_is_kept_and_the_program_stays_closed(office):
    message = letter()
    message.add_attachment(b"MZ\x90\x00", maintype="application", subtype="pdf", filename="a.pdf")

    code, _ = hand_over(office, message)

    assert code == 250
    assert db.session.scalars(select(EmailAttachment.state)).all() == ["refused"]
    assert db.session.scalar(select(func.count()).where(Task.kind == "scan")) == 0


def test_what_is_too_large_is_refused_and_that_is_written_down(office):
    code, said = hand_over(office, with_pdf(letter(), content=b"%PDF-" + os.urandom(LARGEST)))

    assert (code, b"Nothing was kept" in said) == (552, True)
    assert db.session.scalars(select(RefusedEmail.reason)).all() == ["too_large"]


def test_what_is_said_to_be_too_large_before_it_comes_is_written_down_with_who_sent_it(door, office):
    with smtplib.LMTP("127.0.0.1", office, timeout=10) as server:
        server.ehlo()
        code, _ = server.mail("head@school.example.org", [f"size={LARGEST + 1}"])

    row = db.session.scalars(select(RefusedEmail)).one()
    settings = door[0].extensions["front_door"]
    assert (code, refused_emails.sender_of(row, settings)) == (552, "head@school.example.org")


def test_a_letter_that_came_back_has_no_sender_and_is_kept(office):
    with smtplib.LMTP("127.0.0.1", office, timeout=10) as server:
        server.ehlo()
        answers = [server.mail("")[0], server.rcpt(TO)[0], server.data(letter().as_bytes())[0]]

    assert answers == [250, 250, 250]


def test_a_second_recipient_is_asked_to_come_by_itself(office):
    with smtplib.LMTP("127.0.0.1", office, timeout=10) as server:
        server.ehlo()
        server.mail("head@school.example.org")

        assert [server.rcpt(TO)[0], server.rcpt("other@county.example.org")[0]] == [250, 452]


def test_that_it_came_is_in_the_audit(office):
    hand_over(office, letter())

    assert "email.received" in db.session.scalars(select(AuditEntry.action)).all()
