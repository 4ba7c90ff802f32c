"""Every child whom we know of around a contact is decided with it, or left out with a reason; none is revealed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from screening.db import db, now
from screening.decisions.children import settling, withheld
from screening.decisions.children.because import NOT_TOLD
from screening.decisions.children.finding import known_children, unsettled
from screening.decisions.children.settled import settled
from screening.decisions.children.settling import Said
from screening.errors import Invalid, NotFound
from screening.left_waiting import withheld_children
from screening.models import AuditEntry, BackgroundCheck, KnownChild, PersonReader, Task, WithheldChild
from screening.scoring import service as scoring
from screening.telling import age_words
from tests.screening.decisions import given
from tests.screening.people import made
from tests.screening.queues import tokens
from workers import raising

pytestmark = pytest.mark.usefixtures("context")
OUT = Said("left_out", "Lives with an aunt in Fareham, and was seen there today.")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def family(**more):
    """Ada's contact, with her and her mother confirmed; and her half-brother Ben, who lives elsewhere."""
    contact = given.contact(**more)
    ada, mother = made.person("Ada Marlow", born="2019"), made.person("Rose Marlow", born="1990")
    ben = made.person("Ben Stone", born="2016-05-02")
    made.link(contact.children[0], ada)
    made.related(mother, ada)
    made.related(mother, ben)
    return contact, ada, mother, ben


def found(contact, by="sarah"):
    with given.seen_as(by):
        return {one.name: one for one in known_children(contact)}


def settle(contact, by="sarah", **said):
    with given.seen_as(by):
        keys = {one.name: one.key for one in unsettled(contact)}
        return settling.settle(contact=contact, said={keys[name.replace("_", " ")]: one for name, one in said.items()})


def adult(contact, name, person=None, **more):
    row = given.person(contact, name, role="adult", **more)
    if person is not None:
        made.link(row, person)
    return row


def test_a_brother_who_lives_elsewhere_is_known_and_how_is_said():
    contact, *_ = family()

    assert found(contact)["Ben Stone"].because == ("Child of Rose Marlow, parent of Ada Marlow",)


def test_who_lives_with_a_child_and_an_unborn_baby_are_known_and_a_grown_up_is_not():
    contact, ada, mother, _ = family()
    home = made.household()
    cleo, grown = made.person("Cleo Hart", born="2020"), made.person("Dan Hart", born="2001")
    for one in (ada, cleo, grown):
        one.household_id = home.id
    made.related(mother, made.unborn(date(2027, 2, 1)))

    assert set(found(contact)) == {"Ben Stone", "Cleo Hart", "Unborn baby"}


def test_of_who_may_have_harmed_a_child_the_partners_children_are_known_too():
    contact = given.contact()
    alleged, partner = made.person("Lee Stone", born="1985"), made.person("Mia Hart", born="1988")
    made.related(alleged, partner, "partner")
    made.related(partner, made.person("Ned Hart", born="2018"))
    made.related(alleged, made.person("Una Stone", born="2015"), "grandparent")
    adult(contact, "Lee Stone", alleged, alleged_harm_to=[0], in_household=False)

    assert set(found(contact)) == {"Ned Hart", "Una Stone"}


def test_the_children_of_an_adult_who_is_no_family_are_not_drawn_in():
    contact = given.contact()
    teacher = made.person("Tess Vale", born="1980")
    made.related(teacher, made.person("Max Vale", born="2016"))
    adult(contact, "Tess Vale", teacher, in_household=False)

    assert found(contact) == {}


def test_who_was_given_as_an_adult_and_harmed_a_child_is_a_child_too_until_18():
    contact = given.contact()
    adult(contact, "Kit Marlow", born=date(2010, 3, 1), alleged_harm_to=[0], relationship_to_child="brother")
    adult(contact, "Joe Marlow", born=date(1980, 3, 1), alleged_harm_to=[0])

    assert found(contact)["Kit Marlow"].because == ("Said to have harmed a child, and not 18; given as “brother”",)
    assert set(found(contact)) == {"Kit Marlow"}


@pytest.mark.parametrize(
    ("age", "as_of", "known"),
    [(17, None, True), (22, None, True), (23, None, False), (18, date(2015, 1, 1), False), (None, None, True)],
)
def test_a_brother_who_is_only_taken_for_18_may_be_a_child(age, as_of, known):
    contact, _, mother, _ = family()
    made.related(mother, made.person("Gus Stone", age_years_estimated=age, age_as_of=as_of))

    assert ("Gus Stone" in found(contact)) == known


def test_who_was_given_as_an_adult_of_about_20_may_not_be_18_unless_a_date_of_birth_says_so():
    contact = given.contact()
    adult(contact, "Kit Marlow", age_years_estimated=20, relationship_to_child="partner")
    adult(contact, "Jo Marlow", made.person("Jo Marlow", born="1999"), age_years_estimated=20)

    assert {name: one.because for name, one in found(contact).items()} == {
        "Kit Marlow": ("May not be 18 yet; given as “partner”",)
    }


def test_a_baby_of_whom_only_an_answer_tells_is_asked_about_and_nothing_is_decided_before():
    contact = given.contact()
    contact.answers = {"pregnant_in_household": "yes"}

    with pytest.raises(Invalid) as refused:
        given.decide(contact)

    assert found(contact)["Unborn baby"].because == ("Somebody at home is said to be pregnant",)
    assert list(refused.value.fields) == [f"/children/{contact.id}"]


@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_no_baby_is_asked_about_where_nobody_is_said_to_be_pregnant(answer):
    contact = given.contact()
    contact.answers = {"pregnant_in_household": answer}

    assert found(contact) == {}


def babies(contact):
    with given.seen_as("sarah"):
        return [one.because[0] for one in known_children(contact) if one.is_expected]


ADAS_BABY = "Ada Marlow is said to be pregnant, or about to be a parent"
BABY_AT_HOME = "Somebody at home is said to be pregnant"


def test_the_baby_of_a_child_and_that_of_somebody_at_home_are_asked_about_each_by_themselves():
    contact = given.contact()
    contact.answers, contact.children[0].answers = {"pregnant_in_household": "yes"}, {"child_pregnant": "yes"}

    assert babies(contact) == [ADAS_BABY, BABY_AT_HOME]


def test_a_baby_of_her_mother_who_is_named_or_known_is_not_taken_for_the_childs_own():
    contact, ada, mother, _ = family()
    contact.answers, contact.children[0].answers = {"pregnant_in_household": "yes"}, {"child_pregnant": "yes"}
    given.person(contact, "", expected_delivery_date=date(2027, 2, 1))
    made.related(mother, made.unborn(date(2027, 2, 1)))
    before = babies(contact)
    made.related(ada, made.unborn(date(2027, 4, 1)))

    assert (before, babies(contact)) == ([ADAS_BABY], [])


@pytest.mark.parametrize("where", ["named", "known", "overdue"])
def test_a_baby_who_is_named_or_known_is_not_asked_about_twice_and_one_long_born_counts_for_none(where):
    contact, _, mother, _ = family()
    contact.answers = {"pregnant_in_household": "yes"}
    if where == "named":
        given.person(contact, "", expected_delivery_date=date(2027, 2, 1))
    else:
        made.related(mother, made.unborn(date(2027, 2, 1) if where == "known" else date(2025, 2, 1)))

    with given.seen_as("sarah"):
        told = [one for one in known_children(contact) if one.is_expected]

    assert len(told) == (where == "overdue")


@pytest.mark.parametrize(("due", "age"), [("March", "due March 2027"), ("", "not born yet, due date not known")])
def test_a_baby_who_is_included_is_a_child_of_the_contact_and_is_scored_as_unborn(due, age):
    contact = given.contact()
    contact.answers = {"pregnant_in_household": "yes"}
    settle(contact, Unborn_baby=Said("included", due=due))
    _, baby = contact.children

    assert (baby.full_name, age_words(baby, now()), baby.sex) == ("Unborn baby", age, "U")
    assert scoring.facts_of(contact).children[1].derived["unborn"] == "yes"
    assert found(contact) == {}


def test_when_a_baby_is_due_is_asked_again_where_it_cannot_be_read_or_be():
    contact = given.contact()
    contact.answers = {"pregnant_in_household": "yes"}

    for due in ("soon", "1/1/2031"):
        with pytest.raises(Invalid) as refused:
            settle(contact, Unborn_baby=Said("included", due=due))
        assert list(refused.value.fields) == [f"/children/{contact.id}/due"]


def test_a_baby_who_was_left_out_is_included_after_all():
    contact = given.contact()
    contact.answers = {"pregnant_in_household": "yes"}
    (row,) = settle(contact, Unborn_baby=Said("left_out", "She lost it last week, says the midwife."))
    with given.seen_as("sarah"):
        (said,) = settled(contact)
        settling.include_after_all(contact=contact, row=row)

    assert (said.who.full_name, said.age_words) == ("Unborn baby", "not born yet")
    assert [child.is_unborn for child in contact.children] == [False, True]


@pytest.mark.parametrize(
    ("is_what", "child_born", "asked"),
    [
        ("brother", 2019, True),
        (None, 2019, True),
        ("mother's boyfriend", 2012, True),
        ("her birth father", 2019, False),
        ("father", 2022, True),
        ("father", None, True),
        ("Grandmother", 2022, False),
        ("grandmother's lodger", 2012, True),
    ],
)
def test_who_harmed_a_child_and_whose_age_nobody_said_is_asked_about_unless_what_they_are_says_it(
    is_what, child_born, asked
):
    contact = given.contact()
    contact.children[0].date_of_birth = None
    born = date(child_born, 1, 1) if child_born else None
    contact.children[0].born_earliest = contact.children[0].born_latest = born
    adult(contact, "Kit Marlow", alleged_harm_to=[0], relationship_to_child=is_what)

    assert ("Kit Marlow" in found(contact)) == asked


def test_whose_age_nobody_said_is_not_asked_about_where_they_harmed_nobody():
    contact = given.contact()
    adult(contact, "Kit Marlow", relationship_to_child="uncle")

    assert found(contact) == {}


def test_it_is_said_of_who_may_be_a_child_that_they_are_18_unless_a_day_of_birth_says_otherwise():
    contact = given.contact()
    adult(contact, "Kit Marlow", alleged_harm_to=[0])
    adult(contact, "Lou Marlow", born=date(2010, 3, 1), alleged_harm_to=[0])

    with pytest.raises(Invalid):
        settle(contact, Kit_Marlow=Said("grown_up"), Lou_Marlow=Said("grown_up"))
    settle(contact, Kit_Marlow=Said("grown_up"), Lou_Marlow=OUT)

    with given.seen_as("sarah"):
        assert [one.words for one in settled(contact)] == ["18 or over", f"Left out: {OUT.reason[:-1]}"]
        assert unsettled(contact) == []
    given.decide(contact)


def test_that_somebody_is_18_settles_nothing_once_a_day_of_birth_says_otherwise():
    contact = given.contact()
    kit = adult(contact, "Kit Marlow", alleged_harm_to=[0])
    settle(contact, Kit_Marlow=Said("grown_up"))
    kit.born_earliest = kit.born_latest = date(2012, 3, 1)

    with given.seen_as("sarah"):
        assert [one.name for one in unsettled(contact)] == ["Kit Marlow"]
    settle(contact, Kit_Marlow=Said("included"))

    assert [one.full_name for one in contact.children] == ["Ada Marlow", "Kit Marlow"]


@pytest.mark.parametrize(
    ("age", "as_of", "may_be"), [(7, None, False), (13, None, False), (16, None, True), (7, date(2015, 1, 1), True)]
)
def test_who_is_taken_for_a_child_of_seven_cannot_be_said_to_be_18(age, as_of, may_be):
    contact, _, mother, _ = family()
    made.related(mother, made.person("Gus Stone", age_years_estimated=age, age_as_of=as_of))

    assert ("grown_up" in found(contact)["Gus Stone"].answers) == may_be


def test_nor_can_an_adult_whose_record_has_a_day_of_birth_of_a_child():
    contact = given.contact()
    adult(contact, "Kit Marlow", made.person("Kit Marlow", born="2012"), alleged_harm_to=[0])

    assert found(contact)["Kit Marlow"].answers == ("included", "left_out")


def test_the_page_asks_of_a_baby_when_it_is_due_and_keeps_what_was_typed(signed_in):
    contact = given.contact()
    contact.answers = {"pregnant_in_household": "yes"}
    db.session.commit()
    client, path = signed_in("sarah"), f"/contacts/{contact.reference}/children"

    refused = client.post(path, data={f"children.{contact.id}": "included", f"children.{contact.id}.due": "soon"})
    kept = client.post(path, data={f"children.{contact.id}": "included", f"children.{contact.id}.due": "March"})

    assert (refused.status_code, 'value="soon"' in refused.text) == (422, True)
    assert "Unborn baby: Write the day or month" in refused.text
    assert kept.status_code == 302
    assert "Unborn baby (due March 2027)" in client.get(path).text


def test_nothing_is_decided_before_every_known_child_is_settled_and_each_is_named():
    contact, *_, ben = family()

    with pytest.raises(Invalid) as refused:
        given.decide(contact)

    assert list(refused.value.fields) == [f"/children/{ben.id}"]
    assert refused.value.fields[f"/children/{ben.id}"][0].startswith("Ben Stone (Child of Rose Marlow")


def test_who_is_left_out_has_a_reason_on_file_and_the_contact_is_decided_without_them():
    contact, *_ = family()

    with pytest.raises(Invalid, match="decided here, too, or why not"):
        settle(contact, Ben_Stone=Said("left_out", " "))
    row = settle(contact, Ben_Stone=OUT)[0]
    given.decide(contact)

    assert (row.answer, row.reason, contact.state) == ("left_out", OUT.reason, "decided")
    assert [entry.detail["answer"] for entry in given.audited(contact, "child.settled")] == ["left_out"]


def test_who_is_included_is_scored_looked_up_and_decided_by_a_decision_of_their_own():
    contact, *_ = family()
    settle(contact, Ben_Stone=Said("included"))
    second = contact.children[1]
    checks = db.session.query(BackgroundCheck).where(BackgroundCheck.participation_id == second.id).all()
    acknowledged = [str(check.id) for check in checks]

    given.decide(contact, acknowledged_missing=acknowledged)
    state_between = contact.state
    given.decide(contact, child=second, acknowledged_missing=acknowledged)

    assert (second.full_name, second.date_of_birth, bool(checks)) == ("Ben Stone", "2016-05-02", True)
    assert given.newest(contact).reason == "child"
    assert (state_between, contact.state) == ("received", "decided")


def test_who_is_included_never_takes_the_place_of_a_child_whom_nobody_could_name():
    contact = given.nameless()
    mother = made.person("Rose Marlow", born="1990")
    made.related(mother, made.person("Ben Stone", born="2016"))
    adult(contact, "Rose Marlow", mother, in_household=True)
    settle(contact, Ben_Stone=Said("included"))
    checks = [str(c.id) for c in db.session.query(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id)]

    given.decide(contact, child=contact.children[0], acknowledged_missing=checks)

    assert contact.state == "received"


def test_who_was_left_out_is_included_after_all_and_the_reason_stays():
    contact, *_ = family()
    row = settle(contact, Ben_Stone=OUT)[0]

    with given.seen_as("sarah"):
        settling.include_after_all(contact=contact, row=row)

    assert [child.full_name for child in contact.children] == ["Ada Marlow", "Ben Stone"]
    assert (row.reason, row.replaced_at is not None) == (OUT.reason, True)


def test_a_child_who_comes_to_be_known_before_the_second_view_keeps_the_contact_open():
    contact, _, mother, _ = family(level=4, urgency="red")
    settle(contact, Ben_Stone=OUT)
    decision = given.lower(contact)
    made.related(mother, made.person("Zoe Stone", born="2022"))

    given.confirm(decision)
    state, words = contact.state, given.lead_of(contact).attention
    settle(contact, Zoe_Stone=OUT)

    assert (state, words[:35]) == ("received", "Decided, but we came to know of ano")
    assert (contact.state, given.lead_of(contact).attention) == ("decided", None)


def test_a_team_that_includes_a_child_decides_about_them_too():
    contact, *_ = family(holder="winnie", team="winchester", step="referral")
    settle(contact, by="winnie", Ben_Stone=Said("included"))
    checks = [str(c.id) for c in db.session.query(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id)]
    more = {"by": "winnie", "acknowledged_missing": checks}

    given.decide(contact, **more)
    state_between = contact.state
    given.decide(contact, child=contact.children[1], **more)
    given.agree(contact, by="winnie")

    assert (state_between, contact.state) == ("decided", "closed")
    assert {referral.child_id for referral in given.referrals_of(contact)} == {one.id for one in contact.children}


def test_a_restricted_child_is_neither_shown_nor_waited_for_and_their_named_reader_is_told():
    contact, *_, ben = family()
    made.restricted(ben, "henry")

    assert found(contact) == {}
    given.decide(contact)

    with given.seen_as("henry"):
        assert [(person.full_name, reference) for _, person, reference in withheld.unseen()] == [
            ("Ben Stone", contact.reference)
        ]
    for name in ("sarah", "grace"):
        with given.seen_as(name):
            assert withheld.waiting() == 0
    assert db.session.query(AuditEntry).where(AuditEntry.action == "person.withheld").one().contact_id is None


def test_a_child_known_only_through_a_restricted_mother_is_told_to_her_reader():
    contact, _, mother, _ = family()
    made.restricted(mother, "grace")

    given.decide(contact)

    with given.seen_as("grace"):
        assert withheld.waiting() == 1


@pytest.mark.parametrize("restricted", ["child", "mother"])
def test_who_is_named_later_is_told_and_who_is_named_no_more_is_not(restricted):
    contact, _, mother, ben = family()
    hidden = made.restricted({"child": ben, "mother": mother}[restricted], "henry")
    given.decide(contact)
    row = db.session.query(WithheldChild).one()
    db.session.execute(delete(PersonReader).where(PersonReader.person_id == hidden.id))
    made.restricted(hidden, "grace")

    with given.seen_as("henry"), pytest.raises(NotFound):
        withheld.see_to(row.id, "Nothing")
    given.clock_at(given.TUESDAY_NOON + timedelta(hours=2))
    assert [one.readers for one in withheld_children.waiting(now())] == [("Grace Lindqvist",)]
    with given.seen_as("grace"):
        assert withheld.waiting() == 1
        withheld.see_to(row.id, "I took a contact of his own.")
        assert withheld.waiting() == 0


def test_how_a_child_is_known_is_told_to_each_with_their_own_eyes():
    contact, _, mother, _ = family()
    settle(contact, Ben_Stone=OUT)
    before = because_of(contact, "sarah")
    made.restricted(mother, "grace")

    assert before == ("Child of Rose Marlow, parent of Ada Marlow",)
    assert (because_of(contact, "sarah"), because_of(contact, "grace")) == ((NOT_TOLD,), before)
    assert "Rose" not in str(db.session.query(KnownChild).one().because)


def because_of(contact, by):
    with given.seen_as(by):
        (one,) = settled(contact)
        return one.because


def test_what_a_named_reader_did_is_kept_and_nobody_else_says_it():
    contact, *_, ben = family()
    made.restricted(ben, "henry")
    given.decide(contact)
    row = db.session.query(WithheldChild).one()

    with given.seen_as("sarah"), pytest.raises(NotFound):
        withheld.see_to(row.id, "Nothing")
    with given.seen_as("henry"):
        withheld.see_to(row.id, "I took a contact of his own.")
        assert withheld.waiting() == 0

    assert row.done == "I took a contact of his own."


def test_a_named_reader_who_decides_settles_the_restricted_child_themselves():
    contact, *_, ben = family()
    made.restricted(ben, "sarah")

    with pytest.raises(Invalid):
        given.decide(contact)


def test_the_page_asks_before_the_form_and_keeps_what_was_typed(signed_in):
    contact, *_, ben = family()
    db.session.commit()
    client, child = signed_in("sarah"), contact.children[0].id

    led = client.get(f"/contacts/{contact.reference}/decide/{child}").location
    page = client.get(led).text
    refused = client.post(led, data={f"children.{ben.id}.reason": "He lives with an aunt."})
    kept = client.post(led, data={f"children.{ben.id}": "left_out", f"children.{ben.id}.reason": "With an aunt."})

    assert led == f"/contacts/{contact.reference}/children"
    assert "Ben Stone, 10 years" in page
    assert (refused.status_code, "He lives with an aunt." in refused.text) == (422, True)
    assert client.get(kept.location).location == f"/contacts/{contact.reference}/decide/{child}"
    assert "Left out: With an aunt." in client.get(led).text


def test_a_child_with_the_name_of_one_of_the_contact_may_be_the_same_one(signed_in):
    contact, _, mother, _ = family()
    made.related(mother, made.person("Ada Marlow", born="2019"))
    db.session.commit()

    page = signed_in("sarah").get(f"/contacts/{contact.reference}/children").text

    assert page.count("A child of this contact has the same name.") == 1


def test_a_named_reader_is_led_to_the_page_of_restricted_children(signed_in):
    contact, *_, ben = family()
    made.restricted(ben, "henry")
    given.decide(contact)
    db.session.commit()

    assert "/restricted-children" in signed_in("henry").get("/restricted-children").text
    assert "Ben Stone" in signed_in("henry").get("/restricted-children").text
    assert "/restricted-children" not in signed_in("sarah").get("/queues/screening").text


def test_the_api_names_each_child_who_is_missing_and_takes_what_is_said_of_them(client):
    contact, *_, ben = family()
    db.session.commit()
    token, path = tokens.of_user("sarah"), f"/contacts/{contact.reference}"
    sent = given.body(contact.children[0])

    refused = tokens.post(client, token, f"{path}/decisions", sent, version=contact.version)
    listed = client.get(f"/api/v1{path}/children", headers=tokens.headers(token, version=1))
    said = {"children": [{"id": str(ben.id), "answer": "left_out", "reason": "With an aunt."}]}
    settled = tokens.post(client, token, f"{path}/children", said, version=contact.version)
    version = settled.json["version"]

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"/children/{ben.id}")
    assert [(one["name"], one["answer"]) for one in listed.json["children"]] == [("Ben Stone", None)]
    assert settled.json["children"][0]["reason"] == "With an aunt."
    assert tokens.post(client, token, f"{path}/decisions", sent, version=version).status_code == 201


def test_only_who_holds_it_says_what_becomes_of_the_children(signed_in):
    contact, *_ = family()
    db.session.commit()

    statuses = [
        signed_in(name).get(f"/contacts/{contact.reference}/children").status_code for name in ("tom", "nadia", "owen")
    ]

    assert statuses == [409, 404, 403]


@pytest.mark.parametrize("after_all", [False, True])
def test_who_is_included_raises_what_is_in_the_queue_to_the_new_score_and_red_is_routed(after_all):
    contact, *_ = family()
    rows = settle(contact, Ben_Stone=OUT if after_all else Said("included"))
    if after_all:
        with given.seen_as("sarah"):
            settling.include_after_all(contact=contact, row=rows[0])
    newest = given.newest(contact)
    newest.urgency_at_least, newest.level_at_least = "red", 4
    db.session.flush()

    raising.follow(db.session.scalars(select(Task.subject_id).where(Task.kind == "after_child")).one())

    item = given.lead_of(contact)
    assert (newest.reason, item.urgency, item.level) == ("child", "red", 4)
    assert "another child is decided here, too" in item.attention
    assert [task.key for task in given.route_tasks_of(contact)] == [f"route:{contact.id}:raised"]


@pytest.mark.parametrize(
    ("minutes", "disabled", "told"),
    [
        (59, False, None),
        (61, False, "Ring who is named: Henry Castell."),
        (0, True, "Nobody who is named can sign in."),
    ],
)
def test_the_duty_manager_is_told_that_a_restricted_child_waits_and_not_who(signed_in, minutes, disabled, told):
    contact, _, _, ben = family()
    made.restricted(ben, "henry")
    given.decide(contact)
    given.user("henry").disabled_at = now() if disabled else None
    db.session.flush()
    given.clock_at(given.TUESDAY_NOON + timedelta(minutes=minutes))
    db.session.commit()

    page, other = signed_in("grace").get("/queues/attention").text, signed_in("tom").get("/queues/attention").text

    assert ("A restricted child awaits a named reader" in page) == (told is not None)
    assert (told or "") in page
    assert "Ben Stone" not in page
    assert contact.reference not in page
    assert "restricted child" not in other
