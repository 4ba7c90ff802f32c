"""What the rules say beside the question in hand: its help, the thresholds that it feeds, and what reviews taught.

All of it is the ruleset's own words. What stands on our own records of the family is not told to who takes the call.
"""

from routing_rules.rules import Rule, Ruleset
from screening.contacts.told_to_taker import OUR_RECORDS
from screening.db import Json

# What a person reads with a caller in their ear.
MOST_THRESHOLDS, MOST_LESSONS = 3, 2
SOURCE_WORDS = {"paraphrased": "paraphrased from a page about it", "our_suggestion": "our suggestion"}


def for_question(rules: Ruleset | None, in_focus: str, screening: Json | None) -> Json | None:
    """Give the help and threshold words of the question in hand, or else of the first that is asked next.

    Args:
        rules: those in force, or None.
        in_focus: the name of the field that holds the cursor, such as `children.0.answers.injury_seen`, or nothing.
        screening: what the rules make of the call so far.
    """
    asked = (screening or {}).get("ask_next", [])
    name = in_focus.rpartition("answers.")[2] or (asked[0]["answer"] if asked else "")
    if rules is None or name not in rules.answered:
        return None
    field = rules.fields[name]
    fed = sorted(rules.looking_at.get(name, ()), key=lambda rule: rule.order)
    return {
        "question": field.question,
        "help": field.help,
        "in_hand": bool(in_focus),
        "thresholds": [_threshold(rule) for rule in fed[:MOST_THRESHOLDS]],
        "more": max(len(fed) - MOST_THRESHOLDS, 0),
    }


def _threshold(rule: Rule) -> Json:
    kind = SOURCE_WORDS.get(rule.source["kind"], "")
    return {
        "text": rule.text,
        "level": rule.level,
        "urgency": rule.urgency,
        "source": rule.source["cite"],
        "kind": "" if kind.casefold() in rule.source["cite"].casefold() else kind,
    }


def lessons(rules: Ruleset | None, screening: Json | None) -> list[Json]:
    """List what reviews taught of rules that were found or are open, gravest first, each lesson once."""
    if rules is None or screening is None:
        return []
    taught = {rule.id: rule.lesson for rule in rules.rules if rule.lesson}
    near: dict[str, str] = {}
    for found in (*screening["findings"], *screening["open"]):
        if found["rule"] in taught and found["text"] != OUR_RECORDS:
            near.setdefault(str(taught[found["rule"]]), found["text"])
    return [{"words": words, "about": about} for words, about in list(near.items())[:MOST_LESSONS]]
