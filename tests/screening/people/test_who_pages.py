"""“Who is this?” on a contact's page: candidates with reasons, and answers, as each role may have them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.models import AuditEntry, Person, PersonCard, PersonLink
from screening.people import candidates
from screening.people.finding import index
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
HOME = {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "PO9 9ZZ"}


@pytest.fixture
def ada(context):
    contact = given.contact(taken_by_id=given.user("priya").id)
    given.item(contact, "screening")
    return given.person(contact, "Ada Marlow", date_of_birth="2018-05-02", sex="F")


def known(name="Ada Marlow", **more):
    values = {"born": "2018-05-02", "home": HOME}
    person = made.person(name, **{**values, **more})
    index.put(person)
    return person


def page(client, participation):
    answer = client.get(f"/contacts/{participation.contact.reference}?tab=people")
    assert answer.status_code == 200
    return answer.text


def say(client, participation, person, answer="confirmed"):
    place = f"/contacts/{participation.contact.reference}/people/{participation.id}/links"
    return client.post(place, data={"person": person.id, "answer": answer})


def links_of(participation):
    question = select(PersonLink).where(PersonLink.participation_id == participation.id).order_by(PersonLink.seq)
    return list(db.session.scalars(question))


def test_a_candidate_is_shown_with_how_sure_in_words_and_why(signed_in, ada):
    ada.address_line_1, ada.postcode = HOME["line_1"], HOME["postcode"]
    known()
    shown = page(signed_in("sarah"), ada)

    for words in ("Possible", "First name the same", "Address the same", "This is them", "Not them", "Not sure"):
        assert words in shown


@pytest.mark.parametrize(
    ("posterior", "words"),
    [(0.99, "Very likely the same"), (0.9899, "Possible"), (0.5, "Possible"), (0.4999, "Less likely")],
)
def test_how_sure_is_said_in_words(posterior, words):
    assert candidates.sure_words(posterior) == words


def test_whom_the_page_showed_is_audited(signed_in, ada):
    person = known()
    page(signed_in("sarah"), ada)

    assert given.audited(ada.contact, "person.candidates_read")[-1].detail == {"shown": [str(person.id)]}


def test_nobody_alike_is_not_nobody_known(signed_in, ada):
    shown = page(signed_in("sarah"), ada)

    assert "Nobody in the index looks like this." in shown
    assert "Make a new person of the index" in shown


def test_an_answer_keeps_the_score_that_was_shown(signed_in, ada):
    person = known()
    say(signed_in("sarah"), ada, person)

    link = links_of(ada)[0]
    assert link.answer == "confirmed"
    assert link.posterior > 0.9
    assert link.model
    assert {"given", "born"} <= {reason["field"] for reason in link.reasons}


def test_whoever_was_confirmed_stands_there_with_by_whom(signed_in, ada):
    say(signed_in("sarah"), ada, known())

    shown = page(signed_in("tom"), ada)

    assert "Confirmed by Sarah Okafor" in shown
    assert "This is them" not in shown


def test_whoever_was_refused_is_folded_and_never_a_candidate_again(signed_in, ada):
    say(signed_in("sarah"), ada, known(), "refused")

    shown = page(signed_in("tom"), ada)

    assert "1 said not to be them" in shown
    assert "Not them: Sarah Okafor" in shown
    assert "This is them" not in shown


def test_two_who_confirm_different_people_are_told(signed_in, ada):
    first, second = known(), known("Adah Marlow")
    say(signed_in("sarah"), ada, first)

    answer = say(signed_in("tom"), ada, second)

    assert answer.status_code == 409
    assert "Sarah Okafor confirmed somebody else" in answer.text


def test_a_handler_sees_name_age_area_and_reasons_and_may_only_propose(signed_in, ada):
    person = known()
    shown = page(signed_in("priya"), ada)

    assert "I think this is them" in shown
    assert "Havant, PO9" in shown
    assert "born 2 May 2018" not in shown
    assert "This is them" not in shown
    assert f"/people/{person.id}" not in shown
    assert say(signed_in("priya"), ada, person).status_code == 403


def test_a_social_worker_sees_whom_the_handler_doubts_and_may_confirm(signed_in, ada):
    say(signed_in("priya"), ada, known(), "doubted")
    shown = page(signed_in("sarah"), ada)

    assert "Call handler doubts it is them: Priya" in shown
    assert "This is them" in shown


def test_a_handler_who_doubts_is_told_nothing_of_them_and_may_think_better_of_it(signed_in, ada):
    person, priya = known(), signed_in("priya")
    given.involvement(person_id=person.id, team_slug="havant")
    say(priya, ada, person, "doubted")

    shown = page(priya, ada)
    assert "open to" not in shown
    assert "I think this is them" in shown
    assert say(priya, ada, person, "proposed").status_code == 302


def test_a_handler_who_proposed_is_told_no_more_than_that_it_is_not_checked(signed_in, ada):
    person = known()
    made.alert(person, words="Two workers at the door.")
    priya = signed_in("priya")
    say(priya, ada, person, "proposed")

    shown = page(priya, ada)

    assert "Proposed by Priya" in shown
    assert "was not checked" in shown
    assert "Two workers at the door." not in shown


def test_a_handler_who_proposed_is_told_to_which_team_they_are_open_and_no_more(signed_in, ada):
    person, priya = known(), signed_in("priya")
    given.involvement(person_id=person.id, kind="protection_plan", team_slug="havant", worker="Nadia Rahman")
    assert "Known; open to" not in page(priya, ada)
    say(priya, ada, person, "proposed")

    shown = page(priya, ada)

    assert "Known; open to Havant" in shown
    assert "protection plan" not in shown.lower()


def test_what_the_case_system_told_too_long_ago_is_not_checked(signed_in, ada):
    person, priya = known(), signed_in("priya")
    given.involvement(person_id=person.id, as_at=now() - timedelta(days=30))
    say(priya, ada, person, "proposed")

    assert "was not checked" in page(priya, ada)


def test_a_handler_is_not_shown_where_somebody_protected_lives(signed_in, ada):
    known(home=HOME | {"protected": True})
    shown = page(signed_in("priya"), ada)

    assert "address protected" in shown
    assert "Havant, PO9" not in shown


def test_an_alert_protects_every_address_of_a_candidate(signed_in, ada):
    made.alert(known(), "protected_address")

    assert "Havant, PO9" not in page(signed_in("sarah"), ada)


def test_a_restricted_person_is_no_candidate_of_those_who_are_not_named(signed_in, ada):
    person = known()
    made.restricted(person, "grace")
    index.put(person)

    assert "This is them" not in page(signed_in("sarah"), ada)
    assert "This is them" in page(signed_in("grace"), ada)
    assert say(signed_in("sarah"), ada, person).status_code == 404


def test_somebody_new_is_made_from_the_contact_and_confirmed(signed_in, ada):
    place = f"/contacts/{ada.contact.reference}/people/{ada.id}/person"
    assert signed_in("sarah").post(place).status_code == 302

    link = links_of(ada)[0]
    with viewing(user_viewer(given.user("sarah"))):
        person = db.session.scalars(select(Person).where(Person.id == link.person_id)).one()
    assert (person.full_name, link.answer) == ("Ada Marlow", "confirmed")


def test_nobody_is_made_twice(signed_in, ada):
    place, sarah = f"/contacts/{ada.contact.reference}/people/{ada.id}/person", signed_in("sarah")
    sarah.post(place)

    assert sarah.post(place).status_code == 409


def test_who_may_not_write_people_is_not_offered_to(signed_in, ada):
    given.item(ada.contact, "winchester", leads=False)
    shown = page(signed_in("winnie"), ada)

    assert "Make a new person of the index" not in shown
    assert signed_in("winnie").post(f"/contacts/{ada.contact.reference}/people/{ada.id}/person").status_code == 403


@pytest.mark.parametrize("data", [{}, {"person": "x", "answer": "confirmed"}, {"answer": "confirmed"}])
def test_an_answer_about_nobody_is_refused_in_words(signed_in, ada, data):
    answer = signed_in("sarah").post(f"/contacts/{ada.contact.reference}/people/{ada.id}/links", data=data)

    assert answer.status_code == 422
    assert "Choose one of the people" in answer.text


def test_somebody_who_does_not_look_alike_is_confirmed_by_the_address_of_their_page(signed_in, ada):
    person = made.person("Zebedee Varley")
    place = f"/contacts/{ada.contact.reference}/people/{ada.id}/links"
    said = {"person": f"https://frontdoor.example.org/people/{person.id}", "answer": "confirmed"}

    assert signed_in("sarah").post(place, data=said).status_code == 302
    assert (links_of(ada)[0].person_id, links_of(ada)[0].posterior) == (person.id, None)


def test_whom_a_handler_proposed_stands_there_though_the_search_does_not_find_them(signed_in, ada):
    person = made.person("Zebedee Varley")
    say(signed_in("priya"), ada, person, "proposed")

    shown = page(signed_in("sarah"), ada)

    assert "Zebedee Varley" in shown
    assert "Proposed by Priya Nair" in shown
    assert "This is them" in shown


def test_a_search_that_fails_is_not_checked_and_the_people_are_still_shown(signed_in, ada):
    card = db.session.scalars(select(PersonCard).where(PersonCard.person_id == known().id)).one()
    card.card = "This cannot be read."
    db.session.flush()

    shown = page(signed_in("sarah"), ada)

    assert "Not checked: the index could not be searched" in shown
    assert "Nobody in the index looks like this" not in shown
    assert "Ada Marlow" in shown


def test_nobody_of_another_contact_is_answered_about(signed_in, ada):
    other = given.contact()
    place = f"/contacts/{other.reference}/people/{ada.id}/links"

    assert signed_in("sarah").post(place, data={"person": known().id, "answer": "refused"}).status_code == 404


def test_the_history_tells_that_it_was_said_who_somebody_is_to_who_may_know_of_them(signed_in, ada):
    person = known()
    say(signed_in("sarah"), ada, person)
    place = f"/contacts/{ada.contact.reference}?tab=history"
    assert "Said who somebody is" in signed_in("tom").get(place).text

    made.restricted(person, "sarah")

    assert "Said who somebody is" in signed_in("sarah").get(place).text
    assert "Said who somebody is" not in signed_in("tom").get(place).text


def test_the_briefing_looks_nobody_up(signed_in, ada):
    known()
    signed_in("sarah").get(f"/contacts/{ada.contact.reference}/briefing")

    assert db.session.scalar(select(AuditEntry.seq).where(AuditEntry.action == "person.candidates_read")) is None
