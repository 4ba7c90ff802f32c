"""The rules for programs that act for a person: versions, checks, differences, drafts, and publishing by a second."""

from uuid import UUID

from flask import Response

from routing_rules import compare as differences
from routing_rules.rules import Ruleset
from screening import api
from screening.admin import described, publishing, queries, service
from screening.admin.schemas import (
    AdoptSchema,
    BecauseSchema,
    CompareSchema,
    NewDraftSchema,
    ProposeSchema,
    PublishSchema,
    TextSchema,
    is_text,
)
from screening.api import ONCE, ONCE_AT_VERSION, Blueprint, answer_once, require_person, version_sent
from screening.db import Json
from screening.errors import Conflict, Invalid
from screening.sign_in import requires

blueprint = Blueprint("rules_api", __name__, description="Versions and drafts of the rules")


@blueprint.route("/rules", methods=["GET"])
@requires("rules.read")
@blueprint.response(200)
def versions() -> Response:
    """List the versions, newest first, and the drafts that people work on."""
    counts_now = queries.counting(queries.today())
    found = [described.version(row) | {"counts_today": row is counts_now} for row in queries.versions()]
    return api.answer({"versions": found, "drafts": [described.draft(row) for row in queries.open_drafts()]})


@blueprint.route("/rules/<digits>", methods=["GET"])
@requires("rules.read")
@blueprint.response(200)
def version(digits: str) -> Response:
    """Read one version, by the first digits of its hash or as `in-force`, with its whole text."""
    row = queries.named(digits)
    return api.answer(described.version(row) | {"yaml": row.yaml})


@blueprint.post("/rules/check")
@requires("rules.read")
@blueprint.arguments(TextSchema)
@blueprint.response(200)
def check(said: Json) -> Response:
    """Say what is wrong with a text, each problem with its line and what to do. Nothing is stored."""
    checked = queries.check(said["yaml"])
    found = {"sound": checked.is_sound, "problems": list(checked.problems)}
    return api.answer(found | ({"label": checked.rules.label, "hash": checked.rules.hash} if checked.rules else {}))


@blueprint.post("/rules/compare")
@requires("rules.read")
@blueprint.arguments(CompareSchema)
@blueprint.response(200)
def compare(said: Json) -> Response:
    """Say in words what differs between two rulesets: texts, or published ones by hash or as `in-force`."""
    before, after = (_rules(said[part], part) for part in ("before", "after"))
    return api.answer({"changes": differences.as_json(differences.compare(before, after))})


@blueprint.post("/rules/drafts")
@requires("rules.write")
@blueprint.doc(**ONCE)
@blueprint.arguments(NewDraftSchema)
@blueprint.response(201)
def start(said: Json) -> Response:
    """Begin a draft from a published version, or with a text of one's own, sound or not."""
    require_person()

    def write() -> tuple[int, Json]:
        based_on = queries.named(said["based_on"]).hash
        return 201, described.whole(service.start(title=said["title"], based_on=based_on, text=said.get("yaml")))

    return answer_once(write)


@blueprint.route("/rules/drafts/<uuid:draft_id>", methods=["GET"])
@requires("rules.read")
@blueprint.response(200)
def draft(draft_id: UUID) -> Response:
    """Read a draft: its text, its problems, what it would change, and the `seen` that a publisher sends back."""
    return api.answer(described.whole(queries.draft(draft_id)))


@blueprint.post("/rules/drafts/<uuid:draft_id>/text")
@requires("rules.write")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(TextSchema)
@blueprint.response(200)
def write_text(said: Json, draft_id: UUID) -> Response:
    """Keep a draft's whole new text, sound or not."""
    require_person()
    seen = version_sent()
    return answer_once(lambda: (200, described.whole(service.write(draft_id, said["yaml"], version=seen))))


@blueprint.post("/rules/drafts/<uuid:draft_id>/propose")
@requires("rules.write")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(ProposeSchema)
@blueprint.response(200)
def propose(said: Json, draft_id: UUID) -> Response:
    """Ask for a draft to be published from a day on."""
    require_person()
    seen = version_sent()
    return answer_once(lambda: (200, described.whole(service.propose(draft_id, **said, version=seen))))


@blueprint.post("/rules/drafts/<uuid:draft_id>/publish")
@requires("rules.publish")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(PublishSchema)
@blueprint.response(201)
def publish(said: Json, draft_id: UUID) -> Response:
    """Publish what somebody else proposed. `seen` is the draft's own: it names the difference that was read."""
    require_person()
    version = version_sent()
    act = publishing.publish_without_shadow_run if said["without_shadow_run"] else publishing.publish
    return answer_once(lambda: (201, described.version(act(draft_id, seen=said["seen"], version=version))))


@blueprint.post("/rules/drafts/<uuid:draft_id>/take-back")
@requires("rules.write")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.response(200)
def take_back(draft_id: UUID) -> Response:
    """Make a proposal a draft again, so that it can be changed."""
    require_person()
    seen = version_sent()
    return answer_once(lambda: (200, described.whole(service.take_back(draft_id, version=seen))))


@blueprint.post("/rules/drafts/<uuid:draft_id>/discard")
@requires("rules.write")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(BecauseSchema)
@blueprint.response(200)
def discard(said: Json, draft_id: UUID) -> Response:
    """End a draft that will not be published; it is kept, with the reason."""
    require_person()
    seen = version_sent()
    return answer_once(lambda: (200, described.whole(service.discard(draft_id, **said, version=seen))))


@blueprint.post("/rules/<digits>/withdraw")
@requires("rules.publish")
@blueprint.doc(**ONCE)
@blueprint.arguments(BecauseSchema)
@blueprint.response(200)
def withdraw(said: Json, digits: str) -> Response:
    """Take back a published version before its first day."""
    require_person()
    return answer_once(lambda: (200, described.version(publishing.withdraw(digits, **said))))


@blueprint.post("/rules/<digits>/adopt")
@requires("rules.publish")
@blueprint.doc(**ONCE)
@blueprint.arguments(AdoptSchema)
@blueprint.response(200)
def adopt(said: Json, digits: str) -> Response:
    """Write down that a partnership adopted a version: who, when, and when it is looked at again."""
    require_person()
    return answer_once(lambda: (200, described.version(publishing.adopt(digits, **said))))


def _rules(said: str, part: str) -> Ruleset:
    if not is_text(said):
        found = queries.rules_of(queries.named(said))
        if found is None:
            raise Conflict("These rules are damaged, and cannot be compared. Put the backup back.")
        return found
    checked = queries.check(said)
    if checked.rules is None:
        raise Invalid("This text is not sound, and cannot be compared.", fields={f"/{part}": list(checked.problems)})
    return checked.rules
