"""Finding a person of the index on a page of its own, for who may open people. What is typed is in no address."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from routing_rules import clocks
from screening import dates
from screening.db import Json, now, transaction
from screening.people.finding import live_search
from screening.people.finding.live_search import LookedUp
from screening.people.identifiers import KINDS, plain
from screening.said import dates_said
from screening.sign_in import refreshes, requires

blueprint = Blueprint("people_find", __name__, url_prefix="/people")
FIELDS = (
    "given_name", "family_name", "also_known_as", "date_of_birth", "age_years_estimated", "sex", "line_1", "postcode",
    "phone", "nhs_number",
)  # fmt: skip
LONGEST_LINE = 200
SHOWN_FIRST = 10
OLDEST_YEARS = 130
SEXES = ("F", "M")
NO_BIRTH = "This date of birth cannot be read, so it was not used. Write 3/4/2017, May 2018 or 2018."
NO_AGE = "This age cannot be read, so it was not used. Write it in years."


@dataclass
class Asked:
    """What was typed: in the contract's shape as far as it can be read, and why the rest was not used."""

    described: Json = field(default_factory=dict)
    not_used: list[str] = field(default_factory=list)


@blueprint.get("/")
@requires("people.read")
def page() -> ResponseReturnValue:
    """Show the form."""
    return _page({}, None)


@blueprint.post("/")
@requires("people.read")
def find() -> ResponseReturnValue:
    """Look for somebody, and show the form again with who it may be; for browsers without JavaScript."""
    typed = _typed()
    return _page(typed, _found(typed))


@blueprint.post("/found")
@refreshes
@requires("people.read")
def found() -> ResponseReturnValue:
    """Show who it may be by what is typed so far: a part of the page."""
    return render_template("people/_found.html", found=_found(_typed()))


def asked(typed: dict[str, str]) -> Asked:
    """Read what was typed. What cannot be read is left out, and said."""
    read = Asked()
    _read_birth(typed, read)
    _read_number(typed, read)
    home = {part: typed[part] for part in ("line_1", "postcode") if part in typed}
    lists = {"given_names": "given_name", "family_names": "family_name", "also_known_as": "also_known_as"}
    read.described |= {name: [typed[told]] for name, told in {**lists, "phones": "phone"}.items() if told in typed}
    if typed.get("sex") in SEXES:
        read.described["sex"] = typed["sex"]
    if home:
        read.described["addresses"] = [home]
    return read


def _read_birth(typed: dict[str, str], read: Asked) -> None:
    if "date_of_birth" in typed:
        born = dates.iso(typed["date_of_birth"], clocks.london_date(now()))
        try:
            dates.span(born)
        except ValueError:
            read.not_used.append(NO_BIRTH)
        else:
            read.described["date_of_birth"] = born
            return
    if "age_years_estimated" in typed:
        years = dates_said.years(typed["age_years_estimated"])
        if years is None or years > OLDEST_YEARS:
            read.not_used.append(NO_AGE)
        else:
            read.described["age_years_estimated"] = years


def _read_number(typed: dict[str, str], read: Asked) -> None:
    if "nhs_number" not in typed:
        return
    number = plain(typed["nhs_number"])
    is_valid, name = KINDS["nhs_number"]
    if is_valid(number):
        read.described["nhs_number"] = number
    else:
        # A wrong number says nothing of anybody; it must not speak against the right person.
        read.not_used.append(f"This is no {name}: its check digit is wrong, so it was not used. Hear it again.")


def _typed() -> dict[str, str]:
    lines = {name: " ".join(request.form.get(name, "").split())[:LONGEST_LINE] for name in FIELDS}
    return {name: words for name, words in lines.items() if words}


def _found(typed: dict[str, str]) -> dict[str, Any]:
    with transaction():
        read = asked(typed)
        looked_up = live_search.look_up(read.described)
        return _told(looked_up, read)


def _told(looked_up: LookedUp, read: Asked) -> dict[str, Any]:
    return {
        "state": looked_up.state,
        "ask": looked_up.ask,
        "not_used": read.not_used,
        "first": SHOWN_FIRST,
        "matches": [
            match.told() | {"href": url_for("people.page", person_id=match.person_id)} for match in looked_up.matches
        ],
    }


def _page(typed: dict[str, str], found: dict[str, Any] | None) -> str:
    return render_template(
        "people/find.html",
        form={"values": typed, "errors": {}},
        found=found or {"state": "not_asked", "matches": [], "first": SHOWN_FIRST, "ask": "", "not_used": []},
        urls={"find": url_for(".find"), "found": url_for(".found")},
    )
