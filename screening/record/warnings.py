"""What to beware of in a contact: alerts on its confirmed people, whom word must not reach, what the rules forbid."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from screening.access import viewer
from screening.db import db
from screening.models import Contact, DoNotAlert, Participation, Person, PersonAlert, Screening, User
from screening.people import links
from screening.people.alerts import KIND_WORDS
from screening.record import provenance, queries
from screening.record.provenance import Item, Source
from screening.sharing.marks import marks_about, organisation_words
from screening.wording import level_words, urgency_words

# Said whoever reads: to tell the wrong person cannot be put right afterwards.
DO_NOT_TELL = "do_not_alert_carer"
NOT_TOLD = "Do not tell parents or carers before a strategy discussion."
MARKED = "Word must not reach {} ({})."
ELSEWHERE = "Word of somebody here must not reach an organisation that is named on a record you may not open: {}"
ASK = "ask the duty manager before you tell anybody."
DANGERS = ("danger_to_workers", "danger_to_child")


def of_rules(screening: Screening | None) -> Iterator[Item]:
    """What the rules forbid to say; it shows also to who has not kept a view of their own."""
    if screening is not None and screening.output and DO_NOT_TELL in screening.output.get("must_do", []):
        yield Item(words=NOT_TOLD, source=provenance.rule(DO_NOT_TELL, screening), look="danger")


def of_the_call(contact: Contact) -> Iterator[Item]:
    """What whoever took the call thought of it, before the rules spoke to them: a person's word, and no proposal."""
    for view, person in queries.views_on_the_call(contact):
        words = f"{person.name}, who took the call, thought: {level_words(view.level)}. {urgency_words(view.urgency)}."
        look = "warning" if view.urgency == "red" else ""
        kept = Source(kind="contact", id=contact.reference, when=view.kept_at, by=person.name)
        yield Item(words=words, source=kept, look=look)


def of_people(contact: Contact, names: dict[UUID, str]) -> Iterator[Item]:
    """The alerts on people of the index who were confirmed to be in this contact, and the marks about them.

    `names` says what to call each person of the contact, by the participation's id.
    """
    for participation, ids in links.confirmed_records(list(names)).items():
        for alert in _alerts(ids):
            words = f"{KIND_WORDS[alert.kind]}, {names[participation]}: {alert.words}"
            source = provenance.alert(alert, _name(alert.made_by_id) or alert.source)
            yield Item(words=words, source=source, look="danger" if alert.kind in DANGERS else "warning")
    yield from _marks(contact, names)


def _alerts(person_ids: list[UUID]) -> list[PersonAlert]:
    # A select of alerts shows none on people of whom the viewer may not know.
    standing = select(PersonAlert).where(PersonAlert.person_id.in_(person_ids), PersonAlert.ended_at.is_(None))
    return sorted(db.session.scalars(standing), key=lambda alert: (alert.kind not in DANGERS, alert.made_at))


def _marks(contact: Contact, names: dict[UUID, str]) -> Iterator[Item]:
    hidden: DoNotAlert | None = None
    marks = marks_about(contact)
    known = _known(marks, names)
    for mark in marks:
        about = known.get(mark.person_id or mark.participation_id)
        if about is None:
            hidden = mark
            continue
        words = MARKED.format(organisation_words(mark), f"about {about}: {mark.why}")
        yield Item(words=words, source=provenance.mark(mark, _name(mark.made_by_id)), look="danger")
    if hidden is not None and viewer().may("contact.read_checks"):
        yield Item(
            words=ELSEWHERE.format(ASK), source=provenance.service("do_not_alert", hidden.made_at), look="danger"
        )


def _known(marks: list[DoNotAlert], names: dict[UUID, str]) -> dict[UUID | None, str]:
    """Name those whom the marks are about, as far as the viewer may know of the record that each stands on."""
    # Selects of people and of participations show none of whom the viewer may not know.
    elsewhere = select(Participation).where(Participation.id.in_({mark.participation_id for mark in marks}))
    found: dict[UUID | None, str] = {one.id: one.full_name for one in db.session.scalars(elsewhere)}
    records = links.confirmed_records(list(names))
    people = select(Person.id).where(Person.id.in_({mark.person_id for mark in marks}))
    may_know = set(db.session.scalars(people))
    found |= {one: names[id_] for id_, ids in records.items() for one in ids if one in may_know}
    return found | names


def _name(user_id: UUID | None) -> str:
    found = db.session.get(User, user_id) if user_id else None
    return found.name if found else ""
