"""The stages of the work, in the order that a contact meets them. A new stage is joined here."""

from flask import Flask
from flask_smorest import Blueprint

from screening import keys, start
from screening.admin import api as rules_api
from screening.admin import draft_pages, replay_api, replay_pages, rule_pages
from screening.admin import pages as rules_pages
from screening.admin import partner_pages as admin_partner_pages
from screening.callbacks import pages as callback_pages
from screening.cases import api as cases_api
from screening.cases import pages as cases_pages
from screening.checks import api as checks_api
from screening.checks import pages as checks_pages
from screening.checks import partner_pages
from screening.chronology import api as chronology_api
from screening.chronology import copy_pages as chronology_copy_pages
from screening.chronology import gate_pages as chronology_gate_pages
from screening.chronology import pages as chronology_pages
from screening.contacts import api as contacts_api
from screening.contacts import (
    call_safe_pages,
    caller_pages,
    consult_pages,
    help_pages,
    late_pages,
    match_pages,
    short_pages,
    take_over_pages,
)
from screening.contacts import pages as contacts_pages
from screening.contacts import sending as contacts_sending
from screening.danger import pages as danger_pages
from screening.decisions import (
    again_pages,
    by_telephone_api,
    by_telephone_pages,
    referral_pages,
    second_pages,
    taking_back_pages,
    unsent_pages,
)
from screening.decisions import api as decisions_api
from screening.decisions import pages as decisions_pages
from screening.decisions.awaited import api as awaited_api
from screening.decisions.awaited import pages as awaited_pages
from screening.decisions.children import api as known_children_api
from screening.decisions.children import pages as known_children_pages
from screening.decisions.children import restricted_pages
from screening.decisions.strategy import api as strategy_api
from screening.decisions.strategy import pages as strategy_pages
from screening.escalation import api as escalation_api
from screening.escalation import pages as escalation_pages
from screening.intake import email_pages, import_pages, paper_pages, web_pages
from screening.messages import pages as messages_pages
from screening.messages.disagreements import pages as disagreement_pages
from screening.messages.replies import pages as reply_pages
from screening.oversight import api as oversight_api
from screening.oversight import calibration_pages, displays_pages, health, metrics, rows_pages
from screening.oversight import pages as oversight_pages
from screening.people.pages import api as people_api
from screening.people.pages import edit_pages as people_edit_pages
from screening.people.pages import family_pages as people_family_pages
from screening.people.pages import find_pages
from screening.people.pages import link_api as people_link_api
from screening.people.pages import link_pages as people_link_pages
from screening.people.pages import merge_pages as people_merge_pages
from screening.people.pages import person_pages as people_pages
from screening.queues import api as queues_api
from screening.queues import pages as queues_pages
from screening.queues.handover import api as handover_api
from screening.queues.handover import pages as handover_pages
from screening.record import api as record_api
from screening.record import explanation_pages, missing_pages, sharing_api, sharing_pages
from screening.record import pages as record_pages
from screening.rota import hours_pages as rota_hours_pages
from screening.rota import pages as rota_pages
from screening.rota import people_pages as rota_people_pages
from screening.sharing import person_pages as person_marks
from screening.signing_in import pages as sign_in_pages

# Each stage's JSON API, under /api/v1.
STAGE_APIS: list[Blueprint] = [
    contacts_api.blueprint,
    people_api.blueprint,
    record_api.blueprint,
    sharing_api.blueprint,
    queues_api.blueprint,
    handover_api.blueprint,
    people_link_api.blueprint,
    checks_api.blueprint,
    chronology_api.blueprint,
    decisions_api.blueprint,
    by_telephone_api.blueprint,
    known_children_api.blueprint,
    awaited_api.blueprint,
    strategy_api.blueprint,
    escalation_api.blueprint,
    oversight_api.blueprint,
    cases_api.blueprint,
    replay_api.blueprint,
    rules_api.blueprint,
]
# Each stage's pages.
STAGE_PAGES = (
    sign_in_pages.blueprint,
    start.blueprint,
    keys.blueprint,
    health.blueprint,
    metrics.blueprint,
    contacts_pages.blueprint,
    contacts_sending.blueprint,
    short_pages.blueprint,
    match_pages.blueprint,
    take_over_pages.blueprint,
    late_pages.blueprint,
    help_pages.blueprint,
    danger_pages.blueprint,
    escalation_pages.blueprint,
    consult_pages.blueprint,
    call_safe_pages.blueprint,
    callback_pages.blueprint,
    caller_pages.blueprint,
    email_pages.blueprint,
    paper_pages.blueprint,
    import_pages.blueprint,
    web_pages.blueprint,
    find_pages.blueprint,
    record_pages.blueprint,
    explanation_pages.blueprint,
    missing_pages.blueprint,
    sharing_pages.blueprint,
    person_marks.blueprint,
    people_link_pages.blueprint,
    people_pages.blueprint,
    people_edit_pages.blueprint,
    people_family_pages.blueprint,
    people_merge_pages.blueprint,
    checks_pages.blueprint,
    partner_pages.blueprint,
    queues_pages.blueprint,
    handover_pages.blueprint,
    decisions_pages.blueprint,
    unsent_pages.blueprint,
    second_pages.blueprint,
    by_telephone_pages.blueprint,
    known_children_pages.blueprint,
    restricted_pages.blueprint,
    chronology_pages.blueprint,
    chronology_copy_pages.blueprint,
    chronology_gate_pages.blueprint,
    referral_pages.blueprint,
    again_pages.blueprint,
    taking_back_pages.blueprint,
    awaited_pages.blueprint,
    strategy_pages.blueprint,
    messages_pages.blueprint,
    disagreement_pages.blueprint,
    reply_pages.blueprint,
    oversight_pages.blueprint,
    rows_pages.blueprint,
    displays_pages.blueprint,
    cases_pages.blueprint,
    admin_partner_pages.blueprint,
    rota_pages.blueprint,
    rota_hours_pages.blueprint,
    rota_people_pages.blueprint,
    replay_pages.blueprint,
    calibration_pages.blueprint,
    rules_pages.blueprint,
    draft_pages.blueprint,
    rule_pages.blueprint,
)


def register_stages(app: Flask) -> None:
    """Join every stage's pages to the app."""
    for pages in STAGE_PAGES:
        app.register_blueprint(pages)
