"""Writes the rota: a shift, its end, a whole week again. Refuses what overlaps. The caller opens the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from routing_rules import clocks
from screening import audit
from screening.access import viewer
from screening.db import db, now
from screening.errors import Invalid, NotAllowed, NotFound
from screening.models import Membership, RotaShift, Team, User
from screening.rota.queries import MAY_BE_ON_CALL, ON_CALL, WORKS, between
from screening.wording import moment

LONGEST = timedelta(days=4)
ONE_AT_ONCE = {"lead": "leads", ON_CALL: "is the manager on call"}


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift as somebody writes it."""

    team: Team
    user: User
    kind: str
    starts_at: datetime
    ends_at: datetime
    phone: str | None = None


def may_write(team: Team) -> bool:
    """Say whether the viewer writes a team's rota: its manager does, and whoever manages teams."""
    who = viewer()
    return who.may("rota.write") and (who.may("team.write") or team.id in who.team_ids)


def write(shift: Shift) -> bool:
    """Write a shift; False where it stands already.

    Raises:
        NotAllowed: the viewer does not write this team's rota.
        Invalid: the person does not work there, the times are wrong, or it overlaps with another; by field.
    """
    refuse_stranger(shift.team)
    return put(shift)


def put(shift: Shift) -> bool:
    """Write a shift for a command, as `write` does for a person."""
    # One at a time writes a team's rota: of two that overlap, the second sees the first.
    db.session.execute(select(Team.id).where(Team.id == shift.team.id).with_for_update())
    wrong = _wrong(shift)
    if wrong:
        raise Invalid("The shift was not written.", fields=wrong)
    near = _near(shift)
    same = next((other for other in near if _is_same(other, shift)), None)
    if same is not None and same.phone == shift.phone:
        return False
    if same is not None:
        _withdraw(same)
    clash = next((other for other in near if other is not same and clashes(other, shift)), None)
    if clash is not None:
        raise Invalid("The shift was not written.", fields={"/from": [_clash_words(clash)]})
    row = RotaShift(**vars(shift), written_at=now(), written_by_id=viewer().user_id)
    db.session.add(row)
    db.session.flush()
    audit.record("rota.written", subject=("rota_shift", row.id), detail={"team": shift.team.slug, "kind": shift.kind})
    return True


def withdraw(shift_id: UUID) -> RotaShift:
    """Take a shift out of the rota; what was stays to be read.

    Raises:
        NotFound: there is no such shift, or it was withdrawn.
        NotAllowed: the viewer does not write this team's rota.
    """
    question = select(RotaShift).where(RotaShift.id == shift_id, RotaShift.withdrawn_at.is_(None)).with_for_update()
    found = db.session.scalar(question)
    if found is None:
        raise NotFound("This shift is no longer on the rota. Open the week again.")
    refuse_stranger(found.team)
    _withdraw(found)
    return found


def copy_week(team: Team, week_start: datetime, next_start: datetime) -> int:
    """Write a team's week again into the next one, at the same times of day; say how many shifts were written.

    Raises:
        NotAllowed: the viewer does not write this team's rota.
        Invalid: one of them overlaps with what stands there.
    """
    refuse_stranger(team)
    shifts = [row for row in between(week_start, next_start, team.id) if row.starts_at >= week_start]
    return sum(put(_a_week_on(row)) for row in shifts)


def clashes(one: RotaShift | Shift, other: RotaShift | Shift) -> bool:
    """Say whether two shifts cannot both be: the same person twice in a team, or two where there is one at a time.

    One person may be at work in two teams; but who decides at night cannot be the second person of it.
    """
    if one.ends_at <= other.starts_at or other.ends_at <= one.starts_at:
        return False
    if _is_own_second_person(one, other):
        return True
    same_person = one.user.id == other.user.id and one.team.id == other.team.id
    if one.kind == other.kind == ON_CALL:
        return True
    if one.kind == other.kind == "lead" and one.team.id == other.team.id:
        return True
    return same_person and (one.kind == ON_CALL) == (other.kind == ON_CALL)


def clash_words(one: RotaShift, other: RotaShift) -> str:
    """Say of two shifts that they overlap."""
    at = moment(max(one.starts_at, other.starts_at))
    if _is_own_second_person(one, other):
        return f"{one.user.name} has emergency duty and is the manager on call from {at}: nobody else would check."
    if one.user.id == other.user.id:
        return f"{one.user.name} is twice in {one.team.name} from {at}."
    return f"{one.user.name} and {other.user.name}: each {ONE_AT_ONCE[one.kind]} from {at}."


def _is_own_second_person(one: RotaShift | Shift, other: RotaShift | Shift) -> bool:
    if one.user.id != other.user.id or (one.kind == ON_CALL) == (other.kind == ON_CALL):
        return False
    return (other if one.kind == ON_CALL else one).team.kind == "edt"


def _wrong(shift: Shift) -> dict[str, list[str]]:
    if shift.ends_at <= shift.starts_at:
        return {"/to": ["Choose an end after the start."]}
    if shift.ends_at - shift.starts_at > LONGEST:
        return {"/to": ["Write shifts of four days or less."]}
    member = select(Membership).where(Membership.team_id == shift.team.id, Membership.user_id == shift.user.id)
    if db.session.scalar(member) is None:
        return {"/user": [f"{shift.user.name} is not in {shift.team.name}. Choose somebody who is."]}
    if shift.kind == ON_CALL and not MAY_BE_ON_CALL & set(shift.user.roles):
        return {"/user": [f"{shift.user.name} is no manager. Choose one who may be the second person of a decision."]}
    if shift.kind == ON_CALL and shift.team.kind != "duty_manager":
        return {"/kind": ["The manager on call stands in the duty manager's rota. Write it there."]}
    if not WORKS & set(shift.user.roles):
        return {"/user": [f"{shift.user.name} works no queue. Choose somebody who does."]}
    return {}


def _near(shift: Shift) -> Sequence[RotaShift]:
    everywhere = RotaShift.kind == ON_CALL if shift.kind == ON_CALL else RotaShift.team_id == shift.team.id
    touching = and_(RotaShift.starts_at < shift.ends_at, RotaShift.ends_at > shift.starts_at)
    question = select(RotaShift).where(RotaShift.withdrawn_at.is_(None), touching)
    theirs = RotaShift.user_id == shift.user.id
    return db.session.scalars(question.where(or_(everywhere, theirs, RotaShift.team_id == shift.team.id))).all()


def _is_same(row: RotaShift, shift: Shift) -> bool:
    mine = (shift.team.id, shift.user.id, shift.kind, shift.starts_at, shift.ends_at)
    return (row.team_id, row.user_id, row.kind, row.starts_at, row.ends_at) == mine


def _clash_words(clash: RotaShift) -> str:
    times = f"{moment(clash.starts_at)} to {moment(clash.ends_at)}"
    return f"This overlaps with {clash.user.name}, {times}. Change or remove that shift first."


def _withdraw(row: RotaShift) -> None:
    row.withdrawn_at, row.withdrawn_by_id = now(), viewer().user_id
    db.session.flush()
    detail = {"team": row.team.slug, "kind": row.kind}
    audit.record("rota.withdrawn", subject=("rota_shift", row.id), detail=detail)


def _a_week_on(row: RotaShift) -> Shift:
    # The same times of day in London, also where the clocks change between.
    starts, ends = (_a_week_later(at) for at in (row.starts_at, row.ends_at))
    return Shift(team=row.team, user=row.user, kind=row.kind, starts_at=starts, ends_at=ends, phone=row.phone)


def _a_week_later(at: datetime) -> datetime:
    local = at.astimezone(clocks.LONDON)
    return clocks.moment_of(local.date() + timedelta(days=7), local.time())


def refuse_stranger(team: Team) -> None:
    """Raise NotAllowed where the viewer does not write a team's rota."""
    if not may_write(team):
        raise NotAllowed("Only a team's manager or an administrator writes its rota. Ask them.")
