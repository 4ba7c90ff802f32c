"""Two cards compared field by field: each to a level, or None where one of them says nothing."""

from screening.people.matching.births import born_level
from screening.people.matching.card import Card, nhs_number_is_valid
from screening.people.matching.homes import address_level
from screening.people.matching.names import CLOSE, DIFFER, EXACT, NEAR, SHORT, SOUND, WEAK, likeness

FIELDS = ("given", "middle", "family", "born", "address", "phone", "sex", "identifier")
Levels = dict[str, str]
Tokens = tuple[str, ...]
RANK = {level: -place for place, level in enumerate((EXACT, NEAR, SHORT, SOUND, CLOSE, WEAK, DIFFER))}

UNLIKE = (WEAK, DIFFER, None)


def compare(query: Card, candidate: Card) -> Levels:
    """Give the level of each field that both cards say something about."""
    given, family = given_level(query, candidate), family_level(query, candidate)
    if given in UNLIKE or family in UNLIKE:
        swapped = swapped_level(query, candidate)
        given, family = swapped or given, swapped or family
    found = (
        given,
        middle_level(query, candidate),
        family,
        born_level(query, candidate),
        address_level(query.homes, candidate.homes),
        _set_level(query.phones, candidate.phones),
        _sex_level(query, candidate),
        _identifier_level(query.identifiers, candidate.identifiers),
    )
    return {field: level for field, level in zip(FIELDS, found, strict=True) if level is not None}


def best(ones: Tokens, others: Tokens) -> str | None:
    """Give the strongest likeness of any two tokens; None where a side has none."""
    found, rank = None, -len(RANK)
    for one in ones:
        for other in others:
            level = likeness(one, other)
            if RANK[level] > rank:
                found, rank = level, RANK[level]
    return found


def closest_names(ones: Tokens, others: Tokens) -> tuple[str, str]:
    """Give the two tokens, one of each side, that are most alike; both sides must have one."""
    if len(ones) == len(others) == 1:
        return ones[0], others[0]
    return max(((one, other) for one in ones for other in others), key=lambda pair: RANK[likeness(*pair)])


def given_level(query: Card, candidate: Card) -> str | None:
    """Compare first names; a middle or other name that equals one counts, with less."""
    if not query.given or not candidate.given:
        return _unborn_level(query, candidate)
    level = best(query.given, candidate.given)
    if level == EXACT and len(query.given) != len(candidate.given):
        level = SHORT
    if level in (EXACT, NEAR):
        return level
    if "".join(query.given + query.middle) == "".join(candidate.given + candidate.middle):
        return NEAR
    if _shares(query.given, candidate.middle + candidate.other) or _shares(query.middle + query.other, candidate.given):
        return "other"
    if level == CLOSE and _is_initial(query.given, candidate.given):
        return "initial"
    are_initials = level in UNLIKE and (_are_initials(query, candidate) or _are_initials(candidate, query))
    return "initial" if are_initials else level


def middle_level(query: Card, candidate: Card) -> str | None:
    """Compare middle names where both have one."""
    if not query.middle or not candidate.middle:
        return None
    level = best(query.middle, candidate.middle)
    if level in (EXACT, NEAR):
        return EXACT
    if level in (SHORT, SOUND, CLOSE):
        return "initial"
    return DIFFER if level == DIFFER else None


def family_level(query: Card, candidate: Card) -> str | None:
    """Compare family names: whole, in part, under a former or other name, or as a middle name."""
    if not query.family or not candidate.family:
        return None
    level = best(query.family, candidate.family)
    if level == EXACT:
        return EXACT if set(query.family) == set(candidate.family) else "part"
    if level == NEAR or "".join(query.family) == "".join(candidate.family):
        return NEAR
    if _shares(query.family + query.other, candidate.family + candidate.other):
        return "former"
    if _shares(query.family, candidate.middle) or _shares(query.middle, candidate.family):
        return "middle"
    if level in UNLIKE and (
        _sounds_shared(query.family, candidate.middle) or _sounds_shared(query.middle, candidate.family)
    ):
        return "middle_alike"
    return SOUND if level == SHORT else level


def swapped_level(query: Card, candidate: Card) -> str | None:
    """Say whether given and family names stand in each other's place, and how well; None where they do not.

    A father's name may stand as the middle name of one record and as the family name of another.
    """
    if not query.family or not candidate.family:
        return None
    one = best(query.given, candidate.family + candidate.middle)
    other = best(query.family + query.middle, candidate.given)
    if one in UNLIKE or other in UNLIKE:
        return None
    well = (one in (EXACT, NEAR)) + (other in (EXACT, NEAR))
    if not well:
        return None
    in_place = best(query.given, candidate.family) not in UNLIKE and best(query.family, candidate.given) not in UNLIKE
    return "swapped" if well > 1 and in_place else "swapped_alike"


def _unborn_level(query: Card, candidate: Card) -> str | None:
    query_unborn = query.due is not None and not query.given
    candidate_unborn = candidate.due is not None and not candidate.given
    if query_unborn and candidate_unborn:
        return "both_unborn"
    return "one_unborn" if query_unborn or candidate_unborn else None


def _sounds_shared(ones: Tokens, others: Tokens) -> bool:
    return best(ones, others) in (EXACT, NEAR, SHORT, SOUND)


def _shares(ones: Tokens, others: Tokens) -> bool:
    return any(len(one) > 1 and one in others for one in ones)


def _are_initials(one: Card, other: Card) -> bool:
    letters = "".join(name[0] for name in (*other.given, *other.middle))
    return len(letters) > 1 and one.given == (letters,)


def _is_initial(ones: Tokens, others: Tokens) -> bool:
    return min(map(len, ones)) == 1 or min(map(len, others)) == 1


def _set_level(ones: Tokens, others: Tokens) -> str | None:
    if not ones or not others:
        return None
    return "equal" if set(ones) & set(others) else "differ"


def _sex_level(query: Card, candidate: Card) -> str | None:
    if not query.sex or not candidate.sex:
        return None
    return "equal" if query.sex == candidate.sex else "differ"


def _identifier_level(ones: Tokens, others: Tokens) -> str | None:
    if not ones or not others:
        return None
    if set(ones) & set(others):
        return "equal"
    kinds = {kind(one) for one in ones if is_valid(one)} & {kind(other) for other in others if is_valid(other)}
    return "differ" if kinds else None


def kind(identifier: str) -> str:
    """Give the kind of an identifier: `nhs` or `upn`."""
    return identifier.partition(":")[0]


def is_valid(identifier: str) -> bool:
    """Say whether an identifier can be right; only NHS numbers have a check here."""
    of_kind, _, number = identifier.partition(":")
    return of_kind != "nhs" or nhs_number_is_valid(number)
