"""How alike two name tokens are: spelling, sound, short forms and writings of one name in several languages."""

from functools import cache, lru_cache
from importlib.resources import files

import yaml
from doublemetaphone import doublemetaphone
from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

EXACT, NEAR, SHORT, SOUND, CLOSE = "exact", "near", "short", "sound", "close"
WEAK, DIFFER = "weak", "differ"
# Jaro-Winkler bounds that kept twins, siblings and namesakes apart best on test data (docs/matching.md).
NEAR_FROM, CLOSE_FROM, WEAK_FROM = 0.92, 0.85, 0.76
LEAST_PREFIX, LEAST_SUFFIX, LEAST_ONE_OFF = 3, 4, 4
# Of two short names with the same short sound: Maya and Meia, but not Zoe and Sue.
SHORT_SOUND_FROM = 0.6
# The sounds that names with a first letter begin with, where these are more than one (double metaphone's codes).
LETTER_SOUNDS = {"c": "KSX", "g": "KJN", "h": "HA", "j": "JAH", "k": "KNXS", "p": "PF", "s": "SX", "t": "TX0",
                 "w": "ARF", "x": "SXJ", "z": "SX"}  # fmt: skip


@lru_cache(maxsize=1 << 18)
def alike(one: str, other: str) -> float:
    """Give how alike two tokens are spelt, 0 to 1 (Jaro-Winkler)."""
    return JaroWinkler.similarity(one, other)


@lru_cache(maxsize=1 << 18)
def likeness(one: str, other: str) -> str:
    """Say how alike two tokens are, the strongest way that holds."""
    if one == other:
        return EXACT
    spelt = JaroWinkler.similarity(one, other)
    if spelt >= NEAR_FROM and len(one) > 3 and len(other) > 3:
        return NEAR
    if other in short_forms(one) or _is_part(one, other):
        return SHORT
    if _same_sound(one, other):
        return SOUND
    if (spelt >= CLOSE_FROM and one[0] == other[0]) or _is_initial(one, other) or _is_one_off(one, other):
        return CLOSE
    return WEAK if spelt >= WEAK_FROM else DIFFER


@lru_cache(maxsize=1 << 17)
def sounds(token: str) -> tuple[str, ...]:
    """Give the one or two codes of how a token sounds (double metaphone); none for an empty one."""
    return tuple(dict.fromkeys(code for code in doublemetaphone(token) if code))


@lru_cache(maxsize=1 << 17)
def sound(token: str) -> str:
    """Give the first code of how a token sounds; the token itself where it has none (other scripts)."""
    codes = sounds(token)
    return codes[0] if codes else token


def first_sound(token: str) -> str:
    """Give the sound that a name begins with: every vowel is one, so are C and K."""
    return sound(token)[:1]


def first_sounds(token: str) -> str:
    """Give every sound that a name with this first letter may begin with, likeliest first."""
    own = first_sound(token)
    return own + LETTER_SOUNDS.get(token[0], "").replace(own, "")


@lru_cache(maxsize=1 << 15)
def short_forms(token: str) -> frozenset[str]:
    """Give every name that this one may be a short form or another writing of, and the reverse."""
    names = _nicknames()
    full = names.canonicals_of(token)
    alike = set(names.nicknames_of(token)) | set(full)
    for whole in full:
        alike |= names.nicknames_of(whole)
    return frozenset(alike | _writings().get(token, frozenset())) - {token}


def _same_sound(one: str, other: str) -> bool:
    same = set(sounds(one)) & set(sounds(other))
    if any(len(code) > 2 for code in same):
        return True
    # A short code says little by itself.
    spelt = one[0] == other[0] and JaroWinkler.similarity(one, other) >= SHORT_SOUND_FROM
    return bool(same) and spelt and len(one) > 1 and len(other) > 1


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return False
    starts = len(short) >= LEAST_PREFIX and long.startswith(short)
    return starts or (len(short) >= LEAST_SUFFIX and long.endswith(short))


def _is_one_off(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= LEAST_ONE_OFF and OSA.distance(one, other, score_cutoff=1) == 1


def _is_initial(one: str, other: str) -> bool:
    return (len(one) == 1 or len(other) == 1) and one[:1] == other[:1]


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


@cache
def _writings() -> dict[str, frozenset[str]]:
    """Read the names that are one name: in several languages or scripts, or short where the wheel has none."""
    text = files("screening.people.matching").joinpath("writings.yaml").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for group in yaml.safe_load(text):
        names = set(group.split())
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(names) for name, names in found.items()}
