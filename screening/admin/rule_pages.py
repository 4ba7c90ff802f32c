"""One rule of a draft in a form: changed, added. Its buttons are in `rule_actions`, its values in `rule_form`."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from routing_rules import ruleset_edit
from routing_rules.rules import Ruleset
from routing_rules.ruleset_edit import NotEditable
from screening.admin import forms, problem_words, queries, rule_actions, rule_choices, rule_form, service, shown
from screening.admin.rule_actions import RuleForm
from screening.db import Json, transaction
from screening.errors import Conflict, Stale
from screening.models import RulesDraft
from screening.sign_in import requires

blueprint = Blueprint("rule_in_draft", __name__, url_prefix="/rules/drafts")
MEND_FIRST = "The text of this draft cannot be read as rules. Put the whole text right first."


@blueprint.get("/<uuid:draft_id>/rules/<int:place>")
@requires("rules.write")
def edit(draft_id: UUID, place: int) -> ResponseReturnValue:
    """Show one rule in the form."""
    draft = queries.draft(draft_id)
    form = RuleForm(rule_form.filled(_written(draft, place)))
    return _form(draft, place, form)


@blueprint.post("/<uuid:draft_id>/rules/<int:place>")
@requires("rules.write")
def save(draft_id: UUID, place: int) -> ResponseReturnValue:
    """Keep one rule and return to the draft; or show the form again, with what a button added or what is wrong."""
    draft = queries.draft(draft_id)
    written = _written(draft, place)
    return _sent(draft, place, written)


@blueprint.get("/<uuid:draft_id>/rules/new")
@requires("rules.write")
def add_form(draft_id: UUID) -> ResponseReturnValue:
    """Show the form for a new rule."""
    return _form(queries.draft(draft_id), None, RuleForm(rule_form.blank()))


@blueprint.post("/<uuid:draft_id>/rules/new")
@requires("rules.write")
def add(draft_id: UUID) -> ResponseReturnValue:
    """Keep a new rule after the last one and return to the draft; or show the form again."""
    return _sent(queries.draft(draft_id), None, {})


def _sent(draft: RulesDraft, place: int | None, written: Json) -> ResponseReturnValue:
    form, rules = RuleForm(rule_form.typed(request.form)), _rules(draft)
    action = request.form.get("action", "save")
    if rule_actions.act(form, action, rules):
        return _form(draft, place, form), 422 if form.errors else 200
    if place is None:
        written = {"id": rule_form.id_for(form.values["text"], {rule.id for rule in rules.rules})}
    rule, form.errors = rule_form.read(form.values, written, rules)
    if form.errors:
        return _form(draft, place, form), 422
    text = _with_rule(draft.yaml, place, rule)
    # A draft may have had problems before; what this rule adds to them is told before it is kept.
    wrong = [] if action == "save_anyway" else _new_problems(draft.yaml, text)
    form.problems = [problem_words.plain(words, rules, rule["id"]) for words in wrong]
    if form.problems:
        return _form(draft, place, form), 422
    try:
        with transaction():
            service.write(draft.id, text, version=forms.version())
    except Stale as problem:
        return _form(queries.draft(draft.id), place, form, changed=problem.message), problem.status
    return redirect(url_for("rules_drafts.page", draft_id=draft.id))


def _with_rule(text: str, place: int | None, rule: Json) -> str:
    try:
        if place is not None:
            return ruleset_edit.with_rule(text, place, rule)
        return ruleset_edit.with_new_rule(text, rule, after=ruleset_edit.last_place(text))
    except NotEditable as problem:
        raise Conflict(f"{problem} Change the whole text instead: nothing was changed.") from problem


def _written(draft: RulesDraft, place: int) -> Json:
    try:
        return ruleset_edit.rule_values(draft.yaml, place)
    except NotEditable as problem:
        raise Conflict(f"{problem} Open the draft again.") from problem


def _new_problems(before: str, after: str) -> list[str]:
    known = {_without_line(words) for words in queries.check(before).problems}
    return [words for words in queries.check(after).problems if _without_line(words) not in known]


def _without_line(words: str) -> str:
    return words.partition(": ")[2]


def _rules(draft: RulesDraft) -> Ruleset:
    found = queries.check(draft.yaml).shown
    if found is None:
        raise Conflict(MEND_FIRST)
    return found


def _form(draft: RulesDraft, place: int | None, form: RuleForm, changed: str = "") -> str:
    rules = _rules(draft)
    if place is None:
        send = url_for("rule_in_draft.add", draft_id=draft.id)
    else:
        send = url_for("rule_in_draft.save", draft_id=draft.id, place=place)
    found: dict[str, Any] = {"values": form.values, "errors": form.errors}
    return render_template(
        "admin/rule_form.html",
        draft=shown.draft(draft),
        new=place is None,
        form=found,
        choices=rule_choices.choices(rules),
        looked_at=_looked_at(form.values),
        problems=form.problems,
        changed=changed,
        version=request.form.get("version", draft.version),
        urls={"send": send, "back": url_for("rules_drafts.rules", draft_id=draft.id)},
    )


def _looked_at(values: Json) -> list[str]:
    """List the questions that the rule or an example looks at, each once."""
    examples = [name for example in values["examples"] for name in example["known"]]
    return list(dict.fromkeys([*(row["field"] for row in values["conditions"]), *examples]))
