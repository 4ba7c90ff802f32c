"""One form about one person: opened, shown at first, and shown again with what is wrong or came too late."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from screening import audit
from screening.db import Json
from screening.errors import Invalid, ScreeningError, Stale
from screening.models import Person
from screening.people import queries
from screening.people.pages import forms


def opened(person_id: UUID, part: str) -> Person:
    """Open one record for a form, audited; `part` says for which.

    Raises:
        NotFound: there is none that the viewer may know of.
        Conflict: it was merged into another.
    """
    person = queries.person_of(person_id)
    queries.refuse_merged(person)
    audit.record("person.read", subject=("person", person.id), detail={"part": part})
    return person


def shown(template: str, person: Person, values: Json, problem: ScreeningError | None = None, **more: Any) -> str:
    """Show a form with what it holds, and what is wrong with that."""
    errors = forms.errors_of(problem) if isinstance(problem, Invalid) else {}
    return render_template(
        template,
        person={"id": person.id, "name": person.full_name, "href": place(person.id), "unborn": person.is_unborn},
        form={"values": values, "errors": errors},
        # Whoever was too late keeps what they typed to copy it, and cannot write over what they have not seen.
        changed=problem.message if isinstance(problem, Stale) else "",
        version=request.form.get("version", person.version),
        **more,
    )


def place(person_id: UUID) -> str:
    """Give the address of a person's page."""
    return url_for("people.page", person_id=person_id)
