"""How much an entry weighs, by a rule that is policy data, and why. What no rule names is significant, never less."""

from routing_rules import clocks, policy
from screening.db import now

CRITICAL, SIGNIFICANT, ROUTINE = "critical", "significant", "routine"
WORDS = {CRITICAL: "Critical", SIGNIFICANT: "Significant", ROUTINE: "Routine"}
# Why, by what the entry is about.
BECAUSE = {
    "contact_danger": "a child was in danger then",
    "contact_red": "it was red",
    "contact_request_for_service": "a worry about the child",
    "contact_notification": "we were told of something",
    "contact_request_for_information": "it asked for advice or information",
    "contact_silent": "nobody spoke: it may have been a child",
    "contact_abandoned": "they rang off: it may have been a child",
    "contact_hoax": "it was taken for a hoax",
    "contact_wrong_number": "it was a wrong number",
    "decision_level_4": "level 4 was decided",
    "decision_strategy_discussion": "it led to a strategy discussion",
    "decision_information_and_advice": "it ended with information and advice",
    "strategy_discussion": "police, health and social care met about harm",
    "involvement_protection_plan": "a child protection plan",
    "involvement_looked_after": "the child was looked after",
    "check_nothing_known": "a partner knew of nothing",
    "check_information_found": "a partner knew of something",
    "referral": "a referral was made",
    "move": "home changed",
    "birth": "a birth",
}
BY_A_PERSON = "by whom looked at it"
NO_RULE = "no rule makes it less"


def weigh(about: tuple[str, ...]) -> tuple[str, str]:
    """Give an entry's significance and why, from what it is about, the gravest first."""
    on, read = clocks.london_date(now()), policy.packaged().read
    critical, routine = read("chronology_critical", on, tuple), read("chronology_routine", on, tuple)
    for one in about:
        if one in critical:
            return CRITICAL, BECAUSE.get(one, NO_RULE)
    weighty = [one for one in about if one not in routine]
    if not weighty and about:
        return ROUTINE, BECAUSE.get(about[0], NO_RULE)
    return SIGNIFICANT, BECAUSE.get(next(iter(weighty), ""), NO_RULE)
