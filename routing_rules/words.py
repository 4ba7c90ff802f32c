"""Rules in words that a safeguarding lead reads: what each looks at, in the questions' own wording; no code words."""

from collections.abc import Iterable
from typing import Any

from routing_rules.rules import Condition, Field, Rule, Ruleset

COMPARED = {"<": "below {}", "<=": "{} or fewer", ">=": "{} or more", ">": "more than {}"}
SOURCE_KIND_WORDS = {
    "read": "read in the document itself",
    "paraphrased": "paraphrased from a page about it",
    "our_suggestion": "our suggestion, not from guidance",
}
DIRECTION_WORDS = {
    "risk": "a risk: yes makes it graver",
    "context": "context: it decides which rules apply",
    "protective": "a strength",
}
SCOPE_WORDS = {"household": "the household", "child": "each child", "both": "the household or one child"}
KIND_WORDS = {"answer": "yes or no", "number": "a number", "choice": "one of a list"}

# As the DfE's census codes them (N00783).
SEX_WORDS = {"F": "female", "M": "male", "U": "not known"}

Group = tuple[str, list[str]]


def condition_words(condition: Condition, ruleset: Ruleset) -> str:
    """Say one condition: `Is the child missing now? Yes`, `age in years: below 13`."""
    field = ruleset.fields.get(condition.field) or Field(id=condition.field, label=condition.field.replace("_", " "))
    if condition.operator in COMPARED:
        found = COMPARED[condition.operator].format(condition.value)
    else:
        found = value_words(condition.value, field, ruleset)
    return f"{field.words} {capital(found)}" if field.words.endswith("?") else f"{field.words}: {found}"


def value_words(value: Any, field: Field, ruleset: Ruleset) -> str:
    """Say a value that a field may have: an age band by its label, a sex in words, anything else by its own word."""
    bands = {band.id: band.label for band in ruleset.age_bands}
    coded = {"age_band": bands, "sex": SEX_WORDS}.get(field.id, {})
    return coded.get(str(value)) or str(value).replace("_", " ")


def groups(rule: Rule, ruleset: Ruleset) -> list[Group]:
    """List what a rule needs, group by group: how many of them, and each condition in words."""
    needed, several = rule.at_least
    written = (
        (_all_words(rule.all), rule.all),
        ("Any of", rule.any),
        (f"At least {needed} of", several),
    )
    return [(title, [condition_words(one, ruleset) for one in group]) for title, group in written if group]


def rule_words(rule: Rule, ruleset: Ruleset) -> str:
    """Say when a rule fires, in one line: `All of: … ; … ; and any of: …`."""
    told = [_group_words(title, conditions) for title, conditions in groups(rule, ruleset)]
    return "; and ".join([*told[:1], *(lower(one) for one in told[1:])])


def dates_words(rule: Rule) -> str:
    """Say from when until when a rule counts; empty where it always does."""
    begins = f"from {day_words(rule.starts)}" if rule.starts else ""
    ends = f"until {day_words(rule.ends)}, that day included" if rule.ends else ""
    return " ".join(part for part in (begins, ends) if part)


def day_words(day: Any) -> str:
    """Say a day: `1 April 2027`."""
    return f"{day.day} {day:%B %Y}"


def listed(words: Iterable[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def capital(words: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return words[:1].upper() + words[1:]


def lower(words: str) -> str:
    """Begin with a small letter, and leave the rest as it is."""
    return words[:1].lower() + words[1:]


def quoted(words: str) -> str:
    """Set words apart as what somebody wrote."""
    return f"‘{words.rstrip('.')}’"


def up(raised: bool) -> str:
    """Say which way a change goes."""
    return "raises" if raised else "lowers"


def _all_words(conditions: tuple[Condition, ...]) -> str:
    return "All of" if len(conditions) > 1 else ""


def _group_words(title: str, conditions: list[str]) -> str:
    told = "; ".join(conditions)
    return f"{title}: {told}" if title else told
