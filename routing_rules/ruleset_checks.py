"""What is wrong with a ruleset, in words, before it is used. All of it at once: an editor mends it in one go."""

from collections.abc import Iterator, Mapping
from typing import Any

from routing_rules.facts import ANSWERS, UNKNOWN_ANSWERS
from routing_rules.ruleset import LEVELS, URGENCIES, Condition, Field, Rule, Ruleset

PARTS = ("ruleset", "must_do", "specialisms", "sections", "fields", "rules")
HEAD = {"name", "version", "status", "in_force_from"}
RULE_NEEDS = {"id", "text", "level", "urgency", "source", "examples"}
RULE_MAY_HAVE = RULE_NEEDS | {"all", "any", "at_least", "hard", "must_do", "specialisms", "lesson", "effective"}
FIELD_MAY_HAVE = set(Field.__dataclass_fields__) - {"id"}
SOURCE_KINDS = ("read", "paraphrased", "our_suggestion")
SCOPES = ("household", "child", "both")
DIRECTIONS = ("risk", "context", "protective")
NUMBER_OPERATORS = ("<", "<=", ">=", ">")


def check_shape(written: Any) -> list[str]:
    """Say what keeps a YAML document from being compiled at all."""
    if not isinstance(written, dict) or set(written) != set(PARTS):
        return [f"It must have these parts and no others: {', '.join(PARTS)}."]
    problems = [] if set(written["ruleset"]) == HEAD else [f"ruleset: give {', '.join(sorted(HEAD))}."]
    for name, values in written["fields"].items():
        if not isinstance(values, dict) or set(values) - FIELD_MAY_HAVE:
            problems.append(f"Field {name}: holds something that fields do not have. Remove it.")
    for place, values in enumerate(written["rules"], 1):
        problems += _rule_shape(place, values)
    return problems


def _rule_shape(place: int, values: Any) -> list[str]:
    if not isinstance(values, dict):
        return [f"Rule {place}: write it as a mapping."]
    name = values.get("id", place)
    missing, unknown = RULE_NEEDS - set(values), set(values) - RULE_MAY_HAVE
    problems = [f"Rule {name}: {part} is missing. Add it." for part in sorted(missing)]
    problems += [f"Rule {name}: {part} is not something a rule has. Remove it." for part in sorted(unknown)]
    conditions = [*values.get("all", []), *values.get("any", []), *values.get("at_least", {}).get("of", [])]
    if not all(isinstance(condition, list) and len(condition) == 3 for condition in conditions):
        problems.append(f"Rule {name}: write each condition as [field, operator, value].")
    return problems


def check(ruleset: Ruleset) -> list[str]:
    """Say what is wrong with a compiled ruleset: fields, words, sources, examples, reach."""
    problems = [
        f"Field {field.id}: {problem}" for field in ruleset.fields.values() for problem in _field(field, ruleset)
    ]
    for rule in ruleset.rules:
        problems += [f"Rule {rule.id}: {problem}" for problem in _rule(rule, ruleset)]
    problems += _repeated(ruleset)
    reached = {rule.level for rule in ruleset.rules} | {1}
    problems += [f"Level {level} is reached by no rule. Add one." for level in LEVELS if level not in reached]
    return problems


def _repeated(ruleset: Ruleset) -> list[str]:
    seen: set[str] = set()
    problems = []
    for rule in ruleset.rules:
        if rule.id in seen:
            problems.append(f"Rule {rule.id}: there are two with this id. Give one another.")
        seen.add(rule.id)
    return problems


def _field(field: Field, ruleset: Ruleset) -> Iterator[str]:
    if field.scope not in SCOPES or field.direction not in DIRECTIONS or field.kind not in ("answer", "number"):
        yield "scope, direction or kind is not one of those that exist."
    if field.derived and not field.label:
        yield "a derived field needs a label."
    if not field.derived and (not field.question or field.section not in ruleset.sections):
        yield "it needs a question, and a section that exists."


def _rule(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    if rule.level not in LEVELS or rule.urgency not in URGENCIES:
        yield "level must be 1 to 4, and urgency green, amber or red."
    if rule.source.get("kind") not in SOURCE_KINDS or not rule.source.get("cite"):
        yield f"say where it comes from: cite, and a kind of {', '.join(SOURCE_KINDS)}."
    for word in set(rule.must_do) - set(ruleset.must_do) | set(rule.specialisms) - set(ruleset.specialisms):
        yield f"{word} is not in the ruleset's list of words. Add it there, or correct it."
    if rule.starts and rule.ends and rule.ends < rule.starts:
        yield "it ends before it starts. Correct the dates."
    bad = [problem for condition in rule.conditions for problem in _condition(condition, ruleset.fields)]
    yield from bad
    if not rule.conditions:
        yield "it has no condition, and would fire for everybody. Add one."
    elif not bad:
        yield from _contradictions(rule)
        yield from _examples(rule, ruleset.fields)


def _condition(condition: Condition, fields: Mapping[str, Field]) -> Iterator[str]:
    field = fields.get(condition.field)
    if field is None:
        yield f"{condition.field} is not a field. Correct it, or add the field."
    elif field.kind == "number":
        if condition.operator not in NUMBER_OPERATORS or not isinstance(condition.value, int):
            yield f"{condition.field} is a number: compare it with <, <=, >= or > and a whole number."
    elif condition.operator != "is" or condition.value not in set(ANSWERS) - UNKNOWN_ANSWERS:
        yield f"{condition.field} is an answer: write [{condition.field}, is, yes] or no."


def _contradictions(rule: Rule) -> Iterator[str]:
    # Decidable because `all` is a conjunction: two answers to one field, or an empty range of a number.
    for first in rule.all:
        for second in rule.all:
            if first.field == second.field and _exclude(first, second):
                yield f"{first.field} cannot be both: the rule would never fire. Remove one condition."
                return


def _exclude(first: Condition, second: Condition) -> bool:
    if first.operator == second.operator == "is":
        return first.value != second.value
    if first.operator in ("<", "<=") and second.operator in (">", ">="):
        strict = first.operator == "<" or second.operator == ">"
        return first.value < second.value or (strict and first.value == second.value)  # type: ignore[operator]
    return False


def _examples(rule: Rule, fields: Mapping[str, Field]) -> Iterator[str]:
    kinds = {kind for example in rule.examples for kind in example}
    if kinds != {"fires", "rests"}:
        yield "give an example that fires, and one that just does not (rests)."
        return
    for example in rule.examples:
        for kind, known in example.items():
            if set(known) - set(fields):
                yield f"an example names a field that does not exist: {', '.join(set(known) - set(fields))}."
            elif (rule.test(known) is True) != (kind == "fires"):
                yield f"the example {dict(known)} should {'fire' if kind == 'fires' else 'rest'}, and does not."
