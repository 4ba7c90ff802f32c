"""What decides whether word of a contact may leave, each part read once: the same for each who might be told."""

from functools import cached_property
from typing import Any

from screening import call_safe
from screening.alleged import alleged_adults
from screening.models import Contact, DoNotAlert, Participation, SharingRecord
from screening.scoring.newest_score import newest_score_or_none
from screening.sharing.marks import marks_about
from screening.sharing.permission import newest

PROFESSIONAL_SOURCES = frozenset(
    {"2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D", "6", "7", "8"}
)
# What the rules say must be done where a word in the wrong mailbox could put a child in more danger.
DANGEROUS_TO_TELL = frozenset({"do_not_alert_carer", "lado"})


class AsItStands:
    """A contact as it stands now. Keep it for one look, and never over a change or a commit: what was read stays."""

    def __init__(self, contact: Contact) -> None:
        self.contact = contact
        self.referrer = contact.referrer

    @cached_property
    def marks(self) -> list[DoNotAlert]:
        """The marks that stand about anybody in it."""
        return marks_about(self.contact)

    @cached_property
    def sharing(self) -> SharingRecord | None:
        """What was last recorded about sharing."""
        return newest(self.contact)

    @cached_property
    def alleged(self) -> list[Participation]:
        """The adults who are said to have harmed a child of it."""
        return alleged_adults(self.contact)

    @cached_property
    def must_do(self) -> list[Any] | None:
        """What the newest score says must be done; None where the contact was not scored."""
        newest = newest_score_or_none(self.contact.id)
        return list(newest.output.get("must_do", ())) if newest and newest.output is not None else None

    @cached_property
    def is_call_safe(self) -> bool:
        """Whether the caller may be somebody who is said to have harmed a child, or nobody knows who they are."""
        return call_safe.state_of(self.contact).on

    @property
    def is_dangerous(self) -> bool:
        """Whether a word in the wrong mailbox could put a child in more danger."""
        # Not scored: nobody knows that it is not one of these cases.
        return self.must_do is None or bool(DANGEROUS_TO_TELL & set(self.must_do))

    @property
    def safe_to_reply(self) -> str:
        """What the referrer said of writing to them: yes, no or unknown."""
        return self.referrer.safe_to_reply if self.referrer else "unknown"

    @property
    def safe_contact(self) -> dict[str, Any]:
        """What the referrer said of how they may be reached; empty where nobody asked."""
        return (self.referrer.safe_contact if self.referrer else None) or {}

    @property
    def is_from_professional(self) -> bool:
        """Whether the referrer wrote as somebody's employee."""
        return self.referrer is not None and self.referrer.source_code in PROFESSIONAL_SOURCES
