"""A chronology on screens: read and printed, reviewed entry by entry, beside the brothers' and sisters'."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from screening import audit
from screening.chronology import copying, service, shown, subject
from screening.chronology.queries import Entry, entries_of
from screening.chronology.schemas import AddedSchema, TouchSchema
from screening.chronology.significance import WORDS
from screening.chronology.subject import Subject
from screening.db import now, transaction
from screening.errors import Invalid, NotFound
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("chronology", __name__, url_prefix="/chronology")
OF = "/<any(person, child):of>/<uuid:id_>"
ADDED = ("happened", "words", "source", "significance", "reference")
TOUCHED = ("state", "words", "reason", "significance")


@blueprint.get(OF)
@requires("chronology.read")
def page(of: str, id_: UUID) -> ResponseReturnValue:
    """Show a child's chronology; one whose child was confirmed, or whose record was merged, leads to the person's."""
    with transaction():
        child = subject.found(of, id_)
        if (child.of, child.id) != (of, id_):
            return redirect(shown.place(child))
        return _page(child)


@blueprint.get(f"{OF}/entry")
@requires("chronology.write")
def entry(of: str, id_: UUID) -> ResponseReturnValue:
    """Ask what to make of one entry."""
    with transaction():
        child = _opened(of, id_)
        one = _entry(child, request.args.get("key", ""))
        return _entry_form(child, one, {"words": one.words, "significance": one.significance})


@blueprint.post(f"{OF}/entry")
@requires("chronology.write")
def touched(of: str, id_: UUID) -> ResponseReturnValue:
    """Keep, reword or drop an entry, or show what is missing."""
    key, typed = request.form.get("key", ""), _typed(*TOUCHED)
    try:
        with transaction():
            child = subject.found(of, id_)
            service.touch(child, key, load(TouchSchema(), typed), seen=request.form.get("seen", type=UUID))  # type: ignore[arg-type]
    except Invalid as problem:
        with transaction():
            child = _opened(of, id_)
            return _entry_form(child, _entry(child, key), typed, problem), problem.status
    return redirect(shown.place(child) + f"#{key.replace('~', '-')}")


@blueprint.get(f"{OF}/add")
@requires("chronology.write")
def add(of: str, id_: UUID) -> ResponseReturnValue:
    """Ask for an entry of one's own."""
    with transaction():
        return _add_form(_opened(of, id_), {})


@blueprint.post(f"{OF}/add")
@requires("chronology.write")
def added(of: str, id_: UUID) -> ResponseReturnValue:
    """Keep an entry of one's own, or show what is missing."""
    typed = _typed(*ADDED)
    try:
        with transaction():
            child = subject.found(of, id_)
            service.add(child, load(AddedSchema(), typed))  # type: ignore[arg-type]
    except Invalid as problem:
        with transaction():
            return _add_form(_opened(of, id_), typed, problem), problem.status
    return redirect(shown.place(child))


@blueprint.post(f"{OF}/reviewed")
@requires("chronology.write")
def reviewed(of: str, id_: UUID) -> ResponseReturnValue:
    """Keep that all that was shown was looked at, or show what has to be said first."""
    try:
        with transaction():
            child = subject.found(of, id_)
            service.review(child, shown=request.form.getlist("shown"), words=request.form.get("words", ""))
    except Invalid as problem:
        with transaction():
            return _page(_opened(of, id_, audited=False), problem), problem.status
    return redirect(shown.place(child))


@blueprint.get(f"{OF}/siblings")
@requires("chronology.read")
def siblings(of: str, id_: UUID) -> ResponseReturnValue:
    """Show the entries of brothers, sisters and the other children of their contacts side by side."""
    with transaction():
        child = _opened(of, id_)
        others = subject.siblings_of(child)
        for other in others:
            _audit(other)
        columns = [(one, copying.offered(one)) for one in (child, *others)]
        return render_template(
            "chronology/siblings.html",
            **shown.frame(child),
            children=[{"name": one.name, "href": shown.place(one)} for one, _ in columns],
            rows=shown.side_by_side(columns),
        )


def _page(child: Subject, problem: Invalid | None = None) -> str:
    if problem is None:
        _audit(child)
    view = request.args.get("show", "all")
    return render_template(
        "chronology/chronology.html",
        **shown.frame(child),
        **shown.whole(child, entries_of(child), view),
        form={"values": {"words": request.form.get("words", "")}, "errors": errors_of(problem)},
        warning=copying.warning(child),
        now=now(),
    )


def _entry_form(child: Subject, one: Entry, values: dict[str, Any], problem: Invalid | None = None) -> str:
    return render_template(
        "chronology/entry.html",
        **shown.frame(child),
        entry=shown.entry_row(child, one),
        form={"values": values, "errors": errors_of(problem)},
        weights=list(WORDS.items()),
    )


def _add_form(child: Subject, values: dict[str, Any], problem: Invalid | None = None) -> str:
    return render_template(
        "chronology/add.html",
        **shown.frame(child),
        form={"values": values, "errors": errors_of(problem)},
        weights=list(WORDS.items()),
        send=shown.place(child, "added"),
    )


def _entry(child: Subject, key: str) -> Entry:
    found = next((one for one in entries_of(child) if one.key == key), None)
    if found is None:
        raise NotFound(service.NO_ENTRY)
    return found


def _opened(of: str, id_: UUID, *, audited: bool = True) -> Subject:
    child = subject.found(of, id_)
    if audited:
        _audit(child)
    return child


def _audit(child: Subject) -> None:
    detail = {"contacts": [str(contact.id) for contact in child.contacts]}
    audit.record("chronology.read", subject=(child.of, child.id), detail=detail)


def _typed(*names: str) -> dict[str, str]:
    """Read some fields; what is blank is left out."""
    return {name: said for name in names if (said := request.form.get(name, "").replace("\r\n", "\n")).strip()}


def errors_of(problem: Invalid | None) -> dict[str, str]:
    """Say what is wrong by the field in which it is put right."""
    fields = problem.fields if problem else {}
    return {pointer.strip("/").replace("/", "."): " ".join(words) for pointer, words in fields.items()}
