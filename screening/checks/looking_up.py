"""Asking our own records about somebody: in the draft already, again on receipt, and when it is said who they are.

What is known is asked for once. Somebody whose name, birth or home is said otherwise is somebody else: the old answer
is replaced by a new question, and kept.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from screening import tasks
from screening.checks.confirmed import records
from screening.db import db, new_id, now
from screening.models import BackgroundCheck, Participation
from screening.tasks import Promise

KIND = "own_records"
# Our own records answer within seconds; a check that has not after a minute shows as late.
DUE = timedelta(minutes=1)
# How long an answer is taken for what our records hold now. What failed is tried again sooner, and always on receipt.
GOOD_FOR, FAILED_FOR = timedelta(minutes=15), timedelta(minutes=1)
LOOKED_UP = ("information_found", "nothing_known")
SAID = (
    "role", "given_name", "family_name", "date_of_birth", "age_years_estimated", "expected_delivery_date", "sex",
    "address_line_1", "town", "postcode",
)  # fmt: skip


def about(person: Participation) -> str:
    """Give hashes of who somebody was said, and confirmed, to be: an answer counts only while they stay the same."""
    return abouts([person])[person.id]


def abouts(people: Sequence[Participation]) -> dict[UUID, str]:
    """Give `about` of several people, by the participation's id."""
    confirmed = records(people)
    return {person.id: f"{_said(person)}:{_hash(_ids(confirmed.get(person.id, [])))}" for person in people}


def is_about(check: BackgroundCheck, now_about: str) -> bool:
    """Say whether an answer is about somebody as they are said to be now; one from before hashes were kept is."""
    return check.about is None or check.about == now_about


def is_said_alike(check: BackgroundCheck, now_about: str) -> bool:
    """Say whether somebody is described as they were, whoever they were confirmed to be when it was answered."""
    return check.about is None or check.about.partition(":")[0] == now_about.partition(":")[0]


def _said(person: Participation) -> str:
    return _hash([str(getattr(person, name) or "") for name in SAID])


def _ids(confirmed: Iterable[UUID]) -> list[str]:
    return sorted(str(record_id) for record_id in confirmed)


def _hash(values: list[str]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def is_enough(person: Participation) -> bool:
    """Say whether somebody can be looked for while the caller talks: a name, and a birth, an age or a home."""
    birth = person.date_of_birth or person.age_years_estimated is not None or person.expected_delivery_date
    return bool(person.name_key and (birth or person.postcode or person.address_line_1))


def while_taking(people: Iterable[Participation]) -> list[Promise]:
    """Ask about those of a draft of whom enough is known; give what has to be promised."""
    return _asked([person for person in people if is_enough(person)], patience=FAILED_FOR)


def once_sent(people: Sequence[Participation]) -> list[Promise]:
    """Ask about everybody of a contact to which more was added since it was sent, a name alone too."""
    return _asked(people, patience=FAILED_FOR)


def on_receipt(people: Sequence[Participation]) -> list[Promise]:
    """Ask about everybody of a contact that is received, where the draft has no answer that still stands."""
    return _asked(people, patience=timedelta(0))


def for_the_first_time(people: Sequence[Participation]) -> list[Promise]:
    """Ask about everybody of a contact that came whole: nobody has asked before."""
    checks = [_question(person) for person in people]
    db.session.add_all(checks)
    return [_promised(check) for check in checks]


def ask_again(person: Participation, *, urgency: str = "amber") -> None:
    """Ask about one person anew, since it was said who they are, or that they are not: the old answer is kept."""
    give_up_answers([person.id])
    tasks.promise_all([replace(one, urgency=urgency) for one in for_the_first_time([person])])


def give_up_answers(people: Iterable[UUID]) -> None:
    """Let what was asked about these people count no longer; it stays on record."""
    standing = update(BackgroundCheck).where(
        BackgroundCheck.participation_id.in_(list(people)),
        BackgroundCheck.kind == KIND,
        BackgroundCheck.replaced_at.is_(None),
    )
    db.session.execute(standing.values(replaced_at=now()).execution_options(synchronize_session="fetch"))


def _asked(people: Sequence[Participation], patience: timedelta) -> list[Promise]:
    standing, now_about = _standing(people), abouts(people)
    to_ask = [person for person in people if not _stands(standing.get(person.id), now_about[person.id], patience)]
    if old := [person.id for person in to_ask if person.id in standing]:
        give_up_answers(old)
    waiting = [check for check in standing.values() if check.outcome is None]
    # A draft's question that still waits is promised again, as urgently as the contact turned out to be.
    again = [_promised(check, "received") for check in waiting] if not patience else []
    return again + for_the_first_time(to_ask)


def _standing(people: Sequence[Participation]) -> dict[UUID, BackgroundCheck]:
    question = select(BackgroundCheck).where(
        BackgroundCheck.participation_id.in_([person.id for person in people]),
        BackgroundCheck.kind == KIND,
        BackgroundCheck.replaced_at.is_(None),
    )
    found = db.session.scalars(question.execution_options(populate_existing=True))
    return {check.participation_id: check for check in found if check.participation_id}


def _stands(check: BackgroundCheck | None, now_about: str, patience: timedelta) -> bool:
    if check is None or check.answered_at is None:
        # One that waits looks up whoever the person is said to be when its turn comes.
        return check is not None
    good_for = GOOD_FOR if check.outcome in LOOKED_UP else patience
    return check.about == now_about and now() - check.answered_at < good_for


def _question(person: Participation) -> BackgroundCheck:
    at = now()
    return BackgroundCheck(
        id=new_id(),
        contact_id=person.contact_id,
        participation_id=person.id,
        kind=KIND,
        asked_at=at,
        due_at=at + DUE,
    )


def _promised(check: BackgroundCheck, *more: str) -> Promise:
    key = ":".join((str(check.id), *more))
    return Promise(kind=tasks.CHECK_OWN_RECORDS, key=key, contact_id=check.contact_id, subject_id=check.id)
