"""Somebody's family and household are written down and ended on their pages: on both records, with why, and no more."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.checks import changed_people
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound, Stale
from screening.models import PersonChange, PersonRelationship, Task
from screening.people import merging, relations
from screening.people.relations import Between
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
WHY = "The school told us."


@pytest.fixture
def ada(context):
    return made.person("Ada Marlow", born="2018-05-02")


@pytest.fixture
def mary(context):
    return made.person("Mary Marlow", born="1990-01-01")


def page(client, person):
    return client.get(f"/people/{person.id}").text


def relate(person, other, is_what="parent", *, by="sarah", **days):
    with viewing(user_viewer(given.user(by))):
        said = Between(is_what=is_what, **days)
        return relations.relate(person.id, other.id, version=person.version, said=said, why=WHY)


def live_together(person, other, *, by="sarah"):
    with viewing(user_viewer(given.user(by))):
        relations.live_together(person.id, other.id, version=person.version, why=WHY)


def end(person, row, *, until=None):
    with viewing(user_viewer(given.user("sarah"))):
        relations.end(person.id, row.id, version=person.version, until=until or now().date(), why=WHY)


def leave(person):
    with viewing(user_viewer(given.user("sarah"))):
        relations.leave(person.id, version=person.version, why=WHY)


def sent(client, place, **said):
    """Fill in the form of a page, with the version that it was made on."""
    version = re.search(r'name="version" value="(\d+)"', client.get(place).text)[1]
    return client.post(place, data={"version": version, **said})


def changes(person):
    question = select(PersonChange.kind).where(PersonChange.person_id == person.id).order_by(PersonChange.seq)
    return list(db.session.scalars(question))


def test_a_mother_is_found_by_the_address_of_her_page_and_written_on_both_records(signed_in, ada, mary):
    sarah = signed_in("sarah")

    asked = sarah.post(f"/people/{ada.id}/family", data={"other": f"https://example.org/people/{mary.id}"})
    assert asked.headers["Location"] == f"/people/{ada.id}/family/{mary.id}"
    written = sent(sarah, asked.headers["Location"], is_what="parent", since="2/5/2018", why=WHY)

    assert written.headers["Location"] == f"/people/{ada.id}"
    assert ("Parent: " in page(sarah, ada), "Mary Marlow" in page(sarah, ada)) == (True, True)
    assert ("Child: " in page(sarah, mary), "Ada Marlow" in page(sarah, mary)) == (True, True)
    for person in (ada, mary):
        assert (changes(person), "Why: The school told us." in page(sarah, person)) == (["related"], True)


def test_somebody_is_found_by_their_number_in_the_case_system(signed_in, ada):
    mary = made.person("Mary Marlow", source="case system", source_id="C-77")

    asked = signed_in("sarah").post(f"/people/{ada.id}/family", data={"other": "C-77"})

    assert asked.headers["Location"] == f"/people/{ada.id}/family/{mary.id}"


def test_a_number_that_two_sources_have_is_of_nobody(signed_in, ada):
    for source in ("cases", "schools"):
        made.person("Mary Marlow", source=source, source_id="C-77")

    asked = signed_in("sarah").post(f"/people/{ada.id}/family", data={"other": "C-77"})

    assert (asked.status_code, "Nobody whom you may open" in asked.text) == (422, True)


def test_what_is_missing_is_said_beside_what_was_typed(signed_in, ada, mary):
    answer = sent(signed_in("sarah"), f"/people/{ada.id}/family/{mary.id}", since="3/4/2026", until="3/4/2025")

    assert answer.status_code == 422
    assert "Choose what they are to each other." in answer.text
    assert "Say why, in a sentence." in answer.text
    assert 'value="3/4/2025"' in answer.text


def test_a_relationship_is_ended_and_stays_as_ended(signed_in, ada, mary):
    row, sarah = relate(ada, mary), signed_in("sarah")

    answer = sent(sarah, f"/people/{ada.id}/family/{row.id}/end", until="1/2/2026", why="He moved away.")

    assert answer.status_code == 302
    assert "until 1 February 2026" in page(sarah, ada)
    assert "until 1 February 2026" in page(sarah, mary)
    assert "Mary Marlow" not in sarah.get(f"/people/{ada.id}/family").text


def test_what_ended_may_begin_anew(ada, mary):
    first = relate(ada, mary, "partner")
    end(ada, first)

    again = relate(mary, ada, "partner")

    assert (again.id, again.until) == (first.id, None)


@pytest.mark.parametrize("days", [1, -10_000])
def test_a_relationship_ends_on_no_day_to_come_and_not_before_it_began(ada, mary, days):
    row = relate(ada, mary, since=date(2020, 1, 1))

    with pytest.raises(Invalid):
        end(ada, row, until=now().date() + timedelta(days=days))


def test_the_same_is_not_written_twice_nor_turned_round(ada, mary):
    relate(ada, mary, "parent")
    relate(ada, mary, "partner")

    with pytest.raises(Conflict):
        relate(mary, ada, "child")
    with pytest.raises(Conflict):
        relate(mary, ada, "partner")
    with pytest.raises(Invalid):
        relate(mary, ada, "parent")


def test_who_was_too_late_writes_nothing(signed_in, ada, mary):
    sarah, place = signed_in("sarah"), f"/people/{ada.id}/family/{mary.id}"
    old = re.search(r'name="version" value="(\d+)"', sarah.get(place).text)[1]
    relate(ada, mary, "sibling")

    late = sarah.post(place, data={"version": old, "is_what": "parent", "why": WHY})

    assert (late.status_code, WHY in late.text) == (412, True)
    assert [row.kind for row in db.session.scalars(select(PersonRelationship))] == ["sibling"]
    assert "Somebody changed this person" in late.text


def test_people_who_live_together_show_on_both_pages_until_one_is_taken_out(signed_in, ada, mary):
    sarah = signed_in("sarah")

    sent(sarah, f"/people/{ada.id}/family/{mary.id}", is_what="household", why=WHY)
    assert "In the household: " in page(sarah, ada)
    assert "In the household: " in page(sarah, mary)

    sent(sarah, f"/people/{mary.id}/household/leave", why="She moved out.")
    assert (ada.household_id is None, mary.household_id) == (False, None)
    assert "In the household: " not in page(sarah, ada)
    assert "No longer in a household with Ada Marlow" in page(sarah, mary)


def test_who_was_too_late_takes_nobody_out_and_ends_nothing(ada, mary):
    row, old = relate(ada, mary), ada.version - 1
    live_together(ada, mary)

    with viewing(user_viewer(given.user("sarah"))):
        with pytest.raises(Stale):
            relations.leave(ada.id, version=old, why=WHY)
        with pytest.raises(Stale):
            relations.end(ada.id, row.id, version=old, until=now().date(), why=WHY)
    assert (ada.household_id, row.until) == (mary.household_id, None)


def test_whoever_is_added_moves_out_of_the_household_that_they_were_in(ada, mary):
    own, other = made.household(), made.household()
    ada.household_id, mary.household_id = own.id, other.id
    db.session.flush()

    live_together(ada, mary)

    assert (ada.household_id, mary.household_id) == (own.id, own.id)


def test_a_person_in_no_household_joins_the_others(ada, mary):
    home = made.household()
    mary.household_id = home.id
    db.session.flush()

    live_together(ada, mary)

    assert ada.household_id == home.id


def test_nobody_is_their_own_family_also_once_two_records_are_one(ada):
    merged = made.person("Ada Marlow")
    merged.merged_into_id = ada.id
    db.session.flush()

    for other in (ada, merged):
        with pytest.raises(Invalid):
            relate(ada, other, "sibling")


@pytest.mark.parametrize("name", ["callum", "nadia", "aisha"])
def test_who_may_not_write_people_opens_no_form_and_writes_nothing(signed_in, ada, mary, name):
    client = signed_in(name)

    for place in (f"/people/{ada.id}/family", f"/people/{ada.id}/family/{mary.id}"):
        assert client.get(place).status_code == 403
        assert client.post(place, data={"is_what": "parent", "why": WHY, "version": "1"}).status_code == 403


class TestSomebodyRestricted:
    """Of whom the viewer may not know: as good as not there."""

    @pytest.fixture
    def hidden(self, context):
        return made.restricted(made.person("Rhea Varley", source="case system", source_id="R-1"), "grace")

    def test_to_name_them_is_to_name_nobody(self, signed_in, ada, hidden):
        sarah, nobody = signed_in("sarah"), "0190a3a1-0000-7000-8000-000000000000"

        def told(who):
            said = {"is_what": "parent", "why": WHY, "version": str(ada.version)}
            answers = [sarah.post(f"/people/{ada.id}/family", data={"other": who})]
            answers.append(sarah.get(f"/people/{ada.id}/family/{who}"))
            answers.append(sarah.post(f"/people/{ada.id}/family/{who}", data=said))
            answers.append(sarah.get(f"/people/{ada.id}/family/{who}/end"))
            return [(one.status_code, _bare(one.text).replace(who, "")) for one in answers]

        assert told(str(hidden.id)) == told(nobody)
        assert [status for status, _ in told(nobody)] == [422, 404, 404, 404]
        assert sarah.post(f"/people/{ada.id}/family", data={"other": "R-1"}).status_code == 422

    def test_what_was_written_of_them_shows_nowhere(self, signed_in, ada, hidden):
        sarah = signed_in("sarah")
        before, form = page(sarah, ada), sarah.get(f"/people/{ada.id}/family").text

        row = relate(ada, hidden, by="grace")
        live_together(ada, hidden, by="grace")

        assert _bare(page(sarah, ada)) == _bare(before)
        assert _bare(sarah.get(f"/people/{ada.id}/family").text) == _bare(form)
        assert "Rhea Varley" in page(signed_in("grace"), ada)
        with viewing(user_viewer(given.user("sarah"))):
            with pytest.raises(NotFound):
                relations.end(ada.id, row.id, version=ada.version, until=now().date(), why=WHY)
            with pytest.raises(Conflict, match="Nobody whom you may see"):
                relations.leave(ada.id, version=ada.version, why=WHY)


def _bare(text):
    # Tokens are new with each page; the version counts writings and says nothing of whom they were about.
    return re.sub(r'name="(csrf_token|version)" value="[^"]*"', "", text)


class TestAnOpenContact:
    """Of whoever a change of family says something about: looked at again, for one change by one task."""

    @pytest.fixture
    def child(self, ada):
        contact = given.contact()
        given.item(contact, "screening")
        child = given.person(contact, "Ada Marlow", born=date(2018, 5, 2))
        made.link(child, ada)
        return child

    def looked_at(self):
        for task in db.session.scalars(select(Task).where(Task.kind == "people_changed")).all():
            changed_people.look_at_some(task.key)
        return set(db.session.scalars(select(Task.subject_id).where(Task.kind == "look_again")))

    def promised(self):
        return len(db.session.scalars(select(Task.id).where(Task.kind == "people_changed")).all())

    def test_a_brother_who_is_written_down_is_looked_at(self, ada, child):
        relate(made.person("Leo Okonkwo"), ada, "sibling")

        assert self.looked_at() == {child.id}

    def test_one_task_is_promised_for_each_change_of_a_record(self, ada, child):
        relate(ada, made.person("Leo Okonkwo"), "sibling")

        assert (self.promised(), len(changes(ada))) == (2, 1)

    def test_somebody_who_leaves_is_looked_at_by_those_who_stay(self, ada, child):
        leo, home = made.person("Leo Okonkwo"), made.household()
        ada.household_id = leo.household_id = home.id
        db.session.flush()

        leave(leo)

        assert self.looked_at() == {child.id}


def test_what_was_written_since_a_merge_is_listed_when_it_is_undone(signed_in, ada, mary):
    merged = made.person("Ada Marlow", born="2018-05-02")
    with viewing(user_viewer(given.user("grace"))):
        merge = merging.merge(
            ada.id, merged.id, versions=(ada.version, merged.version), choices={}, why=WHY, because=WHY * 2
        )
    relate(ada, mary)

    assert "Parent: Mary Marlow" in signed_in("grace").get(f"/people/merges/{merge.id}/undo").text
