"""A file of police notifications: each line a contact, once; what is wrong is said by line and field, none is lost."""

import csv
import io

import pytest
from sqlalchemy import func, select

from screening.access import user_viewer, viewing
from screening.db import db, now, transaction
from screening.intake import csv_reading, notifications, refused_lines
from screening.models import Contact, QueueItem, StaffLeave, Task
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
KEY = bytes(32)
GOOD = {
    "reference": "44-1001",
    "account": "Shouting heard. Ada was upstairs.",
    "sent_at": "23/11/2026 14:05",
    "officer": "PC Okafor",
    "child_given_name": "Ada",
    "child_family_name": "Marlow",
    "child_date_of_birth": "2/5/2018",
    "address": "86 Surrey Drive",
    "postcode": "GU34 1AA",
}


def file(*rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, csv_reading.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sent(content):
    lines = csv_reading.read(content)
    with transaction():
        begun = notifications.file_of(content, len(lines))
    for together in csv_reading.by_reference(lines):
        with transaction():
            notifications.land(begun, together, KEY)
    with transaction():
        return notifications.came(begun)


def counts(came):
    return came.landed, came.before, came.refused


def contacts():
    return db.session.scalars(select(Contact).order_by(Contact.seq)).all()


def test_a_line_is_a_contact_whose_clock_runs_from_when_the_police_sent_it():
    sent(file(GOOD))

    (contact,) = contacts()
    assert (contact.state, contact.narrative) == ("received", GOOD["account"])
    assert contact.first_received_at.isoformat().startswith("2026-11-23T14:05")
    assert (contact.children[0].full_name, contact.referrer.your_reference) == ("Ada Marlow", "44-1001")
    assert db.session.scalar(select(func.count()).where(Task.kind == "route", Task.contact_id == contact.id)) == 1


def test_a_mailbox_in_a_file_says_nothing_of_who_reads_it():
    sent(file(GOOD | {"email": "pc.okafor@police.example.org"}))

    assert contacts()[0].referrer.safe_to_reply == "unknown"


def test_the_same_file_twice_lands_once():
    assert [counts(sent(file(GOOD))) for _ in range(2)] == [(1, 0, 0), (1, 0, 0)]
    assert len(contacts()) == 1


def test_the_same_line_in_another_file_is_known_and_the_new_one_lands():
    sent(file(GOOD))

    assert counts(sent(file(GOOD, GOOD | {"reference": "44-1002"}))) == (1, 1, 0)


def test_a_reference_that_comes_back_with_other_words_is_kept_for_a_person():
    sent(file(GOOD))

    came = sent(file(GOOD | {"account": "Ada has a broken arm."}))

    (row,) = refused_lines.refused_of(came.file)
    assert counts(came) == (0, 0, 1)
    assert "came before with other words" in row.problems["reference"][0]
    assert "broken arm" in refused_lines.as_csv(came.file, KEY)


def test_three_children_of_one_reference_are_one_contact():
    ben, cy = GOOD | {"child_given_name": "Ben"}, GOOD | {"child_given_name": "Cy", "account": "Cy was not there."}
    came = sent(file(GOOD, GOOD | {"reference": "44-2"}, ben, cy))

    first, _ = contacts()
    assert counts(came) == (4, 0, 0)
    assert [child.given_name for child in first.children] == ["Ada", "Ben", "Cy"]
    assert first.narrative == f"{GOOD['account']}\nCy was not there."


def test_the_lines_of_one_reference_are_known_again_and_a_new_one_is_kept_for_a_person():
    ben = GOOD | {"child_given_name": "Ben"}
    sent(file(GOOD, ben))

    assert counts(sent(file(ben, GOOD, GOOD | {"child_given_name": "Cy"}))) == (0, 2, 1)
    assert len(contacts()) == 1


def test_a_wrong_line_keeps_all_of_its_reference_and_is_said_by_its_own_number():
    came = sent(file(GOOD, GOOD | {"child_given_name": "Ben", "child_sex": "boy"}))

    first, second = refused_lines.refused_of(came.file)
    assert (counts(came), list(first.problems), list(second.problems)) == ((0, 0, 2), ["line"], ["child_sex"])
    assert counts(sent(refused_lines.as_csv(came.file, KEY).replace("boy", "M").encode())) == (2, 0, 0)


def test_lines_of_one_reference_that_differ_in_what_is_about_all_are_not_guessed_at():
    came = sent(file(GOOD, GOOD | {"child_given_name": "Ben", "officer": "PC Reed"}))

    assert list(refused_lines.refused_of(came.file)[1].problems) == ["officer"]


def test_cells_beyond_the_last_column_are_kept():
    came = sent(b"reference,account\n44-9,Ada was hurt, and her brother too\n")

    assert "and her brother too" in refused_lines.as_csv(came.file, KEY)


def test_a_formula_in_a_line_does_not_run_in_a_spreadsheet_and_comes_back_as_it_was():
    """[F39]"""
    came = sent(file(GOOD | {"account": "=1+1", "phone": "+441632960111", "child_sex": "girl"}))

    content = refused_lines.as_csv(came.file, KEY)
    (line,) = csv_reading.read(content.encode())
    assert (",'=1+1," in content, ",'+441632960111," in content) == (True, True)
    assert (line.values["account"], line.values["phone"]) == ("=1+1", "+441632960111")


def test_an_error_that_nobody_foresaw_stops_one_reference_and_not_the_file(signed_in, monkeypatch):
    received = notifications.service.receive_sent

    def fails(body):
        if body["narrative"] == "Odd.":
            raise RuntimeError
        return received(body=body)

    monkeypatch.setattr(notifications.service, "receive_sent", fails)
    content = file(GOOD | {"account": "Odd."}, GOOD | {"reference": "44-7"})
    sarah = signed_in("sarah")
    answer = sarah.post("/imports/", data={"file": (io.BytesIO(content), "police.csv")})

    assert "1 landed, 0 came before, 1 not landed" in sarah.get(answer.location).text


def test_lines_that_were_not_read_are_said(signed_in):
    with transaction():
        begun = notifications.file_of(file(GOOD), 1)

    assert "1 of its lines were not read" in signed_in("sarah").get(f"/imports/{begun.id}").text


def test_a_tick_that_is_no_contact_is_refused_with_words(signed_in):
    came = sent(file(GOOD))

    answer = signed_in("sarah").post(f"/imports/{came.file.id}/assign", data={"item": "odd", "to_team": "winchester"})

    assert answer.status_code == 422


def test_which_contact_came_before_is_told_to_who_may_see_it(signed_in):
    sent(file(GOOD))
    came = sent(file(GOOD | {"account": "Ada has a broken arm."}))
    (contact,) = contacts()
    (row,) = refused_lines.refused_of(came.file)
    seen = contact.reference in signed_in("sarah").get(f"/imports/{came.file.id}").text
    with transaction():
        contact.restricted = True

    assert (seen, contact.reference in str(row.problems)) == (True, False)
    assert contact.reference not in signed_in("sarah").get(f"/imports/{came.file.id}").text


def test_a_bad_line_is_said_by_its_field_and_takes_no_other_with_it():
    came = sent(file(GOOD | {"child_date_of_birth": "40/13/2018"}, GOOD | {"reference": "44-1003"}))

    (row,) = refused_lines.refused_of(came.file)
    assert counts(came) == (1, 0, 1)
    assert (row.line, list(row.problems)) == (2, ["child_date_of_birth"])


def test_what_was_refused_can_be_mended_and_sent_again():
    came = sent(file(GOOD | {"child_sex": "girl"}))
    mended = refused_lines.as_csv(came.file, KEY).replace("girl", "F")

    assert counts(sent(mended.encode())) == (1, 0, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"reference\n1\n", "Missing: account"),
        (b"reference,account,shoe\n1,2,3\n", "do not know"),
        (b'reference,account\n"1', "CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(signed_in, content, words):
    answer = signed_in("sarah").post("/imports/", data={"file": (io.BytesIO(content), "a.csv")})

    assert (answer.status_code, words in answer.text) == (422, True)


def test_those_of_one_home_stand_together():
    came = sent(
        file(GOOD, GOOD | {"reference": "2", "address": "1 High St"}, GOOD | {"reference": "3", "postcode": "gu341aa"})
    )

    with transaction():
        homes = notifications.to_sort(came.file)

    assert [len(home) for home in homes] == [2, 1]


def test_a_screening_social_worker_sends_a_file_in_and_sees_what_became_of_it(signed_in):
    sarah = signed_in("sarah")
    content = file(GOOD, GOOD | {"reference": "44-1004", "child_sex": "girl"})

    answer = sarah.post("/imports/", data={"file": (io.BytesIO(content), "police.csv")})
    page = sarah.get(answer.location).text

    assert "1 landed, 0 came before, 1 not landed" in page
    assert "Line 3" in page


def test_a_file_that_is_sent_in_again_is_said_to_be_the_same(signed_in):
    sarah = signed_in("sarah")
    pages = [
        sarah.post("/imports/", data={"file": (io.BytesIO(file(GOOD)), "police.csv")}, follow_redirects=True).text
        for _ in range(2)
    ]

    assert ["This file came before" in page for page in pages] == [False, True]


def test_many_are_passed_on_at_once_and_nothing_is_decided(signed_in):
    came = sent(file(GOOD, GOOD | {"reference": "44-1005"}))
    with transaction():
        items = [given.item(contact, "screening") for contact in contacts()]
    ticked = {"item": [str(item.id) for item in items], **{f"version_{item.id}": str(item.version) for item in items}}
    to = {"to_team": "winchester", "to_user": "", "reason": "All of one home, theirs."}

    answer = signed_in("sarah").post(f"/imports/{came.file.id}/assign", data=ticked | to)

    held = [given.lead_of(contact).team.slug for contact in contacts()]
    assert (answer.status_code, held) == (302, ["winchester", "winchester"])
    assert {contact.state for contact in contacts()} == {"received"}


def test_what_somebody_else_moved_meanwhile_is_said_and_the_rest_is_passed_on(signed_in):
    came = sent(file(GOOD, GOOD | {"reference": "44-1006"}))
    with transaction():
        items = [given.item(contact, "screening") for contact in contacts()]
    ticked = {"item": [str(item.id) for item in items], f"version_{items[0].id}": "1", f"version_{items[1].id}": "77"}
    to = {"to_team": "winchester", "to_user": "", "reason": "All of one home, theirs."}

    answer = signed_in("sarah").post(f"/imports/{came.file.id}/assign", data=ticked | to)

    held = [given.lead_of(contact).team.slug for contact in contacts()]
    assert (answer.status_code, held) == (409, ["winchester", "screening"])


def test_a_handler_sends_no_file_in(signed_in):
    assert signed_in("priya").get("/imports/").status_code == 403


def test_nothing_refused_lies_readable():
    came = sent(file(GOOD | {"child_sex": "girl"}))

    (row,) = refused_lines.refused_of(came.file)
    assert b"Ada" not in row.sealed
    assert db.session.scalar(select(func.count()).select_from(QueueItem)) == 0


def test_why_many_are_passed_on_is_no_reason_to_give_them_to_somebody_who_is_away():
    sent(file(GOOD))
    grace, tom = given.user("grace"), given.user("tom")
    item = given.item(contacts()[0], "screening")
    away = {"written_at": now(), "written_by_id": grace.id, "first_day": now().date(), "last_day": now().date()}
    db.session.add(StaffLeave(user_id=tom.id, **away))
    db.session.flush()

    with viewing(user_viewer(grace)):
        to_tom = {"to_team": "", "to_user": "tom", "reason": "All of one home, his."}
        left = notifications.assign([(item.id, item.version)], **to_tom, override_reason="")
        given_all_the_same = notifications.assign([(item.id, item.version)], **to_tom, override_reason="He comes in.")

    assert ("away until" in left[str(item.id)], given_all_the_same) == (True, {})
    assert item.allocated_because == "He comes in."
