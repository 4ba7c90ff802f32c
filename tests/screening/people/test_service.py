"""A person of the index is made and changed by people, and the journal has what was before."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import Person, PersonCard, PersonChange
from screening.people import alerts, restriction, service
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
HOME = {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "PO9 9ZZ"}


@pytest.fixture
def sarah(context):
    with viewing(user_viewer(given.user("sarah"))):
        yield


@pytest.fixture
def grace(context):
    with viewing(user_viewer(given.user("grace"))):
        yield


def names_of(person):
    return [{"id": name.id, "kind": name.kind, "name": name.name} for name in person.names]


def edit(person, *, version=None, **written):
    whole = {"names": names_of(person), "sex": person.sex, "date_of_birth": person.date_of_birth} | written
    return service.edit(person.id, version=version or person.version, written=whole, why="Said by the school.")


def changes_of(person):
    question = select(PersonChange).where(PersonChange.person_id == person.id).order_by(PersonChange.seq)
    return list(db.session.scalars(question))


def test_somebody_whom_nobody_matches_becomes_a_person_of_the_index(sarah):
    said = given.person(
        given.contact(),
        "Ada Marlow",
        born=date(2018, 5, 2),
        sex="F",
        address_line_1="86 Surrey Drive",
        postcode="PO9 9ZZ",
    )

    person = service.make_from(said)

    assert (person.full_name, person.date_of_birth, person.sex) == ("Ada Marlow", "2018-05-02", "F")
    assert [(home.line_1, home.postcode) for home in person.addresses] == [("86 Surrey Drive", "PO9 9ZZ")]
    assert [change.kind for change in changes_of(person)] == ["made"]
    assert db.session.scalar(select(PersonCard).where(PersonCard.person_id == person.id)) is not None


def test_who_may_only_link_makes_nobody(context):
    said = given.person(given.contact())

    with viewing(user_viewer(given.user("winnie"))), pytest.raises(NotAllowed):
        service.make_from(said)


def test_a_change_keeps_what_was_before_and_who_and_why(sarah):
    person = made.person("Ada Marlow")

    edit(person, names=[*names_of(person), {"kind": "former", "name": "Smith"}])

    change = changes_of(person)[0]
    assert [name["name"] for name in change.before["names"]] == ["Ada", "Marlow"]
    assert [name["name"] for name in change.after["names"]] == ["Ada", "Marlow", "Smith"]
    assert (change.changed_by_id, change.why) == (given.user("sarah").id, "Said by the school.")


def test_a_name_that_is_taken_out_is_gone_from_the_record_and_stays_in_the_journal(sarah):
    person = made.person("Ada Marlow")

    edit(person, names=names_of(person)[:1])

    assert person.full_name == "Ada"
    assert [name["name"] for name in changes_of(person)[0].before["names"]] == ["Ada", "Marlow"]


def test_a_change_of_a_name_moves_the_version_on(sarah):
    person = made.person()
    before = person.version
    edit(person, names=[*names_of(person), {"kind": "also_known_as", "name": "Addie"}])

    assert person.version > before


def test_nothing_changed_is_no_change(sarah):
    person = made.person(sex="F", born="2018-05")

    assert edit(person) is False
    assert changes_of(person) == []


def test_a_change_made_on_an_older_version_is_refused(sarah):
    person = made.person()

    with pytest.raises(Stale):
        edit(person, version=person.version + 1, sex="F")


def test_an_age_is_kept_with_the_day_on_which_it_was_said(sarah):
    person = made.person()

    edit(person, age_years_estimated=7)

    assert (person.age_years_estimated, person.age_as_of) == (7, now().date())


def test_the_lines_of_a_protected_address_stay_where_they_are_left_out(sarah):
    person = made.person(home=HOME | {"protected": True})
    kept = {"id": person.addresses[0].id, "until": date(2026, 6, 30), "protected": True}

    edit(person, addresses=[kept])

    home = person.addresses[0]
    assert (home.line_1, home.until, home.protected) == ("86 Surrey Drive", date(2026, 6, 30), True)


def test_a_protected_address_is_not_lost_by_who_was_not_shown_it(sarah):
    person = made.person(home=HOME | {"protected": True})

    edit(person, addresses=[])

    assert [home.line_1 for home in person.addresses] == ["86 Surrey Drive"]


def test_an_unborn_baby_is_not_born_by_an_edit(sarah):
    baby = made.unborn(now().date() + timedelta(days=9))

    with pytest.raises(Invalid) as refused:
        edit(baby, date_of_birth="2026-11-01")

    assert "Confirm the birth" in refused.value.fields["/date_of_birth"][0]


def test_an_alert_has_a_day_to_look_at_it_again(sarah):
    person = made.person()

    with pytest.raises(Invalid):
        alerts.set_alert(person.id, kind="other", words="Dog.", review_on=now().date())
    alert = alerts.set_alert(person.id, kind="other", words="Dog.", review_on=now().date() + timedelta(days=30))

    assert alerts.alerts_of([person.id]) == [alert]


def test_an_alert_is_ended_with_a_reason_once(sarah):
    alert = made.alert(made.person())

    alerts.end_alert(alert.id, because="The dog is gone.")

    assert (alert.ended_because, alert.ended_by_id) == ("The dog is gone.", given.user("sarah").id)
    with pytest.raises(Conflict, match="Sarah Okafor ended this alert"):
        alerts.end_alert(alert.id, because="Again.")


def test_an_alert_of_a_restricted_person_does_not_exist(sarah):
    alert = made.alert(made.restricted(made.person(), "grace"))

    with pytest.raises(NotFound):
        alerts.end_alert(alert.id, because="Gone.")


def test_a_restricted_person_exists_only_for_those_who_are_named(grace):
    person = made.person()

    restriction.restrict(person.id, version=person.version, readers=[given.user("grace").id], why="Staff.")

    found = select(Person).where(Person.id == person.id)
    assert db.session.scalar(found) is person
    with viewing(user_viewer(given.user("sarah"))):
        assert db.session.scalar(found) is None
        card = select(PersonCard.person_id).where(PersonCard.person_id == person.id)
        assert db.session.scalar(card) is None


def test_somebody_who_can_lift_a_restriction_is_always_named(grace):
    person = made.person()

    with pytest.raises(Invalid):
        restriction.restrict(person.id, version=person.version, readers=[given.user("sarah").id], why="Staff.")


def test_a_restriction_is_lifted_from_everybody_at_once(grace):
    person = made.restricted(made.person(), "grace", "sarah")

    restriction.unrestrict(person.id, version=person.version, why="They left.")

    assert restriction.readers_of(person.id) == set()
    assert not person.restricted


def test_a_restriction_holds_for_all_records_that_make_up_the_person(grace):
    first, second = made.person(), made.person()
    from screening.people import merging

    merging.merge(first.id, second.id, versions=(first.version, second.version), choices={}, why="One.")
    restriction.restrict(first.id, version=first.version, readers=[given.user("grace").id], why="Staff.")

    assert (first.restricted, second.restricted) == (True, True)


def test_who_may_not_restrict_does_not(sarah):
    person = made.person()

    with pytest.raises(NotAllowed):
        restriction.restrict(person.id, version=person.version, readers=[given.user("grace").id], why="Staff.")
