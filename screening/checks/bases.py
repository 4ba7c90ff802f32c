"""The words of a lawful basis, as policy has them today."""

from routing_rules import bases, clocks
from screening.db import now


def basis_words(basis_id: str | None) -> str:
    """Say what a basis is; its id alone where policy does not know it any more; nothing for none."""
    found = bases.basis(basis_id, clocks.london_date(now())) if basis_id else None
    return found.words if found else basis_id or ""
