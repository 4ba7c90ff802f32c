"""What the score of a call tells to whoever takes it: never what our own records hold of the family (design 10).

A call handler hears that somebody is known, and to which team they are open. A rule that stands on more of what the
checks found keeps its level and its urgency, and loses its words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from routing_rules.rules import Ruleset
from screening.access import viewer
from screening.db import Json

OUR_RECORDS = "Something that is or may be in our own records. The social worker who reads this is shown what."


def told(screening: Json, rules: Ruleset, looked_up: Iterable[Mapping[str, Any]]) -> Json:
    """Give a score as the viewer may read it.

    Args:
        screening: what the rules made of the call.
        rules: the rules that scored it.
        looked_up: what the checks established, for each child, by the field's id.
    """
    if viewer().may("contact.read_checks"):
        return screening
    names = {name for facts in looked_up for name in facts}
    labels = tuple(rules.fields[name].words for name in names if name in rules.fields)
    return screening | {
        "findings": [_without(rule, "because", labels) for rule in screening["findings"]],
        "open": [_without(rule, "known", labels) for rule in screening["open"]],
    }


def _without(rule: Json, part: str, labels: tuple[str, ...]) -> Json:
    if not any(_holds(words, labels) for words in rule[part]):
        return rule
    told = {"text": OUR_RECORDS, part: [words for words in rule[part] if not _holds(words, labels)]}
    # What of our own records is still not known would say which rule it is.
    missing = {"missing": [words for words in rule["missing"] if words.endswith("?")]} if "missing" in rule else {}
    # What a review taught, and where the rule comes from, would say what was found.
    kept = {name: value for name, value in rule.items() if name not in ("lesson", "source", "source_kind")}
    return kept | told | missing


def _holds(words: str, labels: tuple[str, ...]) -> bool:
    return any(label in words for label in labels)
