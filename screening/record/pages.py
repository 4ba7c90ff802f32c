"""One contact on a screen: who, what, how urgent, who holds it, and what this viewer may do now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import acceptance, audit, beside, codes, looking, put_off, reasons, safe_contact, telling
from screening.access import viewer
from screening.cases import queries as cases
from screening.checks import panel as checks_panel
from screening.db import now, transaction
from screening.deciding import decider
from screening.decisions import again_pages, by_telephone_pages, follow_lines, taking_back_pages
from screening.decisions.awaited.back import back
from screening.decisions.awaited.service import cause_of, open_of
from screening.decisions.children.settled import settled
from screening.decisions.queries import awaiting_second_view, child_name, decisions_of
from screening.decisions.turns import stage_now
from screening.escalation import queries as escalation
from screening.models import Contact, Participation, QueueItem, ReferralDelivery
from screening.people.pages import panel
from screening.people.pages.edit_schemas import ADDRESS_REASONS
from screening.people.protected import WITHHELD, people_protected
from screening.queues import undoing
from screening.record import briefing as briefings
from screening.record import history, missing_pages, queries, rescored, returns, sharing, words
from screening.said import added, asked, consulted, in_danger
from screening.scoring.newest_score import newest_score_or_none
from screening.sign_in import refreshes, requires

blueprint = Blueprint("record", __name__, url_prefix="/contacts")
TABS = {
    "summary": ("Summary", None),
    "people": ("People", None),
    "decision": ("Decisions", "queue.read"),
    "checks": ("Checks", "contact.read_checks"),
    "sharing": ("Sharing", "contact.read_checks"),
    "messages": ("Messages", "queue.read"),
    "history": ("History", "queue.read"),
}
ANSWERED = ("information_found", "nothing_known")
NO_REASON = {"reason": "Choose why you need it."}


@blueprint.get("/<reference>")
@requires("contact.read")
def page(reference: str) -> ResponseReturnValue:
    """Show one part of a contact."""
    tab = _tab()
    with transaction():
        contact = queries.contact_to_read(reference, tab)
        return render_template("contacts/record.html", **frame(contact, tab), **PARTS[tab](contact))


@blueprint.post("/<reference>/addresses")
@requires("people.read")
def reveal(reference: str) -> ResponseReturnValue:
    """Show the withheld addresses of a contact once, for a reason that is written into the audit."""
    reason = request.form.get("reason", "")
    with transaction():
        contact = queries.contact_to_read(reference, "people")
        given = reason in ADDRESS_REASONS
        if given:
            audit.record("person.address_read", contact_id=contact.id, detail={"reason": reason})
        shown = _people(contact, revealed=given) | {"form": {"values": {}, "errors": {} if given else NO_REASON}}
        page = render_template("contacts/record.html", **frame(contact, "people"), **shown)
    return page, 200 if given else 422


@blueprint.get("/<reference>/briefing")
@requires("queue.read")
def briefing(reference: str) -> ResponseReturnValue:
    """Show the one page that travels with the contact: what must be known first, and the rest; made to be printed."""
    with transaction():
        contact = queries.contact_to_read(reference, "briefing")
        found = briefings.briefing_of(contact)
        return render_template("contacts/briefing.html", **frame(contact, "summary"), briefing=found)


@blueprint.get("/<reference>/looking")
@requires("queue.read")
@refreshes
def who_looks(reference: str) -> ResponseReturnValue:
    """Note that the viewer has a contact open still, and say who else has. It shows nothing of the contact."""
    with transaction():
        contact = queries.contact_in_reach(reference)
        return render_template("contacts/_looking.html", **_looked_at(contact))


def _tab() -> str:
    tab = request.args.get("tab", "summary")
    needed = TABS.get(tab, ("", "never"))[1]
    return tab if tab in TABS and (needed is None or viewer().may(needed)) else "summary"


def frame(contact: Contact, tab: str) -> dict[str, Any]:
    """Give what stands around every part of a contact: who, how urgent, who holds it, what the viewer may do."""
    item = queries.lead_of(contact)
    screening = newest_score_or_none(contact.id)
    changes = rescored.rescored(contact) if viewer().may("queue.read") else []
    return {
        "contact": {
            "reference": contact.reference,
            "state_words": words.STATE_WORDS[contact.state],
            "children": telling.children(contact),
            "channel_words": codes.CHANNELS[contact.channel],
            "referrer_words": telling.referrer(contact),
            "first_received_at": contact.first_received_at,
            "restricted": contact.restricted,
        },
        "holder": _holder(item),
        "ended": contact.state == "closed",
        "urgency": item.urgency if item else screening.urgency_at_least if screening else "red",
        "hard_open": bool(item and screening and screening.hard_open),
        "due_at": item.due_at if item else None,
        "changes": rescored.as_rows(changes),
        "since_opened": rescored.as_one(rescored.since_opened(contact, changes)),
        "proposes_lower": rescored.proposes_lower(contact, item) if viewer().may("queue.read") else None,
        "back": back(contact) if viewer().may("queue.read") else [],
        "tab": tab,
        "tabs": _tabs(contact, tab),
        "actions": [*_second_view(contact), *_actions(contact, item)],
        "asks": _asks(contact, item),
        "threshold": acceptance.question(item) if item and acceptance.is_open(item) else None,
        "threshold_kept": _threshold_kept(item),
        "looking": _looked_at(contact) if viewer().may("queue.read") else None,
        "now": now(),
    }


def _looked_at(contact: Contact) -> dict[str, Any]:
    looking.here(contact.id)
    others = looking.others([contact.id]).get(contact.id, [])
    said = f"Also looking: {', '.join(one.name for one in others)}" if others else ""
    return {"onlookers": others, "looking_words": said}


def _holder(item: QueueItem | None) -> dict[str, Any] | None:
    if item is None or item.team is None:
        return None
    if item.holder:
        # What waits for one person under their name is not theirs until they accept it.
        waits = "" if item.accepted_at else "For "
        return {"name": f"{waits}{item.holder.name}, {item.team.name}", "since": item.accepted_at or item.queued_at}
    return {"name": item.team.name, "since": item.queued_at}


def _tabs(contact: Contact, current: str) -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "href": url_for("record.page", reference=contact.reference, tab=name),
            "current": name == current,
        }
        for name, (text, needed) in TABS.items()
        if needed is None or viewer().may(needed)
    ]


def _asks(contact: Contact, item: QueueItem | None) -> list[str]:
    """Say why the queue of the viewer's team shows it; what is back with who decided stands above, in full."""
    if item is None or item.team_id not in viewer().team_ids:
        return []
    # That it is late is said nowhere else.
    above = {cause_of(row) for row in open_of(contact.id) if row.kind == "returned" and not row.raised}
    return reasons.shown(item, but=above)


def _second_view(contact: Contact) -> list[dict[str, Any]]:
    if not any(one["may_confirm"] for one in awaiting_second_view(contact)):
        return []
    return [{"text": "Give my own view", "href": url_for("second_view.next", reference=contact.reference), "kind": ""}]


def _actions(contact: Contact, item: QueueItem | None) -> list[dict[str, Any]]:
    actions = _queue_actions(contact, item) if item and item.team_id in viewer().team_ids else []
    if item and viewer().may("queue.accept") and (done := undoing.what_may_be_undone(item)):
        undo_url = url_for("queues.undo", item_id=item.id)
        words = f"Take back {undoing.WORDS[done]}"
        actions.append({"text": words, "post": undo_url, "fields": {"version": item.version}})
    if viewer().may("callback.ring") and contact.received_at:
        calls_url = url_for("callbacks.of_contact", reference=contact.reference)
        actions.append({"text": "Calls promised", "href": calls_url, "kind": "quiet"})
    if viewer().may("queue.read"):
        briefing_url = url_for("record.briefing", reference=contact.reference)
        actions.append({"text": "Briefing", "href": briefing_url, "kind": "quiet"})
    if viewer().may("chronology.read") and contact.received_at:
        chronology_url = url_for("chronology_gate.page", reference=contact.reference)
        actions.append({"text": "Chronology", "href": chronology_url, "kind": "quiet"})
    return actions


def _queue_actions(contact: Contact, item: QueueItem) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = []
    mine = item.state == "accepted" and item.holder_id == viewer().user_id
    if item.state == "waiting" and viewer().may("queue.accept"):
        accept_url = url_for("queues.accept", item_id=item.id)
        actions.append({"text": "Accept", "post": accept_url, "fields": {"version": item.version}, "kind": ""})
    if mine and (decide_url := decide_url_of(contact)):
        actions.append({"text": "Decide", "href": decide_url, "kind": ""})
    if (mine or item.state == "waiting") and viewer().may("queue.return"):
        actions.append({"text": "Return", "href": url_for("queues.return_form", item_id=item.id)})
    if viewer().may("queue.route"):
        actions.append({"text": "Transfer", "href": url_for("queues.transfer_form", item_id=item.id)})
    if viewer().may("queue.allocate"):
        actions.append({"text": "Allocate", "href": url_for("queues.allocate_form", item_id=item.id)})
    return actions


def decide_url_of(contact: Contact) -> str:
    """Give the address at which the viewer decides the first child of a contact, or nothing."""
    if decider(stage_now(contact)) is None:
        return ""
    child = str(contact.children[0].id) if contact.children else "contact"
    return url_for("decisions.decide", reference=contact.reference, child=child)


def _threshold_kept(item: QueueItem | None) -> dict[str, Any] | None:
    """Give the viewer's own answer back to them while the item is theirs, with what may follow from it."""
    given = acceptance.answers_on(item.contact) if item and item.holder_id == viewer().user_id else []
    mine = next((one for one in given if item and one.view.queue_item_id == item.id), None)
    if item is None or mine is None or mine.view.user_id != viewer().user_id:
        return None
    follows = mine.view.answer == "wrong_team" and item.state == "accepted"
    places = (
        ("Return it", "queues.return_form", "queue.return"),
        ("Transfer it", "queues.transfer_form", "queue.route"),
    )
    return {
        "words": acceptance.ANSWER_WORDS[mine.view.answer],
        "at": mine.view.kept_at,
        "next": [(text, url_for(place, item_id=item.id)) for text, place, needed in places if viewer().may(needed)]
        if follows
        else [],
    }


def _threshold_views(contact: Contact) -> list[dict[str, Any]]:
    if not viewer().may("contact.read_rules"):
        return []
    return [
        {
            "words": acceptance.ANSWER_WORDS[given.view.answer],
            "by": f"{given.person.name}, {given.team.name}",
            "at": given.view.kept_at,
            "about": f"level {given.screening.level_at_least}, {given.screening.urgency_at_least}",
        }
        for given in acceptance.answers_on(contact)
    ]


def _views_on_the_call(contact: Contact) -> list[dict[str, Any]]:
    return [
        {
            "level": view.level,
            "urgency": view.urgency,
            "by": person.name,
            "at": view.kept_at,
            "score": view.score if view.score and "level" in view.score else None,
        }
        for view, person in queries.views_on_the_call(contact)
    ]


def _summary(contact: Contact) -> dict[str, Any]:
    names = queries.team_names()
    sent_back = returns.returns_of(contact) if viewer().may("queue.read") else []
    return {
        "narrative": contact.narrative or "Nothing was written down.",
        "put_off": _put_off(contact),
        "consultations": consulted.consultations(contact),
        "added": added.said_since(contact),
        "add_url": url_for("sending.add", reference=contact.reference) if viewer().user_id else None,
        "answers": asked.groups(contact, contact.children),
        "in_danger": in_danger.dangers(contact),
        "screening": telling.rules_output(newest_score_or_none(contact.id)),
        "own_view_first": queries.own_view_first(contact),
        "threshold_views": _threshold_views(contact),
        "views_on_the_call": _views_on_the_call(contact),
        "routing": [words.routing(routing, team, names) for routing, team in queries.routings_of(contact)],
        "returns": sent_back,
        "returns_words": returns.times_words(sent_back),
        "views": words.views(contact),
        "identity": words.identity(contact),
        "sharing": words.sharing(contact),
        **missing_pages.listed(contact),
        "letter": beside.letter(contact, current_app.extensions["front_door"].draft_key),
    }


def _put_off(contact: Contact) -> dict[str, Any] | None:
    said = put_off.said_of(contact.id)
    if said is None:
        return None
    told = {"reason": said.reason, "agreed": put_off.agreed(said), "written": put_off.written(said)}
    return told | {"standing": put_off.standing(said), "denied": said.confirms is False}


def _people(contact: Contact, *, revealed: bool = False) -> dict[str, Any]:
    at, protected = now(), people_protected(contact)
    withheld = set() if revealed else protected
    answered = asked.groups(contact, contact.children)
    of_child = {group["id"]: group["rows"] for group in answered}
    return {
        "people": [
            _said(person, at, withheld) | {"answers": of_child.get(person.id, [])}
            for person in (*contact.children, *contact.adults)
        ],
        "who": panel.of_contact(contact, (*contact.children, *contact.adults)),
        "revealed": revealed and bool(protected),
        "reasons": list(ADDRESS_REASONS.items()) if withheld and viewer().may("people.read") else [],
        "form": {"values": {}, "errors": {}},
        "of_household": [group for group in answered if group["id"] is None],
        "in_danger": in_danger.dangers(contact),
    }


def _said(person: Participation, at: datetime, withheld: set[UUID]) -> dict[str, Any]:
    told = telling.person(person, at) | {"id": person.id}
    if person.safe_contact and person.id not in withheld:
        told["facts"] = [*told["facts"], ("Reaching them safely", " ".join(safe_contact.words(person.safe_contact)))]
    return told | {"address": WITHHELD} if person.id in withheld else told


def _decision(contact: Contact) -> dict[str, Any]:
    item = queries.lead_of(contact)
    mine = item is not None and item.holder_id == viewer().user_id
    awaiting = awaiting_second_view(contact)
    return {
        "decisions": decisions_of(contact),
        "known_children": settled(contact),
        "awaiting": awaiting,
        "telephone_urls": by_telephone_pages.places(contact),
        "again_urls": again_pages.places(contact),
        "take_back_urls": taking_back_pages.places(contact),
        "second_url": url_for("second_view.next", reference=contact.reference) if awaiting else "",
        "decide_url": decide_url_of(contact) if mine and not awaiting else "",
        **follow_lines.for_record(contact),
        "handed_over": [
            _handed_over(delivery, child_name(contact, child)) for delivery, child in cases.of_contact(contact)
        ],
    }


def _handed_over(delivery: ReferralDelivery, child: str) -> dict[str, Any]:
    may_route = viewer().may("queue.route")
    may_say = delivery.state != "acknowledged" and not delivery.gave_way and may_route
    waits = delivery.gave_way and delivery.withdrawn_at is None
    return {
        "child": child,
        "gave_way": delivery.gave_way,
        "withdrawn_at": delivery.withdrawn_at,
        "withdrawal_problem": delivery.withdrawal_problem,
        "withdrawn_url": url_for("cases.withdrawn", referral_id=delivery.referral_id) if waits and may_route else "",
        "state": delivery.state,
        "case_reference": delivery.case_reference,
        "acknowledged_at": delivery.acknowledged_at,
        "due_at": delivery.due_at,
        "problem": delivery.problem,
        "url": url_for("cases.handed_over", referral_id=delivery.referral_id) if may_say else "",
    }


def _checks(contact: Contact) -> dict[str, Any]:
    if not viewer().may("contact.read_checks"):
        return {"checks": [], "asking": None, "checks_live_url": ""}
    return {
        "checks": checks_panel.shown(contact),
        "asking": checks_panel.asking_form(contact),
        "checks_live_url": url_for("checks.refreshed", reference=contact.reference),
    }


def _messages(contact: Contact) -> dict[str, Any]:
    return {"messages": [_message(contact, found) for found in queries.messages_of(contact)]}


def _message(contact: Contact, found: Any) -> dict[str, Any]:
    shown = words.message(found)
    unwritten = found.kind == "acknowledgement" and found.state == "pending" and found.written_by_id is None
    if unwritten and viewer().may("message.acknowledge"):
        shown |= {
            "post": url_for("messages.acknowledge", reference=contact.reference),
            "post_text": "Acknowledge in my name",
        }
    if found.state == "sent" and viewer().may("message.resend"):
        shown |= {
            "post": url_for("messages.came_back", message_id=found.id),
            "post_text": "It came back undelivered",
        }
    return shown


def _history(contact: Contact) -> dict[str, Any]:
    return {"events": history.events_of(contact, rescored.rescored(contact)), "told_of": escalation.of_contact(contact)}


PARTS = {
    "summary": _summary,
    "people": _people,
    "decision": _decision,
    "checks": _checks,
    "sharing": sharing.part,
    "messages": _messages,
    "history": _history,
}
