"""Whether zen-engine fires what our rules fire, and what it leaves unsaid where facts are missing."""

from collections.abc import Iterable

from bench.table import CouldNotMeasure
from bench.zen_table import ZenTable, as_zen_reads
from routing_rules.evaluate import evaluate
from routing_rules.facts import ChildFacts, ContactFacts, Known, Value
from routing_rules.rules import Field, Rule, Ruleset


def make_sure_they_agree(contacts: Iterable[ContactFacts], rules: Ruleset, table: ZenTable) -> None:
    """Compare which rules fire of each child, once nothing is unknown: a floor that computes something else is none.

    Raises:
        CouldNotMeasure: they differ; names the rules.
    """
    for contact in contacts:
        for outcome in evaluate(_nothing_unknown(contact, rules), rules):
            ours = {rule.id for rule in outcome.fired}
            undecided = {rule.id for rule in outcome.undecided}
            if differing := (ours ^ table.fired(as_zen_reads(outcome))) | undecided:
                raise CouldNotMeasure(f"zen and our rules do not agree on {', '.join(sorted(differing))}.")


def settled(known: Known, rules: Ruleset) -> dict[str, Value]:
    """Answer what is unknown: no, a number 0, a choice its first. What is known stays."""
    return {name: _least(field) for name, field in rules.fields.items()} | dict(known)


def unsaid(contacts: Iterable[ContactFacts], rules: Ruleset, table: ZenTable) -> tuple[list[Rule], list[Rule]]:
    """List what zen does not mention, once for each child: rules that are open to us, and rules that fired."""
    still_open, fired = [], []
    for contact in contacts:
        for outcome in evaluate(contact, rules):
            said = table.fired(as_zen_reads(outcome))
            still_open += [rule for rule in outcome.open if rule.id not in said]
            fired += [rule for rule in outcome.fired if rule.id not in said]
    return still_open, fired


def _nothing_unknown(contact: ContactFacts, rules: Ruleset) -> ContactFacts:
    children = []
    for outcome in evaluate(contact, rules):
        parts: tuple[dict[str, Value], dict[str, Value]] = ({}, {})
        for name, value in settled(outcome.known, rules).items():
            parts[rules.fields[name].derived][name] = value
        children.append(ChildFacts(outcome.child, *parts))
    return ContactFacts(children=tuple(children))


def _least(field: Field) -> Value:
    if field.kind == "number":
        return 0
    return field.values[0] if field.kind == "choice" else "no"
