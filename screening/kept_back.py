"""What a second person must not read before they gave their own view: the first one's answer, wherever it stands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from screening.access import viewer
from screening.deciding import ever_made, in_force
from screening.models import Decision
from screening.models.decision import RATIONALE_PARTS

KEPT_BACK = "Not shown before you have given your own view of another child"


def is_hidden(decision: Decision) -> bool:
    """Say whether the viewer is one who may give the second view, and so must not see the first.

    What was taken back would lead them, too, until it is decided anew.
    """
    mine = decision.decided_by_id == viewer().user_id
    taken_back = decision.in_force and decision.withdrawn_at is not None
    return (decision.awaits_second_view or taken_back) and viewer().may("decision.confirm") and not mine


def hidden_by(decision: Decision) -> Decision | None:
    """Find the decision for whose sake the viewer must not see one: itself, or the one that took its place.

    What was decided before of the same child would lead whoever gives a second view of what is decided now.
    """
    same = (one for one in _hidden(decision.contact_id) if _whose(one) == _whose(decision))
    return next(same, None)


def reasons_shown(decision: Decision) -> dict[str, str]:
    """Give the reasons of a decision, but for words that are those of one which the viewer must not see yet."""
    back = parts_kept_back(decision)
    return {part: KEPT_BACK if part in back else words for part, words in decision.rationale.items()}


def parts_kept_back(decision: Decision) -> set[str]:
    """Name the parts of a rationale that are word for word those of a decision which the viewer must not see yet."""
    hidden = {_whose(one) for one in _hidden(decision.contact_id)}
    if not hidden:
        return set()
    others = ever_made(decision.contact_id)
    return {part for made in others if _whose(made) in hidden for part in parts_alike(decision.rationale, made)}


def parts_alike(rationale: Mapping[str, Any], made: Decision) -> list[str]:
    """List the parts that are written, and word for word those of a decision, but for blanks and capitals."""
    return [part for part in RATIONALE_PARTS if _folded(rationale, part) in {_folded(made.rationale, part)} - {""}]


def _hidden(contact_id: UUID) -> list[Decision]:
    # Most who read never give a second view: nothing is asked for them.
    return [one for one in in_force(contact_id) if is_hidden(one)] if viewer().may("decision.confirm") else []


def _whose(decision: Decision) -> tuple[UUID | None, str]:
    return decision.child_id, decision.stage


def _folded(rationale: Mapping[str, Any], part: str) -> str:
    return " ".join(str(rationale.get(part, "")).split()).casefold()
