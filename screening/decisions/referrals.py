"""What a referral says: source, main need, date, and whether the child was referred before within the year."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks, policy
from screening import audit, codes
from screening.access import viewer, viewing, worker_viewer
from screening.checks.confirmed import confirmed, records
from screening.db import db
from screening.decisions.turns import lock
from screening.errors import Invalid, NotAllowed
from screening.models import Contact, PersonLink, Referral
from screening.wording import long_day

NOT_YOURS = "Who decides on contacts or referrals says the main need. Ask who holds it."


@dataclass(frozen=True)
class Before:
    """Whether a child was referred before within the window: `yes` with the days, `no`, or `not_known`."""

    state: str
    days: tuple[date, ...] = ()

    @property
    def words(self) -> str:
        """Say it, with what it rests on."""
        if self.state == "not_known":
            return "Re-referral: not known, because nobody has confirmed who the child is."
        if self.state == "no":
            return "No earlier referral within 12 months in our own records."
        days = ", ".join(long_day(day) for day in self.days)
        return f"Re-referral: referred within 12 months before, on {days}."


def referrals_of(contact: Contact) -> list[Referral]:
    """List the referrals that a contact became, one for each child."""
    question = select(Referral).where(Referral.contact_id == contact.id)
    return list(db.session.scalars(question.order_by(Referral.referred_at, Referral.id)))


def referred_before(contact: Contact, referrals: list[Referral]) -> dict[UUID, Before]:
    """Say of each referral whether its child was referred in the window before it, on another contact.

    Who a child is, a person has confirmed; a likeness is no answer. Of a restricted contact only its readers learn.
    Several on one day are one referral (DfE).

    Source: `re_referral_within` in `policy/history.yaml`.
    """
    known, groups = confirmed(contact.children), records(contact.children)
    people = {child_id: groups[child_id] for child_id in known}
    return {one.id: _before(one, people.get(one.child_id, []) if one.child_id else []) for one in referrals}


def may_say_need() -> bool:
    """Say whether the viewer says main needs: who decides on contacts or referrals."""
    return viewer().may("decision.contact") or viewer().may("decision.team")


def say_need(contact: Contact, needs: dict[UUID, str]) -> None:
    """Keep the main need of referrals for which nobody had said it, or correct it; the audit keeps what it was.

    Raises:
        NotAllowed: the viewer decides on neither contacts nor referrals.
        Invalid: a need is none of the census's.
    """
    if not may_say_need():
        raise NotAllowed(NOT_YOURS)
    contact = lock(contact.id)
    wrong = {
        f"/{referral_id}": ["Choose the main need."] for referral_id, need in needs.items() if need not in codes.NEEDS
    }
    if wrong:
        raise Invalid("Nothing was kept yet.", fields=wrong)
    for referral in referrals_of(contact):
        need = needs.get(referral.id)
        if need is None or need == referral.primary_need:
            continue
        detail = {"from": referral.primary_need, "to": need}
        referral.primary_need = need
        subject = ("referral", referral.id)
        audit.record("referral.need_said", contact_id=contact.id, subject=subject, detail=detail)
    db.session.flush()


def _before(referral: Referral, people: list[UUID]) -> Before:
    if not people:
        return Before("not_known")
    on = clocks.london_date(referral.referred_at)
    months = policy.packaged().read("re_referral_within", on, int)
    since = clocks.months_before(on, months)
    days = sorted({clocks.london_date(at) for at in _referred_at(referral, people)})
    within = tuple(day for day in days if since <= day < on)
    return Before("yes", within) if within else Before("no")


def _referred_at(referral: Referral, people: list[UUID]) -> set[datetime]:
    asked = (
        select(Referral.referred_at, Contact.id)
        .join(Contact, Contact.id == Referral.contact_id)
        .join(PersonLink, PersonLink.participation_id == Referral.child_id)
        .where(
            Referral.contact_id != referral.contact_id,
            PersonLink.person_id.in_(people),
            PersonLink.answer == "confirmed",
            PersonLink.replaced_at.is_(None),
        )
    )
    found = {row.referred_at for row in db.session.execute(asked)}
    # What is not restricted counts the same for every viewer, who learns its day alone.
    with viewing(worker_viewer("referrals")):
        return found | {row.referred_at for row in db.session.execute(asked.where(Contact.restricted.is_(False)))}
