"""A screening in plain words: what is established and why, what is not known, and what would change it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from routing_rules.rules import Ruleset

SOURCE_WORDS = {
    "read": "read in the source",
    "paraphrased": "paraphrased from a page about the source",
    "our_suggestion": "our suggestion, not from guidance",
}


def explain(screening: Mapping[str, Any], ruleset: Ruleset | None = None) -> str:
    """Tell a screening, as `screen()` gave it, in lines of plain text; names of children are never in it.

    With the ruleset that it was made with, steps to take are told in its words, and its status is said.
    """
    status = f" ({ruleset.status})" if ruleset else ""
    lines = [f"Rules: {screening['ruleset']}{status}", *_range(screening), *_safety(screening)]
    lines += _findings(screening)
    lines += _section("Not known", (_open_rule(rule) for rule in screening["open"]))
    lines += _section("Would change it", (_question(question) for question in screening["ask_next"]))
    words = ruleset.must_do if ruleset else {}
    lines += _section("To do", (words.get(code, code.replace("_", " ")) for code in screening["must_do"]))
    lines += _section("Child by child", _children(screening["children"]))
    return "\n".join(lines) + "\n"


def _range(screening: Mapping[str, Any]) -> Iterator[str]:
    level, urgency = screening["level"], screening["urgency"]
    yield f"Level {level['at_least']}, {urgency['at_least']}."
    if level["at_least"] != level["at_most"] or urgency["at_least"] != urgency["at_most"]:
        yield f"Could still be level {level['at_most']}, {urgency['at_most']}, if what is unknown turns out badly."


def _safety(screening: Mapping[str, Any]) -> Iterator[str]:
    if screening["hard_open"]:
        yield "Urgent for a social worker: one of the gravest rules is neither established nor ruled out."
    if screening["unscreened"]:
        yield "Unscreened: no core safety question is answered."
    if screening["no_further_action_offered"]:
        yield "All core safety questions are answered, and none of the gravest rules is open."


def _findings(screening: Mapping[str, Any]) -> list[str]:
    told = list(_section("Established", (_finding(finding) for finding in screening["findings"])))
    return told or ["", "Established: no rule has fired. Level 1 is where everybody starts."]


def _section(title: str, entries: Iterable[str]) -> Iterator[str]:
    told = [f"- {entry}" for entry in entries]
    if told:
        yield from ("", f"{title}:", *told)


def _finding(finding: Mapping[str, Any]) -> str:
    told = [
        f"{finding['text']} Level {finding['level']}, {finding['urgency']}.",
        *(f"  Because: {reason}" for reason in finding["because"]),
        f"  Source: {finding['source']} ({SOURCE_WORDS[finding['source_kind']]})",
        *(f"  Lesson: {lesson}" for lesson in [finding.get("lesson")] if lesson),
    ]
    return "\n".join(told)


def _open_rule(rule: Mapping[str, Any]) -> str:
    known, missing = ". ".join(rule["known"]), "; ".join(rule["missing"])
    return f"{rule['text']} Known: {known}. Not known: {missing}"


def _question(question: Mapping[str, Any]) -> str:
    could = question.get("could_change")
    return f"{question['question']}{_could(could) if could else ''}"


def _could(could: Mapping[str, Any]) -> str:
    return f" Could make it level {could['level']}, {could['urgency']}."


def _children(children: list[Mapping[str, Any]]) -> Iterator[str]:
    for place, child in enumerate(children, 1):
        age = f", {child['age_band'].replace('_', ' ')}" if child.get("age_band") else ""
        rules = ", ".join(finding["rule"] for finding in child["findings"]) or "no rule"
        yield f"Child {place}{age}: level {child['level']['at_least']}, {child['urgency']['at_least']}; {rules}"
