"""Lawful bases for sharing, as policy has them: their words, since when, and which registers may be asked on each."""

from dataclasses import dataclass
from datetime import date

from routing_rules.policy import Entry, Policy, packaged

PREFIX = "sharing_basis_"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """One basis on a day. `registers` is None where it is not in force then; `words` say what it is, also not yet.

    `from_date` is the day on which what holds began, `to_date` the day on which it ends, where one is known.
    """

    id: str
    words: str
    source: str
    source_kind: str
    needs_agreement: bool
    registers: tuple[str, ...] | None
    from_date: date
    to_date: date | None

    @property
    def in_force(self) -> bool:
        """True where something may be shared on it that day."""
        return self.registers is not None


def bases(on: date, policy: Policy | None = None) -> list[Basis]:
    """List every basis that policy knows, with what it allows on a day, in the order of the file."""
    found = policy or packaged()
    entries = [entry for name, entry in found.entries.items() if name.startswith(PREFIX)]
    sought = found.read("sharing_needs_agreement", on, tuple)
    return [_basis(entry, on, sought) for entry in entries]


def basis(basis_id: str, on: date, policy: Policy | None = None) -> Basis | None:
    """Find one basis by its id; None where policy has none of that name."""
    return next((one for one in bases(on, policy) if one.id == basis_id), None)


def _basis(entry: Entry, on: date, sought: tuple[str, ...]) -> Basis:
    basis_id = entry.name.removeprefix(PREFIX)
    started = [(day, value) for day, value in entry.values if day <= on]
    from_date, registers = started[-1] if started else (entry.values[0][0], None)
    return Basis(
        id=basis_id,
        words=entry.description,
        source=entry.source,
        source_kind=entry.source_kind,
        needs_agreement=basis_id in sought,
        registers=tuple(str(name) for name in registers) if isinstance(registers, tuple) else None,
        from_date=from_date,
        to_date=next((day for day, value in entry.values if day > on and value is None), None),
    )
