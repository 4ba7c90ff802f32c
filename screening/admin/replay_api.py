"""Shadow runs for programs that act for a person: start one, and read its numbers. No contact is told here."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, Range

from screening import api, audit
from screening.admin import replay_queries, replays
from screening.api import ONCE, Blueprint, answer_once, require_person
from screening.db import Json, transaction
from screening.models import RulesReplay
from screening.sign_in import requires

blueprint = Blueprint("replays_api", __name__, description="Shadow runs: other rules over contacts that came before.")
WHICH = "Name a draft or a version, and not both."


class StartSchema(Schema):
    """What to run: a draft by its id, or a published version by the whole hash; and over how many days."""

    draft = fields.UUID()
    version = fields.String(validate=Length(equal=64))
    days = fields.Integer(strict=True, load_default=replays.USUAL_DAYS, validate=Range(1, replays.MOST_DAYS))

    @validates_schema
    def _names_one(self, data: dict[str, Any], **_: Any) -> None:
        if ("draft" in data) == ("version" in data):
            raise ValidationError(WHICH)


class ReplaySchema(Schema):
    """A run. `tally` counts children, by team contacts; its parts are told in docs/admin.md."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"enum": list(replay_queries.STATE_WORDS)})
    ruleset = fields.String(required=True)
    draft = fields.UUID(required=True, allow_none=True)
    since = fields.Date(required=True)
    last_day = fields.Date(required=True)
    looked_at = fields.Integer(required=True)
    total = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    in_words = fields.String(required=True)
    tally = fields.Dict(required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@blueprint.post("/rules/replays")
@requires("rules.write")
@blueprint.doc(**ONCE)
@blueprint.arguments(StartSchema)
@blueprint.response(201, ReplaySchema)
def start(wanted: dict[str, Any]) -> Response:
    """Start a run, in the name of the token's person. It goes on by itself: read it to see how far it is."""
    require_person()

    def write() -> tuple[int, Json]:
        if "draft" in wanted:
            run = replays.start_draft(wanted["draft"], days=wanted["days"])
        else:
            run = replays.start_version(wanted["version"], days=wanted["days"])
        return 201, _shown(run)

    return answer_once(write)


@blueprint.get("/rules/replays/<uuid:run_id>")
@requires("rules.read")
@blueprint.response(200, ReplaySchema)
def read(run_id: UUID) -> Response:
    """Read how far a run is and what it found so far."""
    with transaction():
        run = replay_queries.run_of(run_id)
        detail = {"state": run.state, "contacts": run.looked_at}
        audit.record("rules.replay_read", subject=("rules_replay", run.id), detail=detail)
        found = _shown(run)
    return api.answer(found)


def _shown(run: RulesReplay) -> Json:
    heading = replay_queries.heading(run)
    links = {"self": url_for("replays_api.read", run_id=run.id), "page": url_for("replays.run", run_id=run.id)}
    shown: Json = ReplaySchema().dump(
        {**heading, "ruleset": run.hash, "draft": run.draft_id, "tally": run.tally, "links": links}
    )
    return shown
