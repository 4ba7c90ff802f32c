"""What each role may do, as data: the matrix of `docs/permissions.md`. What is not listed is refused."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is. Several may be held at once."""

    CALL_HANDLER = "call_handler"
    SCREENING_SOCIAL_WORKER = "screening_social_worker"
    TEAM_MANAGER = "team_manager"
    SOCIAL_WORKER = "social_worker"
    EMERGENCY_DUTY = "emergency_duty"
    OPERATIONS = "operations"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_WORDS: dict[str, str] = {
    Role.CALL_HANDLER: "Call handler",
    Role.SCREENING_SOCIAL_WORKER: "Screening social worker",
    Role.TEAM_MANAGER: "Team manager",
    Role.SOCIAL_WORKER: "Social worker",
    Role.EMERGENCY_DUTY: "Emergency duty social worker",
    Role.OPERATIONS: "Operations",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}

_WORKS_A_QUEUE = {
    "callback.ring",
    "contact.take",
    "contact.read",
    "contact.read_checks",
    "queue.read",
    "queue.accept",
    "queue.return",
    "board.read",
    "escalation.take",
    "rota.read",
    "chronology.read",
    "chronology.write",
}
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.CALL_HANDLER: frozenset({"callback.ring", "people.find", "contact.take", "contact.read", "message.resend"}),
    Role.SCREENING_SOCIAL_WORKER: frozenset(
        _WORKS_A_QUEUE
        | {
            "people.find",
            "people.read",
            "people.link",
            "people.write",
            "contact.read_all",
            "check.ask",
            "check.answer",
            "contact.read_rules",
            "contact.read_referrer",
            "consult.answer",
            "callback.decide",
            "danger.acknowledge",
            "decision.contact",
            "message.acknowledge",
            "message.resend",
            "handover.sign",
            "queue.route",
            "rules.read",
            "sharing.write",
        }
    ),
    Role.TEAM_MANAGER: frozenset(
        _WORKS_A_QUEUE
        | {
            "check.ask",
            "check.answer",
            "people.find",
            "people.read",
            "people.link",
            "people.write",
            "people.merge",
            "people.restrict",
            "contact.read_rules",
            "contact.read_referrer",
            "consult.answer",
            "callback.decide",
            "danger.acknowledge",
            "decision.contact",
            "decision.team",
            "decision.confirm",
            "disagreement.answer",
            "chronology.override",
            "message.acknowledge",
            "message.resend",
            "queue.allocate",
            "queue.route",
            "draft.read_late",
            "handover.sign",
            "night.triage",
            "rules.read",
            "rota.write",
            "rules.write",
            "sharing.write",
            "sharing.approve",
        }
    ),
    Role.SOCIAL_WORKER: frozenset(
        _WORKS_A_QUEUE
        | {
            "people.find",
            "people.read",
            "people.link",
            "decision.team",
            "message.acknowledge",
        }
    ),
    Role.EMERGENCY_DUTY: frozenset(
        _WORKS_A_QUEUE
        | {
            "people.find",
            "people.read",
            "people.link",
            "people.write",
            "check.ask",
            "check.answer",
            "contact.read_shift",
            "handover.sign",
            "night.triage",
            "contact.read_rules",
            "contact.read_referrer",
            "consult.answer",
            "callback.decide",
            "danger.acknowledge",
            "decision.contact",
            "decision.team",
            "message.acknowledge",
            "message.resend",
            "queue.route",
            "sharing.write",
        }
    ),
    Role.OPERATIONS: frozenset({"board.read", "escalation.take", "partner.read", "rota.read", "task.retry"}),
    Role.AUDITOR: frozenset({"audit.read", "board.read", "rules.read"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "user.write",
            "team.write",
            "partner.read",
            "rota.read",
            "rota.write",
            "rules.read",
            "rules.write",
            "rules.publish",
        }
    ),
}
SCOPE_PERMISSIONS: dict[str, frozenset[str]] = {
    "partner": frozenset({"api.contact.send", "api.contact.read_own"}),
    "integration": frozenset(
        {
            "api.contact.send",
            "api.contact.read_own",
            "api.contact.read",
            "contact.read_checks",
            "contact.read_rules",
            "contact.read_referrer",
            "api.score",
            "api.queue.read",
            "api.board.read",
            "api.people.search",
            "people.find",
            "api.involvements.load",
        }
    ),
}
# What a person with a token may do through the API, beside what their roles say in the pages.
API_OF: dict[str, frozenset[str]] = {
    "contact.take": frozenset({"api.contact.send"}),
    "contact.read": frozenset({"api.contact.read", "api.contact.read_own"}),
    "contact.read_rules": frozenset({"api.score"}),
    "queue.read": frozenset({"api.queue.read"}),
    "board.read": frozenset({"api.board.read"}),
    "people.read": frozenset({"api.people.search"}),
}
PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values(), *SCOPE_PERMISSIONS.values())
