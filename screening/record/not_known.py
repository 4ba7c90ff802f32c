"""What is not known about a contact: checks with no answer and who chases, questions not asked, what is missing."""

from collections.abc import Iterator

from screening import codes, missing_facts, telling
from screening.access import viewer
from screening.checks.queries import ShownCheck
from screening.db import now
from screening.models import Contact, Participation
from screening.record import provenance
from screening.record.provenance import Item
from screening.said import asked
from screening.wording import moment

NO_CHECK = "No partner was asked: {}."
NOT_CHECKED = {"no_reply": "no reply", "refused": "refused", "failed": "it failed", "not_asked": "not asked"}


def not_known(contact: Contact, checks: list[ShownCheck]) -> Iterator[Item]:
    """List what is not known: first the checks, then the questions, then what is missing of the people."""
    yield from (item for check in checks for item in _unanswered(check))
    never = [name for register, name in codes.REGISTERS.items() if register not in {check.kind for check in checks}]
    if never and viewer().may("contact.read_checks"):
        words = NO_CHECK.format(", ".join(never))
        yield Item(words=words, source=provenance.service("checks", now()))
    not_asked: list[str] = []
    for group in asked.groups(contact, contact.children):
        missing = [row["key"].rstrip("?") for row in group["rows"] if row["missing"]]
        not_asked += missing
        if missing:
            words = f"{group['name']}: not asked or not known: {'; '.join(missing)}."
            yield Item(words=words, source=provenance.contact(contact))
    for person in contact.participations:
        if absent := _absent(person):
            yield Item(
                words=f"{person.full_name}: {' and '.join(absent)} not known.", source=provenance.contact(contact)
            )
    said = provenance.contact(contact)
    # A question that stands among those not asked is not said twice.
    for one in missing_facts.open_of(contact):
        if not any(question in one.words for question in not_asked):
            yield Item(words=f"To find out: {one.words}.", source=said)
    left_out = {told for check in checks if (told := telling.check(check)["left_out"])}
    yield from (Item(words=words, source=provenance.service("restricted", now())) for words in sorted(left_out))


def _unanswered(check: ShownCheck) -> Iterator[Item]:
    source = provenance.check(check)
    if check.outcome is None:
        yield Item(words=f"{asked_words(check)}: waiting, due {moment(check.due_at)}. {_chaser(check)}", source=source)
    elif check.outcome in NOT_CHECKED:
        why = f" {check.problem}" if check.problem else ""
        words = f"{asked_words(check)}: not checked, {NOT_CHECKED[check.outcome]}.{why} {_chaser(check)}".strip()
        yield Item(words=words, source=source, look="warning")
    elif check.problem:
        yield Item(words=f"{asked_words(check)}: only in part. {check.problem}", source=source, look="warning")


def _chaser(check: ShownCheck) -> str:
    if check.asked is None:
        return (
            "The service looks by itself." if check.outcome is None else "Ask the duty manager to have it asked again."
        )
    telephone = f", {check.asked.telephone}" if check.asked.telephone else ""
    return f"{check.asked.chaser or 'The duty manager'} chases it{telephone}."


def _absent(person: Participation) -> list[str]:
    born = person.date_of_birth or person.age_years_estimated is not None or person.expected_delivery_date
    of_child = (
        ("age", born),
        ("address", person.postcode or person.address_line_1),
        ("where they are now", person.where_now),
    )
    return [name for name, known in of_child if not known] if person.role == "child" else []


def asked_words(check: ShownCheck) -> str:
    """Say what was asked, about whom."""
    return f"{codes.check_name(check.kind)}, about {check.person}" if check.person else codes.check_name(check.kind)
