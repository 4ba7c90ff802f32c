"""What the documents name is there, and what they ought to name they do."""

import re
import shlex
from pathlib import Path

import click
import pytest

from screening import cli
from screening.roles import ROLE_PERMISSIONS, SCOPE_PERMISSIONS

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
PACKAGES = ("screening", "routing_rules", "workers")
TICKED = re.compile(r"`([^`\n]+)`")
OURS = re.compile(rf"(?:{'|'.join((*PACKAGES, 'docs', 'examples', 'tests'))})/[\w./@-]*|[\w-]+\.(?:py|toml)")
FUNCTION = re.compile(r"([a-z_]+)\(\)")
COMMAND = re.compile(r"(?:^ {4,}|`)(?:[$] )?(frontdoor [^`|#\n\\]+)", re.MULTILINE)
VARIABLE = re.compile(r"FRONTDOOR_[A-Z_]+|[A-Z_]*(?:DATABASE|REDIS|SMTP)_URL")
# The order of the columns in the tables of permissions.md.
ROLES = list(ROLE_PERMISSIONS)
SCOPES = ["partner", "integration"]


def ticked(document):
    return [found for found in TICKED.findall(document.read_text()) if "…" not in found]


def code():
    return [path.read_text() for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]


def columns(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def granted(permission, text):
    """The columns of a permission's row, in the one table or the other."""
    return [columns(row)[2:] for row in text.splitlines() if row.startswith(f"| `{permission}` |")]


def commands_in(document):
    return [found.strip() for found in COMMAND.findall(document.read_text()) if "…" not in found.split("  ")[0]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document):
    named = [found for found in ticked(document) if OURS.fullmatch(found)]
    # A bare name, such as `pages.py`, is one that a stage or package has.
    bare = {path.name for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")}

    assert [found for found in named if not ((REPOSITORY / found).exists() or found in bare)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_picture_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_function_that_is_named_exists(document):
    named = {found for text in ticked(document) for found in FUNCTION.findall(text)}
    defined = {name for text in code() for name in re.findall(r"def (\w+)\(", text)}

    assert named - defined == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(document):
    cli.join_stage_commands()
    every = cli.commands.commands

    for command in commands_in(document):
        words = shlex.split(command.split("  ")[0])[1:]
        found = every.get(words[0])
        assert found is not None, command
        if isinstance(found, click.Group):
            assert len(words) > 1, command
            assert words[1] in found.commands, command
            found = found.commands[words[1]]
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}, command
        for parameter in found.params:
            if isinstance(parameter.type, click.Choice):
                for value in (words[at + 1] for at, word in enumerate(words) if word in parameter.opts):
                    parameter.type.convert(value, parameter, None)


def test_deploy_names_every_setting_that_is_read_and_no_other():
    table = (REPOSITORY / "docs" / "deploy.md").read_text()
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    read = {found for text in code() for found in re.findall(r'"([A-Z_]+)"', text) if VARIABLE.fullmatch(found)}

    assert named == read


def test_permissions_are_those_of_access():
    text = (REPOSITORY / "docs" / "permissions.md").read_text()
    staff, tokens = text.split("## Tokens")

    for held_by, shown, part in ((ROLE_PERMISSIONS, ROLES, staff), (SCOPE_PERMISSIONS, SCOPES, tokens)):
        for permission in frozenset().union(*held_by.values()):
            assert granted(permission, part) == [["yes" if permission in held_by[one] else "–" for one in shown]], (
                permission
            )
        listed = set(re.findall(r"^\| `([a-z_.]+)` \|", part, re.MULTILINE))
        assert listed == frozenset().union(*held_by.values())


@pytest.mark.parametrize("picture", sorted((REPOSITORY / "docs" / "images").iterdir()), ids=lambda path: path.name)
def test_a_picture_is_small(picture):
    assert picture.stat().st_size < 250_000


def test_every_fault_in_the_table_is_made_by_a_test_and_every_one_that_is_made_is_in_the_table():
    number = re.compile(r"\bF\d+\b")
    rows = (REPOSITORY / "docs/reliability.md").read_text().splitlines()
    told = {found for row in rows if row.startswith("| F") for found in number.findall(row.split("|")[1])}
    tests = "".join(path.read_text() for path in (REPOSITORY / "tests").rglob("test_*.py"))
    made = {found for tags in re.findall(r"\[(F\d+(?:, F\d+)*)\]", tests) for found in number.findall(tags)}

    assert told == made
