"""The bits per level, read from `weights.yaml` once."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

# Against a stranger, somebody of the same household, and a namesake.
Bits = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: bits by field and level."""

    model: str
    relatives: float
    namesakes: float
    rarity_most: float
    spread: dict[str, float]
    spelling: float
    fields: dict[str, dict[str, Bits]]


def weights_of(described: dict[str, Any]) -> Weights:
    """Read a model from what a YAML file says.

    Raises:
        KeyError, ValueError: a part is missing, or a level has not exactly three figures.
    """
    fields: dict[str, dict[str, Bits]] = {}
    for field, levels in described["fields"].items():
        fields[field] = {}
        for level, (stranger, household, namesake) in levels.items():
            fields[field][level] = (float(stranger), float(household), float(namesake))
    rarity = described["rarity"]
    return Weights(
        model=described["model"],
        relatives=float(described["relatives"]),
        namesakes=float(described["namesakes"]),
        rarity_most=float(rarity["most"]),
        spread={level: float(spread) for level, spread in rarity["spread"].items()},
        spelling=float(rarity["spelling"]),
        fields=fields,
    )


def _packaged() -> Weights:
    text = files("screening.people.matching").joinpath("weights.yaml").read_text(encoding="utf-8")
    return weights_of(yaml.safe_load(text))


WEIGHTS = _packaged()
MODEL = WEIGHTS.model
