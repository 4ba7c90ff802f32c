"""What a named reader is told of a child whom nobody else who decides may know of, and what they did about it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening.db import db, now, transaction
from screening.decisions.children import withheld
from screening.decisions.children.because import told
from screening.errors import Invalid
from screening.models import Contact
from screening.sign_in import requires
from screening.telling import age_words

blueprint = Blueprint("restricted_children", __name__)


@blueprint.get("/restricted-children")
@requires("people.find")
def page() -> ResponseReturnValue:
    """List the children whom the viewer alone may know of, and who belong to a contact that somebody decides."""
    return _page({})


@blueprint.post("/restricted-children/<uuid:row_id>")
@requires("people.find")
def see_to(row_id: UUID) -> ResponseReturnValue:
    """Keep what a named reader did about such a child."""
    try:
        with transaction():
            withheld.see_to(row_id, request.form.get(str(row_id), ""))
    except Invalid as problem:
        return _page({str(row_id): problem.message}), problem.status
    return redirect(url_for("restricted_children.page"))


def _page(errors: dict[str, str]) -> str:
    with transaction():
        unseen = withheld.unseen()
        # Whether they may open the contact, too, is a matter of its own.
        named = [reference for _, _, reference in unseen]
        opens = set(db.session.scalars(select(Contact.reference).where(Contact.reference.in_(named))))
        rows = [
            {
                "id": row.id,
                "name": person.full_name,
                "age_words": age_words(person, now()),
                "href": url_for("people.page", person_id=person.id),
                "because": told(row.because),
                "reference": reference,
                "contact_href": url_for("record.page", reference=reference) if reference in opens else None,
                "found_at": row.found_at,
            }
            for row, person, reference in unseen
        ]
        form = {"values": request.form.to_dict(), "errors": errors}
        return render_template("decisions/restricted_children.html", rows=rows, form=form)
