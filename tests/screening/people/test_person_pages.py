"""A person's page and its forms: who they are, to whoever may know; protected addresses for a reason; every change."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.models import AuditEntry, Person, PersonChange, PersonMerge
from screening.people.finding import index
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
HOME = {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "PO9 9ZZ"}
NUMBER = "9990000018"


def page(client, person):
    return client.get(f"/people/{person.id}")


def audited(action):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)))


def typed(text):
    """The fields of a page's form as a browser would send them."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", text):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = found.get("type") not in ("checkbox", "radio") or "checked" in re.sub(r'"[^"]*"', "", tag)
        if "name" in found and ticked:
            fields[found["name"]] = found.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_it_shows_who_they_are(signed_in):
    mother, person = (
        made.person("Mary Marlow"),
        made.person(born="2018-05-02", home=HOME, phone="01632 960001", nhs_number=NUMBER),
    )
    made.related(mother, person)
    made.alert(person)

    text = page(signed_in("sarah"), person).text

    for words in (
        "Ada",
        "2 May 2018",
        "86 Surrey Drive",
        "01632 960001",
        NUMBER,
        "Mary Marlow",
        "Two workers at the door.",
    ):
        assert words in text


def test_it_shows_who_works_with_them_and_how_old_that_is(signed_in):
    person = made.person()
    given.involvement(person_id=person.id, kind="protection_plan", worker="Nadia Rahman")
    given.involvement(person_id=person.id, kind="allegation", worker="Somebody else")

    text = page(signed_in("sarah"), person).text

    assert "Open: child protection plan" in text
    assert "Nadia Rahman" in text
    assert "Somebody else" not in text


def test_opening_it_is_audited(signed_in):
    person = made.person()
    page(signed_in("sarah"), person)

    assert audited("person.read")[-1].subject_id == str(person.id)


def test_a_review_that_is_overdue_says_so(signed_in):
    person = made.person()
    made.alert(person, review_on=now().date() - timedelta(days=1))

    assert "Review is overdue" in page(signed_in("sarah"), person).text


def test_a_call_handler_opens_nobody(signed_in):
    assert page(signed_in("priya"), made.person()).status_code == 403


def test_a_restricted_person_does_not_exist_for_who_is_not_named(signed_in):
    person = made.restricted(made.person(), "grace")
    relative = made.person("Bea Marlow")
    made.related(relative, person, "sibling")

    assert page(signed_in("grace"), person).status_code == 200
    assert page(signed_in("sarah"), person).status_code == 404
    assert "Ada" not in page(signed_in("sarah"), relative).text


def test_contacts_out_of_reach_are_counted_and_restricted_ones_are_not(signed_in):
    person = made.person()
    seen, hidden, secret = given.contact(), given.contact(), given.contact(restricted=True)
    given.item(seen, "winchester")
    for contact in (seen, hidden, secret):
        made.link(given.person(contact), person)

    text = page(signed_in("winnie"), person).text

    assert seen.reference in text
    assert hidden.reference not in text
    assert "1 more contact that you may not open" in text


def test_a_protected_address_is_shown_only_for_a_reason_and_that_is_audited(signed_in):
    person, sarah = made.person(home=HOME | {"protected": True}), signed_in("sarah")
    assert "86 Surrey Drive" not in page(sarah, person).text

    refused = sarah.post(f"/people/{person.id}/addresses", data={"reason": "curious"})
    assert (refused.status_code, "86 Surrey Drive" in refused.text) == (422, False)
    shown = sarah.post(f"/people/{person.id}/addresses", data={"reason": "visit"})

    assert "86 Surrey Drive" in shown.text
    assert [entry.detail for entry in audited("person.address_read")] == [{"reason": "visit"}]


def test_the_home_of_somebody_protected_is_not_given_away_by_their_household(signed_in):
    home = made.household()
    mother = made.person("Mary Marlow", home=HOME | {"protected": True}, household_id=home.id)
    child = made.person(home=HOME, household_id=home.id)
    stranger = made.person("Zoe Hart", home=HOME)
    sarah = signed_in("sarah")

    texts = [page(sarah, person).text for person in (mother, child, stranger)]

    assert [("86 Surrey Drive" in text, "PO9" in text) for text in texts] == [(False, False)] * 2 + [(True, True)]


def test_not_even_where_they_are_restricted(signed_in):
    home = made.household()
    mother = made.person("Mary Marlow", home=HOME, household_id=home.id)
    made.alert(made.restricted(mother, "grace"), "protected_address")
    child = made.person(home=HOME, household_id=home.id)

    assert "86 Surrey Drive" not in page(signed_in("sarah"), child).text


def test_the_journal_does_not_tell_an_address_that_is_protected_since(signed_in):
    person, sarah = made.person(home=HOME), signed_in("sarah")
    form = typed(sarah.get(f"/people/{person.id}/edit").text)
    sarah.post(f"/people/{person.id}/edit", data=form | {"addresses.0.protected": "true", "why": "She fled."})

    text = page(sarah, person).text

    assert "She fled." in text
    assert "86 Surrey Drive" not in text


def test_the_form_changes_what_was_changed_and_nothing_else(signed_in):
    person, sarah = (
        made.person(born="2018-05", home=HOME, phone="01632 960001", nhs_number=NUMBER, sex="F"),
        signed_in("sarah"),
    )
    before = made.rows(person)
    form = typed(sarah.get(f"/people/{person.id}/edit").text)

    sarah.post(f"/people/{person.id}/edit", data=form | {"why": "Nothing."})
    assert made.rows(person) == before
    added = {"names.2.kind": "also_known_as", "names.2.name": "Addie", "addresses.0.until": "30/6/2026"}
    answer = sarah.post(f"/people/{person.id}/edit", data=form | added | {"why": "The school says so."})

    assert answer.status_code == 302
    db.session.expire_all()
    assert [name.name for name in person.names] == ["Ada", "Marlow", "Addie"]
    assert [(home.line_1, home.until) for home in person.addresses] == [("86 Surrey Drive", date(2026, 6, 30))]
    assert (person.date_of_birth, person.sex, len(person.phones), len(person.identifiers)) == ("2018-05", "F", 1, 1)


def test_an_address_that_the_form_did_not_show_stays(signed_in):
    person, sarah = made.person(home=HOME | {"protected": True}), signed_in("sarah")
    form = typed(sarah.get(f"/people/{person.id}/edit").text)
    assert HOME["line_1"] not in form.values()

    sarah.post(f"/people/{person.id}/edit", data=form | {"sex": "F", "why": "Said by the school."})

    db.session.expire_all()
    assert [(home.line_1, home.protected) for home in person.addresses] == [("86 Surrey Drive", True)]


def test_an_address_that_an_alert_hides_stays_too(signed_in):
    person, sarah = made.person(home=HOME), signed_in("sarah")
    made.alert(person, "protected_address")
    form = typed(sarah.get(f"/people/{person.id}/edit").text)

    sarah.post(f"/people/{person.id}/edit", data=form | {"sex": "F", "why": "Said by the school."})

    db.session.expire_all()
    assert [home.line_1 for home in person.addresses] == ["86 Surrey Drive"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("why", "", "Say why, in a sentence."),
        ("date_of_birth", "31/2/2017", "There is no such day"),
        ("phones.0.phone", "x", "Write a telephone number"),
        ("identifiers.0.value", "9990000019", "one of its digits is wrong"),
        ("addresses.0.until", "soon", "Write a day"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(signed_in, field, value, words):
    person, sarah = made.person(), signed_in("sarah")
    form = typed(sarah.get(f"/people/{person.id}/edit").text) | {
        "why": "Because.", "identifiers.0.scheme": "nhs_number", "addresses.0.line_1": "1 High Street"
    }  # fmt: skip

    answer = sarah.post(f"/people/{person.id}/edit", data=form | {field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert "1 High Street" in answer.text


def test_who_was_too_late_keeps_what_they_typed_and_writes_over_nothing(signed_in):
    person, sarah = made.person(), signed_in("sarah")
    form = typed(sarah.get(f"/people/{person.id}/edit").text) | {"sex": "F", "why": "Because."}
    signed_in("tom").post(f"/people/{person.id}/edit", data=form | {"sex": "M"})

    answer = sarah.post(f"/people/{person.id}/edit", data=form | {"why": "Because I know."})

    assert answer.status_code == 412
    assert "Because I know." in answer.text
    db.session.expire_all()
    assert person.sex == "M"


def test_who_may_not_write_is_not_offered_to(signed_in):
    person = made.person()

    assert "/edit" not in page(signed_in("winnie"), person).text
    assert signed_in("winnie").get(f"/people/{person.id}/edit").status_code == 403


def test_a_birth_is_confirmed_on_its_page(signed_in):
    baby, sarah = made.unborn(now().date()), signed_in("sarah")
    assert "Confirm the birth" in page(sarah, baby).text

    wrong = sarah.post(f"/people/{baby.id}/birth", data={"version": baby.version, "date_of_birth": "1/1/2020"})
    day = now().date().strftime("%d/%m/%Y")
    right = sarah.post(
        f"/people/{baby.id}/birth",
        data={"version": baby.version, "date_of_birth": day, "given_name": "Noor", "sex": "F"},
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "another pregnancy" in wrong.text
    assert "Noor" in page(sarah, baby).text


def test_a_second_baby_is_made_on_its_page(signed_in):
    baby, sarah = made.unborn(now().date()), signed_in("sarah")

    answer = sarah.post(f"/people/{baby.id}/second-baby", data={"version": baby.version})

    assert answer.status_code == 302
    assert "Brother or sister" in sarah.get(answer.location).text


def test_alerts_are_set_and_ended_on_their_pages(signed_in):
    person, sarah = made.person(), signed_in("sarah")
    day = (now().date() + timedelta(days=90)).strftime("%d/%m/%Y")
    said = {"kind": "danger_to_workers", "words": "A dog.", "review_on": day}

    assert sarah.post(f"/people/{person.id}/alerts", data=said | {"review_on": "soon"}).status_code == 422
    assert sarah.post(f"/people/{person.id}/alerts", data=said).status_code == 302
    text = page(sarah, person).text
    end = re.search(r"/people/alerts/[\w-]+/end", text)[0]
    assert sarah.post(end).status_code == 422
    assert sarah.post(end, data={"why": "The dog is gone."}).status_code == 302

    assert "The dog is gone." in page(sarah, person).text


def test_a_person_is_restricted_and_lifted_on_their_page(signed_in):
    person, grace = made.person(), signed_in("grace")
    readers = [str(given.user("grace").id)]

    assert (
        grace.post(f"/people/{person.id}/restrict", data={"version": person.version, "why": "Staff."}).status_code
        == 422
    )
    answer = grace.post(
        f"/people/{person.id}/restrict", data={"version": person.version, "readers": readers, "why": "Staff."}
    )
    assert answer.status_code == 302
    assert page(signed_in("sarah"), person).status_code == 404
    db.session.expire_all()
    grace.post(f"/people/{person.id}/restrict", data={"version": person.version, "why": "Left.", "action": "lift"})

    assert page(signed_in("sarah"), person).status_code == 200


def test_whoever_restricts_a_person_away_from_themselves_is_led_home(signed_in):
    person = made.person()
    readers = [str(given.user("henry").id)]

    answer = signed_in("grace").post(
        f"/people/{person.id}/restrict", data={"version": person.version, "readers": readers, "why": "A relative."}
    )

    assert (answer.status_code, answer.location) == (302, "/")


def pair(**more):
    kept, merged = made.person("Kate Smith", sex="F", born="2018-05-02"), made.person("Kathryn Smyth", **more)
    for person in (kept, merged):
        index.put(person)
    return kept, merged


def test_the_family_of_two_records_is_shown_once(signed_in):
    kept, merged = pair()
    mother = made.person("Mary Marlow")
    for person in (kept, merged):
        made.related(mother, person)
    grace, place = signed_in("grace"), f"/people/{kept.id}/merge/{merged.id}"
    grace.post(place, data=typed(grace.get(place).text) | {"why": "The mother says so."})

    text = page(grace, kept).text
    assert text.count("Mary Marlow") == 1
    assert page(grace, mother).text.count("Kate Smith") == 1


def test_two_are_compared_and_merged_and_that_is_undone(signed_in):
    kept, merged = pair(born="2018-05", home=HOME)
    grace, place = signed_in("grace"), f"/people/{kept.id}/merge/{merged.id}"
    assert str(merged.id) in grace.get(f"/people/{kept.id}/merge").text

    form = typed(grace.get(place).text)
    assert form["choices.birth"] == "kept"
    assert grace.post(place, data=form).status_code == 422
    assert grace.post(place, data=form | {"why": "The mother says so.", "choices.birth": "merged"}).status_code == 302
    assert grace.get(f"/people/{merged.id}").location == f"/people/{kept.id}"
    db.session.expire_all()
    assert kept.date_of_birth == "2018-05"
    undo = re.search(r"/people/merges/[\w-]+/undo", page(grace, kept).text)[0]
    assert grace.post(undo).status_code == 422
    answer = grace.post(undo, data={"why": "They are cousins."})

    assert "Nothing is left to be moved." in grace.get(answer.location).text
    assert page(grace, merged).status_code == 200
    db.session.expire_all()
    assert kept.date_of_birth == "2018-05-02"


def test_what_speaks_against_it_is_shown_and_takes_a_second_word(signed_in):
    kept, merged = pair(sex="M")
    grace, place = signed_in("grace"), f"/people/{kept.id}/merge/{merged.id}"
    text = grace.get(place).text
    form = typed(text) | {"why": "The mother says so."}

    assert "Their sex differs." in text
    refused = grace.post(place, data=form)
    assert (refused.status_code, "The mother says so." in refused.text) == (422, True)
    assert grace.post(place, data=form | {"because": "their NHS numbers were read to me"}).status_code == 302
    assert "their NHS numbers were read to me" in page(grace, kept).text


def test_a_record_is_not_merged_with_itself_and_the_form_says_so(signed_in):
    kept = made.person("Kate Smith")
    db.session.commit()
    grace, place = signed_in("grace"), f"/people/{kept.id}/merge"

    answers = [
        grace.post(place, data={"other": f"/people/{kept.id}"}),
        grace.get(f"{place}/{kept.id}"),
        grace.post(f"{place}/{kept.id}", data={"kept_version": "1", "merged_version": "1", "why": "She is."}),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert "This is the same record. Choose another one." in answer.text
        assert "Someone else was first" not in answer.text


def test_a_birth_is_never_offered_as_a_merge(signed_in):
    kept, _ = pair()
    baby = made.unborn(now().date())

    text = signed_in("grace").get(f"/people/{kept.id}/merge/{baby.id}").text

    assert "A birth is not a merge" in text
    assert "They are one person: merge" not in text


def test_what_came_since_a_merge_is_listed_when_it_is_undone(signed_in):
    kept, merged = pair()
    grace = signed_in("grace")
    place = f"/people/{kept.id}/merge/{merged.id}"
    grace.post(place, data=typed(grace.get(place).text) | {"why": "The mother says so."})
    form = typed(grace.get(f"/people/{kept.id}/edit").text)
    grace.post(f"/people/{kept.id}/edit", data=form | {"phones.0.phone": "01632 960009", "why": "She rang."})
    merge = db.session.scalars(select(PersonMerge)).one()

    text = grace.get(f"/people/merges/{merge.id}/undo").text

    assert "Telephone: 01632 960009" in text
    assert "Kathryn Smyth" not in text.split("Move by hand")[1]


def test_a_merge_of_people_whom_the_viewer_may_not_know_does_not_exist(signed_in):
    kept, merged = pair()
    made.restricted(merged, "marcus")
    grace = signed_in("grace")

    assert grace.get(f"/people/{kept.id}/merge/{merged.id}").status_code == 404
    assert str(merged.id) not in grace.get(f"/people/{kept.id}/merge").text


def test_who_may_not_merge_is_not_offered_to(signed_in):
    kept, _ = pair()

    assert "/merge" not in page(signed_in("sarah"), kept).text
    assert signed_in("sarah").get(f"/people/{kept.id}/merge").status_code == 403


def test_somebody_else_is_compared_by_the_address_of_their_page(signed_in):
    kept, merged = pair()
    grace = signed_in("grace")

    assert grace.post(f"/people/{kept.id}/merge", data={"other": "her"}).status_code == 422
    answer = grace.post(f"/people/{kept.id}/merge", data={"other": f"http://127.0.0.1:8000/people/{merged.id}"})

    assert answer.location == f"/people/{kept.id}/merge/{merged.id}"


def test_no_page_of_a_person_holds_a_name_in_its_address_or_title(signed_in):
    person = made.person("Zebedee Quillfeather")
    text = page(signed_in("sarah"), person).text

    assert "Quillfeather" not in re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
    assert db.session.scalars(select(PersonChange).where(PersonChange.person_id == person.id)).all() == []
    assert db.session.scalars(select(Person.id).where(Person.id == person.id)).one() == person.id
