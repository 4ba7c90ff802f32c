"""The family as a diagram: who is drawn how and where; and the same in words. No database."""

from itertools import combinations

import pytest

from screening.record.family_diagram import CELL, draw
from screening.record.family_members import Family, Member


def member(name, generation=2, *, at_home=True, **more):
    return Member(id=name, name=name, generation=generation, at_home=at_home, **more)


MUM, DAD = member("Mum", 1, sex="F"), member("Dad", 1, sex="M", at_home=False)
ADA, BABY = member("Ada", sex="F", is_child_of_contact=True), member("Unborn baby", unborn=True)


def place(diagram, who):
    found = next(symbol for symbol in diagram.symbols if symbol.member.name == who)
    return found.x, found.y


@pytest.mark.parametrize(
    ("more", "shape"),
    [({"sex": "M"}, "square"), ({"sex": "F"}, "circle"), ({"sex": "U"}, "diamond"), ({}, "diamond"),
     ({"unborn": True, "sex": "F"}, "triangle")],
)  # fmt: skip
def test_each_has_the_sign_of_a_genogram(more, shape):
    assert member("Ada", **more).shape == shape


def test_children_stand_below_their_parents_and_those_below_grandparents():
    diagram = draw(Family(members=[member("Gran", 0), MUM, ADA], parents=[("Mum", "Ada")]))

    assert place(diagram, "Gran")[1] < place(diagram, "Mum")[1] < place(diagram, "Ada")[1]


def inside(diagram, who):
    x, y = place(diagram, who)
    box = diagram.home
    return box.x < x < box.x + box.width and box.y < y < box.y + box.height


def test_the_dashed_line_goes_around_those_who_live_together_and_nobody_else():
    diagram = draw(Family(members=[MUM, DAD, ADA, member("Uncle", 1, at_home=None)]))

    assert [inside(diagram, who) for who in ("Mum", "Ada", "Dad", "Uncle")] == [True, True, False, False]


def test_where_nobody_is_known_to_live_there_is_no_line_around_anybody():
    assert draw(Family(members=[DAD])).home is None


def test_a_couple_stands_side_by_side_and_is_joined():
    diagram = draw(Family(members=[MUM, member("Aunt", 1), member("Leroy", 1)], couples=[("Mum", "Leroy")]))

    (line,) = [line for line in diagram.lines if line.kind == "couple"]
    assert place(diagram, "Leroy")[0] - place(diagram, "Mum")[0] == CELL
    assert (line.y1, line.y2) == (place(diagram, "Mum")[1], place(diagram, "Leroy")[1])


def test_every_child_is_joined_to_its_parents():
    diagram = draw(
        Family(members=[MUM, DAD, ADA, BABY], parents=[("Mum", "Ada"), ("Dad", "Ada"), ("Mum", "Unborn baby")])
    )

    tops = {(line.x2, line.y2) for line in diagram.lines if line.kind == "child"}
    assert {(x, y - 20) for x, y in (place(diagram, "Ada"), place(diagram, "Unborn baby"))} <= tops


def test_no_two_stand_in_one_place_and_all_are_in_the_picture():
    people = [member(f"Person {number}", number % 3, at_home=[True, False, None][number % 3]) for number in range(12)]
    diagram = draw(Family(members=people))

    places = [(symbol.x, symbol.y) for symbol in diagram.symbols]
    assert len(places) == 12
    assert all(abs(x1 - x2) >= CELL or y1 != y2 for (x1, y1), (x2, y2) in combinations(places, 2))
    assert all(20 <= x <= diagram.width - 20 for x, _ in places)
    assert all(diagram.top <= y <= diagram.top + diagram.height for symbol in diagram.symbols for y, _ in symbol.words)


def test_too_many_to_read_are_told_in_words_alone():
    diagram = draw(Family(members=[member(f"Person {number}") for number in range(13)]))

    assert diagram.symbols == ()
    assert "Person 12" in diagram.sentences[0]


def test_nobody_named_draws_nothing():
    assert draw(Family(members=[])) == draw(Family(members=[]))
    assert draw(Family(members=[])).symbols == ()


def test_the_words_say_all_that_the_picture_says():
    leroy = member("Leroy", 1, sex="M", lines=("partner", "said to have caused harm"))
    family = Family(
        members=[MUM, leroy, DAD, ADA], couples=[("Mum", "Leroy")], parents=[("Mum", "Ada"), ("Dad", "Ada")]
    )

    assert draw(family).sentences == (
        "Live together: Mum, female; Leroy, partner, said to have caused harm, male; Ada, female.",
        "Live elsewhere: Dad, male.",
        "Mum and Leroy are a couple.",
        "Dad and Mum: parents of Ada.",
    )


def test_the_same_family_is_drawn_the_same():
    family = Family(members=[MUM, DAD, ADA, BABY], parents=[("Mum", "Ada")])

    assert draw(family) == draw(family)
