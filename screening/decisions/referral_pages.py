"""The referral that a contact became, on a screen: its main need for each child, where nobody has said it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import codes
from screening.db import transaction
from screening.decisions import forms, referrals
from screening.decisions.queries import child_name, contact_of
from screening.errors import Invalid
from screening.models import Contact
from screening.sign_in import requires

blueprint = Blueprint("referrals", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/referral")
@requires("queue.accept")
def page(reference: str) -> ResponseReturnValue:
    """Ask for the main need of each child who was referred."""
    return _page(contact_of(reference), {})


@blueprint.post("/<reference>/referral")
@requires("queue.accept")
def say_need(reference: str) -> ResponseReturnValue:
    """Keep the main needs; where one is missing, ask again."""
    contact = contact_of(reference)
    try:
        with transaction():
            referrals.say_need(
                contact, {one.id: request.form.get(str(one.id), "") for one in referrals.referrals_of(contact)}
            )
    except Invalid as problem:
        return _page(contact, forms.errors_of(problem)), problem.status
    return redirect(url_for("record.page", reference=reference, tab="decision"))


def _page(contact: Contact, errors: dict[str, str]) -> str:
    shown = referrals.referrals_of(contact)
    values = {str(one.id): request.form.get(str(one.id), one.primary_need or "") for one in shown}
    return render_template(
        "decisions/referral.html",
        contact={
            "reference": contact.reference,
            "href": url_for("record.page", reference=contact.reference, tab="decision"),
        },
        children=[(str(one.id), child_name(contact, one.child_id)) for one in shown],
        needs=codes.choices(codes.NEEDS),
        form={"values": values, "errors": errors},
        urls={"send": url_for(".say_need", reference=contact.reference)},
    )


def told(contact: Contact) -> dict[str, Any] | None:
    """Say the referral that a contact became, for its record; None where it became none."""
    found = referrals.referrals_of(contact)
    if not found:
        return None
    before = referrals.referred_before(contact, found)
    source = next((one.source_code for one in found if one.source_code), None)
    unsaid = any(one.primary_need is None for one in found)
    return {
        "at": found[0].referred_at,
        "source_words": codes.SOURCES.get(source or "", "not said"),
        "source_missing": source is None,
        "children": [
            {
                "name": child_name(contact, one.child_id),
                "need_words": codes.NEEDS.get(one.primary_need or "", "not said yet"),
                "need_missing": one.primary_need is None,
                "again_words": before[one.id].words,
                "again_look": "" if before[one.id].state == "no" else "warning",
            }
            for one in found
        ],
        "href": url_for("referrals.page", reference=contact.reference) if unsaid and referrals.may_say_need() else "",
    }
