"""The second look: every name of the index that a typed name may stand for."""

from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extract

from screening.people.matching.names import short_forms, sound, sounds

LEAST_ALIKE = 0.80
MOST_NAMES = 200


class Vocabulary:
    """Every name token of the index, with their sounds."""

    def __init__(self, tokens: Iterable[str]) -> None:
        """Take the tokens in; a second for every 100,000 or so."""
        self.tokens = sorted(set(tokens))
        self._known = frozenset(self.tokens)
        self._by_sound: dict[str, list[str]] = {}
        for token in self.tokens:
            self._by_sound.setdefault(sound(token), []).append(token)

    def sounding_like(self, token: str) -> list[str]:
        """Give the tokens that sound like one."""
        return [found for code in (*sounds(token), sound(token)) for found in self._by_sound.get(code, ())]

    def written_for(self, token: str) -> list[str]:
        """Give the tokens that one may be a short form or another writing of."""
        return sorted(short_forms(token) & self._known)


def expand(token: str, vocabulary: Vocabulary) -> list[str]:
    """Give the names of the index that a typed name may stand for, likeliest first, at most 200."""
    alike = extract(token, vocabulary.tokens, scorer=JaroWinkler.similarity, score_cutoff=LEAST_ALIKE, limit=MOST_NAMES)
    found = (*vocabulary.written_for(token), *(name for name, _, _ in alike), *vocabulary.sounding_like(token))
    return list(dict.fromkeys(found))[:MOST_NAMES]
