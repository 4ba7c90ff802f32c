"""The tally of a shadow run, on a set small enough to be counted by hand."""

from uuid import uuid4

from screening.scoring import shadow_tally
from screening.scoring.shadow import Child, Seen

WHITE_GIRL = {"ethnicity": "white", "disability": "no", "age": "under_5", "sex": "F"}
UNKNOWN_BOY = {"ethnicity": "unknown", "disability": "unknown", "age": "under_5", "sex": "M"}


def side(level, urgency, team="screening", **more):
    return {
        "level": {"at_least": level, "at_most": 4},
        "urgency": {"at_least": urgency, "at_most": "red"},
        "hard_open": False,
        "team": team,
        "rules": [],
        "open": [],
        **more,
    }


def child(moved, before, after, groups=WHITE_GIRL):
    texts = {rule: f"{rule} in words" for part in (before, after) for rule in [*part["rules"], *part["open"]]}
    return Child(uuid4(), moved, before, after, groups, texts)


def tallied(*seen):
    tally = shadow_tally.empty()
    for one in seen:
        shadow_tally.add(tally, one)
    return tally


def contact(*children, **more):
    return Seen(uuid4(), 1, children=children, **more)


UP = child("up", side(2, "amber", rules=["a"]), side(4, "red", "mash", rules=["a", "b"]))
SAME = child("same", side(2, "amber"), side(2, "amber", "mash"), UNKNOWN_BOY)
DOWN = child("down", side(3, "amber", rules=["a"]), side(1, "green", rules=[]))
OPENED = child("opened", side(1, "green"), side(1, "green", hard_open=True, open=["c"]), UNKNOWN_BOY)
# Two siblings, one of whom moves up and takes both to another team; and two contacts of one child.
TALLY = tallied(contact(UP, SAME), contact(DOWN), contact(OPENED, other_engine=True), contact())


def test_contacts_and_children_are_counted():
    assert {name: TALLY[name] for name in ("contacts", "children", "left_out", "other_engine")} == {
        "contacts": 3, "children": 4, "left_out": 1, "other_engine": 1
    }  # fmt: skip
    assert TALLY["moved"] == {"up": 1, "opened": 1, "down": 1, "closed": 0, "same": 1}


def test_levels_and_urgencies_are_counted_before_and_after():
    assert TALLY["level"] == {"2>4": 1, "2>2": 1, "3>1": 1, "1>1": 1}
    assert TALLY["urgency"] == {"amber>red": 1, "amber>amber": 1, "amber>green": 1, "green>green": 1}


def test_a_contact_of_two_children_goes_to_a_team_once_and_as_urgent_as_the_gravest():
    assert TALLY["teams"] == {
        "screening": {"before": {"amber": 2, "green": 1}, "after": {"green": 2}, "gains": 0, "loses": 1},
        "mash": {"before": {}, "after": {"red": 1}, "gains": 1, "loses": 0},
    }


def test_each_group_is_counted_and_what_is_not_known_is_one():
    counts = {"children": 2, "up": 0, "opened": 0, "down": 0, "closed": 0, "same": 0}
    assert TALLY["groups"]["ethnicity"] == {
        "white": {**counts, "up": 1, "down": 1},
        "unknown": {**counts, "same": 1, "opened": 1},
    }
    assert TALLY["groups"]["age"]["under_5"]["children"] == 4


def test_rules_that_newly_fire_no_longer_fire_or_are_newly_open_are_counted_with_their_words():
    assert TALLY["rules"] == {"fires": {"b": 1}, "rests": {"a": 1}, "opens": {"c": 1}}
    assert TALLY["texts"] == {"a": "a in words", "b": "b in words", "c": "c in words"}


def test_a_contact_that_no_team_matches_is_counted_too():
    lost = child("same", side(1, "green", None), side(1, "green", None))

    assert tallied(contact(lost))["teams"] == {
        "none": {"before": {"green": 1}, "after": {"green": 1}, "gains": 0, "loses": 0}
    }
