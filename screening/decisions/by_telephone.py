"""At night the second person is the manager on call, by telephone: name, time and words kept, countersigned later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from routing_rules import clocks
from screening import audit, tasks
from screening.access import require, viewer
from screening.db import db, now
from screening.decisions import after, denied, second_person
from screening.decisions.answers import View
from screening.decisions.turns import lock
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.escalation import people
from screening.models import Contact, Decision, TelephoneAgreement, User
from screening.rota import queries as rota
from screening.wording import moment

OLDEST_CALL = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Call:
    """What the manager said: their own view, before they heard the first one, and their words."""

    manager_id: UUID | None
    rung_at: datetime
    said: str
    view: View


def keep(*, decision: Decision, call: Call) -> TelephoneAgreement:
    """Keep a manager's view by telephone; where the two agree, the decision stands, and they countersign it.

    Raises:
        NotAllowed: the viewer did not make the decision, or offices are open: then the second person looks themselves.
        Conflict: no second view is wanted any more.
        Invalid: what was said, when or by whom is missing or cannot be.
    """
    contact = lock(decision.contact_id)
    db.session.refresh(decision)
    refuse(decision)
    manager = db.session.get(User, call.manager_id) if call.manager_id else None
    wrong = _wrong(call, manager, contact)
    if wrong or manager is None:
        raise Invalid("The call is not complete yet.", fields=wrong)
    agrees = _keep_view(decision, call.view, manager)
    kept = _put_on_file(decision, call, manager)
    detail = {"agrees": agrees, "manager": str(manager.id), "on_rota": kept.on_rota}
    audit.record(
        "decision.agreed_by_telephone", contact_id=contact.id, subject=("decision", decision.id), detail=detail
    )
    _promise(kept, kept.due_at)
    after.follow(contact, decision.stage)
    second_person.show(contact)
    return kept


def _keep_view(decision: Decision, view: View, manager: User) -> bool:
    """Keep it as the second view of a decision, which stands where the two agree; say whether they do."""
    agrees = (view.outcome, view.level, view.urgency) == (decision.outcome, decision.level, decision.urgency)
    decision.second_view = {
        "outcome": view.outcome, "level": view.level, "urgency": view.urgency,
        "by": str(manager.id), "at": now().isoformat(), "by_telephone": True,
    }  # fmt: skip
    if agrees:
        decision.confirmed_by, decision.confirmed_at = manager, now()
    return agrees


def _put_on_file(decision: Decision, call: Call, manager: User) -> TelephoneAgreement:
    kept = TelephoneAgreement(
        decision_id=decision.id,
        contact_id=decision.contact_id,
        manager_id=manager.id,
        on_rota=rota.on_call_manager(call.rung_at) == manager,
        rung_at=call.rung_at,
        said=call.said.strip(),
        kept_by_id=viewer().user_id,
        kept_at=now(),
        due_at=clocks.deadline("countersigned_within", now()),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def refuse(decision: Decision) -> None:
    """Let whoever decided write down a call, at night, while a second view is wanted.

    Raises:
        NotAllowed, Conflict: as for `keep`.
    """
    if not decision.awaits_second_view:
        raise Conflict("No second view is wanted on this any more. Open the contact to see what was decided.")
    if viewer().user_id != decision.decided_by_id:
        raise NotAllowed("Whoever decided this rings the manager on call, and writes it down.")
    if not clocks.is_out_of_hours(now()):
        raise NotAllowed("Offices are open: a second person looks at this themselves. Ask the duty manager.")


def waiting() -> list[TelephoneAgreement]:
    """List what the viewer agreed to by telephone and has not countersigned, next to be late first."""
    mine = (TelephoneAgreement.manager_id == viewer().user_id, TelephoneAgreement.countersigned_at.is_(None))
    return list(db.session.scalars(select(TelephoneAgreement).where(*mine).order_by(TelephoneAgreement.due_at)))


def waiting_for_viewer() -> int:
    """Count them."""
    mine = (TelephoneAgreement.manager_id == viewer().user_id, TelephoneAgreement.countersigned_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(TelephoneAgreement).where(*mine)) or 0


def countersign(agreement_id: UUID, *, confirms: bool, note: str = "") -> TelephoneAgreement:
    """Keep whether the manager says now what was written down. What is denied is not in effect, and decided again.

    Raises:
        NotAllowed, NotFound: the viewer is not that manager.
        Conflict: it is countersigned already.
        Invalid: a denial says nothing.
    """
    require("decision.confirm")
    question = select(TelephoneAgreement).where(TelephoneAgreement.id == agreement_id).with_for_update()
    found = db.session.scalar(question.execution_options(populate_existing=True))
    if found is None or found.manager_id != viewer().user_id:
        raise NotFound("There is nothing of yours to countersign here. Go back to the list.")
    if found.countersigned_at is not None:
        raise Conflict(f"You countersigned this at {moment(found.countersigned_at)}.")
    if not confirms and not note.strip():
        raise Invalid("Not kept.", fields={"/note": ["Say what you said, or would have."]})
    found.countersigned_at, found.confirms, found.note = now(), confirms, note.strip() or None
    db.session.flush()
    detail = {"confirms": confirms}
    subject = ("decision", found.decision_id)
    audit.record("decision.countersigned", contact_id=found.contact_id, subject=subject, detail=detail)
    if not confirms:
        denied.undo(found)
        _promise(found, now())
    return found


def is_denied(agreement_id: UUID) -> bool:
    """Say whether the manager who was named denies a call."""
    found = db.session.get(TelephoneAgreement, agreement_id, populate_existing=True)
    return found is not None and found.confirms is False


def raise_late(agreement_id: UUID) -> tuple[UUID, str] | None:
    """Say what a person has to be told of a call: denied, or not countersigned in time; None where all is well."""
    found = db.session.get(TelephoneAgreement, agreement_id, with_for_update=True, populate_existing=True)
    if found is None or found.confirms:
        return None
    if found.confirms is False:
        return found.contact_id, denied.words(found)
    found.escalations += 1
    db.session.flush()
    subject, detail = ("decision", found.decision_id), {"times": found.escalations}
    audit.record("decision.countersign_late", contact_id=found.contact_id, subject=subject, detail=detail)
    _promise(found, clocks.deadline("countersigned_within", now()))
    words = f"{found.manager.name} has not countersigned what was agreed by telephone, due {moment(found.due_at)}."
    return found.contact_id, words


def _promise(kept: TelephoneAgreement, at: datetime) -> None:
    step = "denied" if kept.confirms is False else str(kept.escalations)
    tasks.promise(
        tasks.COUNTERSIGN,
        f"{kept.id}:{step}",
        contact_id=kept.contact_id,
        subject_id=kept.id,
        urgency="red" if step == "denied" else "amber",
        run_after=at,
    )


def _wrong(call: Call, manager: User | None, contact: Contact) -> dict[str, list[str]]:
    wrong = call.view.problems()
    if manager is None or not rota.MAY_BE_ON_CALL & set(manager.roles) or manager.disabled_at:
        wrong["/manager"] = ["Choose the manager whom you rang."]
    elif manager.id == viewer().user_id:
        wrong["/manager"] = ["A second person is somebody else. Ring another manager."]
    elif not people.may_be_told(manager, contact):
        wrong["/manager"] = [f"{manager.name} may not be told of this contact. Ring a manager who is in the list."]
    if not call.said.strip():
        wrong["/said"] = ["Write what the manager said."]
    if not now() - OLDEST_CALL <= call.rung_at <= now() + timedelta(minutes=1):
        wrong["/rung_at"] = ["Give the time of the call, within the last day."]
    return wrong
