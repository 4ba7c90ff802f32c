"""One file per table: shape and its own invariants, nothing else."""

from screening.models.acceptance_view import AcceptanceView
from screening.models.api_token import ApiToken
from screening.models.audit_entry import AuditEntry, AuditLink
from screening.models.awaited import Awaited, AwaitedTry
from screening.models.background_check import BackgroundCheck
from screening.models.breach_forecast import BreachForecast
from screening.models.call_safety import CallSafety
from screening.models.callback import Callback, CallbackTry
from screening.models.chronology_copy import ChronologyCopy
from screening.models.chronology_entry import ChronologyEntry
from screening.models.chronology_review import ChronologyOverride, ChronologyReview
from screening.models.consultation import Consultation
from screening.models.contact import Contact, NamedReader
from screening.models.contact_addition import ContactAddition
from screening.models.county import County
from screening.models.cue_set_aside import CueSetAside
from screening.models.danger_alert import DangerAlert
from screening.models.decision import Decision, Referral
from screening.models.disagreement import Disagreement
from screening.models.do_not_alert import DoNotAlert
from screening.models.draft import Draft
from screening.models.email import Email, EmailAttachment, RefusedEmail
from screening.models.escalation import Escalation, EscalationNotice
from screening.models.handover_pack import HandoverItem, HandoverPack
from screening.models.heartbeat import Heartbeat
from screening.models.idempotency import IdempotentAnswer
from screening.models.imported_file import ImportedFile, ImportedRow
from screening.models.involvement import Involvement
from screening.models.involvement_list import InvolvementList
from screening.models.known_child import KnownChild, WithheldChild, WithheldChildReader
from screening.models.late_draft import LateDraft
from screening.models.looking import Looking
from screening.models.message import Message
from screening.models.missing_fact import MissingFact
from screening.models.night_contact import NightContact
from screening.models.own_view import OwnView
from screening.models.paper_form import PaperForm
from screening.models.participation import Participation
from screening.models.partner import Partner, PartnerLink
from screening.models.person import Household, Person, PersonReader
from screening.models.person_alert import PersonAlert
from screening.models.person_change import PersonChange, PersonMerge
from screening.models.person_details import PersonAddress, PersonIdentifier, PersonName, PersonPhone
from screening.models.person_key import NameToken, PersonCard, PersonKey, PersonToken
from screening.models.person_link import PersonLink
from screening.models.person_relationship import PersonRelationship
from screening.models.queue_item import QueueItem
from screening.models.referral_delivery import CaseReconciliation, ReferralDelivery
from screening.models.referrer import Referrer
from screening.models.reply_link import ReplyLink
from screening.models.rota_shift import RotaShift
from screening.models.routing import Routing
from screening.models.rules_draft import RulesDraft, RulesDraftChange
from screening.models.rules_replay import RulesReplay, RulesReplayRow
from screening.models.ruleset import RulesetInForce
from screening.models.screening import Screening
from screening.models.screening_finding import ScreeningFinding
from screening.models.sharing_record import SharingRecord
from screening.models.staff_leave import StaffLeave
from screening.models.strategy import StrategyAction, StrategyDiscussion, StrategyRecord
from screening.models.synthetic_run import SyntheticRun
from screening.models.task import Task
from screening.models.team import Team
from screening.models.telephone_agreement import TelephoneAgreement
from screening.models.unsent_decision import UnsentDecision
from screening.models.user import Membership, User
from screening.models.web_form import WebForm
from screening.models.web_session import SignInFailure, WebSession

__all__ = [
    "AcceptanceView",
    "ApiToken",
    "AuditEntry",
    "AuditLink",
    "Awaited",
    "AwaitedTry",
    "BackgroundCheck",
    "BreachForecast",
    "CallSafety",
    "Callback",
    "CallbackTry",
    "CaseReconciliation",
    "ChronologyCopy",
    "ChronologyEntry",
    "ChronologyOverride",
    "ChronologyReview",
    "Consultation",
    "Contact",
    "ContactAddition",
    "County",
    "CueSetAside",
    "DangerAlert",
    "Decision",
    "Disagreement",
    "DoNotAlert",
    "Draft",
    "Email",
    "EmailAttachment",
    "Escalation",
    "EscalationNotice",
    "HandoverItem",
    "HandoverPack",
    "Heartbeat",
    "Household",
    "IdempotentAnswer",
    "ImportedFile",
    "ImportedRow",
    "Involvement",
    "InvolvementList",
    "KnownChild",
    "LateDraft",
    "Looking",
    "Membership",
    "Message",
    "MissingFact",
    "NameToken",
    "NamedReader",
    "NightContact",
    "OwnView",
    "PaperForm",
    "Participation",
    "Partner",
    "PartnerLink",
    "Person",
    "PersonAddress",
    "PersonAlert",
    "PersonCard",
    "PersonChange",
    "PersonIdentifier",
    "PersonKey",
    "PersonLink",
    "PersonMerge",
    "PersonName",
    "PersonPhone",
    "PersonReader",
    "PersonRelationship",
    "PersonToken",
    "QueueItem",
    "Referral",
    "ReferralDelivery",
    "Referrer",
    "RefusedEmail",
    "ReplyLink",
    "RotaShift",
    "Routing",
    "RulesDraft",
    "RulesDraftChange",
    "RulesReplay",
    "RulesReplayRow",
    "RulesetInForce",
    "Screening",
    "ScreeningFinding",
    "SharingRecord",
    "SignInFailure",
    "StaffLeave",
    "StrategyAction",
    "StrategyDiscussion",
    "StrategyRecord",
    "SyntheticRun",
    "Task",
    "Team",
    "TelephoneAgreement",
    "UnsentDecision",
    "User",
    "WebForm",
    "WebSession",
    "WithheldChild",
    "WithheldChildReader",
]
