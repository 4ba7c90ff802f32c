"""`frontdoor rules explain` and `rules test`: from a file without a database, or by what a stored contact kept."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.commands.explain import explain_command
from screening.commands.explain import test_command as rules_test
from screening.errors import ScreeningError

EXAMPLES = Path(__file__).parents[2] / "examples"
BRUISE = str(EXAMPLES / "08-bruised-baby.json")


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_a_file_is_explained_without_a_database():
    told = run(explain_command, BRUISE)

    assert told.exit_code == 0
    assert "Would lower it:" in told.output


def test_an_explanation_is_given_as_one_object():
    told = json.loads(run(explain_command, BRUISE, "--json").output)

    assert told["level"]["at_least"] == 4
    assert told["children"][0]["established"]


def test_each_example_says_how_it_comes_out_and_what_alone_makes_it_urgent():
    told = run(rules_test, *sorted(EXAMPLES.glob("*.json"))).output

    assert "01-hoax-call.json: level 1, green" in told
    assert "08-bruised-baby.json: level 4, red" in told
    assert "11-county-lines.json: level 4, amber  urgent only while open" in told
    assert "Not known: Is it happening now?" in told


def test_the_share_that_is_urgent_only_while_open_is_counted():
    lines = run(
        rules_test, BRUISE, EXAMPLES / "01-hoax-call.json", EXAMPLES / "11-county-lines.json"
    ).output.splitlines()

    assert lines[-1] == (
        "3 contacts: 1 red by what is established, 1 urgent only while a hard rule is open, 1 neither."
    )


def test_rules_that_do_not_load_are_refused_with_their_problems(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("ruleset: {}")

    told = run(rules_test, BRUISE, "--rules", bad)
    assert told.exit_code == 1
    assert "bad.yaml, line 1" in told.output


@pytest.mark.parametrize("name", ["06-missing-teenager.json"])
def test_how_an_example_comes_out_is_given_as_one_object(name):
    told = json.loads(run(rules_test, EXAMPLES / name, "--json").output)

    assert told["file"] == name
    assert told["urgent_only_while_open"]


def test_a_file_that_is_no_contact_is_named(tmp_path):
    odd = tmp_path / "odd.json"
    odd.write_text("no json")

    told = run(rules_test, BRUISE, odd)
    assert isinstance(told.exception, ScreeningError)
    assert str(told.exception).startswith("odd.json: ")
