"""Composes handovers when they are due, and gives unsigned ones to the manager on call."""

from uuid import UUID

from screening.queues.handover import packs


def compose() -> None:
    """Compose what is due."""
    packs.ensure()


def unsigned(pack_id: UUID) -> None:
    """Give an unsigned handover to the manager on call."""
    packs.escalate(pack_id)
