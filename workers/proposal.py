"""One routing step of one contact, as the rules propose it. Writes nothing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from routing_rules import route
from screening.models import Contact

RULES_FAILED = "Routing failed. A person has to place this now: tell support."


@dataclass(frozen=True)
class RoutingProposal:
    """One routing step of one contact. `found` is None where the rules failed."""

    contact: Contact
    step: str
    case: route.RouteCase
    team_ids: dict[str, UUID]
    found: route.Routing | None
    to_confirm: list[str]

    @property
    def kind(self) -> str:
        """Which step it is; of decisions made again, each routes once."""
        return kind_of(self.step)

    @property
    def slug(self) -> str | None:
        """The team proposed to hold it; None is nobody's queue, with an alarm."""
        return self.found.chosen.team if self.found and self.found.chosen else None

    @property
    def team_id(self) -> UUID | None:
        """That team's row."""
        return self.team_ids.get(self.slug or "")

    @property
    def why(self) -> str:
        """The reason that stands beside it in the queue."""
        if self.found is None:
            return RULES_FAILED
        return self.found.chosen.reason if self.found.chosen else self.found.reason

    @property
    def needs_attention(self) -> bool:
        """True where a manager has to look, whoever holds it."""
        return self.found is None or self.found.needs_attention or self.found.calendar_unknown

    @property
    def reasons(self) -> list[str]:
        """All that is said of why it goes there."""
        general = [self.found.reason] if self.found else []
        return list(dict.fromkeys([self.why, *general, *self.to_confirm]))

    @property
    def runners_up(self) -> list[dict[str, Any]]:
        """The other teams that could hold it, in order, each with its reason."""
        return [_as_json(other) for other in self.found.runners_up] if self.found else []

    @property
    def told(self) -> list[dict[str, Any]]:
        """Whom it concerns beside the holder: {kind, team, reason}."""
        if self.found is None:
            return []
        alerts = [{"kind": alert.kind, "team": alert.team, "reason": alert.reason} for alert in self.found.alerts]
        return alerts + [{"kind": "parallel", **_as_json(beside)} for beside in self.found.parallel]


def kind_of(step: str) -> str:
    """Say which step a routing's is, without which decision it was for."""
    return step.partition(".")[0]


def _as_json(candidate: route.Candidate) -> dict[str, Any]:
    return {"team": candidate.team, "reason": candidate.reason}
