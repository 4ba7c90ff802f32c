"""Children with just enough facts: for each way in which a rule can fire, the mildest child of whom it is true.

Every other field is at rest: at a value for which no rule asks. Rules only ever rise from there, so what is claimed of
a whole ruleset can be proved on these few children, and nothing has to be sampled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice

from routing_rules.facts import UNBORN, Known, Value, age_years, oldest_under
from routing_rules.rules import RISES, Condition, Rule, Ruleset

# Going through more would keep somebody waiting for minutes.
MOST_WAYS = 2000
# Each condition doubles the parts of a way: twenty of them would keep somebody waiting for minutes.
MOST_PARTS = 20_000
# One age, told in several fields.
AGES = ("age_days", "age_years", "age_band", "unborn")
AGE = "age"
OLD = 120 * 366
PLENTY = 10**6


class Witnesses:
    """The children by which a ruleset, whose rules hold together one by one, is proved."""

    def __init__(self, ruleset: Ruleset) -> None:
        """Take the rules that are in force together."""
        self.ruleset = ruleset
        self._of: dict[int, tuple[Known, ...]] = {}

    def of(self, rule: Rule) -> tuple[Known, ...]:
        """Give the mildest child of each way in which the rule can fire, one more than MOST_WAYS at most."""
        if id(rule) not in self._of:
            made = (self.child(way) for way in islice(_ways(rule), MOST_WAYS + 1))
            self._of[id(rule)] = tuple(child for child in made if child is not None)
        return self._of[id(rule)]

    def parts(self, rule: Rule) -> int:
        """Count, generously, the children that `half_known()` gives."""
        together = len(rule.all) + bool(rule.any) + rule.at_least[0]
        return len(self.of(rule)) << together

    def half_known(self, rule: Rule) -> Iterator[Known]:
        """Give the children of whom only a part of a way is known, and of whom the rest of that way is not."""
        for way in islice(_ways(rule), MOST_WAYS):
            whole = self.child(way) or {}
            for part in (some for size in range(1, len(way)) for some in combinations(way, size)):
                unknown = {name for one in way if one not in part for name in self._fields(one.field)}
                yield {name: value for name, value in whole.items() if name not in unknown}

    def child(self, conditions: Sequence[Condition]) -> Known | None:
        """Give the mildest child of whom all of them are true; None where there is none."""
        found: dict[str, Value] = {}
        for base, its_own in by_base(conditions).items():
            if base == AGE:
                found |= self._age(min(_oldest_of(condition) for condition in its_own))
            elif (value := _mildest(its_own)) is None:
                return None
            else:
                found[base] = value
        return {**self.at_rest, **found}

    @cached_property
    def at_rest(self) -> dict[str, Value]:
        """The child of whom everything is known and no rule fires."""
        used = by_base(condition for rule in self.ruleset.rules for condition in rule.conditions)
        rest = {base: self._rest(base, conditions) for base, conditions in used.items() if base != AGE}
        return {name: value for name, value in rest.items() if value is not None} | self._age(OLD)

    def _rest(self, name: str, conditions: Sequence[Condition]) -> Value | None:
        field = self.ruleset.fields[name]
        if field.kind == "number":
            return 0 if any(condition.operator in RISES for condition in conditions) else PLENTY
        asked_for = {condition.value for condition in conditions}
        return next((value for value in field.choices if value not in asked_for), None)

    def _age(self, days: int) -> dict[str, Value]:
        born = max(days, 0)
        age: dict[str, Value] = {"age_days": born, "age_years": age_years(born), "unborn": "yes" if days < 0 else "no"}
        if band := self.ruleset.age_band(days):
            age["age_band"] = band
        return age

    def _fields(self, name: str) -> tuple[str, ...]:
        return AGES if name in AGES else (name,)


def _ways(rule: Rule) -> Iterator[tuple[Condition, ...]]:
    needed, several = rule.at_least
    for one in rule.any or (None,):
        for some in combinations(several, needed):
            yield tuple(dict.fromkeys((*rule.all, *((one,) if one else ()), *some)))


def by_base(conditions: Iterable[Condition]) -> Mapping[str, list[Condition]]:
    """Sort conditions by what they are about: their field, or the age."""
    found: dict[str, list[Condition]] = {}
    for condition in conditions:
        found.setdefault(AGE if condition.field in AGES else condition.field, []).append(condition)
    return found


def _mildest(conditions: Sequence[Condition]) -> Value | None:
    """Give the value nearest to rest; None where they exclude each other. Numbers are asked for in one direction."""
    if conditions[0].operator == "is":
        values = {condition.value for condition in conditions}
        return values.pop() if len(values) == 1 else None
    limits = [(int(condition.value), condition.operator) for condition in conditions]
    if conditions[0].operator in RISES:
        return max(limit + (operator == ">") for limit, operator in limits)
    return min(limit - (operator == "<") for limit, operator in limits)


def _oldest_of(condition: Condition) -> int:
    """Give the oldest age in days, the unborn below 0."""
    if condition.field == "unborn":
        return UNBORN
    limit = int(condition.value) + (condition.operator == "<=")
    return oldest_under(limit) if condition.field == "age_years" else limit - 1
