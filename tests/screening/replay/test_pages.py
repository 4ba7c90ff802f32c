"""A shadow run on its pages: started, followed, read; a number opens the contacts that the viewer may see, no other."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.access import user_viewer, viewing
from screening.admin import replay_lists, replay_queries, replays
from screening.db import db, now
from screening.errors import NotFound
from screening.models import AuditEntry, RulesDraft, RulesetInForce, RulesReplay, RulesReplayRow, Task
from tests.screening.contacts.bodies import child
from tests.screening.queues import given as rows
from tests.screening.replay import given
from workers import replay

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def contacts():
    found = given.some()
    for contact in found:
        rows.item(contact, "mash")
    return found


def draft(text=None):
    in_force = db.session.scalars(select(RulesetInForce)).one()
    row = RulesDraft(
        title="Fewer rules",
        yaml=text or given.few_rules().text,
        based_on=in_force.hash,
        made_by_id=rows.user("grace").id,
        made_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def done(contacts):
    """A run of the few rules over every contact, which is done."""
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)
    replay.look_at_chunk(run.id)
    return run


def page(client, run, of=""):
    return client.get(f"/rules/replays/{run.id}" + (f"/contacts?of={of}" if of else ""))


def newest_run():
    return db.session.scalars(select(RulesReplay).order_by(RulesReplay.seq.desc()).limit(1)).one()


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_who_may_write_rules_starts_a_run_of_a_draft(signed_in, contacts):
    grace, made = signed_in("grace"), draft()
    assert "the draft “Fewer rules”" in grace.get(f"/rules/replays/new?draft={made.id}").text

    answer = grace.post("/rules/replays/", data={"draft": made.id, "days": "30"})

    run = newest_run()
    assert answer.location == f"/rules/replays/{run.id}"
    assert (run.state, run.total, run.draft_id) == ("running", 5, made.id)
    assert db.session.scalar(select(func.count()).where(Task.kind == "replay", Task.subject_id == run.id)) == 1
    assert audited("rules.replayed") == 1


def test_an_administrator_starts_one_over_contacts_that_they_may_not_see(signed_in, contacts):
    found = db.session.scalar(select(RulesetInForce.hash))

    signed_in("adam").post("/rules/replays/", data={"version": found, "days": "90"})

    assert (newest_run().total, newest_run().hash) == (5, found)


@pytest.mark.parametrize("days", ["", "0", "-3", "many", "99999"])
def test_a_number_of_days_that_makes_no_sense_is_refused_on_the_form(signed_in, days):
    answer = signed_in("grace").post("/rules/replays/", data={"draft": draft().id, "days": days})

    assert answer.status_code == 422
    assert "Choose 1 to 3660 days." in answer.text


def test_a_draft_that_is_not_sound_is_not_run_and_its_problems_are_listed(signed_in):
    broken = given.few_rules().text.replace("level: 4", "level: 9")

    answer = signed_in("grace").post("/rules/replays/", data={"draft": draft(broken).id, "days": "30"})

    assert answer.status_code == 422
    assert "The draft, line" in answer.text


@pytest.mark.parametrize("data", [{"draft": "no-id"}, {"version": "no-hash"}, {}])
def test_rules_that_are_not_there_are_not_run(signed_in, data):
    assert signed_in("grace").post("/rules/replays/", data={**data, "days": "30"}).status_code == 404
    assert signed_in("grace").get("/rules/replays/new", query_string=data).status_code == 404


def test_who_only_reads_rules_reads_runs_and_starts_none(signed_in, done):
    sarah = signed_in("sarah")

    assert page(sarah, done).status_code == 200
    assert sarah.get("/rules/replays/").status_code == 200
    assert sarah.get(f"/rules/replays/new?draft={done.draft_id}").status_code == 403
    assert sarah.post("/rules/replays/", data={"draft": done.draft_id, "days": "30"}).status_code == 403


@pytest.mark.parametrize("who", ["priya", "marcus", "owen"])
def test_who_may_not_read_rules_sees_no_run(signed_in, done, who):
    assert page(signed_in(who), done).status_code == 403
    assert page(signed_in(who), done, "all").status_code == 403


def test_while_it_runs_the_page_says_how_far_it_is_and_asks_again(signed_in, contacts):
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)

    text = page(signed_in("grace"), run).text

    assert "0 of 5 contacts looked at" in text
    assert f'data-poll-url="/rules/replays/{run.id}/live"' in text
    assert "Reload to see how far it is" in text


def test_a_refresh_is_answered_as_you_have_it_until_something_changed(signed_in, contacts):
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)
    grace = signed_in("grace")
    first = grace.get(f"/rules/replays/{run.id}/live")

    assert (
        grace.get(f"/rules/replays/{run.id}/live", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    )

    replay.look_at_chunk(run.id)
    then = grace.get(f"/rules/replays/{run.id}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert "would move down" in then.text


def test_the_result_is_told_in_words_first_and_its_reading_is_audited(signed_in, done):
    text = page(signed_in("grace"), done).text

    down = done.tally["moved"]["down"]
    assert re.search(rf"fd-lead\">Of 6 children, 0 would move up, {down} would move down", text)
    assert 'data-poll-url="/rules/replays' not in text
    assert audited("rules.replay_read") == 1


def test_a_draft_that_was_changed_since_says_so(signed_in, done):
    assert "was changed after this run" not in page(signed_in("grace"), done).text
    db.session.get(RulesDraft, done.draft_id).yaml = given.few_rules().text + "# more"
    db.session.flush()

    assert "was changed after this run" in page(signed_in("grace"), done).text


def test_a_run_over_days_without_contacts_says_so(signed_in):
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)
    replay.look_at_chunk(run.id)

    assert "there is nothing to compare" in page(signed_in("grace"), run).text


def test_a_run_that_stopped_says_why_and_who_may_starts_it_again(signed_in, contacts):
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)
    db.session.scalars(select(Task).where(Task.subject_id == run.id)).one().state = "parked"
    replay.give_up(run.id)
    assert "Start again" not in page(signed_in("sarah"), run).text
    assert "It stopped at contact 0 of 5" in page(signed_in("grace"), run).text

    answer = signed_in("grace").post(f"/rules/replays/{run.id}/again")

    assert (answer.status_code, newest_run().state) == (302, "running")
    assert signed_in("grace").post(f"/rules/replays/{run.id}/again").status_code == 409


def numbers(run):
    """Every number of the result, with the place that it opens."""
    found = replay_queries.result(run)
    yield from ((row["of"], row["count"]) for row in found["moved"])
    yield from (
        (cell["of"], cell["count"])
        for part in ("level", "urgency")
        for row in found[part]["rows"]
        for cell in row["cells"]
    )
    yield from ((row["of"], row["count"]) for table in found["rules"] for row in table["rows"])
    for table in found["groups"]:
        for row in table["rows"]:
            yield row["of"], row["children"]
            yield from ((f"{row['of']}:{move['move']}", move["count"]) for move in row["moves"])
    for team in found["teams"]:
        yield from (
            (f"team:{team['slug']}:{change}", (team[change],)) for change in ("before", "after", "gains", "loses")
        )


def test_every_number_opens_as_many_as_it_says(done):
    checked = 0
    for of, number in numbers(done):
        listed = replay_lists.listed(done, of, 1)
        assert (listed["contacts"],) == number if isinstance(number, tuple) else listed["children"] == number, of
        checked += 1

    assert checked > 30


def test_a_group_of_a_few_shows_no_share(done):
    assert all(not row["moves"] for table in replay_queries.result(done)["groups"] for row in table["rows"])


def test_in_a_group_that_is_large_enough_the_share_stands_beside_that_of_all():
    for number in range(20):
        given.received(given.bruised_baby() if number < 5 else {**given.bruised_baby(), "children": [child(sex="F")]})
    for _ in range(20):
        given.received(children=[child(sex="M")])
    with viewing(user_viewer(rows.user("grace"))):
        run = replays.start_draft(draft().id, days=30)
    replay.look_at_chunk(run.id)

    sex = next(table for table in replay_queries.result(run)["groups"] if table["title"] == "Sex")
    down = {row["words"]: row["moves"][2]["share"] for row in [*sex["rows"], sex["all"]] if row["moves"]}

    # Five babies of forty children, of whom nobody said the sex.
    assert down["Male"] == "0%"
    assert down["All children"] == "12.5%"


@pytest.mark.parametrize(("who", "rows_shown"), [("grace", 6), ("sarah", 6), ("henry", 0), ("adam", 0), ("aisha", 0)])
def test_a_number_opens_only_contacts_that_the_viewer_may_see(signed_in, done, who, rows_shown):
    text = page(signed_in(who), done, "all").text

    assert "6 children in 5 contacts" in text
    assert text.count("fd-case__child") == rows_shown
    assert ("that you may not open" in text) == (rows_shown == 0)
    assert ("Marlow" in text) == (rows_shown > 0)


def test_a_contact_restricted_since_the_run_is_not_even_told_of(signed_in, done, contacts):
    contacts[1].restricted = True
    db.session.flush()

    text = page(signed_in("sarah"), done, "all").text

    assert "5 children in 4 contacts" in text
    assert "may not open" not in text
    assert contacts[1].reference not in text


def test_reading_a_list_is_audited_with_the_contacts_shown(signed_in, done, contacts):
    page(signed_in("sarah"), done, "all")

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.list_read")).one()
    assert set(entry.detail["contacts"]) == {str(contact.id) for contact in contacts}
    assert entry.detail["of"] == "all"


def test_a_child_is_shown_as_it_was_and_as_it_would_be(signed_in, done, contacts):
    text = page(signed_in("sarah"), done, "moved:down").text

    assert contacts[1].reference in text
    assert "Red, within 4 hours" in text
    assert "Green, 3 working days" in text
    assert "No longer fires" in text


@pytest.mark.parametrize(
    "of",
    ["", "none", "moved", "moved:away", "level:2", "level:2:9", "level:a:b", "urgency:red:blue", "team:nowhere:gains",
     "team:mash:grows", "group:wealth:rich", "group:sex:F:sideways", "rule:fires", "rule:sings:a", "all:1"],
)  # fmt: skip
def test_a_number_that_is_not_there_opens_nothing(done, of):
    with pytest.raises(NotFound):
        replay_lists.part(of)


def test_lists_are_read_a_page_at_a_time(signed_in, done, monkeypatch):
    monkeypatch.setattr(replay_lists, "PAGE_ROWS", 4)
    sarah = signed_in("sarah")

    first, second = (sarah.get(f"/rules/replays/{done.id}/contacts?of=all&page={n}").text for n in (1, 2))

    assert "1 to 4 of 6" in first
    assert "5 to 6 of 6" in second
    assert second.count("fd-case__child") == 2


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_numbers_beyond_all_reason_are_no_fault(signed_in, done, number):
    grace = signed_in("grace")

    assert grace.get(f"/rules/replays/{done.id}/contacts?page={number}").status_code == 200
    assert grace.post("/rules/replays/", data={"draft": done.draft_id, "days": number}).status_code == 422


def test_a_run_that_is_not_there_is_not_found(signed_in, done):
    assert signed_in("grace").get(f"/rules/replays/{rows.user('grace').id}").status_code == 404


def test_runs_are_listed_newest_first(signed_in, done):
    with viewing(user_viewer(rows.user("grace"))):
        replays.start_version(db.session.scalar(select(RulesetInForce.hash)), days=30)

    text = signed_in("sarah").get("/rules/replays/").text

    assert text.index("Version in force from") < text.index("Draft: Fewer rules")


def test_the_window_is_of_whole_days_up_to_today(done):
    assert done.until - done.since == timedelta(days=31)
    assert db.session.scalar(select(func.count()).select_from(RulesReplayRow)) == 6
