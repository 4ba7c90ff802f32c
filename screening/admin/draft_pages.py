"""Drafts of the rules on a screen: begun, written as a whole, proposed, published by a second person."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import validation
from screening.access import viewer
from screening.admin import forms, publishing, queries, service, shown
from screening.admin.schemas import BecauseSchema, NewDraftSchema, ProposeSchema, PublishSchema, TextSchema
from screening.db import transaction
from screening.errors import Invalid, NotFound, Stale
from screening.models import RulesDraft, RulesDraftChange, RulesReplay
from screening.scoring import shadow_tally
from screening.sign_in import requires
from screening.wording import long_day

# A draft that was begun has a version of its own: that alone is no change to propose.
VERSION_NAME = ("words", "version")
blueprint = Blueprint("rules_drafts", __name__, url_prefix="/rules/drafts")


@blueprint.get("/new")
@requires("rules.write")
def start_form() -> ResponseReturnValue:
    """Ask what a draft is called and which version it starts from."""
    return _start({"based_on": request.args.get("based_on", "")})


@blueprint.post("/new")
@requires("rules.write")
def start() -> ResponseReturnValue:
    """Begin a draft, and open it; or show what is missing."""
    said = forms.typed("title", "based_on")
    try:
        with transaction():
            draft = service.start(**validation.load(NewDraftSchema(), said))
    except Invalid as problem:
        return _start(said, problem), problem.status
    return redirect(_place(draft))


@blueprint.get("/<uuid:draft_id>")
@requires("rules.read")
def page(draft_id: UUID) -> ResponseReturnValue:
    """Show a draft: what it would change, what is wrong with it, and what was done to it."""
    draft = queries.draft(draft_id)
    checked, difference = queries.check(draft.yaml), queries.difference(draft)
    base, run = queries.base_of(draft), queries.shadow_run(checked.rules.hash) if checked.rules else None
    return render_template(
        "admin/draft.html",
        draft=shown.draft(draft),
        base=shown.version(base, queries.counting(queries.today())),
        problems=checked.problems,
        run=_run(run),
        groups=shown.changes(difference) if difference is not None else None,
        many=len(difference or ()),
        changed=any((change.part, change.id) != VERSION_NAME for change in difference or ()),
        history=[_done(change) for change in queries.changes(draft.id)],
        urls=_urls(draft),
    )


@blueprint.get("/<uuid:draft_id>/rules")
@requires("rules.read")
def rules(draft_id: UUID) -> ResponseReturnValue:
    """Show a draft's rules in words, each with its way into the form."""
    draft = queries.draft(draft_id)
    found = queries.check(draft.yaml).shown
    edits = draft.id if draft.state == "draft" and viewer().may("rules.write") else None
    return render_template(
        "admin/draft_rules.html",
        draft=shown.draft(draft),
        groups=shown.by_gravity(found, edits) if found else None,
        urls=_urls(draft),
    )


@blueprint.get("/<uuid:draft_id>.yaml")
@requires("rules.read")
def download(draft_id: UUID) -> ResponseReturnValue:
    """Give a draft's whole text, sound or not."""
    return forms.download(queries.draft(draft_id).yaml, f"rules-draft-{draft_id}")


@blueprint.get("/<uuid:draft_id>/text")
@requires("rules.write")
def text_form(draft_id: UUID) -> ResponseReturnValue:
    """Show the whole text, to be written or to be put in its place from a file."""
    draft = queries.draft(draft_id)
    return _text(draft, {"yaml": draft.yaml})


@blueprint.post("/<uuid:draft_id>/text")
@requires("rules.write")
def write(draft_id: UUID) -> ResponseReturnValue:
    """Keep the whole text, sound or not; where it cannot be kept, it stays in the field."""
    text = ""
    try:
        text = forms.uploaded_or_typed()
        with transaction():
            said = validation.load(TextSchema(), {"yaml": text})
            draft = service.write(draft_id, said["yaml"], version=forms.version())
    except Invalid as problem:
        named = Invalid(
            problem.message, fields={"/file": [words for said in problem.fields.values() for words in said]}
        )
        kept = request.form.get("yaml", "") or queries.draft(draft_id).yaml
        return _text(queries.draft(draft_id), {"yaml": kept}, named), problem.status
    except Stale as problem:
        return _text(queries.draft(draft_id), {"yaml": text}, changed=problem.message), problem.status
    return redirect(_place(draft))


@blueprint.get("/<uuid:draft_id>/propose")
@requires("rules.write")
def propose_form(draft_id: UUID) -> ResponseReturnValue:
    """Ask from when a draft shall count, and why."""
    return _propose(queries.draft(draft_id), {})


@blueprint.post("/<uuid:draft_id>/propose")
@requires("rules.write")
def propose(draft_id: UUID) -> ResponseReturnValue:
    """Propose a draft, and show it; or what is missing."""
    said = forms.typed("in_force_from", "why")
    try:
        with transaction():
            draft = service.propose(draft_id, **validation.load(ProposeSchema(), said), version=forms.version())
    except Invalid as problem:
        return _propose(queries.draft(draft_id), said, problem), problem.status
    return redirect(_place(draft))


@blueprint.post("/<uuid:draft_id>/take-back")
@requires("rules.write")
def take_back(draft_id: UUID) -> ResponseReturnValue:
    """Make a proposal a draft again."""
    with transaction():
        draft = service.take_back(draft_id, version=forms.version())
    return redirect(_place(draft))


@blueprint.get("/<uuid:draft_id>/publish")
@requires("rules.publish")
def publish_form(draft_id: UUID) -> ResponseReturnValue:
    """Show the second person what would change, and ask whether to publish it."""
    return _publish(queries.draft(draft_id))


@blueprint.post("/<uuid:draft_id>/publish")
@requires("rules.publish")
def publish(draft_id: UUID) -> ResponseReturnValue:
    """Publish a draft, and show the version; or what is missing."""
    said = forms.typed("seen") | {"without_shadow_run": request.form.get("without_shadow_run") == "yes"}
    try:
        with transaction():
            answer = validation.load(PublishSchema(), said)
            act = publishing.publish_without_shadow_run if answer["without_shadow_run"] else publishing.publish
            row = act(draft_id, seen=answer["seen"], version=forms.version())
    except Invalid as problem:
        return _publish(queries.draft(draft_id), problem), problem.status
    return redirect(url_for("rules.version", digits=shown.digits(row)))


@blueprint.get("/<uuid:draft_id>/discard")
@requires("rules.write")
def discard_form(draft_id: UUID) -> ResponseReturnValue:
    """Ask why a draft is discarded."""
    return _discard(queries.draft(draft_id), {})


@blueprint.post("/<uuid:draft_id>/discard")
@requires("rules.write")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Discard a draft, and return to the list; or show what is missing."""
    said = forms.typed("because")
    try:
        with transaction():
            service.discard(draft_id, **validation.load(BecauseSchema(), said), version=forms.version())
    except Invalid as problem:
        return _discard(queries.draft(draft_id), said, problem), problem.status
    return redirect(url_for("rules.versions"))


def _place(draft: RulesDraft) -> str:
    return url_for("rules_drafts.page", draft_id=draft.id)


def _start(values: dict[str, Any], problem: Invalid | None = None) -> str:
    counts_now = queries.counting(queries.today())
    found = [shown.version(row, counts_now) for row in queries.versions() if row.withdrawn_at is None]
    options = [
        (one["label"].rpartition(":")[2], f"{one['name']}, {one['version']}, from {long_day(one['in_force_from'])}")
        for one in found
        if not one["damaged"]
    ]
    if not values.get("based_on") and counts_now is not None:
        values = values | {"based_on": shown.digits(counts_now)}
    urls = {"send": url_for("rules_drafts.start"), "back": url_for("rules.versions")}
    return render_template("admin/start.html", form=forms.form(values, problem), versions=options, urls=urls)


def _text(draft: RulesDraft, values: dict[str, Any], problem: Invalid | None = None, changed: str = "") -> str:
    return render_template(
        "admin/draft_text.html",
        draft=shown.draft(draft),
        form=forms.form(values, problem),
        problems=queries.check(values["yaml"]).problems,
        changed=changed,
        urls=_urls(draft) | {"send": url_for("rules_drafts.write", draft_id=draft.id)},
    )


def _propose(draft: RulesDraft, values: dict[str, Any], problem: Invalid | None = None) -> str:
    difference = queries.difference(draft)
    return render_template(
        "admin/propose.html",
        draft=shown.draft(draft),
        groups=shown.changes(difference) if difference is not None else None,
        form=forms.form(values, problem),
        urls=_urls(draft) | {"send": url_for("rules_drafts.propose", draft_id=draft.id)},
    )


def _publish(draft: RulesDraft, problem: Invalid | None = None) -> str:
    checked, difference = queries.check(draft.yaml), queries.difference(draft)
    if draft.state != "proposed" or checked.rules is None or difference is None:
        raise NotFound("This draft is not proposed, or cannot be published as it is. Open it from the list of rules.")
    run = queries.shadow_run(checked.rules.hash)
    return render_template(
        "admin/publish.html",
        draft=shown.draft(draft),
        base=shown.version(queries.base_of(draft), queries.counting(queries.today())),
        groups=shown.changes(difference),
        seen=publishing.seen_token(draft),
        run=_run(run),
        form=forms.form({"without_shadow_run": request.form.getlist("without_shadow_run")}, problem),
        urls=_urls(draft) | {"send": url_for("rules_drafts.publish", draft_id=draft.id)},
    )


def _discard(draft: RulesDraft, values: dict[str, Any], problem: Invalid | None = None) -> str:
    urls = _urls(draft) | {"send": url_for("rules_drafts.discard", draft_id=draft.id)}
    return render_template("admin/discard.html", draft=shown.draft(draft), form=forms.form(values, problem), urls=urls)


def _run(run: RulesReplay | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "at": run.finished_at,
        "would_move": shadow_tally.would_move(run.tally),
        "in_words": shadow_tally.in_words(run.tally),
        "href": url_for("replays.run", run_id=run.id),
    }


def _done(change: RulesDraftChange) -> dict[str, Any]:
    return {"by": change.changed_by.name, "at": change.changed_at, "words": change.words}


def _urls(draft: RulesDraft) -> dict[str, str]:
    named = {
        "page": "rules_drafts.page",
        "rules": "rules_drafts.rules",
        "download": "rules_drafts.download",
        "text": "rules_drafts.text_form",
        "add_rule": "rule_in_draft.add_form",
        "propose": "rules_drafts.propose_form",
        "take_back": "rules_drafts.take_back",
        "publish": "rules_drafts.publish_form",
        "discard": "rules_drafts.discard_form",
    }
    urls = {name: url_for(endpoint, draft_id=draft.id) for name, endpoint in named.items()}
    return urls | {"shadow": url_for("replays.new", draft=draft.id)}
