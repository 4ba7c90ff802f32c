"""What is proved of a whole ruleset before it is used: each rule can fire, says something, and its range is exact.

Nothing is sampled. `ruleset_checks` makes sure that a graver answer never silences a rule. Here each field is shown to
have a harmless value, and each rule to have conditions that can hold, and fail, together. Then a range is exact at
both ends, and what a rule does not change of the mildest child of whom it is true, it changes of no child.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from routing_rules.evaluate import URGENCY_RANK, highest
from routing_rules.facts import Known
from routing_rules.rules import LEVELS, RISES, Condition, Field, Rule, Ruleset
from routing_rules.ruleset_text import Problem
from routing_rules.witness import AGES, MOST_PARTS, MOST_WAYS, Witnesses, by_base

ONLY_YOUNGER = "ask for an age by age_days or age_years and <, or by unborn is yes: the younger the graver."
Lines = Mapping[tuple[str, str | int], int]


def prove(ruleset: Ruleset, lines: Lines) -> list[Problem]:
    """Say what keeps a ruleset, already checked, from being proved; each with its line and what to do."""
    # Each step is proved on children that are made from what the one before it made sure of.
    return list(_fields(ruleset, lines)) or list(_rules(ruleset)) or _together(ruleset)


def _fields(ruleset: Ruleset, lines: Lines) -> Iterator[Problem]:
    used: dict[str, list[Condition]] = {}
    for rule in ruleset.rules:
        for condition in rule.conditions:
            used.setdefault(condition.field, []).append(condition)
        if any(condition.field in AGES and not _asks_for_younger(condition) for condition in rule.conditions):
            # Of an age that is known roughly the youngest counts, so only "younger than" is safe to ask for.
            yield rule.line, f"Rule {rule.id}: {ONLY_YOUNGER}"
    for field in ruleset.fields.values():
        if words := _field(field, used.get(field.id, [])):
            yield lines["fields", field.id], f"Field {field.id}: {words}"


def _field(field: Field, conditions: list[Condition]) -> str:
    if field.id in AGES:
        # Worked out, and asked in one direction: of each rule that is made sure by itself.
        return ""
    rising = [condition.operator in RISES for condition in conditions]
    if not conditions and not (field.derived or field.core_safety):
        return "it reaches no rule, so nobody should be asked. Add a rule, or remove it."
    if field.kind == "number":
        return "rules ask for more of it and for less. Ask in one direction." if len(set(rising)) > 1 else ""
    if conditions and set(field.choices) == {condition.value for condition in conditions}:
        return "every answer to it is one that some rule asks for. Leave one that is harmless."
    return ""


def _asks_for_younger(condition: Condition) -> bool:
    return condition.operator in ("<", "<=") or (condition.field == "unborn" and condition.value == "yes")


def _rules(ruleset: Ruleset) -> Iterator[Problem]:
    witnesses = Witnesses(ruleset)
    for rule in ruleset.rules:
        if words := _rule(rule, witnesses):
            yield rule.line, f"Rule {rule.id}: {words}"


def _rule(rule: Rule, witnesses: Witnesses) -> str:
    # That it can fire at all, its own example has shown.
    if len(witnesses.of(rule)) > MOST_WAYS:
        return f"it can fire in more than {MOST_WAYS} ways. Ask for fewer conditions."
    if rule.hard and witnesses.parts(rule) > MOST_PARTS:
        return "it can be open in too many ways, for it is hard. Ask for fewer conditions, or make it two rules."
    for name, conditions in by_base(rule.conditions).items():
        if not set(conditions) <= set(rule.any) and witnesses.child(conditions) is None:
            return f"its conditions on {name} exclude each other, so its range cannot be told. Make it two rules."
    return ""


def _together(ruleset: Ruleset) -> list[Problem]:
    """Find what is wrong with rules beside each other, on each day on which they are in force together."""
    days = [_Day(part) for part in _snapshots(ruleset)]
    idle = [rule for rule in ruleset.rules if all(rule in day.idle for day in days if rule in day.rules)]
    problems = [(rule.line, f"Rule {rule.id}: {_says_nothing(rule, days)}") for rule in idle]
    problems += {(rule.line, f"Rule {rule.id}: {words}") for day in days for rule, words in day.twins}
    problems += [(rule.line, f"Rule {rule.id}: {words}") for rule, words in _ending(ruleset)]
    return problems + [(1, words) for words in {words for day in days for words in day.unreached}]


def _snapshots(ruleset: Ruleset) -> list[Ruleset]:
    """Give the ruleset as it stands on each day on which the dates of its rules change it."""
    starts = {rule.starts for rule in ruleset.rules if rule.starts}
    after = {rule.ends + timedelta(days=1) for rule in ruleset.rules if rule.ends}
    before = {rule.ends for rule in ruleset.rules if rule.ends}
    return [ruleset.in_force(day) for day in sorted(starts | after | before)] or [ruleset]


def _ending(ruleset: Ruleset) -> Iterator[tuple[Rule, str]]:
    """Find hard rules after whose last day nothing stands in their place: nobody would look at that danger again."""
    last = {rule.id: rule for rule in sorted(ruleset.rules, key=lambda rule: rule.ends or date.max)}
    for rule in last.values():
        if rule.hard and rule.ends:
            yield rule, f"it is hard, and no version counts after {rule.ends}. Add one, or give it no last day."


def _says_nothing(rule: Rule, days: list["_Day"]) -> str:
    covering = next((found for day in days if rule in day.rules for found in day.covering(rule)), None)
    if covering:
        return f"whenever it fires, {covering.id} fires and says as much. Remove it, or make it say more."
    return "no contact comes out otherwise because of it. Remove it, or make it say more."


class _Day:
    """The rules that are in force together, and what each of them does beside the others."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.rules = ruleset.rules
        self.witnesses = Witnesses(ruleset)
        self._touching: dict[str, list[Rule]] = {}
        for rule in ruleset.rules:
            for base in by_base(rule.conditions):
                self._touching.setdefault(base, []).append(rule)
        self.idle = [rule for rule in ruleset.rules if not self.matters(rule)]
        self.twins = list(self._twins())
        self.unreached = list(self._unreached())

    def beside(self, rule: Rule) -> list[Rule]:
        """Give the others that can fire of a child of whom no more is known than the rule asks for.

        What a rule about all children says reaches a sister of whom nothing is known: there, only others like it count.
        """
        found = {other.id: other for base in by_base(rule.conditions) for other in self._touching[base]}
        return [other for other in found.values() if other is not rule and other.any_child >= rule.any_child]

    def matters(self, rule: Rule) -> bool:
        """Say whether some child comes out otherwise because of the rule."""
        others = self.beside(rule)
        if any(_adds(rule, [other for other in others if other.test(child)]) for child in self.witnesses.of(rule)):
            return True
        return rule.hard and any(_opens(rule, others, child) for child in self.witnesses.half_known(rule))

    def covering(self, rule: Rule) -> Iterator[Rule]:
        """Give the others that alone say as much whenever the rule fires."""
        for other in self.beside(rule):
            if not _adds(rule, [other]) and self._follows(other, rule):
                yield other

    def _follows(self, other: Rule, rule: Rule) -> bool:
        return all(other.test(child) for child in self.witnesses.of(rule))

    def _twins(self) -> Iterator[tuple[Rule, str]]:
        for rule in self.rules:
            for other in self.beside(rule):
                same = other.any_child == rule.any_child and self._follows(other, rule) and self._follows(rule, other)
                if same and other.line <= rule.line:
                    yield rule, f"it fires exactly when {other.id} does. Make them one rule."

    def _unreached(self) -> Iterator[str]:
        reached = {level for rule in self.rules for level in self._levels(rule)}
        for level in sorted(set(LEVELS) - {1} - reached):
            yield f"Level {level} is reached by no contact. Add a rule, or make a graver one ask for more."

    def _levels(self, rule: Rule) -> Iterator[int]:
        for child in self.witnesses.of(rule):
            fired = [other for other in self.beside(rule) if other.test(child)]
            yield highest([rule, *fired])[0]


def _adds(rule: Rule, fired: list[Rule]) -> bool:
    level, urgency = highest(fired)
    said = {word for other in fired for word in (*other.must_do, *other.specialisms)}
    graver = rule.level > level or URGENCY_RANK[rule.urgency] > URGENCY_RANK[urgency]
    return graver or not said.issuperset((*rule.must_do, *rule.specialisms))


def _opens(rule: Rule, others: list[Rule], child: Known) -> bool:
    """Say whether the rule alone makes a child urgent, of whom it is neither established nor ruled out."""
    red = highest(other for other in others if other.test(child))[1] == "red"
    return not red and _is_open(rule, child) and not any(other.hard and _is_open(other, child) for other in others)


def _is_open(rule: Rule, child: Known) -> bool:
    return rule.test(child) is None and any(sign.test(child) for sign in rule.signs)
