import hashlib

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from screening import audit
from screening.access import viewing, worker_viewer
from screening.config import DEVELOPMENT_SECRET
from screening.db import db, transaction

# The one that the template was seeded under.
KEY = DEVELOPMENT_SECRET
THIRD = "(select seq from audit order by seq offset 2 limit 1)"
TAMPERINGS = {
    "edited": f"update audit set action = 'contact.sent' where seq = {THIRD}",
    "edited in its detail": f"update audit set detail = '{{\"n\": 9}}' where seq = {THIRD}",
    "deleted": f"delete from audit where seq = {THIRD}",
    "deleted with its link": f"""with gone as (delete from audit where seq = {THIRD} returning seq)
        delete from audit_link where entry_seq in (select seq from gone)""",
    "inserted": """insert into audit (at, id, actor_kind, actor_id, action, detail, seal)
        values (now(), gen_random_uuid(), 'user', 'x', 'contact.read', '{}', decode(repeat('ab', 32), 'hex'))""",
    "put in another order": """update audit_link set entry_seq = case n when 2 then
        (select entry_seq from audit_link where n = 3) else (select entry_seq from audit_link where n = 2) end
        where n in (2, 3)""",
}


@pytest.fixture
def chain(own_app, postgres, own_database):
    """Five linked entries, and a way to tamper as somebody who owns the database."""
    owner = create_engine(postgres.url(own_database, "frontdoor_owner"))

    def tamper(sql):
        with owner.begin() as connection:
            connection.execute(text("alter table audit_link drop constraint uq_audit_link_entry_seq"))
            connection.execute(text(sql))

    with own_app.app_context(), viewing(worker_viewer("test")):
        with transaction():
            for n in range(5):
                audit.record("contact.read", detail={"n": n})
        with transaction():
            audit.link_pending(KEY)
        yield tamper
        db.session.remove()
    owner.dispose()


def test_an_untouched_chain_is_whole(chain):
    assert audit.verify(KEY).problem is None


@pytest.mark.parametrize("how", sorted(TAMPERINGS))
def test_an_entry_that_was_tampered_with_is_found(chain, how):
    chain(TAMPERINGS[how])

    assert audit.verify(KEY).problem


def test_an_entry_that_was_inserted_before_the_linker_ran_is_found(chain):
    chain(TAMPERINGS["inserted"])
    with transaction():
        audit.link_pending(KEY)

    assert "was inserted" in audit.verify(KEY).problem


def test_a_chain_cut_off_at_its_end_is_found_by_the_head_noted_outside(chain):
    with transaction():
        head = audit.verify(KEY).head
    chain(
        """with gone as (delete from audit_link where n = (select max(n) from audit_link) returning entry_seq)
        delete from audit where seq in (select entry_seq from gone)"""
    )

    assert audit.verify(KEY).problem is None
    assert audit.verify(KEY, expect_head=head).problem


def test_somebody_without_the_key_cannot_make_the_chain_again(chain):
    assert audit.verify("another key").problem


def test_a_late_commit_with_a_lower_number_is_linked_by_the_next_pass(own_app, chain):
    with own_app.app_context(), viewing(worker_viewer("slow")):
        slow = Session(db.engine)
        with slow.no_autoflush:
            audit.record("contact.read")
            entry = next(iter(db.session.new))
            db.session.expunge(entry)
            slow.add(entry)
            slow.flush()
        with transaction():
            audit.record("contact.read")
        with transaction():
            audit.link_pending(KEY)
        slow.commit()
        slow.close()
        with transaction():
            linked = audit.link_pending(KEY)

        assert (linked, audit.verify(KEY).problem) == (1, None)
        db.session.remove()


def test_the_role_of_the_app_cannot_change_an_entry(chain):
    assert not audit.role_may_change_audit()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction():
        db.session.execute(text("delete from audit"))


def test_an_action_that_is_not_on_the_list_is_refused(context):
    with pytest.raises(ValueError, match="not an audit action"):
        audit.record("something.else")


def test_an_entry_falls_with_the_transaction_it_speaks_of(chain):
    before = audit.verify(KEY)

    with pytest.raises(ZeroDivisionError):
        _record_and_fail()

    assert audit.verify(KEY) == before


def _record_and_fail():
    with transaction():
        audit.record("contact.read")
        _ = 1 // 0


def test_links_are_sha_256_under_a_key(chain):
    assert len(bytes.fromhex(audit.verify(KEY).head)) == hashlib.sha256().digest_size
