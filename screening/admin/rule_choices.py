"""The closed vocabulary that the rule form offers, in words: questions by section, answers, steps, specialisms."""

from routing_rules import words
from routing_rules.rules import COMPARE, URGENCIES, Ruleset
from routing_rules.ruleset_checks import SOURCE_KINDS
from screening.admin.rule_form import GROUPS
from screening.db import Json
from screening.wording import LEVELS
from screening.wording import URGENCIES as URGENCY_WORDS

COMPARED_WORDS = {"<": "is below", "<=": "is at most", ">=": "is at least", ">": "is more than"}


def choices(rules: Ruleset) -> Json:
    """Give what the form offers: questions by section, operators, answers, steps and specialisms, in words."""
    return {
        "fields": _fields_by_section(rules),
        "kinds": {name: one.kind for name, one in rules.fields.items()},
        "names": {name: one.words for name, one in rules.fields.items()},
        "values": {
            name: [
                (value, words.capital(words.value_words(value, one, rules))) for value in one.values or ("yes", "no")
            ]
            for name, one in rules.fields.items()
        },
        "operators": [(operator, COMPARED_WORDS[operator]) for operator in COMPARE],
        "groups": list(GROUPS.items()),
        "levels": [(str(level), said) for level, said in LEVELS.items()],
        "urgencies": [(urgency, URGENCY_WORDS[urgency]) for urgency in reversed(URGENCIES)],
        "must_do": list(rules.must_do.items()),
        "specialisms": list(rules.specialisms.items()),
        "source_kinds": [(kind, words.capital(words.SOURCE_KIND_WORDS[kind])) for kind in SOURCE_KINDS],
    }


def _fields_by_section(rules: Ruleset) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in rules.fields.values():
        section = "Looked up or worked out" if one.derived else rules.sections.get(one.section, one.section)
        name = words.capital(one.label) if one.derived else one.words
        found.setdefault(section, []).append((one.id, name))
    return list(found.items())
