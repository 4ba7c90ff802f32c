"""A child who was passed to another authority is ours, with the clock, until a named person there accepts them."""

from screening.decisions.awaited import answering
from screening.decisions.awaited.answering import Answer
from screening.decisions.awaited.service import open_of
from screening.errors import Conflict, Invalid
from screening.models import Awaited, Contact

NOT_WRITTEN = {
    "who": "Write who there accepted: their name and their authority.",
    "when": "Write when they accepted, as they told you.",
}


def waits_for_acceptance(contact: Contact) -> bool:
    """Say whether a child of a contact waits for another authority, and the viewer may say that it accepted."""
    return bool(_passed_on(contact))


def accept(contact: Contact, *, who: str, when: str) -> Contact:
    """Write down who there accepted, and when, for each child who was passed on; what is settled by it ends.

    Raises:
        NotFound: there is no such contact, or none that the viewer may know of.
        Conflict: the viewer does not hold it, or it waits for no other authority.
        Invalid: the name or the time is missing.
    """
    passed_on = _passed_on(contact)
    if not passed_on:
        raise Conflict("This waits for no other authority, or is not yours. Open the contact to see who holds it.")
    given = {"who": who.strip(), "when": when.strip()}
    wrong = {f"/{part}": [NOT_WRITTEN[part]] for part, words in given.items() if not words}
    if wrong:
        raise Invalid("The acceptance is not complete yet.", fields=wrong)
    for row in passed_on:
        answering.answer(row, Answer(answer="accepted", **given))
    return contact


def _passed_on(contact: Contact) -> list[Awaited]:
    return [row for row in open_of(contact.id) if row.kind == "another_authority" and answering.may_answer(row)]
