"""Makes a child of the contact of somebody known: of a record, of who was given as an adult, or of a baby to come."""

from collections.abc import Sequence

from routing_rules import clocks
from screening.db import db, new_id, now
from screening.decisions.children.expected import Expected
from screening.decisions.children.finding import Who
from screening.models import Contact, Participation, Person
from screening.names import name_key
from screening.people import links
from screening.people.links import Shown
from screening.said import dates_said

WHOLE_DAY = len("2027-03-14")


def include(contact: Contact, who: Who, due: str = "") -> Participation:
    """Make a child of the contact of somebody known. What nobody said of them in this contact stays not known.

    Args:
        contact: the contact.
        who: their record, who was given as an adult, or a baby to come.
        due: when the baby is due, as it was said: `March`, `14/5`; empty where nobody knows it.
    """
    child = Participation(
        id=new_id(),
        contact_id=contact.id,
        role="child",
        position=1 + max((child.position for child in contact.children), default=-1),
        **_values(who, due),
    )
    db.session.add(child)
    db.session.flush()
    db.session.expire(contact, ["participations"])
    if isinstance(who, Person):
        links.answer(child, who, "confirmed", Shown())
    elif isinstance(who, Participation):
        _confirm_as(who, child)
    return child


def _confirm_as(given: Participation, child: Participation) -> None:
    confirmed = links.confirmed_of(links.current([given.id]).get(given.id, []))
    person = db.session.get(Person, confirmed.kept_id) if confirmed else None
    if person is not None:
        links.answer(child, person, "confirmed", Shown())


def _values(who: Who, due: str) -> dict[str, object]:
    if isinstance(who, Expected):
        return _as_expected(due)
    return _as_given(who) if isinstance(who, Participation) else _as_recorded(who)


def _as_expected(due: str) -> dict[str, object]:
    on = due_on(due)
    # The sex of a baby to come is U (children in need census).
    if not on:
        return {"sex": "U", "not_known": {"expected_delivery_date": "unknown"}}
    in_part = None if len(on) == WHOLE_DAY else on
    return {"sex": "U", "expected_delivery_date": dates_said.middle(on), "due_in_part": in_part}


def due_on(said: str) -> str | None:
    """Read a due date as it was said: a day or a month in which a pregnancy can end; None where it is none."""
    today = clocks.london_date(now())
    read = dates_said.due(said, today)
    readable = dates_said.WHOLE_OR_MONTH.fullmatch(read)
    return read if readable and dates_said.can_end(read, today) else None


def _as_recorded(person: Person) -> dict[str, object]:
    given, family = " ".join(person.named("given")), " ".join(person.named("family"))
    same: Sequence[str] = ("sex", "date_of_birth", "born_earliest", "born_latest", "age_years_estimated", "age_as_of")
    due = {"expected_delivery_date": person.expected_delivery_date} if person.is_unborn else {}
    return {
        # Their home is not written down here: who may see a contact may not be one who may see where they live.
        **{name: getattr(person, name) for name in same},
        **due,
        "given_name": given or None,
        "family_name": family or None,
        "name_key": name_key(given, family),
    }


def _as_given(adult: Participation) -> dict[str, object]:
    same = ("given_name", "family_name", "name_key", "sex", "date_of_birth", "born_earliest", "born_latest")
    more = ("age_years_estimated", "age_as_of", "language", "interpreter", "communication")
    return {name: getattr(adult, name) for name in (*same, *more)}
