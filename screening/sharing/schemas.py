"""What somebody may write about sharing: one validation for the page and the API."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema
from marshmallow.validate import OneOf, Regexp

from screening import codes
from screening.fields import Code, Line, Text

NOT_SHARED = "none"
NO_BASIS = "Choose the lawful basis, or that nothing is shared."
NO_AGREEMENT = "Say whether the family agrees."
BY_WHOM = "Write who agreed."
WHY_WITHOUT = "Choose why there is no agreement."
WHY_NOT_SHARED = "Write why nothing is shared."
WHY_OTHER = "Write what the other reason is."
WHICH = "Name the organisation, its e-mail domain, or the register that it keeps."
DOMAIN = r"(?=.{4,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"


class Why(Text):
    """A reason in a few sentences."""

    longest = 2_000


class _Typed(Schema):
    @pre_load
    def _without_blanks(self, data: Any, **_: Any) -> Any:
        # A blank field of a form was not filled in.
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if not (isinstance(value, str) and not value.strip())}


class RecordSchema(_Typed):
    """On what basis it is shared, or that it is not; whether the family agrees, and why not."""

    lawful_basis = fields.String(required=True, error_messages={"required": NO_BASIS, "invalid": NO_BASIS})
    agreement = Code(codes.AGREEMENTS, required=True)
    agreed_by = Line(load_default=None)
    agreed_on = fields.Date(load_default=None, error_messages={"invalid": "Write the day as 2026-11-24."})
    reason_code = Code(codes.SHARING_REASONS, load_default=None)
    reason = Why(load_default=None)

    agreement.error_messages["required"] = NO_AGREEMENT

    @validates_schema(skip_on_field_errors=False)
    def _is_whole(self, data: dict[str, Any], **_: Any) -> None:
        missing = dict(_missing(data))
        if missing:
            raise ValidationError({name: [words] for name, words in missing.items()})


def _missing(data: dict[str, Any]) -> Any:
    if data.get("agreement") == "given" and not data.get("agreed_by"):
        yield "agreed_by", BY_WHOM
    if data.get("agreement") in ("refused", "not_sought") and not data.get("reason_code"):
        yield "reason_code", WHY_WITHOUT
    if data.get("lawful_basis") == NOT_SHARED and not data.get("reason"):
        yield "reason", WHY_NOT_SHARED
    if data.get("reason_code") == "other" and not data.get("reason"):
        yield "reason", WHY_OTHER


class ApprovalSchema(_Typed):
    """A manager's answer to a wish to share without the family's agreement. `answers` is the record it answers."""

    answers = fields.UUID(required=True)
    override = Code(codes.OVERRIDES, required=True, metadata={"description": "approved or refused"})
    override_reason = Why(required=True, error_messages={"required": "Write why."})


class PersonMarkSchema(_Typed):
    """Whom word of a person must not reach, and why."""

    organisation = Line(load_default=None)
    email_domain = fields.String(
        load_default=None, validate=Regexp(f"^{DOMAIN}$", error="Write a domain, such as school.example.org.")
    )
    register = fields.String(
        load_default=None, validate=OneOf(list(codes.REGISTERS), error="Choose one of: {choices}.")
    )
    why = Why(required=True, error_messages={"required": "Write why."})

    @validates_schema(skip_on_field_errors=False)
    def _names_one(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.get(name) for name in ("organisation", "email_domain", "register")):
            raise ValidationError({"organisation": [WHICH]})


class MarkSchema(PersonMarkSchema):
    """The same, about somebody of a contact."""

    about = fields.UUID(
        required=True,
        error_messages={"required": "Choose whom it is about.", "invalid_uuid": "Choose somebody listed."},
    )


class EndSchema(_Typed):
    """Why a mark no longer stands."""

    ended_because = Why(required=True, error_messages={"required": "Write why it no longer stands."})


def because_typed(form: Mapping[str, str]) -> str:
    """Read why a mark ends: each mark's field has a name of its own, so that each has its own label."""
    return next((text for name, text in form.items() if name.startswith("ended_because")), "")
