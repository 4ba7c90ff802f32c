"""The paper form: printed blank in the order of the screen, and entered later with its true time."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from routing_rules import clocks
from screening import codes
from screening.contacts import checking, live
from screening.db import now, transaction
from screening.errors import Invalid
from screening.intake import paper
from screening.scoring import service as scoring
from screening.sign_in import requires

blueprint = Blueprint("paper", __name__, url_prefix="/contacts")
# What a section asks on the screen, in its order; the questions come from the rules.
LINES = {
    "caller": ("Number to ring back", "Name", "Who they are", "Agency or school", "Email for the receipt",
               "Their own reference", "How they reached us", "Is it safe to write or ring back?"),
    "children": ("First name", "Last name", "Date of birth, or about how old", "Sex", "Home address and postcode",
                 "School or nursery", "GP"),
    "adults": ("First name", "Last name", "Relationship to the child", "Lives with the child?",
               "Said to have harmed a child? Whom?", "Works with children?"),
    "views": ("What the child says", "What the family says"),
    "identity": ("Why who this child is matters here",),
    "sharing": ("Do the parents know about this call?", "Do they agree to sharing? If not asked, why"),
}  # fmt: skip
REPEATED = {"children": 3, "adults": 3}


@blueprint.get("/paper")
@requires("contact.take")
def start() -> ResponseReturnValue:
    """Show where a form is entered, and the numbers that are still out."""
    return _start({}, {})


@blueprint.post("/paper")
@requires("contact.take")
def enter() -> ResponseReturnValue:
    """Open the contact of a form, and go on to write down what stands on it; or show what is missing."""
    typed = request.form.to_dict()
    try:
        with transaction():
            contact = paper.enter(paper.read_entry(typed))
    except Invalid as problem:
        return _start(typed, checking.paths(problem)), problem.status
    page = "short.ask" if contact.contact_type in codes.WORDLESS_TYPES else "contacts.take"
    return redirect(url_for(page, reference=contact.reference))


@blueprint.post("/paper/<int:number>/unused")
@requires("contact.take")
def unused(number: int) -> ResponseReturnValue:
    """Say that nothing was taken down on a form."""
    try:
        with transaction():
            paper.spoil(number, request.form.get("why", ""))
    except Invalid as problem:
        errors = {f"why_{number}": " ".join(problem.fields.get("/why", [problem.message]))}
        return _start({}, errors), problem.status
    return redirect(url_for(".start"))


@blueprint.post("/paper-form")
@requires("contact.take")
def print_numbers() -> ResponseReturnValue:
    """Take the next numbers, and show the forms that bear them."""
    try:
        with transaction():
            forms = paper.print_numbers(request.form.get("how_many", 0, type=int))
    except Invalid as problem:
        return _start(request.form.to_dict(), checking.paths(problem)), problem.status
    return redirect(url_for(".blank", first=forms[0].number, last=forms[-1].number))


@blueprint.get("/paper-form")
@requires("contact.take")
def blank() -> ResponseReturnValue:
    """Show blank forms to print: with their numbers, or one without."""
    first, last = request.args.get("first", 0, type=int), request.args.get("last", 0, type=int)
    numbers = range(first, min(last, first + paper.MOST_AT_ONCE - 1) + 1) if 0 < first <= last else (None,)
    rules = scoring.rules_or_none(clocks.london_date(now()))
    questions = [one for one in live.questions(rules, None) if one["asked_here"]]
    return render_template(
        "intake/paper_form.html",
        numbers=list(numbers),
        sections=[_section(name, title, questions) for name, title in live.SECTIONS],
        kinds=[words for _, words in codes.choices(codes.CONTACT_TYPES)],
    )


def _section(name: str, title: str, questions: list[dict[str, Any]]) -> dict[str, Any]:
    core = {"safe": True, "worry": False}.get(name)
    return {
        "id": name,
        "title": title,
        "lines": LINES.get(name, ()),
        "times": REPEATED.get(name, 1),
        "questions": [one for one in questions if core is not None and one["core_safety"] == core],
    }


def _start(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "intake/paper.html",
        form={"values": typed, "errors": errors},
        contact_types=codes.choices(codes.CONTACT_TYPES),
        outstanding=[
            {"number": one.number, "printed_at": one.printed_at, "unused_url": url_for(".unused", number=one.number)}
            for one in paper.outstanding()
        ],
        now=now(),
        urls={"enter": url_for(".enter"), "print": url_for(".print_numbers"), "blank": url_for(".blank")},
    )
