"""The sample county's invented families, with their history and today's work: seeded once, after the county itself."""

from datetime import datetime

from sqlalchemy import func, select, update

from screening import audit
from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import Contact, County, Involvement, InvolvementList
from screening.sample import decisions, family_files, history, stories, today
from screening.sample.involvements import SOURCE, involvements
from screening.sample.people import SamplePeople

# Who confirmed, in the sample's past, who everybody is: the social worker who reads contacts first.
LINKS = "sarah"


def seed_sample_families() -> bool:
    """Seed the sample county's invented families where there is no contact yet; say whether it was done now."""
    with transaction(), viewing(worker_viewer("seed")):
        # Locked, so that two starts at once cannot both find the county empty.
        county = db.session.get(County, 1, with_for_update=True)
        if county is None or not county.sample or db.session.scalar(select(Contact.id).limit(1)):
            return False
        at, people = now(), decisions.cast()
        families = family_files.families()
        db.session.add_all(involvements(families, people.teams.values(), at))
        _note_list(at)
        indexed = SamplePeople(at)
        indexed.add(family for family in families if not family_files.is_new_today(family))
        told = stories.stories(families, at)
        for story in told:
            contact, screening = history.take(story, people)
            if story.is_live:
                today.put_in_queue(story, contact, screening, people, at)
            else:
                indexed.link(story, contact, people.users[LINKS])
                history.finish(story, contact, screening, people, at)
        audit.record("county.seeded", detail={"families": len(families), "contacts": len(told)})
    return True


def tell_involvements_again() -> None:
    """Have the sample's case system tell its list anew, as a real one does daily: an old list counts as not checked."""
    with transaction():
        at = now()
        told = update(Involvement).where(Involvement.source == SOURCE).values(as_at=at).returning(Involvement.id)
        if db.session.execute(told).first() is not None:
            _note_list(at)


def _note_list(at: datetime) -> None:
    count = select(func.count()).where(Involvement.source == SOURCE)
    kept = {"rows_kept": db.session.scalar(count) or 0, "rows_refused": 0, "rows_untold": 0}
    db.session.add(InvolvementList(source=SOURCE, as_at=at, whole=True, read_at=at, **kept))
