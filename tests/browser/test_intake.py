"""What only a browser shows of the other ways in: the frame beside the form, and that nothing runs in it."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.intake import emails, reading
from screening.models import Contact
from tests.screening.intake.given import letter


@pytest.fixture
def came(county):
    """An e-mail whose words would run, were they a page; gives its reference."""
    message = letter()
    message.clear_content()
    message.set_content("<p>Ada is hurt</p><script>document.title = 'ran'</script>", subtype="html")
    raw = message.as_bytes()
    settings = replace(county.app.extensions["front_door"], data=Path(county.environ["FRONTDOOR_DATA"]))
    with county.app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            contact_id = emails.receive(reading.read(raw), raw, settings).contact_id
        reference = db.session.scalar(select(Contact.reference).where(Contact.id == contact_id))
        db.session.remove()
    return reference


def test_an_e_mail_is_read_beside_the_form_and_cannot_run(person, came):
    priya = person("priya")
    priya.open("/emails/")
    priya.page.get_by_role("button", name="Open and take it down").first.click()

    frame = priya.page.frame_locator("iframe[name=letter]")
    assert frame.get_by_text("Ada is hurt").inner_text() == "Ada is hurt"
    assert frame.locator("script").count() == 0
    assert priya.page.get_by_label("Email for the receipt").input_value() == "head@school.example.org"
    priya.look()
