"""Who told us is said as far as the viewer may know it, and a caller whom we know is never one who is not known."""

import pytest

from screening import telling
from screening.db import db
from screening.models import Referrer
from tests.screening.decisions import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.parametrize(
    ("name", "source_code", "to_screening", "to_a_team"),
    [
        ("Ms Adeyemi", "2A", "Ms Adeyemi", "School"),
        ("Ms Adeyemi", None, "Ms Adeyemi", "Caller, not said what they are"),
        (None, None, "Caller not known", "Caller not known"),
    ],
)
def test_a_caller_whose_name_a_reader_may_not_know_is_said_by_what_they_are(name, source_code, to_screening, to_a_team):
    contact = given.contact()
    db.session.add(Referrer(contact_id=contact.id, name=name, source_code=source_code))
    db.session.flush()
    db.session.expire(contact, ["referrer"])

    told = {}
    for user_name in ("sarah", "winnie"):
        with given.seen_as(user_name):
            told[user_name] = telling.referrer(contact)

    assert told == {"sarah": to_screening, "winnie": to_a_team}
