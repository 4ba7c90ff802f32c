"""Work out examples for a rule: one on which it fires, and one beside it on which it just does not."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice, product

from routing_rules.facts import Value
from routing_rules.rules import Condition, Field, Rule

Known = dict[str, Value]
# Rules look at a few fields; beyond this many combinations a person writes the examples.
MOST_COMBINATIONS = 50_000


def suggest(rule: Rule, fields: Mapping[str, Field]) -> tuple[Known, Known] | None:
    """Give what is known where the rule fires, and where it just rests; None where none can be found."""
    values = {name: _values(name, rule.conditions, fields) for name in rule.fields if name in fields}
    fires = next((known for known in _all(values) if rule.test(known) is True), None)
    if fires is None:
        return None
    fires = _least(rule, fires, fires)
    rests = next((known for known in _beside(fires, values) if rule.test(known) is False), None)
    return (fires, _least(rule, rests, [name for name in rests if name not in fires])) if rests is not None else None


def _values(name: str, conditions: Iterable[Condition], fields: Mapping[str, Field]) -> list[Value]:
    """List values that matter for a field, those that make its conditions hold first."""
    ours = [one for one in conditions if one.field == name]
    if fields[name].kind == "number":
        limits = {int(one.value) for one in ours}
        chosen: list[Value] = sorted({max(limit + step, 0) for limit in limits for step in (0, -1, 1)})
    else:
        chosen = list(fields[name].values or ("yes", "no"))
    return sorted(chosen, key=lambda value: -sum(one.test({name: value}) is True for one in ours))


def _all(values: Mapping[str, list[Value]]) -> Iterator[Known]:
    combined = (dict(zip(values, one, strict=True)) for one in product(*values.values()))
    return islice(combined, MOST_COMBINATIONS)


def _least(rule: Rule, known: Known, spare: Iterable[str]) -> Known:
    # Whatever can be left unsaid, is: an example shows what matters.
    result = rule.test(known)
    for name in list(spare):
        rest = {other: value for other, value in known.items() if other != name}
        if rule.test(rest) is result:
            known = rest
    return known


def _beside(fires: Known, values: Mapping[str, list[Value]]) -> Iterator[Known]:
    """List what differs from where it fires in one answer, or in two; then so with all that was left unsaid said."""
    # The last value is the one on which fewest conditions hold.
    for known in (fires, {name: found[-1] for name, found in values.items()} | fires):
        for many in (1, 2):
            for names in combinations(reversed(list(values)), many):
                others = ([value for value in values[name] if known.get(name) != value] for name in names)
                yield from (known | dict(zip(names, one, strict=True)) for one in product(*others))
