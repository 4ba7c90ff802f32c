"""What a handler is told of the people of a call that goes on: whether they are known, and open to whom. No more."""

from uuid import UUID

from sqlalchemy import select

from screening.checks import looking_up, queries
from screening.checks.queries import ShownCheck
from screening.db import Json, db
from screening.models import BackgroundCheck, Contact, Participation
from screening.people import involved, links

TOO_LITTLE = "Not checked yet: ask for a name, and a birth, an age or a home."
WAITING = "Not checked yet: being looked up."
FAILED = "Not checked: it failed. It is tried again when this is sent."
NOTHING = "Nothing known."
CASES_NOT_CHECKED = "Open cases were not checked."
NO_CONTACT = f"No earlier contact. {CASES_NOT_CHECKED}"
KNOWN = "Known."
MAY_BE_KNOWN = "May be known: a social worker says who this is."


def of_call(contact: Contact) -> list[Json]:
    """Give each person of a call with the state of their check: `name`, `state` and `words`.

    `state` is known, may_be_known, nothing, waiting or not_checked.
    """
    shown = {check.participation_id: check for check in queries.told_while_taking(contact) if _is_own(check)}
    current = _about_who_is_said_now(contact)
    people = [person for person in contact.participations if person.name_key or person.id in shown]
    said = links.current([person.id for person in people])
    return [
        {"name": person.full_name, **_as_said(_state(person, shown, current), said.get(person.id, []))}
        for person in people
    ]


def _as_said(told: Json, said: list[links.Current]) -> Json:
    """Say of whom somebody proposed that they may be known, whatever the check has come to by now."""
    answers = {one.link.answer for one in said}
    if told["state"] in ("known", "may_be_known") or not answers & {"confirmed", "proposed", "not_sure"}:
        return told
    state, words = ("known", KNOWN) if "confirmed" in answers else ("may_be_known", MAY_BE_KNOWN)
    return _told(state, f"{words} {told['words'].removeprefix(NOTHING).strip()}".strip())


def _is_own(check: ShownCheck) -> bool:
    return check.kind == looking_up.KIND


def _about_who_is_said_now(contact: Contact) -> set[UUID]:
    """Give the ids of the checks whose answer is about somebody as they are said to be now."""
    now_about = looking_up.abouts(contact.participations)
    question = select(BackgroundCheck).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.replaced_at.is_(None)
    )
    return {
        check.id
        for check in db.session.scalars(question)
        if check.participation_id in now_about and looking_up.is_about(check, now_about[check.participation_id])
    }


def _state(person: Participation, shown: dict[UUID | None, ShownCheck], current: set[UUID]) -> Json:
    check = shown.get(person.id)
    if check is None:
        return _told(
            "waiting" if looking_up.is_enough(person) else "not_checked",
            WAITING if looking_up.is_enough(person) else TOO_LITTLE,
        )
    if check.outcome is None or check.id not in current:
        return _told("waiting", WAITING)
    if check.outcome == "information_found":
        return _known(check.found or {}, check.problem)
    if check.outcome == "nothing_known":
        return (
            _told("nothing", NOTHING) if not check.problem else _told("not_checked", f"{NOTHING} {CASES_NOT_CHECKED}")
        )
    return _told("not_checked", TOO_LITTLE if check.outcome == "not_asked" else FAILED)


def _known(found: Json, problem: str | None) -> Json:
    cases = [case for case in found.get("open_cases", []) if not case["ended_on"]]
    sure = [case for case in cases if case["sure"]]
    more = f" {CASES_NOT_CHECKED}" if problem or not all(case["checked"] for case in cases) else ""
    if checked := {case["team"] for case in sure if case["checked"] and not case.get("untold_since")}:
        return _told("known", involved.open_to_words(checked) + more)
    if found.get("sure") or sure:
        return _told("known", KNOWN + more)
    return _told("may_be_known", MAY_BE_KNOWN + more)


def _told(state: str, words: str) -> Json:
    return {"state": state, "words": words}
