"""A handover composes itself, is added to, opened and signed; unsigned, it goes to the manager on call, who may sign.

`key` is the key of drafts: words and the signed pack name people, and are kept sealed.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from routing_rules import clocks, policy
from screening import audit, tasks
from screening.access import require, viewer, viewing, worker_viewer
from screening.db import Json, db, new_id, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.escalation import ladder
from screening.left_waiting import unsigned
from screening.models import Contact, HandoverItem, HandoverPack
from screening.queues.handover import changes, closing, contents, nights
from screening.rota import queries
from screening.sealing import seal, unseal
from screening.visibility.reach import told_of_unsigned
from screening.wording import moment

# A pack that was never composed, as nothing ran at its hour, is made up for this long.
MADE_UP_FOR = timedelta(hours=16)
PROMISED_AHEAD = timedelta(hours=26)
MOST_PACKS = 30
# What a pack that was signed before these were handed over does not have.
BEFORE: Json = {"waits": [], "actions": [], "since_signed": False, "agreed": None, "holder_goes": False}


def ensure() -> None:
    """Compose the handovers that are due and not there yet, and promise that each is signed in time."""
    at = now()
    nights.gather()
    # A county that never had one begins with the next: nobody handed over before the service was there.
    since = at - MADE_UP_FOR if db.session.scalar(select(HandoverPack.id).limit(1)) else at
    for change in changes.between(since, at + _minutes("handover_composed_before", at)):
        _compose(change, at)
    closing.settle(at)


def promise_next() -> None:
    """Promise the handovers of the day ahead. A second promise of one is the same."""
    at = now()
    before = _minutes("handover_composed_before", at)
    for change in changes.between(at, at + PROMISED_AHEAD):
        tasks.promise(tasks.COMPOSE_HANDOVER, f"{change.kind}:{change.at:%Y%m%d%H%M}", run_after=change.at - before)


def own() -> list[HandoverPack]:
    """List the newest handovers from or to the viewer's teams, or of which they were told, the newest first."""
    question = select(HandoverPack).where(_theirs()).order_by(HandoverPack.changes_at.desc()).limit(MOST_PACKS)
    return list(db.session.scalars(question))


def one(pack_id: UUID) -> HandoverPack:
    """Find a handover from or to the viewer's teams, or one of which they were told, as nobody had signed it.

    Raises:
        NotFound: there is none that is theirs.
    """
    question = select(HandoverPack).where(HandoverPack.id == pack_id, _theirs())
    pack = db.session.scalar(question.execution_options(populate_existing=True))
    if pack is None:
        raise NotFound("There is no such handover of your teams. Open it from the list.")
    return pack


def takes_over(pack: HandoverPack) -> bool:
    """Say whether the viewer may take a handover over: for their team, or told of it as nobody of that had."""
    told = select(HandoverPack.id).where(HandoverPack.id == pack.id, told_of_unsigned(viewer()))
    return pack.to_team_id in viewer().team_ids or db.session.scalar(told) is not None


def shown(pack: HandoverPack, key: bytes) -> list[Json]:
    """Give what a pack holds: as it was signed with what came since, or as it is now.

    What the viewer may not open has no name.

    The reading is audited, with what was shown.
    """
    found = _signed(pack, pack.sealed, key) if pack.sealed else _fresh(pack)
    readable = {str(id) for id in db.session.scalars(select(Contact.id).where(Contact.id.in_(_ids(found))))}
    sifted = [BEFORE | entry | {"opens": entry["contact_id"] in readable} for entry in found]
    # A restricted contact does not exist for who is not named on it, though it became one after the pack was signed.
    hidden = _restricted(found)
    sifted = [entry for entry in sifted if entry["opens"] or entry["contact_id"] not in hidden]
    opened = _opened(pack)
    ids = [entry["contact_id"] for entry in sifted if entry["opens"]]
    audit.record("handover.read", subject=("handover_pack", pack.id), detail={"contacts": ids})
    return [_sifted(entry) | {"opened_by": opened.get(entry["contact_id"], set())} for entry in sifted]


def words(pack: HandoverPack, key: bytes) -> str:
    """Give what the shift that goes has written, or nothing."""
    return unseal(key, pack.words, bound_to=f"{_place(pack)}/words") if pack.words else ""


def add_words(pack_id: UUID, text: str, key: bytes) -> HandoverPack:
    """Add what the viewer, of the shift that goes, says to what others of it said: nobody's words are replaced.

    Words that come after it was signed stand beside the pack; what was signed stays as it was.

    Raises:
        NotFound, NotAllowed: it is not theirs to hand over.
        Invalid: there are no words.
    """
    pack = _locked(pack_id)
    if pack.from_team_id not in viewer().team_ids:
        raise NotAllowed(f"{pack.from_team.name} hands this over. Ask somebody of that team.")
    if pack.in_by_id == viewer().user_id:
        raise NotAllowed("You took this over: somebody of the shift before adds to it.")
    if not text.strip():
        raise Invalid(
            "Nothing was kept.", fields={"/words": ["Write what the next shift must know, or “nothing more”."]}
        )
    pack.words = seal(key, _said_so_far(pack, key) + text.strip(), bound_to=f"{_place(pack)}/words")
    pack.out_by_id, pack.out_at = viewer().user_id, now()
    db.session.flush()
    db.session.refresh(pack)
    audit.record("handover.words_added", subject=("handover_pack", pack.id))
    return pack


def open_one(pack_id: UUID, reference: str) -> Contact:
    """Keep that the viewer opened a contact of a pack, and give it.

    Raises:
        NotFound: the pack is not theirs, or the contact is out of reach.
    """
    pack = one(pack_id)
    contact = db.session.scalar(select(Contact).where(Contact.reference == reference))
    item = db.session.get(HandoverItem, (pack.id, contact.id)) if contact else None
    if contact is None or item is None:
        raise NotFound("There is no such contact in this handover. Open it from its list.")
    # Once signed, only what nobody has opened yet: who opened the others is part of what was signed.
    to_open = item.opened_by_id is None if pack.in_at else item.opened_by_id != viewer().user_id
    if to_open and takes_over(pack):
        item.opened_by_id, item.opened_at = viewer().user_id, now()
        db.session.flush()
        audit.record("handover.opened", contact_id=contact.id, subject=("handover_pack", pack.id))
    return contact


def sign(pack_id: UUID, key: bytes, *, not_reached: str = "", in_place: str = "") -> HandoverPack:
    """Take over: keep the pack as it is now, sealed and signed by the viewer.

    `not_reached`: why nobody of the shift that goes said anything; needed where nobody has. `in_place`: whom of the
    team that comes the viewer has told; needed where they sign in its place.

    Raises:
        NotFound, NotAllowed: it is not the viewer's to take over, or they handed it over themselves.
        Conflict: it is signed already, and says by whom and when; or the change of shift is too far off, and from when.
        Invalid: a red contact was not opened by the viewer, by its reference; or nobody who goes said anything.
    """
    require("handover.sign")
    pack = _locked(pack_id)
    _refuse_to_sign(pack)
    found = _fresh(pack)
    in_place = "" if pack.to_team_id in viewer().team_ids else in_place.strip()
    if wrong := _unsaid(pack, shown(pack, key), not_reached, in_place):
        raise Invalid("Not signed yet.", fields=wrong)
    reached = pack.out_by is not None
    if said := _said_at_signing(pack, "" if reached else not_reached.strip(), in_place):
        whole = "\n\n".join([*said, *filter(None, [words(pack, key)])])
        pack.words = seal(key, whole, bound_to=f"{_place(pack)}/words")
    _seal_as_signed(pack, key, found)
    db.session.flush()
    db.session.refresh(pack)
    detail = {"contacts": _ids(found), "outgoing_reached": reached, "in_place": bool(in_place)}
    audit.record("handover.signed", subject=("handover_pack", pack.id), detail=detail)
    return pack


def _seal_as_signed(pack: HandoverPack, key: bytes, entries: list[Json]) -> None:
    kept = {"at": now().isoformat(), "by": viewer().name, "words": words(pack, key), "entries": entries}
    pack.sealed = seal(key, json.dumps(kept, ensure_ascii=False), bound_to=_place(pack))
    pack.in_by_id, pack.in_at = viewer().user_id, now()


def _refuse_to_sign(pack: HandoverPack) -> None:
    if pack.in_by and pack.in_at:
        raise Conflict(f"{pack.in_by.name} signed this at {moment(pack.in_at)}.")
    if not takes_over(pack):
        raise NotAllowed(f"{pack.to_team.name} takes this over. Ask somebody of that team.")
    if pack.out_by_id == viewer().user_id:
        raise NotAllowed("You handed this over: somebody of the next shift signs it.")
    if now() < (opens_at := signed_from(pack)):
        raise Conflict(f"It is too early to take over: more may come. Sign from {moment(opens_at)}.")


def _unsaid(pack: HandoverPack, entries: list[Json], not_reached: str, in_place: str) -> dict[str, list[str]]:
    unopened = [one["reference"] for one in entries if one["red"] and one["opens"] and not _by_viewer(one)]
    wrong = {"/sign": [f"Open each red one first: {', '.join(unopened)}."]} if unopened else {}
    if pack.out_by is None and len(not_reached.strip()) < nights.SHORTEST_REASON:
        wrong["/not_reached"] = [f"Nobody of {pack.from_team.name} has said anything. Ask them, or say why you cannot."]
    if pack.to_team_id not in viewer().team_ids and len(in_place) < nights.SHORTEST_REASON:
        wrong["/in_place"] = [f"You sign in place of {pack.to_team.name}. Say whom of them you have told, and how."]
    return wrong


def _said_at_signing(pack: HandoverPack, not_reached: str, in_place: str) -> list[str]:
    said = [f"Nobody of {pack.from_team.name} was reached: {not_reached}"] if not_reached else []
    said += [f"Signed in place of {pack.to_team.name}: {in_place}"] if in_place else []
    return [f"{one}\n{viewer().name}, {moment(now())}" for one in said]


def signed_from(pack: HandoverPack) -> datetime:
    """Tell from when a handover may be signed: shortly before the change of shift."""
    return pack.changes_at - _minutes("handover_signed_before", pack.changes_at)


def escalate(pack_id: UUID) -> None:
    """Give an unsigned handover to the manager on call, who is told at home; and come again until it is signed."""
    pack = db.session.scalar(select(HandoverPack).where(HandoverPack.id == pack_id).with_for_update())
    # Once a later one is signed, somebody has taken over what there is.
    if pack is None or pack.in_at is not None or unsigned.is_overtaken(pack):
        return
    at = now()
    manager = queries.on_call_manager(at)
    pack.escalated_at, pack.escalated_to_id = at, manager.id if manager else None
    pack.escalations += 1
    db.session.flush()
    db.session.refresh(pack)
    detail = {"times": pack.escalations, "somebody_to_tell": manager is not None}
    audit.record("handover.escalated", subject=("handover_pack", pack.id), detail=detail)
    ladder.tell_on_call(ladder.raise_alarm(unsigned.NAME, words=unsigned.words(pack), urgency=unsigned.URGENCY))
    _promise_signed(pack, at + _minutes("handover_signed_within", at))


def _compose(change: changes.Change, at: datetime) -> None:
    values = {
        "id": new_id(),
        "kind": change.kind,
        "changes_at": change.at,
        "since_at": change.since,
        "from_team_id": change.from_team.id,
        "to_team_id": change.to_team.id,
        "composed_at": at,
        "sign_by_at": change.at + _minutes("handover_signed_within", at),
        "escalations": 0,
    }
    made = insert(HandoverPack).values(values).on_conflict_do_nothing().returning(HandoverPack.id)
    if (pack_id := db.session.scalar(made)) is None:
        return
    pack = db.session.get_one(HandoverPack, pack_id)
    _fresh(pack)
    audit.record("handover.composed", subject=("handover_pack", pack.id), detail={"kind": pack.kind})
    _promise_signed(pack, pack.sign_by_at)
    # As the shift changes: what came since it was signed, and what emergency duty leaves behind.
    tasks.promise(tasks.COMPOSE_HANDOVER, f"{change.kind}:{change.at:%Y%m%d%H%M}:changes", run_after=change.at)


def _promise_signed(pack: HandoverPack, by: datetime) -> None:
    key = f"{pack.id}:{pack.escalations}"
    tasks.promise(tasks.HANDOVER_UNSIGNED, key, subject_id=pack.id, urgency="red", run_after=by)


def _signed(pack: HandoverPack, sealed: bytes, key: bytes) -> list[Json]:
    signed: list[Json] = json.loads(unseal(key, sealed, bound_to=_place(pack)))["entries"]
    return [*closing.came_since(pack, _ids(signed), now()), *signed]


def _fresh(pack: HandoverPack) -> list[Json]:
    """Compose a pack as it is now, and let who receives it reach what is in it."""
    found = contents.entries(pack, now())
    rows = [{"pack_id": pack.id, "contact_id": UUID(entry["contact_id"])} for entry in found]
    if rows:
        db.session.execute(insert(HandoverItem).on_conflict_do_nothing(), rows)
    return found


def _sifted(entry: Json) -> Json:
    if entry["opens"]:
        return entry
    return entry | {
        "child": None,
        "age_words": "",
        "triage_reason": None,
        "agreed": None,
        "calls": [],
        "waits": [],
        "actions": [],
    }


def _restricted(found: list[Json]) -> set[str]:
    with viewing(worker_viewer("handover")):
        asked = select(Contact.id).where(Contact.restricted, Contact.id.in_(_ids(found)))
        return {str(id) for id in db.session.scalars(asked)}


def _said_so_far(pack: HandoverPack, key: bytes) -> str:
    said = words(pack, key)
    if pack.out_by is None or pack.out_at is None:
        # Nothing, or why nobody was reached, with the name of who signed.
        return f"{said}\n\n" if said else ""
    # Whoever wrote last stands in the row, and under the words once somebody else goes on.
    return f"{said}\n{pack.out_by.name}, {moment(pack.out_at)}\n\n"


def _opened(pack: HandoverPack) -> dict[str, set[str]]:
    rows = db.session.scalars(select(HandoverItem).where(HandoverItem.pack_id == pack.id))
    return {str(row.contact_id): {str(row.opened_by_id)} for row in rows if row.opened_by_id}


def _by_viewer(entry: Json) -> bool:
    return str(viewer().user_id) in entry["opened_by"]


def _theirs() -> ColumnElement[bool]:
    teams = viewer().team_ids
    own = HandoverPack.from_team_id.in_(teams) | HandoverPack.to_team_id.in_(teams)
    return own | told_of_unsigned(viewer())


def _locked(pack_id: UUID) -> HandoverPack:
    one(pack_id)
    question = select(HandoverPack).where(HandoverPack.id == pack_id).with_for_update()
    return db.session.scalars(question.execution_options(populate_existing=True)).one()


def _ids(found: list[Json]) -> list[str]:
    return [entry["contact_id"] for entry in found]


def _place(pack: HandoverPack) -> str:
    return f"handover/{pack.id}"


def _minutes(name: str, at: datetime) -> timedelta:
    return timedelta(minutes=policy.packaged().read(name, clocks.london_date(at), int))
