"""Drafts from contacts: that it came, what was decided, what partners answered, where the child was said to live."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from screening import codes, telling
from screening.access import viewer
from screening.checks.queries import ShownCheck, checks_of
from screening.chronology.draft import DECISION, Draft, day, shortened
from screening.chronology.subject import Subject
from screening.db import db
from screening.kept_back import KEPT_BACK, parts_kept_back
from screening.models import Contact, DangerAlert, Decision, Participation, QueueItem, Referral
from screening.names import fold
from screening.people.protected import WITHHELD, people_protected
from screening.wording import level_words

STAGES = {"contact": "Contact decision", "team": "Team decision"}
ANSWERED = ("information_found", "nothing_known")


def drafts(subject: Subject) -> Iterator[Draft]:
    """Draft what the contacts of a child say."""
    for part in subject.parts:
        yield _contact(part)
        if part.role == "child":
            yield from _decisions(part)
            yield from _referrals(part)
            yield from _answers(part)
    yield from _moves(subject)


def _contact(part: Participation) -> Draft:
    contact = part.contact
    channel = codes.CHANNELS[contact.channel].lower()
    told = f"{codes.CONTACT_TYPES[contact.contact_type]}, from: {telling.source(contact)}, {channel}."
    if part.role != "child":
        told += f" Named in it as {part.relationship_to_child or 'an adult'}."
    said = shortened(contact.narrative) or "Nothing was written down."
    return Draft(
        kind="contact",
        source_id=part.id,
        part=part,
        happened=day(contact.first_received_at),
        words=f"{told} {said}",
        source=f"Contact {contact.reference}",
        about=(*_alarms(contact), f"contact_{contact.contact_type}"),
    )


def _alarms(contact: Contact) -> Iterator[str]:
    if db.session.scalar(select(DangerAlert.id).where(DangerAlert.contact_id == contact.id).limit(1)):
        yield "contact_danger"
    red = select(QueueItem.id).where(QueueItem.contact_id == contact.id, QueueItem.urgency == "red").limit(1)
    if db.session.scalar(red):
        yield "contact_red"


def _decisions(part: Participation) -> Iterator[Draft]:
    question = select(Decision).where(Decision.child_id == part.id, Decision.corrected_by_id.is_(None))
    for made in db.session.scalars(question.options(joinedload(Decision.decided_by)).order_by(Decision.seq)):
        # What a second person has still to see, or saw otherwise, has not happened.
        if not made.stands:
            continue
        grave = (f"decision_level_{made.level}",) if made.level == 4 else ()
        kept_back = "worried" in parts_kept_back(made)
        worried = f"{KEPT_BACK}." if kept_back else shortened(made.rationale["worried"])
        outcome = f"{STAGES[made.stage]}: {codes.OUTCOMES[made.outcome].lower()}. {level_words(made.level)}."
        yield Draft(
            kind=DECISION,
            source_id=made.id,
            part=part,
            happened=day(made.decided_at),
            words=f"{outcome} {worried}",
            source=f"Decision by {made.decided_by.name}, {part.contact.reference}",
            about=(*grave, f"decision_{made.outcome}"),
            order=2 if made.stage == "contact" else 4,
            kept_back=kept_back,
        )


def _referrals(part: Participation) -> Iterator[Draft]:
    for made in db.session.scalars(select(Referral).where(Referral.child_id == part.id)):
        source = codes.SOURCES.get(made.source_code or "", "source not known")
        yield Draft(
            kind="referral",
            source_id=made.id,
            part=part,
            happened=day(made.referred_at),
            words=f"Referral to children's social care, from: {source}.",
            source=f"Referral of {part.contact.reference}",
            about=("referral",),
            order=3,
        )


def _answers(part: Participation) -> Iterator[Draft]:
    # Who may not read checks has none of them here either.
    if not viewer().may("contact.read_checks"):
        return
    for check in checks_of(part.contact):
        if check.answered_at and check.outcome in ANSWERED and concerns(check, part):
            yield Draft(
                kind="check",
                source_id=check.id,
                part=part,
                happened=day(check.answered_at),
                words=_answer_words(check),
                source=f"Check in {part.contact.reference}",
                about=(f"check_{check.outcome}",),
                order=1,
            )


def concerns(check: ShownCheck, part: Participation) -> bool:
    """Say whether a partner's check is about a child, an adult of their contact or the household: not another child."""
    others = {child.id for child in part.contact.children if child.id != part.id}
    return check.asked is not None and check.participation_id not in others


def _answer_words(check: ShownCheck) -> str:
    about = f", about {check.person}" if check.person else ""
    told = " ".join(telling.check(check)["details"])
    found = shortened(told) if check.outcome == "information_found" else "They know of nothing."
    return f"{codes.check_name(check.kind)} answered{about}. {found or 'Information was found.'}"


def _moves(subject: Subject) -> Iterator[Draft]:
    """Draft each change of where the child was said to live, from one contact to the next that says it."""
    said = [part for part in subject.parts if part.address_line_1 or part.postcode]
    for before, after in pairwise(said):
        if _home(before) != _home(after):
            withheld = _is_withheld(before) or _is_withheld(after)
            words = f"Said to live at {home_words(after)}. Before: {home_words(before)}."
            yield Draft(
                kind="move_said",
                source_id=after.id,
                part=after,
                happened=day(after.contact.first_received_at),
                words=f"Said to live somewhere else than before. {WITHHELD}." if withheld else words,
                source=f"Contact {after.contact.reference}",
                about=("move",),
                order=1,
                withheld=withheld,
            )


def _home(part: Participation) -> tuple[str, str]:
    return fold(part.address_line_1 or ""), fold(part.postcode or "").replace(" ", "")


def _is_withheld(part: Participation) -> bool:
    return part.id in people_protected(part.contact)


def home_words(part: Participation) -> str:
    """Say an address as it was said."""
    return ", ".join(words for words in (part.address_line_1, part.town, part.postcode) if words)
