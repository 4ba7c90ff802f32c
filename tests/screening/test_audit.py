import hashlib
from datetime import timedelta

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
    "inserted past the promise of a link": """with added as (insert into audit
        (at, id, actor_kind, actor_id, action, detail, seal) values
        (now(), gen_random_uuid(), 'user', 'x', 'contact.read', '{}', decode(repeat('ab', 32), 'hex')) returning seq)
        select from added; delete from audit_pending""",
    "inserted under a number that there is": f"""insert into audit
        (seq, at, id, actor_kind, actor_id, action, contact_id, subject_kind, subject_id, detail, seal)
        overriding system value select seq, at + interval '1 s', id, actor_kind, actor_id, action, contact_id,
        subject_kind, subject_id, detail, seal from audit where seq = {THIRD}; delete from audit_pending""",
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


def test_an_entry_that_was_deleted_before_it_had_a_link_is_found_by_its_promise(chain):
    with transaction():
        audit.record("contact.read", detail={"n": 9})
    chain("delete from audit where seq = (select max(seq) from audit)")
    with transaction():
        audit.link_pending(KEY)

    assert "was deleted before it had a link" in audit.verify(KEY).problem


def test_an_entry_whose_promise_of_a_link_was_deleted_is_found(chain):
    with transaction():
        audit.record("contact.read", detail={"n": 9})
    chain("delete from audit_pending")
    with transaction():
        audit.link_pending(KEY)

    assert "has no link and waits for none" in audit.verify(KEY).problem


def test_an_entry_that_was_edited_before_it_had_a_link_is_found(chain):
    with transaction():
        audit.record("contact.read", detail={"n": 9})
    chain("update audit set actor_id = 'y' where seq = (select max(seq) from audit)")
    with transaction():
        audit.link_pending(KEY)

    assert "does not carry the service's seal" in audit.verify(KEY).problem


def test_what_is_recorded_while_the_chain_is_read_is_no_tampering(chain):
    with transaction():
        audit.record("contact.read", detail={"n": 9})

    assert audit.verify(KEY).problem is None


def test_the_age_of_the_oldest_entry_that_waits_is_told(chain):
    assert audit.oldest_unlinked_age() is None

    with transaction():
        audit.record("contact.read", detail={"n": 9})

    assert audit.oldest_unlinked_age() >= timedelta()


def test_an_entry_from_months_before_the_newest_link_is_linked(own_app, chain):
    """A sample county's clock may be set back, and a ringer may have been away for long."""
    with transaction():
        db.session.execute(text("update county set clock_shift = interval '-400 days'"))
    with transaction():
        audit.record("contact.read", detail={"n": 9})
    with transaction():
        db.session.execute(text("update county set clock_shift = interval '0'"))
    with transaction():
        audit.record("contact.read", detail={"n": 10})

    with transaction():
        linked = audit.link_pending(KEY)

    assert (linked, audit.verify(KEY).problem, audit.oldest_unlinked_age()) == (2, None, None)


def test_a_chain_is_read_past_the_end_of_a_block(chain, monkeypatch):
    monkeypatch.setattr(audit, "BLOCK", 3)

    assert audit.verify(KEY).problem is None
    assert audit.verify(KEY).links > audit.BLOCK


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
