"""What was agreed by telephone and is denied, or not countersigned in time, goes to people."""

from uuid import UUID

from routing_rules import clocks
from screening import put_off, tasks
from screening.access import viewing, worker_viewer
from screening.db import now
from screening.decisions import by_telephone
from screening.locks import lock_contact
from screening.messages import overtaken, undelivered
from screening.models import Contact, QueueItem
from screening.queues import placing
from screening.teams import team_of_kind


def late(agreement_id: UUID) -> None:
    """Show it to whoever holds the contact, or held it last, and to the duty manager."""
    if words := put_off.raise_late(agreement_id):
        _put_off(agreement_id, words)
        return
    told = by_telephone.raise_late(agreement_id)
    if told is None:
        return
    contact_id, words = told
    if by_telephone.is_denied(agreement_id) and (letter := overtaken.take_back(contact_id)):
        # What the referrer was told cannot be called back: a person rings.
        undelivered.watch(letter)
    placing.late_answer(contact_id, words)
    if item := placing.held_item(contact_id):
        placing.tell_duty_manager(item, words)


def _put_off(contact_id: UUID, words: str) -> None:
    """Have people act on what was put off and should not have been: it is red, and due at once."""
    with viewing(worker_viewer("countersign")):
        contact = lock_contact(contact_id)
        if contact is None or contact.state == "closed":
            return
        lead = placing.held_item(contact_id)
        if lead and put_off.is_denied(contact_id):
            _at_once(lead, contact, words)
        placing.late_answer(contact_id, words, urgency="red")
        if item := placing.held_item(contact_id):
            placing.tell_duty_manager(item, words)


def _at_once(lead: QueueItem, contact: Contact, words: str) -> None:
    placing.raise_items(
        contact.id,
        urgency="red",
        level=lead.level,
        hard_open=False,
        first_received_at=contact.first_received_at,
        why=words,
    )
    night = team_of_kind(["edt"]) if clocks.is_out_of_hours(now()) else None
    if lead.state != "waiting" or not lead.leads:
        return
    # Nobody reads the day teams' queues at night.
    team = night or lead.team
    placing.end(lead)
    following = placing.follow(lead, team=team, why=words, accept_due_at=now())
    tasks.promise_all([placing.on_the_ladder(following, "denied")])
