"""The facts of a rule's example, as a contact gives them: answers are said, ages and history are worked out."""

from collections.abc import Mapping

from routing_rules.facts import ChildFacts, ContactFacts, Value
from routing_rules.rules import Ruleset


def contact_of(known: Mapping[str, Value], rules: Ruleset) -> ContactFacts:
    """Make a contact about one child of what an example knows. Of an age in years it makes one in days."""
    facts = dict(known)
    if "age_years" in facts:
        facts["age_days"] = int(facts.pop("age_years")) * 366
    derived = {name: said for name, said in facts.items() if rules.fields[name].derived}
    answers = {name: said for name, said in facts.items() if name not in derived}
    return ContactFacts({}, (ChildFacts("a", answers, derived),))
