"""Who is in a call is known from the first save on: as rows, looked up at once, and the same rows once it is sent."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.checks import looking_up
from screening.contacts import drafts
from screening.db import db, now, transaction
from screening.models import BackgroundCheck, Contact, Participation, Person, PersonLink, Task
from tests.screening.contacts.bodies import form
from tests.screening.queues import given
from tests.screening.queues.given import TUESDAY_NOON, clock_at
from workers.checks import own_records

pytestmark = pytest.mark.usefixtures("context")
ADA = {"given_name": "Ada", "family_name": "Marlow", "date_of_birth": "2/5/2018"}
BEN = {"given_name": "Ben", "family_name": "Marlow", "age_years_estimated": "7"}


@pytest.fixture
def priya(signed_in):
    with transaction():
        clock_at(TUESDAY_NOON)
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    answer = priya.post("/contacts/", data={"kind": "request_for_service"})
    return re.search(r"FD-\w+", answer.location).group()


def fields(*children, **more):
    listed = {
        f"children__{place}__{name}": value for place, child in enumerate(children) for name, value in child.items()
    }
    return form(narrative="Came to school hungry.", **listed, **more)


def save(client, reference, *children, press="autosave", version=None, **more):
    button = {name: value for name, value in more.items() if name.startswith("remove_")}
    button |= {name: value for name, value in more.items() if name.startswith("own_")}
    rest = {name: value for name, value in more.items() if name not in button}
    if version is None:
        with transaction():
            version = drafts._newest(contact(reference).id).version if children_of(reference) else 0
    return client.post(
        f"/contacts/{reference}/{press}", data={**fields(*children, **rest), **button, "version": version}
    )


def contact(reference):
    return db.session.scalars(
        select(Contact).where(Contact.reference == reference).execution_options(populate_existing=True)
    ).one()


def children_of(reference):
    return contact(reference).children


def checks_of(reference):
    question = select(BackgroundCheck).where(BackgroundCheck.contact_id == contact(reference).id)
    return list(db.session.scalars(question.order_by(BackgroundCheck.seq).execution_options(populate_existing=True)))


def answer(reference):
    with viewing(worker_viewer("checks")), transaction():
        for check in checks_of(reference):
            own_records.answer_check(check.id)


@pytest.fixture(autouse=True)
def eyes(context):
    with viewing(worker_viewer("test")):
        yield


def test_a_child_is_a_row_as_soon_as_it_was_typed(priya, reference):
    save(priya, reference, ADA)

    assert [(child.full_name, child.date_of_birth) for child in children_of(reference)] == [
        ("Ada Marlow", "2018-05-02")
    ]


def test_what_cannot_be_read_yet_does_not_keep_the_rest_away(priya, reference):
    save(priya, reference, ADA | {"date_of_birth": "2/", "address__postcode": "SO"})

    child = children_of(reference)[0]
    assert (child.full_name, child.date_of_birth, child.postcode) == ("Ada Marlow", None, None)


def test_somebody_is_looked_up_once_a_name_and_a_birth_are_known(priya, reference):
    save(priya, reference, {"given_name": "Ada"})
    before = len(checks_of(reference))
    save(priya, reference, ADA)

    assert before == 0
    assert [check.kind for check in checks_of(reference)] == ["own_records"]
    promised = db.session.scalars(select(Task.subject_id).where(Task.kind == "check_own_records"))
    assert list(promised) == [checks_of(reference)[0].id]


def test_more_of_the_story_asks_nothing_again(priya, reference):
    save(priya, reference, ADA)
    answer(reference)
    save(priya, reference, ADA, answers__child_safe_now="yes")

    assert len(checks_of(reference)) == 1


def test_another_birth_is_asked_about_anew_and_the_old_answer_is_kept(priya, reference):
    save(priya, reference, ADA)
    answer(reference)
    save(priya, reference, ADA | {"date_of_birth": "3/5/2018"})

    old, new = checks_of(reference)
    assert old.outcome == "nothing_known"
    assert old.replaced_at is not None
    assert (new.outcome, new.replaced_at) == (None, None)


def test_sending_keeps_the_rows_and_the_answers_of_the_draft(priya, reference):
    save(priya, reference, ADA)
    answer(reference)
    before = children_of(reference)[0].id
    priya.post(f"/contacts/{reference}/send")

    assert contact(reference).state == "received"
    assert [child.id for child in children_of(reference)] == [before]
    assert [check.outcome for check in checks_of(reference)] == ["nothing_known"]


def test_sending_asks_about_those_who_were_not_looked_up(priya, reference):
    save(priya, reference, ADA, {"given_name": "Ben"})
    answer(reference)
    priya.post(f"/contacts/{reference}/send")

    assert {check.outcome for check in checks_of(reference)} == {"nothing_known", None}


def test_sending_asks_again_where_the_answer_is_old(priya, reference, monkeypatch):
    save(priya, reference, ADA)
    answer(reference)
    monkeypatch.setattr(looking_up, "GOOD_FOR", timedelta(0))
    priya.post(f"/contacts/{reference}/send")

    old, new = checks_of(reference)
    assert old.replaced_at is not None
    assert new.outcome is None


def test_sending_asks_again_what_failed(priya, reference):
    save(priya, reference, ADA)
    with viewing(worker_viewer("checks")), transaction():
        own_records.give_up(checks_of(reference)[0].id)
    priya.post(f"/contacts/{reference}/send")

    old, new = checks_of(reference)
    assert (old.outcome, new.outcome) == ("failed", None)


def test_who_is_taken_out_leaves_the_others_as_they_were(priya, reference):
    save(priya, reference, ADA, BEN)
    ada, ben = children_of(reference)
    save(priya, reference, ADA, BEN, press="save", remove_child=0)

    left = children_of(reference)
    assert [(child.id, child.full_name, child.position) for child in left] == [(ben.id, "Ben Marlow", 0)]
    assert db.session.get(Participation, ada.id, populate_existing=True).left_out_at is not None


def test_the_check_of_who_is_taken_out_counts_no_longer_and_is_kept(priya, reference):
    save(priya, reference, ADA, BEN)
    answer(reference)
    save(priya, reference, ADA, BEN, press="save", remove_child=0)

    assert [check.replaced_at is None for check in checks_of(reference)] == [False, True]


def test_who_is_said_to_have_harmed_a_child_still_is_when_another_is_taken_out(priya, reference):
    harm = {"adults__0__given_name": "Gary", "adults__0__alleged_harm_to": "1"}
    save(priya, reference, ADA, BEN, press="save", remove_child=0, **harm)

    assert [adult.alleged_harm_to for adult in contact(reference).adults] == [[0]]


def test_a_candidate_proposed_for_one_child_is_not_the_other_childs(priya, reference):
    save(priya, reference, ADA)
    child = children_of(reference)[0]
    with transaction():
        person = Person(made_at=now())
        db.session.add(person)
        db.session.flush()
        link = PersonLink(
            participation_id=child.id, person_id=person.id, answer="proposed",
            answered_by_id=given.user("priya").id, answered_at=now(),
        )  # fmt: skip
        db.session.add(link)
    save(priya, reference, BEN)

    assert db.session.get(PersonLink, link.id, populate_existing=True).replaced_at is not None


def test_who_changed_while_being_looked_up_is_looked_up_anew(priya, reference, monkeypatch):
    save(priya, reference, ADA)
    looked = []
    original = own_records.look_up

    def slow(check):
        found = original(check)
        looked.append(children_of(reference)[0].given_name)
        if len(looked) == 1:
            db.session.execute(Participation.__table__.update().values(given_name="Bea"))
        return found

    monkeypatch.setattr(own_records, "look_up", slow)
    answer(reference)

    child = children_of(reference)[0]
    assert len(looked) == 2
    assert checks_of(reference)[0].about == looking_up.about(child)


def panel(client, reference):
    return client.post(f"/contacts/{reference}/panel").text


def test_the_panel_says_who_is_not_checked_yet(priya, reference):
    save(priya, reference, ADA, {"given_name": "Ben"})

    page = panel(priya, reference)
    assert "Not checked yet: being looked up." in page
    assert "Not checked yet: ask for a name, and a birth, an age or a home." in page


def test_the_panel_says_nothing_known_only_of_whom_it_was_asked(priya, reference):
    save(priya, reference, ADA)
    answer(reference)
    before = panel(priya, reference)
    save(priya, reference, BEN)

    assert "Nothing known." in before
    assert "Nothing known." not in panel(priya, reference)


def test_a_check_that_failed_never_looks_like_nothing_known(priya, reference):
    save(priya, reference, ADA)
    with viewing(worker_viewer("checks")), transaction():
        own_records.give_up(checks_of(reference)[0].id)

    page = panel(priya, reference)
    assert "Not checked: it failed." in page
    assert "Nothing known" not in page


def test_a_restricted_contact_is_not_told_on_the_panel(priya, reference):
    with transaction():
        hidden = given.contact(first_received_at=TUESDAY_NOON - timedelta(days=3), state="decided", restricted=True)
        given.person(hidden, "Ada Marlow", born=date(2018, 5, 2))
    save(priya, reference, ADA)
    answer(reference)

    page = panel(priya, reference)
    assert checks_of(reference)[0].outcome == "information_found"
    assert "Nothing known." in page
    assert "arlier contact" not in page


def told_of_a_brother(client):
    """What the panel tells whoever takes a call about Ada, whose brother may be in an earlier contact."""
    opened = client.post("/contacts/", data={"kind": "request_for_service"})
    reference = re.search(r"FD-\w+", opened.location).group()
    save(client, reference, ADA, version=0)
    with transaction():
        (check,) = checks_of(reference)
        facts = {"sibling_contacts_12_months": {"possible": 1}}
        check.outcome, check.answered_at = "information_found", now()
        check.found = {"facts": facts, "facts_told_to_all": facts}
    save(client, reference, ADA, press="own-view", own_level="2", own_urgency="green")
    return client.post(f"/contacts/{reference}/panel", data=fields(ADA)).text


def test_who_takes_a_call_is_not_told_what_our_records_hold_of_the_family(priya):
    page = told_of_a_brother(priya)

    assert "Something that is or may be in our own records." in page
    assert "nobody has confirmed who this is: earlier contacts about brothers or sisters" not in page


def test_a_social_worker_who_takes_a_call_is_told_what_our_records_hold(priya, signed_in):
    assert "nobody has confirmed who this is: earlier contacts about brothers" in told_of_a_brother(signed_in("sarah"))
