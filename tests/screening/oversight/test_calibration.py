"""Calibration: every tally counted by hand, whom a difference is put down to, small numbers, and who may see what."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db
from screening.errors import Invalid, NotFound
from screening.models import AuditEntry, RulesetInForce
from screening.oversight import calibration
from screening.oversight.drift import drawing
from screening.oversight.periods import asked_for
from screening.oversight.tally import Which
from tests.screening.oversight import rated
from tests.screening.queues import given, tokens

pytestmark = pytest.mark.usefixtures("context")
MARCH = {"since": "2026-03", "until": "2026-03"}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def found(**more):
    return calibration.calibration(rated.march(**more))


def rule(name, **more):
    return next((row for row in found(**more)["rules"] if row["rule"] == name), None)


def seen_by(user_name):
    return viewing(user_viewer(given.user(user_name)))


def numbers(row, *names):
    return tuple(row[name] for name in names)


class TestHowOftenARuleFired:
    """In the newest score of each contact, whoever of its children it fired for."""

    def test_it_is_counted_once_a_contact(self):
        rated.contact({"neglect": (3, "amber")}, {"neglect": (3, "amber")})
        rated.contact({"neglect": (3, "amber")})

        assert rule("neglect")["fired"] == 2

    def test_an_older_score_does_not_count(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.score(contact, {"violence": (3, "amber")})

        assert (rule("neglect"), rule("violence")["fired"]) == (None, 1)

    def test_it_carries_what_is_established_and_not_what_is_less(self):
        rated.contact({"neglect": (3, "green"), "violence": (2, "amber"), "school": (2, "green")})

        carried = {row["rule"]: numbers(row, "carried_level", "carried_urgency") for row in found()["rules"]}
        assert carried == {"neglect": (1, 0), "violence": (0, 1), "school": (0, 0)}

    def test_level_1_and_green_are_carried_by_none(self):
        rated.contact({"advice": (1, "green")})

        assert numbers(rule("advice"), "fired", "carried_level", "carried_urgency") == (1, 0, 0)

    def test_a_rule_may_carry_for_a_child_who_is_not_the_gravest(self):
        rated.contact({"violence": (4, "red")}, {"school": (2, "green")})

        assert rule("school")["carried_level"] == 1

    def test_the_versions_it_touched_stand_beside_it(self):
        rated.contact({"neglect": (3, "amber")}, ruleset="second")
        rated.contact({"neglect": (3, "amber")}, ruleset="first")

        assert rule("neglect")["versions"] == ["first", "second"]

    def test_a_rule_that_was_withdrawn_keeps_its_words_and_says_so(self):
        rated.contact({"gone": (3, "amber")})

        assert numbers(rule("gone"), "text", "in_force") == ("gone words.", False)

    def test_where_nobody_is_named_the_contact_itself_is_counted(self):
        row = given.contact(first_received_at=rated.IN_MARCH)
        finding = {"rule": "neglect", "level": 3, "urgency": "amber"}
        said = {"level": {"at_least": 3}, "urgency": {"at_least": "amber"}, "findings": [finding], "children": []}
        given.screening(row, urgency="amber", level=3, output=said)

        assert numbers(rule("neglect"), "fired", "carried_level", "carried_urgency") == (1, 1, 1)

    def test_what_could_not_be_scored_is_put_down_to_no_rule(self):
        row = given.contact(urgency=None, first_received_at=rated.IN_MARCH)
        given.person(row)
        rated.decided(row, 2, "green")

        assert (found()["rules"], found()["decided"]) == ([], 0)


class TestWhatWasDecidedAgainst:
    """Decisions in force beside what the screening that they stand on proposed for that child."""

    @pytest.mark.parametrize(
        ("level", "urgency", "lower", "higher"),
        [
            (3, "amber", 0, 0),
            (2, "amber", 1, 0),
            (3, "green", 1, 0),
            (4, "amber", 0, 1),
            (3, "red", 0, 1),
            (4, "green", 1, 0),
        ],
    )
    def test_lower_and_higher_in_level_or_urgency(self, level, urgency, lower, higher):
        rated.decided(rated.contact({"neglect": (3, "amber")}), level, urgency)

        assert numbers(found(), "decided", "lower", "higher") == (1, lower, higher)
        assert numbers(rule("neglect"), "decided", "lower", "higher") == (1, lower, higher)

    def test_a_rule_is_decided_against_only_in_what_it_carried(self):
        contact = rated.contact({"neglect": (3, "green"), "violence": (2, "amber"), "school": (1, "green")})
        rated.decided(contact, 2, "amber")

        against = {row["rule"]: numbers(row, "decided", "lower") for row in found()["rules"]}
        assert against == {"neglect": (1, 1), "violence": (1, 0), "school": (0, 0)}

    def test_less_than_social_care_for_a_level_4_is_lower_for_what_carried_it(self):
        contact = rated.contact({"violence": (4, "amber")})
        rated.decided(contact, 4, "amber", against_proposal=True, against_reason="Seen and safe.")

        assert rule("violence")["lower"] == 1

    def test_each_child_is_compared_with_their_own_proposal(self):
        contact = rated.contact({"violence": (4, "red")}, {"school": (2, "green")})
        rated.decided(contact, 4, "red", child=0)
        rated.decided(contact, 2, "green", child=1)

        assert numbers(found(), "decided", "lower", "higher") == (2, 0, 0)

    def test_it_is_compared_with_the_score_that_it_stands_on_not_with_a_later_one(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.decided(contact, 3, "amber")
        rated.score(contact, {"violence": (4, "red")})

        assert numbers(found(), "as_proposed", "lower") == (1, 0)

    def test_what_no_second_person_has_confirmed_is_not_counted(self):
        contact = rated.contact({"violence": (4, "red")})
        more = {"against_proposal": True, "against_reason": "Seen and safe."}
        decision = rated.decided(contact, 2, "green", needs_second_person=True, **more)

        before = found()["decided"]
        decision.confirmed_by_id = given.user("grace").id
        db.session.flush()

        assert (before, found()["lower"]) == (0, 1)

    def test_a_decision_that_was_replaced_is_not_counted(self):
        contact = rated.contact({"neglect": (3, "amber")})
        first = rated.decided(contact, 2, "amber", stage="team")
        replacing = rated.decided(contact, 3, "amber")
        first.corrected_by_id = replacing.id
        db.session.flush()

        assert numbers(found(), "decided", "lower") == (1, 0)

    def test_the_rules_most_decided_against_stand_first_and_small_numbers_after_them(self):
        for place in range(10):
            contact = rated.contact({"often": (3, "amber")})
            rated.decided(contact, 2 if place < 5 else 3, "amber")
            rated.decided(rated.contact({"seldom": (3, "amber")}), 2 if place < 1 else 3, "amber")
        rated.decided(rated.contact({"small": (3, "amber")}), 2, "amber")

        rows = found()["rules"]

        assert [numbers(row, "rule", "against_percent") for row in rows] == [
            ("often", 50),
            ("seldom", 10),
            ("small", None),
        ]


class TestWhatTeamsAnswered:
    """At acceptance: about the contact's level, so for what carried the contact's."""

    def test_it_is_counted_over_all_by_team_and_by_rule(self):
        rated.answered(rated.contact({"neglect": (3, "amber")}), "right")
        rated.answered(rated.contact({"neglect": (3, "amber")}), "too_high")
        rated.answered(rated.contact({"neglect": (3, "amber")}), "too_low", team="havant", by="nadia")

        all_of_them, teams = found(), {row["team"]: row for row in found()["teams"]}

        assert numbers(all_of_them, "answered", "right", "too_high", "too_low", "wrong_team") == (3, 1, 1, 1, 0)
        assert numbers(teams["winchester"], "right", "too_high", "too_low") == (1, 1, 0)
        assert numbers(teams["havant"], "right", "too_high", "too_low") == (0, 0, 1)
        assert numbers(rule("neglect"), "right", "too_high", "too_low") == (1, 1, 1)

    def test_it_is_not_put_down_to_a_rule_that_carried_only_another_childs_lower_level(self):
        rated.answered(rated.contact({"violence": (4, "red")}, {"school": (2, "green")}), "too_high")

        assert (rule("violence")["too_high"], rule("school")["too_high"]) == (1, 0)

    def test_a_rule_that_carried_for_two_children_is_answered_once(self):
        rated.answered(rated.contact({"neglect": (3, "amber")}, {"neglect": (3, "amber")}), "right")

        assert rule("neglect")["right"] == 1


class TestOneTeam:
    """The page of one team holds its contacts, its answers and its people's decisions."""

    def test_another_teams_are_left_out(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.decided(contact, 2, "amber")
        rated.answered(contact, "too_high")

        winchester, screening = found(team="winchester"), found(team="screening")

        assert numbers(winchester, "contacts", "decided", "answered") == (1, 0, 1)
        assert numbers(screening, "contacts", "decided", "answered") == (1, 1, 0)
        assert found(team="havant")["contacts"] == 0


class TestPeopleWithEachOther:
    """The first two people's own views of the same child, and the second person's beside the first one's decision."""

    def test_pairs_are_counted_by_hand(self):
        for levels in ((3, 3), (3, 2), (4, 2)):
            contact = rated.contact({"neglect": (3, "amber")})
            rated.viewed(contact, levels[0], "amber", by="sarah")
            rated.viewed(contact, levels[1], "amber", by="winnie", stage="team")

        assert numbers(found()["agreement"], "pair", "pair_same", "pair_near", "pair_as_soon") == (3, 1, 2, 3)

    def test_two_views_of_one_person_are_no_pair(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.viewed(contact, 3, "amber", by="grace")
        rated.viewed(contact, 3, "amber", by="grace", stage="team")

        assert found()["agreement"]["pair"] == 0

    def test_views_of_two_children_are_no_pair(self):
        contact = rated.contact({"neglect": (3, "amber")}, {"neglect": (3, "amber")})
        rated.viewed(contact, 3, "amber", by="sarah", child=0)
        rated.viewed(contact, 3, "amber", by="tom", child=1)

        assert found()["agreement"]["pair"] == 0

    def test_second_persons_are_counted_whether_or_not_they_agreed(self):
        for level in (2, 4):
            contact = rated.contact({"violence": (4, "red")})
            view = {"outcome": "assessment", "level": level, "urgency": "green"}
            more = {"against_proposal": True, "against_reason": "Safe.", "needs_second_person": True}
            confirmed = given.user("grace").id if level == 2 else None
            rated.decided(contact, 2, "green", second_view=view, confirmed_by_id=confirmed, **more)

        assert numbers(found()["agreement"], "second", "second_level", "second_agreed") == (2, 1, 1)

    def test_a_share_of_few_is_not_said(self):
        assert found()["agreement"]["same_percent"] is None


class TestPeopleWithTheRules:
    """Shown by name, to a person's manager and the auditor alone."""

    @pytest.fixture(autouse=True)
    def _some(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.viewed(contact, 2, "amber", by="sarah")
        rated.decided(contact, 4, "amber", by="sarah")
        other = rated.contact({"neglect": (3, "amber")})
        rated.decided(other, 3, "amber", by="nadia")

    def people(self, user_name):
        with seen_by(user_name):
            return {row["name"]: row for row in found()["people"]}

    def test_own_views_and_decisions_are_counted_apart(self):
        sarah = self.people("aisha")["Sarah Okafor"]

        assert numbers(sarah, "viewed", "own_lower", "own_same", "decided", "higher") == (1, 1, 0, 1, 1)

    @pytest.mark.parametrize(
        ("user_name", "names"),
        [
            ("aisha", ["Nadia Rahman", "Sarah Okafor"]),
            ("grace", ["Sarah Okafor"]),
            ("henry", []),
            ("sarah", []),
            ("adam", []),
        ],
    )
    def test_who_sees_whom(self, user_name, names):
        assert list(self.people(user_name)) == names

    def test_what_is_behind_anothers_number_is_refused(self):
        which = Which(what="higher", user_id=given.user("sarah").id)

        with seen_by("henry"), pytest.raises(NotFound):
            calibration.contacts_behind(rated.march(), which)


class TestByMonth:
    """By the London month of first receipt, however much later it was decided."""

    def test_each_month_has_its_own_decisions(self):
        rated.decided(rated.contact({"neglect": (3, "amber")}), 2, "amber")
        april = rated.contact({"neglect": (3, "amber")}, received=rated.IN_MARCH + timedelta(days=30))
        rated.decided(april, 4, "amber")

        months = calibration.calibration(asked_for({"since": "2026-03", "until": "2026-05"}))["months"]

        assert [numbers(month, "month", "lower", "higher") for month in months] == [
            ("2026-03", 1, 0),
            ("2026-04", 0, 1),
            ("2026-05", 0, 0),
        ]

    def test_the_last_hour_of_march_in_summer_time_is_april(self):
        rated.contact({"neglect": (3, "amber")}, received=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))

        assert found()["contacts"] == 0

    def test_new_rules_are_marked_and_withdrawn_ones_are_not(self):
        for day, withdrawn in ((5, None), (6, rated.IN_MARCH)):
            told = {"hash": f"h{day}", "yaml": "", "sample": True, "withdrawn_at": withdrawn}
            db.session.add(RulesetInForce(**told, in_force_from=datetime(2026, 3, day, tzinfo=UTC).date()))
        db.session.flush()

        assert [version["hash"] for version in found()["versions"]] == ["h5"]

    def test_the_drawing_goes_up_for_higher_and_down_for_lower(self):
        month = {"month": "2026-03", "higher_percent": 10, "lower_percent": 20}

        up, down = drawing([month], [{"month": "2026-03"}])["bars"]

        assert (up["kind"], down["kind"]) == ("higher", "lower")
        assert up["y"] + up["height"] == pytest.approx(down["y"], abs=0.2)
        assert down["height"] == pytest.approx(2 * up["height"], abs=0.2)

    def test_a_month_with_too_few_has_no_bar(self):
        month = {"month": "2026-03", "higher_percent": None, "lower_percent": None}

        assert drawing([month], [])["bars"] == []


class TestThePeriod:
    """Twelve months where nobody asked; nonsense is refused."""

    def test_the_newest_twelve_months_are_the_default(self):
        asked = asked_for({})

        assert (asked.since, asked.until, len(asked.months)) == ("2025-12", "2026-11", 12)

    @pytest.mark.parametrize(
        "given_months",
        [
            {"since": "2026-04", "until": "2026-03"},
            {"since": "2026-13"},
            {"since": "March"},
            {"since": "2019-01", "until": "2026-01"},
            {"team": "nobody"},
        ],
    )
    def test_nonsense_is_refused(self, given_months):
        with pytest.raises(Invalid):
            asked_for(given_months)


class TestWhatANumberOpens:
    """Its contacts, as far as the viewer may open them; restricted ones are in no number."""

    def behind(self, user_name, **more):
        with seen_by(user_name):
            shown, openable, hidden = calibration.contacts_behind(rated.march(), Which(**{"what": "lower", **more}))
            return [contact.reference for contact in shown], openable, hidden

    def test_who_may_not_open_a_contact_is_told_that_there_is_one(self):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.decided(contact, 2, "amber")

        assert self.behind("sarah") == ([contact.reference], 1, 0)
        assert self.behind("aisha") == ([], 0, 1)

    def test_a_contact_is_listed_once_however_many_of_its_decisions_count(self):
        contact = rated.contact({"neglect": (3, "amber")}, {"neglect": (3, "amber")})
        rated.decided(contact, 2, "amber", child=0)
        rated.decided(contact, 2, "amber", child=1)

        assert (found()["lower"], self.behind("sarah")[1]) == (2, 1)

    def test_a_restricted_contact_is_in_no_number_and_no_list(self):
        rated.decided(rated.contact({"neglect": (3, "amber")}, restricted=True), 2, "amber")

        assert (found()["contacts"], found()["lower"], self.behind("sarah")) == (0, 0, ([], 0, 0))

    def test_a_rule_and_a_month_narrow_it(self):
        rated.decided(rated.contact({"neglect": (3, "amber")}), 2, "amber")

        assert self.behind("sarah", what="rule_lower", rule="neglect", month="2026-03")[1] == 1
        assert self.behind("sarah", what="rule_lower", rule="violence")[1] == 0

    def test_a_number_that_is_none_is_refused(self):
        with pytest.raises(NotFound):
            self.behind("sarah", what="nonsense")


class TestOnThePages:
    """Who may read rules reads the page; the words say what small numbers mean."""

    @pytest.mark.parametrize(
        ("user_name", "status"),
        [("sarah", 200), ("grace", 200), ("aisha", 200), ("adam", 200), ("winnie", 403), ("priya", 403), ("owen", 403)],
    )
    def test_who_may_open_it(self, signed_in, user_name, status):
        assert signed_in(user_name).get("/calibration/", query_string=MARCH).status_code == status

    def test_it_says_too_few_to_say(self, signed_in):
        rated.decided(rated.contact({"low_spirits": (3, "amber")}), 2, "amber")

        page = signed_in("sarah").get("/calibration/", query_string=MARCH).text

        assert "1 rule with too few decisions to say" in page
        assert "1 team with too few decisions and answers to say" in page
        assert "too few to say" in page

    def test_with_nothing_in_the_period_it_says_so(self, signed_in):
        assert (
            "Nothing was received in these months" in signed_in("sarah").get("/calibration/", query_string=MARCH).text
        )

    def test_months_in_the_wrong_order_are_shown_as_a_problem(self, signed_in):
        page = signed_in("sarah").get("/calibration/?since=2026-04&until=2026-03")

        assert (page.status_code, "first month that is not after the last" in page.text) == (422, True)

    def test_a_number_leads_to_its_contacts(self, signed_in):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.decided(contact, 2, "amber")
        address = "/calibration/contacts/lower?since=2026-03&until=2026-03"
        client = signed_in("sarah")

        page = client.get("/calibration/", query_string=MARCH).text

        assert address.replace("&", "&amp;") in page
        assert contact.reference in client.get(address).text

    def test_the_list_counts_what_may_not_be_opened(self, signed_in):
        rated.decided(rated.contact({"neglect": (3, "amber")}), 2, "amber")

        assert (
            "1 that you may not open" in signed_in("aisha").get("/calibration/contacts/lower", query_string=MARCH).text
        )

    @pytest.mark.parametrize("more", [{"of_team": "nobody"}, {"person": "x"}, {"month": "2026-09"}, {"month": "x"}])
    def test_a_number_that_makes_no_sense_is_no_page(self, signed_in, more):
        answer = signed_in("aisha").get("/calibration/contacts/lower", query_string=MARCH | more)

        assert answer.status_code == 404

    def test_reading_is_audited_and_so_is_each_list(self, signed_in):
        contact = rated.contact({"neglect": (3, "amber")})
        rated.decided(contact, 2, "amber")
        client = signed_in("sarah")
        client.get("/calibration/", query_string=MARCH)
        client.get("/calibration/contacts/lower", query_string=MARCH)

        read, listed = (audited(action) for action in ("calibration.read", "contact.list_read"))

        assert read[-1] == MARCH
        assert listed[-1]["contacts"] == [str(contact.id)]

    def test_the_board_leads_there_for_who_may_read_rules(self, signed_in):
        assert "/calibration/" in signed_in("sarah").get("/board/").text
        assert "/calibration/" not in signed_in("owen").get("/board/").text


class TestThroughTheApi:
    """The same numbers, to a person's token."""

    def test_it_answers_what_the_page_shows(self, client):
        rated.decided(rated.contact({"neglect": (3, "amber")}), 2, "amber")
        token = tokens.of_user("sarah")

        answer = client.get("/api/v1/calibration", query_string=MARCH, headers=tokens.headers(token))

        assert (answer.status_code, answer.json["lower"]) == (200, 1)
        assert answer.json["rules"][0]["rule"] == "neglect"

    @pytest.mark.parametrize(
        ("query", "status"), [({"since": "x"}, 422), ({"since": "2026-05", "until": "2026-04"}, 422)]
    )
    def test_nonsense_is_refused(self, client, query, status):
        headers = tokens.headers(tokens.of_user("sarah"))

        assert client.get("/api/v1/calibration", query_string=query, headers=headers).status_code == status

    def test_who_may_not_read_rules_does_not(self, client):
        assert client.get("/api/v1/calibration", headers=tokens.headers(tokens.of_user("winnie"))).status_code == 403

    def test_an_integration_does_not(self, client):
        assert (
            client.get("/api/v1/calibration", headers=tokens.headers(tokens.of_client("integration"))).status_code
            == 403
        )


def audited(action):
    db.session.flush()
    entries = select(AuditEntry.detail).where(AuditEntry.action == action)
    return list(db.session.scalars(entries.order_by(AuditEntry.seq)))
