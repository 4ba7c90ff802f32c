"""The sample county's families: invented, held, within their clocks, and met by the contacts in examples/."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from routing_rules import clocks, ruleset
from screening import codes
from screening.access import viewing, worker_viewer
from screening.chronology import gate
from screening.contacts.schemas import ContactSchema
from screening.contacts.service import receive_sent
from screening.db import db, now
from screening.decisions.strategy import service
from screening.decisions.strategy.service import Held
from screening.models import (
    AuditEntry,
    Awaited,
    BackgroundCheck,
    ChronologyReview,
    Contact,
    County,
    Decision,
    Involvement,
    Message,
    Participation,
    QueueItem,
    Referral,
    Referrer,
    Routing,
    Screening,
    StrategyDiscussion,
    Task,
    Team,
)
from screening.models.decision import OUTCOMES, RATIONALE_PARTS
from screening.oversight import queries as oversight
from screening.sample.family_files import families
from screening.sample.seed_families import seed_sample_families, tell_involvements_again
from screening.sample.stories import office_time_ago
from screening.scoring import service as scoring
from tests.conftest import make_app, settings_for
from tests.screening.queues import given
from workers.checks import own_records

EXAMPLES = Path(__file__).parents[2] / "examples"
DRAMA_NUMBER = re.compile(r"01632 960\d{3}|07700 900\d{3}")
INVENTED_POSTCODE = re.compile(r"[A-Z]{2}\d{1,2} \dZZ")
OPEN = ("waiting", "accepted")
# Working days, nights, a weekend, bank holidays, the edges of office time, and the night on which clocks change.
MOMENTS = [
    datetime(2026, 11, 25, 14, 0, tzinfo=UTC),
    datetime(2026, 11, 25, 22, 0, tzinfo=UTC),
    datetime(2026, 11, 29, 3, 0, tzinfo=UTC),
    datetime(2026, 11, 30, 9, 1, tzinfo=UTC),
    datetime(2026, 11, 27, 16, 59, tzinfo=UTC),
    datetime(2026, 12, 28, 11, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def seeded_app(postgres, template):
    """The template with its families, seeded once for this file."""
    postgres.create_database("with_families", template=template)
    app = make_app(settings_for(postgres, "with_families"))
    with app.app_context():
        assert seed_sample_families()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def seeded(seeded_app):
    with seeded_app.app_context(), viewing(worker_viewer("test")):
        yield
        db.session.rollback()
        db.session.remove()


def everyone():
    return list(db.session.scalars(select(Participation)))


def contacts(*states):
    return list(db.session.scalars(select(Contact).where(Contact.state.in_(states)).order_by(Contact.seq)))


def sent(example, role="child"):
    """What the checks of an example find, received now: one answer for each of its children, or its adults."""
    body = json.loads(next(EXAMPLES.glob(f"{example}-*.json")).read_text())
    body.pop("received_at", None)
    contact = receive_sent(body=ContactSchema().load(body))
    checks = (
        select(BackgroundCheck)
        .join(Participation, Participation.id == BackgroundCheck.participation_id)
        .where(BackgroundCheck.contact_id == contact.id, Participation.role == role)
        .order_by(Participation.position)
    )
    return [own_records.look_up(check) for check in db.session.scalars(checks)]


def test_there_are_about_sixty_families_with_at_most_five_contacts_each():
    told = families()

    assert 55 <= len(told) <= 70
    assert {len(family["contacts"]) for family in told} <= set(range(6))


def test_families_live_in_every_district(seeded):
    homes = {person.postcode.split()[0] for person in everyone() if person.postcode}
    districts = db.session.scalars(select(Team).where(Team.kind == "district"))

    assert [team.slug for team in districts if not homes & set(team.areas)] == []


def test_they_are_seeded_once(seeded):
    assert seed_sample_families() is False


def test_the_seeding_is_in_the_audit_without_names(seeded):
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "county.seeded")).all()[-1]

    assert set(entry.detail) == {"families", "contacts"}


@pytest.mark.usefixtures("context")
def test_a_county_that_is_no_sample_gets_no_families():
    county = db.session.get_one(County, 1)
    county.sample = False
    db.session.flush()

    assert seed_sample_families() is False
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


# Today's work.


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_whenever_it_is_seeded_every_open_contact_is_held_and_nothing_is_late(moment):
    given.clock_at(moment)
    seed_sample_families()
    at = now()
    waiting = select(QueueItem).where(QueueItem.state.in_(OPEN))

    board = oversight.board()
    items = list(db.session.scalars(waiting))

    assert (board["in_no_queue"], board["needs_attention"]) == ([], [])
    assert 8 <= sum(item.leads for item in items) <= 14
    assert [item.due_at for item in items if item.due_at < at] == []
    offered = [item for item in items if item.state == "waiting" and item.accept_due_at]
    assert [item.accept_due_at for item in offered if item.accept_due_at < at] == []


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("moment", MOMENTS[::3], ids=str)
def test_whenever_it_is_seeded_nothing_happened_in_the_future_or_before_it_was_received(moment):
    given.clock_at(moment)
    seed_sample_families()
    at = now()

    for contact in contacts("received", "decided", "closed"):
        assert contact.first_received_at <= (contact.decided_at or at) <= at
    for item in db.session.scalars(select(QueueItem)):
        assert item.queued_at <= (item.ended_at or at) <= at
    for decision in db.session.scalars(select(Decision)):
        assert decision.decided_at <= at


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("moment", "slug"), [(MOMENTS[0], "mash"), (MOMENTS[1], "emergency-duty")])
def test_a_red_contact_is_the_mashs_by_day_and_the_emergency_duty_teams_at_night(moment, slug):
    given.clock_at(moment)
    seed_sample_families()

    red = select(QueueItem).where(QueueItem.urgency == "red", QueueItem.leads, QueueItem.state.in_(OPEN))

    assert {item.team.slug for item in db.session.scalars(red)} == {slug}


def test_the_teams_that_somebody_signs_in_for_have_work(seeded):
    items = db.session.scalars(select(QueueItem).where(QueueItem.leads, QueueItem.state.in_(OPEN)))

    assert {"screening", "mash", "winchester", "havant", "basingstoke-and-deane", "emergency-duty"} <= {
        item.team.slug for item in items
    }


def test_some_work_waits_and_some_is_held_by_name(seeded):
    items = list(db.session.scalars(select(QueueItem).where(QueueItem.leads, QueueItem.state.in_(OPEN))))

    assert {item.state for item in items} == {"waiting", "accepted"}
    assert {"sarah", "tom", "edith"} <= {item.holder.user_name for item in items if item.holder}


def test_what_waits_is_promised_to_be_escalated_and_nothing_is_promised_to_be_sent(seeded):
    kinds = set(db.session.scalars(select(Task.kind)))
    waiting = select(QueueItem.id).where(QueueItem.state == "waiting", QueueItem.accept_due_at.is_not(None))
    escalated = set(db.session.scalars(select(Task.subject_id).where(Task.kind == "escalate")))

    assert kinds == {"escalate", "check_own_records", "awaited_late"}
    assert set(db.session.scalars(waiting)) <= escalated
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_every_check_that_is_waited_for_is_promised(seeded):
    waited_for = set(db.session.scalars(select(BackgroundCheck.id).where(BackgroundCheck.outcome.is_(None))))

    assert waited_for == set(db.session.scalars(select(Task.subject_id).where(Task.kind == "check_own_records")))


def test_answered_checks_say_what_a_look_would_find(seeded):
    checks = db.session.scalars(select(BackgroundCheck).where(BackgroundCheck.outcome == "nothing_known"))

    assert {own_records.look_up(check).outcome for check in checks} == {"nothing_known"}


def test_the_promised_checks_can_all_be_answered(seeded):
    for check_id in list(db.session.scalars(select(BackgroundCheck.id).where(BackgroundCheck.outcome.is_(None)))):
        own_records.answer_check(check_id)

    assert set(db.session.scalars(select(BackgroundCheck.outcome))) == {"nothing_known", "information_found"}


def test_an_open_case_is_routed_to_its_team(seeded):
    case = select(Contact).join(Participation).where(Participation.given_name == "Réka", Contact.state == "received")
    contact = db.session.scalars(case).one()

    assert given.lead_of(contact).team.slug == "basingstoke-and-deane"


# What was said, by whom, and what was decided.


def test_nobody_can_be_reached(seeded):
    referrers = list(db.session.scalars(select(Referrer)))
    staff = list(db.session.scalars(select(Team)))

    assert [row.phone for row in referrers + staff if row.phone and not DRAMA_NUMBER.fullmatch(row.phone)] == []
    assert [row.email for row in referrers + staff if row.email and not row.email.endswith("example.org")] == []
    assert [row.postcode for row in everyone() if row.postcode and not INVENTED_POSTCODE.fullmatch(row.postcode)] == []


def test_every_answer_is_to_a_question_that_the_rules_ask(seeded):
    fields = ruleset.sample().fields
    said = [(contact.answers, ("household", "both")) for contact in contacts("received", "decided", "closed")]
    said += [(person.answers, ("child",)) for person in everyone()]

    wrong = [name for answers, scopes in said for name in answers if fields[name].scope not in scopes]

    assert wrong == []
    assert {word for answers, _ in said for word in answers.values()} == {"yes", "no", "unknown"}


def test_every_code_is_on_its_closed_list(seeded):
    people, told = everyone(), contacts("received", "decided", "closed")

    assert {person.sex for person in people if person.sex} <= set(codes.SEXES)
    assert {person.ethnicity for person in people if person.role == "child"} <= set(codes.ETHNICITIES)
    assert {code for person in people for code in person.disabilities or []} <= set(codes.DISABILITIES)
    assert {contact.channel for contact in told} <= set(codes.CHANNELS)
    assert {contact.contact_type for contact in told} <= set(codes.CONTACT_TYPES)
    assert {contact.referrer.source_code for contact in told} <= set(codes.SOURCES)


def test_every_contact_was_scored_by_the_rules_in_force_on_its_day(seeded):
    screenings = list(db.session.scalars(select(Screening)))

    assert all(screening.output for screening in screenings)
    assert {screening.contact_id for screening in screenings} == {
        contact.id for contact in contacts("received", "decided", "closed")
    }


def test_every_decision_has_five_parts_and_says_why_it_is_lower(seeded):
    for decision in db.session.scalars(select(Decision)):
        assert decision.outcome in OUTCOMES
        assert all(decision.rationale[part].strip() for part in RATIONALE_PARTS)
        assert decision.stands
        assert bool(decision.against_reason) == decision.against_proposal


def test_every_child_of_a_decided_contact_is_decided(seeded):
    for contact in contacts("decided", "closed"):
        made = select(Decision.child_id).where(Decision.contact_id == contact.id, Decision.stage == "contact")
        assert set(db.session.scalars(made)) == {child.id for child in contact.children}


def test_a_decision_that_is_a_referral_made_one(seeded):
    referred = {decision_id for (decision_id,) in db.session.execute(select(Referral.decision_id))}
    outcomes = {decision.outcome for decision in db.session.scalars(select(Decision)) if decision.id in referred}

    assert outcomes == {"assessment", "strategy_discussion", "early_help"}


def test_a_strategy_discussion_was_held_and_says_of_each_child_what_it_came_to(seeded):
    discussion = db.session.scalars(select(StrategyDiscussion)).one()
    record = discussion.record

    assert {said["child"] for said in record.children} == {str(child.id) for child in discussion.contact.children}
    assert discussion.called_at < record.held_at < record.recorded_at < now()
    assert service.problems(discussion, Held(
        held_at=record.held_at, how=record.how, took_part=record.took_part, children=record.children,
        medical=record.medical, corrected_because="It is the same.",
    )) == {}  # fmt: skip
    waited = select(Awaited.kind).where(Awaited.contact_id == discussion.contact_id, Awaited.due_at > now())
    assert set(db.session.scalars(waited)) == {"initial_conference", "strategy_action"}


def test_a_reviewed_chronology_lacks_nothing(seeded):
    reviewed = db.session.scalars(select(ChronologyReview)).one()
    contact = db.session.get_one(Participation, reviewed.participation_id).contact

    assert contact.state == "decided"
    assert gate.missing(contact) == []


def test_every_team_that_held_a_contact_has_a_reason(seeded):
    assert all(routing.reasons and routing.team_id for routing in db.session.scalars(select(Routing)))


def test_a_red_contact_of_the_past_was_not_left_to_screening(seeded):
    red = select(QueueItem).where(QueueItem.state == "done", QueueItem.urgency == "red", QueueItem.step == "received")

    assert {item.team.slug for item in db.session.scalars(red)} == {"mash", "emergency-duty"}


def test_every_decision_was_within_the_clock(seeded):
    first = select(QueueItem).where(QueueItem.state == "done", QueueItem.step == "received")

    assert [item.why for item in db.session.scalars(first) if item.ended_at > item.due_at] == []


def test_involvements_are_as_fresh_as_the_seeding(seeded):
    rows = list(db.session.scalars(select(Involvement)))

    assert {"early_help", "child_in_need", "protection_plan", "looked_after", "care_leaver", "assessment"} == {
        row.kind for row in rows
    }
    assert all(now() - row.as_at < timedelta(hours=1) for row in rows)


def test_contacts_reach_back_eighteen_months_and_no_further(seeded):
    first = contacts("closed")[0].first_received_at

    assert timedelta(days=365) < now() - first < timedelta(days=550)


def test_children_are_told_of_as_people_tell_of_them(seeded):
    children = [person for person in everyone() if person.role == "child"]
    born = [child.date_of_birth for child in children if child.date_of_birth]
    namesakes = {(child.given_name, child.born_earliest) for child in children if child.given_name == "Oliver"}

    assert {len(text) for text in born} == {4, 7, 10}
    assert any(child.age_years_estimated for child in children)
    assert any(child.expected_delivery_date for child in children)
    assert namesakes == {("Oliver", date(2016, 6, 14)), ("Oliver", date(2018, 1, 22))}


def test_office_time_is_counted_over_a_weekend():
    monday = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)

    assert office_time_ago(monday, 60) == datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
    assert not clocks.is_out_of_hours(office_time_ago(monday, 480))


# What the examples meet.


@pytest.mark.parametrize(
    ("example", "in_12_months"),
    [("05", 3), ("06", 3), ("07", 2), ("11", 3), ("12", 1), ("15", 2), ("17", 2), ("18", 2), ("21", 3)],
)
def test_an_example_whose_family_is_known_finds_the_earlier_contacts(seeded, example, in_12_months):
    child = sent(example)[0]

    assert child.outcome == "information_found"
    assert {"months": 12, "contacts": in_12_months} in child.found["counts"]


def test_the_windows_are_right_for_the_missing_girl(seeded):
    assert [window["contacts"] for window in sent("06")[0].found["counts"]] == [3, 3, 3]


def test_the_windows_are_right_for_the_boy_who_comes_hungry(seeded):
    # Two as he is called here, and one as Ty, of about his age, at his door.
    assert [window["contacts"] for window in sent("05")[0].found["counts"]] == [0, 0, 3]


def test_the_outcomes_of_earlier_contacts_are_found(seeded):
    found = sent("05")[0].found["earlier"]

    assert {outcome for entry in found for outcome in entry["outcomes"]} == {"information_and_advice", "early_help"}


def test_a_short_name_and_a_guessed_age_are_found_as_possible(seeded):
    found = sent("21")[0].found["earlier"]

    assert {entry["likeness"] for entry in found} == {"possibly the same person"}


def test_a_mother_is_found_as_an_earlier_caller_spelt_her(seeded):
    mother = sent("21", "adult")[0]

    assert {entry["name"] for entry in mother.found["earlier"]} == {"Stacy Dunmore"}


def test_a_namesake_of_another_age_is_not_taken_for_the_child(seeded):
    found = sent("05")[0].found["earlier"]

    assert "2015-02-05" not in {entry["date_of_birth"] for entry in found}


def test_the_open_case_is_found_with_its_worker(seeded):
    case = sent("18")[0].found["open_cases"][0]

    assert (case["kind"], case["team"], case["worker"], case["checked"]) == (
        "protection_plan", "fareham-and-gosport", "Leanne Hobbs", True,
    )  # fmt: skip


def test_every_child_of_the_group_of_four_meets_history(seeded):
    checks = sent("16")

    # The baby was not born then: her brothers and sister at the address are what is known.
    assert [bool(check.found["earlier"]) for check in checks] == [True, True, True, False]
    assert {"Jasmine Orr", "Levi Orr", "Micah Orr"} <= {entry["name"] for entry in checks[3].found["siblings"]}


def test_a_birthday_with_day_and_month_swapped_is_found(seeded):
    micah = sent("16")[2].found["earlier"]

    reasons = [reason for entry in micah for reason in entry["reasons"]]
    assert any(reason.startswith("Day and month of birth swapped") for reason in reasons)


def test_an_unnamed_child_is_found_by_the_address(seeded):
    found = sent("20")[0].found
    # Who has a brother's family name and age may be him; the other is certainly somebody else.
    assert {entry["name"] for entry in found["earlier"]} == {"Alfie Garrick"}
    assert {entry["name"] for entry in found["siblings"]} == {"Elsie Garrick"}


@pytest.mark.parametrize("role", ["child", "adult"])
@pytest.mark.parametrize("example", ["04", "08", "09", "10", "13", "14", "19", "23", "24"])
def test_an_example_whose_family_is_new_finds_nobody(seeded, example, role):
    assert {answer.outcome for answer in sent(example, role)} <= {"nothing_known", "not_asked"}


def test_the_rules_can_still_be_read_for_the_oldest_contact(seeded):
    assert scoring.rules_on(contacts("closed")[0].first_received_at.date())


def test_the_case_system_tells_its_list_anew_at_each_start(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")):
        seed_sample_families()
        db.session.execute(update(Involvement).values(as_at=now() - timedelta(days=3)))
        db.session.commit()

        tell_involvements_again()

        assert db.session.scalar(select(func.min(Involvement.as_at))) > now() - timedelta(minutes=1)
