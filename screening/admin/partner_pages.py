"""Which partners are set up and whether they answer, for who looks after the service. Read alone.

The list is changed with `frontdoor partners load`, where who changes it has the file before them.
"""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from screening import codes
from screening.checks import partner_list
from screening.checks.partner_list import Listed
from screening.db import now, transaction
from screening.models import Partner
from screening.sign_in import requires

blueprint = Blueprint("partners", __name__)
ADAPTER_WORDS = {"http": "By program", "form": "By form", "phone": "By telephone"}


@blueprint.get("/partners")
@requires("partner.read")
def page() -> ResponseReturnValue:
    """Show every register, with the partner who keeps it."""
    with transaction():
        registers = [_register(one) for one in partner_list.listed()]
    return render_template("admin/partners.html", registers=registers, now=now())


def _register(one: Listed) -> dict[str, Any]:
    shown = {"name": codes.REGISTERS[one.register], "set_up": one.partner is not None}
    if one.partner is None:
        return shown
    return shown | vars(one.counted) | _of(one.partner) | {"service": _service(one, one.partner), "rests": one.rests}


def _of(partner: Partner) -> dict[str, Any]:
    where = {"http": partner.base_url, "form": partner.mailbox, "phone": partner.telephone}
    return {
        "partner": partner.name,
        "adapter": ADAPTER_WORDS[partner.adapter],
        "where": where[partner.adapter],
        "telephone": partner.telephone if partner.adapter != "phone" else None,
        "secret": partner.token_name,
        "simulator": partner.simulator,
    }


def _service(one: Listed, partner: Partner) -> str | None:
    """Say how their service does; None where they have none."""
    if partner.adapter != "http":
        return None
    failures = f"{partner.failures} failure{'s' if partner.failures > 1 else ''} one after the other"
    if one.rests:
        return f"Left alone for a while after {failures}"
    return f"Called, though the last call failed: {failures}" if partner.failures else "Called as usual"
