"""The adults who are said to have caused harm: may one of them own or read a mailbox, or work where it is?"""

import re
from functools import cache

from nicknames import NickNamer

from routing_rules import clocks, policy
from screening.db import now
from screening.models import Contact, Participation
from screening.names import fold

NOT_LETTERS = re.compile(r"[\W\d_]+")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "prof"})
WORKS_AT = "works_at_"


def alleged_adults(contact: Contact) -> list[Participation]:
    """List the adults who are said to have harmed a child of this contact."""
    return [adult for adult in contact.adults if adult.alleged_harm_to]


def may_own(adult: Participation, mailbox: str, holder: str | None) -> bool:
    """Say whether an adult may be the one who reads a mailbox: by its name, or by the name of its holder.

    A mailbox made of the name counts: gary.smyth@, gary77@, gsmyth@, the.smyths@.
    """
    local = NOT_LETTERS.sub(" ", fold(mailbox.partition("@")[0]))
    given, family = set(fold(adult.given_name or "").split()), set(fold(adult.family_name or "").split())
    holders = set(fold(holder or "").split()) - TITLES
    return _is_in_mailbox(given, family, local) or _is_holder(given, family, holders)


def works_at(adult: Participation) -> frozenset[str] | None:
    """Tell the registers whose people an adult works with, by what they are said to be; None where it is not known."""
    found = frozenset(register for register, words in _registers().items() if _says(adult, words))
    if found:
        return found
    return frozenset() if adult.works_with_children == "no" else None


def _says(adult: Participation, words: tuple[str, ...]) -> bool:
    said = f" {fold(adult.relationship_to_child or '')} "
    return any(f" {fold(word)} " in said for word in words)


def _registers() -> dict[str, tuple[str, ...]]:
    known, today = policy.packaged(), clocks.london_date(now())
    named = [name for name in known.entries if name.startswith(WORKS_AT)]
    return {name.removeprefix(WORKS_AT): known.read(name, today, tuple) for name in named}


def _is_in_mailbox(given: set[str], family: set[str], mailbox: str) -> bool:
    joined, tokens = mailbox.replace(" ", ""), set(mailbox.split())
    # A short name stands in many words, so it counts as a whole one only: li.wei@, wli@; so does a short form: bob77@.
    initialled = {name[0] + other for name in given for other in family}
    whole = {name for name in given | family if len(name) == 2} | initialled | _short_forms(given)
    return any(len(name) > 2 and name in joined for name in given | family) or bool(whole & tokens)


def _is_holder(given: set[str], family: set[str], holder: set[str]) -> bool:
    names = given | family
    if names and holder and (names <= holder or holder <= names):
        return True
    if not family:
        return bool(_short_forms(given) & holder)
    others = holder - family
    alike = {name[0] for name in given} & {name[0] for name in others} or _short_forms(given) & others
    return bool(family & holder) and bool(alike or not given)


def _short_forms(given: set[str]) -> set[str]:
    names = _nicknames()
    forms = [names.nicknames_of(name) | names.canonicals_of(name) | _in_z(name) for name in given]
    return {str(form) for form in set().union(*forms) if len(form) > 1}


def _in_z(name: str) -> set[str]:
    # Gary, Sharon, Jeremy: Gaz and Gazza, Shaz, Jez. The list of nicknames is American and has none of them.
    stem, has_r, _ = name.partition("r")
    return {stem + "z", stem + "zza"} if has_r and len(stem) > 1 else set()


@cache
def _nicknames() -> NickNamer:
    return NickNamer()
