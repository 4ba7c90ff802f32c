"""The decision form: what was typed, what is wrong, what is proposed once the decider's own view is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from screening import acceptance, codes
from screening.as_it_stands import AsItStands
from screening.chronology import gate
from screening.db import new_id, now
from screening.deciding import in_force, whom
from screening.decisions import queries, service
from screening.decisions.answers import EXPLORED, Answer, View
from screening.decisions.awaited.back import back
from screening.decisions.grounds import same_as_siblings
from screening.decisions.prompts import prompts_for
from screening.decisions.proposal import Proposal, proposal_for
from screening.decisions.reading import read
from screening.decisions.turns import lead_item, stage_of
from screening.decisions.unsent import Window
from screening.decisions.words import EXPLORED_WORDS, OUTCOME_HINTS, STAGE_WORDS, STOOD_WORDS
from screening.errors import Invalid
from screening.kept_back import KEPT_BACK, is_hidden, reasons_shown
from screening.leaving import may_leave
from screening.models import BackgroundCheck, Contact, Decision, Screening
from screening.models.decision import RATIONALE_PARTS

TOLD_PARTS = ("who", "when", "how", "unsafe_because")
SECOND = (
    "The rules propose level 4 or red, and this is lower. It takes effect once a second person, who has not seen your "
    "answer, decides the same."
)
Json = dict[str, Any]


@dataclass(frozen=True)
class Typed:
    """What stands in the form, and what is wrong with it.

    `changed` says that the contact is newer than the page; `began_at` when the viewer began what was kept for them.
    """

    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changed: str = ""
    began_at: datetime | None = None


def typed() -> Json:
    """Read the decision as typed, in the API's shape; what is not chosen is blank or 0."""
    form = request.form
    return {
        "outcome": form.get("outcome", ""),
        "level": _number("level"),
        "urgency": form.get("urgency", ""),
        "rationale": {part: _text(f"rationale.{part}") for part in RATIONALE_PARTS},
        "family_told": {part: _text(f"family_told.{part}") for part in TOLD_PARTS},
        "against_reason": _text("against_reason") or None,
        "acknowledged_missing": form.getlist("acknowledged_missing"),
        "explored": {part: form.get(f"explored.{part}", "") for part in EXPLORED},
        "confirmed_same": form.getlist("confirmed_same"),
        "for_referrer": _text("for_referrer") or None,
        "primary_need": form.get("primary_need"),
    }


def window() -> Window | None:
    """Read which window this was typed in, and when that was opened; None where the page did not say."""
    id_, opened_at = request.form.get("window", type=UUID), request.form.get("opened_at", type=datetime.fromisoformat)
    return Window(id_, opened_at) if id_ and opened_at and opened_at.tzinfo else None


def typed_view(prefix: str = "") -> View:
    """Read an outcome, level and urgency as typed."""
    urgency = request.form.get(f"{prefix}urgency", "")
    return View(outcome=request.form.get("outcome", ""), level=_number(f"{prefix}level"), urgency=urgency)


def errors_of(problem: Invalid) -> dict[str, str]:
    """Say what is wrong by the field in which it is put right."""
    found = {pointer.strip("/").replace("/", "."): " ".join(words) for pointer, words in problem.fields.items()}
    if "family_told" in found:
        found["family_told.who"] = found.pop("family_told")
    return found | ({"chronology": gate.SAID_BELOW} if "chronology" in found else {})


def copied(contact: Contact, stage: str, from_child: UUID | None) -> Json:
    """Give a sibling's decision to start from. The checks decided without are acknowledged for each child anew.

    What is judged of a child is never copied: outcome, level, urgency, and why lower.
    """
    decision = next((made for made in _decided(contact, stage) if made.child_id == from_child), None)
    if decision is None:
        return {}
    shown = {part: words for part, words in reasons_shown(decision).items() if words != KEPT_BACK}
    return {"rationale": shown, "family_told": decision.family_told}


def decide(contact: Contact, child_id: UUID | None, form: Typed) -> str:
    """Show the form: first the decider's own view alone, then, when it is kept, the proposal and the decision."""
    stage = stage_of(contact, child_id)
    view = service.own_view(contact, stage, child_id)
    screening = service.latest_screening(contact)
    return render_template(
        "decisions/decide.html",
        **read(contact, child_id),
        children=_tabs(contact, child_id, stage),
        stage_words=STAGE_WORDS[stage],
        form={"values": {**form.values, "threshold_view": _text("threshold_view")}, "errors": form.errors},
        threshold=_threshold(contact),
        changed=form.changed,
        began_at=form.began_at,
        window=Window(new_id(), now()),
        own_view={"level": view.level, "urgency": view.urgency} if view else None,
        proposal=_proposed(screening, child_id) if view else None,
        **_against(form, proposal_for(screening, child_id)),
        outcomes=outcomes(),
        back=back(contact, [child_id]),
        copied=_same(contact, child_id, stage, form),
        explored=list(EXPLORED_WORDS.items()),
        prompts=prompts_for(contact, child_id),
        **_referrer(contact),
        needs=codes.choices(codes.NEEDS) if stage == "contact" else [],
        missing=[(str(check.id), _missing_words(check, contact)) for check in service.missing_checks(contact)],
        siblings=_siblings(contact, child_id),
        version=contact.version,
        chronology=gate.on_closing(contact, child_id) if stage == "team" else None,
        now=now(),
        urls={
            "send": place(contact, child_id),
            **{name: place(contact, child_id, to=f"unsent.{name}") for name in ("keep", "begin_anew")},
            "token": url_for("sign_in.token"),
            "sign_in": url_for("sign_in.form"),
        },
    )


def _same(contact: Contact, child_id: UUID | None, stage: str, form: Typed) -> dict[str, str]:
    """Say of each part that is word for word a sibling's, whose it is."""
    rationale = form.values.get("rationale") or {}
    shown = Answer(child_id=child_id, outcome="", level=0, urgency="", rationale=rationale, family_told={})
    found = same_as_siblings(contact, stage, shown)
    return {part: queries.child_name(contact, made.child_id) for part, made in found.items()}


def _referrer(contact: Contact) -> Json:
    """Say whether the referrer may read why, or what they hear instead."""
    stands = AsItStands(contact)
    permission = may_leave(stands, "outcome")
    if permission.allowed and stands.is_from_professional:
        return {"told_why": True, "referrer_hears": ""}
    heard = "They are thanked, and told nothing of the family." if permission.allowed else permission.reason
    return {"told_why": False, "referrer_hears": heard}


def _threshold(contact: Contact) -> Json | None:
    item = lead_item(contact.id)
    return acceptance.question(item) if item is not None and acceptance.is_open(item) else None


def typed_acceptance() -> dict[str, str]:
    """Read who at another authority accepted, and when."""
    return {name: _text(name) for name in ("who", "when")}


def accepted_elsewhere(contact: Contact, errors: dict[str, str] | None = None) -> str:
    """Show the form that asks who at the other authority accepted."""
    return render_template(
        "decisions/accepted_elsewhere.html",
        contact={"reference": contact.reference, "href": url_for("record.page", reference=contact.reference)},
        form={"values": typed_acceptance(), "errors": errors or {}},
        urls={"send": url_for("decisions.accept_elsewhere", reference=contact.reference)},
    )


def outcomes() -> list[tuple[str, str, str]]:
    """List the outcomes as a form offers them."""
    return [(code, words, OUTCOME_HINTS[code]) for code, words in codes.OUTCOMES.items()]


def place(contact: Contact, child_id: UUID | None, *, to: str = "decisions.decide", **more: Any) -> str:
    """Tell the address at which a child of a contact is decided."""
    return url_for(to, reference=contact.reference, child=child_id or "contact", **more)


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text in ("1", "2", "3", "4") else 0


def _proposed(screening: Screening, child_id: UUID | None) -> Json | None:
    """Give what the rules say of this child; the household's where none is named, None where scoring failed."""
    if screening.output is None:
        return None
    own: Json = next((child for child in screening.output["children"] if child.get("id") == str(child_id)), {})
    return screening.output | own


def _against(form: Typed, proposal: Proposal) -> Json:
    values = form.values
    chosen = View(
        outcome=values.get("outcome") or "", level=values.get("level") or 0, urgency=values.get("urgency") or ""
    )
    lower = chosen.is_lower_than(proposal)
    asked = "against_reason" in form.errors or bool(form.values.get("against_reason"))
    # Asked on the form, not by a refusal: only what is green and of level 1 cannot be decided lower.
    may_be_lower = proposal.level > 1 or proposal.urgency != "green"
    return {
        "asks_why_lower": lower or asked or may_be_lower,
        "second_words": SECOND if lower and proposal.gravest else "",
    }


def _missing_words(check: BackgroundCheck, contact: Contact) -> str:
    about = next((person.full_name for person in contact.participations if person.id == check.participation_id), "")
    name = f"{codes.check_name(check.kind)}, about {about}" if about else codes.check_name(check.kind)
    why = STOOD_WORDS[check.outcome or "waiting"]
    return f"{name}: not checked, {why}" if check.outcome else f"{name}: {why}"


def _tabs(contact: Contact, current: UUID | None, stage: str) -> list[Json]:
    return [
        {
            "text": queries.child_name(contact, child_id),
            "href": place(contact, child_id),
            "current": child_id == current,
        }
        for child_id in whom(contact, stage)
    ]


def _decided(contact: Contact, stage: str) -> list[Decision]:
    return [decision for decision in in_force(contact.id) if decision.stage == stage and not is_hidden(decision)]


def _siblings(contact: Contact, child_id: UUID | None) -> list[Json]:
    return [
        {
            "name": queries.child_name(contact, decision.child_id),
            "href": place(contact, child_id, copy=decision.child_id),
        }
        for decision in _decided(contact, stage_of(contact, child_id))
        if decision.child_id != child_id
    ]
