"""The index kept in memory, as the database keeps it: keys to people, rarest first, and a second look by two names."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log2
from typing import Any

from bench.quality.uk_people import TODAY
from screening.people.matching import (
    Card,
    Frequencies,
    Ranked,
    Vocabulary,
    card_of,
    expand,
    index_keys,
    query_keys,
    rank,
)
from screening.people.matching.keys import name_tokens, years_allowed, years_near

MOST_CANDIDATES, COMMON_FROM, WEAK_BELOW = 400, 200, 0.95


class Index:
    """People by their keys."""

    def __init__(self, cards: Iterable[tuple[str, Card]]) -> None:
        """Take everybody in."""
        self.cards = dict(cards)
        self._keys: dict[int, list[str]] = defaultdict(list)
        self._tokens: dict[str, list[str]] = defaultdict(list)
        given, family = Counter[str](), Counter[str]()
        for person, card in self.cards.items():
            for key in index_keys(card):
                self._keys[key].append(person)
            for token in name_tokens(card):
                self._tokens[token].append(person)
            given.update({*card.given, *card.middle})
            family.update({*card.family, *card.other})
        self.frequencies = Frequencies(len(self.cards), given, family)
        self.vocabulary = Vocabulary(self._tokens)

    def search(self, card: Card) -> list[Ranked]:
        """Rank the candidates, with the second look where the first finds nobody certain."""
        found = self.by_keys(card)
        ranked = self._rank(card, found)
        if ranked and ranked[0].posterior >= WEAK_BELOW:
            return ranked
        return self._rank(card, found | self.by_names(card))

    def by_keys(self, card: Card) -> set[str]:
        """Give those who share a key, most evidence first where there are too many."""
        score: dict[str, float] = defaultdict(float)
        common: list[list[str]] = []
        for people in sorted((self._keys.get(key, []) for key in query_keys(card)), key=len):
            if len(people) > COMMON_FROM:
                common.append(people)
            else:
                self._add(score, people)
        for people in common:
            for person in people:
                if person in score:
                    score[person] += log2(len(self.cards) / len(people))
        return set(sorted(score, key=lambda person: -score[person])[:MOST_CANDIDATES])

    def by_names(self, card: Card) -> set[str]:
        """Give those whom two different typed names hit, inside the span of births."""
        hits: dict[str, dict[str, float]] = defaultdict(dict)
        for token in name_tokens(card):
            for place, name in enumerate(expand(token, self.vocabulary)):
                for person in self._tokens[name]:
                    hits[person].setdefault(token, 1 / (place + 1))
        years = set(years_near(card))
        found = [person for person, by in hits.items() if len(by) > 1 and self._may_be(person, years)]
        return set(sorted(found, key=lambda person: -sum(hits[person].values()))[:MOST_CANDIDATES])

    def _add(self, score: dict[str, float], people: list[str]) -> None:
        for person in people:
            score[person] += log2(len(self.cards) / len(people))

    def _may_be(self, person: str, years: set[int]) -> bool:
        own = years_allowed(self.cards[person])
        return not years or not own or bool(years & set(own))

    def _rank(self, card: Card, people: Iterable[str]) -> list[Ranked]:
        candidates = [(person, self.cards[person]) for person in sorted(people)]
        return rank(card, candidates, population=len(self.cards), frequencies=self.frequencies)


def index_of(lines: Iterable[dict[str, Any]]) -> Index:
    """Make an index of the lines that `people load` would read."""
    return Index((line["id"], card_of(line, today=TODAY)) for line in lines)
