"""What was done with a contact, by whom and when: its audit entries in words."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import codes
from screening.access import viewer
from screening.db import db
from screening.decisions.awaited import words as awaited_words
from screening.models import AuditEntry, Contact, Person, User
from screening.people import links
from screening.record import queries, returns
from screening.record.rescored import Rescored

MOST_EVENTS = 200
TITLES = {
    "contact.opened": "Opened",
    "contact.sent": "Sent",
    "contact.closed": "Closed",
    "contact.reopened": "Open again",
    "contact.danger": "Marked as danger now",
    "contact.added_to": "Something was added",
    "contact.own_view": "Said what they thought of it on the call",
    "contact.cue_set_aside": "Set a proposed question aside",
    "call_safe.turned_on": "Taken call-safe",
    "call_safe.turned_off": "No longer taken call-safe",
    "consultation.asked": "Asked a social worker on duty",
    "consultation.answered": "Answered the handler",
    "consultation.escalated": "Nobody answered the handler in time",
    "contact.missing_noted": "Sent without some answers: to be found out",
    "contact.missing_found": "Something that was missing was found out",
    "danger.raised": "Alert: child in danger now",
    "danger.acknowledged": 'Said "I have it"',
    "danger.escalated": "Nobody had seen the alert in time: duty manager told",
    "screening.made": "Scored",
    "night.triaged": "Said at night whether it can wait",
    "night.countersigned": "Countersigned, or denied, that it could wait",
    "check.asked": "Check asked",
    "check.shared": "Told a partner who it is about",
    "check.withheld": "Not sent to a partner: a person rings",
    "check.withdrawn": "A partner's check counts no longer: it was about somebody else",
    "check.chased": "A partner was chased",
    "check.answered": "Check answered",
    "link.answered": "Said who somebody is",
    "contact.routed": "Routed",
    "queue.claimed": "Taken to read",
    "queue.seen": "Alert seen",
    "contact.opened_again": "Opened again: a child is in danger",
    "contact.taken_over": "Taken over from a colleague",
    "queue.accepted": "Accepted",
    "queue.returned": "Sent back",
    "queue.moved": "Passed on",
    "queue.allocated": "Allocated",
    "queue.undone": "Taken back",
    "queue.threshold_view": "Said whether the threshold was right",
    "queue.raised": "Raised",
    "queue.lowered": "Lowered, as decided",
    "queue.escalated": "Waited too long: somebody was told",
    "escalation.taken": "Said that they have it",
    "chronology.kept": "Kept an entry of a chronology",
    "chronology.reworded": "Put an entry of a chronology in their own words",
    "chronology.dropped": "Dropped an entry of a chronology",
    "chronology.added": "Added an entry to a chronology",
    "chronology.overridden": "Let it go on before the chronology was reviewed",
    "decision.begun": "Began to write a decision",
    "decision.made": "Decided",
    "child.settled": "Said whether a child whom we know of is decided here",
    "decision.asked_again": "Asked for another decision",
    "decision.taken_back": "Took the decision back before a second person saw it",
    "decision.confirmed": "Second person's view given",
    "decision.agreed_by_telephone": "Second person asked by telephone, and what they said written down",
    "decision.countersigned": "Answered what was written down of their call",
    "decision.countersign_late": "What was said by telephone is not countersigned, and it is late",
    "referral.created": "Referral created",
    "referral.withdrawn": "Referral withdrawn",
    "referral.stands_again": "First referral stands again: the one that took its place was taken back",
    "referral.need_said": "Main need of the referral said",
    "awaited.began": "Began to wait",
    "awaited.tried": "Asked or chased",
    "awaited.ended": "Answered, no longer waited for",
    "awaited.late": "Still waited for after its time",
    "strategy.called": "Strategy discussion called",
    "strategy.recorded": "Strategy discussion recorded",
    "strategy.action_done": "Action of a strategy discussion done",
    "message.sent": "Message sent",
    "message.failed": "Message not delivered",
    "message.withheld": "Message held back",
    "message.written": "Acknowledged",
    "message.told_by_phone": "Referrer told by telephone",
    "message.taken": "Somebody rings the referrer",
    "message.raised": "Referrer not told, and it is late",
    "reply.opened": "Link in a message opened",
    "reply.kept": "Answered by the link in a message",
    "disagreement.made": "A professional disagrees",
    "disagreement.placed": "Disagreement given to a manager",
    "disagreement.answered": "Disagreement answered",
    "disagreement.read": "Disagreement read",
    "sharing.recorded": "Sharing recorded",
    "sharing.answered": "Sharing without agreement answered",
    "do_not_alert.set": "Marked: do not alert",
    "do_not_alert.ended": "Mark ended: do not alert",
    "task.parked": "A task was parked: it needs attention",
    "task.retried": "A task was tried again",
}
WHERE_TO = {"contact.routed": "team", "queue.moved": "to"}
# Who looked is for those who answer for the team.
READ_TITLES = {"contact.read": "Read"}


def events_of(contact: Contact, changes: Iterable[Rescored] = ()) -> list[dict[str, Any]]:
    """List what was done with a contact, newest first; to a manager, also who read it.

    `changes` are what later scores changed, as far as the viewer may know.
    """
    said = {str(one.screening_id): " ".join(one.sentences) for one in changes}
    sent_back = {str(one["item_id"]): returns.sentence(one) for one in returns.returns_of(contact)}
    titles = TITLES | (READ_TITLES if viewer().may("decision.confirm") else {})
    entries = _entries(contact, titles)
    known = _known_people(entries)
    managers = _names(_manager(entry) for entry in entries if _manager(entry))
    entries = [entry for entry in entries if _is_about_anybody_known(entry, known)]
    names = _names(entry.actor_id for entry in entries if entry.actor_kind == "user")
    teams = queries.team_names()
    return [
        {
            "title": titles[entry.action],
            "by": names.get(entry.actor_id, _not_a_person(entry)),
            "at": entry.at,
            "text": said.get(entry.subject_id or "")
            or _sent_back(entry, sent_back)
            or _by_telephone(entry, managers, entries)
            or _of_the_night(entry)
            or _went_to(entry, teams)
            or _detail(entry),
        }
        for entry in entries
    ]


def _entries(contact: Contact, actions: Iterable[str]) -> list[AuditEntry]:
    question = select(AuditEntry).where(AuditEntry.contact_id == contact.id, AuditEntry.action.in_(actions))
    return list(db.session.scalars(question.order_by(AuditEntry.seq.desc()).limit(MOST_EVENTS)))


def _sent_back(entry: AuditEntry, sent_back: dict[str, str]) -> str | None:
    return sent_back.get(entry.subject_id or "") if entry.action == "queue.returned" else None


def _went_to(entry: AuditEntry, teams: dict[str, str]) -> str | None:
    if entry.action not in WHERE_TO:
        return None
    slug = entry.detail.get(WHERE_TO[entry.action])
    return f"To {teams.get(slug, slug)}" if slug else "To nobody's queue"


def _manager(entry: AuditEntry) -> str:
    return str(entry.detail["manager"]) if entry.action == "decision.agreed_by_telephone" else ""


def _by_telephone(entry: AuditEntry, managers: dict[str, str], entries: list[AuditEntry]) -> str | None:
    # What the manager said stands with the decision, for whoever may see it.
    if entry.action == "decision.countersigned":
        return "They said it" if entry.detail["confirms"] else "They deny it: it is decided again"
    signed = any(one.action == "decision.countersigned" and one.subject_id == entry.subject_id for one in entries)
    left = "" if signed else ". It is not countersigned yet"
    return f"{managers[_manager(entry)]} was asked{left}" if _manager(entry) in managers else None


def _known_people(entries: list[AuditEntry]) -> set[str]:
    wanted = {UUID(entry.detail["person"]) for entry in entries if entry.action == "link.answered"}
    return {str(person_id) for person_id in db.session.scalars(select(Person.id).where(Person.id.in_(wanted)))}


def _is_about_anybody_known(entry: AuditEntry, known: set[str]) -> bool:
    # That somebody was said to be a restricted person would tell that there is one.
    return entry.action != "link.answered" or entry.detail["person"] in known


def _names(user_ids: Iterable[str]) -> dict[str, str]:
    wanted = {UUID(user_id) for user_id in user_ids}
    return {
        str(user_id): name
        for user_id, name in db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    }


def _not_a_person(entry: AuditEntry) -> str:
    return "the service" if entry.actor_kind == "worker" else entry.actor_id


def _detail(entry: AuditEntry) -> str | None:
    detail = entry.detail
    match entry.action:
        case "link.answered":
            return links.ANSWER_WORDS.get(detail["answer"], str(detail["answer"])).capitalize()
        case "awaited.began" | "awaited.tried" | "awaited.ended" | "awaited.late":
            return awaited_words.KIND_WORDS.get(str(detail.get("kind")))
        case "check.answered":
            return str(detail.get("outcome", "")).replace("_", " ").capitalize() or None
        case "sharing.recorded":
            return "Nothing is shared" if detail.get("basis") is None else None
        case "sharing.answered":
            return codes.OVERRIDES.get(str(detail.get("answer")))
        case "check.asked" | "check.shared" | "check.withheld" | "check.withdrawn" | "check.chased":
            return codes.check_name(str(detail.get("kind", ""))) or None
        case "queue.raised" | "queue.lowered":
            return f"From {detail.get('from')} to {detail.get('to')}"
        case "message.sent" | "message.failed" | "message.withheld":
            return str(detail.get("kind", "")).capitalize() or None
    return None


def _of_the_night(entry: AuditEntry) -> str | None:
    if entry.action == "night.countersigned":
        return "They agreed to it" if entry.detail["confirms"] else "They did not agree to it"
    if entry.action != "night.triaged":
        return None
    if entry.detail["answer"] == "cannot_wait":
        return "It cannot wait"
    manager = db.session.get(User, UUID(str(entry.detail["manager"]))) if entry.detail.get("manager") else None
    return f"For the morning: {manager.name} agreed by telephone" if manager else "For the morning"
