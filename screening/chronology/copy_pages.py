"""A copy of a chronology for somebody by name: what is left out is chosen entry by entry, then it is printed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from screening import audit
from screening.chronology import copying, shown, subject
from screening.chronology.copying import Cut
from screening.chronology.pages import OF, errors_of
from screening.chronology.queries import copies_of, lines_of
from screening.chronology.schemas import CopySchema
from screening.chronology.significance import WORDS
from screening.chronology.subject import Subject
from screening.db import transaction
from screening.errors import Invalid, NotFound
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("chronology_copy", __name__, url_prefix="/chronology")
FOR = ("recipient", "organisation", "purpose", "left_out_because")
CHOICES = [
    (copying.WHOLE, "As it is"),
    (copying.NO_SOURCE, "Without its source"),
    (copying.LEFT_OUT, "Left out"),
]
NO_COPY = "There is no such copy that you may open. Open the chronology again."


@blueprint.get(f"{OF}/copy")
@requires("chronology.write")
def form(of: str, id_: UUID) -> ResponseReturnValue:
    """Ask for whom the copy is, and what is left out of it."""
    with transaction():
        return _form(subject.found(of, id_))


@blueprint.post(f"{OF}/copy")
@requires("chronology.write")
def make(of: str, id_: UUID) -> ResponseReturnValue:
    """Make the copy, or show what is wrong."""
    try:
        with transaction():
            child = subject.found(of, id_)
            made = copying.make(child, load(CopySchema(), _for()), _cuts())  # type: ignore[arg-type]
    except Invalid as problem:
        with transaction():
            return _form(subject.found(of, id_), problem), problem.status
    return redirect(shown.place(child, "chronology_copy.page", copy_id=made.id))


@blueprint.get(f"{OF}/copies/<uuid:copy_id>")
@requires("chronology.read")
def page(of: str, id_: UUID, copy_id: UUID) -> ResponseReturnValue:
    """Show a copy as it was made, to be printed."""
    with transaction():
        child = subject.found(of, id_)
        made, by = next(((one, by) for one, by in copies_of(child) if one.id == copy_id), (None, ""))
        if made is None:
            raise NotFound(NO_COPY)
        audit.record("chronology.copy_read", subject=("chronology", made.id), detail={"of": child.of})
        lines = lines_of(made, child)
        return render_template(
            "chronology/copy.html",
            **shown.frame(child),
            copy=made,
            by=by,
            lines=[_line(line) for line in lines],
            left_out=sum(line["left_out"] for line in lines),
            withheld=sum(line["withheld"] > 0 for line in lines),
            warning=copying.warning(child),
        )


def _form(child: Subject, problem: Invalid | None = None) -> str:
    cuts, errors = _cuts(), errors_of(problem)
    audit.record("chronology.read", subject=(child.of, child.id), detail={"part": "copy"})
    entries = [_choice(child, entry, cuts.get(entry.key, Cut())) for entry in copying.offered(child)]
    return render_template(
        "chronology/copy_form.html",
        **shown.frame(child),
        entries=entries,
        form={"values": {**_for(), "entries": entries}, "errors": errors},
        choices=CHOICES,
        warning=copying.warning(child),
        send=shown.place(child, "chronology_copy.make"),
    )


def _choice(child: Subject, entry: Any, cut: Cut) -> dict[str, Any]:
    words = "\n".join(cut.words)
    return {**shown.entry_row(child, entry), "text": entry.words, "shown": cut.shown, "words": words}


def _for() -> dict[str, str]:
    return {name: said for name in FOR if (said := request.form.get(name, "").replace("\r\n", "\n")).strip()}


def _cuts() -> dict[str, Cut]:
    """Read what is done to each entry, by its key; words to black out are a line each."""
    cuts: dict[str, Cut] = {}
    for place, key in enumerate(request.form.getlist("key")):
        chosen = request.form.get(f"entries.{place}.shown", copying.WHOLE)
        lines = request.form.get(f"entries.{place}.words", "").splitlines()
        words = tuple(line.strip() for line in lines if line.strip())
        # What was chosen and cannot be read is left out: a copy never tells more than was meant.
        cuts[key] = Cut(chosen if chosen in copying.SHOWN else copying.LEFT_OUT, words)
    return cuts


def _line(line: dict[str, Any]) -> dict[str, Any]:
    if line["left_out"]:
        return {"left_out": True}
    return {
        "left_out": False,
        "day": shown.day_words(line["happened"]),
        "words": line["words"],
        "source": line["source"],
        "significance": line["significance"],
        "significance_words": WORDS[line["significance"]],
    }
