"""What somebody who works with a person must know first. An alert is set with a day to look at it again, and ended."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.access import require, viewer
from screening.checks import said_who
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.models import Person, PersonAlert
from screening.people import queries
from screening.people.finding import households, index
from screening.wording import LONDON, moment

KIND_WORDS = {
    "danger_to_workers": "Danger to workers",
    "danger_to_child": "Danger to a child",
    "protected_address": "Protected address",
    "plan_elsewhere": "Plan with another authority",
    "health_risk": "Health risk",
    "other": "Other",
}
OURS = "this service"


def alerts_of(person_ids: Collection[UUID]) -> list[PersonAlert]:
    """List the alerts on the records that make up a person: those that count first, soonest review first."""
    question = select(PersonAlert).where(PersonAlert.person_id.in_(person_ids))
    return list(db.session.scalars(question.order_by(PersonAlert.ended_at.desc().nulls_first(), PersonAlert.review_on)))


def set_alert(person_id: UUID, *, kind: str, words: str, review_on: date) -> PersonAlert:
    """Set an alert on a person.

    Raises:
        NotFound: there is no such person that the viewer may know of.
        Conflict: the record was merged into another meanwhile.
        Invalid: the day of review is past.
    """
    require("people.write")
    person = queries.lock_one(person_id)
    if review_on <= now().astimezone(LONDON).date():
        raise Invalid("The alert was not set.", fields={"/review_on": ["Choose a day to come."]})
    alert = PersonAlert(
        person_id=person.id,
        kind=kind,
        words=words,
        source=OURS,
        review_on=review_on,
        made_by_id=viewer().user_id,
        made_at=now(),
    )
    db.session.add(alert)
    db.session.flush()
    _known_anew(person, alert)
    _audited(person, alert, "set")
    return alert


def end_alert(alert_id: UUID, *, because: str) -> PersonAlert:
    """End an alert, with the reason. It stays on the record.

    Raises:
        NotFound: there is no such alert on a person that the viewer may know of.
        Conflict: somebody ended it already.
    """
    require("people.write")
    locked = select(PersonAlert).where(PersonAlert.id == alert_id).with_for_update(of=PersonAlert)
    alert = db.session.scalar(locked.execution_options(populate_existing=True))
    if alert is None:
        raise NotFound("There is no such alert. Open the person again.")
    if alert.ended_at:
        who = queries.user_names([alert.ended_by_id])[alert.ended_by_id]
        raise Conflict(f"{who} ended this alert at {moment(alert.ended_at)}.")
    alert.ended_at, alert.ended_by_id, alert.ended_because = now(), viewer().user_id, because
    db.session.flush()
    person = queries.person_of(alert.person_id)
    _known_anew(person, alert)
    _audited(person, alert, "ended")
    return alert


def _known_anew(person: Person, alert: PersonAlert) -> None:
    """Have open contacts look at the person anew, and the person found as far as the alert lets them be."""
    said_who.records_changed([person.id])
    # With their addresses, or without them where the alert protects those.
    if alert.kind == "protected_address":
        index.put(person)
        households.promise_of(person.id)


def _audited(person: Person, alert: PersonAlert, what: str) -> None:
    detail = {"alert": str(alert.id), "kind": alert.kind, "what": what}
    audit.record("person.alert", subject=("person", person.id), detail=detail)
