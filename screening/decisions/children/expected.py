"""A baby of whom an answer tells, and whom nobody named: they are decided here, too, or left out with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screening.decisions.children.because import Because
from screening.models import Contact, Participation
from screening.scoring import family_history

NAME, AGE_WORDS = "Unborn baby", "not born yet"
# The questions of the rules that a baby to come is answered by, and how we know of the baby then.
OF_HOME = {
    "pregnant_in_household": "Somebody at home is said to be pregnant",
    "pregnancy_hidden": "A pregnancy is said to be kept from midwives and doctors",
}
OF_CHILD = {"child_pregnant": "{of} is said to be pregnant, or about to be a parent"}


@dataclass(frozen=True)
class Expected:
    """The baby of a child of the contact, or of somebody at home of whom nobody said who."""

    contact_id: UUID
    parent: Participation | None = None

    full_name = NAME

    @property
    def id(self) -> UUID:
        """By what they are named while no child of the contact was made of them."""
        return self.parent.id if self.parent else self.contact_id


def expected(contact: Contact) -> Iterator[tuple[Expected, tuple[Because, ...]]]:
    """Give each baby that the answers tell of: of each child who is pregnant, and of somebody at home."""
    said = family_history.answered(contact)
    for child in contact.children:
        if facts := _facts(said.get(child.id, {}), OF_CHILD, child.id):
            yield Expected(contact.id, child), facts
    # It may be the baby of one of these children, or another: who decides says which.
    if facts := _facts(said.get(None, {}), OF_HOME):
        yield Expected(contact.id), facts


def _facts(answers: Mapping[str, Any], questions: Mapping[str, str], of_id: UUID | None = None) -> tuple[Because, ...]:
    return tuple(Because(words, of_id) for question, words in questions.items() if answers.get(question) == "yes")
