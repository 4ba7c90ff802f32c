"""The standing rule for red: partners who are asked without a click, where the partnership has signed for it.

Policy names the registers and who signed. Without both nothing is ever asked by itself, and the rule asks only what a
person could: about people who were confirmed, on a lawful basis that is recorded, and where it may leave.
"""

from uuid import UUID

from routing_rules import clocks, policy
from screening import tasks
from screening.checks import asking
from screening.checks.asking import Wish
from screening.checks.proposing import asked_already, proposals, standing
from screening.db import new_id, now
from screening.locks import lock_contact
from screening.models import BackgroundCheck

REASON = "Standing rule for red, signed by {names}."


def look_at(contact_id: UUID) -> None:
    """Promise that the rule looks at a contact, since what it asks for has changed; nothing where none is signed."""
    if _registers():
        key = f"{contact_id}:{new_id()}"
        tasks.promise(tasks.STANDING_RULE, key, contact_id=contact_id, urgency="red")


def ask(contact_id: UUID) -> list[BackgroundCheck]:
    """Ask what the rule says about a contact, if it is red; what was asked before is not asked again."""
    contact, registers = lock_contact(contact_id), _registers()
    if contact is None or contact.state not in ("received", "decided") or not registers:
        return []
    stands = standing(contact)
    if stands.urgency != "red":
        return []
    wanted = [one for one in proposals(contact, stands) if one.register in registers and one.asks]
    before = asked_already(wanted)
    to_ask = [one.register for one in wanted if one.register not in before]
    wish = Wish(registers=to_ask, reason=REASON.format(names=", ".join(_signed_by())))
    return asking.put(contact, wish, stands) if to_ask else []


def _registers() -> tuple[str, ...]:
    """Give the registers that the rule names today; none where nobody has signed for it."""
    return _read("partners_standing_rule") if _signed_by() else ()


def _signed_by() -> tuple[str, ...]:
    return _read("partners_standing_rule_signed_by")


def _read(name: str) -> tuple[str, ...]:
    found: tuple[str, ...] = policy.packaged().read(name, clocks.london_date(now()), tuple)
    return found
