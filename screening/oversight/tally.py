"""The rows behind every number of the calibration page: one relation, so that a number and what it opens agree.

`tally` has a row for each thing that is counted: `what` it is, the contact, and as far as they apply its rule, team,
person, month of receipt and rules version. A number is a count of rows; what it opens is their contacts.

What is compared: a decision in force with what the screening that it stands on proposed for that very child; a rule
only where it *carried* that proposal: fired at the established level (above 1) or urgency (above green). A rule is
decided against only in what it carried; a decision that answers a level 4 or a red with less than social care counts as
lower for all that carried it. What could not be scored was proposed by no rule and is not counted, nor is a decision
that a second person has not confirmed. Restricted contacts are in no number: a number may not say that they exist.

What the rules said is read from `screening_finding`, not from the stored outputs: taking 17,000 of those apart took a
second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from screening.db import db


@dataclass(frozen=True, kw_only=True)
class Period:
    """Contacts first received from `since` up to, and without, `until`; of one team where `team_id` is given."""

    since: datetime
    until: datetime
    team_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Which:
    """The rows that one number counts. None where the number is over all."""

    what: str
    rule: str | None = None
    team_id: UUID | None = None
    user_id: UUID | None = None
    month: str | None = None


@dataclass(frozen=True)
class Count:
    """How many rows there are of one kind, by what they are grouped: exactly one of the four, or none."""

    what: str
    by: str
    key: str | None
    label: str | None
    rows: int


BY = {7: "rule", 11: "team", 13: "user", 14: "month"}


def counts(period: Period) -> list[Count]:
    """Count all rows by rule and version, by team, by person and by month, in one reading."""
    question = _tallied(
        "select what, grouping(rule, team_id, user_id, month) as by, rule, team_id, user_id, month, label,"
        " count(*) as n from tally group by grouping sets"
        " ((what, rule, label), (what, team_id, label), (what, user_id, label), (what, month, label))"
    )
    _give_room()
    return [_count(row) for row in db.session.execute(question, _bound(period))]


def contacts_behind(period: Period, which: Which) -> list[UUID]:
    """List the contacts that a number counts, each once."""
    question = _tallied(
        "select distinct contact_id from tally where what = :what"
        " and (cast(:rule as text) is null or rule = :rule)"
        " and (cast(:in_team as uuid) is null or team_id = :in_team)"
        " and (cast(:user as uuid) is null or user_id = :user)"
        " and (cast(:month as text) is null or month = :month)"
    )
    wanted = {"what": which.what, "rule": which.rule, "user": which.user_id, "month": which.month}
    _give_room()
    found: Iterable[Any] = db.session.scalars(question, _bound(period) | wanted | {"in_team": which.team_id})
    return list(found)


def _give_room() -> None:
    """Let this transaction's sorts stay in memory and its plan uncompiled: a third less time at 50,000 contacts."""
    db.session.execute(text("select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"))


def _bound(period: Period) -> dict[str, Any]:
    return {"since": period.since, "until": period.until, "team": period.team_id}


def _count(row: Any) -> Count:
    by = BY[row.by]
    key = {"rule": row.rule, "team": row.team_id, "user": row.user_id, "month": row.month}[by]
    return Count(row.what, by, None if key is None else str(key), row.label, row.n)


# Everything that is counted, as rows: what it is, of which contact, by which rule, team, person and month.
TALLIED = """
with counted as (
    select c.id as contact_id, to_char(c.first_received_at at time zone 'Europe/London', 'YYYY-MM') as month
    from contact c
    where c.received_at is not null and not c.restricted
      and c.first_received_at >= :since and c.first_received_at < :until
),
newest as (
    select distinct on (s.contact_id) s.contact_id, counted.month, s.id as screening_id
    from counted join screening s on s.contact_id = counted.contact_id
    where cast(:team as uuid) is null or exists (
        select from queue_item q where q.contact_id = counted.contact_id and q.leads and q.team_id = :team)
    order by s.contact_id, s.seq desc
),
made as (
    -- The team is that of the item which the decider held.
    select distinct on (d.id) d.id, d.contact_id, counted.month, coalesce(cast(d.child_id as text), '') as child,
           d.screening_id, d.level, array_position(array['green', 'amber', 'red'], d.urgency) as soon,
           d.against_proposal, d.decided_by_id as user_id, q.team_id
    from counted join decision d on d.contact_id = counted.contact_id
    left join queue_item q on q.contact_id = d.contact_id and q.leads and q.holder_id = d.decided_by_id
      and q.accepted_at <= d.decided_at
    where d.corrected_by_id is null and (not d.needs_second_person or d.confirmed_by_id is not null)
      and (cast(:team as uuid) is null or q.team_id = :team)
    order by d.id, q.accepted_at desc
),
answered as (
    select a.id, a.contact_id, counted.month, a.screening_id, a.team_id, a.user_id, a.answer
    from counted join acceptance_view a on a.contact_id = counted.contact_id
    where cast(:team as uuid) is null or a.team_id = :team
),
viewed as (
    select o.id, o.seq, o.contact_id, counted.month, coalesce(cast(o.child_id as text), '') as child, o.user_id,
           o.level, array_position(array['green', 'amber', 'red'], o.urgency) as soon, then_newest.screening_id
    from counted join own_view o on o.contact_id = counted.contact_id and o.stage <> 'call'
    left join lateral (
        select s.id as screening_id from screening s
        where s.contact_id = o.contact_id and s.screened_at <= o.kept_at order by s.seq desc limit 1
    ) then_newest on true
    where cast(:team as uuid) is null or exists (
        select from queue_item q where q.contact_id = o.contact_id and q.leads and q.team_id = :team
          and q.holder_id = o.user_id)
),
wanted as (
    select screening_id from newest union select screening_id from made
    union select screening_id from answered union select screening_id from viewed
),
said as (
    select f.*, array_position(array['green', 'amber', 'red'], f.urgency) as soon, s.ruleset,
           carries_level and f.level = s.level_at_least or carries_urgency and f.urgency = s.urgency_at_least as leads
    from wanted join screening_finding f on f.screening_id = wanted.screening_id
    join screening s on s.id = f.screening_id
),
fired as (
    select newest.contact_id, newest.month, said.rule, said.ruleset,
           bool_or(carries_level) as for_level, bool_or(carries_urgency) as for_urgency
    from newest join said on said.screening_id = newest.screening_id and said.rule is not null
    group by newest.contact_id, newest.month, said.rule, said.ruleset
),
decided as (
    select made.*, case
        when made.level < said.level or made.soon < said.soon or against_proposal then 'lower'
        when made.level > said.level or made.soon > said.soon then 'higher'
        else 'as_proposed' end as what
    from made join said on said.screening_id = made.screening_id and said.child in (made.child, '') and place = 1
),
rule_decided as (
    select made.contact_id, made.month, made.team_id, made.user_id, said.rule, case
        when (carries_level and made.level < said.level) or (carries_urgency and made.soon < said.soon)
          or (against_proposal and made.level >= said.level and made.soon >= said.soon) then 'rule_lower'
        when (carries_level and made.level > said.level) or (carries_urgency and made.soon > said.soon)
        then 'rule_higher' else 'rule_as_proposed' end as what
    from made join said on said.screening_id = made.screening_id and said.child in (made.child, '')
    where carries_level or carries_urgency
),
rule_answered as (
    select distinct answered.*, rule
    from answered join said on said.screening_id = answered.screening_id and leads
),
judges as (
    select *, row_number() over (partition by contact_id, child order by seq) as turn
    from (select distinct on (contact_id, child, user_id) * from viewed order by contact_id, child, user_id, seq) firsts
),
pairs as (
    select one.contact_id, one.month, one.level = two.level as same, abs(one.level - two.level) <= 1 as near,
           one.soon = two.soon as as_soon
    from judges one join judges two on two.contact_id = one.contact_id and two.child = one.child
    where one.turn = 1 and two.turn = 2
),
seconds as (
    select d.contact_id, counted.month, cast(d.second_view ->> 'level' as int) = d.level as same_level,
           d.confirmed_by_id is not null as agreed
    from counted join decision d on d.contact_id = counted.contact_id
    where d.second_view is not null and d.second_view ->> 'denied_at' is null
      and (cast(:team as uuid) is null or exists (
        select from queue_item q where q.contact_id = d.contact_id and q.leads and q.team_id = :team
          and q.holder_id = d.decided_by_id))
),
judged as (
    select viewed.*, case when viewed.level < said.level then 'own_lower'
        when viewed.level > said.level then 'own_higher' else 'own_same' end as what
    from viewed join said on said.screening_id = viewed.screening_id and said.child in (viewed.child, '') and place = 1
),
tally (what, contact_id, rule, team_id, user_id, month, label) as (
    select 'contact', contact_id, null, cast(null as uuid), cast(null as uuid), month, null from newest
    union all select 'version', contact_id, rule, null, null, month, ruleset from fired
    union all select 'fired', contact_id, rule, null, null, month, null from fired
    union all select 'carried_level', contact_id, rule, null, null, month, null from fired where for_level
    union all select 'carried_urgency', contact_id, rule, null, null, month, null from fired where for_urgency
    union all select what, contact_id, null, team_id, user_id, month, null from decided
    union all select what, contact_id, rule, team_id, user_id, month, null from rule_decided
    union all select answer, contact_id, null, team_id, user_id, month, null from answered
    union all select 'rule_' || answer, contact_id, rule, team_id, user_id, month, null from rule_answered
    union all select what, contact_id, null, null, user_id, month, null from judged
    union all select 'pair', contact_id, null, null, null, month, null from pairs
    union all select 'pair_same', contact_id, null, null, null, month, null from pairs where same
    union all select 'pair_near', contact_id, null, null, null, month, null from pairs where near
    union all select 'pair_as_soon', contact_id, null, null, null, month, null from pairs where as_soon
    union all select 'second', contact_id, null, null, null, month, null from seconds
    union all select 'second_level', contact_id, null, null, null, month, null from seconds where same_level
    union all select 'second_agreed', contact_id, null, null, null, month, null from seconds where agreed
)
"""


def _tallied(asked: str) -> TextClause:
    # Nothing in here comes from a request: what does is bound.
    return text(TALLIED + asked)
