"""What became of each rule between two rulesets, in words: `(id, kind, sentence)`, for `compare`.

Whether a rule's conditions grew wider or narrower is worked out over every combination of answers to its questions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from routing_rules import words
from routing_rules.facts import Value
from routing_rules.rules import URGENCIES, Condition, Rule, Ruleset

# Beyond so many combinations of answers we say "either", which asks for more care and is never wrong.
MOST_COMBINATIONS = 20_000
Told = tuple[str, str]
ToldOfRule = tuple[str, str, str]


@dataclass(frozen=True)
class _Both:
    before: Ruleset
    after: Ruleset


def rules_changed(before: Ruleset, after: Ruleset) -> Iterator[ToldOfRule]:
    """Tell what is new, what changed and what is gone; a rule that stands there for several dates, date by date."""
    old, new = _versions(before), _versions(after)
    for name, versions in new.items():
        if name not in old:
            yield from ((name, "raises", _added(rule, after)) for rule in versions)
        else:
            yield from _versions_changed(old[name], versions, _Both(before, after))
    for name, versions in old.items():
        if name not in new:
            yield name, "lowers", f"{_named(versions[-1])} is taken out: {_what_it_sets(versions[-1])}"


def _versions(ruleset: Ruleset) -> dict[str, list[Rule]]:
    """Group rules by id; the versions of one, each for its own dates, in their order."""
    found: dict[str, list[Rule]] = {}
    for rule in sorted(ruleset.rules, key=lambda one: one.starts or date.min):
        found.setdefault(rule.id, []).append(rule)
    return found


def _versions_changed(old: list[Rule], new: list[Rule], both: _Both) -> Iterator[ToldOfRule]:
    starts = {rule.starts: rule for rule in old}
    for rule in new:
        same = starts.pop(rule.starts, None)
        was = same or _in_force(old, rule.starts)
        since = "" if same else f"From {words.day_words(rule.starts)}: " if rule.starts else ""
        told = list(_rule(was, rule, both))
        if same:
            told += _dates(was, rule, followed=any(_follows(rule, other) for other in new))
        elif not told:
            told = [("wording", f"{_named(rule)} stays as it is")]
        yield from ((rule.id, kind, f"{since}{sentence}.") for kind, sentence in told)
    for rule in starts.values():
        when = words.dates_words(rule) or "on every day"
        yield rule.id, "either", f"{_named(rule)}: the version that counts {when} is taken out."


def _in_force(rules: list[Rule], on: date | None) -> Rule:
    return next((rule for rule in rules if rule.in_force(on or date.min)), rules[-1])


def _follows(rule: Rule, other: Rule) -> bool:
    return rule.ends is not None and other.starts is not None and other.starts > rule.ends


def _rule(was: Rule, now: Rule, both: _Both) -> Iterator[Told]:
    name = _named(was)
    if was.text != now.text:
        yield "wording", f"{name} is now worded {words.quoted(now.text)}"
    if was.level != now.level:
        yield words.up(now.level > was.level), f"{name} now sets level {now.level}, was {was.level}"
    if was.urgency != now.urgency:
        sooner = URGENCIES.index(now.urgency) > URGENCIES.index(was.urgency)
        yield words.up(sooner), f"{name} now makes it {now.urgency}, was {was.urgency}"
    if was.hard != now.hard:
        instead = "is now urgent for a social worker while it is open" if now.hard else "is no longer urgent while open"
        yield words.up(now.hard), f"{name} {instead}"
    if was.any_child != now.any_child:
        joined = "joins the answers about all children" if now.any_child else "looks at each child alone"
        yield words.up(now.any_child), f"{name} now {joined}"
    yield from _conditions(was, now, both)
    yield from _lists_of_rule(was, now, both)
    yield from _beside(was, now)


def _conditions(was: Rule, now: Rule, both: _Both) -> Iterator[Told]:
    if (was.all, was.any, was.at_least) == (now.all, now.any, now.at_least):
        return
    told = list(_said_of_conditions(was, now, both))
    if told:
        yield _reach(was, now, both), f"{_named(was)} {words.listed(told)}"
    else:
        yield "wording", f"{_named(was)} has its conditions in another order"


def _said_of_conditions(was: Rule, now: Rule, both: _Both) -> Iterator[str]:
    needed = (was.at_least[0], now.at_least[0])
    for group, before, after in (
        ("all", was.all, now.all),
        ("any", was.any, now.any),
        ("at_least", was.at_least[1], now.at_least[1]),
    ):
        yield from _group(group, before, after, both)
        if group == "at_least" and needed[0] != needed[1]:
            yield f"now needs {needed[1]} of its list of signs, was {needed[0]}" if needed[1] else "drops its list"


def _group(group: str, before: tuple[Condition, ...], after: tuple[Condition, ...], both: _Both) -> Iterator[str]:
    gone = [one for one in before if one not in after]
    come = [one for one in after if one not in before]
    more, less = ("also needs", "no longer needs") if group == "all" else ("also counts", "no longer counts")
    for one in list(come):
        was = next((other for other in gone if other.field == one.field), None)
        if was is not None and group == "all":
            gone.remove(was)
            come.remove(one)
            yield _replaced(was, one, both)
    yield from (f"now {more} {words.quoted(words.condition_words(one, both.after))}" for one in come)
    yield from (f"{less} {words.quoted(words.condition_words(one, both.before))}" for one in gone)


def _replaced(was: Condition, now: Condition, both: _Both) -> str:
    field = both.after.fields[now.field]
    if now.operator in words.COMPARED and was.operator in words.COMPARED:
        old, new = (words.COMPARED[one.operator].format(one.value) for one in (was, now))
        return f"now counts {words.quoted(field.words.rstrip('?'))} {new}, was {old}"
    new, old = words.condition_words(now, both.after), words.condition_words(was, both.before)
    return f"now needs {words.quoted(new)}, was {words.quoted(old)}"


def _reach(was: Rule, now: Rule, both: _Both) -> str:
    """Say whether a rule fires for more, for fewer, or for others, over every combination of answers it looks at."""
    cells = {name: _cells(name, (was, now), both) for name in (*was.fields, *now.fields)}
    if prod(len(values) for values in cells.values()) > MOST_COMBINATIONS:
        return "either"
    wider = narrower = False
    for combination in product(*cells.values()):
        known = {name: value for name, value in zip(cells, combination, strict=True) if value is not None}
        fired, fires = was.test(known) is True, now.test(known) is True
        wider, narrower = wider or (fires and not fired), narrower or (fired and not fires)
    if wider and narrower:
        return "either"
    return "raises" if wider else "lowers" if narrower else "wording"


def _cells(name: str, rules: Iterable[Rule], both: _Both) -> list[Value | None]:
    """List values of a field that stand for all of them; of a number, one on and beside each limit. None: unknown."""
    fields = [ruleset.fields[name] for ruleset in (both.before, both.after) if name in ruleset.fields]
    if fields[-1].kind != "number":
        chosen = [value for field in fields for value in (field.values or ("yes", "no"))]
        return [*dict.fromkeys(chosen), None]
    limits = {int(one.value) for rule in rules for one in rule.conditions if one.field == name}
    return [*sorted({limit + step for limit in limits for step in (-1, 0, 1)}), None]


def _lists_of_rule(was: Rule, now: Rule, both: _Both) -> Iterator[Told]:
    for part, more, less in (
        ("must_do", "now also asks to", "no longer asks to"),
        ("specialisms", "now also goes to the specialism", "no longer goes to the specialism"),
    ):
        old, new = getattr(was, part), getattr(now, part)
        for code in (one for one in new if one not in old):
            yield "raises", f"{_named(was)} {more} {words.quoted(getattr(both.after, part).get(code, code))}"
        for code in (one for one in old if one not in new):
            yield "lowers", f"{_named(was)} {less} {words.quoted(getattr(both.before, part).get(code, code))}"


def _beside(was: Rule, now: Rule) -> Iterator[Told]:
    name = _named(was)
    if was.source != now.source:
        kind = words.SOURCE_KIND_WORDS.get(now.source.get("kind", ""), "")
        yield "wording", f"{name} now names as its source {words.quoted(now.source.get('cite', ''))} ({kind})"
    if was.lesson != now.lesson:
        told = f"has the lesson {words.quoted(now.lesson)}" if now.lesson else "has no lesson any more"
        yield "wording", f"{name} {told}"
    if was.weight != now.weight:
        yield "wording", f"{name} stands {'before' if now.weight > was.weight else 'after'} more rules as grave as it"
    if was.examples != now.examples:
        yield "wording", f"{name} has other examples"


def _dates(was: Rule, now: Rule, *, followed: bool) -> list[Told]:
    if was.ends == now.ends:
        return []
    if followed:
        return [("wording", f"{_named(was)} counts in this form until {words.day_words(now.ends)}")]
    if now.ends is None:
        return [("raises", f"{_named(was)} no longer ends on {words.day_words(was.ends)}")]
    longer = was.ends is not None and now.ends > was.ends
    return [(words.up(longer), f"{_named(was)} counts for the last time on {words.day_words(now.ends)}")]


def _added(rule: Rule, ruleset: Ruleset) -> str:
    when = words.dates_words(rule)
    counts = f" It counts {when}." if when else ""
    return f"New rule: {_named(rule)}, {_what_it_sets(rule)} It fires on: {words.rule_words(rule, ruleset)}.{counts}"


def _what_it_sets(rule: Rule) -> str:
    hard = ", and urgent while it is open" if rule.hard else ""
    return f"level {rule.level}, {rule.urgency}{hard}."


def _named(rule: Rule) -> str:
    return words.quoted(rule.text)
