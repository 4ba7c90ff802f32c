"""What can be sent of a call in which a child is in danger now: nothing that was typed may hold it up."""

from copy import deepcopy
from typing import Any
from unicodedata import normalize

from routing_rules import clocks
from screening.contacts import checking, said
from screening.db import Json
from screening.errors import Invalid
from screening.fields import LONG, NOT_WORDS
from screening.missing_facts import field_words
from screening.models import Contact

NOTHING_SAID = "A child is in danger now. Nothing more was written down."


def what_fits(contact: Contact, body: Json) -> tuple[Json, list[str]]:
    """Check what was taken without what does not validate; give also the pointers of what was left out.

    The account is never left out: what it holds that is not text is taken out of it. Nor is it ever lost that an
    adult is said to have harmed somebody, for that decides who may be written to: whom is left open.
    """
    # As it is sent, so that an age that was written for a date of birth is dropped where it then stands.
    kept, left_out = deepcopy(said.as_sent(body, clocks.london_date(contact.first_received_at))), list[str]()
    while True:
        try:
            _keep_harm(body, kept)
            return checking.checked(contact, kept), left_out
        except Invalid as problem:
            # Backwards, so that what is dropped of a list moves nothing that is still to be dropped.
            dropped = [pointer for pointer in sorted(problem.fields, key=_place, reverse=True) if _drop(kept, pointer)]
            if not dropped:
                raise
            left_out += dropped


def _keep_harm(typed: Json, kept: Json) -> None:
    for before, adult in zip(typed.get("adults", []), kept.get("adults", []), strict=False):
        if before.get("alleged_harm_to") and not adult.get("alleged_harm_to"):
            children = kept["children"] = kept.get("children") or [{}]
            adult["alleged_harm_to"] = list(range(len(children)))


def _drop(kept: Json, pointer: str) -> bool:
    if pointer == "/narrative":
        return _mend_account(kept)
    here: Any = kept
    first, *rest = steps(pointer)
    for step in rest:
        inner = here[_at(here, first)] if _holds(here, first) else None
        if not _holds(inner, step):
            break
        here, first = inner, step
    return _holds(here, first) and _take_out(here, _at(here, first))


def _take_out(here: Any, place: Any) -> bool:
    if isinstance(here, list) and isinstance(here[place], dict):
        # A person keeps their place, which others name.
        was, here[place] = here[place], {}
        return bool(was)
    del here[place]
    return True


def _mend_account(kept: Json) -> bool:
    was = kept.get("narrative", "")
    kept["narrative"] = normalize("NFC", NOT_WORDS.sub("", was))[:LONG].strip() or NOTHING_SAID
    return bool(kept["narrative"] != was)


def steps(pointer: str) -> list[str]:
    """Take a JSON pointer apart: "/children/0/sex" → ["children", "0", "sex"]."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.removeprefix("/").split("/")]


def _place(pointer: str) -> list[tuple[int, str]]:
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in steps(pointer)]


def _at(here: Any, step: str) -> Any:
    return int(step) if isinstance(here, list) else step


def _holds(here: Any, step: str) -> bool:
    if isinstance(here, list):
        return step.isdecimal() and int(step) < len(here)
    return isinstance(here, dict) and step in here


def words(pointers: list[str]) -> list[str]:
    """Name what was left out as the page does: "/children/0/date_of_birth" → "Child 1, date of birth"."""
    return [field_words(steps(pointer)) for pointer in sorted(pointers, key=_place)]
