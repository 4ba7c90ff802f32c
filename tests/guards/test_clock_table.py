"""The table of docs/clocks.md is what the policy files say."""

import re
from pathlib import Path

from routing_rules.clocks import london_date
from routing_rules.pauses import DANGER, may_pause
from routing_rules.policy import SOURCE_KINDS, Entry, packaged
from tests.rules.by_hand import at

DOCUMENT = (Path(__file__).parents[2] / "docs" / "clocks.md").read_text()
DAY = london_date(at("2026-11-25T12:00"))
CLOCKS = {name: entry for name, entry in packaged().entries.items() if entry.file == "clocks.yaml"}


def limit(entry: Entry) -> str:
    amount, unit = entry.on(DAY), entry.unit.replace("_", " ")
    return f"{amount} {unit.removesuffix('s') if amount == 1 else unit}"


def stands_still(name: str) -> str:
    if name in packaged().read("statutory_clocks", DAY, tuple):
        return "never: law or guidance"
    if name in DANGER:
        return "never: danger"
    return "yes" if may_pause(name, DAY) else "no"


def row(name: str, entry: Entry) -> str:
    what, runs_from = entry.description.removesuffix(".").rsplit(", from ", 1)
    kind = entry.source_kind.replace("_", " ")
    return f"| `{name}` | {limit(entry)} | {what} | {runs_from} | {stands_still(name)} | {entry.source} | {kind} |"


def test_the_table_of_clocks_is_that_of_the_policy_files():
    shown = re.findall(r"^\| `\w+` \| \d.*$", DOCUMENT, re.MULTILINE)

    assert shown == [row(name, entry) for name, entry in CLOCKS.items()]


# What comes after a decision runs from it, or from what followed.
AFTER_A_DECISION = {
    "initial_conference",
    "strategy_discussion",
    "strategy_discussion_red",
    "service_agreement",
    "returned_to_decider",
    "step_down_accepted",
    "another_authority_accepted",
    "awaited_raised_again",
    "awaited_raised_again_red",
    "withheld_child_to_duty_manager",
}


def test_every_clock_says_what_it_runs_from_and_only_an_offer_a_return_or_a_decision_is_not_first_received():
    others = {name for name, entry in CLOCKS.items() if not entry.description.endswith(", from first received.")}
    offered = {name for name in CLOCKS if name.startswith("accept_")}
    accepted = {name for name in CLOCKS if name.startswith(("team_decision_", "second_view_"))}

    assert others == offered | accepted | AFTER_A_DECISION | {"return_conversation"}


def test_every_reason_for_a_pause_is_named():
    reasons = packaged().read("pause_reasons", DAY, tuple)

    assert [reason for reason in reasons if f"`{reason}`" not in DOCUMENT] == []


def test_every_kind_of_source_is_explained():
    assert [kind for kind in SOURCE_KINDS if f"*{kind.replace('_', ' ')}*" not in DOCUMENT] == []
