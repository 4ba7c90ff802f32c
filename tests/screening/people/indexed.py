"""Makes people of the index, found as they are."""

from datetime import date

from screening.dates import span
from screening.db import db, now
from screening.models import Person, PersonAddress, PersonIdentifier, PersonName, PersonPhone, PersonReader, User
from screening.people.finding import index


def person(given="Catherine", family="Smith", *, born=None, homes=(), phones=(), also=(), nhs_number=None, **more):
    """Make one person and have them found. `homes`: addresses as dicts."""
    row = unindexed(given, family, born=born, homes=homes, phones=phones, also=also, nhs_number=nhs_number, **more)
    index.put(row)
    return row


def unindexed(given, family, *, born=None, homes=(), phones=(), also=(), nhs_number=None, **more):
    earliest, latest = span(born) if born else (None, None)
    row = Person(date_of_birth=born, born_earliest=earliest, born_latest=latest, made_at=now(), **more)
    names = [("given", given), ("family", family), *(("also_known_as", name) for name in also)]
    row.names = [PersonName(kind=kind, position=n, name=name) for n, (kind, name) in enumerate(names) if name]
    row.addresses = [PersonAddress(position=n, **home) for n, home in enumerate(homes)]
    row.phones = [PersonPhone(position=n, phone=phone) for n, phone in enumerate(phones)]
    if nhs_number:
        row.identifiers = [PersonIdentifier(position=0, scheme="nhs_number", value=nhs_number)]
    db.session.add(row)
    db.session.flush()
    return row


def home(line_1=None, postcode=None, *, until=None, protected=False):
    left = date.fromisoformat(until) if until else None
    return {"line_1": line_1, "postcode": postcode, "until": left, "protected": protected}


def name_reader(person, user_name):
    user = db.session.query(User).filter_by(user_name=user_name).one()
    db.session.add(PersonReader(person_id=person.id, user_id=user.id))
    db.session.flush()
