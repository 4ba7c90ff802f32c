"""Whatever is done to people, in whatever order, undoing every merge gives each record back with what is its own."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.access import user_viewer, viewing, worker_viewer
from screening.db import db
from screening.errors import ScreeningError
from screening.models import Person, PersonAddress, PersonMerge
from screening.people import alerts, groups, links, merging, relations, service
from screening.people.links import Shown
from screening.people.relations import Between
from tests.screening.people import made
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")
NAMES = ("Ada Quillon", "Ada Quillon", "Bea Varley")
SEXES = ("F", "M", None)
BECAUSE = "both were read to me by the school"
one = st.integers(0, len(NAMES) - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("name"), one, st.sampled_from(["Addie", "Kit", "Bo"])),
        st.tuples(st.just("sex"), one, st.sampled_from(["F", "M", "U"])),
        st.tuples(st.just("home"), one, st.sampled_from(["1 Mill Lane", "2 Mill Lane"])),
        st.tuples(st.just("alert"), one, st.just("")),
        st.tuples(st.just("grandchild"), one, st.just("")),
        st.tuples(st.just("mate"), one, st.just("")),
        st.tuples(st.just("link"), one, st.sampled_from(["confirmed", "refused", "not_sure"])),
        # As often as all the rest: what is tried is above all which merges stand on which.
        *[st.tuples(st.just("merge"), one, one, st.sampled_from(["kept", "merged"]))] * 3,
        *[st.tuples(st.just("unmerge"), st.integers(0, 5), st.just(""))] * 2,
    ),
    max_size=12,
)


homes = st.lists(
    st.builds(
        dict,
        line_1=st.sampled_from(["1 Mill Street", "1 MILL ST.", "2 Mill Street"]),
        postcode=st.sampled_from([None, "PO9 9ZZ", "po99zz"]),
        protected=st.booleans(),
    ),
    max_size=4,
)


class Told:
    """What each record would hold had nobody ever merged anything: the same steps, in plain sets."""

    def __init__(self, people: list[Person]) -> None:
        self.names = [[name.name for name in person.names] for person in people]
        self.sex = [person.sex for person in people]
        self.homes: list[list[str]] = [[] for _ in people]
        self.alerts = [0 for _ in people]
        self.links: list[list[str]] = [[] for _ in people]
        self.grandchilds = [0 for _ in people]
        self.mates = [False for _ in people]


def own(person: Person) -> dict[str, Any]:
    """What one record holds now, read anew."""
    db.session.refresh(person)
    db.session.expire(person, ["names", "addresses"])
    found = json.loads(made.rows(person))
    tables = dict(found)
    return {
        "names": [name.name for name in person.names],
        "sex": person.sex,
        "homes": [home.line_1 for home in person.addresses],
        "alerts": len(tables["person_alert"]),
        "links": sorted(link["answer"] for link in tables["person_link"]),
        "grandchilds": len(tables["person_relationship"]),
        "mates": person.household_id is not None,
        "merged": person.merged_into_id,
    }


def edit(person: Person, **more: Any) -> None:
    db.session.refresh(person)
    names = [{"id": row.id, "kind": row.kind, "name": row.name} for row in person.names] + more.get("names", [])
    homes = [{"id": row.id, "line_1": row.line_1} for row in person.addresses] + more.get("homes", [])
    written = {"names": names, "addresses": homes, "sex": more.get("sex", person.sex)}
    service.edit(person.id, version=person.version, written=written, why="Said so.")


def step(told: Told, people: list[Person], merges: list[PersonMerge], what: tuple[Any, ...]) -> None:
    """Do one step to the rows, and to `told` what it means without any merge. One that is refused changes neither."""
    kind, *rest = what
    if kind == "merge":
        kept, merged = people[rest[0]], people[rest[1]]
        versions = (kept.version, merged.version)
        choices = {"sex": rest[2], "name": rest[2]}
        merges.append(
            merging.merge(kept.id, merged.id, versions=versions, choices=choices, why="One.", because=BECAUSE)
        )
        return
    if kind == "unmerge":
        standing = [merge for merge in merges if merge.undone_at is None]
        if standing:
            merging.unmerge(standing[rest[0] % len(standing)].id, because="Two.")
        return
    at, value = rest
    person = people[at]
    if kind == "name":
        there = {(row.kind, row.name) for row in person.names}
        edit(person, names=[{"kind": "also_known_as", "name": value}])
        # Said once more of a record that has taken the same name from another, it is no change.
        told.names[at] += [value] if ("also_known_as", value) not in there else []
    elif kind == "sex":
        changed = person.sex != value
        edit(person, sex=value)
        told.sex[at] = value if changed else told.sex[at]
    elif kind == "home":
        edit(person, homes=[{"line_1": value}])
        told.homes[at].append(value)
    elif kind == "alert":
        made_alert = made.alert(person)
        assert made_alert in alerts.alerts_of(groups.members(person.id))
        told.alerts[at] += 1
    elif kind == "grandchild":
        # Written with them first: a row of theirs.
        said = Between(is_what="grandchild")
        relations.relate(person.id, made.person("Kit Quillon").id, version=person.version, said=said, why="Said so.")
        told.grandchilds[at] += 1
    elif kind == "mate":
        alone = person.household_id is None
        relations.live_together(person.id, made.person("Kit Quillon").id, version=person.version, why="Said so.")
        told.mates[at] = told.mates[at] or alone
    else:
        links.answer(rows.person(rows.contact()), person, value, Shown())
        told.links[at].append(value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_undoing_every_merge_gives_every_record_back(context, done):
    with viewing(worker_viewer("test")), db.session.begin_nested() as point:
        people = [made.person(name, sex=sex) for name, sex in zip(NAMES, SEXES, strict=True)]
        told, merges = Told(people), list[PersonMerge]()
        manager = user_viewer(rows.user("grace"))
        for what in done:
            try:
                with viewing(manager), db.session.begin_nested():
                    step(told, people, merges, what)
            except ScreeningError:
                merges = [merge for merge in merges if merge in db.session]
        with viewing(manager):
            for merge in reversed(merges):
                if merge.undone_at is None:
                    merging.unmerge(merge.id, because="Two.")
        for at, person in enumerate(people):
            assert own(person) == {
                "names": told.names[at],
                "sex": told.sex[at],
                "homes": told.homes[at],
                "alerts": told.alerts[at],
                "links": sorted(told.links[at]),
                "grandchilds": told.grandchilds[at],
                "mates": told.mates[at],
                "merged": None,
            }
        point.rollback()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes, homes)
def test_a_merge_leaves_no_open_copy_of_a_protected_home_and_gives_every_home_back(context, kept_homes, merged_homes):
    with viewing(worker_viewer("test")), db.session.begin_nested() as point:
        kept, merged = (made.person("Ada Quillon") for _ in range(2))
        for person, said in ((kept, kept_homes), (merged, merged_homes)):
            person.addresses = [PersonAddress(position=place, **home) for place, home in enumerate(said)]
        before = made.rows(kept), made.rows(merged)
        protected = [home.line_1 for home in (*kept.addresses, *merged.addresses) if home.protected]
        with viewing(user_viewer(rows.user("grace"))):
            versions = (kept.version, merged.version)
            merge = merging.merge(kept.id, merged.id, versions=versions, choices={}, why="One.", because=BECAUSE)
            opened = {home.line_1[0] for home in kept.addresses if not home.protected}
            merging.unmerge(merge.id, because="Two.")

        assert not opened & {line[0] for line in protected}
        assert (made.rows(kept), made.rows(merged)) == before
        point.rollback()


def test_a_relation_that_is_written_and_ended_between_merge_and_undoing_leaves_the_merged_record_as_it_was(context):
    kept, merged, mother = (made.person(name) for name in ("Ada Quillon", "Ada Quillon", "Bea Varley"))
    made.related(merged, mother, "sibling")
    with viewing(user_viewer(rows.user("grace"))):
        before = made.rows(kept), made.rows(merged)
        versions = (kept.version, merged.version)
        merge = merging.merge(kept.id, merged.id, versions=versions, choices={}, why="One.", because=BECAUSE)
        row = relations.relate(
            kept.id, mother.id, version=kept.version, said=Between(is_what="parent"), why="The school told us."
        )
        relations.live_together(kept.id, mother.id, version=kept.version, why="The school told us.")
        relations.leave(kept.id, version=kept.version, why="Not so.")
        merging.unmerge(merge.id, because="Two.")

        # What the kept one was given stays with it: the row is the mother's, who is named first.
        assert (row.person_id, row.other_id) == (mother.id, kept.id)
        assert (made.rows(kept), made.rows(merged)) == before
