"""Says that two records are one person, and takes that back.

The merged record stays as it is and names the one that took it in; what points to it (links, alerts, relationships,
contacts) stays where it is, and `groups` reads them together. The kept record takes a copy of what it did not have. The
journal of the merge says what was taken, so that undoing it gives both records back, but for their `version`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from screening.access import require, viewer
from screening.checks import said_who
from screening.db import Json, db, now
from screening.errors import Conflict, Invalid, NotFound
from screening.models import Person, PersonAddress, PersonChange, PersonMerge, PersonName, User
from screening.people import journal, merge_checks, queries, restriction, service
from screening.people.homes import same_home
from screening.people.merge_checks import Pair
from screening.people.record import DETAILS, copied, details, next_positions, plain, row_of, said_by, snapshot, typed
from screening.wording import moment

# What has one value only: a person chooses which. A birth is one answer, with the words and the days that it allows.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": (),
    "birth": ("date_of_birth", "born_earliest", "born_latest", "age_years_estimated", "age_as_of"),
    "sex": ("sex",),
    "due": ("expected_delivery_date",),
    "household": ("household_id",),
}
SHORTEST_BECAUSE = 20
SAME_RECORD = "This is the same record. Choose another one."


def merge(
    kept_id: UUID,
    merged_id: UUID,
    *,
    versions: tuple[int, int],
    choices: Mapping[str, str],
    why: str,
    because: str = "",
) -> PersonMerge:
    """Say that two records are one person. Nothing is lost: names, addresses and numbers of both are kept.

    Args:
        kept_id: the record under which the person is read from now on.
        merged_id: the one that it takes in.
        versions: of both, as the page showed them.
        choices: for the names of CHOICES, `merged` where that record's value is the right one.
        why: how it is known.
        because: where something speaks against it, "these are one person because …".

    Raises:
        NotFound: one of them does not exist, or the viewer may not know of it.
        Conflict: one was merged, or one of them is not born yet.
        Stale: somebody changed one of them since.
        Invalid: the two are the same, are not restricted alike, or something speaks against it and nobody wrote why.
    """
    require("people.merge")
    pair = _locked_pair(kept_id, merged_id, versions)
    warned = _refuse_doubtful(pair, because)
    before = snapshot(pair.kept), snapshot(pair.merged)
    pair.merged.merged_into_id = pair.kept.id
    taken = _take(pair, choices)
    change = journal.write("merged", pair.kept, before=before[0], why=why)
    journal.write("merged", pair.merged, before=before[1], why=why)
    merge = PersonMerge(
        kept_id=kept_id,
        merged_id=merged_id,
        why=why,
        merged_by_id=viewer().user_id,
        merged_at=now(),
        kept_before=before[0],
        merged_before=before[1],
        taken=taken | {"warnings": warned, "because": because if warned else "", "change": change.seq},
    )
    db.session.add(merge)
    db.session.flush()
    said_who.records_changed([kept_id, merged_id])
    return merge


def unmerge(merge_id: UUID, *, because: str) -> PersonMerge:
    """Take back a merge: both records are as before. What the kept one was given since stays with it.

    Raises:
        NotFound: there is no such merge of people whom the viewer may know of.
        Conflict: it was undone, or a later merge of the same people has to be undone first.
    """
    require("people.merge")
    merge = merge_of(merge_id)
    people = queries.lock_people([merge.kept_id, merge.merged_id])
    # Read anew, now that nobody else can undo it.
    db.session.refresh(merge)
    _refuse_undone(merge)
    if later := later_merge(merge):
        raise Conflict(
            f"A later merge of this person, made at {moment(later.merged_at)}, has to be undone first. Undo that one, "
            "then this one."
        )
    kept, merged = people[merge.kept_id], people[merge.merged_id]
    before = snapshot(kept), snapshot(merged)
    merged.merged_into_id = None
    _give_back(kept, merge)
    merge.undone_at, merge.undone_by_id, merge.undone_because = now(), viewer().user_id, because
    for person, was in zip((kept, merged), before, strict=True):
        journal.write("unmerged", person, before=was, why=because)
    db.session.flush()
    said_who.records_changed([merge.kept_id, merge.merged_id])
    return merge


def merge_of(merge_id: UUID) -> PersonMerge:
    """Find a merge of two people of whom the viewer may know.

    Raises:
        NotFound: there is none.
    """
    merge = db.session.scalar(select(PersonMerge).where(PersonMerge.id == merge_id))
    if merge is None:
        raise NotFound(queries.NOT_FOUND)
    for person_id in (merge.kept_id, merge.merged_id):
        queries.person_of(person_id)
    return merge


def later_merge(merge: PersonMerge) -> PersonMerge | None:
    """Find the newest merge that stands on this one: of the same kept record, or that took the kept record in."""
    question = select(PersonMerge).where(
        or_(PersonMerge.kept_id == merge.kept_id, PersonMerge.merged_id == merge.kept_id),
        PersonMerge.undone_at.is_(None),
        PersonMerge.seq > merge.seq,
    )
    return db.session.scalar(question.order_by(PersonMerge.seq.desc()).limit(1))


def _locked_pair(kept_id: UUID, merged_id: UUID, versions: tuple[int, int]) -> Pair:
    if kept_id == merged_id:
        raise Invalid("Nothing was merged.", fields={"/other": [SAME_RECORD]})
    people = queries.lock_people([kept_id, merged_id])
    for person, version in zip((people[kept_id], people[merged_id]), versions, strict=True):
        queries.refuse_merged(person)
        _refuse_changed(person, version)
    return merge_checks.pair_of(people[kept_id], people[merged_id])


def _refuse_changed(person: Person, version: int) -> None:
    if person.version == version:
        return
    newest = select(PersonChange, User.name).join(User, User.id == PersonChange.changed_by_id)
    mine = newest.where(PersonChange.person_id == person.id).order_by(PersonChange.seq.desc()).limit(1)
    change, name = db.session.execute(mine).first() or (None, "")
    if change and change.kind in ("merged", "unmerged"):
        what = "merged it with another" if change.kind == "merged" else "undid a merge of it"
        raise Conflict(f"{name} {what} at {moment(change.changed_at)}. Look at both again.")
    service.refuse_stale(person, version)


def _refuse_doubtful(pair: Pair, because: str) -> list[str]:
    if refused := merge_checks.refusal(pair):
        raise Conflict(refused)
    if not restriction.alike(pair.kept, pair.merged):
        words = "Only one of them is restricted, or the readers differ. Make that alike first, so that nobody is shown."
        raise Invalid("Nothing was merged.", fields={"/other": [words]})
    warned = merge_checks.warnings(pair)
    if warned and len(because.strip()) < SHORTEST_BECAUSE:
        words = f"Write why these are one person, in {SHORTEST_BECAUSE} characters or more."
        raise Invalid("Nothing was merged: something speaks against it.", fields={"/because": [words]})
    return warned


def _take(pair: Pair, choices: Mapping[str, str]) -> Json:
    """Give the kept record what the other one has; tell which fields changed, which rows changed, and which are new."""
    was = {kind: {str(row.id): row_of(kind, row) for row in details(pair.kept, kind)} for kind in DETAILS}
    chosen = [name for choice, names in CHOICES.items() if _takes(pair, names, choices.get(choice)) for name in names]
    fields = {name: [plain(getattr(one, name)) for one in (pair.kept, pair.merged)] for name in chosen}
    for name in chosen:
        setattr(pair.kept, name, getattr(pair.merged, name))
    _take_names(pair, named_by_merged=choices.get("name") == "merged")
    for kind in ("addresses", "phones", "identifiers"):
        _take_details(pair, kind)
    db.session.flush()
    changed: dict[str, dict[str, list[Json]]] = {kind: {} for kind in DETAILS}
    added: dict[str, list[Json]] = {kind: [] for kind in DETAILS}
    for kind in DETAILS:
        for row in details(pair.kept, kind):
            is_now, before = row_of(kind, row), was[kind].get(str(row.id))
            if before is None:
                added[kind].append(is_now)
            elif before != is_now:
                changed[kind][str(row.id)] = [before, is_now]
    return {"fields": fields, "added": added, "changed": changed}


def _takes(pair: Pair, names: tuple[str, ...], chosen: str | None) -> bool:
    """Say whether the merged record's answer is the one to keep: it was chosen, or there is no other."""
    kept, merged = ([getattr(one, name) for name in names] for one in (pair.kept, pair.merged))
    if kept == merged or all(value is None for value in merged):
        return False
    return chosen == "merged" or all(value is None for value in kept)


def _take_names(pair: Pair, *, named_by_merged: bool) -> None:
    kept, merged = pair.kept, pair.merged
    places = next_positions(kept, "names")
    own_names = [name for name in details(kept, "names") if name.kind in ("given", "family")]
    if named_by_merged or not own_names:
        for name in own_names:
            name.kind = "also_known_as"
        new = [copied("names", name, next(places)) for name in details(merged, "names")]
    else:
        other = [name for name in details(merged, "names") if name.kind not in ("given", "family")]
        new = [copied("names", name, next(places)) for name in other]
        if merged.full_name != kept.full_name and (merged.named("given") or merged.named("family")):
            new.append(PersonName(kind="also_known_as", position=next(places), name=merged.full_name))
    there = {said_by("names", name) for name in kept.names}
    kept.names.extend(name for name in new if said_by("names", name) not in there)


def _take_details(pair: Pair, kind: str) -> None:
    kept, places = pair.kept, next_positions(pair.kept, kind)
    for row in details(pair.merged, kind):
        if _told_apart(kind, row) not in {_told_apart(kind, own) for own in getattr(kept, kind)}:
            getattr(kept, kind).append(copied(kind, row, next(places)))
    if kind == "addresses":
        _protect(pair)


def _told_apart(kind: str, row: Any) -> tuple[Any, ...]:
    """Give what tells rows apart: not whether a home is protected, or an open copy would stand beside it."""
    if not isinstance(row, PersonAddress):
        return said_by(kind, row)
    return tuple(getattr(row, name) for name in DETAILS[kind][1] if name != "protected")


def _protect(pair: Pair) -> None:
    """Protect a home of the kept record that either record protects: else it would be shown there."""
    protected = [home for home in (*pair.kept.addresses, *pair.merged.addresses) if home.protected]
    for own in pair.kept.addresses:
        if any(same_home(own, home) for home in protected):
            own.protected = True


def _refuse_undone(merge: PersonMerge) -> None:
    if merge.undone_at:
        who = queries.user_names([merge.undone_by_id])[merge.undone_by_id]
        raise Conflict(f"{who} undid this merge at {moment(merge.undone_at)}.")


def _give_back(kept: Person, merge: PersonMerge) -> None:
    """Take from the kept record what it took, where nobody has changed that since."""
    taken, edited = merge.taken, _edited_since(merge)
    for name, (was, taken_value) in taken["fields"].items():
        if name not in edited and plain(getattr(kept, name)) == taken_value:
            setattr(kept, name, typed(Person, name, was))
    for kind in DETAILS:
        rows = {str(row.id): row for row in getattr(kept, kind)}
        for added in taken["added"][kind]:
            row = rows.get(added["id"])
            if row is not None and row_of(kind, row) == added:
                getattr(kept, kind).remove(row)
        for row_id, (was, changed) in taken["changed"][kind].items():
            if row_id in rows and row_of(kind, rows[row_id]) == changed:
                _write_row(rows[row_id], kind, was)


def _edited_since(merge: PersonMerge) -> set[str]:
    """Name the fields that somebody wrote on the kept record since: what they wrote is theirs, and stays."""
    question = select(PersonChange).where(
        PersonChange.person_id == merge.kept_id,
        PersonChange.kind.in_(("edited", "household", "birth", "loaded")),
        PersonChange.seq > merge.taken["change"],
    )
    changes = [(change.before or {}, change.after or {}) for change in db.session.scalars(question)]
    return {name for before, after in changes for name in after if before.get(name) != after.get(name)}


def _write_row(row: Any, kind: str, was: Json) -> None:
    model, names = DETAILS[kind]
    for name in names:
        setattr(row, name, typed(model, name, was[name]))
