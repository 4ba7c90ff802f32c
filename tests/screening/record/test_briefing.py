"""The one page that travels with a contact: danger first, every sentence with its source, what is not known as such."""

from datetime import timedelta

import pytest

from screening import telling
from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.models import NamedReader, OwnView, PersonAddress, PersonReader, PersonRelationship, Referrer
from screening.record.briefing import as_json, briefing_of
from screening.record.family import family_of
from screening.record.provenance import KINDS
from tests.screening.checks import given as partners
from tests.screening.people import made
from tests.screening.queues import given as rows
from tests.screening.queues import tokens
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")
RED = {"rule": "bruise", "text": "Bruise on a baby.", "because": ["Bruise seen"], "level": 4, "urgency": "red",
       "source": "Guidance"}  # fmt: skip
OPEN = {"rule": "mobile", "text": "Not mobile.", "missing": ["Can it crawl?"], "level": 4, "urgency": "red"}
ASK = {"answer": "crawls", "question": "Can it crawl?", "could_change": {"level": 4, "urgency": "red"}}
OUTPUT = {"findings": [RED], "open": [OPEN], "ask_next": [ASK], "must_do": [], "children": []}
# What stands on the page beside sentences: names of the page itself, and when it was made.
NO_SENTENCES = {"reference", "version", "first_received_at", "made_at", "own_view_first", "rules", "warning"}


@pytest.fixture
def contact():
    found = rows.contact(urgency="red", level=4, narrative="She has a bruise.", views={"child": "It hurts."})
    db.session.add(Referrer(contact_id=found.id, name="Ms Adeyemi", agency="Oakbank School", source_code="2A"))
    rows.person(found, "Ada Marlow", sex="F", where_now={"place": "School"})
    rows.person(found, "Mia Marlow", role="adult", relationship_to_child="mother", in_household=True)
    rows.person(found, "Gary Smyth", role="adult", relationship_to_child="stepfather", in_household=True,
                alleged_harm_to=[0])  # fmt: skip
    rows.screening(found, urgency="red", level=4, output=OUTPUT)
    rows.item(found)
    db.session.commit()
    db.session.expire_all()
    return found


def told(contact, as_user="sarah"):
    db.session.flush()
    db.session.expire_all()
    with viewing(user_viewer(rows.user(as_user))):
        return as_json(contact, briefing_of(contact))


def words(part):
    return [item["words"] for item in part]


def sentences(found):
    """Every item of a briefing as JSON, wherever it stands; what else there is fails."""
    for name, part in found.items():
        if name not in NO_SENTENCES:
            yield from (item for one in part for item in (one["items"] if set(one) == {"items"} else [one]))


def test_nothing_stands_in_it_without_its_source(contact):
    given.alert(confirmed(contact, "Gary Smyth"), "danger_to_workers", "He has a dog.")
    given.mark(contact.adults[1], organisation="Oakbank School")
    rows.check(contact.children[0], outcome="failed", answered_at=now(), problem="It broke.")

    found = list(sentences(told(contact)))

    assert len(found) > 15
    for item in found:
        assert set(item) - {"look", "detail"} == {"words", "from"}
        assert item["words"].strip()
        assert set(item["from"]) == {"kind", "id", "when", "by"}
        assert item["from"]["kind"] in KINDS
        assert item["from"]["id"]
        assert item["from"]["when"]
        assert item["from"]["by"]


def confirmed(contact, name):
    person = given.person(name)
    given.link(next(one for one in contact.participations if one.full_name == name), person)
    return person


def test_danger_stands_first(contact):
    contact.answers = {"immediate_danger": "yes"}
    given.alert(confirmed(contact, "Gary Smyth"), "danger_to_workers", "He has a dog.")
    db.session.commit()

    assert words(told(contact)["first"]) == [
        "A child is in danger now: the household.",
        "Red, within 4 hours. Bruise on a baby.",
        "Danger to workers, Gary Smyth: He has a dog.",
        "Said to have caused harm: Gary Smyth, stepfather, lives in the home.",
        "Ada Marlow, when it came: School.",
    ]


def test_who_decides_reads_first_what_the_handler_thought(contact):
    view = {"stage": "call", "user_id": rows.user("priya").id, "level": 4, "urgency": "red", "kept_at": now()}
    db.session.add(OwnView(contact_id=contact.id, **view))
    item = rows.lead_of(contact)
    item.state, item.holder_id, item.accepted_at = "accepted", rows.user("sarah").id, now()

    (thought,) = [item for item in told(contact)["first"] if "took the call" in item["words"]]

    assert thought["words"].endswith("who took the call, thought: Level 4, social care. Red, within 4 hours.")
    assert thought["look"] == "warning"


def test_no_alert_is_not_said_to_be_no_danger():
    calm = rows.contact(urgency="green", level=1)
    rows.person(calm)
    rows.item(calm)

    assert words(told(calm)["first"])[0].startswith("No alert is known to this service. That is not the same as")


def test_an_alert_on_a_candidate_whom_nobody_confirmed_is_not_shown(contact):
    person = given.person("Gary Smyth")
    given.link(contact.adults[1], person, "proposed")
    given.alert(person, "danger_to_workers", "He has a dog.")

    assert not any("dog" in sentence for sentence in words(told(contact)["first"]))


def test_an_alert_that_was_ended_is_not_shown(contact):
    alert = given.alert(confirmed(contact, "Gary Smyth"), "danger_to_workers", "He has a dog.")
    alert.ended_at, alert.ended_because = now(), "It died."

    assert not any("dog" in sentence for sentence in words(told(contact)["first"]))


def test_nothing_of_a_restricted_person_can_be_read_out_of_it(contact):
    hidden = confirmed(contact, "Gary Smyth")
    given.alert(hidden, "danger_to_workers", "He has a dog.")
    sister = given.person("Zoe Hidden", restricted=True)
    own = confirmed(contact, "Ada Marlow")
    db.session.add(PersonRelationship(person_id=sister.id, other_id=own.id, kind="sibling", source="test"))
    hidden.restricted = True
    db.session.flush()

    found = str(told(contact))

    assert "dog" not in found
    assert "Zoe" not in found


def test_who_is_named_on_a_restricted_person_reads_it(contact):
    hidden = confirmed(contact, "Gary Smyth")
    hidden.restricted = True
    db.session.add(PersonReader(person_id=hidden.id, user_id=rows.user("sarah").id))
    given.alert(hidden, "danger_to_workers", "He has a dog.")

    assert any("dog" in sentence for sentence in words(told(contact)["first"]))


def test_a_mark_says_whom_word_must_not_reach_and_warns_before_print(contact):
    given.mark(contact.adults[1], organisation="Oakbank School")
    found = told(contact)

    assert "Word must not reach Oakbank School (about Gary Smyth: He works there.)." in words(found["first"])
    assert found["warning"]


def test_a_mark_on_a_person_names_the_organisation_to_who_may_know_them(contact):
    given.mark(confirmed(contact, "Gary Smyth"), organisation="Oakbank School")

    assert "Word must not reach Oakbank School (about Gary Smyth: He works there.)." in words(told(contact)["first"])


def test_a_mark_on_another_contact_names_the_organisation_to_who_may_open_it(contact):
    somebody, other = confirmed(contact, "Gary Smyth"), rows.contact()
    rows.item(other)
    marked = rows.person(other, "Gaz Smyth", role="adult")
    given.link(marked, somebody)
    given.mark(marked, organisation="Oakbank School")

    assert "Word must not reach Oakbank School (about Gaz Smyth: He works there.)." in words(told(contact)["first"])


def test_a_mark_on_a_restricted_person_warns_and_names_nobody(contact):
    person = confirmed(contact, "Gary Smyth")
    person.restricted = True
    given.mark(person, organisation="Elmfield School")

    found = told(contact)

    assert any("ask the duty manager before you tell anybody" in sentence for sentence in words(found["first"]))
    assert "Elmfield" not in str(found)


def test_a_sibling_with_two_records_is_drawn_once(contact):
    ada, sister = confirmed(contact, "Ada Marlow"), given.person("Zoe Marlow")
    other = given.person("Zoë Marlow", merged_into_id=sister.id)
    for record in (sister, other):
        db.session.add(PersonRelationship(person_id=record.id, other_id=ada.id, kind="sibling", source="test"))
    db.session.flush()

    with viewing(user_viewer(rows.user("sarah"))):
        members = family_of(contact, now(), {contact.children[0].id: ada}).members

    assert [member.name for member in members if member.name.startswith("Zo")] == ["Zoe Marlow"]


def test_a_mark_on_a_record_out_of_reach_warns_and_names_nobody():
    first, again = rows.contact(restricted=True), rows.contact()
    somebody = given.person("Gary Smyth")
    marked = rows.person(first, "Gary Smyth", role="adult")
    given.mark(marked, organisation="Oakbank School")
    given.link(marked, somebody)
    given.link(rows.person(again, "Gary Smyth", role="adult"), somebody)
    rows.item(again)

    found = told(again)

    assert any("ask the duty manager before you tell anybody" in sentence for sentence in words(found["first"]))
    assert "Oakbank" not in str(found)


def test_a_protected_address_is_not_in_it(contact):
    child = contact.children[0]
    child.address_line_1, child.postcode = "86 Surrey Drive", "SO23 8UG"
    person = confirmed(contact, "Ada Marlow")
    person.addresses.append(PersonAddress(position=0, line_1="86 Surrey Drive", postcode="SO23 8UG", protected=True))
    db.session.commit()

    found = str(told(contact))

    assert "Surrey" not in found
    assert "protected address" in found


@pytest.mark.parametrize("whose", ["sibling", "mother"])
def test_nobody_of_a_protected_home_gives_it_away(contact, whose):
    child = contact.children[0]
    child.address_line_1, child.postcode = "86 Surrey Drive", "SO23 8UG"
    rows.person(contact, "Bea Marlow", address_line_1="86 SURREY DR", postcode="so238ug")
    given.alert(
        confirmed(contact, "Bea Marlow" if whose == "sibling" else "Mia Marlow"), "protected_address", "She fled."
    )
    db.session.commit()

    found = str(told(contact)).lower()

    assert "surrey" not in found
    assert found.count("protected address: it is not shown") >= 3


def test_a_check_that_brought_nothing_says_why_and_who_chases(contact):
    child = contact.children[0]
    rows.check(child, "police", outcome="failed", answered_at=now(), problem="Their service was down.")
    rows.check(child, "health")

    found = words(told(contact)["not_known"])

    assert any(sentence.startswith("Police, about Ada Marlow: not checked, it failed.") for sentence in found)
    assert any(sentence.startswith("Health, about Ada Marlow: waiting, due") for sentence in found)
    assert not any("Police" in sentence for sentence in words(told(contact)["known"]))


def test_partners_whom_nobody_asked_are_not_known(contact):
    rows.check(contact.children[0], "police", outcome="nothing_known", answered_at=now())

    (never,) = [
        sentence for sentence in words(told(contact)["not_known"]) if sentence.startswith("No partner was asked")
    ]

    assert "Health" in never
    assert "Police" not in never


def test_safety_questions_that_nobody_asked_are_not_known(contact):
    assert any(
        sentence.startswith("Ada Marlow: not asked or not known:") for sentence in words(told(contact)["not_known"])
    )


def test_earlier_contacts_are_a_timeline_with_a_pattern(contact):
    entry = {
        "reference": "FD-EARLIER1", "first_received_at": (now() - timedelta(days=30)).isoformat(), "name": "Ada Marlow",
        "date_of_birth": None, "likeness": "very likely the same person", "reasons": ["Same name"], "outcomes": [],
        "sure": True,
    }  # fmt: skip
    before = [rows.contact() for _ in range(2)]
    earlier = [entry | {"contact_id": str(one.id), "reference": one.reference} for one in before]
    rows.check(contact.children[0], outcome="information_found", answered_at=now(),
               found={"earlier": earlier, "siblings": [], "open_cases": []})  # fmt: skip

    found = told(contact)

    assert words(found["earlier"])[0].endswith(f"{contact.reference}: This contact.")
    assert sum(one.reference in sentence for sentence in words(found["earlier"]) for one in before) == 2
    assert words(found["pattern"]) == [
        "Ada Marlow: 2 in 3 months, 2 in 6 months, 2 in 12 months, before this one. More often of late."
    ]


def test_a_plan_that_stands_is_known_first(contact):
    case = {"kind": "protection_plan", "words": "On a protection plan", "likeness": "very likely the same person",
            "reasons": ["Same name"], "ended_on": None}  # fmt: skip
    rows.check(contact.children[0], outcome="information_found", answered_at=now(),
               found={"earlier": [], "siblings": [], "open_cases": [case]})  # fmt: skip

    assert "Ada Marlow, very likely the same person: On a protection plan." in words(told(contact)["first"])


def test_the_proposal_stands_on_its_rules(contact):
    found = told(contact)["proposal"]

    assert words(found)[0] == "Level 4, social care. Red, within 4 hours."
    assert {"words": "Bruise on a baby.", "detail": "Bruise seen. Level 4, red. Guidance"}.items() <= found[1].items()
    assert found[1]["from"]["id"] == "bruise"


def test_who_is_about_to_decide_reads_danger_and_questions_and_no_proposal(contact):
    item = rows.lead_of(contact)
    item.state, item.holder_id, item.accepted_at = "accepted", rows.user("sarah").id, now()

    found = told(contact)

    assert (found["own_view_first"], found["proposal"]) == (True, [])
    assert "Red, within 4 hours. Bruise on a baby." in words(found["first"])
    assert words(found["ask_next"]) == ["Can it crawl?"]


def test_who_may_not_see_rules_reads_level_and_urgency_alone(contact):
    rows.item(contact, "mash", leads=False)

    found = told(contact, "marcus")

    assert words(found["proposal"]) == ["Level 4, social care. Red, within 4 hours."]


def test_a_team_that_holds_a_referral_reads_what_to_ask_and_not_what_it_could_change(contact):
    rows.item(contact, "mash", leads=False)

    assert words(told(contact, "marcus")["ask_next"]) == ["Can it crawl?"]


def test_nobody_is_told_that_no_question_is_left_to_whom_none_is_shown(contact):
    with viewing(user_viewer(rows.user("priya"))):
        found = briefing_of(contact)

    assert (found.ask_next, found.nothing_to_ask) == ([], "Not shown to you: whoever decides reads them here.")


def test_what_was_not_scored_has_questions_left(contact):
    rows.screening(contact, urgency=None)
    db.session.expire_all()
    with viewing(user_viewer(rows.user("sarah"))):
        assert briefing_of(contact).nothing_to_ask.startswith("It could not be scored")


def test_who_may_not_see_rules_reads_why_it_is_red_in_words(contact):
    rows.item(contact, "mash", leads=False)

    found = told(contact, "marcus")

    (red,) = [item for item in found["first"] if item["words"].startswith("Red")]
    assert red["words"] == "Red, within 4 hours. Bruise on a baby."
    assert "'bruise'" not in str(found)


def test_what_is_red_for_a_hard_rule_that_is_not_settled_says_that(contact):
    rows.screening(contact, urgency="red", level=4, output=OUTPUT | {"findings": [], "open": [OPEN | {"hard": True}]})

    assert "Red, within 4 hours. Not settled: Not mobile." in words(told(contact)["first"])


def test_what_a_check_brought_names_the_register_and_who_answered(contact):
    rows.check(contact.children[0], "police", outcome="nothing_known", answered_at=now(), answered_by="Ms O'Neill",
               partner_id=partners.partner("police", name="County Police").id)  # fmt: skip

    (known,) = told(contact)["known"]

    assert known["words"].startswith("Police, about Ada Marlow: nothing known")
    assert known["from"]["by"] == "County Police: Ms O'Neill"


def test_what_could_not_be_scored_is_the_gravest():
    unscored = rows.contact(urgency=None)
    rows.item(unscored)

    assert words(told(unscored)["first"])[0].startswith("It could not be scored.")


def test_parents_are_not_told_stands_first_also_for_who_decides(contact):
    rows.screening(contact, urgency="red", level=4, output=OUTPUT | {"must_do": ["do_not_alert_carer"]})
    item = rows.lead_of(contact)
    item.state, item.holder_id, item.accepted_at = "accepted", rows.user("sarah").id, now()

    assert "Do not tell parents or carers before a strategy discussion." in words(told(contact)["first"])


def test_the_family_is_drawn_with_those_whom_the_index_knows(contact):
    own, sister = confirmed(contact, "Ada Marlow"), given.person("Zoe Marlow", sex="F")
    db.session.add(PersonRelationship(person_id=sister.id, other_id=own.id, kind="sibling", source="test"))

    found = words(told(contact)["family"])

    assert any("Zoe Marlow, brother or sister" in sentence for sentence in found)
    assert "Mia Marlow and Gary Smyth are a couple." in found
    assert "Mia Marlow: parent of Ada Marlow." in found


def catherine(contact):
    """Ada was confirmed to be Catherine, of whom the index knows birth, home, a mother and who lives with them."""
    home = made.household()
    own = made.person("Catherine Smith", sex="F", born="2018-05-02", household_id=home.id,
                      home={"line_1": "4 Mill Lane", "town": "Havant", "postcode": "PO9 1AA"})  # fmt: skip
    mother = made.person("Helen Smith", sex="F", born="1990-01-01", household_id=home.id)
    made.person("Daniel Smith", sex="M", born="2020-01-01", household_id=home.id)
    db.session.add(PersonRelationship(person_id=mother.id, other_id=own.id, kind="parent", source="test"))
    given.link(contact.children[0], own)
    return own


def test_who_was_confirmed_stands_as_their_record_has_them_and_as_they_were_said(contact):
    own = catherine(contact)

    name, *items = told(contact)["people"][0]["items"]
    found = {item["words"]: item["from"] for item in items}

    assert name["words"] == "Catherine Smith"
    birth, home, mother, brother, said, *_ = found
    assert birth.startswith("Child, born 2 May 2018, ")
    assert birth.endswith(" years, female")
    assert home == "Lives at 4 Mill Lane, Havant, PO9 1AA"
    assert mother.startswith("Parent: Helen Smith, ")
    assert mother.endswith(", in the household")
    assert brother.startswith("In the household: Daniel Smith, ")
    assert said.startswith("Said on the call as Ada Marlow, ")
    assert {found[one]["id"] for one in (birth, home, mother, brother)} == {str(own.id)}
    assert found[birth]["by"].startswith("our records, confirmed by ")
    assert found[said]["kind"] == "contact"


def test_the_diagram_draws_who_was_confirmed_with_their_sign_and_household(contact):
    catherine(contact)

    found = " ".join(words(told(contact)["family"]))

    assert "said as Ada Marlow" in found
    assert "Catherine Smith, " in found
    assert "Daniel Smith, " in found
    assert "Helen Smith: parents of Catherine Smith." in found


def test_of_who_was_confirmed_no_protected_home_and_nobody_in_it_is_told(contact):
    catherine(contact).addresses[0].protected = True

    found = str(told(contact))

    assert "Mill Lane" not in found
    assert "Daniel Smith" not in found
    assert "Lives at a protected address" in found
    assert "Parent: Helen Smith" in found


def test_who_was_proposed_is_told_as_not_confirmed(contact):
    given.link(contact.children[0], made.person("Catherine Smith", born="2018-05-02"), "proposed")

    name, proposed, *_ = told(contact)["people"][0]["items"]

    assert name["words"] == "Ada Marlow"
    assert proposed["words"] == f"Proposed as Catherine Smith by {rows.user('sarah').name}, not confirmed."
    assert proposed["from"]["by"] == rows.user("sarah").name


def test_a_restricted_proposal_is_told_to_nobody_who_is_not_named(contact):
    given.link(contact.children[0], made.person("Catherine Smith", restricted=True), "proposed")

    assert "Catherine" not in str(told(contact))


def test_reading_the_record_of_who_was_confirmed_is_audited(contact):
    own = catherine(contact)

    told(contact)

    assert [one.subject_id for one in given.audited(contact, "person.read")] == [str(own.id)]


def test_the_page_says_who_somebody_is(signed_in, contact):
    catherine(contact)
    db.session.commit()

    text = signed_in("sarah").get(f"/contacts/{contact.reference}/briefing").text

    assert "Lives at 4 Mill Lane, Havant, PO9 1AA" in text
    assert "our records, confirmed by" in text


def test_the_page_says_that_the_rules_are_a_sample_and_draws_the_family(signed_in, contact):
    text = signed_in("sarah").get(f"/contacts/{contact.reference}/briefing").text

    assert "sample rules, adopted by no partnership" in text or "Rules test:" in text
    assert '<svg class="fd-family"' in text
    assert "style=" not in text


def test_a_program_reads_it_and_reading_is_audited(client, contact):
    headers = tokens.headers(tokens.of_client("integration"))

    answer = client.get(f"/api/v1/contacts/{contact.reference}/briefing", headers=headers)

    assert answer.json["reference"] == contact.reference
    assert rows.audited(contact, "contact.read")[-1].detail == {"part": "briefing"}


def test_a_partner_reads_no_briefing(client, contact):
    headers = tokens.headers(tokens.of_client("partner"))

    assert client.get(f"/api/v1/contacts/{contact.reference}/briefing", headers=headers).status_code == 403


def test_a_restricted_contact_has_no_briefing_for_who_is_not_named(client, signed_in, contact):
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=rows.user("grace").id))
    db.session.commit()

    assert signed_in("sarah").get(f"/contacts/{contact.reference}/briefing").status_code == 404
    headers = tokens.headers(tokens.of_client("integration"))
    assert client.get(f"/api/v1/contacts/{contact.reference}/briefing", headers=headers).status_code == 404


def test_an_alert_on_who_somebody_may_be_stands_first_as_possible(contact):
    person = given.person("Gary Smyth")
    alert = {"kind": "danger_to_workers", "words": "He has a dog.", "source": "police", "standing": "possible",
             "review_on": "2027-01-01", "review_is_late": False, "person_id": str(person.id)}  # fmt: skip
    rows.check(contact.adults[1], outcome="information_found", answered_at=now(),
               found={"earlier": [], "siblings": [], "alerts": [alert]})  # fmt: skip

    found = told(contact)

    assert any("possible, nobody has confirmed who this is" in sentence for sentence in words(found["first"]))
    assert not any("dog" in sentence for sentence in words(found["known"]))


def test_a_contact_about_a_brother_or_sister_stands_in_the_timeline(contact):
    before = rows.contact()
    entry = {"contact_id": str(before.id), "reference": before.reference, "name": "Zoe Marlow", "standing": "confirmed",
             "first_received_at": before.first_received_at.isoformat(), "reasons": []}  # fmt: skip
    rows.check(contact.children[0], outcome="information_found", answered_at=now(),
               found={"earlier": [], "siblings": [], "family_contacts": [entry]})  # fmt: skip

    assert any("Zoe Marlow, a brother or sister" in sentence for sentence in words(told(contact)["earlier"]))


def test_a_team_reads_of_a_brothers_contact_that_it_may_not_open_when_it_was_and_what_came_of_it(contact):
    before = rows.contact()
    entry = {"contact_id": str(before.id), "reference": before.reference, "name": "Zoe Marlow", "standing": "confirmed",
             "first_received_at": "2025-10-20T10:00:00+00:00", "reasons": [], "outcomes": ["assessment"]}  # fmt: skip
    rows.check(contact.children[0], outcome="information_found", answered_at=now(),
               found={"earlier": [], "siblings": [], "family_contacts": [entry]})  # fmt: skip
    rows.item(contact, "winchester", leads=False)

    found = told(contact, "winnie")

    assert words(found["earlier"])[-1] == (
        "20 October 2025: a contact about a brother or sister of Ada Marlow (confirmed) that you may not open. "
        "Outcome: referral to assessment. Ask the duty manager what it was."
    )
    assert before.reference not in str(found)
    assert "may not open" not in str(found["known"])


def test_what_two_children_of_a_contact_came_to_is_said_once():
    assert telling.earlier_outcome({"outcomes": ["assessment", "assessment"]}).count("referral to assessment") == 1


def test_what_came_of_a_brothers_contact_is_said_with_its_day():
    entry = {"reference": "FD-1", "name": "Zoe Marlow", "standing": "confirmed", "reasons": [],
             "first_received_at": "2026-06-07T23:30:00+00:00", "outcomes": ["assessment"]}  # fmt: skip

    (line,) = telling.index_lines({"family_contacts": [entry]})

    assert "8 June 2026, FD-1, Zoe Marlow (confirmed). Outcome: " in line
    assert "assessment" in line


def test_know_first_names_a_child_by_their_record_and_as_they_were_said(contact):
    made.link(contact.children[0], made.person("Catherine Smith"))

    assert any("Catherine Smith (said as Ada Marlow)" in sentence for sentence in words(told(contact)["first"]))
