"""What is wrong with a ruleset, in words, before it is used. All of it at once: an editor mends it in one go."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from routing_rules.rules import COMPARE, LEVELS, RISES, URGENCIES, Condition, Field, Rule, Ruleset
from routing_rules.ruleset_text import Problem

SOURCE_KINDS = ("read", "paraphrased", "our_suggestion")
SCOPES = ("household", "child", "both")
DIRECTIONS = ("risk", "context", "protective")
KINDS = ("answer", "number", "choice")
# The three sides of the Assessment Framework triangle.
CHILD = {
    "health",
    "education",
    "emotional_and_behavioural_development",
    "identity",
    "family_and_social_relationships",
    "social_presentation",
    "self_care_skills",
}
PARENTING = {
    "basic_care",
    "ensuring_safety",
    "emotional_warmth",
    "stimulation",
    "guidance_and_boundaries",
    "stability",
}
FAMILY = {
    "family_history_and_functioning",
    "wider_family",
    "housing",
    "employment",
    "income",
    "social_integration",
    "community_resources",
}
DOMAINS = CHILD | PARENTING | FAMILY


def check(ruleset: Ruleset, lines: Mapping[tuple[str, str | int], int]) -> list[Problem]:
    """Say what is wrong with a compiled ruleset: fields, words, sources, examples, dates, reach; each with its line."""
    fields = [
        (lines["fields", field.id], f"Field {field.id}: {words}")
        for field in ruleset.fields.values()
        for words in _field(field, ruleset)
    ]
    rules = [(rule.line, f"Rule {rule.id}: {words}") for rule in ruleset.rules for words in _rule(rule, ruleset)]
    return [*fields, *rules, *_versions(ruleset), *reach(ruleset), *_core_safety(ruleset), *_age_bands(ruleset)]


def reach(ruleset: Ruleset) -> Iterator[Problem]:
    """Say which levels no rule reaches."""
    # Level 1 is where everybody starts.
    for level in sorted(set(LEVELS) - {1} - {rule.level for rule in ruleset.rules}):
        yield 1, f"Level {level} is reached by no rule. Add one."


def _core_safety(ruleset: Ruleset) -> Iterator[Problem]:
    if not ruleset.core_safety:
        yield 1, "No field is marked core_safety: true. Mark the short list that must be answered."
    elif not ruleset.core_safety_of_child:
        yield 1, "Every core_safety field is about the household. Mark one about the child; or all are unscreened."


def _age_bands(ruleset: Ruleset) -> Iterator[Problem]:
    ends = [(band.below_years or 0) * 366 + (band.below_days or 0) for band in ruleset.age_bands[:-1]]
    if ends != sorted(set(ends)):
        yield 1, "age_bands: each must end after the one before it. Correct the order."
    known = ruleset.fields.get("age_band")
    if known and known.values != tuple(band.id for band in ruleset.age_bands):
        yield 1, "age_bands: give the same ids, in the same order, as the values of the field age_band."


def _versions(ruleset: Ruleset) -> Iterator[Problem]:
    """One rule may stand there several times, each for its own dates; they must follow without overlap or gap."""
    by_id: dict[str, list[Rule]] = {}
    for rule in ruleset.rules:
        by_id.setdefault(rule.id, []).append(rule)
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda rule: rule.starts or date.min)
        for before, after in pairwise(ordered):
            if before.ends is None or (after.starts or date.min) <= before.ends:
                yield after.line, f"Rule {after.id}: there are two with this id at one time. Rename one, or date both."
            elif after.starts != before.ends + timedelta(days=1):
                yield (
                    after.line,
                    f"Rule {after.id}: no version counts after {before.ends} until this one. Close the gap.",
                )


def _field(field: Field, ruleset: Ruleset) -> Iterator[str]:
    if field.scope not in SCOPES or field.direction not in DIRECTIONS or field.kind not in KINDS:
        yield f"use a scope of {SCOPES}, a direction of {DIRECTIONS} and a kind of {KINDS}."
    if field.domain and field.domain not in DOMAINS:
        yield f"{field.domain} is not a dimension of the Assessment Framework triangle. Correct it."
    if bool(field.values) != (field.kind == "choice"):
        yield "a choice has values, and nothing else has. Correct it."
    kinds = ruleset.fields["contact_type"].values if "contact_type" in ruleset.fields else field.asked_in
    if odd := [kind for kind in field.asked_in if kind not in kinds]:
        yield f"asked_in names {', '.join(odd)}, which is no kind of contact. Use {', '.join(kinds)}."
    if field.derived and not field.label:
        yield "a derived field needs a label."
    if not field.derived and (not field.question or field.section not in ruleset.sections):
        yield "it needs a question, and a section that exists."


def _rule(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    if rule.level not in LEVELS or rule.urgency not in URGENCIES:
        yield "level must be 1 to 4, and urgency green, amber or red."
    if rule.source.get("kind") not in SOURCE_KINDS or not rule.source.get("cite"):
        yield f"say where it comes from: cite, and a kind of {', '.join(SOURCE_KINDS)}."
    for word in sorted(set(rule.must_do) - set(ruleset.must_do) | set(rule.specialisms) - set(ruleset.specialisms)):
        yield f"{word} is not in the ruleset's list of words. Add it there, or correct it."
    if rule.starts and rule.ends and rule.ends < rule.starts:
        yield "it ends before it starts. Correct the dates."
    bad = [problem for condition in rule.conditions for problem in _condition(condition, rule, ruleset.fields)]
    yield from bad
    if not bad:
        yield from _logic(rule, ruleset.fields)


def _logic(rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    needed, several = rule.at_least
    if not (rule.all or rule.any or needed > 0):
        yield "it has no condition, and would fire for everybody. Add one."
    elif needed < 0 or needed > len(several) or bool(needed) != bool(several):
        yield f"at_least asks for {needed} of {len(several)} conditions. Correct the number."
    else:
        yield from _contradictions(rule)
        yield from _examples(rule, fields)


def _condition(condition: Condition, rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    field = fields.get(condition.field)
    if field is None:
        yield f"{condition.field} is not a field. Correct it, or add the field."
        return
    if field.kind == "number":
        sound = condition.operator in COMPARE and isinstance(condition.value, int)
        should = "is a number: compare it with <, <=, >= or > and a whole number"
    else:
        sound = condition.operator == "is" and condition.value in field.choices
        should = f"is an answer: write [{field.id}, is, {' or '.join(field.choices)}]"
    if not sound:
        yield f"{field.id} {should}."
    elif not _only_raises(condition, field):
        yield f"{field.id} is a {field.direction} question: a graver answer would silence the rule. Turn it round."
    elif rule.any_child and (field.derived or condition.value != "yes"):
        yield f"an any_child rule joins answers of yes only; {field.id} is used otherwise. Correct it."


def _only_raises(condition: Condition, field: Field) -> bool:
    """Adding a risk, or losing a strength, must never make a rule fall silent."""
    if field.direction == "context" or field.kind == "choice":
        return True
    graver = condition.value == "yes" or condition.operator in RISES
    return graver == (field.direction == "risk")


def _contradictions(rule: Rule) -> Iterator[str]:
    # Decidable because `all` is a conjunction: two answers to one field, or an empty range of a number.
    for place, first in enumerate(rule.all):
        if any(first.field == second.field and _exclude(first, second) for second in rule.all[place + 1 :]):
            yield f"{first.field} cannot be both: the rule would never fire. Remove one condition."
    if rule.any and all(any(one.field == both.field and _exclude(one, both) for both in rule.all) for one in rule.any):
        yield "what `all` asks for rules out everything in `any`: the rule would never fire. Change one of them."


def _exclude(first: Condition, second: Condition) -> bool:
    if first.operator == "is":
        return first.value != second.value
    low, high = sorted((first, second), key=lambda one: one.operator in ("<", "<="))
    if low.operator in ("<", "<=") or high.operator in (">", ">="):
        return False
    # Whole numbers: more than 3 and less than 4 is nothing.
    least = int(low.value) + (low.operator == ">")
    most = int(high.value) - (high.operator == "<")
    return least > most


def _examples(rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    kinds = {kind for example in rule.examples for kind in example}
    if kinds != {"fires", "rests"}:
        yield "give an example that fires, and one that just does not (rests)."
        return
    for kind, known in ((kind, known) for example in rule.examples for kind, known in example.items()):
        wrong = [name for name, said in known.items() if name not in fields or fields[name].read(said) is None]
        if wrong:
            yield f"an example gives {', '.join(wrong)} as no field has it. Correct it."
        elif rule.test(known) is not (kind == "fires"):
            meant = "fire" if kind == "fires" else "rest"
            yield f"the example {dict(known)} should {meant}, and does not. Correct it, or the rule."
