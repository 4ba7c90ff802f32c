"""The case system: referrals go out, acknowledgements and lists come back. Two ways: a folder, or HTTP."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from flask import current_app

from screening.config import Settings
from screening.db import Json


class NotReached(Exception):
    """The case system could not be asked; the words say why, and hold nothing of anybody."""


@dataclass(frozen=True)
class Receipt:
    """What the case system says of one referral. `has_it` is false while it has only taken the document."""

    has_it: bool
    case_reference: str | None = None


@dataclass(frozen=True)
class ListTold:
    """A list of involvements as it was told, with who told it and as at when."""

    source: str
    as_at: str
    whole: bool
    rows: list[Any] = field(default_factory=list)


# What a case system says of one that is to be withdrawn: it has it no more, it was told, it has no way to, or it has no
# way to and does not have it.
Withdrawal = Literal["withdrawn", "told", "cannot", "not_there"]


class CaseSystem(Protocol):
    """What a case system can be asked. Each raises NotReached where it cannot be."""

    def send(self, referral_id: str, document: Json) -> Receipt:
        """Hand a referral over. The same one again is the same one."""

    def receipt(self, referral_id: str) -> Receipt:
        """Ask whether it has a referral."""

    def withdraw(self, referral_id: str, instead: str) -> Withdrawal:
        """Take a referral back; `instead` is the one of the same child that took its place."""

    def held(self) -> dict[str, str | None] | None:
        """Ask for all referrals that it has from us: its references by our ids; None where it does not tell."""

    def involvements(self) -> ListTold | None:
        """Ask for the newest list of involvements; None where there is none."""


def connected() -> CaseSystem | None:
    """Give the case system that is set up; None where none is."""
    from workers.cases.folder import FolderOfCases
    from workers.cases.sample import SampleCases
    from workers.cases.web import WebOfCases

    settings: Settings = current_app.extensions["front_door"]
    if settings.cases_url:
        return WebOfCases(settings.cases_url, settings.cases_token, live=settings.live)
    kind = SampleCases if settings.cases_sample else FolderOfCases
    return kind(settings.cases_folder) if settings.cases_folder else None
