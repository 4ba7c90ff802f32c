"""What is wrong with a rule, for somebody who sees it in a form and not as a text: no line, and no code words."""

import ast
import re

from routing_rules import words
from routing_rules.rules import Field, Ruleset

PLACE = re.compile(r"^[^:]*, line \d+: ")
RULE = re.compile(r"\bRule ([\w-]+): ")
EXAMPLE = re.compile(r"the example (\{[^{}]*\})")
CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def plain(problem: str, rules: Ruleset, own_id: str) -> str:
    """Say a problem by the words of its rule and questions. `own_id` is the rule in the form."""
    said = RULE.sub(lambda found: _rule(found[1], rules, own_id), PLACE.sub("", problem))
    said = EXAMPLE.sub(lambda found: _example(found[0], found[1], rules), said)
    return words.capital(CODE.sub(lambda found: _code(found[0], rules), said))


def _rule(found: str, rules: Ruleset, own_id: str) -> str:
    other = next((rule.text for rule in rules.rules if rule.id == found), "")
    return f"{words.quoted(other)}: " if other and found != own_id else ""


def _example(whole: str, known: str, rules: Ruleset) -> str:
    try:
        said = ast.literal_eval(known)
    except (SyntaxError, ValueError):
        return whole
    return f"the example ‘{'; '.join(known_words(name, value, rules) for name, value in said.items())}’"


def _code(found: str, rules: Ruleset) -> str:
    if found in rules.fields:
        return words.quoted(rules.fields[found].words)
    other = next((rule.text for rule in rules.rules if rule.id == found), "")
    listed = rules.must_do.get(found) or rules.specialisms.get(found) or other
    return words.quoted(listed) if listed else found.replace("_", " ")


def known_words(name: str, value: object, rules: Ruleset) -> str:
    """Say one thing that an example knows."""
    one = rules.fields.get(name) or Field(id=name, label=name.replace("_", " "))
    said = words.value_words(value, one, rules)
    return f"{one.words} {words.capital(said)}" if one.words.endswith("?") else f"{one.words}: {said}"
