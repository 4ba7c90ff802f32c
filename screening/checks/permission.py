"""Promise 8 and the lawful basis for partners: asked here alone, before anything about a check leaves us."""

from screening import audit
from screening.as_it_stands import AsItStands
from screening.checks import said_who, service
from screening.leaving import Permission, Recipient, may_leave
from screening.models import BackgroundCheck, Contact, Partner

LIST_CHANGED = "The list of partners changed: ask again."


def to_ring(contact: Contact | AsItStands, partner: Partner) -> Permission:
    """Say whether a partner may be asked at all today: somebody may at least ring; with the basis it is done on."""
    return may_leave(contact, "partner_call", _recipient(partner))


def to_send(contact: Contact | AsItStands, partner: Partner) -> Permission:
    """Say whether a partner may be sent a question today, by program or by mail."""
    return may_leave(contact, "partner_check", _recipient(partner))


def is_listed(check: BackgroundCheck, partner: Partner) -> bool:
    """Say whether a check's partner is still on the list; where not, it ends, and nothing goes to where they were."""
    if partner.active:
        return True
    service.answer(check, "failed", problem=LIST_CHANGED)
    return False


def to_show(check: BackgroundCheck, contact: Contact, partner: Partner) -> bool:
    """Say whether who opens the link of a check may be shown whom it is about: as if it were sent now."""
    if partner.active and said_who.is_still(check) and to_send(contact, partner).allowed:
        return True
    detail = {"kind": check.kind}
    audit.record("check.withheld", contact_id=check.contact_id, subject=("check", check.id), detail=detail)
    return False


def permit(check: BackgroundCheck, contact: Contact, partner: Partner) -> bool:
    """Say whether a check may be sent now; where not, a person rings or nobody is asked, and the check says why."""
    if not said_who.is_still(check):
        said_who.withdraw(check)
        return False
    permission = to_send(contact, partner)
    if permission.allowed:
        check.lawful_basis = permission.basis
        return True
    detail = {"kind": check.kind}
    audit.record("check.withheld", contact_id=check.contact_id, subject=("check", check.id), detail=detail)
    if to_ring(contact, partner).allowed:
        check.way, check.problem = "phone", permission.reason
    else:
        service.answer(check, "not_asked", problem=permission.reason)
    return False


def _recipient(partner: Partner) -> Recipient:
    mailbox = partner.mailbox if partner.adapter == "form" else None
    return Recipient(address=mailbox, organisation=partner.name, register=partner.register)
