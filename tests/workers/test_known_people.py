"""The index in the check of our own records: what a person confirmed sets facts, what is only possible opens rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from screening import tasks, validation
from screening.access import user_viewer, viewing
from screening.checks import on_call, queries, service
from screening.contacts import service as contacts
from screening.contacts.schemas import ContactSchema
from screening.db import db, now
from screening.models import (
    BackgroundCheck,
    Person,
    PersonAddress,
    PersonAlert,
    PersonLink,
    PersonName,
    PersonRelationship,
    Screening,
    Task,
)
from screening.people import links
from screening.people.finding import index
from screening.people.links import Shown
from screening.scoring import family_history
from tests.screening.contacts.bodies import body
from tests.screening.people import made
from tests.screening.queues import given
from workers.checks import own_records

pytestmark = pytest.mark.usefixtures("context")
BORN = date(2018, 5, 2)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOME = {"line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}
SAID_HOME = {"address_line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}


@pytest.fixture(autouse=True)
def at_noon(context):
    given.clock_at(NOW)


def known(name="Ada Marlow", born=BORN, homes=(), **more):
    first, _, family = name.partition(" ")
    row = Person(made_at=now(), date_of_birth=born.isoformat(), born_earliest=born, born_latest=born, **more)
    row.names = [PersonName(kind="given", position=0, name=first), PersonName(kind="family", position=1, name=family)]
    row.addresses = [PersonAddress(position=place, **home) for place, home in enumerate(homes)]
    row.phones, row.identifiers = [], []
    db.session.add(row)
    db.session.flush()
    index.put(row)
    return row


def related(person, kind, other):
    db.session.add(PersonRelationship(person_id=person.id, other_id=other.id, kind=kind, source="case system"))
    db.session.flush()


def confirm(participation, person, answer="confirmed"):
    db.session.add(
        PersonLink(
            participation_id=participation.id,
            person_id=person.id,
            answer=answer,
            answered_by_id=given.user("sarah").id,
            answered_at=now(),
        )
    )
    db.session.flush()


def alert(person, kind="danger_to_child", review_on=date(2027, 1, 1)):
    row = PersonAlert(
        person_id=person.id, kind=kind, words="Convicted in 2019.", source="police", review_on=review_on, made_at=now()
    )
    db.session.add(row)
    db.session.flush()


def new(name="Ada Marlow", born=BORN, **more):
    return given.person(given.contact(first_received_at=NOW), name, born=born, **more)


def earlier(name="Ada Marlow", born=BORN, days_ago=30, **more):
    contact = given.contact(first_received_at=NOW - timedelta(days=days_ago), state="decided")
    return given.person(contact, name, born=born, **more)


def answered(participation):
    check = given.check(participation)
    own_records.answer_check(check.id)
    return check


def test_a_plan_of_a_confirmed_record_is_a_fact():
    person, child = known(), new()
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    confirm(child, person)

    found = answered(child).found

    assert found["facts"]["protection_plan"] == "yes"
    assert (found["open_cases"][0]["standing"], found["open_cases"][0]["sure"]) == ("confirmed", True)


def test_a_plan_of_a_candidate_is_only_possible():
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=known().id, as_at=NOW)

    found = answered(new()).found

    assert found["facts"]["protection_plan"] == {"possible": "yes"}
    assert found["open_cases"][0]["sure"] is False


def test_not_even_the_same_name_and_birth_makes_a_candidates_plan_a_fact():
    given.involvement("Ada Marlow", born=BORN, kind="looked_after", person_id=known().id, as_at=NOW)

    assert answered(new()).found["facts"]["looked_after"] == {"possible": "yes"}


def misheard():
    """Somebody who was said otherwise than the index and the case system have them: Kathryn for Catherine."""
    return given.person(given.contact(first_received_at=NOW), "Kathryn Smyth", age_years_estimated=8)


def test_a_case_that_is_of_no_record_is_theirs_once_it_was_confirmed_who_they_are():
    catherine = known("Catherine Smith")
    given.involvement("Catherine Smith", born=BORN, kind="protection_plan", as_at=NOW)
    child = misheard()
    confirm(child, catherine)

    found = answered(child).found

    assert [(case["sure"], case["team"]) for case in found["open_cases"]] == [(True, "havant")]


def test_a_case_that_is_of_no_record_is_possible_while_nobody_confirmed_who_they_are():
    catherine = known("Catherine Smith")
    given.involvement("Catherine Smith", born=BORN, kind="protection_plan", as_at=NOW)
    child = misheard()
    confirm(child, catherine, "proposed")

    found = answered(child).found

    assert [(case["sure"], case["standing"]) for case in found["open_cases"]] == [(False, "possible")]


def test_where_two_records_have_the_name_and_birth_a_case_of_no_record_is_not_sure():
    catherine = known("Catherine Smith")
    known("Catherine Smith")
    given.involvement("Catherine Smith", born=BORN, as_at=NOW)
    child = misheard()
    confirm(child, catherine)

    assert [case["sure"] for case in answered(child).found["open_cases"]] == [False]


def test_a_case_found_by_the_record_of_a_restricted_person_is_not_told_to_all():
    catherine = known("Catherine Smith", restricted=True)
    given.involvement("Catherine Smith", born=BORN, as_at=NOW)
    child = misheard()
    confirm(child, catherine)
    told = answered(child).found
    shown = shown_to("tom", child)

    assert len(told["open_cases"]) == 1
    assert not (shown.found or {}).get("open_cases")


def test_a_candidate_is_told_with_reasons_and_marked_possible():
    person = known()

    (one,) = answered(new()).found["candidates"]

    assert (one["person_id"], one["standing"]) == (str(person.id), "possible")
    assert "Date of birth the same: born 2 May 2018" in one["reasons"]


def test_a_candidate_who_was_refused_is_told_no_more():
    person, child = known(), new()
    confirm(child, person, "refused")

    assert answered(child).outcome == "nothing_known"


def test_contacts_confirmed_as_the_same_record_count_whatever_the_name():
    person, child, before = known(), new(), earlier("Adelina Marlowe-Brown", date(2018, 5, 3))
    confirm(child, person)
    confirm(before, person)

    found = answered(child).found

    assert found["facts"]["contacts_3_months"] == 1
    assert found["earlier"][0]["standing"] == "confirmed"


def test_contacts_confirmed_as_another_record_are_not_about_this_child():
    person, namesake, child, before = known(), known(), new(), earlier()
    confirm(child, person)
    confirm(before, namesake)

    assert answered(child).outcome == "nothing_known"


def test_where_two_records_have_the_name_and_birth_an_earlier_contact_is_only_possible():
    known(), known(), earlier()

    assert answered(new()).found["facts"]["contacts_3_months"] == {"possible": 1}


def test_brothers_and_sisters_are_found_wherever_they_live():
    mother, child = known("Eve Marlow", date(1990, 1, 1)), known()
    half = known("Ben Stone", date(2014, 1, 1), homes=[{"line_1": "1 Far Lane", "postcode": "PO9 1AA"}])
    related(mother, "parent", child)
    related(mother, "parent", half)
    participation, theirs = new(), earlier("Ben Stone", date(2014, 1, 1))
    confirm(participation, child)
    confirm(theirs, half)

    found = answered(participation).found

    assert [(one["name"], one["reasons"], one["standing"]) for one in found["family"]] == [
        ("Ben Stone", ["Shares a parent"], "confirmed")
    ]
    assert found["facts"]["sibling_contacts_3_months"] == {"at_least": 1}


def test_the_family_of_a_candidate_counts_only_as_possible():
    child, sister = known(), known("Cora Marlow", date(2016, 1, 1))
    related(child, "half_sibling", sister)
    confirm(earlier("Cora Marlow", date(2016, 1, 1)), sister)

    facts = answered(new()).found["facts"]

    assert facts["sibling_contacts_3_months"] == {"possible": 1}


def test_who_lived_at_the_address_before_is_told():
    known("Gary Stone", date(1980, 1, 1), homes=[HOME | {"until": date(2024, 6, 30)}])

    (one,) = answered(new(**SAID_HOME)).found["household"]

    assert (one["name"], one["until"]) == ("Gary Stone", "2024-06-30")


def test_a_protected_address_gives_nobody_away():
    known("Eve Stone", date(1985, 1, 1), homes=[HOME | {"protected": True}])

    assert answered(new(**SAID_HOME)).outcome == "nothing_known"


def test_who_has_an_alert_is_not_told_to_live_at_the_address():
    alert(known("Eve Stone", date(1985, 1, 1), homes=[HOME]), kind="protected_address")

    assert answered(new(**SAID_HOME)).outcome == "nothing_known"


def test_who_lives_with_somebody_protected_is_not_told_to_live_at_the_address():
    household = made.household()
    known("Eve Stone", date(1985, 1, 1), homes=[HOME | {"protected": True}], household_id=household.id)
    known("Kit Stone", date(2015, 1, 1), homes=[HOME], household_id=household.id)

    assert answered(new(**SAID_HOME)).outcome == "nothing_known"


@pytest.mark.parametrize(("answer", "fact"), [("confirmed", "yes"), (None, {"possible": "yes"})])
def test_an_alert_of_danger_is_a_fact_once_confirmed_and_possible_before(answer, fact):
    person, adult = known("Gary Stone", date(1980, 1, 1)), new("Gary Stone", date(1980, 1, 1), role="adult")
    alert(person, review_on=date(2026, 1, 1))
    if answer:
        confirm(adult, person, answer)

    found = answered(adult).found

    assert found["facts"]["danger_alert"] == fact
    assert found["alerts"][0]["review_is_late"] is True


def merged_into(kept, name="Somebody Renamed", **more):
    return known(name, date(1990, 1, 1), merged_into_id=kept.id, **more)


def test_an_alert_and_a_plan_on_a_record_merged_into_a_candidate_are_possible():
    old = merged_into(known())
    alert(old)
    given.involvement("Third Name", kind="protection_plan", person_id=old.id, as_at=NOW)

    facts = answered(new()).found["facts"]

    assert facts["danger_alert"] == {"possible": "yes"}
    assert facts["protection_plan"] == {"possible": "yes"}


def test_earlier_contacts_of_a_siblings_merged_record_count():
    person, sister = known(), known("Zoe Marlow", date(2015, 1, 1))
    related(person, "sibling", sister)
    other = earlier("Zoe Marlow", date(2015, 1, 1))
    confirm(other, merged_into(sister))
    child = new()
    confirm(child, person)

    (entry,) = answered(child).found["family_contacts"]
    assert (entry["participation_id"], entry["outcomes"]) == (str(other.id), [])


def test_children_of_two_records_of_one_parent_are_siblings():
    person, sister = known(), known("Zoe Marlow", date(2015, 1, 1))
    mother = known("Eve Marlow", date(1985, 1, 1))
    related(mother, "parent", person)
    related(merged_into(mother, "Eve Stone"), "parent", sister)
    child = new()
    confirm(child, person)

    assert [one["person_id"] for one in answered(child).found["family"]] == [str(sister.id)]


def test_a_case_found_by_name_of_a_restricted_person_is_not_told_to_all():
    given.involvement(born=BORN, kind="protection_plan", person_id=known("Somebody Renamed", restricted=True).id)
    found = answered(new()).found

    assert found["facts"]["protection_plan"] == {"possible": "yes"}
    assert found["facts_told_to_all"].get("protection_plan") != {"possible": "yes"}


def shown_to(user_name, participation):
    contact = participation.contact
    with viewing(user_viewer(given.user(user_name))):
        return queries.checks_of(contact)[0]


def test_a_restricted_person_cannot_be_inferred():
    known(restricted=True)
    child = new()

    assert answered(child).outcome == "information_found"
    shown = shown_to("sarah", child)
    assert (shown.outcome, shown.found) == ("nothing_known", None)


def test_facts_that_stand_on_a_restricted_person_are_not_told_to_all():
    person = known(restricted=True)
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    child = new()
    confirm(child, person)

    found = answered(child).found

    assert found["facts"]["protection_plan"] == "yes"
    assert found["facts_told_to_all"]["protection_plan"] == "no"


def test_a_handler_hears_that_somebody_is_open_to_a_team_and_no_more():
    person = known()
    given.involvement(person_id=person.id, team_slug="havant", kind="protection_plan", worker="Jo Bell", as_at=NOW)
    contact = given.contact(first_received_at=NOW, state="taking", taken_by_id=given.user("priya").id)
    child = given.person(contact, born=BORN)
    confirm(child, person)
    answered(child)
    db.session.expire(contact)

    with viewing(user_viewer(given.user("priya"))):
        (one,) = on_call.of_call(contact)

    assert one == {"name": "Ada Marlow", "state": "known", "words": f"Known; open to {given.team('havant').name}."}


@pytest.mark.parametrize(
    ("told", "words"),
    [({"team_slug": None}, "Known; team not named."), ({"untold_since": NOW}, "Known.")],
)
def test_a_handler_hears_of_a_team_not_named_and_not_of_what_ended(told, words):
    person = known()
    given.involvement(person_id=person.id, kind="protection_plan", as_at=NOW, **told)
    contact = given.contact(first_received_at=NOW, state="taking", taken_by_id=given.user("priya").id)
    child = given.person(contact, born=BORN)
    confirm(child, person)
    answered(child)
    db.session.expire(contact)

    with viewing(user_viewer(given.user("priya"))):
        (one,) = on_call.of_call(contact)

    assert one["words"] == words


def test_asking_again_answers_with_what_was_confirmed_since():
    person, child = known(), new()
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    before = answered(child)
    confirm(child, person)

    service.ask_again(child)
    fresh = db.session.query(BackgroundCheck).filter_by(participation_id=child.id, replaced_at=None).one()
    own_records.answer_check(fresh.id)

    assert before.replaced_at is not None
    assert fresh.found["facts"]["protection_plan"] == "yes"


def facts_of(participation):
    contact = participation.contact
    db.session.expire(contact)
    return family_history.looked_up(contact)[participation.id]


def test_asking_again_takes_nothing_away_until_it_answers():
    person, child = known(), new()
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    confirm(child, person)
    answered(child)

    service.ask_again(child)

    assert facts_of(child)["protection_plan"] == "yes"


def test_a_link_that_was_taken_back_is_scored_anew():
    person, child = known(), new()
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    confirm(child, person)
    answered(child)
    db.session.query(PersonLink).update({"answer": "refused"})
    service.ask_again(child)
    fresh = db.session.query(BackgroundCheck).filter_by(participation_id=child.id, replaced_at=None).one()
    own_records.answer_check(fresh.id)

    newest = db.session.query(Screening).filter_by(contact_id=child.contact_id).order_by(Screening.seq.desc()).first()
    assert (newest.reason, newest.level_at_least) == ("check", 1)


def test_a_look_that_fails_after_it_is_said_who_they_are_leaves_no_no_in_the_score():
    child = new()
    answered(child)
    confirm(child, known("Ada Other"))
    service.ask_again(child)
    fresh = db.session.query(BackgroundCheck).filter_by(participation_id=child.id, replaced_at=None).one()

    own_records.give_up(fresh.id)

    newest = db.session.query(Screening).filter_by(contact_id=child.contact_id).order_by(Screening.seq.desc()).first()
    assert newest.reason == "check"
    assert "open_to_social_care" not in str(newest.facts)


def propose(participation, person):
    with viewing(user_viewer(given.user("priya"))):
        links.answer(participation, person, "proposed", Shown())


def standing_check(participation):
    return db.session.query(BackgroundCheck).filter_by(participation_id=participation.id, replaced_at=None).one()


def unlike():
    """Somebody open to a team whom a search for Ada Marlow, about seven, does not find."""
    person = known("Catherine Smith", date(1950, 1, 1))
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=person.id, as_at=NOW)
    return person


def a_call(born=BORN):
    contact = given.contact(first_received_at=NOW, state="taking", taken_by_id=given.user("priya").id)
    return given.person(contact, "Ada Marlow", born=born, position=0)


def told_on_call(child):
    db.session.expire_all()
    with viewing(user_viewer(given.user("priya"))):
        return on_call.of_call(child.contact)[0]


def test_whom_a_handler_proposed_makes_a_plan_possible_however_unlike_they_are():
    person, child = unlike(), a_call()
    assert answered(child).outcome == "nothing_known"

    propose(child, person)
    check = standing_check(child)
    own_records.answer_check(check.id)

    assert check.outcome == "information_found"
    assert check.found["candidates"][0]["reasons"][0] == "Proposed by the call handler"
    assert check.found["facts"]["protection_plan"] == {"possible": "yes"}


def test_whom_a_handler_doubts_is_found_as_before_and_told_as_doubted():
    person, child = known(), a_call()
    alert(person)
    before = answered(child).found
    with viewing(user_viewer(given.user("priya"))):
        links.answer(child, person, "doubted", Shown())
    check = standing_check(child)
    own_records.answer_check(check.id)
    found = check.found

    assert found["candidates"][0]["reasons"] == [
        "Call handler doubts it is them",
        *before["candidates"][0]["reasons"],
    ]
    assert (found["facts"], found["alerts"]) == (before["facts"], before["alerts"])


def test_whom_a_handler_proposed_is_found_where_no_name_was_given():
    person, child = unlike(), a_call()
    child.given_name = child.family_name = child.name_key = None
    propose(child, person)
    check = standing_check(child)
    own_records.answer_check(check.id)

    assert check.found["facts"]["open_to_social_care"] == {"possible": "yes"}


def test_a_proposal_taken_back_is_looked_up_anew():
    person, child = unlike(), a_call()
    propose(child, person)
    own_records.answer_check(standing_check(child).id)
    with viewing(user_viewer(given.user("priya"))):
        links.take_back(child, person.id)
    own_records.answer_check(standing_check(child).id)

    assert standing_check(child).outcome == "nothing_known"


def test_a_call_never_says_nothing_known_of_somebody_who_was_proposed():
    person, child = unlike(), a_call()
    answered(child)
    propose(child, person)

    assert told_on_call(child)["words"].startswith(on_call.MAY_BE_KNOWN)
    own_records.answer_check(standing_check(child).id)
    assert told_on_call(child)["state"] == "may_be_known"


def test_not_even_a_stale_answer_says_nothing_known_of_somebody_who_was_proposed():
    person, child = unlike(), a_call()
    answered(child)
    confirm(child, person, "proposed")

    assert told_on_call(child)["words"] == on_call.MAY_BE_KNOWN


def test_what_was_proposed_in_a_call_opens_rules_once_it_is_received():
    person, child = unlike(), a_call()
    propose(child, person)
    own_records.answer_check(standing_check(child).id)
    contact = child.contact
    contacts.receive_call(contact=contact, body=validation.load(ContactSchema(), body()))
    (child,) = contact.children
    check = standing_check(child)
    own_records.answer_check(check.id)

    assert check.found["facts"]["protection_plan"] == {"possible": "yes"}
    assert facts_of(child)["protection_plan"] == {"possible": "yes"}


def brother_and_sister():
    person, brother = known(), known("Jack Marlow", date(2016, 1, 1))
    related(person, "sibling", brother)
    return person, brother


def test_contacts_that_nobody_confirmed_but_are_very_likely_about_a_brother_are_possible():
    person, _ = brother_and_sister()
    other = earlier("Jack Marlow", date(2016, 1, 1))
    child = new()
    confirm(child, person)

    found = answered(child).found

    (entry,) = found["family_contacts"]
    assert (entry["participation_id"], entry["standing"]) == (str(other.id), "possible")
    assert found["facts"]["sibling_contacts_3_months"] == {"possible": 1}


@pytest.mark.parametrize("answer", ["refused", "confirmed"])
def test_contacts_said_to_be_about_another_than_the_brother_are_not_his(answer):
    person, brother = brother_and_sister()
    confirm(earlier("Jack Marlow", date(2016, 1, 1)), brother if answer == "refused" else known("Jack Other"), answer)
    child = new()
    confirm(child, person)

    assert answered(child).found["family_contacts"] == []


def test_open_contacts_about_family_are_looked_at_again_once_it_is_said_who_somebody_is():
    person, brother = brother_and_sister()
    before, now_said = new(), new("Jack Marlow", date(2016, 1, 1))
    confirm(before, person)

    with viewing(user_viewer(given.user("sarah"))):
        links.answer(now_said, brother, "confirmed", Shown())

    again = db.session.query(Task).filter_by(kind=tasks.LOOK_AGAIN).one()
    assert again.subject_id == before.id


def test_an_adult_of_the_household_is_no_brother_or_sister():
    home = made.household().id
    person, mother = known(household_id=home), known("Donna Marlow", date(1990, 1, 1), household_id=home)
    sister = known("Zoe Marlow", date(2015, 1, 1), household_id=home)
    confirm(earlier("Donna Marlow", date(1990, 1, 1), role="adult"), mother)
    child = new()
    confirm(child, person)

    found = answered(child).found

    assert [one["person_id"] for one in found["family"]] == [str(sister.id)]
    assert [one["person_id"] for one in found["household"]] == [str(mother.id)]
    assert "sibling_contacts_3_months" not in found["facts"]
