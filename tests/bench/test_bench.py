"""The table's arithmetic, and what is sent: no time is asserted."""

import itertools
import json
import time
from dataclasses import replace

import pytest

from bench import contacts, watchers
from bench.rows import crowd
from bench.rows.hour import Tried
from bench.sizes import QUICK
from bench.table import (
    CouldNotMeasure,
    Row,
    at_least,
    at_least_times,
    at_most,
    at_most_times,
    number,
    percentile,
    shown,
)
from bench.waits import Waits
from bench.watchers import Crowd, Watcher, polled
from screening.contacts.schemas import ContactSchema


def row(bar, measured, floor=None):
    return Row("a row", measured, "ms", bar, floor)


@pytest.mark.parametrize(
    ("bar", "measured", "floor", "verdict"),
    [
        (at_most(5, "s"), 4.9, None, "holds"),
        (at_most(5, "s"), 5.0, None, "holds"),
        (at_most(5, "s"), 5.1, None, "MISSES"),
        (at_least(50_000, "/s"), 50_000, None, "holds"),
        (at_least(50_000, "/s"), 49_999, None, "MISSES"),
        (at_most_times(2), 20, 10, "holds"),
        (at_most_times(2), 20.1, 10, "MISSES"),
        (at_least_times(0.3), 30, 100, "holds"),
        (at_least_times(0.3), 29, 100, "MISSES"),
    ],
)
def test_a_bar_holds_up_to_and_on_its_limit(bar, measured, floor, verdict):
    assert row(bar, measured, floor).verdict == verdict


def test_a_ratio_is_the_measured_value_over_its_floor():
    assert row(at_most_times(2), 30, 20).ratio == 1.5


def test_a_bar_on_a_ratio_is_missed_where_there_is_no_floor():
    assert row(at_most_times(2), 1).verdict == "MISSES"


def test_a_value_that_is_no_number_misses_every_bar():
    assert row(at_most(5, "s"), float("nan")).verdict == "MISSES"
    assert row(at_least(5, "s"), float("nan")).verdict == "MISSES"


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1, 100), (0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile(range(100, 0, -1), share) == value


def test_a_percentile_of_nothing_could_not_be_measured():
    with pytest.raises(CouldNotMeasure):
        percentile([], 0.95)


@pytest.mark.parametrize(
    ("value", "words"), [(0.0065432, "0.00654"), (1.5, "1.5"), (99.96, "100"), (54_321.9, "54,322"), (0, "0")]
)
def test_a_number_is_written_with_three_digits_or_whole(value, words):
    assert number(value) == words


def test_the_table_shows_each_row_with_its_floor_its_ratio_and_the_word():
    missed = Row("slow", 30, "ms", at_most_times(2), 10, "no-op job", note="why it is slow.")
    alone = Row("quick", 0.2, "ms", at_most(1, "ms"))

    text = shown([missed, alone])

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "row measured floor ratio bar"
    assert lines[2] == "slow 30 ms 10 ms no-op job 3 <= 2 x floor MISSES"
    assert lines[3] == "quick 0.2 ms - - <= 1 ms holds"
    assert lines[-1] == "slow: why it is slow."


@pytest.mark.parametrize(
    ("waited", "kept_pace", "carried"),
    [([1, 5], True, True), ([1, 5.1], True, False), ([1], False, False), ([], True, False)],
)
def test_a_rate_is_carried_where_posts_keep_pace_and_nobody_waits_too_long(waited, kept_pace, carried):
    assert Tried(10, Waits(waited, []), kept_pace, 0).carried is carried


def test_contacts_that_are_sent_are_valid_and_about_other_families_each_time(app, context):
    rounds = 2 * len(contacts.examples())

    sent = [json.loads(content) for content in itertools.islice(contacts.varied(1), rounds)]

    for body in sent:
        ContactSchema().load(body)
    names = [child["family_name"] for body in sent for child in body["children"] if "family_name" in child]
    first, second = names[: len(names) // 2], names[len(names) // 2 :]
    assert not set(first) & set(second)


def answered(kind, took, *, kept=True):
    return {"kind": kind, "took": took, "status": 200, "kept": kept}


def test_the_crowd_has_a_row_for_each_kind_of_answer():
    found = crowd.rows([answered("page", 290), answered("unchanged", 310), answered("unchanged", 5)], QUICK)

    assert [(row.what, row.verdict) for row in found] == [
        ("crowd: a page opened, p95", "holds"),
        ("crowd: a part that is as it was (304), p95", "MISSES"),
    ]


def test_a_crowd_of_which_one_was_refused_could_not_be_measured():
    with pytest.raises(CouldNotMeasure):
        crowd.rows([answered("page", 1), answered("page", 1, kept=False)], QUICK)


def test_a_watcher_asks_for_what_the_page_says_as_often_as_it_says():
    page = '<div data-poll-url="/a?b=1&amp;c=2" data-poll-seconds="2"></div><aside data-poll-url="/d" aria-label="x">'

    assert polled(page) == {"/a?b=1&c=2": 2.0, "/d": 5.0}


def test_what_a_crowd_is_answered_before_it_is_counted_is_left_out(monkeypatch):
    watcher = Watcher(port=0, who="sarah", path="/queues/screening")
    crowd = Crowd(port=0, people=[("sarah", watcher.path)], seconds=0.02, opens_every=0.01)
    monkeypatch.setattr(watchers, "SETTLES_SECONDS", 0)
    monkeypatch.setattr(watcher, "_open", dict)
    monkeypatch.setattr(watcher, "_take", lambda _: {"kept": True, "at": time.time()})
    begins = time.time()
    counts_from = begins + 0.03

    watcher.watch(begins, replace(crowd, not_before=counts_from), 0)

    assert watcher.answers
    assert all(answer["at"] >= counts_from for answer in watcher.answers)
