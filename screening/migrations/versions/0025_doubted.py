"""What a call handler says of a candidate whom they do not think it is.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BEFORE = "'proposed', 'confirmed', 'refused', 'not_sure'"
AFTER = "'proposed', 'doubted', 'confirmed', 'refused', 'not_sure'"


def upgrade():
    _answers_are(AFTER)


def downgrade():
    op.execute("delete from person_link where answer = 'doubted'")
    _answers_are(BEFORE)


def _answers_are(answers):
    op.execute("set local lock_timeout = '2s'")
    op.drop_constraint(op.f("ck_person_link_answer_is_known"), "person_link")
    # No row is looked at under this lock: 0034 does that.
    op.execute(
        "alter table person_link add constraint ck_person_link_answer_is_known "
        f"check (answer in ({answers})) not valid"
    )
