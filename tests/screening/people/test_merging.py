"""Two records are one person: nothing is lost, and it can be taken back. What speaks against it takes a second word."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import PersonCard, PersonChange
from screening.people import changes_told, groups, merging, restriction, service
from screening.people.finding import index
from screening.people.finding.search import search_thoroughly
from screening.people.homes import hidden_homes
from screening.people.matching import from_text
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
WHY = "Her mother told us both addresses."
BECAUSE = "the mother and the school both say so"
HOME = {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "PO9 9ZZ"}
OLD_HOME = {"line_1": "2 Mill Lane", "town": "Gosport", "postcode": "PO12 9ZZ"}
# From the range that is never given out.
NUMBERS = ("9990000018", "9990000026")


@pytest.fixture
def grace(context):
    with viewing(user_viewer(given.user("grace"))):
        yield


def merge(kept, merged, **more):
    values = {"versions": (kept.version, merged.version), "choices": {}, "why": WHY}
    return merging.merge(kept.id, merged.id, **{**values, **more})


def names(person):
    return [(name.kind, name.name) for name in person.names]


@pytest.fixture
def pair(context):
    kept = made.person("Kate Smith", home=HOME, phone="01632 960001", sex="F", born="2018-05-02")
    merged = made.person("Kathryn Smyth", home=OLD_HOME, phone="01632 960002", nhs_number=NUMBERS[0], born="2018-05")
    return kept, merged


def test_the_kept_record_has_everything_of_both(grace, pair):
    kept, merged = pair

    merge(kept, merged)

    assert names(kept) == [("given", "Kate"), ("family", "Smith"), ("also_known_as", "Kathryn Smyth")]
    assert [home.line_1 for home in kept.addresses] == ["86 Surrey Drive", "2 Mill Lane"]
    assert [one.phone for one in kept.phones] == ["01632 960001", "01632 960002"]
    assert [one.value for one in kept.identifiers] == [NUMBERS[0]]


def test_what_only_one_of_them_has_is_taken_and_what_both_have_is_kept(grace):
    kept, merged = made.person(born="2018-05-02"), made.person(born="2018", sex="F")

    merge(kept, merged)

    assert (kept.sex, kept.date_of_birth) == ("F", "2018-05-02")


def test_a_person_may_choose_the_other_ones_value(grace, pair):
    kept, merged = pair

    merge(kept, merged, choices={"birth": "merged", "name": "merged"})

    assert (kept.date_of_birth, kept.born_earliest, kept.born_latest) == (
        "2018-05",
        date(2018, 5, 1),
        date(2018, 5, 31),
    )
    assert kept.full_name == "Kathryn Smyth"
    assert ("also_known_as", "Kate") in names(kept)


def test_what_both_have_is_there_once(grace):
    kept, merged = (made.person(home=HOME, phone="01632 960001") for _ in range(2))

    merge(kept, merged)

    assert (len(kept.names), len(kept.addresses), len(kept.phones)) == (2, 1, 1)


def test_a_home_that_one_record_protects_is_protected_on_the_kept_one(grace):
    kept, merged = made.person(home=HOME), made.person(home=HOME | {"protected": True})

    merge(kept, merged)

    assert {home.protected for home in kept.addresses} == {True}


@pytest.mark.parametrize("again", [HOME, HOME | {"line_1": "86 SURREY DR", "postcode": "po99zz"}])
@pytest.mark.parametrize("protecting", ["kept", "merged"])
def test_a_home_that_either_record_protects_has_no_open_copy(grace, protecting, again):
    kept = made.person(home=HOME | {"protected": protecting == "kept"})
    merged = made.person(home=again | {"protected": protecting == "merged"})

    merge(kept, merged)

    assert {home.protected for home in kept.addresses} == {True}
    assert hidden_homes([kept]) == {home.id for home in kept.addresses}


def test_no_card_shows_a_home_that_either_record_protects(grace):
    kept, merged = made.person(home=HOME | {"protected": True}), made.person(home=HOME)

    merge(kept, merged)

    assert from_text(db.session.get_one(PersonCard, kept.number).card).homes == ()


def test_the_merged_record_stays_and_names_the_one_that_took_it_in(grace, pair):
    kept, merged = pair

    merge(kept, merged)

    assert merged.merged_into_id == kept.id
    assert groups.members(merged.id) == [kept.id, merged.id]


def test_the_journal_keeps_who_and_why_on_both(grace, pair):
    for person in pair:
        assert person.id
    merge(*pair)

    changes = list(db.session.scalars(select(PersonChange).where(PersonChange.kind == "merged")))
    assert {(change.person_id, change.why) for change in changes} == {(person.id, WHY) for person in pair}
    assert {change.changed_by_id for change in changes} == {given.user("grace").id}


def test_undoing_it_gives_both_records_back_as_they_were(grace, pair):
    kept, merged = pair
    made.alert(kept), made.alert(merged)
    made.link(given.person(given.contact()), merged)
    before = [made.rows(person) for person in pair]
    done = merge(kept, merged, choices={"birth": "merged", "name": "merged"})
    assert [made.rows(person) for person in pair] != before

    merging.unmerge(done.id, because="They are cousins.")

    assert [made.rows(person) for person in pair] == before


def found_by(name):
    given_name, family_name = name.split()
    found = search_thoroughly({"given_names": [given_name], "family_names": [family_name]})
    return [candidate.person_id for candidate in found.candidates]


def test_a_search_finds_the_kept_record_by_either_name_and_both_once_it_is_undone(grace):
    kept, merged = made.person("Kate Quillon"), made.person("Zebedee Varley")
    for person in (kept, merged):
        index.put(person)
    done = merge(kept, merged)
    assert (found_by("Kate Quillon"), found_by("Zebedee Varley")) == ([kept.id], [kept.id])

    merging.unmerge(done.id, because="They are cousins.")

    assert (found_by("Kate Quillon"), found_by("Zebedee Varley")) == ([kept.id], [merged.id])


def test_what_the_kept_record_was_given_since_stays_with_it(grace):
    kept, merged = made.person(sex="M"), made.person("Adah Marlow", sex="F", home=HOME)
    done = merge(kept, merged, choices={"sex": "merged"}, because=BECAUSE)
    edit(kept, names=[{"kind": "also_known_as", "name": "Addie"}], sex="U")

    merging.unmerge(done.id, because="They are cousins.")

    assert kept.sex == "U"
    assert names(kept) == [("given", "Ada"), ("family", "Marlow"), ("also_known_as", "Addie")]
    assert kept.addresses == []


def test_a_taken_row_that_was_changed_since_stays(grace):
    kept, merged = made.person(), made.person(home=HOME)
    done = merge(kept, merged)
    home = kept.addresses[0]
    edit(kept, addresses=[{"id": home.id, **HOME, "until": date(2026, 6, 30)}])

    merging.unmerge(done.id, because="They are cousins.")

    assert [one.until for one in kept.addresses] == [date(2026, 6, 30)]
    assert [one.until for one in merged.addresses] == [None]


def edit(person, **more):
    """Change what is given here, and leave the rest as it is."""
    whole = {name: getattr(person, name) for name in service.FIELDS}
    for kind, parts in (("names", ("kind", "name")), ("addresses", tuple(HOME)), ("phones", ("phone",))):
        there = [{"id": row.id, **{part: getattr(row, part) for part in parts}} for row in getattr(person, kind)]
        added = more.pop(kind, [])
        same = {row.get("id") for row in added}
        whole[kind] = [row for row in there if row["id"] not in same] + added
    return service.edit(person.id, version=person.version, written=whole | more, why="Said by the school.")


def test_a_chain_is_read_as_one_person(grace):
    first, second, third = (made.person() for _ in range(3))
    merge(second, third)
    merge(first, second)

    assert groups.members(third.id) == [first.id, second.id, third.id]


def test_a_chain_is_undone_from_the_newest_on(grace):
    first, second, third = (made.person(phone=f"01632 96000{number}") for number in range(3))
    before = [made.rows(person) for person in (first, second, third)]
    inner, outer = merge(second, third), merge(first, second)

    with pytest.raises(Conflict, match="A later merge of this person"):
        merging.unmerge(inner.id, because="No.")
    merging.unmerge(outer.id, because="No.")
    merging.unmerge(inner.id, because="No.")

    assert [made.rows(person) for person in (first, second, third)] == before


def test_what_was_merged_cannot_be_merged_again(grace):
    first, second, third = (made.person() for _ in range(3))
    merge(first, second)

    with pytest.raises(Conflict, match="merged this record into another"):
        merge(third, second)


def test_a_merge_is_undone_once(grace, pair):
    done = merge(*pair)
    merging.unmerge(done.id, because="No.")

    with pytest.raises(Conflict, match="undid this merge"):
        merging.unmerge(done.id, because="No.")


def test_a_restriction_that_came_since_stays_on_both(grace, pair):
    done = merge(*pair)
    readers = [given.user("grace").id]
    restriction.restrict(pair[0].id, version=pair[0].version, readers=readers, why="Staff.")

    merging.unmerge(done.id, because="No.")

    assert [(person.restricted, restriction.readers_of(person.id)) for person in pair] == [(True, set(readers))] * 2


def test_one_can_be_merged_anew_after_it_was_undone(grace, pair):
    merging.unmerge(merge(*pair).id, because="No.")

    assert merge(*pair).undone_at is None


def test_a_record_that_changed_since_the_page_is_not_merged(grace, pair):
    with pytest.raises(Stale):
        merge(*pair, versions=(pair[0].version, pair[1].version - 1))


def test_a_record_is_not_merged_with_itself(grace, pair):
    with pytest.raises(Invalid):
        merge(pair[0], pair[0])


def test_who_may_not_merge_does_not(pair):
    with viewing(user_viewer(given.user("sarah"))), pytest.raises(NotAllowed):
        merge(*pair)


def test_a_restricted_person_does_not_exist_for_a_merge(grace, pair):
    made.restricted(pair[1], "marcus")

    with pytest.raises(NotFound):
        merge(*pair)


def test_a_restricted_record_is_not_merged_into_an_open_one(grace, pair):
    made.restricted(pair[1], "grace")

    with pytest.raises(Invalid) as refused:
        merge(*pair)

    assert "Only one of them is restricted" in refused.value.fields["/other"][0]


def twins():
    home = made.household()
    return [made.person(name, born="2018-05-02", household_id=home.id) for name in ("Ada Marlow", "Bea Marlow")]


def of_one_mother():
    mother, *children = made.person("Mary Marlow"), *(made.person(name, born="2018-05-02") for name in ("Ada", "Bea"))
    for child in children:
        made.related(mother, child)
    return children


def siblings():
    pair = [made.person("Ada Marlow"), made.person("Ada Marlow")]
    made.related(*pair, kind="half_sibling")
    return pair


def two_pregnancies():
    return [made.unborn(date(2026, 3, 1)), made.unborn(date(2027, 2, 1))]


def born_years_apart():
    return [made.person(born="2018"), made.person(born="2021-04")]


def boy_and_girl():
    return [made.person(sex="M"), made.person(sex="F")]


def two_nhs_numbers():
    return [made.person(nhs_number=number) for number in NUMBERS]


def of_one_contact():
    contact, pair = given.contact(), [made.person(), made.person()]
    for person in pair:
        made.link(given.person(contact), person)
    return pair


def told_apart():
    one, pair = given.person(given.contact()), [made.person(), made.person()]
    made.link(one, pair[0])
    made.link(one, pair[1], "refused")
    return pair


DOUBTFUL = [
    (twins, "may be twins"),
    (of_one_mother, "may be twins"),
    (siblings, "the other's half sibling"),
    (two_pregnancies, "two pregnancies"),
    (born_years_apart, "more than a year apart"),
    (boy_and_girl, "sex differs"),
    (two_nhs_numbers, "NHS numbers differ"),
    (of_one_contact, "two different people"),
    (told_apart, "the one and not the other"),
]


@pytest.mark.parametrize(("people", "words"), DOUBTFUL, ids=[people.__name__ for people, _ in DOUBTFUL])
def test_what_speaks_against_it_takes_a_second_written_word(grace, people, words):
    kept, merged = people()

    with pytest.raises(Invalid) as refused:
        merge(kept, merged, because="yes")
    done = merge(kept, merged, because=BECAUSE)

    assert "/because" in refused.value.fields
    assert [one for one in done.taken["warnings"] if words in one]
    assert done.taken["because"] == BECAUSE


@pytest.mark.parametrize(
    "people",
    [
        lambda: [made.person("Ada Marlow", born="2018-05-02"), made.person("Ada Marlow", born="2018-05-03")],
        lambda: [made.person("Ada", born="2018-05-02"), made.person("Bea", born="2018-05-02")],
        lambda: [made.unborn(date(2026, 3, 1)), made.unborn(date(2026, 3, 20))],
        lambda: [made.person(sex="F"), made.person(sex="U")],
        lambda: [made.person(nhs_number=NUMBERS[0]), made.person(nhs_number=NUMBERS[0])],
    ],
    ids=["a day apart", "born alike far apart", "one pregnancy", "sex not known", "one number"],
)
def test_what_does_not_speak_against_it_does_not_warn(grace, people):
    assert merge(*people()).taken["warnings"] == []


def test_somebody_born_is_never_merged_with_somebody_unborn(grace):
    due = made.unborn(given.now().date() + timedelta(days=30))

    with pytest.raises(Conflict, match="confirm the birth"):
        merge(due, made.person("Ada", born="2018-05-02"), because=BECAUSE)


def told_of(person):
    return " ".join(one["text"] for one in changes_told.changes_of([person.id], hide_addresses=False))


def test_the_journal_tells_nothing_of_who_was_restricted_after_a_merge_was_undone(grace, pair):
    kept, merged = pair
    merging.unmerge(merge(kept, merged).id, because="They are cousins.")
    assert NUMBERS[0] in told_of(kept)

    made.restricted(merged, "sarah")

    for words in (NUMBERS[0], "Kathryn", "2 Mill Lane", WHY):
        assert words not in told_of(kept)
    titles = [one["title"] for one in changes_told.changes_of([kept.id], hide_addresses=False)]
    assert titles == ["Merge undone", "Merged"]


def test_the_journal_tells_who_is_named_of_a_restricted_person(grace, pair):
    kept, merged = pair
    merging.unmerge(merge(kept, merged).id, because="They are cousins.")

    made.restricted(merged, "grace")

    assert NUMBERS[0] in told_of(kept)


def test_a_merge_and_its_undoing_are_told_once_on_each_page(context):
    with viewing(user_viewer(given.user("grace"))):
        kept, other = made.person("Ada Marlow"), made.person("Ada Marlowe")
        done = merging.merge(kept.id, other.id, versions=(kept.version, other.version), choices={}, why="One.")
        together = titles(kept.id, other.id)
        merging.unmerge(done.id, because="Two.")

        assert together == ["Merged"]
        assert titles(kept.id) == titles(other.id) == ["Merge undone", "Merged"]
        assert titles(kept.id, other.id) == ["Merge undone", "Merged"]


def titles(*person_ids):
    return [change["title"] for change in changes_told.changes_of(person_ids, hide_addresses=False)]
