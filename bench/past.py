"""Fills a county with years of contacts that have ended, and with open work that stays the same. Set-based SQL.

Everything that the service itself leaves behind for a contact is there: people, score, check, routing, queue items,
tasks, and its audit entries with their links. Nothing ended today, so that the tabs show the same at every size.
"""

import psycopg

from bench.house import County

# About 175,000 a year, so that a million reach back six years.
MINUTES_APART = 3
OPEN_EACH = 150
# Ids in order, as a UUIDv7 is: the index grows at its end.
ID = "('%s-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
CONTACT, CHILD = ID % "00000001", ID % "00000002"
# Open work has numbers of its own, far from those of what ended, and is as old as the newest of it.
FIRST_OPEN = 10**9
AT = f"clock_timestamp() - interval '2 days' - (n %% {FIRST_OPEN}) * interval '{MINUTES_APART} minutes'"
# Each was screened first; one in four then went on to a district's team.
TEAM = "(select id from team where slug = '%s')"

CONTACTS = f"""
insert into contact (id, version, reference, state, first_received_at, received_at, decided_at, channel, contact_type,
                     narrative, answers, views, identity, information_sharing, restricted)
select {CONTACT}, 1, 'FD-' || n, %(state)s, {AT}, {AT}, case when %(state)s = 'closed' then {AT} end, 'phone',
       'request_for_service', repeat('What was said of a child at home. ', 12), '{{"injury_seen": "no"}}', '{{}}',
       '{{}}', '{{}}', false
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n
"""
PEOPLE = f"""
insert into participation (id, contact_id, position, role, given_name, family_name, name_key, born_earliest,
                           born_latest, postcode, answers)
select case role when 'child' then {CHILD} else uuidv7() end, {CONTACT}, 0, role, 'Given' || n %% 997, 'Family' || n,
       'given' || n %% 997 || ' family' || n, date '2010-01-01' + (n %% 5000)::int,
       date '2010-01-01' + (n %% 5000)::int, 'PO' || n %% 40 || ' ' || n %% 10 || 'AA', '{{}}'
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n, unnest(array['child', 'adult']) as role
"""
SCORES = f"""
insert into screening (id, contact_id, reason, ruleset, engine, facts, output, level_at_least, level_at_most,
                       urgency_at_least, urgency_at_most, hard_open, unscreened, screened_at)
select uuidv7(), {CONTACT}, 'sent', 'bench', '2', '{{}}',
       jsonb_build_object('findings', jsonb_build_array(), 'words', repeat('because ', 40)), 2, 3, 'green', 'amber',
       false, false, {AT}
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n
"""
CHECKS = f"""
insert into background_check (id, contact_id, participation_id, kind, asked_at, due_at, answered_at, outcome)
select uuidv7(), {CONTACT}, {CHILD}, 'own_records', {AT}, {AT}, {AT}, 'nothing_known'
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n
"""
ROUTINGS = f"""
insert into routing (id, contact_id, step, team_id, reasons, runners_up, alerted, needs_attention, routed_at)
select uuidv7(), {CONTACT}, 'received', {TEAM % "screening"}, '["It is screened."]', '[]', '[]', false, {AT}
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n
"""
ENDED_ITEMS = f"""
insert into queue_item (id, version, contact_id, team_id, step, leads, state, urgency, level, priority, why, queued_at,
                        due_at, accept_due_at, escalations, accepted_at, holder_id, ended_at, returns)
select uuidv7(), 2, {CONTACT}, team.id, 'received', true, 'done', 'green', 2, 5, 'It is screened.', {AT}, {AT}, {AT}, 0,
       {AT}, (select id from app_user where user_name = holder), {AT}, 0
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n,
       (values ('screening', 'sarah', 1), ('winchester', 'winnie', 4)) as place(slug, holder, one_in)
  join team using (slug)
 where n %% one_in = 0
"""
TASKS = f"""
insert into task (id, kind, queue, key, contact_id, priority, state, run_after, attempt, crashes, refusals, promised_at,
                  done_at)
select uuidv7(), kind, queue, kind || ':bench:' || n, {CONTACT}, 6, 'done', {AT}, 1, 0, 0, {AT}, {AT}
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n,
       (values ('route', 'urgent'), ('receipt', 'mail')) as promised(kind, queue)
"""
AUDIT = f"""
insert into audit (at, id, actor_kind, actor_id, action, contact_id, detail, seal)
select {AT}, uuidv7(), 'worker', 'urgent', action, {CONTACT}, '{{}}', ''::bytea
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n,
       unnest(array['contact.sent', 'contact.routed']) as action
"""
# In the shape of a chain: only `audit verify` reads whether seals and hashes are right, and nobody verifies this one.
LINKS = """
insert into audit_link (n, entry_seq, prev, hash)
select (select coalesce(max(n), 0) from audit_link) + row_number() over (order by seq), seq, ''::bytea, ''::bytea
  from audit join audit_pending using (seq)
"""
LINKED = "truncate audit_pending"
OPEN_ITEMS = f"""
insert into queue_item (id, version, contact_id, team_id, step, leads, state, urgency, level, priority, why, queued_at,
                        due_at, accept_due_at, escalations, accepted_at, holder_id, returns)
select uuidv7(), 1, {CONTACT}, team.id, 'received', true, state, 'amber', 3, 4, 'It is screened.', clock_timestamp(),
       clock_timestamp() + n * interval '1 minute', clock_timestamp() + interval '1 day', 0,
       case state when 'accepted' then clock_timestamp() end,
       case state when 'accepted' then (select id from app_user where user_name = holder) end, 0
  from generate_series(%(last)s::bigint, %(first)s::bigint, -1) as n,
       (values (0, 'screening', 'waiting', 'sarah'), (1, 'screening', 'accepted', 'sarah'),
               (2, 'winchester', 'waiting', 'winnie'), (3, 'winchester', 'accepted', 'winnie')
       ) as place(turn, slug, state, holder)
  join team using (slug)
 where n %% 4 = turn
"""
OF_EACH = (CONTACTS, PEOPLE, SCORES, CHECKS, ROUTINGS, TASKS, AUDIT)
STEP = 100_000


def fill(county: County, count: int) -> None:
    """Add so many ended contacts."""
    with county.connect() as database:
        # The oldest first, as they came: what is numbered in order of writing is then in order of time.
        for start in reversed(range(1, count + 1, STEP)):
            _add(database, (*OF_EACH, ENDED_ITEMS), start, min(start + STEP - 1, count), "closed")
        database.execute(LINKS)
        database.execute(LINKED)


def fill_open_work(county: County) -> None:
    """Add open contacts, waiting and accepted in two teams, and have PostgreSQL look at what it now holds."""
    last = FIRST_OPEN + 4 * OPEN_EACH - 1
    with county.connect() as database:
        _add(database, (*OF_EACH, OPEN_ITEMS), FIRST_OPEN, last, "received")
        database.execute(LINKS)
        database.execute(LINKED)
        database.execute("vacuum (analyze)")


def _add(
    database: "psycopg.Connection[tuple[object, ...]]", what: tuple[str, ...], first: int, last: int, state: str
) -> None:
    for statement in what:
        database.execute(statement, {"first": first, "last": last, "state": state})
