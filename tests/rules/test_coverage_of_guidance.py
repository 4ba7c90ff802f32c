"""Each indicator of the published guidance, and each special factor, reaches a rule, and its level or floor holds.

Indicators: the thresholds chart of Hampshire and the Isle of Wight and Devon's indicators (level 2), Hampshire's
family support pages and Devon (level 3), Hampshire, Northumberland and Harrow (level 4). Floors are our suggestion.
"""

import pytest

from routing_rules import ruleset
from routing_rules.rules import URGENCIES
from routing_rules.screen import screen
from tests.rules.told import contact_of

SAMPLE = ruleset.sample()
RULES = {rule.id: rule for rule in SAMPLE.rules}

EARLY = [
    (15, "truancy or absence", ["missing_school"]),
    (16, "some missing from home", ["missing_from_home_before"]),
    (17, "suspensions", ["suspended"]),
    (18, "at risk of social exclusion", ["left_out"]),
    (19, "weak attachment", ["unsettled_with_carers"]),
    (20, "language or communication difficulty", ["hard_to_understand"]),
    (21, "less access to what is needed", ["needs_met_now_and_then"]),
    (22, "disability or additional need", ["disabled_child", "condition_unsupported"]),
    (23, "may have no course or job", ["nothing_after_school"]),
    (24, "may under-attain", ["below_what_they_could"]),
    (25, "slow milestones", ["behind_in_development"]),
    (26, "missed health checks or immunisations", ["appointments_missed"]),
    (27, "minor health problems", ["small_health_problems"]),
    (28, "early offending or anti-social behaviour", ["small_offences", "hard_to_manage"]),
    (29, "under-age sexual activity", ["sexually_active"]),
    (30, "early substance misuse", ["trying_substances"]),
    (31, "low self-esteem", ["thinks_little_of_self"]),
    (32, "low-level mental health", ["low_spirits"]),
    (33, "young carer", ["caring_for_someone"]),
    (34, "poor relationship of parent and child", ["child_and_parent_at_odds"]),
    (35, "parent in prison or on a community order", ["parent_away"]),
    (36, "bullying", ["bullied"]),
    (37, "housing that harms health", ["home_bad_for_health"]),
    (38, "harassment or discrimination", ["harassed"]),
    (39, "low income", ["money_short"]),
    (40, "poor access to core services", ["far_from_services"]),
    (41, "relationship breakdown likely", ["strained_family"]),
    (42, "possible domestic abuse", ["violence_possible"]),
    (43, "inconsistent care", ["up_and_down_care"]),
    (44, "poor supervision", ["watched_too_little"]),
    (45, "no consistent routines", ["up_and_down_care"]),
    (46, "a parent's disability makes care hard, but supported", ["parent_needs_support"]),
    (47, "the parents' own needs crowd out the child's", ["parents_own_troubles"]),
    (48, "some missed antenatal appointments", ["appointments_missed"]),
    (49, "young, inexperienced, unsupported parents", ["young_parents"]),
]
TARGETED = [
    (50, "tenancy at risk", ["home_at_risk"]),
    (51, "harassment in the community", ["harassed_on_and_on"]),
    (52, "family relationships breaking down", ["relationships_breaking_down"]),
    (53, "domestic abuse established", ["violence", "control"]),
    (54, "frequent moves or temporary accommodation", ["home_at_risk"]),
    (55, "a parent's ill-health or substance use affects care", ["parental_need"]),
    (56, "unsettled care arrangements", ["passed_around"]),
    (57, "supervision often difficult", ["often_watched_too_little"]),
    (58, "slow or partial response", ["slow_to_change"]),
    (59, "a parent's own childhood trauma", ["parents_childhood"]),
    (60, "erratic food, warmth, supervision, with effect on health", ["care_harms_health", "poor_care"]),
    (61, "several early needs together", ["several_early_needs"]),
]
SOCIAL_CARE = [
    (62, "persistent non-attendance, excluded, no place", ["out_of_school"]),
    (63, "often missing, self-neglect", ["frequently_missing", "no_self_care"]),
    (64, "isolated from peers and community", ["cut_off"]),
    (65, "unable to form healthy attachments", ["no_attachment"]),
    (66, "complex or multiple disability", ["severe_disability", "disabled_child_in_need"]),
    (67, "becoming a parent under 13", ["under_13_sexual_activity"]),
    (68, "substance use damaging development", ["harmful_substance_use"]),
    (69, "offending, criminal justice", ["offending_behaviour"]),
    (70, "serious mental ill-health with self-harm", ["harming_self"]),
    (71, "very low self-confidence", ["no_self_worth"]),
    (72, "chronic non-attendance", ["out_of_school"]),
    (73, "high-level disability", ["severe_disability"]),
    (74, "serious physical or emotional health problem", ["seriously_unwell", "harming_self"]),
    (75, "suspected fabricated or induced illness", ["fabricated_or_induced_illness"]),
    (76, "behaviour that endangers self or others", ["endangers_self_or_others", "weapon_carried"]),
    (77, "gang involvement", ["exploitation"]),
    (78, "sexual exploitation, also online", ["exploitation", "online_harm", "older_partner"]),
    (79, "trafficking risk", ["trafficked"]),
    (80, "unaccompanied asylum-seeking child", ["unaccompanied"]),
    (81, "frequently missing", ["frequently_missing"]),
    (82, "pregnant under 13", ["under_13_sexual_activity"]),
    (83, "risk of FGM or honour-based violence", ["fgm_at_risk", "fgm_in_family_and_trip", "forced_marriage"]),
    (84, "severe lack of self-care for their age", ["no_self_care"]),
    (85, "suspected abuse", ["physical_abuse", "emotional_harm", "sexual_abuse"]),
    (86, "suspected long-term neglect", ["neglect_lasting", "neglect_signs_together", "neglect_harms_health"]),
    (87, "baby exposed to substance users, no other carer", ["baby_with_no_other_carer", "parental_need_and_baby"]),
    (88, "family refuses needed treatment", ["treatment_refused"]),
    (89, "trafficked to be exploited", ["trafficked"]),
    (90, "MAPPA offender about to rejoin the family", ["mappa_adult_at_home"]),
    (91, "pregnant woman a victim of domestic abuse", ["abuse_in_pregnancy", "unborn_violence"]),
    (92, "child saw domestic abuse and it went to MARAC", ["marac_within_a_year"]),
]
LEVELS = [(2, EARLY), (3, TARGETED), (4, SOCIAL_CARE)]
INDICATORS = [
    pytest.param(level, rule, id=f"{number}-{rule}")
    for level, indicators in LEVELS
    for number, _, rules in indicators
    for rule in rules
]

# The floor of each special factor: level, urgency, and what must be done or who must know.
FLOORS = [
    ("bruise, non-mobile infant", "injury_not_mobile_young", 4, "red", "paediatric_opinion"),
    ("bruise, older child who cannot move", "injury_not_mobile", 4, "red", "strategy_discussion"),
    ("bruise, baby under six months", "injury_under_six_months", 4, "red", "strategy_discussion"),
    ("unborn, child removed before", "unborn_previous_removal", 4, "red", "unborn"),
    ("unborn, domestic abuse", "unborn_violence", 4, "red", "unborn"),
    ("unborn, substances", "parental_need_and_baby", 4, "green", "unborn"),
    ("pregnancy, child removed before", "removal_and_pregnancy", 4, "red", "unborn"),
    ("pregnancy, substances", "substances_in_pregnancy", 4, "green", "unborn"),
    ("pregnancy hidden", "hidden_pregnancy", 4, "green", "unborn"),
    ("domestic abuse, child present", "violence_seen_by_child", 3, "amber", None),
    ("domestic abuse, DASH of 14", "dash_high_risk", 4, "red", "marac"),
    ("domestic abuse, professional judgement", "serious_harm_feared", 4, "red", "marac"),
    ("domestic abuse, escalation", "violence_repeated", 4, "amber", "marac"),
    ("domestic abuse, again within a year of MARAC", "marac_within_a_year", 4, "amber", "marac"),
    ("domestic abuse, pregnancy", "abuse_in_pregnancy", 4, "red", "marac"),
    ("domestic abuse, strangling or weapon", "strangulation_or_weapon_at_home", 4, "red", "marac"),
    ("child removed before, or plan before", "previous_removal", 3, "amber", None),
    ("FGM known", "fgm_known", 4, "red", "fgm_police_report"),
    ("FGM risk", "fgm_at_risk", 4, "red", "do_not_alert_carer"),
    ("FGM in the family, and a trip", "fgm_in_family_and_trip", 4, "red", "do_not_alert_carer"),
    ("forced marriage or honour", "forced_marriage", 4, "red", "do_not_alert_carer"),
    ("forced marriage, interpreter", "forced_marriage", 4, "red", "interpreter_not_family"),
    ("marriage under 18", "child_marriage", 4, "red", "do_not_alert_carer"),
    ("exploitation", "exploitation", 4, "amber", "exploitation"),
    ("exploitation, current", "exploited_now", 4, "red", "exploitation"),
    ("county lines", "county_lines", 4, "amber", "nrm"),
    ("missing", "missing", 4, "amber", "missing_procedure"),
    ("missing, under 13", "missing_under_13", 4, "red", "police_now"),
    ("missing, disabled or exploited", "missing_and_vulnerable", 4, "red", "police_now"),
    ("missing, returned", "back_from_missing", 3, "amber", "return_conversation"),
    ("trafficking", "trafficked", 4, "red", "nrm"),
    ("radicalisation", "radicalised", 4, "amber", "prevent"),
    ("fabricated or induced illness", "fabricated_or_induced_illness", 4, "red", "do_not_alert_carer"),
    ("private fostering", "privately_fostered", 3, "green", "private_fostering_notice"),
    ("private fostering, planned", "private_fostering_to_come", 2, "green", "private_fostering_notice"),
    ("unaccompanied asylum-seeking child", "unaccompanied", 4, "red", "somewhere_safe_tonight"),
    ("self-harm", "harming_self", 4, "amber", None),
    ("self-harm, intent", "suicidal_now", 4, "red", "mental_health_assessment"),
    ("disability", "disabled_child_in_need", 4, "green", "disability"),
    ("adult posing risk, living or moving in", "dangerous_adult", 4, "red", "strategy_discussion"),
    ("adult posing risk, MAPPA or register", "mappa_adult_at_home", 4, "red", "ask_probation"),
    ("position of trust", "professional_allegation", 4, "amber", "lado"),
    ("position of trust, harm or offence", "professional_caused_harm", 4, "amber", "allegations"),
    ("position of trust, risk or unsuitability", "professional_may_be_unsafe", 1, "green", "lado"),
    ("neglect, third contact in twelve months", "third_contact_of_neglect", 4, "amber", "manager_sees"),
    ("faith or belief", "faith_abuse", 4, "red", "strategy_discussion"),
    ("harm by another child", "harm_by_child", 4, "amber", "both_children"),
    ("harm by another child, the other", "child_who_harms", 4, "amber", "both_children"),
]


def screened(rule, **more):
    known = next(example["fires"] for example in rule.examples if "fires" in example)
    return screen(contact_of({**known, **more}, SAMPLE), SAMPLE)


def test_every_numbered_indicator_of_levels_2_to_4_is_in_the_table():
    assert [number for _, indicators in LEVELS for number, _, _ in indicators] == list(range(15, 93))


@pytest.mark.parametrize(("level", "rule"), INDICATORS)
def test_an_indicator_gives_at_least_the_level_of_the_guidance(level, rule):
    assert RULES[rule].level >= level
    assert screened(RULES[rule])["level"]["at_least"] >= level


@pytest.mark.parametrize("rule", sorted({rule for _, _, rules in EARLY for rule in rules}))
def test_one_early_indicator_alone_is_level_2_and_green(rule):
    found = screened(RULES[rule], age_years=15)

    assert (found["level"]["at_least"], found["urgency"]["at_least"]) == (2, "green")
    assert not found["hard_open"]


@pytest.mark.parametrize(("factor", "rule", "level", "urgency", "named"), FLOORS)
def test_a_special_factor_is_never_below_its_floor(factor, rule, level, urgency, named):
    found = screened(RULES[rule])

    assert rule in [finding["rule"] for finding in found["findings"]]
    assert found["level"]["at_least"] >= level
    assert URGENCIES.index(found["urgency"]["at_least"]) >= URGENCIES.index(urgency)
    assert named is None or named in found["must_do"] + found["specialisms"]
