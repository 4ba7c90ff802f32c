"""What a partner may answer, the same by program, by form and by telephone: judged here, and kept as it was said.

A fact is set only where the partner stated it, only for a question that is agreed with them, and only as yes or no:
what they do not say stays unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from routing_rules import clocks
from screening import tasks
from screening.checks import service
from screening.codes import PARTNER_ANSWERS
from screening.db import Json, db
from screening.fields import NOT_WORDS, says_something
from screening.models import BackgroundCheck, Contact, Partner
from screening.scoring import service as scoring

LONGEST_WORDS, LONGEST_LINE = 20_000, 200
KEYS = {"outcome", "words", "facts", "answered_by", "as_at"}
FOUND = "information_found"
Problems = dict[str, list[str]]
REFUSED = "They cannot say. Ask them why, and what else would help."
NOT_AGREED = "They also stated {count} more than is agreed with them. Ring them: it was not kept."


class Garbled(Exception):
    """An answer that cannot be read. `fields`: JSON pointer → messages, none of which repeats what was sent."""

    def __init__(self, fields: Problems) -> None:
        super().__init__("The answer cannot be read.")
        self.fields = fields


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer. `outcome` is a key of PARTNER_ANSWERS; `facts` are yes or no by the id of the rules' question."""

    outcome: str
    words: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    answered_by: str = ""
    as_at: str | None = None
    left_out: int = 0

    @property
    def found(self) -> Json | None:
        """What a check keeps of it, or None where nothing was found."""
        if self.outcome != "information_found":
            return None
        return {"words": self.words, "stated": dict(self.facts), "as_at": self.as_at}


def read(body: Any, partner: Partner) -> Answer:
    """Judge an answer as it came.

    Raises:
        Garbled: it is not one; each part that is wrong, by its pointer.
    """
    if not isinstance(body, dict):
        raise Garbled({"": ["Send an object."]})
    facts = {} if body.get("facts") is None else body["facts"]
    if wrong := _wrong(body, facts):
        raise Garbled(wrong)
    agreed = {name: said for name, said in facts.items() if name in partner.answers and said != "unknown"}
    return Answer(
        outcome=body["outcome"],
        words=(body.get("words") or "").strip(),
        facts=agreed,
        answered_by=(body.get("answered_by") or "").strip(),
        as_at=body.get("as_at") or None,
        left_out=len(set(facts) - set(partner.answers)),
    )


def words_of(body: Mapping[str, Any]) -> Answer | None:
    """Give what somebody wrote, though the rest cannot be read; None where that is nothing that can be kept."""
    words = body.get("words")
    if not isinstance(words, str) or not says_something(words) or _wrong({"outcome": FOUND, "words": words}, {}):
        return None
    return Answer(outcome=FOUND, words=words.strip())


def _in_words(answer: Answer, check: BackgroundCheck) -> Json | None:
    """Add how each question was put: it is read as it was answered, whatever the rules become."""
    if answer.found is None or not answer.facts:
        return answer.found
    contact = db.session.get_one(Contact, check.contact_id)
    rules = scoring.rules_or_none(clocks.london_date(contact.first_received_at))
    known = rules.fields if rules else {}
    asked = {name: known[name].words for name in answer.facts if name in known}
    return answer.found | {"questions": asked}


def _wrong(body: Mapping[str, Any], facts: Any) -> Problems:
    wrong: Problems = {f"/{name}": ["This is no part of an answer."] for name in set(body) - KEYS}
    if body.get("outcome") not in PARTNER_ANSWERS:
        wrong["/outcome"] = ["Choose whether information was found, nothing is known, or it cannot be said."]
    for name, longest in (("words", LONGEST_WORDS), ("answered_by", LONGEST_LINE)):
        said = body.get(name) or ""
        if not isinstance(said, str) or len(said) > longest or NOT_WORDS.search(said):
            wrong[f"/{name}"] = [f"Write {longest:,} characters of text or fewer."]
    if not isinstance(facts, dict) or not all(said in ("yes", "no", "unknown") for said in facts.values()):
        wrong["/facts"] = ["Answer each question with yes, no or unknown."]
    if not _is_day(body.get("as_at")):
        wrong["/as_at"] = ["Write a day as 2026-11-23."]
    return wrong or _contradictions(body, facts)


def _contradictions(body: Mapping[str, Any], facts: Mapping[str, str]) -> Problems:
    stated = says_something(body.get("words") or "") or any(said != "unknown" for said in facts.values())
    if body["outcome"] == "information_found" and not stated:
        return {"/words": ["Write what is known, or answer a question."]}
    if body["outcome"] == "nothing_known" and any(said == "yes" for said in facts.values()):
        return {"/outcome": ["Something is known, as a question is answered with yes. Choose information found."]}
    return {}


def _is_day(said: Any) -> bool:
    if said in (None, ""):
        return True
    try:
        return isinstance(said, str) and len(said) == len("2026-11-23") and bool(date.fromisoformat(said))
    except ValueError:
        return False


def keep(check: BackgroundCheck, answer: Answer, *, by: UUID | None = None) -> bool:
    """Write an answer down and promise what follows from it; False where the check was answered before.

    `by` is who of ours wrote it down, where the partner told them by telephone.
    """
    outcome = "refused" if answer.outcome == "cannot_say" else answer.outcome
    problem = REFUSED if outcome == "refused" else None
    if answer.left_out:
        problem = NOT_AGREED.format(count=answer.left_out)
    # A refusal has nothing found; its words say why.
    if outcome == "refused" and answer.words:
        problem = answer.words
    if not service.answer(check, outcome, found=_in_words(answer, check), problem=problem):
        return False
    check.answered_by, check.kept_by_id, check.calling_until = answer.answered_by or None, by, None
    more = {"contact_id": check.contact_id, "subject_id": check.id, "urgency": "red"}
    tasks.promise(tasks.AFTER_ANSWER, str(check.id), **more)
    return True
