"""A contact's people, score and checks in the words of a page, as far as the viewer may know them. Asks no database."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from screening import codes
from screening.access import viewer
from screening.db import Json
from screening.models import Contact, Participation, Person, Screening
from screening.people.alerts import KIND_WORDS
from screening.said import dates_said
from screening.wording import LONDON, birth_day, long_day

if TYPE_CHECKING:
    from screening.checks.queries import ShownCheck

Row = dict[str, Any]
ASK = "ask the duty manager"
WAY_WORDS = {
    "http": "asked by program",
    "form": "asked by a form in their mailbox",
    "phone": "to be rung",
}
LOOKED_UP = ("information_found", "nothing_known", "failed")
NOT_KNOWN = "Caller not known"
YOU_MAY_SEE = "that you may see"
LEFT_OUT = f"Restricted contacts, if there are any, are not shown or counted here: {ASK} where it matters."


def children(contact: Contact) -> str:
    """Say which children a contact is about."""
    names = [child.full_name for child in contact.children]
    return " and ".join(names) if names else "No child named"


def referrer(contact: Contact) -> str:
    """Say who told us, as far as the viewer may know: by name, or only what they are."""
    found = contact.referrer
    if found is None:
        return NOT_KNOWN
    own = contact.taken_by_id is not None and contact.taken_by_id == viewer().user_id
    if not (own or viewer().may("contact.read_referrer")):
        return source(contact)
    return ", ".join(part for part in (found.name, found.agency) if part) or source(contact)


def source(contact: Contact) -> str:
    """Say what they are who told us: known by name, they are somebody, though nobody said what."""
    found = contact.referrer
    named = "Caller, not said what they are" if found and found.name else NOT_KNOWN
    return codes.SOURCES.get(found.source_code or "", named) if found else named


def rules_output(screening: Screening | None) -> Json | None:
    """Give what the rules said: all of it, or the band alone, as the viewer may see. None where scoring failed."""
    if screening is None or screening.output is None:
        return None
    if viewer().may("contact.read_rules"):
        return screening.output
    return screening.output | {"findings": [], "open": [], "ask_next": [], "children": []}


def said(key: str, value: str | None) -> Row:
    """Give one line of a summary; what was not said shows as missing, never as nothing."""
    return {"key": key, "value": value or "Not said", "missing": not value}


def person(found: Participation, at: datetime) -> Row:
    """Give somebody as they were said to be in this contact."""
    home = ", ".join(part for part in (found.address_line_1, found.town, found.postcode) if part)
    return {
        "name": found.full_name,
        "role_words": "Child" if found.role == "child" else _adult_words(found),
        "age_words": age_words(found, at) if found.role == "child" else _born_words(found),
        "address": home,
        "alerts": _alerts(found),
        "facts": [(key, value) for key, value in _facts(found) if value],
        "record_words": "",
    }


def age_words(child: Participation | Person, at: datetime) -> str:
    """Say how old somebody is now, or what is known instead."""
    today = at.astimezone(LONDON).date()
    if child.is_unborn:
        due = due_words(child)
        return f"due {due}" if due else "not born yet, due date not known"
    if child.born_earliest and child.born_latest:
        youngest, oldest = _years(child.born_latest, today), _years(child.born_earliest, today)
        return _years_words(oldest) if youngest == oldest else f"{youngest} or {_years_words(oldest)}"
    if child.age_years_estimated is not None:
        return f"about {_years_words(child.age_years_estimated)}"
    return "age not known"


def due_words(child: Participation | Person) -> str | None:
    """Say when a child is due: the month, where no day is known."""
    in_part = getattr(child, "due_in_part", None)
    if in_part:
        return dates_said.words(in_part)
    return long_day(child.expected_delivery_date) if child.expected_delivery_date else None


def _years(born: date, today: date) -> int:
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _years_words(years: int) -> str:
    return "under 1 year" if years == 0 else f"{years} year{'' if years == 1 else 's'}"


def _adult_words(found: Participation) -> str:
    lives = (
        {True: "lives in the home", False: "lives elsewhere"}.get(found.in_household)
        if found.in_household is not None
        else None
    )
    return ", ".join(part for part in ((found.relationship_to_child or "Adult").capitalize(), lives) if part)


def _born_words(found: Participation) -> str:
    return f"born {birth_day(found.date_of_birth)}" if found.date_of_birth else ""


def _alerts(found: Participation) -> list[str]:
    alerts = []
    if found.alleged_harm_to:
        alerts.append("Said to have harmed a child")
    if found.works_with_children == "yes":
        alerts.append("Works with children")
    return alerts


def _facts(found: Participation) -> list[tuple[str, str | None]]:
    where = found.where_now or {}
    where_words = ", ".join(
        words
        for words in (
            where.get("place"),
            f"with {where['with_whom']}" if where.get("with_whom") else None,
            f"safe until {where['safe_until']}" if where.get("safe_until") else None,
        )
        if words
    )
    return [
        ("Where now", where_words),
        ("Date of birth", birth_day(found.date_of_birth) if found.role == "child" and found.date_of_birth else None),
        ("Due", due_words(found) if found.expected_delivery_date else None),
        ("Sex", codes.SEXES.get(found.sex or "")),
        ("School", found.school),
        ("GP", found.gp),
        ("Ethnicity", codes.ETHNICITIES.get(found.ethnicity or "")),
        ("Disability", ", ".join(codes.DISABILITIES.get(code, code) for code in found.disabilities or [])),
        ("Language", codes.language_name(found.language)),
        ("Interpreter", codes.YES_NO_UNKNOWN.get(found.interpreter or "")),
        ("To speak with them", found.communication),
    ]


def check(found: "ShownCheck") -> Row:
    """Say what a check brought, line by line."""
    return {
        "name": codes.check_name(found.kind),
        "about": found.person,
        "outcome": found.outcome,
        "found_words": YOU_MAY_SEE if _may_hide(found, "nothing_known") else found_words(found.found or {}),
        "details": _details(found.found or {}),
        "left_out": LEFT_OUT if _may_hide(found, *LOOKED_UP) else "",
        "problem": found.problem,
        "asked_at": found.asked_at,
        "due_at": found.due_at,
        "answered_at": found.answered_at,
        "retry_url": None,
    } | _asked_of(found)


def _asked_of(found: "ShownCheck") -> Row:
    """Say how a partner is asked, on what basis, what they were told, and who sees to it that an answer comes."""
    asked = found.asked
    if asked is None:
        return {}
    lines = [f"{asked.partner}, {WAY_WORDS[asked.way]}."]
    if asked.shared:
        lines.append(f"Told them: {', '.join(_part_words(part) for part in asked.shared['person'] if part != 'role')}.")
    if asked.lawful_basis:
        lines.append(f"On what basis: {asked.lawful_basis}")
    if asked.reason:
        lines.append(f"Why: {asked.reason}")
    if asked.chases:
        lines.append(f"Chased {_many(asked.chases, 'time')}.")
    if asked.answered_by:
        lines.append(f"Answered by {asked.answered_by}.")
    not_checked = found.outcome not in ("information_found", "nothing_known")
    return {
        "how": lines,
        "chaser": asked.chaser if not_checked else None,
        "telephone": asked.telephone if not_checked else None,
        "simulated": asked.simulated,
    }


def _part_words(part: str) -> str:
    return part.replace("_", " ").replace("nhs", "NHS")


def _may_hide(found: "ShownCheck", *outcomes: str) -> bool:
    # Said whether or not there is a restricted contact: otherwise it would say that there is one.
    return found.kind == "own_records" and found.outcome in outcomes


def found_words(found: Json) -> str:
    """Say in a few words what a check of our own records found."""
    counts = _counts(found)
    parts = []
    if found.get("open_cases"):
        parts.append("open case" if any(not case["ended_on"] for case in found["open_cases"]) else "closed case")
    earlier, siblings = (len(found.get(part, [])) + _not_open(found, part) for part in ("earlier", "siblings"))
    if earlier:
        parts.append(f"{_many(counts.get(12, earlier), 'earlier contact')} in 12 months")
    if siblings:
        parts.append(f"{_many(siblings, 'other child', 'other children')} at the address")
    if found.get("candidates"):
        parts.append(f"may be {_many(len(found['candidates']), 'person', 'people')} in the index")
    if found.get("alerts"):
        parts.append(_many(len(found["alerts"]), "alert"))
    if found.get("family"):
        parts.append(_many(len(found["family"]), "brother or sister", "brothers or sisters"))
    return ", ".join(parts)


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def _not_open(found: Json, part: str) -> int:
    count: int = found.get("not_open", {}).get(part, 0)
    return count


def _counts(found: Json) -> dict[int, int]:
    return {count["months"]: count["contacts"] for count in found.get("counts", [])}


def _details(found: Json) -> list[str]:
    counts = _counts(found)
    lines = [
        f"{case['words']}: {case['likeness']}. {'; '.join(case['reasons'])}." for case in found.get("open_cases", [])
    ]
    if counts:
        lines.append(
            "Earlier contacts: "
            + ", ".join(f"{count} in {months} months" for months, count in sorted(counts.items()))
            + "."
        )
    if found.get("words"):
        lines.append(found["words"])
    questions = found.get("questions", {})
    lines += [f"{questions.get(name, name)} {said.capitalize()}." for name, said in found.get("stated", {}).items()]
    lines += [earlier_words(entry) for entry in found.get("earlier", [])]
    lines += _out_of_reach(found, "earlier")
    lines += [f"Also at this address: {_who(entry)}, in {entry['reference']}." for entry in found.get("siblings", [])]
    if more := _not_open(found, "siblings"):
        lines.append(f"Also at this address: {_many(more, 'child', 'children')} in what you may not open: {ASK}.")
    return [alert_words(entry) for entry in found.get("alerts", [])] + lines + index_lines(found)


def alert_words(entry: Json) -> str:
    """Say an alert, first of all: a late review makes it no less true."""
    review = f"review on {long_day(date.fromisoformat(entry['review_on']))}"
    late = ", which is late" if entry["review_is_late"] else ""
    kind = KIND_WORDS[entry["kind"]]
    return f"Alert, {_standing(entry)}: {kind}. {entry['words']} ({entry['source']}; {review}{late})."


def _standing(entry: Json) -> str:
    return "confirmed" if entry["standing"] == "confirmed" else "possible, nobody has confirmed who this is"


def index_lines(found: Json) -> list[str]:
    """Say what the index has of somebody: who they may be, their family and its contacts, who lives there."""
    lines = [
        f"May be {_who(entry)}, in the index: {'; '.join(entry['reasons'])}. Confirm who this is."
        for entry in found.get("candidates", [])
    ]
    lines += [
        f"Brother or sister, wherever they live: {_who(entry)} ({'; '.join(entry['reasons'])}; {_standing(entry)})."
        for entry in found.get("family", [])
    ]
    lines += [
        f"Earlier contact about a brother or sister: {earlier_day(entry)}, {entry['reference']}, "
        f"{_who(entry)} ({_standing(entry)}).{earlier_outcome(entry)}"
        for entry in found.get("family_contacts", [])
    ]
    lines += _out_of_reach(found, "family_contacts")
    return lines + [_lives_there(entry) for entry in found.get("household", [])]


def _lives_there(entry: Json) -> str:
    if "until" in entry:
        return f"Lived at this address until {long_day(date.fromisoformat(entry['until']))}: {_who(entry)}."
    if entry["reasons"] == ["Same household"]:
        return f"Of the same household, by the index: {_who(entry)} ({_standing(entry)})."
    return f"At this address, by the index: {_who(entry)}."


def _out_of_reach(found: Json, part: str) -> list[str]:
    return [out_of_reach_words(one) for one in found.get("out_of_reach", []) if one["part"] == part]


def out_of_reach_words(one: Json, about: str = "") -> str:
    """Say that a contact came before which the viewer may not open: on which day, how sure that is, what came of it."""
    if one["part"] == "family_contacts":
        what = f"a contact about a brother or sister{f' of {about}' if about else ''} ({_standing(one)})"
    else:
        what = f"an earlier contact{f' about {about}' if about else ''}, {one['likeness']},"
    return f"{earlier_day(one)}: {what} that you may not open.{earlier_outcome(one)} {ASK.capitalize()} what it was."


def earlier_words(entry: Json) -> str:
    """Say an earlier contact in one line: when, which, about whom, how sure that is, what came of it."""
    who = f"{_who(entry)}, {entry['likeness']} ({'; '.join(entry['reasons'])})."
    return f"{earlier_day(entry)}, {entry['reference']}: {who}{earlier_outcome(entry)}"


def earlier_day(entry: Json) -> str:
    """Say the day of an earlier contact, as London has it."""
    return long_day(datetime.fromisoformat(entry["first_received_at"]).astimezone(LONDON).date())


def earlier_outcome(entry: Json) -> str:
    """Say what came of an earlier contact, as a sentence of its own; nothing where the check did not look."""
    if "outcomes" not in entry:
        return ""
    # Two children of one contact may have come to the same: it is said once.
    outcomes = [codes.OUTCOMES[outcome].lower() for outcome in dict.fromkeys(entry["outcomes"])]
    return f" Outcome: {', '.join(outcomes) or 'no decision on file'}."


def _who(entry: Json) -> str:
    born = f", born {birth_day(entry['date_of_birth'])}" if entry.get("date_of_birth") else ""
    return f"{entry['name']}{born}"
