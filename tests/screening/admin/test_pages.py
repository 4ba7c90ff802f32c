"""The rules on a screen: read by whoever may, drafted in a form without JavaScript, published by a second person."""

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from routing_rules import ruleset
from screening.admin import queries
from screening.db import db, now
from screening.models import RulesDraft, RulesetInForce, RulesReplay
from screening.scoring import shadow_tally
from tests.screening.admin import drafts

pytestmark = pytest.mark.usefixtures("context")
HERE = drafts.SAMPLE.hash[:12]
CODE = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'
EXAMPLES = {
    "examples.0.kind": "fires",
    "examples.0.known.missing_now": "yes",
    "examples.0.known.age_years": "13",
    "examples.1.kind": "rests",
    "examples.1.known.missing_now": "yes",
    "examples.1.known.age_years": "14",
}
RULE = {
    "text": "A child under 14 is missing.",
    "level": "4",
    "urgency": "red",
    "hard": "yes",
    "conditions.0.group": "all",
    "conditions.0.field": "missing_now",
    "conditions.0.operator": "is",
    "conditions.0.value": "yes",
    "conditions.1.group": "all",
    "conditions.1.field": "age_years",
    "conditions.1.operator": "<",
    "conditions.1.value": "14",
    "must_do": ["police_now", "missing_procedure"],
    "source.cite": "East Riding missing procedure; floor ours",
    "source.kind": "our_suggestion",
    **EXAMPLES,
}


@pytest.fixture
def draft(context):
    found = drafts.begun()
    db.session.commit()
    return found


@pytest.fixture
def grace(signed_in):
    return signed_in("grace")


def place(rule_id="missing_under_13"):
    return [rule.id for rule in drafts.SAMPLE.rules].index(rule_id)


def now_is(draft):
    return db.session.scalars(select(RulesDraft.yaml).where(RulesDraft.id == draft.id)).one()


def send(browser, draft, path, **said):
    return browser.post(f"/rules/drafts/{draft.id}/{path}", data={"version": draft.version, **said})


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


READERS = {"grace": True, "sarah": True, "aisha": True, "adam": True, "priya": False, "marcus": False, "owen": False}


@pytest.mark.parametrize("who", sorted(READERS))
def test_who_may_read_the_rules_does(signed_in, draft, who):
    browser = signed_in(who)
    wanted = 200 if READERS[who] else 403

    for path in ("/rules/", f"/rules/versions/{HERE}", f"/rules/versions/{HERE}.yaml", f"/rules/drafts/{draft.id}"):
        assert browser.get(path).status_code == wanted, path
    assert ('href="/rules/"' in browser.get("/", follow_redirects=True).text) is READERS[who]


WRITERS = {"grace": (200, 403), "adam": (200, 404), "sarah": (403, 403), "aisha": (403, 403), "priya": (403, 403)}


@pytest.mark.parametrize("who", sorted(WRITERS))
def test_who_may_write_or_publish_does(signed_in, draft, who):
    browser = signed_in(who)
    writes, publishes = WRITERS[who]
    one = f"/rules/drafts/{draft.id}"

    for path in (
        "/rules/drafts/new",
        f"{one}/text",
        f"{one}/rules/{place()}",
        f"{one}/rules/new",
        f"{one}/propose",
        f"{one}/discard",
    ):
        assert browser.get(path).status_code == writes, path
    # A draft that is not proposed has nothing to publish: 404 to who may.
    assert browser.get(f"{one}/publish").status_code == publishes
    assert browser.get(f"/rules/versions/{HERE}/adopt").status_code == (200 if publishes == 404 else 403)


@pytest.mark.parametrize("who", ["sarah", "aisha"])
def test_a_reader_is_shown_nothing_to_press(signed_in, draft, who):
    browser = signed_in(who)

    shown = browser.get("/rules/").text + browser.get(f"/rules/drafts/{draft.id}").text

    assert "Start a draft" not in shown
    assert "Change a rule" not in shown
    assert send(browser, draft, "text", yaml="x").status_code == 403
    assert send(browser, draft, f"rules/{place()}", **RULE).status_code == 403


def test_a_version_is_told_in_words(grace):
    said = text_of(grace.get(f"/rules/versions/{HERE}"))

    assert "Sample, not adopted" in said
    assert "A child under 13 is missing." in said
    assert "Is the child missing now? Yes" in said
    assert "age in years: below 13" in said
    assert "To do: Follow the missing children procedure" in said
    assert "(our suggestion, not from guidance)" in said
    assert "Just does not" in said
    assert not [code for code in ("missing_now", "our_suggestion", "missing_procedure") if code in said]


def test_the_questions_of_a_version_say_what_they_are_for(grace):
    said = text_of(grace.get(f"/rules/versions/{HERE}?view=questions"))

    assert "core safety question" in said
    assert "Looked up or worked out" in said


def test_a_view_that_there_is_not_is_not_found(grace):
    assert grace.get(f"/rules/versions/{HERE}?view=dragons").status_code == 404
    assert grace.get("/rules/versions/0123456789").status_code == 404


def test_a_version_is_downloaded_as_it_is(grace):
    answer = grace.get(f"/rules/versions/{HERE}.yaml")

    assert answer.text == drafts.TEXT
    assert answer.headers["Content-Disposition"] == f"attachment; filename=rules-{HERE}.yaml"


def test_a_review_that_is_late_is_said(grace):
    db.session.execute(
        update(RulesetInForce).values(
            sample=False, first_approver="A", second_approver="B", adopted_by=["A", "B"], review_on="2026-01-01"
        )
    )
    db.session.commit()

    said = text_of(grace.get("/rules/"))

    assert "Review is late" in said
    assert "Adopted by A and B, to be reviewed by 1 January 2026" in said


def test_damaged_rules_are_said_and_nothing_fails(grace):
    db.session.execute(update(RulesetInForce).values(yaml="rules: ["))
    db.session.commit()

    assert "The rules are damaged" in grace.get("/rules/").text
    assert "These rules are damaged" in grace.get(f"/rules/versions/{HERE}").text


def test_from_a_draft_to_a_version(signed_in, grace):
    started = grace.post("/rules/drafts/new", data={"title": "Missing under 14", "based_on": HERE})
    draft = queries.open_drafts()[0]
    assert started.location == f"/rules/drafts/{draft.id}"
    assert send(grace, draft, f"rules/{place()}", **RULE).status_code == 302
    db.session.refresh(draft)
    shown = text_of(grace.get(f"/rules/drafts/{draft.id}"))
    assert "now counts ‘age in years’ below 14, was below 13" in shown
    said = {"in_force_from": drafts.tomorrow().isoformat(), "why": "Agreed on 3 November."}
    assert send(grace, draft, "propose", **said).status_code == 302
    db.session.refresh(draft)
    adam = signed_in("adam")
    page = adam.get(f"/rules/drafts/{draft.id}/publish")
    assert "below 14, was below 13" in page.text
    assert "Agreed on 3 November." in page.text
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    refused = send(adam, draft, "publish", seen=seen)
    assert refused.status_code == 422
    assert "Say that you publish without a run" in refused.text

    answer = send(adam, draft, "publish", seen=seen, without_shadow_run="yes")

    assert answer.status_code == 302
    shown = text_of(adam.get(answer.location))
    assert "Published, not in force yet" in shown
    assert "Proposed by Grace Lindqvist, published by Adam Frost" in shown
    assert "below 14, was below 13" in adam.get(f"{answer.location}?view=changes").text


def test_who_publishes_reads_how_many_would_move(signed_in):
    draft = drafts.proposed()
    found = queries.check(draft.yaml).rules.hash
    tally = shadow_tally.empty()
    tally["children"], tally["moved"] = 9, tally["moved"] | {"up": 2, "closed": 1, "same": 6}
    run = {"yaml": draft.yaml, "hash": found, "since": date(2026, 1, 1), "until": date(2026, 2, 1), "total": 7}
    db.session.add(RulesReplay(**run, state="done", started_at=now(), finished_at=now(), tally=tally))
    db.session.commit()

    page = text_of(signed_in("adam").get(f"/rules/drafts/{draft.id}/publish"))

    assert "3 children would move." in page
    assert "Of 9 children, 2 would move up, 0 would move down" in page


def main_button(page):
    return re.search(r'class="govuk-button"[^>]*>([^<]+)<', page)[1]


def test_a_draft_is_offered_to_be_proposed_first_only_once_it_changes_something(grace):
    fresh = drafts.begun()
    unsound = drafts.changed(text="rules: [half")
    changed = drafts.changed()
    db.session.commit()

    found = [main_button(grace.get(f"/rules/drafts/{draft.id}").text) for draft in (fresh, unsound, changed)]

    assert found == ["Change a rule", "Upload or edit the text", "Propose it"]


def test_the_proposer_is_told_that_a_second_person_is_needed(signed_in):
    draft = drafts.proposed("adam")
    db.session.commit()
    adam = signed_in("adam")

    assert "You proposed this: a second person" in adam.get(f"/rules/drafts/{draft.id}/publish").text
    assert send(adam, draft, "publish", seen="x", without_shadow_run="yes").status_code == 403


def test_adopt_and_withdraw_ask_for_what_is_missing(signed_in):
    row = drafts.published()
    db.session.commit()
    adam, there = signed_in("adam"), f"/rules/versions/{row.hash[:12]}"

    refused = adam.post(f"{there}/adopt", data={"names": "A. Chair", "adopted_on": "yesterday"})
    assert refused.status_code == 422
    assert "Write a day as 2027-04-01" in refused.text
    assert ">A. Chair</textarea>" in refused.text
    said = {"names": "A. Chair, partnership\nB. Director\n", "adopted_on": "2026-01-05", "review_on": "2090-01-05"}
    assert adam.post(f"{there}/adopt", data=said).status_code == 302
    assert "Adopted by A. Chair, partnership and B. Director on 5 January 2026" in text_of(adam.get(there))
    assert adam.post(f"{there}/withdraw", data={"because": " "}).status_code == 422
    assert adam.post(f"{there}/withdraw", data={"because": "The figures first."}).status_code == 302
    assert "The figures first." in adam.get("/rules/").text


def test_a_draft_is_discarded_with_a_reason(grace, draft):
    assert send(grace, draft, "discard").status_code == 422
    assert send(grace, draft, "discard", because="Not agreed.").status_code == 302
    assert "Drafts that ended" in grace.get("/rules/").text


def test_a_proposal_is_taken_back(grace):
    draft = drafts.proposed()
    db.session.commit()

    assert send(grace, draft, "take-back").status_code == 302
    assert "Taken back" in grace.get(f"/rules/drafts/{draft.id}").text


def test_a_form_that_says_no_version_is_refused(grace, draft):
    assert grace.post(f"/rules/drafts/{draft.id}/text", data={"yaml": "x"}).status_code == 428


def test_the_form_shows_a_rule_as_it_is(grace, draft):
    page = grace.get(f"/rules/drafts/{draft.id}/rules/{place()}").text

    assert ">A child under 13 is missing.</textarea>" in page
    assert 'name="conditions.1.value" value="13"' in page
    assert 'value="police_now" checked' in page


def test_only_the_edited_rule_changes_in_the_text(grace, draft):
    before = now_is(draft)

    assert send(grace, draft, f"rules/{place()}", **RULE).status_code == 302

    after = now_is(draft)
    first, last = before.index("  - {id: missing_under_13"), before.index("  - {id: missing_and_vulnerable")
    assert after.startswith(before[:first])
    assert after.endswith(before[last:])
    changed = next(rule for rule in ruleset.load_text(after).rules if rule.id == "missing_under_13")
    assert changed.conditions[1].value == 14


def test_a_condition_is_added_and_taken_out_and_nothing_typed_is_lost(grace, draft):
    said = RULE | {"text": "Half typed", "add.field": "disability", "add.group": "any"}

    added = send(grace, draft, f"rules/{place()}", action="add", **said)

    assert added.status_code == 200
    assert ">Half typed</textarea>" in added.text
    assert 'name="conditions.2.field" value="disability"' in added.text
    taken = send(grace, draft, f"rules/{place()}", action="remove-0", **said)
    assert 'value="missing_now"' not in re.search(r"When it fires.*?Add a condition", taken.text, re.DOTALL)[0]
    assert now_is(draft) == draft.yaml


def test_adding_nothing_says_what_to_choose(grace, draft):
    answer = send(grace, draft, f"rules/{place()}", action="add", **RULE)

    assert answer.status_code == 422
    assert "Choose what the rule should look at" in answer.text


def test_examples_are_worked_out_added_and_taken_out(grace, draft):
    said = {name: value for name, value in RULE.items() if name not in EXAMPLES}

    worked = send(grace, draft, f"rules/{place()}", action="examples", **said)
    assert 'name="examples.1.known.age_years" value="14"' in worked.text
    more = send(grace, draft, f"rules/{place()}", action="add_example", **RULE)
    assert 'name="examples.2.kind"' in more.text
    fewer = send(grace, draft, f"rules/{place()}", action="remove_example-0", **RULE)
    assert 'name="examples.1.kind"' not in fewer.text


def test_examples_of_a_rule_without_conditions_are_not_worked_out(grace, draft):
    answer = send(grace, draft, f"rules/{place()}", action="examples", text="Nothing yet")

    assert answer.status_code == 422
    assert "then work out its examples" in answer.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": " "}, "Say in words what the rule is about"),
        ({"level": "9"}, "Choose a level"),
        ({"urgency": ""}, "Choose how soon"),
        ({"conditions.1.value": "young"}, "Write a whole number, such as 13"),
        ({"conditions.0.value": "maybe"}, "Choose one"),
        ({"source.cite": ""}, "Say where the rule comes from"),
        ({"source.kind": "gossip"}, "Say how sure the source is"),
        ({"effective.to": "next year"}, "Write a day as 2027-04-01"),
        ({"weight": "-3"}, "Write a whole number, 0 or more"),
        ({"examples.0.known.age_years": "x"}, "Write a whole number in the example"),
    ],
)
def test_what_cannot_be_read_is_said_where_it_stands_and_kept(grace, draft, said, words):
    answer = send(grace, draft, f"rules/{place()}", **RULE | said)

    assert answer.status_code == 422
    assert words in answer.text
    assert now_is(draft) == draft.yaml


def test_a_rule_that_would_not_be_sound_is_told_in_words_and_kept_only_on_demand(grace, draft):
    said = RULE | {"examples.1.known.age_years": "13"}

    refused = send(grace, draft, f"rules/{place()}", **said)

    assert refused.status_code == 422
    problem = re.search(r'<ul class="fd-problems">(.*?)</ul>', refused.text, re.DOTALL)[1]
    assert "age in years: 13" in problem
    assert "age_years" not in problem
    assert now_is(draft) == draft.yaml
    assert send(grace, draft, f"rules/{place()}", action="save_anyway", **said).status_code == 302
    shown = grace.get(f"/rules/drafts/{draft.id}").text
    assert "1 problem in the text" in shown
    assert "Propose it" not in shown


def test_a_rule_is_ended_by_its_last_day(grace, draft):
    # One that is hard does not end for good: that would be a gap.
    send(grace, draft, f"rules/{place()}", **RULE | {"effective.to": "2090-03-31", "hard": ""})

    assert "counts for the last time on 31 March 2090" in grace.get(f"/rules/drafts/{draft.id}").text


def test_several_of_a_list_can_be_asked_for(grace, draft):
    said = RULE | {f"conditions.{at}.group": "at_least" for at in (0, 1)} | {"n": "2"}

    assert send(grace, draft, f"rules/{place()}", action="save_anyway", **said).status_code == 302

    rule = next(rule for rule in ruleset.load_unchecked(now_is(draft)).rules if rule.id == "missing_under_13")
    assert (rule.all, rule.at_least[0], len(rule.at_least[1])) == ((), 2, 2)


def test_a_new_rule_is_named_after_its_words(grace, draft):
    said = RULE | {"text": "A child under 14 is missing."}

    assert send(grace, draft, "rules/new", action="save_anyway", **said).status_code == 302

    assert ruleset.load_unchecked(now_is(draft)).rules[-1].id == "a_child_under_14_is_missing"


def test_who_saves_second_loses_nothing_and_is_told(grace, draft):
    first = {"version": draft.version}
    send(grace, draft, f"rules/{place()}", **RULE)

    late = grace.post(f"/rules/drafts/{draft.id}/rules/{place()}", data=RULE | first | {"text": "Mine"})

    assert late.status_code == 412
    assert ">Mine</textarea>" in late.text
    whole = grace.post(f"/rules/drafts/{draft.id}/text", data=first | {"yaml": "mine: too"})
    assert whole.status_code == 412
    assert "mine: too" in whole.text


@pytest.mark.parametrize("at", [9_999, 100_000])
def test_a_rule_that_is_not_there_is_said(grace, draft, at):
    assert grace.get(f"/rules/drafts/{draft.id}/rules/{at}").status_code == 409


def test_text_that_is_code_is_shown_as_typed(grace, draft):
    said = RULE | {"text": CODE, "source.cite": CODE, "lesson": CODE}
    assert send(grace, draft, f"rules/{place()}", **said).status_code == 302

    for path in ("", "/rules", f"/rules/{place()}", "/text", "/propose"):
        page = grace.get(f"/rules/drafts/{draft.id}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "&lt;script&gt;" in grace.get(f"/rules/drafts/{draft.id}/rules").text


def upload(browser, draft, content, kept=""):
    # By hand: the test client would leave a large one in a file that nobody closes.
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + said + b"\r\n"
        for name, more, said in (
            ("version", "", str(draft.version).encode()),
            ("yaml", "", kept.encode()),
            ("file", '; filename="rules.yaml"', content),
        )
    ]
    sent = b"".join([*parts, b"--edge--\r\n"])
    return browser.post(f"/rules/drafts/{draft.id}/text", data=sent, content_type="multipart/form-data; boundary=edge")


ODD = {
    "binary": (bytes(range(256)), "not text in UTF-8"),
    "another encoding": ("naïve: yes".encode("latin-1"), "not text in UTF-8"),
    "utf-16": ("a: b".encode("utf-16"), "not text in UTF-8"),
    "a NUL": (b"a: \x00b", "not text"),
    "too large": (b"# " + b"x" * 600_000, "larger than 512 KB"),
}


@pytest.mark.parametrize("kind", sorted(ODD))
def test_an_odd_file_is_refused_in_words_and_nothing_is_lost(grace, draft, kind):
    content, words = ODD[kind]

    answer = upload(grace, draft, content, kept="what: I typed")

    assert answer.status_code == 422
    assert words in answer.text
    assert "what: I typed" in answer.text
    assert now_is(draft) == draft.yaml


def test_ten_megabytes_are_refused(grace, draft):
    answer = upload(grace, draft, b"x" * 10_000_000)

    assert answer.status_code == 413
    assert "too large" in answer.text
    assert now_is(draft) == draft.yaml


BOMBS = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "depth": "[" * 20_000,
    "a tag": "!!python/object/apply:os.system ['true']",
    "half": "rules: [half wri",
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_text_that_is_a_trap_is_kept_as_text_and_told(grace, draft, kind):
    answer = upload(grace, draft, BOMBS[kind].encode())

    assert answer.status_code == 302
    assert now_is(draft) == BOMBS[kind]
    assert "1 problem in the text" in grace.get(f"/rules/drafts/{draft.id}").text
    assert "cannot be read as rules" in grace.get(f"/rules/drafts/{draft.id}/rules").text
    assert grace.get(f"/rules/drafts/{draft.id}/rules/0").status_code == 409
    assert grace.get(f"/rules/drafts/{draft.id}/rules/new").status_code == 409
    assert grace.get(f"/rules/drafts/{draft.id}.yaml").text == BOMBS[kind]


def test_a_file_takes_the_place_of_the_text_and_a_mark_at_its_start_is_no_text(grace, draft):
    assert upload(grace, draft, b"\xef\xbb\xbf" + drafts.under_fourteen().encode()).status_code == 302

    assert now_is(draft) == drafts.under_fourteen()


def test_neither_a_file_nor_a_text_says_so(grace, draft):
    assert "Choose a file, or write the text below" in send(grace, draft, "text", yaml=" ").text


def test_a_draft_needs_a_title_and_a_version_to_start_from(grace):
    refused = grace.post("/rules/drafts/new", data={"title": "", "based_on": HERE})

    assert refused.status_code == 422
    assert grace.post("/rules/drafts/new", data={"title": "x", "based_on": "012345678"}).status_code == 404


def test_a_proposal_says_what_is_missing(grace, draft):
    refused = send(grace, draft, "propose", in_force_from="soon")

    assert refused.status_code == 422
    assert "Write a day as 2027-04-01" in refused.text
    assert draft.state == "draft"


def test_an_administrator_begins_with_the_rules(signed_in):
    assert signed_in("adam").get("/").location == "/rules/"
