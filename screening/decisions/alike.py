"""Words of a rationale that are those of another decision, but for blanks and capitals."""

from collections.abc import Mapping
from typing import Any

from screening.models import Decision
from screening.models.decision import RATIONALE_PARTS


def parts_alike(rationale: Mapping[str, Any], made: Decision) -> list[str]:
    """List the parts that are written, and word for word those of a decision."""
    return [part for part in RATIONALE_PARTS if _folded(rationale, part) in {_folded(made.rationale, part)} - {""}]


def _folded(rationale: Mapping[str, Any], part: str) -> str:
    return " ".join(str(rationale.get(part, "")).split()).casefold()
