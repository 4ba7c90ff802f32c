"""Whatever hangs on a contact is kept apart by PostgreSQL: a new table that is not would let a synthetic one show."""

from sqlalchemy import text

from screening.db import Base, db
from screening.intake.synthetic import kept_apart

# A task says of itself which it is: whoever works it sees both.
SEEN_BY_BOTH = {"task"}


def hangs_on_a_contact():
    found, grew = {"contact"}, True
    while grew:
        more = {
            name
            for name, table in Base.metadata.tables.items()
            if name not in found and {key.column.table.name for key in table.foreign_keys} & found
        }
        grew, found = bool(more), found | more
    return found - SEEN_BY_BOTH


def test_every_table_that_hangs_on_a_contact_is_kept_apart(context):
    assert kept_apart() == hangs_on_a_contact()


def test_each_of_them_is_guarded_and_says_itself_what_it_holds(context):
    guarded = db.session.scalars(text("select relname from pg_class where relrowsecurity and relkind = 'r'"))
    defaults = db.session.scalars(
        text(
            "select table_name from information_schema.columns where column_name = 'synthetic' "
            "and column_default like '%frontdoor.synthetic%' and table_schema = 'public'"
        )
    )

    assert set(guarded) == kept_apart()
    assert set(defaults) == kept_apart() | SEEN_BY_BOTH
