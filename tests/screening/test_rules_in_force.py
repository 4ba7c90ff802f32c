"""Rules that are damaged are never used: the last good ones are, and an alarm says so on the board and in doctor."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from routing_rules import ruleset
from routing_rules.ruleset import RulesetError
from screening.db import db
from screening.models import RulesetInForce
from screening.oversight import queries
from screening.running import doctor, fitness
from screening.scoring import rules_in_force
from screening.scoring import service as scoring
from tests.rules.test_ruleset import GOOD

DAY = date(2026, 6, 1)
SAMPLE = ruleset.sample()
NEXT = SAMPLE.text.replace('version: "2026.11"', 'version: "2026.05"')


@pytest.fixture
def published(context):
    """Rules in force since May 2026, after the sample's."""
    found = ruleset.load_text(NEXT).hash
    db.session.add(RulesetInForce(hash=found, yaml=NEXT, in_force_from=date(2026, 5, 1), sample=True))
    db.session.flush()
    rules_in_force._kept.clear()
    return found


DAMAGES = {
    "half written": NEXT[: len(NEXT) // 2],
    "empty": "",
    "not YAML": "rules: [",
    "unsound": NEXT.replace("[[immediate_danger, is, yes]]", "[[no_such_question, is, yes]]"),
    "changed behind our back": NEXT.replace("level: 4, urgency: red", "level: 2, urgency: green", 1),
}


def damage(found, how):
    db.session.execute(update(RulesetInForce).where(RulesetInForce.hash == found).values(yaml=DAMAGES[how]))


def test_the_newest_that_has_begun_counts(published):
    assert scoring.rules_on(DAY).version == "2026.05"
    assert scoring.rules_on(date(2026, 4, 30)).version == SAMPLE.version


def test_one_that_was_withdrawn_never_counts(published):
    db.session.execute(
        update(RulesetInForce).where(RulesetInForce.hash == published).values(withdrawn_at="2026-04-01T00:00Z")
    )

    assert scoring.rules_on(DAY).version == SAMPLE.version


@pytest.mark.parametrize("how", sorted(DAMAGES))
def test_where_those_in_force_are_damaged_the_last_good_ones_score(published, how):
    damage(published, how)

    assert scoring.rules_on(DAY).hash == SAMPLE.hash


@pytest.mark.parametrize("how", sorted(DAMAGES))
def test_damaged_rules_alarm_on_the_board(published, how):
    damage(published, how)

    assert [alarm for alarm in queries.board()["alarms"] if "rules" in alarm] == [
        (
            "The rules in force since 1 May 2026 are damaged. Contacts are scored by the last good ones, "
            "of 1 January 2020. Tell the administrator now."
        )
    ]


def test_a_process_that_read_them_before_still_raises_the_alarm(published):
    scoring.rules_on(DAY)

    damage(published, "unsound")

    assert "damaged" in " ".join(queries.board()["alarms"])


def test_sound_rules_raise_no_alarm(published):
    assert "rules" not in " ".join(queries.board()["alarms"])


def test_damaged_rules_stop_no_start_while_earlier_ones_are_good(published):
    damage(published, "half written")

    assert fitness.unfit(db.session(), DAY, live=False) == []


def test_doctor_says_that_rules_are_damaged_and_what_to_do(published):
    damage(published, "half written")

    found = doctor._fit(db.session().connection(), live=False)

    assert (found.check, found.ok) == ("rules in force", False)
    assert found.words.startswith("The rules in force since 1 May 2026 are damaged")
    assert found.words.endswith("Put the backup back, or publish anew.")


def test_doctor_is_content_with_sound_rules(published):
    assert doctor._fit(db.session().connection(), live=False).ok


def test_where_none_can_be_used_the_newest_ones_problem_is_told(published):
    db.session.execute(update(RulesetInForce).values(yaml="rules: ["))
    rules_in_force._kept.clear()

    with pytest.raises(RulesetError, match="It is not YAML"):
        scoring.rules_on(DAY)
    assert "No rules can be used" in " ".join(queries.board()["alarms"])


def test_a_damaged_text_is_read_once_until_it_is_mended(published):
    damage(published, "half written")
    scoring.rules_on(DAY)
    reads = rules_in_force._read.cache_info().misses

    scoring.rules_on(DAY)
    assert rules_in_force._read.cache_info().misses == reads

    db.session.execute(update(RulesetInForce).where(RulesetInForce.hash == published).values(yaml=NEXT))
    assert scoring.rules_on(DAY).hash == published


def test_no_more_rules_are_kept_than_a_process_needs(context):
    rules_in_force._kept.clear()
    texts = [GOOD.replace('version: "1"', f'version: "1.{n}"') for n in range(rules_in_force.MOST_KEPT + 2)]
    rows = [
        {"hash": ruleset.load_text(text).hash, "yaml": text, "in_force_from": date(2026, 5, 1 + n), "sample": True}
        for n, text in enumerate(texts)
    ]
    db.session.execute(insert(RulesetInForce), rows)

    for row in rows:
        rules_in_force.kept(db.session(), row["hash"])

    assert len(rules_in_force._kept) == rules_in_force.MOST_KEPT


def test_a_list_of_many_versions_reads_each_of_them_once():
    good = ruleset.load_text(GOOD)
    texts = [f"{GOOD}\n# {number}" for number in range(20)]
    rules_in_force._read.cache_clear()

    for text in texts * 2:
        rules_in_force.read_published(text, good.hash)

    assert rules_in_force._read.cache_info().misses == len(texts)
