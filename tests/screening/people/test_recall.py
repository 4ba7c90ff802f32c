"""What PostgreSQL finds is what the index in memory finds, also while others are loaded."""

import json
import random
import threading

import pytest
from sqlalchemy import select

from bench.quality.callers import mixed, present
from bench.quality.index import index_of
from bench.quality.records import recorded
from bench.quality.uk_people import TODAY, county
from bench.quality.written_names import WrittenNames
from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Person
from screening.people.finding.search import search
from screening.people.loading.load import Load
from screening.people.loading.reading import read_lines
from screening.people.matching import card_of

SEED, LISTED_FROM = 5, 0.05


@pytest.fixture(scope="module")
def told():
    made = county(WrittenNames(), people=400, seed=SEED)
    chance = random.Random(SEED)
    asked = [*present(made, made.people, 2, chance), *mixed(made, made.people, 40, chance)]
    return recorded(made.people, SEED), asked


def load(lines, source="county"):
    loading = Load(source)
    loading.keep(read_lines(((n, json.dumps(line).encode()) for n, line in enumerate(lines, 1)), TODAY))
    return loading.end()


def found_by(said, names):
    return [names[one.person_id] for one in search(said).candidates]


def test_a_search_finds_whom_the_index_in_memory_finds(context, told):
    lines, asked = told
    memory, loaded = index_of(lines), load(lines)
    assert loaded.new == len(lines)
    names = dict(db.session.execute(select(Person.id, Person.source_id)).all())

    for one in asked:
        expected = memory.search(card_of(one.described, today=TODAY))
        likely = {ranked.id for ranked in expected[:5] if ranked.posterior > LISTED_FROM}
        assert likely <= set(found_by(one.described, names)), one.described


def test_no_fewer_are_found_first_than_by_the_index_in_memory(context, told):
    lines, asked = told
    memory, _ = index_of(lines), load(lines)
    names = dict(db.session.execute(select(Person.id, Person.source_id)).all())
    about = [one for one in asked if one.answer]

    ours = sum(found_by(one.described, names)[:1] == [one.answer] for one in about)
    theirs = sum(_first(memory.search(card_of(one.described, today=TODAY))) == one.answer for one in about)
    assert ours >= theirs - 1  # namesakes with nothing to tell them apart may be in either order
    assert ours > 0.9 * len(about)


def _first(ranked):
    return ranked[0].id if ranked else None


@pytest.mark.commits
def test_searches_go_on_while_people_are_loaded(own_app, told):
    lines, asked = told
    problems, stop = [], threading.Event()

    def keep_searching():
        with own_app.app_context(), viewing(worker_viewer("test")):
            while not stop.is_set():
                for one in asked[:10]:
                    try:
                        with transaction():
                            search(one.described)
                    except Exception as problem:  # noqa: BLE001
                        problems.append(problem)
            db.session.remove()

    searching = [threading.Thread(target=keep_searching) for _ in range(2)]
    for thread in searching:
        thread.start()
    with own_app.app_context(), viewing(worker_viewer("test")):
        for part in range(0, len(lines), 100):
            with transaction():
                load(lines[part : part + 100], source=f"part {part}")
        stop.set()
        for thread in searching:
            thread.join()
        names = dict(db.session.execute(select(Person.id, Person.source_id)).all())
        first = next(one for one in asked if one.answer)
        assert problems == []
        assert first.answer in found_by(first.described, names)
        db.session.remove()


@pytest.mark.commits
def test_two_loads_of_one_source_at_once_keep_each_person_once(own_app, told):
    lines, _ = told
    outcomes = []

    def load_all():
        with own_app.app_context(), viewing(worker_viewer("test")):
            with transaction():
                outcomes.append(load(lines[:100]))
            db.session.remove()

    loads = [threading.Thread(target=load_all) for _ in range(2)]
    for thread in loads:
        thread.start()
    for thread in loads:
        thread.join()

    assert sorted((outcome.new, outcome.unchanged) for outcome in outcomes) == [(0, 100), (100, 0)]
