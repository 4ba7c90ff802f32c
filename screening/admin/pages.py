"""The rules on a screen: every version in words, what changed, and who adopted it. Drafts are in `draft_pages`."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from routing_rules import compare
from routing_rules.ruleset import RulesetError
from screening import validation
from screening.access import viewer
from screening.admin import forms, publishing, queries, shown
from screening.admin.schemas import AdoptSchema, BecauseSchema
from screening.db import db, transaction
from screening.errors import Invalid, NotFound
from screening.models import RulesetInForce
from screening.scoring.rules_in_force import damage
from screening.sign_in import requires

blueprint = Blueprint("rules", __name__, url_prefix="/rules")
VIEWS = ("rules", "questions", "changes")


@blueprint.get("/")
@requires("rules.read")
def versions() -> ResponseReturnValue:
    """List the versions, and the drafts that people work on."""
    counts_now = queries.counting(queries.today())
    found = [shown.version(row, counts_now) for row in queries.versions()]
    return render_template(
        "admin/versions.html",
        in_force=next((one for one in found if one["state"] == "in_force"), None),
        to_come=[one for one in found if one["state"] == "to_come"],
        earlier=[one for one in found if one["state"] in ("earlier", "withdrawn")],
        damage=_damage(),
        drafts=[shown.draft(row) for row in queries.open_drafts()],
        ended=[shown.draft(row) for row in queries.ended_drafts()],
        may_write=viewer().may("rules.write"),
        urls={
            "start": url_for("rules_drafts.start_form"),
            "runs": url_for("replays.runs"),
            "calibration": url_for("calibration.page"),
        },
    )


@blueprint.get("/versions/<digits>")
@requires("rules.read")
def version(digits: str) -> ResponseReturnValue:
    """Show one version: its rules in words, its questions, or what changed since the one before."""
    row = queries.version(digits)
    view = request.args.get("view", "rules")
    if view not in VIEWS:
        raise NotFound("There is no such view of these rules. Open them from the list.")
    rules, card = queries.rules_of(row), shown.version(row, queries.counting(queries.today()))
    return render_template(
        "admin/version.html",
        version=card,
        view=view,
        tabs=_tabs(row, view),
        groups=shown.by_gravity(rules) if rules and view == "rules" else [],
        questions=shown.questions(rules) if rules and view == "questions" else [],
        difference=_difference(row) if view == "changes" else None,
        urls=_urls(row, card),
    )


@blueprint.get("/versions/<digits>.yaml")
@requires("rules.read")
def download(digits: str) -> ResponseReturnValue:
    """Give a version's whole text."""
    row = queries.version(digits)
    return forms.download(row.yaml, f"rules-{shown.digits(row)}")


@blueprint.get("/versions/<digits>/adopt")
@requires("rules.publish")
def adopt_form(digits: str) -> ResponseReturnValue:
    """Ask who adopted a version, and when it is looked at again."""
    return _adopt(digits, {"adopted_on": queries.today().isoformat()})


@blueprint.post("/versions/<digits>/adopt")
@requires("rules.publish")
def adopt(digits: str) -> ResponseReturnValue:
    """Write an adoption down, and show the version; or what is missing."""
    said = forms.typed("names", "adopted_on", "review_on")
    try:
        with transaction():
            row = publishing.adopt(digits, **validation.load(AdoptSchema(), said))
    except Invalid as problem:
        return _adopt(digits, said, problem), problem.status
    return redirect(url_for("rules.version", digits=shown.digits(row)))


@blueprint.get("/versions/<digits>/withdraw")
@requires("rules.publish")
def withdraw_form(digits: str) -> ResponseReturnValue:
    """Ask why a version is withdrawn."""
    return _withdraw(digits, {})


@blueprint.post("/versions/<digits>/withdraw")
@requires("rules.publish")
def withdraw(digits: str) -> ResponseReturnValue:
    """Withdraw a version before its first day, and return to the list; or show what is missing."""
    said = forms.typed("because")
    try:
        with transaction():
            publishing.withdraw(digits, **validation.load(BecauseSchema(), said))
    except Invalid as problem:
        return _withdraw(digits, said, problem), problem.status
    return redirect(url_for("rules.versions"))


def _adopt(digits: str, values: dict[str, Any], problem: Invalid | None = None) -> str:
    row = queries.version(digits)
    card = shown.version(row, queries.counting(queries.today()))
    urls = {"send": url_for("rules.adopt", digits=shown.digits(row))}
    return render_template("admin/adopt.html", version=card, form=forms.form(values, problem), urls=urls)


def _withdraw(digits: str, values: dict[str, Any], problem: Invalid | None = None) -> str:
    row = queries.version(digits)
    card = shown.version(row, queries.counting(queries.today()))
    urls = {"send": url_for("rules.withdraw", digits=shown.digits(row))}
    return render_template("admin/withdraw.html", version=card, form=forms.form(values, problem), urls=urls)


def _damage() -> str | None:
    try:
        return damage(db.session(), queries.today())
    except LookupError:
        return "No rules are in force: every contact goes to a person as red."
    except RulesetError:
        return "The rules in force are damaged, and no earlier ones can be used: every contact goes to a person as red."


def _tabs(row: RulesetInForce, view: str) -> list[dict[str, Any]]:
    named = {"rules": "Rules", "questions": "Questions", "changes": "What changed"}
    return [
        {"text": text, "href": url_for("rules.version", digits=shown.digits(row), view=name), "current": name == view}
        for name, text in named.items()
    ]


def _difference(row: RulesetInForce) -> dict[str, Any] | None:
    earlier = queries.before(row)
    old, new = queries.rules_of(earlier) if earlier else None, queries.rules_of(row)
    if earlier is None or old is None or new is None:
        return None
    return {"since": earlier.in_force_from, "groups": shown.changes(compare.compare(old, new))}


def _urls(row: RulesetInForce, card: dict[str, Any]) -> dict[str, str | None]:
    digits, may = shown.digits(row), viewer().may
    stands = row.withdrawn_at is None
    drafts = may("rules.write") and not card["damaged"]
    return {
        "download": url_for("rules.download", digits=digits),
        "draft": url_for("rules_drafts.start_form", based_on=digits) if drafts else None,
        "shadow": url_for("replays.new", version=row.hash) if drafts else None,
        "adopt": url_for("rules.adopt_form", digits=digits) if may("rules.publish") and stands else None,
        "withdraw": url_for("rules.withdraw_form", digits=digits)
        if may("rules.publish") and card["state"] == "to_come"
        else None,
    }
