"""How common names are in the index: an equal rare name says far more than an equal common one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many persons hold a token as a given (first or middle) and as a family name, of `population` persons."""

    population: int = 0
    given: Mapping[str, int] = field(default_factory=dict)
    family: Mapping[str, int] = field(default_factory=dict)

    def given_share(self, token: str) -> float | None:
        """Share of persons with this given name, 0 to 1; None where nothing is known about names."""
        return self._share(self.given, token)

    def family_share(self, token: str) -> float | None:
        """Share of persons with this family name, 0 to 1; None where nothing is known about names."""
        return self._share(self.family, token)

    def _share(self, counts: Mapping[str, int], token: str) -> float | None:
        # A name never seen is about as rare as one seen once.
        return max(counts.get(token, 0), 1) / self.population if self.population and counts else None
