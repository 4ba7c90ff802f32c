"""Who is drawn in a family's diagram, and how they stand to each other."""

from collections.abc import Sequence
from dataclasses import dataclass

SHAPES = {"M": "square", "F": "circle"}


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person. `generation` is 0 for grandparents, 1 for parents and other grown-ups, 2 for children.

    `at_home` is None where nobody knows where they live; `lines` stand under the name: age, what they are.
    """

    id: str
    name: str
    generation: int
    at_home: bool | None
    sex: str | None = None
    unborn: bool = False
    is_child_of_contact: bool = False
    lines: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The symbol's name."""
        return "triangle" if self.unborn else SHAPES.get(self.sex or "", "diamond")


@dataclass(frozen=True, kw_only=True)
class Family:
    """Who there is, who are a couple, and who is whose parent: (parent, child) by their ids."""

    members: Sequence[Member]
    couples: Sequence[tuple[str, str]] = ()
    parents: Sequence[tuple[str, str]] = ()
