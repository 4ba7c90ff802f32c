"""One person drafts and proposes rules, another publishes them; nothing that counts is changed or lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from routing_rules import ruleset
from screening.admin import first_rules, publishing, queries, service
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.models import AuditEntry, RulesDraftChange, RulesetInForce, RulesReplay
from screening.scoring import service as scoring
from screening.scoring import shadow_tally
from tests.screening.admin import drafts
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def audited():
    kept = select(AuditEntry.action).where(AuditEntry.action.startswith("rules.")).order_by(AuditEntry.seq)
    return list(db.session.scalars(kept))


def history(draft):
    return [change.words for change in queries.changes(draft.id)]


def publish(draft, who="adam", act=publishing.publish_without_shadow_run, **said):
    said = {"seen": publishing.seen_token(draft), "version": draft.version} | said
    with drafts.acting(who):
        return act(draft.id, **said)


def test_a_draft_starts_as_a_copy_with_a_version_of_its_own():
    draft = drafts.begun()

    rules = ruleset.load_text(draft.yaml)
    assert rules.version != drafts.SAMPLE.version
    assert rules.rules == drafts.SAMPLE.rules
    assert [change.kind for change in queries.difference(draft)] == ["wording"]


def test_a_change_is_kept_in_words():
    draft = drafts.changed()

    assert history(draft)[0] == [
        "‘A child under 13 is missing’ now counts ‘age in years’ below 14, was below 13.",
        "‘A child under 13 is missing’ has other examples.",
    ]


def test_a_text_with_problems_is_kept_as_it_is():
    draft = drafts.changed(text="rules: [half wri")

    assert draft.yaml == "rules: [half wri"
    assert history(draft)[0] == ["A text with 1 problem, kept as it is. It cannot be proposed until it is sound."]
    assert queries.difference(draft) is None


def test_a_text_that_is_put_right_says_so():
    draft = drafts.changed(text="rules: [half wri")
    with drafts.acting("grace"):
        service.write(draft.id, drafts.under_fourteen(), version=draft.version)

    assert history(draft)[0] == ["The text is sound now."]


def test_a_text_with_problems_cannot_be_proposed():
    with pytest.raises(Invalid) as refused:
        drafts.proposed(text="rules: [half wri")
    assert refused.value.fields == {"/yaml": ["The text has problems. Put them right first."]}


def test_rules_that_would_score_nobody_on_their_first_day_cannot_be_proposed():
    with pytest.raises(Invalid) as refused:
        drafts.proposed(text=drafts.all_later())

    assert [words.split(": ")[1][:7] for words in refused.value.fields["/in_force_from"]] == [
        "Level 2", "Level 3", "Level 4", "No hard",
    ]  # fmt: skip


def test_the_same_text_kept_again_is_no_change():
    draft = drafts.changed()
    with drafts.acting("grace"):
        service.write(draft.id, draft.yaml, version=draft.version)

    assert len(history(draft)) == 2


def test_of_two_editors_the_second_overwrites_nothing():
    draft = drafts.begun()
    seen = draft.version
    with drafts.acting("henry"):
        service.write(draft.id, drafts.under_fourteen(draft.yaml), version=seen)

    with drafts.acting("grace"), pytest.raises(Stale):
        service.write(draft.id, "mine", version=seen)
    assert "age_years: 14" in draft.yaml


def test_what_is_proposed_is_not_changed_until_it_is_taken_back():
    draft = drafts.proposed()

    with drafts.acting("grace"):
        with pytest.raises(Conflict, match="Grace Lindqvist proposed this"):
            service.write(draft.id, drafts.TEXT, version=draft.version)
        draft = service.take_back(draft.id, version=draft.version)
        assert service.write(draft.id, drafts.TEXT, version=draft.version).state == "draft"


def test_what_is_not_proposed_cannot_be_taken_back():
    draft = drafts.begun()

    with drafts.acting("grace"), pytest.raises(Conflict, match="is not proposed"):
        service.take_back(draft.id, version=draft.version)


@pytest.mark.parametrize("days", [0, -1])
def test_rules_count_from_tomorrow_at_the_earliest(days):
    with pytest.raises(Invalid, match="cannot be proposed"):
        drafts.proposed(day=queries.today() + timedelta(days=days))


def test_two_versions_cannot_begin_on_one_day():
    drafts.published(day=date(2090, 4, 1))

    with pytest.raises(Invalid) as refused:
        drafts.proposed(day=date(2090, 4, 1))
    assert refused.value.fields["/in_force_from"][0].startswith("Other rules are published to begin on that day")


def test_rules_that_are_published_already_are_not_proposed_again():
    with pytest.raises(Invalid) as refused:
        drafts.proposed(text=drafts.TEXT)
    assert "published already" in refused.value.fields["/yaml"][0]


def test_rules_that_were_withdrawn_need_a_version_of_their_own():
    row = drafts.published()
    with drafts.acting("adam"):
        publishing.withdraw(row.hash[:12], because="Not yet.")

    with pytest.raises(Invalid) as refused:
        drafts.proposed(text=row.yaml)
    assert "version of their own" in refused.value.fields["/yaml"][0]


def test_a_second_person_publishes_and_it_stays_a_sample():
    draft = drafts.proposed()

    row = publish(draft)

    assert (row.sample, row.in_force_from, row.yaml) == (True, drafts.tomorrow(), draft.yaml)
    assert [queries.name_of(one) for one in (row.proposed_by_id, row.published_by_id)] == [
        "Grace Lindqvist",
        "Adam Frost",
    ]
    assert (draft.state, draft.ended_by.name) == ("published", "Adam Frost")


def test_what_is_published_scores_from_its_day_on():
    row = drafts.published()

    assert scoring.rules_on(queries.today()).hash == drafts.SAMPLE.hash
    assert scoring.rules_on(drafts.tomorrow()).hash == row.hash


def test_nobody_publishes_what_they_proposed():
    draft = drafts.proposed("adam")

    with pytest.raises(NotAllowed, match="a second person has to publish it"):
        publish(draft)


def test_the_table_itself_refuses_one_person_alone():
    row = drafts.published()
    row.published_by_id = row.proposed_by_id

    with pytest.raises(IntegrityError, match="publisher_is_a_second_person"), db.session.begin_nested():
        db.session.flush()


def test_what_changed_since_the_publisher_looked_is_not_published():
    draft = drafts.proposed()
    seen, version = publishing.seen_token(draft), draft.version
    with drafts.acting("grace"):
        draft = service.take_back(draft.id, version=version)
        draft = service.write(draft.id, draft.yaml.replace("name: Sample", "name: Our"), version=draft.version)
        draft = service.propose(draft.id, in_force_from=drafts.tomorrow(), why="So.", version=draft.version)

    with pytest.raises(Stale):
        publish(draft, version=version, seen=seen)
    with pytest.raises(Stale, match="not what you were shown"):
        publish(draft, seen=seen)


def test_a_difference_against_other_rules_than_were_seen_is_not_published():
    draft = drafts.proposed(day=date(2090, 5, 1))
    seen = publishing.seen_token(draft)
    publish(drafts.proposed(day=date(2090, 4, 1), text=drafts.TEXT.replace('"2026.11"', '"2090.4"')))

    with pytest.raises(Stale, match="not what you were shown"):
        publish(draft, seen=seen)


def test_a_day_that_has_come_meanwhile_is_not_published():
    draft = drafts.proposed()
    draft.in_force_from = queries.today()

    with pytest.raises(Conflict, match="Choose tomorrow"):
        publish(draft)


def test_without_a_shadow_run_the_publisher_says_so():
    draft = drafts.proposed()

    with pytest.raises(Invalid) as refused:
        publish(draft, act=publishing.publish)
    assert set(refused.value.fields) == {"/without_shadow_run"}


def test_a_shadow_run_of_exactly_these_rules_is_enough():
    draft = drafts.proposed()
    found = queries.check(draft.yaml).rules.hash
    run = {"yaml": draft.yaml, "since": date(2026, 1, 1), "until": date(2026, 2, 1), "total": 3, "started_at": now()}
    db.session.add(RulesReplay(**run, hash=found, state="done", finished_at=now(), tally=shadow_tally.empty()))
    db.session.flush()

    assert publish(draft, act=publishing.publish).hash == found


def test_a_shadow_run_of_other_rules_or_one_that_goes_on_is_not_enough():
    draft = drafts.proposed()
    found = queries.check(draft.yaml).rules.hash
    run = {"yaml": draft.yaml, "since": date(2026, 1, 1), "until": date(2026, 2, 1), "total": 3, "started_at": now()}
    db.session.add_all(
        [
            RulesReplay(**run, hash=drafts.SAMPLE.hash, state="done", finished_at=now(), tally=shadow_tally.empty()),
            RulesReplay(**run, hash=found, state="running", tally=shadow_tally.empty()),
        ]
    )
    db.session.flush()

    with pytest.raises(Invalid):
        publish(draft, act=publishing.publish)


def test_what_was_published_is_not_published_again():
    draft = drafts.proposed()
    publish(draft)

    with pytest.raises(Conflict, match="Adam Frost published this at"):
        publish(draft, seen="seen")


def test_a_version_is_withdrawn_before_its_day_and_frees_it():
    row = drafts.published()
    with drafts.acting("adam"):
        publishing.withdraw(row.hash, because="The figures first.")

    assert scoring.rules_on(drafts.tomorrow()).hash == drafts.SAMPLE.hash
    assert service.day_problem(drafts.tomorrow()) == {}
    with drafts.acting("adam"), pytest.raises(Conflict, match="Adam Frost withdrew it"):
        publishing.withdraw(row.hash, because="Again.")


def test_a_version_that_counts_is_not_withdrawn():
    with drafts.acting("adam"), pytest.raises(Conflict, match="count already"):
        publishing.withdraw(drafts.SAMPLE.hash, because="No.")


ADOPTION = {
    "names": ["A. Chair, partnership", "B. Director"],
    "adopted_on": date(2026, 1, 5),
    "review_on": date(2090, 1, 5),
}


def test_an_adopted_version_is_no_sample_any_more():
    with drafts.acting("adam"):
        row = publishing.adopt(drafts.SAMPLE.hash, **ADOPTION)

    assert (row.sample, row.adopted_by, row.review_on) == (False, ADOPTION["names"], ADOPTION["review_on"])
    assert (row.first_approver, row.second_approver) == tuple(ADOPTION["names"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"names": ["A. Chair"]}, "/names"),
        ({"names": ["A. Chair", "a. chair"]}, "/names"),
        ({"names": []}, "/names"),
        ({"adopted_on": date(2090, 1, 1)}, "/adopted_on"),
        ({"review_on": date(2026, 1, 5)}, "/review_on"),
        ({"review_on": date(2025, 1, 1)}, "/review_on"),
    ],
)
def test_an_adoption_needs_two_names_and_dates_in_order(wrong, field):
    with drafts.acting("adam"), pytest.raises(Invalid) as refused:
        publishing.adopt(drafts.SAMPLE.hash, **ADOPTION | wrong)
    assert field in refused.value.fields


def test_an_adoption_is_never_overwritten():
    with drafts.acting("adam"):
        publishing.adopt(drafts.SAMPLE.hash, **ADOPTION)

        with pytest.raises(Conflict, match="adopted already"):
            publishing.adopt(drafts.SAMPLE.hash, **ADOPTION | {"names": ["Somebody", "Else"]})


def test_a_withdrawn_version_is_not_adopted():
    row = drafts.published()
    with drafts.acting("adam"):
        publishing.withdraw(row.hash, because="No.")
        with pytest.raises(Conflict, match="were withdrawn"):
            publishing.adopt(row.hash, **ADOPTION)


def test_a_discarded_draft_is_kept_with_the_reason():
    draft = drafts.changed()
    with drafts.acting("henry"):
        service.discard(draft.id, because="Not agreed.", version=draft.version)

    assert history(draft)[0] == ["Discarded: Not agreed."]
    assert draft in queries.ended_drafts()
    with drafts.acting("grace"), pytest.raises(Conflict, match="Henry Castell discarded this"):
        service.write(draft.id, "more", version=draft.version)


WRITES = {
    "rules.write": [
        lambda draft: service.start(title="Mine", based_on=drafts.SAMPLE.hash),
        lambda draft: service.write(draft.id, "x", version=draft.version),
        lambda draft: service.propose(draft.id, in_force_from=date(2090, 1, 1), why="x", version=draft.version),
        lambda draft: service.take_back(draft.id, version=draft.version),
        lambda draft: service.discard(draft.id, because="x", version=draft.version),
    ],
    "rules.publish": [
        lambda draft: publishing.publish(draft.id, seen="x", version=draft.version),
        lambda draft: publishing.publish_without_shadow_run(draft.id, seen="x", version=draft.version),
        lambda draft: publishing.withdraw(drafts.SAMPLE.hash, because="x"),
        lambda draft: publishing.adopt(drafts.SAMPLE.hash, **ADOPTION),
    ],
}
MAY_NOT = {
    "rules.write": ["priya", "sarah", "marcus", "edith", "owen", "aisha"],
    "rules.publish": ["grace", "sarah", "aisha"],
}


@pytest.mark.parametrize(("permission", "who"), [(one, who) for one, people in MAY_NOT.items() for who in people])
def test_who_may_not_is_refused_by_the_service_itself(permission, who):
    draft = drafts.begun()

    for act in WRITES[permission]:
        with drafts.acting(who), pytest.raises(NotAllowed):
            act(draft)


def test_everything_is_audited_by_ids_alone():
    row = drafts.published()
    other = drafts.begun(title="Another matter")
    with drafts.acting("adam"):
        publishing.adopt(row.hash, **ADOPTION)
        publishing.withdraw(row.hash, because="Secret words")
    with drafts.acting("grace"):
        service.discard(other.id, because="Secret words", version=other.version)

    assert audited() == [
        "rules.drafted", "rules.changed", "rules.proposed", "rules.published", "rules.drafted", "rules.adopted",
        "rules.withdrawn", "rules.discarded",
    ]  # fmt: skip
    details = list(db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action.startswith("rules."))))
    assert "Secret" not in str(details)
    assert "A. Chair" not in str(details)


def test_there_is_no_such_draft_or_version():
    with drafts.acting("adam"):
        for act in (
            lambda: service.write(drafts.SAMPLE_ID, "x", version=1),
            lambda: queries.draft(drafts.SAMPLE_ID),
            lambda: queries.version("0123456789"),
            lambda: queries.version(drafts.SAMPLE.hash[:3]),
            lambda: queries.version("%%%%%%%"),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_damaged_version_can_be_seen_and_not_compared():
    row = db.session.get_one(RulesetInForce, drafts.SAMPLE.hash)
    draft = drafts.changed()
    row.yaml = "rules: ["

    assert queries.rules_of(row) is None
    assert queries.difference(draft) is None


def test_changes_are_written_once_each():
    draft = drafts.proposed()

    kept = db.session.scalars(select(RulesDraftChange).where(RulesDraftChange.draft_id == draft.id)).all()
    assert len(kept) == 3


def test_the_command_line_publishes_from_no_day_since_which_contacts_were_received():
    given.contact(first_received_at=datetime(2026, 11, 20, 9, tzinfo=UTC))

    with pytest.raises(Conflict, match="Contacts were received since that day"):
        first_rules.refuse_received(date(2026, 11, 20))
    first_rules.refuse_received(date(2026, 11, 21))


def test_a_county_that_began_with_the_sample_may_publish_its_first_rules():
    rules = ruleset.load_text(drafts.under_fourteen())

    row = first_rules.publish(rules, date(2090, 1, 1), names=("A. Chair", "B. Director"), review_on=date(2091, 1, 1))

    assert (row.sample, row.adopted_by) == (False, ["A. Chair", "B. Director"])
    other = ruleset.load_text(drafts.TEXT.replace('"2026.11"', '"2090.1"'))
    with pytest.raises(Conflict, match="frontdoor rules propose DRAFT"):
        first_rules.publish(other, date(2090, 2, 1), names=("A. Chair", "B. Director"), review_on=date(2091, 1, 1))


def test_a_county_whose_sample_was_adopted_has_rules_of_its_own():
    with drafts.acting("adam"):
        publishing.adopt(drafts.SAMPLE.hash, **ADOPTION)
    rules = ruleset.load_text(drafts.under_fourteen())

    with pytest.raises(Conflict, match="frontdoor rules propose DRAFT"):
        first_rules.publish(rules, date(2090, 1, 1), names=("A. Chair", "B. Director"), review_on=date(2091, 1, 1))
