"""The professionals' form on the web: asked for, one thing per page, looked over, sent, and its receipt."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import codes
from screening.access import viewing, worker_viewer
from screening.config import Settings
from screening.contacts import checking, forms
from screening.db import Json, db, transaction
from screening.errors import Invalid, NotFound
from screening.intake import web_begun, web_forms, web_steps
from screening.letter_text import front_door_phone
from screening.models import Contact, WebForm
from screening.sign_in import public
from screening.signing_in.tries import refuse_too_many_tries

blueprint = Blueprint("refer", __name__, url_prefix="/refer")
EYES = "web form"
DEAD = 410


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """Say when to ring instead, and ask for the mailbox that the link goes to."""
    return _start({}, {})


@blueprint.post("/")
@public
def ask() -> ResponseReturnValue:
    """Have a link sent where it may be; say the same to everybody."""
    mailbox = request.form.get("mailbox", "")
    if "@" not in mailbox:
        return _start({"mailbox": mailbox}, {"mailbox": "Write your work e-mail address."}), 422
    refuse_too_many_tries("web form")
    with viewing(worker_viewer(EYES)), transaction():
        web_forms.ask(mailbox, _settings())
    return render_template("intake/refer_asked.html", phone=front_door_phone())


@blueprint.get("/<token>")
@public
def begin(token: str) -> ResponseReturnValue:
    """Open a link: at its first page, or at the receipt of what was sent."""
    with viewing(worker_viewer(EYES)):
        form = _opened(token)
        if form is None:
            return _dead()
        if form.contact_id is not None:
            return redirect(url_for(".done", token=token))
    return redirect(url_for(".step", token=token, name=web_steps.DANGER.name))


@blueprint.get("/<token>/<name>")
@public
def step(token: str, name: str) -> ResponseReturnValue:
    """Show one page of the form."""
    with viewing(worker_viewer(EYES)):
        form = _opened(token)
        if form is None or form.contact_id is not None:
            return _dead() if form is None else redirect(url_for(".done", token=token))
        body = web_forms.body_of(form, _settings())
        found = _step(name, body)
    return _page(token, found, body, {})


@blueprint.post("/<token>/<name>")
@public
def answer(token: str, name: str) -> ResponseReturnValue:
    """Keep the answers of one page, and go on."""
    with viewing(worker_viewer(EYES)):
        if _opened(token) is None:
            return _dead()
        with transaction():
            form = web_forms.opened(token, lock=True)
            if form.contact_id is not None:
                # What was typed just now is kept nowhere: the receipt says so, and how to add.
                return redirect(url_for(".done", token=token, typed="late"))
            found = _step(name, web_forms.body_of(form, _settings()))
            paths = [field["path"] for field in found.fields]
            web_forms.answer(form, paths, _answered(paths), _settings())
            web_begun.watch(form, _settings())
        body = web_forms.body_of(form, _settings())
    # Who said that a child is in danger now is held up by nothing.
    in_danger = body.get("answers", {}).get(codes.DANGER_NOW) == "yes"
    if not in_danger and (lacks := found.lacks([path for path in paths if request.form.get(path, "").strip()])):
        return _page(token, found, body, lacks), 422
    return redirect(_next(token, name, body))


@blueprint.get("/<token>/check")
@public
def check(token: str) -> ResponseReturnValue:
    """Show the answers for a last look."""
    with viewing(worker_viewer(EYES)):
        form = _opened(token)
        if form is None or form.contact_id is not None:
            return _dead() if form is None else redirect(url_for(".done", token=token))
        return _check(token, web_forms.body_of(form, _settings()), {})


@blueprint.post("/<token>/check")
@public
def send(token: str) -> ResponseReturnValue:
    """Send it, once; or show what blocks it, with everything kept."""
    with viewing(worker_viewer(EYES)):
        if _opened(token) is None:
            return _dead()
        try:
            with transaction():
                web_forms.send(web_forms.opened(token, lock=True), _settings())
        except Invalid as problem:
            body = web_forms.body_of(web_forms.opened(token), _settings())
            return _check(token, body, checking.paths(problem)), problem.status
    return redirect(url_for(".done", token=token))


@blueprint.get("/<token>/done")
@public
def done(token: str) -> ResponseReturnValue:
    """Show the receipt: the reference, and what happens next."""
    with viewing(worker_viewer(EYES)):
        form = _opened(token)
        if form is None or form.contact_id is None:
            return _dead()
        reference = db.session.get_one(Contact, form.contact_id).reference
        return render_template(
            "intake/refer_done.html",
            reference=reference,
            sent_at=form.sent_at,
            phone=front_door_phone(),
            typed_late=request.args.get("typed") == "late",
            url=url_for(".start"),
        )


def _opened(token: str) -> WebForm | None:
    try:
        return web_forms.opened(token)
    except NotFound:
        refuse_too_many_tries("web form link")
        return None


def _step(name: str, body: Json) -> web_steps.Step:
    # One more than there are: somebody who is being added.
    more = [min(many + 1, web_forms.MOST_PEOPLE) for many in _many(body)]
    found = next((one for one in web_steps.steps(*more) if one.name == name), None)
    if found is None:
        raise NotFound("There is no such page of the form. Open your link again.")
    return found


def _many(body: Json) -> tuple[int, int]:
    return len(body.get("children", [])), len(body.get("adults", []))


def _answered(paths: list[str]) -> Json:
    """Read the fields of this page only."""
    changes: Json = forms.to_body((path, request.form[path]) for path in paths if request.form.get(path, "").strip())
    return changes


def _next(token: str, name: str, body: Json) -> str:
    children, adults = _many(body)
    then = request.form.get("then")
    if then in ("child", "adult"):
        another = web_steps.child(children) if then == "child" else web_steps.adult(adults)
        return url_for(".step", token=token, name=another.name)
    names = [one.name for one in web_steps.steps(children, adults)]
    after = names.index(name) + 1 if name in names else len(names)
    return url_for(".check", token=token) if after >= len(names) else url_for(".step", token=token, name=names[after])


def _start(values: Json, errors: dict[str, str]) -> str:
    form = {"values": values, "errors": errors}
    return render_template("intake/refer_start.html", form=form, phone=front_door_phone(), url=url_for(".ask"))


def _page(token: str, found: web_steps.Step, body: Json, errors: dict[str, str]) -> str:
    return render_template(
        "intake/refer_step.html",
        step=found,
        form={"values": body, "errors": errors},
        url=url_for(".answer", token=token, name=found.name),
        another=_another(found, body),
    )


def _another(found: web_steps.Step, body: Json) -> str | None:
    """Say whom else this page can add: a child or an adult; nobody where there are as many as a form holds."""
    who = found.name.partition("-")[0]
    many = dict(zip(("child", "adult"), _many(body), strict=True)).get(who, web_forms.MOST_PEOPLE)
    return who if many < web_forms.MOST_PEOPLE else None


def _check(token: str, body: Json, errors: dict[str, str]) -> str:
    return render_template(
        "intake/refer_check.html",
        groups=[_group(token, one, body) for one in web_steps.steps(*_many(body))],
        form={"values": {}, "errors": errors},
        url=url_for(".send", token=token),
    )


def _group(token: str, found: web_steps.Step, body: Json) -> dict[str, Any]:
    href = url_for(".step", token=token, name=found.name)
    return {"title": found.title, "rows": [_row(field, body, href) for field in found.fields]}


def _row(field: dict[str, Any], body: Any, href: str) -> dict[str, Any]:
    for step in field["path"].split("."):
        place = int(step) if isinstance(body, list) else step
        body = body[place] if (isinstance(body, list) and place < len(body)) or place in body else {}
    said = dict(field.get("options", [])).get(body, body) if isinstance(body, str) else ""
    return {"key": field["label"], "value": said or "Not said", "missing": not said, "href": href}


def _dead() -> ResponseReturnValue:
    return render_template("intake/refer_dead.html", phone=front_door_phone(), url=url_for(".start")), DEAD


def _settings() -> Settings:
    settings: Settings = current_app.extensions["front_door"]
    return settings
