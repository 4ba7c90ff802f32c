"""What a county brings before it goes live: its teams, its people, and rules that its partnership has adopted."""

import json
from datetime import date

import pytest
import yaml
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import County, RulesetInForce, Team
from screening.running import fitness
from tests.conftest import make_app, settings_for
from tests.screening import typed
from tests.screening.admin import drafts
from tests.screening.test_config import SECRETS
from tests.screening.typed import NOWHERE, REPOSITORY, Command

RULES = REPOSITORY / "routing_rules" / "rulesets" / "sample.yaml"
TEAM = {"slug": "screening", "name": "Screening", "kind": "screening", "hours": {"cover": "office"}}
ADOPTED = (
    "--in-force-from", "2026-04-01", "--first-approver", "Safeguarding partnership chair",
    "--second-approver", "Director of children's services", "--review-on", "2027-04-01",
)  # fmt: skip


@pytest.fixture
def frontdoor(postgres, tmp_path):
    """The command on an empty database of a county's own."""
    postgres.create_database("county_of_its_own")
    settings = settings_for(postgres, "county_of_its_own")
    command = typed.on(settings, tmp_path)
    assert command("migrate").returncode == 0
    app = make_app(settings)
    with app.app_context(), viewing(worker_viewer("test")):
        yield command
        db.session.remove()
        db.engine.dispose()
    postgres.drop_database("county_of_its_own")


def load(frontdoor, **county):
    return frontdoor("county", "load", frontdoor.file("county.yaml", yaml.safe_dump({"name": "Wessex", **county})))


@pytest.mark.parametrize(
    ("option", "said", "told"),
    [
        ("--second-approver", "safeguarding partnership chair", "Name somebody else"),
        ("--review-on", "2026-04-01", "Give a later --review-on"),
    ],
)
def test_rules_are_not_published_on_one_approval_or_with_a_review_before_they_count(frontdoor, option, said, told):
    refused = frontdoor("rules", "publish", str(RULES), *ADOPTED, option, said)

    assert (refused.returncode, told in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


def test_a_county_that_has_brought_its_own_may_go_live(frontdoor):
    assert load(frontdoor, teams=[TEAM]).returncode == 0
    added = frontdoor(
        "users", "add", "pat", "--name", "Pat", "--email", "pat@example.org", "--role", "call_handler",
        typed="a long enough password\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert frontdoor("rules", "publish", RULES, *ADOPTED).returncode == 0

    assert fitness.unfit(db.session(), date(2026, 11, 25), live=True) == []


def test_a_countys_teams_are_kept_and_one_left_out_is_switched_off(frontdoor):
    load(frontdoor, teams=[TEAM, {**TEAM, "slug": "mash", "kind": "mash", "name": "MASH"}])
    told = load(frontdoor, teams=[{**TEAM, "name": "Front door screening"}])

    assert "1 teams, 1 switched off" in told.stdout
    found = {team.slug: (team.name, team.active) for team in db.session.scalars(select(Team))}
    assert found == {"screening": ("Front door screening", True), "mash": ("MASH", False)}
    assert db.session.get(County, 1).sample is False


def test_a_team_of_no_known_kind_is_refused_by_name(frontdoor):
    refused = load(frontdoor, teams=[{**TEAM, "kind": "dragons"}])

    assert refused.returncode == 1
    assert "/teams/0/kind" in refused.stderr


def test_rules_that_do_not_load_are_not_published(frontdoor):
    refused = frontdoor("rules", "publish", frontdoor.file("broken.yaml", "rules: nothing"), *ADOPTED)

    assert refused.returncode == 1
    assert db.session.scalars(select(RulesetInForce)).all() == []


def test_rules_that_would_score_nobody_on_their_first_day_are_not_published(frontdoor):
    refused = frontdoor("rules", "publish", frontdoor.file("later.yaml", drafts.all_later()), *ADOPTED)

    assert refused.returncode == 1
    assert "Level 4 is reached by no rule" in refused.stderr


def test_the_same_rules_are_published_once(frontdoor):
    frontdoor("rules", "publish", RULES, *ADOPTED)

    assert "published already" in frontdoor("rules", "publish", RULES, *ADOPTED).stderr


def test_a_county_with_rules_of_its_own_changes_them_by_two_people(frontdoor):
    frontdoor("rules", "publish", RULES, *ADOPTED)
    other = frontdoor.file("other.yaml", drafts.under_fourteen())

    refused = frontdoor(
        "rules", "publish", other, *ADOPTED, "--in-force-from", "2099-01-01", "--review-on", "2099-02-01"
    )

    assert (refused.returncode, "frontdoor rules propose DRAFT" in refused.stderr) == (1, True)
    assert len(db.session.scalars(select(RulesetInForce)).all()) == 1


@pytest.mark.parametrize("option", ["--in-force-from", "--first-approver", "--second-approver", "--review-on"])
def test_first_rules_need_the_names_and_the_days(tmp_path, option):
    at = ADOPTED.index(option)

    refused = Command({"DATABASE_URL": NOWHERE}, tmp_path)("rules", "publish", RULES, *ADOPTED[:at], *ADOPTED[at + 2 :])

    assert (refused.returncode, option in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("publish", RULES, *ADOPTED, "--seen", "x"),
        ("publish", RULES, *ADOPTED, "--without-shadow-run"),
        ("publish", "00000000-0000-4000-8000-000000000000", "--review-on", "2027-04-01"),
    ],
)
def test_the_two_ways_of_publishing_are_not_mixed(tmp_path, words):
    assert Command({"DATABASE_URL": NOWHERE}, tmp_path)("rules", *words).returncode == 2


def test_live_mode_has_no_sample_county(frontdoor):
    refused = frontdoor("seed", FRONTDOOR_MODE="live", **SECRETS)

    assert refused.returncode == 1
    assert "frontdoor county load" in refused.stderr
    assert db.session.get(County, 1) is None


def test_a_ruleset_is_checked_for_programs_too(frontdoor):
    sound = json.loads(frontdoor("rules", "check", RULES, "--json").stdout)
    unsound = frontdoor("rules", "check", frontdoor.file("bad.yaml", "ruleset: {}"), "--json")

    assert sound["problems"] == []
    assert unsound.returncode == 1
    assert json.loads(unsound.stdout)["problems"]


def test_the_difference_between_two_files_is_told_without_a_database(frontdoor):
    text = RULES.read_text()
    before, rule, after = text.partition("id: weapon_carried")
    higher = before + rule + after.replace("urgency: amber", "urgency: red", 1)
    other = frontdoor.file("other.yaml", higher)

    told = frontdoor.program(
        "rules", "diff", RULES, other, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Raises:\n- ‘")
    assert "now makes it red, was amber." in told.stdout


def test_one_file_is_compared_with_the_sample(frontdoor):
    assert frontdoor("rules", "diff", RULES).stdout == "No difference.\n"


def test_rules_in_force_and_published_ones_can_be_compared(frontdoor):
    frontdoor("rules", "publish", RULES, *ADOPTED)
    found = db.session.scalar(select(RulesetInForce.hash))

    assert frontdoor("rules", "diff", found[:12]).stdout == "No difference.\n"
    assert frontdoor("rules", "diff", "in-force", RULES, "--json").stdout == "[]\n"


@pytest.mark.parametrize("name", ["nowhere.yaml", "abc", "0123456789ab"])
def test_what_is_neither_a_file_nor_published_is_refused_by_name(frontdoor, name):
    frontdoor("rules", "publish", RULES, *ADOPTED)

    refused = frontdoor("rules", "diff", name)

    assert refused.returncode == 1
    assert f"{name} is no file, and not the hash of published rules" in refused.stderr


def test_in_force_where_nothing_is_says_so(frontdoor):
    assert "frontdoor doctor" in frontdoor("rules", "diff", "in-force", RULES).stderr
